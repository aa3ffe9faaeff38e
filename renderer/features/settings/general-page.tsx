import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useSession } from '../../state/session/session-store.ts';
import { changeSettings, useSettings } from '../../state/session/settings.ts';
import { modifierName } from '../../state/window/shortcuts.ts';
import { Card, SwitchRow } from '../../ui/card.tsx';
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
        <StartAtLogin />
        <SpellCheck />
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

/** Shows what the system says, which its user can change elsewhere. */
function StartAtLogin() {
  const t = useT();
  const state = useSession(({ shell }) => shell?.loginItem ?? 'unavailable');
  const note = state === 'blocked' ? t('set.startAtLogin.blocked') : undefined;
  return (
    <SwitchRow
      label={t('set.startAtLogin')}
      {...(note === undefined ? {} : { detail: note })}
      checked={state === 'on'}
      why={state === 'unavailable' ? t('set.startAtLogin.unavailable') : null}
      onChange={(on) => attempt(() => call('shell.setStartAtLogin', { on }))}
    />
  );
}

/** Only where there is something on this computer to do it with. */
function SpellCheck() {
  const t = useT();
  const kind = useSession(({ shell }) => shell?.spellChecker ?? 'none');
  if (kind === 'none') return null;
  return <SettingSwitch of="spellCheck" label={t('set.spellCheck')} detail={t(`set.spellCheck.${kind}`)} />;
}
