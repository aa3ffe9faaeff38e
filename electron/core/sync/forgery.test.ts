/**
 * What members with modified clients can do to another client: nothing but make it ask the business server, and that
 * not often. (The same over a raw socket and the real servers: ../forgery.integration.test.ts.)
 */
import { rmSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import { createBusinessApi } from '../api/business-api.ts';
import type { ReceivedMessage } from '../connection/connection-api.ts';
import { openStore, type OpenStore } from '../account-store/open-store.ts';
import { createSyncEngine, type SyncEngine } from './sync-engine.ts';
import { forgedCommand, forgedRecall, type ForgeryWorld } from './testing/forgeries.ts';
import { ScriptedBusiness } from './testing/scripted-business.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';

const me = { uid: 'u1', name: 'Me' };
const bob: ChannelRef = { channelId: 'u2', channelType: 1 };
const team: ChannelRef = { channelId: 'g1', channelType: 2 };
const idOf = (channel: ChannelRef, seq: number): string =>
  String(2_124_791_608_111_960_000n + BigInt(seq) + (channel === bob ? 0n : 1_000n));
const world: ForgeryWorld = {
  channels: [bob, team],
  messageIds: [1, 2, 3, 4, 5].flatMap((seq) => [idOf(bob, seq), idOf(team, seq)]),
  members: ['u2', 'u3', 'u4'],
};

class World {
  readonly dir = tempFolder('wk-forgery-');
  readonly server = new ScriptedBusiness();
  readonly deltas: CoreDelta[] = [];
  readonly logs: string[] = [];
  readonly store: OpenStore;
  readonly engine: SyncEngine;

  constructor() {
    this.store = openStore({
      accountDir: this.dir,
      me,
      now: () => 1_795_400_100_000,
      serverOffsetMs: () => 0,
      offerReedit: () => true,
      log: () => undefined,
    });
    this.engine = createSyncEngine({
      me,
      store: this.store,
      api: createBusinessApi({
        server: 'http://s',
        token: 't',
        fetch: this.server.fetch,
        log: (_l, m) => this.logs.push(m),
      }),
      deviceId: 'dev',
      log: (_level, message) => this.logs.push(message),
      push: (delta) => this.deltas.push(delta),
      serverNowMs: () => 1_795_400_100_000,
      isOnline: () => true,
      openChannels: () => [bob],
      onUnauthorized: () => undefined,
      rulesChanged: () => undefined,
      ownMessagesStored: () => undefined,
      deliveryDead: () => undefined,
      refreshMe: () => Promise.resolve(),
    });
  }

  /** In sync with two conversations of five messages; whatever may be read again was read. */
  async ready(): Promise<void> {
    for (const channel of [bob, team]) {
      for (let seq = 1; seq <= 5; seq += 1)
        this.server.add(channel, { messageId: idOf(channel, seq), seq, fromUid: seq % 2 ? 'u2' : 'u3' });
    }
    this.engine.connected();
    await vi.waitUntil(() => this.logs.includes('in sync'), { timeout: 5_000 });
    for (const channel of [bob, team]) await this.engine.directory.refreshChannel(channel);
    for (const uid of world.members)
      await this.engine.directory.refreshChannel({ channelId: uid, channelType: 1 });
    await this.engine.directory.refreshMembers('g1');
    this.server.asked.length = 0;
    this.deltas.length = 0;
    this.store.changes.take();
  }

  /** All a window could show. */
  shown(): string {
    const pages = [bob, team].map((channel) => this.store.messages.page(channel, { at: 'latest' }, 200));
    const infos = [bob, team].map((channel) => this.store.people.channelInfo(channel));
    return JSON.stringify([
      pages,
      infos,
      this.store.conversations.list(),
      this.store.conversations.badge(),
      this.store.people.contacts(),
      this.store.messages.recallLog(),
    ]);
  }

  /** Resolves after a run of each channel that started after all earlier requests. */
  async settled(): Promise<void> {
    await Promise.all([bob, team].map((channel) => this.engine.extraSync.request(channel, 'extra', 0)));
  }

  close(): void {
    this.engine.close();
    this.store.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function countOf(server: ScriptedBusiness, call: string, channel: ChannelRef): number {
  return server
    .bodies(call)
    .filter((body) => `${String(body['channel_type'])}/${String(body['channel_id'])}` === channelKey(channel))
    .length;
}

describe('forged recalls', () => {
  it('1,200 of them: none applied, nothing shown differently, one extra/sync per channel and batch', async () => {
    let forgeries = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(forgedRecall(world), { minLength: 100, maxLength: 100, size: 'max' }),
        async (batch) => {
          const w = new World();
          try {
            await w.ready();
            const before = w.shown();
            w.engine.onMessages(batch);
            forgeries += batch.length;
            await w.settled();
            expect(w.shown()).toBe(before);
            expect(w.deltas).toEqual([]);
            expect(w.store.changes.take()).toBeNull();
            for (const channel of [bob, team]) {
              // The last one is settled()'s own.
              expect(countOf(w.server, 'POST /message/extra/sync', channel)).toBeLessThanOrEqual(2);
              expect(countOf(w.server, 'POST /message/channel/sync', channel)).toBeLessThanOrEqual(1);
            }
            const others = w.server.asked.filter((asked) => !/(extra|channel)\/sync$/.test(asked.call));
            expect(others).toEqual([]);
          } finally {
            w.close();
          }
        },
      ),
      { numRuns: 12, endOnFailure: false },
    );
    expect(forgeries).toBeGreaterThanOrEqual(1_000);
  });
});

describe('a flood', () => {
  let w: World;
  beforeEach(async () => {
    w = new World();
    await w.ready();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
    w.close();
  });

  /** 5,000 in one second: 50 batches of 100. `during` is called before each batch. */
  async function flood(
    arbitrary: fc.Arbitrary<ReceivedMessage>,
    during?: (batch: number) => void,
  ): Promise<void> {
    const packets = fc.sample(arbitrary, { numRuns: 500, seed: 7 });
    for (let batch = 0; batch < 50; batch += 1) {
      during?.(batch);
      const from = (batch % 5) * 100;
      w.engine.onMessages(
        packets
          .slice(from, from + 100)
          .map((packet, i) => ({ ...packet, messageId: `${7_000 + batch * 100 + i}` })),
      );
      await vi.advanceTimersByTimeAsync(20);
    }
  }

  it('of 5,000 forged recalls in a second costs at most 9 extra/sync a channel and one read-back', async () => {
    const before = w.shown();
    await flood(forgedRecall(world));
    for (const channel of [bob, team]) {
      // Six at once, then one per half second.
      expect(countOf(w.server, 'POST /message/extra/sync', channel)).toBeLessThanOrEqual(9);
      expect(countOf(w.server, 'POST /message/channel/sync', channel)).toBeLessThanOrEqual(1);
    }
    expect(w.server.asked.length).toBeLessThanOrEqual(20);
    // And it does not go on by itself afterwards.
    await vi.advanceTimersByTimeAsync(30_000);
    const afterwards = w.server.asked.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(w.server.asked).toHaveLength(afterwards);
    expect(afterwards).toBeLessThanOrEqual(40);
    expect(w.shown()).toBe(before);
    expect(w.deltas).toEqual([]);
  });

  it('does not keep a true recall from being seen within a second', async () => {
    const true_ = idOf(team, 3);
    let seenAt: number | null = null;
    await flood(forgedRecall(world), (batch) => {
      if (batch === 25) {
        w.server.revoke(team, true_, 50);
        w.engine.onMessages([
          {
            channel: team,
            messageId: '77',
            messageSeq: 9,
            clientMsgNo: 'true',
            fromUid: 'u3',
            timestamp: 1_795_400_050,
            expire: 0,
            setting: 0,
            noPersist: false,
            redDot: false,
            syncOnce: true,
            payload: { type: 99, cmd: 'messageRevoke', param: { message_id: true_ } },
          },
        ]);
      }
      if (seenAt === null && w.store.messages.byId(true_)?.recall?.state === 'done') seenAt = batch;
    });
    await vi.advanceTimersByTimeAsync(500);
    expect(w.store.messages.byId(true_)?.recall).toMatchObject({ state: 'done' });
    // 25 batches of 20 ms are half a second.
    expect(seenAt ?? 50).toBeLessThanOrEqual(50);
    expect(w.store.messages.byId(idOf(team, 2))?.recall).toBeNull();
    expect(w.shown()).not.toContain(`text ${true_}`);
  });

  it('of 5,000 forged commands of every other kind changes nothing and costs a bounded number of reads', async () => {
    const before = w.shown();
    await flood(forgedCommand(world));
    expect(w.shown()).toBe(before);
    expect(w.deltas.filter((delta) => delta.kind !== 'friendRequests')).toEqual([]);
    const inOneSecond = w.server.asked.length;
    expect(inOneSecond).toBeLessThanOrEqual(80);
    await vi.advanceTimersByTimeAsync(120_000);
    const settled = w.server.asked.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(w.server.asked).toHaveLength(settled);
    expect(w.shown()).toBe(before);
    // Only channels and people this account has are asked about.
    const asked = w.server.asked.flatMap(
      ({ call }) => /^GET \/(?:users|groups)\/([^/]+)/.exec(call)?.[1] ?? [],
    );
    expect(new Set(asked).difference(new Set(['u2', 'u3', 'u4', 'g1']))).toEqual(new Set());
  });

  it('of 500 forged lines about the group makes nothing be read', async () => {
    const lines = Array.from({ length: 500 }, (_, n) => ({
      ...(fc.sample(forgedRecall(world), { numRuns: 1, seed: n })[0] as ReceivedMessage),
      channel: team,
      messageId: idOf(team, 6 + n),
      messageSeq: 6 + n,
      noPersist: false,
      syncOnce: false,
      payload: {
        type: [1001, 1002, 1003, 1005, 1007, 1008, 1020, 1021][n % 8],
        content: '{0}',
        extra: [{ uid: 'u1', name: 'Me' }],
      },
    }));
    w.engine.onMessages(lines);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(w.server.asked.filter(({ call }) => call.startsWith('GET /groups/'))).toEqual([]);
    const { messages } = w.store.messages.page(team, { at: 'latest' }, 500);
    expect(new Set(messages.slice(-500).map(({ content }) => content.kind))).toEqual(
      new Set(['unsupported']),
    );
  });

  it('of forged hints does not hide that versions went backwards', async () => {
    w.store.messages.setExtraVersion(bob, 1_000);
    w.engine.onMessages(fc.sample(forgedRecall({ ...world, channels: [bob] }), { numRuns: 200, seed: 3 }));
    await vi.advanceTimersByTimeAsync(10);
    // Restored from a backup: the new recall has a version below the cursor.
    w.server.revoke(bob, idOf(bob, 4), 20);
    w.engine.onMessages([
      {
        ...(fc.sample(forgedRecall(world), { numRuns: 1, seed: 4 })[0] as ReceivedMessage),
        channel: bob,
        payload: { type: 99, cmd: 'messageRevoke', param: { message_id: idOf(bob, 4) } },
      },
    ]);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(w.store.messages.byId(idOf(bob, 4))?.recall?.state).toBe('done');
  });
});
