/** What is there after an absence, whatever came first and whatever broke off in between. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConversationView } from '../../../shared/domain.ts';
import { BOB, idOf, ME, messages, received, SyncHarness } from './testing/sync-harness.ts';

let h: SyncHarness;
beforeEach(async () => {
  h = new SyncHarness();
  h.server.add(BOB, ...messages(1, 5));
  await h.connect();
  h.engine.disconnected();
});
afterEach(() => {
  vi.useRealTimers();
  h.dispose();
});

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

/** An own message that waited is sent and acknowledged before anything else happens. */
function acknowledgeOwn(seq: number): void {
  const job = h.store.outbox.addSend({
    channel: BOB,
    clientMsgNo: `own-${seq}`,
    payload: { type: 1, content: 'mine' },
    timestamp: 1_795_400_000 + seq,
  });
  h.engine.onAcknowledged(BOB, seq);
  h.store.outbox.acknowledge(job, idOf(seq), seq);
}

describe('what was said during an absence', () => {
  it('is there although an own message was acknowledged first', async () => {
    h.server.add(BOB, ...messages(6, 7), {
      messageId: idOf(8),
      seq: 8,
      fromUid: ME.uid,
      clientMsgNo: 'own-8',
    });
    h.open = [BOB];
    await h.connect(() => acknowledgeOwn(8));
    expect(h.seqs(BOB)).toEqual(upTo(8));
    expect(h.server.bodies('POST /conversation/sync').at(-1)).toMatchObject({ last_msg_seqs: 'u2:1:5' });
  });

  it('is there although a newer message arrived first, with more between than one answer brings', async () => {
    h.server.add(BOB, ...messages(6, 120));
    await h.connect(() => h.engine.onMessages([received(120)]));
    expect(h.seqs(BOB)).toEqual(upTo(120));
  });

  it('is asked for relative to what was known before a run that failed', async () => {
    h.server.add(BOB, ...messages(6, 60));
    h.server.overrides.set('POST /conversation/sync', () => new Response('', { status: 500 }));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    h.engine.connected();
    await vi.waitFor(() => expect(h.logs.join()).toContain('again in 2 s'));
    acknowledgeOwn(61);
    h.engine.disconnected();
    vi.useRealTimers();
    h.server.overrides.clear();
    h.server.add(BOB, { messageId: idOf(61), seq: 61, fromUid: ME.uid, clientMsgNo: 'own-61' });
    await h.connect();
    expect(h.seqs(BOB)).toEqual(upTo(61));
  });

  it('below an own message while online is waited for two seconds, then fetched', async () => {
    await h.connect();
    h.server.add(BOB, ...messages(6, 8));
    h.server.asked.length = 0;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    acknowledgeOwn(9);
    h.engine.onMessages([received(7)]);
    await vi.advanceTimersByTimeAsync(1_900);
    expect(h.server.count('POST /message/channel/sync')).toBe(0);
    await vi.advanceTimersByTimeAsync(200);
    await vi.waitFor(() => expect(h.seqs(BOB)).toEqual(upTo(9)));
  });
});

describe('a long history', () => {
  it('is no longer read when the user leaves the channel, and read on from there when they come back', async () => {
    h.server.maxRows = 20;
    h.server.add(BOB, ...messages(6, 300));
    // Not open while the list is read; more than one answer brings lies between.
    h.server.overrides.set('POST /message/channel/sync', () => new Response('{"msg":"x"}', { status: 400 }));
    await h.connect();
    h.server.overrides.clear();
    h.server.asked.length = 0;
    h.server.onAsked = (call) => {
      if (call === 'POST /message/channel/sync') h.leave(BOB);
    };
    h.show(BOB);
    await h.idle();
    // The answer that was on its way came, and no more.
    expect(h.server.bodies('POST /message/channel/sync').map((body) => body['start_message_seq'])).toEqual([
      280,
    ]);
    h.server.onAsked = () => undefined;
    const [gap] = h.store.messages.gaps(BOB, 1);
    expect(gap).toMatchObject({ fromSeq: 6 });
    h.server.asked.length = 0;
    h.show(BOB);
    await h.idle();
    // From where it stopped.
    expect(h.server.bodies('POST /message/channel/sync')[0]).toMatchObject({ start_message_seq: gap?.toSeq });
    expect(h.store.messages.gaps(BOB, 1)[0]?.toSeq ?? 0).toBeLessThan(100);
  });

  it('with a hole in its middle is filled where somebody looks', async () => {
    h.server.add(BOB, ...messages(6, 1_000));
    await h.connect();
    h.server.asked.length = 0;
    const middle = await h.engine.history.page(BOB, { at: 'around', messageSeq: 300 }, 40);
    const shown = middle.messages.map((message) => message.messageSeq);
    expect(shown).toEqual(Array.from({ length: shown.length }, (_, i) => (shown[0] ?? 0) + i));
    expect(shown).toContain(300);
    expect(h.server.count('POST /message/channel/sync')).toBeLessThanOrEqual(2);
  });
});

const CONVERSATIONS = 500;
const MESSAGES_EACH = 200;
const KNOWN_EACH = 3;

/** Ids of their own for each conversation. */
const idIn = (person: number, seq: number): string =>
  String(BigInt(idOf(seq)) + BigInt(person + 1) * 1_000_000n);

const log = (person: number, from: number, to: number) =>
  messages(from, to, `p${person}`).map((m) => ({ ...m, messageId: idIn(person, m.seq) }));

/** What is held after a collection, MB. */
function heldMb(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const number = ({ channel }: ConversationView): number => Number(channel.channelId.slice(1));

describe('a month offline, 500 conversations, 100,000 messages', () => {
  const people = Array.from({ length: CONVERSATIONS }, (_, i) => ({ channelId: `p${i}`, channelType: 1 }));
  /** What each line of the list is when it is right. */
  const right = people.map((channel, i) => ({
    channel,
    unread: MESSAGES_EACH - KNOWN_EACH,
    lastMessageSeq: MESSAGES_EACH,
    preview: { text: `text ${idIn(i, MESSAGES_EACH)}` },
  }));

  beforeEach(async () => {
    h.server.conversations = [];
    for (const [i, channel] of people.entries()) h.server.add(channel, ...log(i, 1, KNOWN_EACH));
    await h.connect();
    h.engine.disconnected();
    for (const [i, channel] of people.entries())
      h.server.add(channel, ...log(i, KNOWN_EACH + 1, MESSAGES_EACH));
    for (const conversation of h.server.conversations) conversation.unread = MESSAGES_EACH - KNOWN_EACH;
  });

  it.each([
    ['asleep', () => undefined],
    ['closed', () => h.restart()],
  ])(
    '%s: the list is right after one answer, history comes when it is looked at',
    async (_, meanwhile) => {
      meanwhile();
      h.server.asked.length = 0;
      const heldBefore = heldMb();
      // The first thing that is asked after the list.
      let list: ConversationView[] = [];
      h.server.overrides.set('GET /friend/sync', () => {
        list = h.store.conversations.list();
        expect(h.server.asked.filter((asked) => asked.call.includes('conversation')).length).toBe(1);
        expect(h.server.count('POST /message/channel/sync')).toBe(0);
        return new Response('[]');
      });
      await h.connect();
      const month = list.filter((c) => c.channel.channelId !== BOB.channelId);
      expect(month.sort((a, b) => number(a) - number(b))).toMatchObject(right);
      // Everything else is bounded, whatever the number of conversations and messages.
      const pages = h.server.bodies('POST /message/channel/sync');
      expect(pages.length).toBeLessThanOrEqual(50);
      expect(h.server.count('POST /message/extra/sync')).toBeLessThanOrEqual(300);
      expect(h.server.asked.length).toBeLessThanOrEqual(400);
      const rows = h.store.diagnostics().cachedMessages;
      expect(rows).toBeLessThanOrEqual(50 * MESSAGES_EACH + CONVERSATIONS * (KNOWN_EACH + 20));
      // All messages of the month would be more than 20 MB.
      expect(heldMb() - heldBefore).toBeLessThan(12);
      // The oldest conversation is read when somebody opens it, page by page.
      const last = people.at(-1) as (typeof people)[number];
      const page = await h.engine.history.page(last, { at: 'latest' }, 50);
      expect(page.messages.map((m) => m.messageSeq)).toEqual(upTo(MESSAGES_EACH).slice(-50));
      expect(h.store.diagnostics().cachedMessages - rows).toBeLessThanOrEqual(50);
    },
    60_000,
  );
});
