import { type FormEvent, useEffect, useRef, useState } from 'react';
import { MAX_PASSCODE } from '../../../shared/ipc/contract/lock.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useLockState } from '../../state/lock.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Logo } from '../../ui/logo.tsx';
import { isPasscodeRight, NewPasscodeFields, NO_PASSCODE } from '../../ui/new-passcode.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { type Span, spanFromNow, useCountdown } from '../../ui/use-countdown.ts';
import css from './lock-screen.module.css';

/** All there is while the app is locked: no account, no name, no chat (docs/app-lock.md). */
export function LockScreen() {
  const t = useT();
  const { setup, usable } = useLockState();
  const [asking, setAsking] = useState(false);
  return (
    <main className={css['screen']}>
      <div className={css['form']}>
        <div className={css['head']}>
          <Logo size={56} className={css['mark']} />
          <h1 className={css['title']}>{t(setup ? 'lock.setTitle' : 'lock.title')}</h1>
          {setup && <p className={css['why']}>{t('lock.required')}</p>}
        </div>
        {setup ? (
          <FirstPasscodeForm />
        ) : usable ? (
          <PasscodeForm />
        ) : (
          <p className={css['broken']} role="alert">
            {t('lock.unusable')}
          </p>
        )}
        <p className={css['forgot']}>
          <TextButton onClick={() => setAsking(true)}>{t(setup ? 'lock.leave' : 'lock.forgot')}</TextButton>
        </p>
      </div>
      {asking && <ForgetDialog onClose={() => setAsking(false)} />}
    </main>
  );
}

function PasscodeForm() {
  const t = useT();
  const field = useRef<HTMLInputElement>(null);
  const [passcode, setPasscode] = useState('');
  const [problem, setProblem] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);
  const [wait, setWait] = useState<Span | null>(() => spanOf(useLockState.getState().waitMs));
  const seconds = useCountdown(wait);
  useEffect(() => {
    if (!busy) field.current?.focus();
  }, [busy]);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (passcode === '' || busy || seconds > 0) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const answer = await call('lock.unlock', { passcode });
      // The page goes on when it is told that the app is open.
      if (answer.is === 'right') return;
      setWait(spanOf(answer.waitMs));
      if (answer.is === 'wrong') {
        setPasscode('');
        setProblem(t('lock.wrong'));
      }
    } catch {
      setProblem(t('lock.failed'));
    }
    setBusy(false);
  };
  return (
    <form noValidate aria-busy={busy} onSubmit={(event) => void submit(event)}>
      <PasswordField
        ref={field}
        label={t('lock.passcode')}
        autoComplete="off"
        maxLength={MAX_PASSCODE}
        value={passcode}
        error={problem}
        noteLines={1}
        onChange={(event) => {
          setPasscode(event.target.value);
          setProblem(undefined);
        }}
      />
      <p className={css['wait']} role="timer">
        {seconds > 0 ? t('lock.wait', { n: seconds }) : ''}
      </p>
      <Button
        type="submit"
        variant="primary"
        size="large"
        busy={busy}
        disabled={passcode === '' || seconds > 0}
      >
        {t('lock.open')}
      </Button>
    </form>
  );
}

/** What an organisation wants before anything is shown. */
function FirstPasscodeForm() {
  const t = useT();
  const [chosen, setChosen] = useState(NO_PASSCODE);
  const [problem, setProblem] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || !isPasscodeRight(chosen)) return;
    setBusy(true);
    setProblem(undefined);
    try {
      // The page goes on when it is told that the app is open.
      await call('lock.choose', { passcode: chosen.next });
    } catch {
      setProblem(t('lock.notSet'));
      setBusy(false);
    }
  };
  return (
    <form noValidate aria-busy={busy} className={css['fields']} onSubmit={(event) => void submit(event)}>
      <NewPasscodeFields value={chosen} error={problem} begins onChange={setChosen} />
      <Button type="submit" variant="primary" size="large" busy={busy} disabled={!isPasscodeRight(chosen)}>
        {t('lock.choose')}
      </Button>
    </form>
  );
}

const spanOf = (ms: number): Span | null => (ms > 0 ? spanFromNow(ms) : null);

function ForgetDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [failed, setFailed] = useState(false);
  return (
    <ConfirmDialog
      title={t('lock.forgetTitle')}
      confirmLabel={t('lock.forgetDo')}
      danger
      onConfirm={async () => {
        setFailed(false);
        try {
          await call('lock.forget', undefined);
        } catch {
          setFailed(true);
        }
      }}
      onCancel={onClose}
    >
      {t('lock.forgetBody')}
      {failed && (
        <p className={css['problem']} role="alert">
          {t('lock.forgetFailed')}
        </p>
      )}
    </ConfirmDialog>
  );
}
