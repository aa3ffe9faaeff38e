import { Check, CircleAlert, KeyRound, RefreshCw } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Scanner, SignInStep } from '../../../shared/ipc/contract/sign-in.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { useT } from '../../i18n/i18n.ts';
import { countdown } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { hostOf } from '../../state/session/accounts.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Logo } from '../../ui/logo.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { StillImage } from '../../ui/still-image.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { errorsOf } from './form-errors.ts';
import { useCountdown } from '../../ui/use-countdown.ts';
import { type ScanView, useScanCode } from './use-scan-code.ts';
import css from './scan-panel.module.css';

interface ScanPanelProps {
  server: string;
  onIn: (step: SignInStep) => Promise<void>;
  onPassword: () => void;
}

/** Sign-in by a code that a phone scans: waiting, scanned, confirmed; or expired. */
export function ScanPanel({ server, onIn, onPassword }: ScanPanelProps) {
  const t = useT();
  const { view, again } = useScanCode(server);
  const refused = useEntering(view, onIn);
  const state = refused === null ? view.state : 'refused';
  const toPassword = <TextButton onClick={onPassword}>{t('login.scan.password')}</TextButton>;
  return (
    <section className={css['panel']} aria-label={t('login.scan.open')}>
      <h1 className={css['heading']}>{t('login.title')}</h1>
      <p className={cx(css['at'], 'ellipsis')}>{t('login.scan.at', { server: hostOf(server) })}</p>
      <IconButton
        icon={KeyRound}
        iconSize={20}
        label={t('login.scan.password')}
        className={css['slot']}
        onClick={onPassword}
      />
      <div className={css['box']} data-state={state}>
        <Picture view={view} refused={refused !== null} onAgain={again} />
      </div>
      <Words view={view} refused={refused} />
      <p className={css['act']}>
        {view.state === 'scanned' ? (
          <TextButton onClick={again}>{t('login.scan.notYou')}</TextButton>
        ) : refused !== null ? (
          <TextButton onClick={again}>{t('login.scan.retry')}</TextButton>
        ) : view.state === 'granted' ? (
          <span className={css['progress']} role="progressbar" aria-label={t('login.scan.syncing')} />
        ) : (
          toPassword
        )}
      </p>
    </section>
  );
}

/** Goes in as soon as somebody has said yes; the words of a refusal, null = none. */
function useEntering(view: ScanView, onIn: ScanPanelProps['onIn']): string | null {
  const t = useT();
  const [refusal, setRefusal] = useState<{ id: number; words: string } | null>(null);
  const enter = useRef(onIn);
  useEffect(() => {
    enter.current = onIn;
  });
  const id = view.state === 'granted' ? view.id : null;
  useEffect(() => {
    if (id === null) return;
    void (async () => {
      try {
        await enter.current(await call('signIn.scanEnter', { id, keepSignedIn: true }));
      } catch (error) {
        const coded = error instanceof CodedError ? error : new CodedError('internal', '');
        setRefusal({
          id,
          words:
            Object.values(errorsOf(coded, { mode: 'login', byPhone: false }, t))[0] ?? t('error.generic'),
        });
      }
    })();
  }, [id, t]);
  return refusal !== null && refusal.id === id ? refusal.words : null;
}

function Picture({ view, refused, onAgain }: { view: ScanView; refused: boolean; onAgain: () => void }) {
  const t = useT();
  if (refused) return <Icon of={CircleAlert} size={20} className={css['bad']} />;
  switch (view.state) {
    case 'waiting':
      return (
        <>
          <QrCode text={view.text} label={t('login.scan.code')} className={css['code']} covered />
          <span className={css['mark']}>
            <Logo size={22} />
          </span>
        </>
      );
    case 'expired':
      return (
        <>
          {view.text !== '' && (
            <QrCode text={view.text} label={t('login.scan.code')} className={cx(css['code'], css['old'])} />
          )}
          <Refresh onAgain={onAgain} />
        </>
      );
    case 'scanned':
      return <Face person={view.person} />;
    case 'granted':
      return (
        <span className={css['yes']}>
          <Icon of={Check} size={20} />
        </span>
      );
    case 'unreachable':
      return (
        <span className={css['unreachable']}>
          <Icon of={CircleAlert} size={20} />
          {t('login.scan.unreachable')}
          <Button size="small" onClick={onAgain}>
            {t('login.scan.retry')}
          </Button>
        </span>
      );
    default:
      return <Spinner size={20} />;
  }
}

/** Takes the focus: it is the only thing left to do. */
function Refresh({ onAgain }: { onAgain: () => void }) {
  const t = useT();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <Button ref={button} variant="primary" icon={RefreshCw} className={css['refresh']} onClick={onAgain}>
      {t('login.scan.refresh')}
    </Button>
  );
}

function Face({ person }: { person: Scanner | null }) {
  if (person?.face) return <StillImage className={css['face']} src={person.face} />;
  return <Avatar id={person?.uid ?? ''} name={person?.name ?? ''} size={64} picture={false} />;
}

function Words({ view, refused }: { view: ScanView; refused: string | null }) {
  const t = useT();
  const left = useCountdown(view.state === 'waiting' ? view.valid : null);
  const [title, hint] = wordsOf(view, refused, left, t);
  return (
    <>
      <p className={css['title']} role="status">
        {title}
      </p>
      {/* A countdown that was read out each second would say nothing else. */}
      <p className={css['hint']}>{hint}</p>
    </>
  );
}

function wordsOf(
  view: ScanView,
  refused: string | null,
  left: number,
  t: ReturnType<typeof useT>,
): readonly [title: string, hint: ReactNode] {
  if (refused !== null) return [refused, ''];
  switch (view.state) {
    case 'waiting':
      return [t('login.scan.waiting'), t('login.scan.how', { t: countdown(left * 1_000) })];
    case 'scanned':
      return [
        t('login.scan.scanned'),
        view.person?.name ? (
          <>
            <bdi>{view.person.name}</bdi>
            <i className="dot-separator" />
            {t('login.scan.byNobody')}
          </>
        ) : (
          t('login.scan.byNobody')
        ),
      ];
    case 'granted':
      return [t('login.scan.entering'), t('login.scan.syncing')];
    case 'expired':
      return [
        t('login.scan.expired'),
        view.validMs > 0 ? t('login.scan.expiredHow', { n: Math.round(view.validMs / 1000) }) : '',
      ];
    case 'unreachable':
      return ['', ''];
    default:
      return [t('login.scan.loading'), ''];
  }
}
