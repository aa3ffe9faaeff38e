/** Edits that overtake their message: their words are not kept, and asked for once the message is there. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BOB, idOf, messages, received, SyncHarness } from './testing/sync-harness.ts';

let h: SyncHarness;
beforeEach(() => {
  h = new SyncHarness();
});
afterEach(() => h.dispose());

const shown = (seq: number): unknown => {
  const view = h.store.messages.byId(idOf(seq));
  return view?.content.kind === 'text' ? view.content.text : view;
};
const extras = (): Promise<void> => h.engine.extraSync.request(BOB, 'cmd', 0);

test('the words come with one question, however many messages were overtaken', async () => {
  h.server.add(BOB, ...messages(1, 2));
  await h.connect();
  h.server.add(BOB, ...messages(3, 6));
  for (const seq of [3, 5]) h.server.edit(BOB, idOf(seq), `edited ${seq}`, 10 + seq);
  await extras();
  expect(h.store.messages.owingEdits([idOf(3), idOf(4), idOf(5)])).toEqual([idOf(3), idOf(5)]);
  const before = h.server.count('POST /message/channel/sync');
  h.engine.onMessages([3, 4, 5, 6].map((seq) => received(seq)));
  await vi.waitFor(() => expect([shown(3), shown(5)]).toEqual(['edited 3', 'edited 5']));
  await h.idle();
  expect(h.server.count('POST /message/channel/sync')).toBe(before + 1);
  expect(shown(4)).toBe(`text ${idOf(4)}`);
  expect(h.store.messages.owingEdits([idOf(3), idOf(5)])).toEqual([]);
});

test('an edit of a message that is there is asked for by nobody', async () => {
  h.server.add(BOB, ...messages(1, 3));
  await h.connect();
  await h.idle();
  h.server.edit(BOB, idOf(3), 'edited 3', 13);
  const before = h.server.count('POST /message/channel/sync');
  await extras();
  await h.idle();
  expect(shown(3)).toBe('edited 3');
  expect(h.server.count('POST /message/channel/sync')).toBe(before);
});

test('a history that was cleared gets no words by the edits of its messages', async () => {
  h.server.add(BOB, ...messages(1, 4));
  await h.connect();
  h.store.messages.forgetHistory(BOB, false, 3);
  h.server.replace(BOB, ...messages(4, 4));
  h.server.edit(BOB, idOf(2), 'Zq7X words of what was cleared', 12);
  await extras();
  await h.idle();
  expect(h.store.messages.owingEdits([idOf(2)])).toEqual([idOf(2)]);
  expect(h.seqs(BOB)).not.toContain(2);
});
