import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { DraftAttachment } from '../../../shared/ipc/contract/media.ts';
import { attachFiles, detach, loadTray, sendTray } from './attachment-store.ts';
import { MAX_ATTACHMENTS } from './attachments.ts';
import { storeCopy, UnreadableFile } from './stored-copies.ts';
import { useTrays } from './tray-store.ts';

const toasts = vi.hoisted((): string[] => []);
vi.mock('../../ui/toast.tsx', () => ({ showToast: ({ text }: { text: string }) => void toasts.push(text) }));

const CHANNEL: ChannelRef = { channelId: 'g', channelType: 2 };
const ok = (value: unknown) => ({ ok: true, value });
const WORDS = { text: '', mention: { all: false, uids: [] }, replyToMessageId: null };
const file = (name: string): File => new File(['x'], name, { type: 'text/plain' });
const many = (prefix: string): File[] => Array.from({ length: 15 }, (_, i) => file(`${prefix}${i}`));
const names = (): string[] =>
  (useTrays.getState().trays[channelKey(CHANNEL)]?.items ?? []).map((item) => item.name);

/** Answers of the core to `messages.sendAttachments`, when the test gives them. */
let answer: (result: unknown) => void;
let asked: Promise<void>;
beforeEach(() => {
  toasts.length = 0;
  const reached = Promise.withResolvers<void>();
  asked = reached.promise;
  vi.stubGlobal('window', {
    wukong: {
      invoke: (channel: string) => {
        if (channel === 'attachments.begin') return Promise.resolve(ok({ id: 'a' }));
        if (channel === 'attachments.keep') return Promise.resolve(ok([]));
        if (channel !== 'messages.sendAttachments') return Promise.resolve(ok({ received: 1 }));
        const { promise, resolve } = Promise.withResolvers<unknown>();
        answer = resolve;
        reached.resolve();
        return promise;
      },
      on: () => () => undefined,
    },
  });
});
afterEach(() => {
  useTrays.setState({ trays: {} });
  vi.unstubAllGlobals();
});

it.each([
  ['is stored', ok([]), ['late.txt']],
  ['fails', { ok: false, code: 'refused', message: 'no room' }, ['first.txt', 'late.txt']],
])('a file pasted while the tray is handed over stays when that %s', async (_, result, left) => {
  await attachFiles(CHANNEL, [file('first.txt')]);
  const sending = sendTray(CHANNEL, WORDS).catch(() => undefined);
  await asked;
  await attachFiles(CHANNEL, [file('late.txt')]);
  expect(names()).toEqual(['first.txt', 'late.txt']);
  answer(result);
  await sending;
  expect(names()).toEqual(left);
  expect(useTrays.getState().trays[channelKey(CHANNEL)]?.busy).toBe(false);
});

it('what does not fit any more, because others came meanwhile, is said', async () => {
  await Promise.all([attachFiles(CHANNEL, many('a')), attachFiles(CHANNEL, many('b'))]);
  expect(names()).toHaveLength(MAX_ATTACHMENTS);
  expect(toasts).toHaveLength(1);
});

it('what has no size because nobody can ask for it is not called empty', async () => {
  const loop = new File([], 'loop.jpg');
  Object.assign(loop, { arrayBuffer: () => Promise.reject(new Error('NotReadable')) });
  await attachFiles(CHANNEL, [loop, new File([], 'empty.txt'), file('good.txt')]);
  expect(names()).toEqual(['good.txt']);
  expect(toasts).toEqual(['文件无法读取，可能已被移动或修改；1 个文件是空的，未添加']);
});

it('of a film that goes while it is copied nothing is left, its cover neither', async () => {
  const calls: [string, unknown][] = [];
  vi.stubGlobal('window', {
    wukong: {
      invoke: (channel: string, args: unknown) => {
        calls.push([channel, args]);
        return Promise.resolve(ok(channel === 'attachments.begin' ? { id: 'film' } : null));
      },
      on: () => () => undefined,
    },
  });
  const gone = file('film.mp4');
  Object.assign(gone, { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) });
  const about = {
    channel: CHANNEL,
    kind: 'video',
    width: 1,
    height: 1,
    seconds: 1,
    coverId: 'cover',
  } as const;
  await expect(storeCopy(gone, about, { wanted: () => true, begun: () => undefined })).rejects.toThrow(
    UnreadableFile,
  );
  const dropped = calls.flatMap(([channel, args]) => (channel === 'attachments.discard' ? [args] : []));
  expect(dropped).toEqual([{ id: 'film' }, { id: 'cover' }]);
});

const copy = (id: string): DraftAttachment => ({
  id,
  name: `${id}.txt`,
  size: 1,
  kind: 'file',
  width: 0,
  height: 0,
  seconds: 0,
  url: '',
});

it('what is taken out of the tray while its list is on its way does not come back', async () => {
  const lists: ((value: unknown) => void)[] = [];
  vi.stubGlobal('window', {
    wukong: {
      invoke: (channel: string) =>
        channel === 'attachments.list'
          ? new Promise((resolve) => lists.push(resolve))
          : Promise.resolve(ok(null)),
    },
  });
  const other = { ...CHANNEL, channelId: 'listed' };
  const listed = (): string[] =>
    (useTrays.getState().trays[channelKey(other)]?.items ?? []).map((item) => item.name);
  const first = loadTray(other);
  lists[0]?.(ok([copy('one'), copy('two')]));
  await first;
  expect(listed()).toEqual(['one.txt', 'two.txt']);
  const again = loadTray(other, true);
  const id = useTrays.getState().trays[channelKey(other)]?.items[0]?.id ?? -1;
  detach(other, id);
  lists[1]?.(ok([copy('one'), copy('two')]));
  await again;
  expect(listed()).toEqual(['two.txt']);
});
