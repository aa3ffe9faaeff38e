import { useEffect, useRef, useState } from 'react';
import { MAX_PASSCODE } from '../../../shared/ipc/contract/lock.ts';
import type { PlainKey } from '../../../shared/strings/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { ActForm } from '../../ui/act-form.tsx';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { NewPasscodeFields, NO_PASSCODE, whyNoPasscode } from '../../ui/new-passcode.tsx';
import { showToast } from '../../ui/toast.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { spanFromNow, type Span, useCountdown } from '../../ui/use-countdown.ts';
import css from './own-profile.module.css';

export type PasscodeTask = 'set' | 'change' | 'off';

const WORDS: Readonly<Record<PasscodeTask, { title: PlainKey; act: PlainKey; done: PlainKey }>> = {
  set: { title: 'lock.setTitle', act: 'action.save', done: 'lock.isSet' },
  change: { title: 'lock.changeTitle', act: 'action.save', done: 'lock.isChanged' },
  off: { title: 'lock.offTitle', act: 'lock.offDo', done: 'lock.isOff' },
};

/** Sets the passcode, changes it, or takes it away. Whoever changes it must know it. */
export function PasscodeDialog({ task, onClose }: { task: PasscodeTask; onClose: () => void }) {
  const t = useT();
  const [current, setCurrent] = useState('');
  const [chosen, setChosen] = useState(NO_PASSCODE);
  const [refusal, setRefusal] = useState('');
  const [wait, setWait] = useState<Span | null>(null);
  const seconds = useCountdown(wait);
  const field = useRef<HTMLInputElement>(null);
  // The button that had the focus has nothing to do any more.
  useEffect(() => {
    if (refusal !== '') field.current?.focus();
  }, [refusal]);
  const asksCurrent = task !== 'set';
  const asksNext = task !== 'off';
  const words = WORDS[task];
  const why =
    asksCurrent && seconds > 0
      ? t('lock.wait', { n: seconds })
      : asksCurrent && current === ''
        ? t('why.all')
        : asksNext
          ? whyNoPasscode(t, chosen)
          : null;
  const change = async (isOpen: () => boolean): Promise<void> => {
    setRefusal('');
    try {
      const wanted = { current: asksCurrent ? current : null, next: asksNext ? chosen.next : null };
      const answer = await call('lock.set', wanted);
      if (answer.is === 'right') {
        showToast({ text: t(words.done), tone: 'success' });
        if (isOpen()) onClose();
        return;
      }
      if (!isOpen()) return;
      if (answer.waitMs > 0) setWait(spanFromNow(answer.waitMs));
      if (answer.is === 'wrong') {
        setCurrent('');
        setRefusal(t('lock.wrong'));
      }
    } catch {
      if (isOpen()) setRefusal(t('lock.failed'));
    }
  };
  return (
    <ActionDialog
      title={t(words.title)}
      actionLabel={t(words.act)}
      danger={task === 'off'}
      why={why}
      onClose={onClose}
      onAction={change}
    >
      {(act) => (
        <ActForm className={css['fields']} act={act}>
          {asksCurrent && (
            <PasswordField
              ref={field}
              data-autofocus
              label={t('lock.current')}
              size="small"
              maxLength={MAX_PASSCODE}
              value={current}
              error={refusal || undefined}
              help={seconds > 0 ? t('lock.wait', { n: seconds }) : undefined}
              onChange={(event) => {
                setCurrent(event.target.value);
                setRefusal('');
              }}
            />
          )}
          {asksNext && (
            <NewPasscodeFields
              value={chosen}
              error={!asksCurrent && refusal !== '' ? refusal : undefined}
              begins={!asksCurrent}
              size="small"
              onChange={setChosen}
            />
          )}
        </ActForm>
      )}
    </ActionDialog>
  );
}
