/** A chat that another device deleted in the second of its last message: only a list asked for after that can tell. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BOB, messages, received, SyncHarness } from './testing/sync-harness.ts';

let h: SyncHarness;

beforeEach(async () => {
  h = new SyncHarness({ wholeListEveryMs: 0 });
  h.server.add(BOB, ...messages(1, 6));
  await h.connect();
});
afterEach(() => h.dispose());

/** No older than now: no list alone takes such a chat out, it may have begun while the list was written. */
const young = () => ({ timestamp: Math.floor(h.nowMs / 1000) });

function deleteElsewhere(): void {
  h.engine.onMessages([
    received(1, {
      ...young(),
      channel: { channelId: '', channelType: 1 },
      messageId: '99',
      clientMsgNo: 'deleted',
      fromUid: '',
      syncOnce: true,
      payload: {
        type: 99,
        cmd: 'conversationDeleted',
        param: { channel_id: BOB.channelId, channel_type: BOB.channelType },
      },
    }),
  ]);
}
/** The list has it no more; its messages stay, as on a real server. */
function takeOutOfList(): void {
  h.server.add(BOB, ...messages(7, 7));
  h.server.conversations = [];
}
const lists = (): number => h.server.count('POST /conversation/sync');

it('is gone when the list has it no more, and back with its next message', async () => {
  h.engine.onMessages([received(7, young())]);
  takeOutOfList();
  deleteElsewhere();
  await vi.waitFor(() => expect(h.store.conversations.list()).toEqual([]));
  h.engine.onMessages([received(8, young())]);
  expect(h.store.conversations.list()).toMatchObject([{ channel: BOB, lastMessageSeq: 8 }]);
});

it('stays while the list has it: the message was said after the deletion', async () => {
  h.server.add(BOB, ...messages(7, 7));
  h.engine.onMessages([received(7, young())]);
  const before = lists();
  deleteElsewhere();
  await vi.waitFor(() => expect(lists()).toBe(before + 1));
  await h.engine.extraSync.request(BOB, 'extra', 0);
  expect(h.store.conversations.list()).toMatchObject([{ channel: BOB }]);
});

it('stays when something was said while the list was asked for', async () => {
  h.engine.onMessages([received(7, young())]);
  takeOutOfList();
  h.server.onAsked = (call) => {
    if (call === 'POST /conversation/sync') h.engine.onMessages([received(8, young())]);
  };
  const before = lists();
  deleteElsewhere();
  await vi.waitFor(() => expect(lists()).toBe(before + 1));
  await h.engine.extraSync.request(BOB, 'extra', 0);
  expect(h.store.conversations.list()).toMatchObject([{ channel: BOB, lastMessageSeq: 8 }]);
});
