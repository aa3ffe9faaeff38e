/** Stickers and packs: what is changed here while the list of the server is on its way. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Me } from '../../../shared/domain.ts';
import type { PackView } from '../../../shared/ipc/contract/packs.ts';
import type { StickerView } from '../../../shared/ipc/contract/stickers.ts';
import { useSession } from '../session/session-store.ts';
import { addPack, loadPacks, orderPacks, removePack, usePacks } from './pack-store.ts';
import { loadStickers, removeSticker, useStickers } from './sticker-store.ts';

const sticker = (path: string): StickerView => ({ path, width: 1, height: 1 });
const pack = (category: string): PackView =>
  ({ category, title: category, about: '', cover: '', count: 1 }) as PackView;
const stickers = (): string[] => useStickers.getState().stickers.map(({ path }) => path);
const packs = (): string[] => usePacks.getState().packs.map(({ category }) => category);

/** Questions that are on their way. */
let asked: { channel: string; answer: (value: unknown) => void }[] = [];
/** Answers the oldest question of a channel. */
async function answer(channel: string, value: unknown): Promise<void> {
  const at = asked.findIndex((each) => each.channel === channel);
  const [question] = asked.splice(at, at < 0 ? 0 : 1);
  if (!question) throw new Error(`${channel} was not asked`);
  question.answer({ ok: true, value });
  await new Promise((done) => setTimeout(done));
}
const collection = (...paths: string[]) => ({ offered: true, stickers: paths.map(sticker) });
const own = (...categories: string[]) => ({ offered: true, packs: categories.map(pack), stored: false });

beforeEach(() => {
  asked = [];
  const invoke = (channel: string): Promise<unknown> =>
    new Promise((resolve) => asked.push({ channel, answer: resolve }));
  vi.stubGlobal('window', { wukong: { invoke } });
});
afterEach(() => {
  useSession.setState({ me: null });
  vi.unstubAllGlobals();
});

test('a sticker that is taken out while the list is on its way does not come back', async () => {
  const loading = loadStickers();
  const removing = removeSticker('b');
  await answer('stickers.remove', null);
  await removing;
  await answer('stickers.list', collection('a', 'b'));
  expect(stickers()).toEqual([]);
  await answer('stickers.list', collection('a'));
  await loading;
  expect(stickers()).toEqual(['a']);
});

test('a pack that is added while the list is on its way is in it, one that is removed is not', async () => {
  const loading = loadPacks();
  const adding = addPack('b');
  await answer('packs.add', null);
  await answer('packs.list', own('a'));
  await answer('packs.list', own('a', 'b'));
  await Promise.all([loading, adding]);
  expect(packs()).toEqual(['a', 'b']);

  const again = loadPacks();
  const removing = removePack('a');
  await answer('packs.remove', null);
  await answer('packs.list', own('a', 'b'));
  expect(packs()).toEqual(['b']);
  await answer('packs.list', own('b'));
  await Promise.all([again, removing]);
  expect(packs()).toEqual(['b']);
});

test('an order that is wished stays, whatever was asked before', async () => {
  const loading = loadPacks();
  await answer('packs.list', own('a', 'b'));
  await loading;
  const late = loadPacks();
  const ordering = orderPacks([pack('b'), pack('a')]);
  await answer('packs.list', own('a', 'b'));
  await answer('packs.order', null);
  await Promise.all([late, ordering]);
  expect(packs()).toEqual(['b', 'a']);
});

test('what one account has is not shown in the next', async () => {
  const loading = Promise.all([loadStickers(), loadPacks()]);
  await answer('stickers.list', collection('a'));
  await answer('packs.list', own('a'));
  await loading;
  const me: Me = { uid: 'other', name: 'Other', username: 'other', shortNo: '', server: '' };
  useSession.setState({ me });
  expect([stickers(), packs(), useStickers.getState().offered]).toEqual([[], [], null]);
});
