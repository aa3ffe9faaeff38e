/** What closes the image editor, in the turn in which it happens. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import { messageView } from '../../../shared/testing/message-view.ts';
import { receiveDeltas, useSession } from '../session/session-store.ts';
import { newItem, setTray, takeOut, trayOf, useTrays } from '../composer/tray-store.ts';
import { useMessageStore } from '../messages/message-store.ts';
import { useUi } from '../window/ui-store.ts';
import { canEditImage, editImageOf, editWaiting, useImageEditor } from './editor-store.ts';

const toasts = vi.hoisted((): string[] => {
  const answer = { ok: true, value: { messages: [], hasOlder: false, hasNewer: false, offline: false } };
  Object.assign(globalThis, {
    HTMLElement: Object,
    document: { activeElement: null },
    window: {
      location: { search: '' },
      setTimeout: () => 1,
      clearTimeout: () => undefined,
      addEventListener: () => undefined,
      wukong: { invoke: () => Promise.resolve(answer), on: () => () => undefined },
    },
  });
  return [];
});
vi.mock('../../ui/toast.tsx', () => ({ showToast: ({ text }: { text: string }) => void toasts.push(text) }));

const channel = { channelId: 'g', channelType: 2 };
const KEY = '2/g';
const picture = (seq: number, patch: Partial<MessageView> = {}): MessageView =>
  messageView(seq, { content: { kind: 'image', url: 'a/b.png', width: 2, height: 1 }, ...patch });
const recalled = (seq: number): MessageView =>
  messageView(seq, {
    content: { kind: 'recalled' },
    recall: { state: 'done', revokerUid: 'a', revokerName: '', revokerRole: 0, reeditUntilMs: null },
  });
const happens = (upserts: MessageView[], removed: string[] = []): void =>
  receiveDeltas([{ kind: 'messages', channel, upserts, removed, live: true }]);
const isOpen = (): boolean => useImageEditor.getState().open !== null;

beforeEach(async () => {
  toasts.length = 0;
  useMessageStore.getState().open(channel, { readSeq: 0, unread: 0, targetSeq: null });
  await vi.waitUntil(() => useMessageStore.getState().channels[KEY]?.loading === null);
  happens([picture(1), picture(2)]);
  const item = newItem({ name: 'a.png', size: 1, kind: 'image', preview: 'blob:1' });
  setTray(KEY, { items: [item], busy: false });
});
afterEach(() => {
  useMessageStore.getState().close(channel);
  useTrays.setState({ trays: {} });
  useImageEditor.setState({ open: null });
});

it('a recall closes it and says so, once; another message leaves it open', () => {
  editImageOf(picture(1));
  expect(isOpen()).toBe(true);
  happens([recalled(2)]);
  expect(isOpen()).toBe(true);
  happens([recalled(1)]);
  expect(isOpen()).toBe(false);
  expect(toasts).toHaveLength(1);
  happens([recalled(1)]);
  expect(toasts).toHaveLength(1);
});

it('a deletion closes it without a word about recalls', () => {
  editImageOf(picture(1));
  happens([], ['k1']);
  expect(isOpen()).toBe(false);
  expect(toasts).toEqual([]);
});

it('another picture, by an edit, closes it without a word; what else changes of it does not', () => {
  const other = picture(1, { edited: true, content: { kind: 'image', url: 'a/c.png', width: 2, height: 1 } });
  editImageOf(picture(1));
  happens([picture(1, { readCount: 2 })]);
  expect(isOpen()).toBe(true);
  happens([other]);
  expect(isOpen()).toBe(false);
  editImageOf(other);
  happens([{ ...other, readCount: 3 }]);
  expect(isOpen()).toBe(true);
  expect(toasts).toEqual([]);
});

it('is not opened for what may not be edited, or is not there', () => {
  const flame = { seconds: 5, until: null } as unknown as MessageView['flame'];
  for (const other of [
    messageView(3),
    recalled(3),
    picture(3, { messageId: null }),
    picture(3, { flame }),
    picture(3, { content: { kind: 'image', url: 'a/b.gif', width: 1, height: 1 } }),
  ])
    expect(canEditImage(other)).toBe(false);
  editImageOf(picture(9));
  expect(isOpen()).toBe(false);
  editWaiting(channel, 9_999);
  expect(isOpen()).toBe(false);
});

it('closes with its place in the tray, when that is sent, with the chat, the account and the lock', () => {
  const id = trayOf(KEY).items[0]?.id ?? -1;
  const closings = [
    () => setTray(KEY, { ...trayOf(KEY), busy: true }),
    () => takeOut(KEY, new Set([id])),
    () => useUi.setState({ activeChannel: { channelId: 'other', channelType: 2 } }),
    () => useUi.setState({ route: 'settings' }),
    () => useSession.setState({ phase: 'locking' }),
    () => useSession.setState({ me: { uid: 'another' } as never }),
  ];
  const before = trayOf(KEY);
  for (const close of closings) {
    useUi.setState({ activeChannel: channel, route: 'chats' });
    useSession.setState({ phase: 'ready' });
    setTray(KEY, before);
    editWaiting(channel, id);
    expect(isOpen()).toBe(true);
    close();
    expect(isOpen()).toBe(false);
  }
});
