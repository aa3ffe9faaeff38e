/** Any number of signed-in wire clients, each of a user of its own, straight on the IM server. */
import type { ServerProcess } from '../../scripts/servers.ts';
import { TestClient } from '../../server/im/testing/test-client.ts';

const AT_ONCE = 50;

export interface IdleConnections {
  readonly clients: readonly TestClient[];
  /** Opens more until there are so many. */
  growTo: (count: number) => Promise<void>;
  close: () => void;
}

export const crowdUid = (n: number): string => `bench-crowd-${n}`;

export function idleConnections(
  { im, imApiToken }: Pick<ServerProcess, 'im' | 'imApiToken'>,
  prepare?: (client: TestClient) => void,
): IdleConnections {
  const clients: TestClient[] = [];
  async function open(n: number): Promise<void> {
    const uid = crowdUid(n);
    const token = `token-${n}`;
    await fetch(`${im.api}/user/token`, {
      method: 'POST',
      headers: { token: imApiToken, 'content-type': 'application/json' },
      body: JSON.stringify({ uid, token, device_flag: 2, device_level: 0 }),
    });
    const client = await TestClient.connect(im.tcp, { uid, token });
    prepare?.(client);
    clients.push(client);
  }
  return {
    clients,
    async growTo(count) {
      while (clients.length < count) {
        const from = clients.length;
        await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => open(from + i)));
      }
    },
    close() {
      for (const client of clients) client.close();
    },
  };
}
