/** Both embedded servers inside this process, with the limits that would slow a measurement lifted. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerUser } from '../../e2e/fixtures/people/peer.ts';
import { type BusinessServer, startBusinessServer } from '../../server/business/business-server.ts';
import { type ImServer, startImServer } from '../../server/im/im-server.ts';

export const PASSWORD = 'bench-password-1';
const AT_ONCE = 20;

interface Announced {
  tcp: string;
  ws?: string;
}

export interface BenchServers {
  /** A folder for all that the benchmark writes. */
  dir: string;
  api: string;
  im: ImServer;
  business: BusinessServer;
  /** Ends both and erases the folder. */
  close: () => Promise<void>;
}

/**
 * `announce` says which addresses clients get instead of the IM server's TCP address, given that one. `webhook`:
 * the business server hears of messages, which it needs for conversations and reminders; only where the clients really
 * talk to the IM server.
 */
export async function startBenchServers(
  options: {
    announce?: (tcp: string) => Announced | Promise<Announced>;
    webhook?: boolean;
    /** -1: recalls are possible for ever. */
    revokeSecond?: number;
  } = {},
): Promise<BenchServers> {
  const { announce = (tcp) => ({ tcp }), webhook = false, revokeSecond } = options;
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const im = await startImServer({ dataDir: join(dir, 'im') });
  const business = await startBusinessServer({
    dataDir: join(dir, 'business'),
    imApi: im.api,
    imTransport: im.ask,
    imManagerToken: im.apiToken,
    imAddresses: { ws: '', wss: '', ...(await announce(im.tcp)) },
    passwordCost: 16,
    requestsPerSecond: 1_000_000,
    ...(revokeSecond === undefined ? {} : { revokeSecond }),
  });
  if (webhook) im.setWebhook(business.webhook);
  return {
    dir,
    api: business.api,
    im,
    business,
    async close() {
      await business.close();
      await im.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** `bench-person-0` and so on; answers their uids. */
export async function registerPeople(api: string, count: number): Promise<string[]> {
  const people: string[] = [];
  while (people.length < count) {
    const from = people.length;
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) =>
      registerUser(api, `bench-person-${from + i}`, PASSWORD, `同事 ${from + i}`),
    );
    people.push(...(await Promise.all(some)));
  }
  return people;
}
