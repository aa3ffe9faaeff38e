import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useSession } from '../../state/session/session-store.ts';
import { Button } from '../../ui/button.tsx';
import { Card, CardRow, ValueRow } from '../../ui/card.tsx';
import { ProblemLine } from '../../ui/problem-line.tsx';
import { useProblem } from '../../ui/use-problem.ts';
import page from './settings.module.css';

/** For which proxies a user name is known; passwords are never shown. */
export function ProxySignIns() {
  const t = useT();
  const network = useSession((state) => state.shell?.network);
  const { problem, run } = useProblem();
  if (!network) return null;
  const { config, signedIn } = network;
  const manual = config.mode === 'manual' && config.kind !== 'pac' && config.host !== '';
  const proxy = `${config.host}:${config.port}`;
  return (
    <Card>
      {signedIn.map((entry) => (
        <CardRow
          key={entry.proxy}
          label={<bdi>{entry.user}</bdi>}
          detail={`${entry.proxy} · ${t(entry.remembered ? 'net.signIns.remembered' : 'net.signIns.memory')}`}
        >
          <Button
            size="small"
            aria-label={t('words.of', { what: t('net.signIns.forget'), whom: entry.proxy })}
            onClick={() => void run(() => call('network.forgetSignIn', { proxy: entry.proxy }))}
          >
            {t('net.signIns.forget')}
          </Button>
        </CardRow>
      ))}
      {signedIn.length === 0 &&
        (manual ? (
          <CardRow label={t('net.signIns.none')} detail={t('net.signIns.hint')}>
            <Button size="small" onClick={() => void run(() => call('network.askSignIn', { proxy }))}>
              {t('net.signIns.set')}
            </Button>
          </CardRow>
        ) : (
          <ValueRow label={t('net.signIns.none')} detail={t('net.signIns.hint')} value="" />
        ))}
      <ProblemLine problem={problem} className={page['inCard']} />
    </Card>
  );
}
