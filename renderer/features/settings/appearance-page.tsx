import { useT } from '../../i18n/i18n.ts';
import { changeSettings, useSettings } from '../../state/session/settings.ts';
import { Card } from '../../ui/card.tsx';
import { SelectRow } from '../../ui/select-row.tsx';
import { SettingSwitch } from './setting-switch.tsx';
import css from './settings.module.css';

const SIZES = ['13', '14', '15', '16', '17', '18'] as const;

export function AppearancePage() {
  const t = useT();
  const settings = useSettings();
  const size = SIZES.find((entry) => Number(entry) === settings.fontSize) ?? '14';
  return (
    <div className={css['top']}>
      <Card>
        <SelectRow
          label={t('set.theme')}
          value={settings.theme}
          options={[
            { value: 'system', label: t('theme.system') },
            { value: 'light', label: t('theme.light') },
            { value: 'dark', label: t('theme.dark') },
          ]}
          onChange={(theme) => void changeSettings({ theme })}
        />
        <SelectRow
          label={t('set.fontSize')}
          value={size}
          options={SIZES.map((entry) => ({
            value: entry,
            label: t('set.fontSize.px', { n: Number(entry) }),
          }))}
          onChange={(entry) => void changeSettings({ fontSize: Number(entry) })}
        />
        <div className={css['sample']}>{t('set.fontSample')}</div>
        <SettingSwitch of="compactList" label={t('set.compact')} detail={t('set.compactHint')} />
      </Card>
    </div>
  );
}
