/**
 * From the network's return to the first synced view: every conversation of the list shows what came meanwhile, the
 * open one has its message, and the sync is through. Each conversation got one message while the account was away. With
 * 10 and 500 conversations.
 */
import { join } from 'node:path';
import { FaultProxy } from '../e2e/fixtures/faults/fault-proxy.ts';
import { registerUser } from '../e2e/fixtures/people/peer.ts';
import { channelKey } from '../shared/domain.ts';
import { bundleWorker } from '../electron/core/testing/bundle-worker.ts';
import { AccountClient } from './support/account-client.ts';
import { type BenchmarkOptions, median, ratioRow, type Row, valueRow } from './support/report.ts';
import { PASSWORD, registerPeople, startBenchServers } from './support/servers.ts';

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const rounds = quick ? 1 : 5;
  const worker = await bundleWorker();
  try {
    const few = await measure(worker.file, quick ? 3 : 10, rounds);
    const many = await measure(worker.file, quick ? 12 : 500, rounds);
    return [
      valueRow(`open conversation complete, ${few.count} conversations`, few.open, 'ms'),
      valueRow(`list complete, ${few.count} conversations`, few.list, 'ms'),
      ratioRow(`open conversation complete, ${many.count} conversations`, many.open, 'ms', few.open, null),
      ratioRow(`list complete, ${many.count} conversations`, many.list, 'ms', few.list, null),
    ];
  } finally {
    worker.remove();
  }
}

async function measure(
  file: string,
  count: number,
  rounds: number,
): Promise<{ count: number; open: number; list: number }> {
  let proxy!: FaultProxy;
  const servers = await startBenchServers({
    async announce(tcp) {
      proxy = await FaultProxy.start(tcp);
      return { tcp: proxy.address };
    },
  });
  const { api, dir, im } = servers;
  // The whole network goes: nothing is read over HTTP meanwhile either.
  const http = await FaultProxy.start(new URL(api).host);
  let account: AccountClient | null = null;
  try {
    const me = await registerUser(api, 'bench-me', PASSWORD, '我');
    const people = await registerPeople(api, count);
    const say = async (text: string): Promise<void> => {
      for (const uid of people)
        await fetch(`${im.api}/message/send`, {
          method: 'POST',
          headers: { token: im.apiToken, 'content-type': 'application/json' },
          body: JSON.stringify({
            header: { red_dot: 1 },
            from_uid: uid,
            channel_id: me,
            channel_type: 1,
            payload: Buffer.from(JSON.stringify({ type: 1, content: text })).toString('base64'),
          }),
        });
    };
    await say('before');
    const open = { channelId: people[0] ?? '', channelType: 1 };
    let expected = '';
    let openAt = 0;
    const listed = new Set<string>();
    let listAt = 0;
    account = await AccountClient.start({
      file,
      server: `http://${http.address}`,
      username: 'bench-me',
      password: PASSWORD,
      accountDir: join(dir, 'account'),
      onDelta(delta) {
        if (delta.kind === 'conversations') {
          for (const view of delta.upserts)
            if (view.preview?.text === expected) listed.add(channelKey(view.channel));
          if (listAt === 0 && listed.size >= count) listAt = performance.now();
        } else if (delta.kind === 'messages' && channelKey(delta.channel) === channelKey(open)) {
          const found = delta.upserts.some(
            ({ content }) => content.kind === 'text' && content.text === expected,
          );
          if (found && openAt === 0) openAt = performance.now();
        }
      },
    });
    await account.inSync();
    await account.value('channels.open', { channel: open });
    const opens: number[] = [];
    const lists: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const each of [proxy, http]) {
        each.admit('reset');
        each.resetAll();
      }
      const mine = account;
      await mine.until('the end of the connection', () => !mine.online);
      expected = `while away ${round}`;
      listed.clear();
      openAt = 0;
      listAt = 0;
      await say(expected);
      const syncs = account.syncs;
      for (const each of [proxy, http]) each.heal();
      const startedAt = performance.now();
      account.post({ kind: 'networkHint' });
      await account.until('the view', () => openAt > 0 && listAt > 0 && mine.syncs > syncs);
      opens.push(openAt - startedAt);
      lists.push(listAt - startedAt);
    }
    return { count, open: median(opens), list: median(lists) };
  } finally {
    await account?.stop();
    await proxy.stop();
    await http.stop();
    await servers.close();
  }
}
