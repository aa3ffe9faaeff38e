/** What Chromium loads by itself (updates) asks here for the password of a proxy; never for one of a server. */
import { app } from 'electron';
import { hostPort } from '../../../shared/network.ts';
import type { MainNetwork } from './main-network.ts';

/** Asked again so soon, the proxy did not take what was answered. */
const SOON_MS = 5_000;

export function signInToProxies(network: MainNetwork): void {
  const answeredAt = new Map<string, number>();
  app.on('login', (event, _contents, _details, { isProxy, host, port, scheme }, answer) => {
    if (!isProxy) return;
    event.preventDefault();
    const proxy = hostPort(host, port);
    const soon = Date.now() - (answeredAt.get(proxy) ?? 0) < SOON_MS;
    answeredAt.set(proxy, Date.now());
    if (scheme.toLowerCase() !== 'basic' || soon) {
      answer();
      return;
    }
    void tell(network, proxy, answer);
  });
}

async function tell(
  network: MainNetwork,
  proxy: string,
  answer: (user?: string, password?: string) => void,
): Promise<void> {
  const known = await network.passwordFor(proxy);
  if (known) answer(known.user, known.password);
  else answer();
}
