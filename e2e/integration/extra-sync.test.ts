/** The client's incremental extra sync against the embedded business server: 10,000 recalls after a month offline. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createBusinessApi } from '../../electron/core/api/business-api.ts';
import { createSyncEngine } from '../../electron/core/sync/sync-engine.ts';
import { openStore } from '../../electron/core/account-store/open-store.ts';
import { personChannelId } from '../../shared/wire/person-channel.ts';
import { Harness, type Person } from '../../server/business/testing/harness.ts';
import { tempFolder } from '../../shared/testing/temp-folder.ts';

/** Recalls in all; those of messages this client never saw wait in its extras. */
const COUNT = 10_000;
const MESSAGES = 400;
let h: Harness;
let alice: Person;
let bob: Person;
let dir: string;

beforeAll(async () => {
  dir = tempFolder('wk-extras-it-');
  h = await new Harness().start();
  [alice, bob] = [await h.person('alice'), await h.person('bob')];
});
afterAll(async () => {
  await h.close();
  rmSync(dir, { recursive: true, force: true });
});

it('brings the cache to the state of the server in one go, with one request for 500 rows', async () => {
  const stored = Array.from({ length: MESSAGES }, (_, i) => h.say(bob, alice.uid, 1, `secret ${i}`));
  const asked: string[] = [];
  const logs: string[] = [];
  const store = openStore({
    accountDir: dir,
    me: { uid: alice.uid, name: 'alice' },
    now: () => h.clock,
    serverOffsetMs: () => 0,
    offerReedit: () => true,
    log: () => undefined,
  });
  const engine = createSyncEngine({
    me: { uid: alice.uid, name: 'alice' },
    store,
    api: createBusinessApi({
      server: h.server.api,
      token: alice.token,
      fetch: (url, init) => {
        asked.push(new URL(url).pathname);
        return fetch(url, init);
      },
      log: (_level, message) => logs.push(message),
    }),
    deviceId: 'extras',
    log: (_level, message) => logs.push(message),
    push: () => undefined,
    serverNowMs: () => h.clock,
    isOnline: () => true,
    openChannels: () => [channel],
    onUnauthorized: () => undefined,
    rulesChanged: () => undefined,
    ownMessagesStored: () => undefined,
    deliveryDead: () => undefined,
    refreshMe: () => Promise.resolve(),
  });
  const channel = { channelId: bob.uid, channelType: 1 };
  const inSync = async (): Promise<void> => {
    const before = logs.filter((line) => line === 'in sync').length;
    engine.connected();
    await vi.waitFor(() => expect(logs.filter((line) => line === 'in sync').length).toBe(before + 1), {
      timeout: 15_000,
    });
  };
  try {
    await inSync();
    await engine.history.page(channel, { at: 'latest' }, 200);
    const texts = () =>
      store.messages
        .page(channel, { at: 'latest' }, 200)
        .messages.filter((m) => m.content.kind !== 'recalled');
    expect(texts()).toHaveLength(200);
    engine.disconnected();

    // Every second one stays. In the order in which they were recalled, newest first.
    const recalled = stored.filter((_, i) => i % 2 === 0).toReversed();
    const others = Array.from({ length: COUNT - recalled.length }, (_, i) => ({
      messageId: String(9_000_000_000_000_000n + BigInt(i)),
      seq: MESSAGES + 1 + i,
    }));
    const { extras } = h.server.context;
    const row = (messageId: string, messageSeq: number) => ({
      messageId,
      channelId: personChannelId(bob.uid, alice.uid),
      channelType: 1,
      messageSeq,
      fromUid: bob.uid,
      clientMsgNo: '',
      payloadType: 1,
    });
    extras.recall(
      [
        ...recalled.map((message) => row(message.messageId, message.seq)),
        ...others.map((message) => row(message.messageId, message.seq)),
      ],
      bob.uid,
      () => undefined,
    );

    asked.length = 0;
    const startedAt = performance.now();
    await inSync();
    const tookMs = performance.now() - startedAt;
    expect(asked.filter((path) => path.endsWith('/message/extra/sync'))).toHaveLength(COUNT / 500 + 1);
    expect(asked.length).toBeLessThanOrEqual(COUNT / 500 + 20);
    expect(tookMs).toBeLessThan(15_000);
    const kept = new Set(stored.filter((_, i) => i % 2 === 1).map((message) => message.messageId));
    expect(texts()).toHaveLength(100);
    expect(texts().every((message) => kept.has(message.messageId ?? ''))).toBe(true);
    asked.length = 0;
    await inSync();
    expect(asked.filter((path) => path.endsWith('/message/extra/sync'))).toHaveLength(1);
  } finally {
    engine.close();
    store.close();
  }
}, 60_000);
