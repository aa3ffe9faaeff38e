import { useT } from '../../i18n/i18n.ts';
import { ZOOM_STEPS } from '../../../shared/zoom.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useSession } from '../../state/session/session-store.ts';
import { useKeys } from '../../state/window/keys.ts';
import { changeSettings, useSettings } from '../../state/session/settings.ts';
import { Card } from '../../ui/card.tsx';
import { SelectRow } from '../../ui/select-row.tsx';
import { SettingSwitch } from './setting-switch.tsx';
import css from './settings.module.css';

const SIZES = ['13', '14', '15', '16', '17', '18'] as const;

/** The same as the keys, for who does not know them. */
function ZoomRow() {
  const t = useT();
  const keys = useKeys();
  const zoom = useSession(({ shell }) => shell?.zoom ?? 100);
  // An older version left sizes between the steps.
  const steps = [...new Set<number>([...ZOOM_STEPS, zoom])].sort((a, b) => a - b);
  const written = [keys('zoomIn'), keys('zoomOut'), keys('zoomReset')].filter((each) => each !== '');
  return (
    <SelectRow
      label={t('set.zoom')}
      detail={written.join(t('set.zoomKeys'))}
      value={String(zoom)}
      options={steps.map((step) => ({ value: String(step), label: t('set.zoomPercent', { n: step }) }))}
      onChange={(step) => void attempt(() => call('shell.zoom', { to: Number(step) }))}
    />
  );
}

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
        <ZoomRow />
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
