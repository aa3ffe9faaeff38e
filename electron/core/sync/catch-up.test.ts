/** What is there after an absence, whatever came first and whatever broke off in between. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
  const job = h.store.addSend({
    channel: BOB,
    clientMsgNo: `own-${seq}`,
    payload: { type: 1, content: 'mine' },
    timestamp: 1_795_400_000 + seq,
  });
  h.engine.onAcknowledged(BOB, seq);
  h.store.acknowledge(job, idOf(seq), seq);
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
