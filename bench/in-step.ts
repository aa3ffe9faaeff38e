/**
 * What it costs to stay in step while connected and idle: requests and bytes of one hour with 500 chats, one of them
 * open, by a simulated clock, on the sync as the app runs it. Against what asking for all of it would cost (every
 * chat's extras each 30 s, the whole list each 2 minutes), and against the same hour with 5 chats.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../electron/core/account-store/open-store.ts';
import { createBusinessApi } from '../electron/core/api/business-api.ts';
import { createSyncEngine } from '../electron/core/sync/sync-engine.ts';
import { ScriptedBusiness } from '../electron/core/sync/testing/scripted-business.ts';
import { installSimulatedClock } from './support/simulated-clock.ts';
import { type BenchmarkOptions, ratioRow, type Row } from './support/report.ts';

const ME = { uid: 'a'.repeat(32), name: 'Me' };
const START_MS = 1_795_500_000_000;
const MINUTE = 60_000;
/** Beside the body: request line, head with its token, and the head of the answer. */
const HEADS_BYTES = 700;

interface Cost {
  requests: number;
  bytes: number;
}

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const chats = quick ? 50 : 500;
  const minutes = quick ? 10 : 60;
  const few = await idle(5, minutes, true);
  const seen = await idle(chats, minutes, true);
  const hidden = await idle(chats, minutes, false);
  const extras = asking(seen.extras, chats * minutes * 2);
  const lists = asking(seen.wholeList, minutes / 2);
  const naive = { requests: extras.requests + lists.requests, bytes: extras.bytes + lists.bytes };
  const per = `${minutes} minutes, ${chats} chats`;
  return [
    ratioRow(`requests, ${per}, window seen`, seen.all.requests, 'requests', naive.requests, '<= 0.01'),
    ratioRow(`bytes, ${per}, window seen`, seen.all.bytes / 1024, 'KiB', naive.bytes / 1024, '<= 0.1'),
    ratioRow(`requests, ${per}, window hidden`, hidden.all.requests, 'requests', naive.requests, '<= 0.01'),
    ratioRow(`bytes, ${per}, window hidden`, hidden.all.bytes / 1024, 'KiB', naive.bytes / 1024, '<= 0.1'),
    ratioRow(
      `requests with ${chats} chats against 5`,
      seen.all.requests,
      'requests',
      few.all.requests,
      '<= 1',
    ),
  ];
}

const asking = (what: Cost, times: number): Cost => ({
  requests: times,
  bytes: (what.bytes / what.requests) * times,
});

async function idle(
  chats: number,
  minutes: number,
  visible: boolean,
): Promise<{ all: Cost; extras: Cost; wholeList: Cost }> {
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const clock = installSimulatedClock(START_MS);
  const server = new ScriptedBusiness();
  const costs = new Map<string, Cost>();
  const open = { channelId: 'b'.repeat(32), channelType: 2 };
  for (let n = 0; n < chats; n += 1) {
    const channelId = n === 0 ? open.channelId : `${n}`.padStart(32, 'c');
    server.add(
      { channelId, channelType: 2 },
      { messageId: String(2_124_791_608_111_960_064n + BigInt(n)), seq: 1 + n, fromUid: 'd'.repeat(32) },
    );
  }
  const store = openStore({
    accountDir: dir,
    me: ME,
    now: () => Date.now(),
    serverOffsetMs: () => 0,
    offerReedit: () => false,
    log: () => undefined,
  });
  const engine = createSyncEngine({
    me: ME,
    store,
    api: createBusinessApi({
      server: 'http://server',
      token: 't',
      fetch: async (url, init) => {
        const answer = await server.fetch(url, init);
        const body = await answer.clone().text();
        const sent = typeof init.body === 'string' ? init.body : '';
        const path = new URL(url).pathname;
        const isWhole = path.endsWith('/conversation/sync') && sent.includes('"last_msg_seqs":""');
        for (const name of ['all', isWhole ? 'whole list' : path]) {
          const cost = costs.get(name) ?? { requests: 0, bytes: 0 };
          cost.requests += 1;
          cost.bytes += url.length + Buffer.byteLength(sent) + Buffer.byteLength(body) + HEADS_BYTES;
          costs.set(name, cost);
        }
        return answer;
      },
      log: () => undefined,
    }),
    deviceId: 'bench',
    log: () => undefined,
    push: () => undefined,
    serverNowMs: () => Date.now(),
    isOnline: () => true,
    openChannels: () => [open],
    onUnauthorized: () => undefined,
    rulesChanged: () => undefined,
    ownMessagesStored: () => undefined,
    refreshMe: () => Promise.resolve(),
    deliveryDead: () => undefined,
  });
  const costOf = (name: string): Cost => costs.get(name) ?? { requests: 0, bytes: 0 };
  try {
    engine.attention({ visible, focused: false });
    engine.connected();
    engine.channelOpened(open);
    // Over: what every connection costs.
    await clock.pass(20 * MINUTE);
    const wholeList = costOf('whole list');
    costs.clear();
    await clock.pass(minutes * MINUTE);
    return { all: costOf('all'), extras: costOf('/v1/message/extra/sync'), wholeList };
  } finally {
    engine.close();
    store.close();
    clock.restore();
    rmSync(dir, { recursive: true, force: true });
  }
}
