import { CircleAlert, Lock, LockOpen } from 'lucide-react';
import { useT } from '../../i18n/i18n.ts';
import { spanOf } from '../../i18n/time-format.ts';
import { proxyFaultText } from '../../text/proxy-fault.ts';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import type { ProbeState } from './use-server-probe.ts';
import css from './probe-note.module.css';

/**
 * The lines under the server address: where the password goes, and connected, or what is wrong: each kind has words of
 * its own.
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
      return (
        <span className={cx(css['note'], css['bad'])}>
          <Icon of={CircleAlert} size={14} />
          {proxyFaultText(probe.fault, t)}
        </span>
      );
    case 'unreachable':
    case 'badAddress':
    case 'managed':
    case 'blocked':
    case 'certificate':
    case 'insecure':
    case 'notCompatible':
      return (
        <span className={cx(css['note'], css['bad'])}>
          <Icon of={CircleAlert} size={14} />
          {t(probe.state === 'managed' ? 'pol.server' : `login.probeErr.${probe.state}`)}
        </span>
      );
    case 'ok': {
      const { server, latencyMs, rules, insecure } = probe.probe;
      const span = spanOf(rules.revokeSecond);
      const limit = rules.revokeSecond < 0 ? t('set.recall.unlimited') : t(span.key, { n: span.n });
      return (
        <span className={css['lines']}>
          {/* The scheme the password goes to, whatever was typed. */}
          <bdi className={css['address']} data-testid="probed-server">
            {server}
          </bdi>
          <span className={cx(css['note'], css['good'])}>
            {/* Also of this computer's own: what is closed beside an http address would be a lie. */}
            <Icon of={server.startsWith('https:') ? Lock : LockOpen} size={14} />
            <span>
              {t('login.probe.ok')}
              <i className="dot-separator" />
              {t('login.probe.ms', { n: Math.round(latencyMs) })}
              <i className="dot-separator" />
              {t('login.probe.recall', { t: limit })}
            </span>
          </span>
          {insecure && (
            <span className={cx(css['note'], css['warn'])}>
              <Icon of={CircleAlert} size={14} />
              {t('login.insecure')}
            </span>
          )}
        </span>
      );
    }
    default:
      return null;
  }
}
