import { CircleAlert, Lock, LockOpen, ShieldCheck, Undo2 } from 'lucide-react';
import type { ServerProbe } from '../../../shared/ipc/contract/sign-in.ts';
import { useT } from '../../i18n/i18n.ts';
import { spanOf } from '../../i18n/time-format.ts';
import { proxyFaultText } from '../../text/proxy-fault.ts';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import type { ProbeState } from './use-server-probe.ts';
import css from './probe-note.module.css';

/**
 * Three lines at most, so that nothing below moves: where the password goes, the line to it, and recall there; or what
 * is wrong, each kind in words of its own.
 */
export function ProbeNote({ probe }: { probe: ProbeState }) {
  const t = useT();
  switch (probe.state) {
    case 'probing':
      return (
        <span className={css['note']}>
          <Spinner size={14} />
          {t('login.probing')}
        </span>
      );
    case 'proxy':
      return <Bad text={proxyFaultText(probe.fault, t)} />;
    case 'unreachable':
    case 'noName':
    case 'refused':
    case 'silent':
    case 'badAddress':
    case 'managed':
    case 'blocked':
    case 'certificate':
    case 'insecure':
    case 'notCompatible':
      return <Bad text={t(probe.state === 'managed' ? 'pol.server' : `login.probeErr.${probe.state}`)} />;
    case 'ok':
      return <Connected probe={probe.probe} />;
    default:
      return null;
  }
}

function Bad({ text }: { text: string }) {
  return (
    <span className={cx(css['note'], css['bad'])}>
      <Icon of={CircleAlert} size={14} />
      <span>{text}</span>
    </span>
  );
}

/** From here on the two clocks do not agree: below it a minute more or less is what a header can tell. */
const CLOCK_APART_MS = 60_000;

/**
 * Where the password goes; then what concerns a person before they sign in: whether the line is encrypted, whether the
 * clocks agree by which a recall is counted, and until when it is possible and who sees to that.
 */
function Connected({ probe }: { probe: ServerProbe }) {
  const t = useT();
  const { server, latencyMs, insecure } = probe;
  return (
    <span className={css['lines']}>
      {/* The scheme the password goes to, whatever was typed. */}
      <bdi className="ellipsis" title={server} data-testid="probed-server">
        {server}
      </bdi>
      <span className={cx(css['note'], insecure ? css['warn'] : css['good'])} data-testid="server-line">
        {/* Also of this computer's own: what is closed beside an http address would be a lie. */}
        <Icon of={server.startsWith('https:') ? Lock : LockOpen} size={14} />
        <span className="ellipsis">
          {insecure ? (
            t('login.insecure')
          ) : (
            <>
              {t('login.probe.ok')}
              <i className="dot-separator" />
              {t('login.probe.ms', { n: Math.round(latencyMs) })}
            </>
          )}
          <Clock offsetMs={probe.clockOffsetMs} />
        </span>
      </span>
      <Recall probe={probe} />
    </span>
  );
}

function Clock({ offsetMs }: { offsetMs: number | null }) {
  const t = useT();
  // What the server does not say is not said for it.
  if (offsetMs === null) return null;
  const isApart = Math.abs(offsetMs) >= CLOCK_APART_MS;
  const apart = spanOf(Math.round(Math.abs(offsetMs) / 60_000) * 60);
  const words = isApart
    ? t(offsetMs > 0 ? 'login.probe.clockAhead' : 'login.probe.clockBehind', {
        t: t(apart.key, { n: apart.n }),
      })
    : t('login.probe.clockSame');
  return (
    <>
      <i className="dot-separator" />
      <span className={isApart ? css['warn'] : undefined} title={t('login.probe.clockWhy')}>
        {words}
      </span>
    </>
  );
}

function Recall({ probe: { rules, recallEnforced } }: { probe: ServerProbe }) {
  const t = useT();
  const span = spanOf(rules.revokeSecond);
  const limit = rules.revokeSecond < 0 ? t('set.recall.unlimited') : t(span.key, { n: span.n });
  return (
    <span className={cx(css['note'], recallEnforced ? css['good'] : css['warn'])} data-testid="server-recall">
      <Icon of={recallEnforced ? ShieldCheck : Undo2} size={14} />
      <span
        className="ellipsis"
        title={t(recallEnforced ? 'login.probe.enforcedWhy' : 'login.probe.notEnforcedWhy')}
      >
        {t(recallEnforced ? 'login.probe.enforced' : 'login.probe.notEnforced', { t: limit })}
      </span>
    </span>
  );
}
