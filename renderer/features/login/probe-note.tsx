import { CircleAlert, Lock, LockOpen } from 'lucide-react';
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
 * Two lines at most, so that nothing below moves: where the password goes, and connected; or what is wrong, each kind
 * in words of its own.
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

function Connected({ probe: { server, latencyMs, rules, insecure } }: { probe: ServerProbe }) {
  const t = useT();
  const span = spanOf(rules.revokeSecond);
  const limit = rules.revokeSecond < 0 ? t('set.recall.unlimited') : t(span.key, { n: span.n });
  return (
    <span className={css['lines']}>
      {/* The scheme the password goes to, whatever was typed. */}
      <bdi className="ellipsis" title={server} data-testid="probed-server">
        {server}
      </bdi>
      {insecure ? (
        <span className={cx(css['note'], css['warn'])}>
          <Icon of={LockOpen} size={14} />
          {t('login.insecure')}
        </span>
      ) : (
        <span className={cx(css['note'], css['good'])}>
          {/* Also of this computer's own: what is closed beside an http address would be a lie. */}
          <Icon of={server.startsWith('https:') ? Lock : LockOpen} size={14} />
          <span className="ellipsis">
            {t('login.probe.ok')}
            <i className="dot-separator" />
            {t('login.probe.ms', { n: Math.round(latencyMs) })}
            <i className="dot-separator" />
            {t('login.probe.recall', { t: limit })}
          </span>
        </span>
      )}
    </span>
  );
}
