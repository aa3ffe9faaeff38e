import { useCallback, useEffect, useState } from 'react';
import type { DeviceView } from '../../../shared/ipc/contract/account.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { Newest } from '../../state/answers.ts';
import { call } from '../../state/bridge.ts';
import { errorText } from '../../text/error-text.ts';
import { serverTime } from '../../text/server-time.ts';
import { useConnection } from '../../state/session/session-store.ts';
import { Button } from '../../ui/button.tsx';
import { Card, CardRow, ValueRow } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import css from './settings.module.css';

/** Devices that signed in to the account, as the server lists them. */
export function DeviceList() {
  const t = useT();
  const language = useLanguage();
  const online = useConnection().state === 'online';
  const [devices, setDevices] = useState<readonly DeviceView[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [removing, setRemoving] = useState<DeviceView | null>(null);
  const [newest] = useState(() => new Newest());
  const load = useCallback(async () => {
    const isNewest = newest.ask();
    try {
      const answer = await call('account.devices', undefined);
      if (!isNewest()) return;
      setDevices(answer);
      setProblem(null);
    } catch (error) {
      if (isNewest()) setProblem(errorText(error));
    }
  }, [newest]);
  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- read when it can be reached
    void load();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- again when it is reached
  }, [load, online]);
  return (
    <>
      <h2 className={css['section']}>{t('set.devices')}</h2>
      {devices === null && problem === null && <SkeletonRows rows={2} />}
      {devices === null && problem !== null && (
        <Card>
          <CardRow label={problem}>
            <Button size="small" onClick={() => void load()}>
              {t('error.retry')}
            </Button>
          </CardRow>
        </Card>
      )}
      {devices !== null && (
        <Card>
          {devices.length === 0 && <ValueRow label={t('set.devices.none')} value="" />}
          {devices.map((device) => (
            <CardRow
              key={device.deviceId}
              label={<bdi>{device.name || t('set.devices.unnamed')}</bdi>}
              detail={[
                ...(device.model ? [device.model] : []),
                ...(device.lastLogin
                  ? [t('set.devices.lastLogin', { t: serverTime(language, device.lastLogin) })]
                  : []),
              ].join(t('set.devices.comma'))}
            >
              {device.thisDevice ? (
                <span className={css['quiet']}>{t('set.devices.this')}</span>
              ) : (
                <Button
                  size="small"
                  aria-label={t('words.of', { what: t('set.devices.remove'), whom: device.name })}
                  onClick={() => setRemoving(device)}
                >
                  {t('set.devices.remove')}
                </Button>
              )}
            </CardRow>
          ))}
        </Card>
      )}
      <p className={css['note']}>{t('set.devices.note')}</p>
      {removing && (
        <ConfirmDialog
          title={t('set.devices.removeTitle', { name: removing.name })}
          confirmLabel={t('set.devices.remove')}
          onCancel={() => setRemoving(null)}
          onConfirm={async (isOpen) => {
            const { deviceId } = removing;
            await call('account.removeDevice', { deviceId });
            if (isOpen()) setRemoving(null);
            await load();
          }}
        >
          {t('set.devices.note')}
        </ConfirmDialog>
      )}
    </>
  );
}
