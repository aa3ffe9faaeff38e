import { CircleAlert, Clock, ShieldAlert, WifiOff } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { requestSignIn } from '../../state/window/sign-in-request.ts';
import { useConnection, useSession } from '../../state/session/session-store.ts';
import { isForSignIn, proxyFaultText } from '../../text/proxy-fault.ts';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { useLater } from '../../ui/use-later.ts';
import { StorageLines } from './storage-lines.tsx';
import css from './connection-banner.module.css';

/** Short drops are not shown (ui.md 6). */
const GRACE_MS = 1_000;
/** From here on the difference of the clocks is worth a line. */
const CLOCK_LIMIT_MS = 60_000;

/** Lines under the search field: connection, read-only, clock. Nothing when all is well. */
export function ConnectionBanner() {
  const t = useT();
  const connection = useConnection();
  const offsetMs = useSession((state) => state.serverOffsetMs);
  const troubled = connection.state !== 'online';
  const lasting = useLater(troubled, GRACE_MS);

  return (
    <div role="status" aria-label={t('conn.label')}>
      <StorageLines />
      {(lasting || connection.state === 'kicked') && <ConnectionLine />}
      {!troubled && Math.abs(offsetMs) > CLOCK_LIMIT_MS && (
        <Line
          tone="neutral"
          icon={Clock}
          text={t('conn.clock', { n: Math.round(Math.abs(offsetMs) / 1000) })}
        />
      )}
    </div>
  );
}

function ConnectionLine() {
  const t = useT();
  const connection = useConnection();
  const retry = (
    <LineButton
      label={t('conn.retry')}
      onClick={() => void attempt(() => call('connection.retry', undefined))}
    />
  );
  if ((connection.state === 'offline' || connection.state === 'unreachable') && connection.proxy) {
    const { proxy } = connection;
    return (
      <Line
        tone="danger"
        icon={WifiOff}
        text={proxyFaultText(proxy, t)}
        action={
          isForSignIn(proxy) ? (
            <LineButton
              label={t('net.conn.signIn')}
              onClick={() => void attempt(() => call('network.askSignIn', { proxy: proxy.address }))}
            />
          ) : (
            retry
          )
        }
      />
    );
  }
  if ((connection.state === 'offline' || connection.state === 'unreachable') && connection.detail)
    return <Line tone="danger" icon={ShieldAlert} text={t(`conn.${connection.detail}`)} action={retry} />;
  switch (connection.state) {
    case 'connecting':
      return <Line tone="neutral" text={t('conn.connecting')} spinner />;
    case 'offline':
      return (
        <Line
          tone="warn"
          icon={WifiOff}
          text={<Countdown untilMs={connection.nextTryAtMs} />}
          action={retry}
        />
      );
    case 'unreachable':
      return <Line tone="warn" icon={WifiOff} text={t('conn.unreachable')} action={retry} />;
    case 'kicked':
      return (
        <Line
          tone="danger"
          icon={CircleAlert}
          text={t(connection.banned ? 'conn.banned' : connection.quit ? 'conn.quit' : 'conn.kicked')}
          action={
            <LineButton
              label={t('conn.signInAgain')}
              onClick={() => requestSignIn(useSession.getState().shell?.account ?? null)}
            />
          }
        />
      );
    default:
      return null;
  }
}

/** Seconds to the next try, by a clock nobody can set; for readers only the fact, not each second. */
function Countdown({ untilMs }: { untilMs: number }) {
  const t = useT();
  const [seconds, setSeconds] = useState(() => secondsIn(untilMs - Date.now()));
  useEffect(() => {
    const end = performance.now() + untilMs - Date.now();
    const show = (): void => setSeconds(secondsIn(end - performance.now()));
    show();
    const timer = window.setInterval(show, 250);
    return () => window.clearInterval(timer);
  }, [untilMs]);
  return <span aria-live="off">{t('conn.offline', { n: seconds })}</span>;
}

const secondsIn = (ms: number): number => Math.max(0, Math.ceil(ms / 1000));

interface LineProps {
  tone: 'neutral' | 'warn' | 'danger';
  icon?: LucideIcon;
  spinner?: boolean;
  text: ReactNode;
  action?: ReactNode;
}

function Line({ tone, icon, spinner = false, text, action }: LineProps) {
  return (
    <div className={cx(css['line'], `tone-${tone}`)}>
      <span className={css['said']}>
        {spinner ? <Spinner size={16} /> : icon && <Icon of={icon} size={16} />}
        <span className={css['text']}>{text}</span>
      </span>
      {action}
    </div>
  );
}

function LineButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" className={css['action']} onClick={onClick}>
      {label}
    </button>
  );
}
