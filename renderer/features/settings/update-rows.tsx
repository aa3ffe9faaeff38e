import type { UpdateState } from '../../../shared/ipc/contract/updates.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { byteSize, fullTime } from '../../i18n/time-format.ts';
import { changeSettings, useSettings } from '../../state/session/settings.ts';
import { requestRestart } from '../../state/updates/restart.ts';
import {
  checkForUpdates,
  downloadUpdate,
  openUpdate,
  pauseUpdate,
  useUpdates,
} from '../../state/updates/update-store.ts';
import { Button } from '../../ui/button.tsx';
import { Card, SwitchRow, ValueRow } from '../../ui/card.tsx';
import { cx } from '../../ui/cx.ts';
import { Logo } from '../../ui/logo.tsx';
import { ManagedNote } from '../../ui/managed-note.tsx';
import { SelectRow } from '../../ui/select-row.tsx';
import { SettingSwitch } from './setting-switch.tsx';
import css from './update-rows.module.css';
import page from './settings.module.css';

/** What runs, whether there is something newer, and how updates come (more.md 14). */
export function UpdateRows() {
  const t = useT();
  const language = useLanguage();
  const update = useUpdates((state) => state.update);
  const { updateChannel } = useSettings();
  if (update === null) return null;
  const { way, managed, channel, lastCheckMs } = update;
  const isOn = way.kind !== 'off';
  return (
    <div className={page['top']}>
      <Card>
        <div className={css['head']}>
          <span className={css['logo']}>
            <Logo size={34} />
          </span>
          <div className={css['words']}>
            <div className={css['name']}>{`${t('app.name')} ${update.version}`}</div>
            <Standing update={update} />
          </div>
          <NextStep update={update} />
        </div>
        {managed.updates && (
          <SwitchRow label={t('upd.automatic')} checked={false} managed onChange={() => undefined} />
        )}
        {way.kind === 'self' && (
          <SettingSwitch of="autoUpdate" label={t('upd.automatic')} detail={t('upd.automaticHint')} />
        )}
        {way.kind === 'byHand' && <SettingSwitch of="autoUpdate" label={t('upd.automaticCheck')} />}
        {isOn &&
          (managed.channel ? (
            <ValueRow
              label={t('upd.channel')}
              detail={<ManagedNote />}
              value={channel === 'latest' || channel === 'beta' ? t(`upd.channel.${channel}`) : channel}
            />
          ) : (
            <SelectRow
              label={t('upd.channel')}
              value={updateChannel}
              options={[
                { value: 'latest', label: t('upd.channel.latest') },
                { value: 'beta', label: t('upd.channel.beta') },
              ]}
              onChange={(chosen) => void changeSettings({ updateChannel: chosen })}
            />
          ))}
        {managed.url !== null && (
          <ValueRow
            label={t('upd.source')}
            detail={<ManagedNote />}
            value={<bdi>{URL.parse(managed.url)?.host ?? managed.url}</bdi>}
          />
        )}
        {isOn && (
          <ValueRow
            label={t('upd.lastCheck')}
            value={lastCheckMs === null ? t('upd.never') : fullTime(language, lastCheckMs)}
          />
        )}
      </Card>
    </div>
  );
}

/** One or two lines under the version. */
function Standing({ update }: { update: UpdateState }) {
  const t = useT();
  const { phase, failure, next, percent, way } = update;
  if (way.kind === 'off') return <div className={css['detail']}>{t(`upd.off.${way.reason}`)}</div>;
  return (
    <div role="status">
      {failure !== null && <div className={cx(css['detail'], css['bad'])}>{t(`upd.fail.${failure}`)}</div>}
      {phase === 'checking' && <div className={css['detail']}>{t('upd.checking')}</div>}
      {phase === 'upToDate' && <div className={cx(css['detail'], css['good'])}>{t('upd.upToDate')}</div>}
      {next !== null && phase === 'available' && (
        <div className={css['detail']}>
          {t('upd.available', { v: next.version })}
          {next.bytes !== null && ` · ${byteSize(next.bytes)}`}
        </div>
      )}
      {next !== null && phase === 'available' && way.kind === 'byHand' && (
        <div className={cx(css['detail'], css['command'])}>
          {way.command === null ? t('upd.byHand') : t('upd.command', { command: way.command })}
        </div>
      )}
      {phase === 'downloading' && (
        <div className={css['detail']} aria-live="off">
          {t('upd.downloading', { n: percent })}
        </div>
      )}
      {phase === 'paused' && <div className={css['detail']}>{t('upd.paused', { n: percent })}</div>}
      {next !== null && phase === 'ready' && (
        <div className={cx(css['detail'], css['good'])}>{t('upd.ready', { v: next.version })}</div>
      )}
      {phase === 'installing' && <div className={css['detail']}>{t('upd.installing')}</div>}
    </div>
  );
}

function NextStep({ update }: { update: UpdateState }) {
  const t = useT();
  const { phase, way } = update;
  if (way.kind === 'off') return null;
  switch (phase) {
    case 'available':
      return way.kind === 'self' ? (
        <Button onClick={downloadUpdate}>{t('upd.download')}</Button>
      ) : (
        <Button why={way.hasPackage ? null : t('upd.noPackage')} onClick={() => openUpdate('package')}>
          {t('upd.download')}
        </Button>
      );
    case 'downloading':
      return <Button onClick={pauseUpdate}>{t('upd.pause')}</Button>;
    case 'paused':
      return <Button onClick={downloadUpdate}>{t('upd.resume')}</Button>;
    case 'ready':
      return (
        <Button variant="primary" onClick={requestRestart}>
          {t('upd.restart')}
        </Button>
      );
    default:
      return (
        <Button busy={phase === 'checking' || phase === 'installing'} onClick={checkForUpdates}>
          {t('upd.check')}
        </Button>
      );
  }
}
