import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ReplyFate } from '../../../shared/ipc/contract/messages.ts';
import { GROUP, idOf, ME, message } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import type { CoreContext } from './core-context.ts';
import { createComposer } from './enqueue.ts';
import { sendQuickReply } from './reply-fate.ts';

const fixture = useFixture();
let state: string;
let read: number[];

beforeEach(() => {
  state = 'online';
  read = [];
  fixture.store.messages.ingest([message(1), message(2)], 'live');
});
afterEach(() => vi.useRealTimers());

function reply(keys: string | string[], readSeq = 2): Promise<ReplyFate> {
  const { store } = fixture;
  const parts = {
    store,
    me: () => ({ uid: ME.uid }),
    serverNowMs: () => fixture.nowMs,
    connectionState: () => ({ state }),
    readHere: (_channel: unknown, seq: number) => read.push(seq),
    onCommit: (listener: () => void) => store.changes.subscribe(listener),
    // A stand-in for the parts that it uses.
  } as unknown as CoreContext;
  const context = { ...parts, composer: createComposer(parts, () => undefined) };
  return sendQuickReply(context, { channel: GROUP, keys: [keys].flat(), text: 'on my way', readSeq });
}
const keyOf = (seq: number): string => `u-bob:no-${seq}`;
const jobs = () => fixture.store.outbox.nextSends();
/** It is in the outbox. */
const queued = () => vi.waitUntil(() => jobs()[0]);
const recall = (seq: number): void =>
  fixture.store.messages.applyRecall({
    channel: GROUP,
    messageId: idOf(seq),
    clientMsgNo: null,
    revoker: 'u-bob',
    version: 1,
    source: 'cmd',
    startedAt: 0,
  });

it('answers once the server has it, and reads the chat at once', async () => {
  const fate = reply(keyOf(2));
  const job = await queued();
  expect([job.payload, read]).toEqual([expect.objectContaining({ type: 1, content: 'on my way' }), [2]]);
  fixture.store.outbox.acknowledge(job, idOf(9), 9);
  expect(await fate).toBe('sent');
});

it('of one that was refused, or waits for the network, says so; it stays in the outbox', async () => {
  const fate = reply(keyOf(2), 0);
  const job = await queued();
  fixture.store.outbox.updateSend(job.id, { state: 'failed', reason: 'muted' });
  expect(await fate).toBe('failed');
  expect(read).toEqual([]);
  state = 'offline';
  expect(await reply([])).toBe('waiting');
  expect(fixture.store.messages.page(GROUP, { at: 'latest' }, 9).messages).toHaveLength(4);
});

it('of one that a server takes long for, says after ten seconds that it waits', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const fate = reply(keyOf(2));
  await queued();
  let known: ReplyFate | null = null;
  void fate.then((value) => (known = value));
  await vi.advanceTimersByTimeAsync(9_000);
  expect(known).toBeNull();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await fate).toBe('waiting');
});

it.each(['recalled', 'recall asked for', 'deleted', 'unknown'])('is not sent to what is %s', async (how) => {
  const { store } = fixture;
  if (how === 'recalled') recall(2);
  if (how === 'deleted') store.messages.deleteForMe(GROUP, [idOf(2)]);
  if (how === 'recall asked for')
    store.outbox.addRecall({ channel: GROUP, messageKey: keyOf(2), messageId: idOf(2), clientMsgNo: 'no-2' });
  expect(await reply(how === 'unknown' ? 'u-bob:never' : keyOf(2))).toBe('gone');
  expect([jobs(), read]).toEqual([[], []]);
  // The other message of the chat is answered as before.
  state = 'offline';
  expect(await reply(keyOf(1))).toBe('waiting');
});

it('to several is sent as long as one of them is there, and to none that is left is not', async () => {
  state = 'offline';
  recall(2);
  expect(await reply([keyOf(1), keyOf(2)])).toBe('waiting');
  expect(jobs()).toHaveLength(1);
  recall(1);
  expect(await reply([keyOf(1), keyOf(2)])).toBe('gone');
  expect(jobs()).toHaveLength(1);
});
