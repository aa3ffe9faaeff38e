/** An image that waits is changed: what takes its place, and that nothing of what it was before goes anywhere. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { attachFiles, detach } from './attachment-store.ts';
import { Dropped } from './stored-copies.ts';
import { copyOf } from './tray-copies.ts';
import { trayOf, useTrays } from './tray-store.ts';
import { imageToEdit, replaceImage } from './waiting-image.ts';

const toasts = vi.hoisted((): string[] => []);
vi.mock('../../ui/toast.tsx', () => ({ showToast: ({ text }: { text: string }) => void toasts.push(text) }));

const CHANNEL: ChannelRef = { channelId: 'g', channelType: 2 };
const KEY = channelKey(CHANNEL);
/** A PNG of 2 x 1, as far as anybody reads here: a head, data that says `words`, an end. */
const bytes = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const HEAD = bytes('89504e470d0a1a0a0000000d49484452000000020000000108020000000000000000000000');
const png = (words: string): File => {
  const length = words.length.toString(16).padStart(8, '0');
  const parts = [
    HEAD.subarray(0, 33),
    bytes(`${length}49444154`),
    words,
    bytes('00000000'),
    bytes('0000000049454e4400000000'),
  ];
  return new File(parts, 'a.png', { type: 'image/png' });
};
const wordsOf = (file: Uint8Array): string => new TextDecoder().decode(file.subarray(41, -16));
const ok = (value: unknown) => ({ ok: true, value });

/** Calls of the core: channel and argument. */
let calls: [string, Record<string, unknown>][];
let refuse: string;
/** Copies in the core, by name. */
let copies: Map<string, string>;
const urls = new Set<string>();
beforeEach(() => {
  toasts.length = 0;
  calls = [];
  refuse = '';
  copies = new Map();
  urls.clear();
  vi.spyOn(URL, 'createObjectURL').mockImplementation(() => {
    const url = `blob:${urls.size}.${calls.length}`;
    urls.add(url);
    return url;
  });
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation((url) => void urls.delete(url));
  vi.stubGlobal('createImageBitmap', () => Promise.resolve({ width: 2, height: 1, close: () => undefined }));
  vi.stubGlobal('window', {
    wukong: {
      invoke: (channel: string, about: Record<string, unknown>) => {
        calls.push([channel, about]);
        if (channel === refuse) return Promise.resolve({ ok: false, code: 'readOnly', message: 'full' });
        if (channel === 'attachments.begin') {
          copies.set(`c${copies.size}`, '');
          return Promise.resolve(ok({ id: `c${copies.size - 1}` }));
        }
        if (channel === 'attachments.append') {
          copies.set(about['id'] as string, wordsOf(about['bytes'] as Uint8Array));
        }
        return Promise.resolve(ok(channel === 'attachments.keep' ? [] : { received: 1 }));
      },
      on: () => () => undefined,
    },
  });
});
afterEach(() => {
  useTrays.setState({ trays: {} });
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const keeps = () => calls.flatMap(([channel, about]) => (channel === 'attachments.keep' ? [about] : []));
const discarded = () =>
  calls.flatMap(([channel, about]) => (channel === 'attachments.discard' ? [about['id']] : []));
async function attached(): Promise<number> {
  const [id = -1] = await attachFiles(CHANNEL, [png('before')]);
  await copyOf(id);
  return id;
}

it('stands in the place of the image before, whose original nobody can get at any more', async () => {
  const id = await attached();
  const image = imageToEdit(CHANNEL, id);
  expect(urls.has(image?.src ?? '')).toBe(true);
  image?.done();
  await replaceImage(CHANNEL, id, png('after'));
  expect(keeps()).toMatchObject([
    { attachmentId: 'c0', kind: 'image' },
    { attachmentId: 'c1', insteadOf: 'c0' },
  ]);
  expect(copies.get('c1')).toBe('after');
  const [item] = trayOf(KEY).items;
  expect(item).toMatchObject({ id, copy: 'c1', stored: true, edited: true, source: null });
  // One address is left, of the thumb.
  expect([...urls]).toEqual([item?.preview]);
  expect(imageToEdit(CHANNEL, id)?.src).toBe(item?.preview);
});

it('is left as it was when the core does not take what was made of it', async () => {
  const id = await attached();
  refuse = 'attachments.keep';
  await expect(replaceImage(CHANNEL, id, png('after'))).rejects.toMatchObject({ code: 'readOnly' });
  expect(trayOf(KEY).items).toMatchObject([{ copy: 'c0', stored: true, edited: false }]);
  expect(discarded()).toEqual(['c1']);
});

it('removed while it is changed: neither it nor what was made of it stays', async () => {
  const id = await attached();
  const replacing = replaceImage(CHANNEL, id, png('after'));
  detach(CHANNEL, id);
  await expect(replacing).rejects.toBeInstanceOf(Dropped);
  expect(discarded()).toContain('c0');
  expect([trayOf(KEY).items, [...urls], toasts]).toEqual([[], [], []]);
  await expect(replaceImage(CHANNEL, id, png('late'))).rejects.toBeInstanceOf(Dropped);
  expect(imageToEdit(CHANNEL, id)).toBeNull();
});

it('what cannot be drawn is no image: it is a file, and is not edited', async () => {
  const [id = -1] = await attachFiles(CHANNEL, [new File(['words'], 'a.png', { type: 'image/png' })]);
  await copyOf(id);
  expect(trayOf(KEY).items).toMatchObject([{ kind: 'file', source: null, preview: null }]);
  expect(imageToEdit(CHANNEL, id)).toBeNull();
});
