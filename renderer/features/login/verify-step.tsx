import { CircleAlert, Smartphone } from 'lucide-react';
import { type FormEvent, type RefObject, useEffect, useId, useRef, useState } from 'react';
import type { SignInStep, VerifyStep } from '../../../shared/ipc/contract/sign-in.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { useT } from '../../i18n/i18n.ts';
import { countdown } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { CODE_LENGTH, CodeBoxes } from './code-boxes.tsx';
import { type Span, spanFromNow, useCountdown } from '../../ui/use-countdown.ts';
import css from './verify-step.module.css';

/** A number gets one SMS a minute (tsdd-api.md 1.1). */
const AGAIN_MS = 60_000;
/** TSDD's codes have four digits, others six. */
const SHORTEST_CODE = 4;

interface VerifyStepProps {
  /** Of whom; null = nobody who is known here. */
  person: { uid: string; name: string } | null;
  /** As the server masks it; '' = it does not say. */
  phone: string;
  onIn: (step: SignInStep) => Promise<void>;
  onBack: () => void;
}

/** The second step of a sign-in at a new device: the code that was sent to the phone of the account. */
export function VerifyStepForm({ person, phone, onIn, onBack }: VerifyStepProps) {
  const t = useT();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const state = useVerifyStep(field, onIn);
  const { code, problem, lockedSeconds, againSeconds, sending, busy } = state;
  const isLocked = lockedSeconds > 0;
  const said = isLocked ? t('login.verify.locked', { t: countdown(lockedSeconds * 1_000) }) : problem;
  return (
    <form className={css['form']} noValidate aria-busy={busy} onSubmit={(event) => void state.submit(event)}>
      <div className={css['head']}>
        {person ? (
          <Avatar id={person.uid} name={person.name} size={44} picture={false} />
        ) : (
          <span className={css['device']}>
            <Icon of={Smartphone} size={20} />
          </span>
        )}
        <div>
          <h1 className={css['title']}>{t('login.verify.title')}</h1>
          <p className={css['lead']} role="status">
            {sending
              ? t('login.verify.sending')
              : phone === ''
                ? t('login.verify.sent')
                : t('login.verify.sentTo', { phone })}
          </p>
        </div>
      </div>
      <CodeBoxes
        ref={field}
        label={t('login.verify.code')}
        value={code}
        disabled={busy || isLocked}
        invalid={said !== null}
        describedBy={`${id}-said`}
        onChange={state.setCode}
      />
      <div className={css['under']}>
        <span>{t('login.verify.valid')}</span>
        {againSeconds > 0 ? (
          <span>{t('login.reg.codeWait', { n: againSeconds })}</span>
        ) : (
          <TextButton
            aria-busy={sending || undefined}
            why={isLocked ? (said ?? '') : null}
            whyAt={`${id}-said`}
            onClick={() => void (sending || state.send())}
          >
            {t('login.verify.resend')}
          </TextButton>
        )}
      </div>
      <div id={`${id}-said`} className={css['said']} role={said === null ? undefined : 'alert'}>
        {said !== null && (
          <p className={css['problem']}>
            <Icon of={CircleAlert} size={14} />
            <span>{said}</span>
          </p>
        )}
      </div>
      <Button
        type="submit"
        variant="primary"
        size="large"
        busy={busy}
        why={isLocked ? (said ?? '') : code.length < SHORTEST_CODE ? t('login.verify.short') : null}
        {...(isLocked ? { whyAt: `${id}-said` } : {})}
      >
        {t('login.verify.act')}
      </Button>
      <p className={css['back']}>
        <TextButton onClick={onBack}>{t('login.verify.back')}</TextButton>
      </p>
    </form>
  );
}

function useVerifyStep(field: RefObject<HTMLInputElement | null>, onIn: VerifyStepProps['onIn']) {
  const t = useT();
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [sending, setSending] = useState(true);
  const [again, setAgain] = useState<Span | null>(null);
  const [locked, setLocked] = useState<Span | null>(null);
  const lockedSeconds = useCountdown(locked);

  const send = async (): Promise<void> => {
    setSending(true);
    setProblem(null);
    try {
      await call('signIn.sendDeviceCode', undefined);
      setAgain(spanFromNow(AGAIN_MS));
    } catch (error) {
      setProblem(wordsOf(error, t));
    } finally {
      setSending(false);
      field.current?.focus();
    }
  };
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) void send();
    isFirst.current = false;
    // oxlint-disable-next-line react-hooks/exhaustive-deps, react/exhaustive-effect-dependencies -- once
  }, []);
  // Fields are locked while a request runs, and after too many wrong codes: the focus comes back with them.
  useEffect(() => {
    if (!busy && lockedSeconds === 0) field.current?.focus();
  }, [field, busy, lockedSeconds]);

  const verify = async (typed: string): Promise<void> => {
    if (busy || typed.length < SHORTEST_CODE) return;
    setBusy(true);
    setProblem(null);
    try {
      const step = await call('signIn.verify', { code: typed });
      if (step.step === 'in') return await onIn(step);
      setCode('');
      if (step.lockedSeconds !== null) setLocked(spanFromNow(step.lockedSeconds * 1_000));
      else setProblem(wrongWords(step, t));
    } catch (error) {
      setCode('');
      setProblem(wordsOf(error, t));
    }
    setBusy(false);
  };
  return {
    code,
    setCode: (next: string): void => {
      setCode(next);
      setProblem(null);
      if (next.length === CODE_LENGTH && next !== code) void verify(next);
    },
    problem,
    lockedSeconds,
    againSeconds: useCountdown(again),
    sending,
    busy,
    send,
    submit: (event: FormEvent): Promise<void> => {
      event.preventDefault();
      return verify(code);
    },
  };
}

type Say = ReturnType<typeof useT>;

function wrongWords({ triesLeft }: Extract<VerifyStep, { step: 'wrong' }>, t: Say): string {
  return triesLeft === null ? t('login.verify.wrong') : t('login.verify.left', { n: triesLeft });
}

function wordsOf(error: unknown, t: Say): string {
  if (!(error instanceof CodedError)) return t('error.generic');
  if (error.code === 'refused')
    return /过期|重新登录/.test(error.message) ? t('login.verify.over') : error.message;
  if (error.code === 'signedOut') return t('login.verify.over');
  return error.code === 'network' || error.code === 'noAnswer'
    ? t('login.probeErr.unreachable')
    : t('error.generic');
}
