/** What is told after an absence: once, and only what is new, unread and still there. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageKey } from '../../../shared/domain.ts';
import type { AwayChat } from '../../../shared/ipc/worker-protocol.ts';
import { BOB, idOf, ME, messages, received, SyncHarness, TEAM } from '../sync/testing/sync-harness.ts';
import { Away } from './away.ts';

let h: SyncHarness;
let away: Away;
let told: AwayChat[][];
let recalled: string[];
let isLong: boolean;

function startAway(): void {
  away = new Away({
    store: h.store,
    post: ({ chats }) => told.push(chats),
    recalled: (channel, key) => recalled.push(`${channel.channelId} ${key}`),
  });
}
async function connect(early?: () => void): Promise<void> {
  away.connected();
  await h.connect(early);
  h.engine.disconnected();
}
/** Chat, how many of it in all, and the seqs of those that are known by words. */
const seen = (chats: AwayChat[] | undefined): unknown[] =>
  (chats ?? []).map(({ channel, candidates, older }) => [
    channel.channelId,
    candidates.length + older,
    candidates.map((candidate) => candidate.messageSeq),
  ]);
const unread = (n: number): void => {
  const row = h.server.conversations.find(({ channel }) => channel.channelId === BOB.channelId);
  if (row) row.unread = n;
};
const team = (from: number, to: number): ReturnType<typeof messages> =>
  messages(from, to).map((each) => ({ ...each, messageId: idOf(10_000 + each.seq) }));

beforeEach(async () => {
  h = new SyncHarness({ settled: () => away.settled(isLong) });
  told = [];
  recalled = [];
  isLong = false;
  startAway();
  h.server.add(BOB, ...messages(1, 5));
  unread(2);
  await connect();
});
afterEach(() => h.dispose());

describe('an absence', () => {
  it('is told of once, each chat by itself, newest first', async () => {
    h.server.add(BOB, ...messages(6, 10));
    unread(7);
    h.server.add(TEAM, ...team(1, 3));
    Object.assign(h.server.conversations.at(-1) ?? {}, { unread: 3 });
    await connect();
    expect(told).toHaveLength(1);
    expect(seen(told[0])).toEqual([
      ['u2', 5, [6, 7, 8, 9, 10]],
      ['g1', 3, [1, 2, 3]],
    ]);
    await connect();
    h.restart();
    startAway();
    await connect();
    expect(told).toHaveLength(1);
  });

  it('before the first list of an account is none', () => {
    expect(told).toEqual([]);
  });

  it('begins with a first list that was here before the connection', async () => {
    h.dispose();
    h = new SyncHarness({ settled: () => away.settled(isLong) });
    startAway();
    h.server.add(BOB, ...messages(1, 5));
    unread(5);
    await h.engine.begin();
    h.server.add(BOB, ...messages(6, 6));
    unread(6);
    await connect();
    expect(told.map(seen)).toEqual([[['u2', 1, [6]]]]);
  });

  it('between two starts of the app is one', async () => {
    h.server.add(BOB, ...messages(6, 6));
    unread(3);
    h.restart();
    startAway();
    await connect();
    expect(told.map(seen)).toEqual([[['u2', 1, [6]]]]);
  });

  it('is counted where more came than is cached', async () => {
    h.server.add(BOB, ...messages(6, 500));
    unread(497);
    await connect();
    expect(told).toHaveLength(1);
    const [chat] = told[0] ?? [];
    expect([chat?.lastSeq, (chat?.candidates.length ?? 0) + (chat?.older ?? 0)]).toEqual([500, 495]);
  });

  it('is not told of what was read elsewhere, is my own, or was recalled meanwhile', async () => {
    h.server.add(BOB, ...messages(6, 8), {
      messageId: idOf(9),
      seq: 9,
      fromUid: ME.uid,
      clientMsgNo: 'elsewhere',
    });
    unread(0);
    await connect();
    expect(told).toEqual([]);
    h.server.add(BOB, ...messages(10, 12));
    unread(3);
    h.server.revoke(BOB, idOf(11), 7);
    await connect();
    expect(told.map(seen)).toEqual([[['u2', 2, [10, 12]]]]);
  });

  it('that was long knows what came and was recalled while nobody was there', async () => {
    isLong = true;
    h.server.add(BOB, ...messages(6, 8));
    unread(0);
    h.server.revoke(BOB, idOf(7), 7);
    await connect();
    expect([told, recalled]).toEqual([
      [],
      [`u2 ${messageKey({ fromUid: 'u2', clientMsgNo: `c${idOf(7)}`, messageId: idOf(7) })}`],
    ]);
  });

  it('is not told of what came live after all', async () => {
    h.server.add(BOB, ...messages(6, 8));
    unread(5);
    await connect(() => {
      h.engine.onMessages([received(8)]);
      away.toldLive(messageKey({ fromUid: 'u2', clientMsgNo: `c${idOf(8)}`, messageId: idOf(8) }));
    });
    expect(told.map(seen)).toEqual([[['u2', 2, [6, 7]]]]);
  });

  it('ends with the sync: a connection that broke off before is made up for by the next', async () => {
    h.server.add(BOB, ...messages(6, 7));
    unread(4);
    away.connected();
    h.server.onAsked = (call) => {
      if (call === 'POST /message/extra/sync') h.engine.disconnected();
    };
    h.engine.connected();
    await h.idle();
    expect([told, h.seqs(BOB).at(-1)]).toEqual([[], 7]);
    h.server.onAsked = () => undefined;
    await connect();
    expect(told.map(seen)).toEqual([[['u2', 2, [6, 7]]]]);
  });

  it('says who mentioned me', async () => {
    h.server.add(TEAM, ...team(1, 2));
    await connect();
    told = [];
    const [plain, mention] = team(3, 4);
    h.server.add(TEAM, plain!, {
      ...mention!,
      payload: { type: 1, content: '@Me look', mention: { uids: [ME.uid] } },
    });
    Object.assign(h.server.conversations.at(-1) ?? {}, { unread: 2 });
    await connect();
    expect(told[0]?.[0]?.candidates.map((candidate) => candidate.mentionsMe)).toEqual([false, true]);
  });
});
