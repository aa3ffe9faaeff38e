/**
 * From `messages.send` of one account's core to the delta of the other's (outbox, both servers in a process of their
 * own, store, publisher), with no, 100 and 1,000 further connections signed in. Each figure against the one without.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { registerUser } from '../e2e/fixtures/people/peer.ts';
import { startTestServers } from '../e2e/fixtures/app/servers.ts';
import { bundleWorker } from '../electron/core/testing/bundle-worker.ts';
import { AccountClient } from './support/account-client.ts';
import { idleConnections } from './support/idle-connections.ts';
import { type BenchmarkOptions, percentile, ratioRow, type Row, valueRow } from './support/report.ts';
import { PASSWORD } from './support/servers.ts';

const NO_MENTION = { all: false, uids: [] };
/** One message is over before the next. */
const GAP_MS = 30;

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const messages = quick ? 10 : 150;
  const crowds = quick ? [0, 20] : [0, 100, 1_000];
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const servers = await startTestServers({ dataDir: join(dir, 'servers'), seed: null });
  const worker = await bundleWorker();
  const clients: AccountClient[] = [];
  const arrived = new Map<string, (at: number) => void>();
  const idle = idleConnections(servers);
  try {
    const uids: string[] = [];
    for (const username of ['bench-alice', 'bench-bobby']) {
      uids.push(await registerUser(servers.api, username, PASSWORD, username));
      const client = await AccountClient.start({
        file: worker.file,
        server: servers.api,
        username,
        password: PASSWORD,
        accountDir: join(dir, username),
        onDelta(delta) {
          if (delta.kind !== 'messages' || clients.length < 2) return;
          for (const view of delta.upserts)
            if (!view.own && view.content.kind === 'text')
              arrived.get(view.content.text)?.(performance.now());
        },
      });
      clients.push(client);
      await client.inSync();
    }
    const [alice] = clients as [AccountClient];
    const channel = { channelId: uids[1] ?? '', channelType: 1 };
    let serial = 0;
    const once = async (): Promise<number> => {
      serial += 1;
      const text = `第 ${serial} 条：今晚 20:00 灰度 5%`;
      const { promise, resolve } = Promise.withResolvers<number>();
      arrived.set(text, resolve);
      const startedAt = performance.now();
      await alice.value('messages.send', { channel, text, mention: NO_MENTION, replyToMessageId: null });
      const at = await promise;
      arrived.delete(text);
      await delay(GAP_MS);
      return at - startedAt;
    };
    for (let i = 0; i < 10; i += 1) await once();
    const rows: Row[] = [];
    let alone: number[] | null = null;
    for (const crowd of crowds) {
      await idle.growTo(crowd);
      const times: number[] = [];
      for (let i = 0; i < messages; i += 1) times.push(await once());
      for (const p of [50, 95]) {
        const metric = `A to B with ${crowd} further connections, p${p}`;
        if (alone) rows.push(ratioRow(metric, percentile(times, p), 'ms', percentile(alone, p), null));
        else rows.push(valueRow(metric, percentile(times, p), 'ms'));
      }
      alone ??= times;
    }
    return rows;
  } finally {
    idle.close();
    for (const client of clients) await client.stop();
    worker.remove();
    await servers.dispose();
    rmSync(dir, { recursive: true, force: true });
  }
}
