/** Messages deleted on another device while this one was away, further up than what opening a channel compares. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BOB, idOf, messages, SyncHarness } from './testing/sync-harness.ts';

let h: SyncHarness;
afterEach(() => h.dispose());

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
const found = (text: string) =>
  h.store.search({ text, channel: null, cursor: null, limit: 50, fromUid: null, since: null, until: null });
/** Said an hour ago. */
const old = (from: number, to: number) =>
  messages(from, to).map((message) => ({ ...message, timestamp: 1_795_396_000 + message.seq }));
const without = (...gone: number[]) => old(1, 400).filter((m) => !gone.includes(m.seq));
const compared = () => h.server.bodies('POST /message/channel/sync').map((b) => b['start_message_seq']);
/** Scrolls up through the cache. */
async function scrollUp(): Promise<number[]> {
  const shown = new Set<number>();
  for (let order = 401; order > 1; order -= 40) {
    const page = await h.engine.history.page(BOB, { at: 'before', order }, 40);
    for (const message of page.messages) shown.add(message.messageSeq);
  }
  await h.idle();
  return [...shown].sort((a, b) => a - b);
}

beforeEach(async () => {
  h = new SyncHarness();
  h.server.add(BOB, ...old(1, 400));
  await h.connect();
  await scrollUp();
  h.engine.disconnected();
});

it('is gone when somebody looks there, and looked for once per connection', async () => {
  h.server.replace(BOB, ...without(120, 121, 260));
  await h.connect();
  h.server.asked.length = 0;
  expect(await scrollUp()).toEqual(range(1, 400));
  expect(compared()).toEqual([400, 300, 200, 100]);
  expect(await scrollUp()).toEqual(without(120, 121, 260).map((m) => m.seq));
  expect(found(`text ${idOf(121)}`).messages).toEqual([]);
  expect(compared()).toHaveLength(4);
});

it('is gone where nothing is left of a block, and all of the past is when it is hidden', async () => {
  h.server.replace(BOB, ...without(...range(101, 200)));
  await h.connect();
  await scrollUp();
  expect(await scrollUp()).toEqual(without(...range(101, 200)).map((m) => m.seq));
  h.engine.disconnected();
  h.server.replace(BOB, ...old(301, 400));
  await h.connect();
  await h.engine.history.page(BOB, { at: 'before', order: 200 }, 40);
  await h.idle();
  expect(found(`text ${idOf(250)}`).messages).toEqual([]);
});

it('is not concluded from a failed answer, which is asked for again', async () => {
  await h.connect();
  h.server.overrides.set('POST /message/channel/sync', () => new Response('{"msg":"x"}', { status: 400 }));
  await scrollUp();
  h.server.overrides.clear();
  h.server.replace(BOB, ...without(5));
  const left = without(5).map((m) => m.seq);
  await vi.waitFor(async () => expect(await scrollUp()).toEqual(left), { timeout: 5_000, interval: 50 });
});
