import { type ReactNode, useState } from 'react';
import { LOCK_AFTER } from '../../../shared/settings.ts';
import { useT } from '../../i18n/i18n.ts';
import { lockNow } from '../../state/lock.ts';
import { useSession } from '../../state/session/session-store.ts';
import { changeSettings, useSettings } from '../../state/session/settings.ts';
import { useKeys } from '../../state/window/keys.ts';
import { ActionRow, Card } from '../../ui/card.tsx';
import { ManagedNote } from '../../ui/managed-note.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { SelectRow } from '../../ui/select-row.tsx';
import { PasscodeDialog, type PasscodeTask } from './passcode-dialog.tsx';
import { SettingSwitch } from './setting-switch.tsx';
import css from './settings.module.css';

/** The passcode of the app, and when it is asked for. */
export function LockPage() {
  const t = useT();
  const { lockAfter } = useSettings();
  const managed = useSession((state) => state.shell?.managed);
  const most = managed?.appLockMinutes ?? null;
  const isSet = useSession((state) => state.shell?.hasPasscode ?? false);
  const keys = useKeys()('lock');
  const [task, setTask] = useState<PasscodeTask | null>(null);
  const after = LOCK_AFTER.filter((minutes) => most === null || minutes <= most).map((minutes) => ({
    value: String(minutes),
    label: minutes === 0 || minutes === 60 ? t(`lock.after.${minutes}`) : t('lock.after.n', { n: minutes }),
  }));
  return (
    <div className={css['top']}>
      <Card>
        {isSet ? (
          <>
            <SelectRow
              label={t('lock.after')}
              {...detailOf(most !== null, lockAfter === 0 ? t('lock.afterHint0') : null)}
              value={String(lockAfter)}
              options={after}
              onChange={(value) => {
                const minutes = LOCK_AFTER.find((each) => String(each) === value);
                if (minutes !== undefined) void changeSettings({ lockAfter: minutes });
              }}
            />
            <SettingSwitch of="lockWithSystem" label={t('lock.withSystem')} />
            <ActionRow
              label={t('lock.now')}
              {...(keys === '' ? {} : { trailing: <Kbd>{keys}</Kbd> })}
              onClick={lockNow}
            />
            <ActionRow label={t('lock.change')} onClick={() => setTask('change')} />
            <ActionRow
              label={t('lock.off')}
              tone="danger"
              managed={managed?.appLock ?? false}
              onClick={() => setTask('off')}
            />
          </>
        ) : (
          <ActionRow label={t('lock.set')} onClick={() => setTask('set')} />
        )}
      </Card>
      <p className={css['note']}>{t('lock.what')}</p>
      {task && <PasscodeDialog task={task} onClose={() => setTask(null)} />}
    </div>
  );
}

function detailOf(isLimited: boolean, hint: string | null): { detail?: ReactNode } {
  if (!isLimited) return hint === null ? {} : { detail: hint };
  return {
    detail: (
      <>
        {hint} <ManagedNote />
      </>
    ),
  };
}
