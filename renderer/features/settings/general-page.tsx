import { useT } from '../../i18n/i18n.ts';
import { useSession } from '../../state/session/session-store.ts';
import { changeSettings, useSettings } from '../../state/session/settings.ts';
import { modifierName } from '../../state/window/shortcuts.ts';
import { Card } from '../../ui/card.tsx';
import { SelectRow } from '../../ui/select-row.tsx';
import { SettingSwitch } from './setting-switch.tsx';
import css from './settings.module.css';

export function GeneralPage() {
  const t = useT();
  const settings = useSettings();
  const key = modifierName(useSession((state) => state.shell?.platform ?? ''));
  return (
    <div className={css['top']}>
      <Card>
        <SelectRow
          label={t('set.language')}
          value={settings.language}
          options={[
            { value: 'system', label: t('set.language.system') },
            // A language is called by its own name.
            { value: 'zh', label: '简体中文' },
            { value: 'en', label: 'English' },
          ]}
          onChange={(language) => void changeSettings({ language })}
        />
        <SettingSwitch of="startAtLogin" label={t('set.startAtLogin')} />
        <SettingSwitch of="closeToTray" label={t('set.closeToTray')} detail={t('set.closeToTrayHint')} />
        <SelectRow
          label={t('set.sendKey')}
          value={settings.sendKey}
          options={[
            { value: 'enter', label: t('set.sendKey.enter') },
            { value: 'ctrlEnter', label: t('set.sendKey.ctrlEnter', { key }) },
          ]}
          onChange={(sendKey) => void changeSettings({ sendKey })}
        />
      </Card>
    </div>
  );
}
