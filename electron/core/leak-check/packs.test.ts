/** The leak check and packs of stickers: what a pack says of itself is no residue of a message that had one of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { extraOf, GROUP, idOf, message } from '../account-store/testing/store-fixture.ts';
import { scanForResidue } from '../residue/residue-scanner.ts';
import { type CheckedStore, openChecked } from './testing/checked-store.ts';

const PATH = 'file/preview/sticker/Pk7Xwukong/hello.lim';
const OUTLINE = `M10 10${'L20 35'.repeat(40)}Z`;
const PAYLOAD = { type: 12, url: PATH, category: 'Pk7Xwukong', placeholder: OUTLINE, format: 'lim' };
const PACK = { category: 'Pk7Xwukong', title: 'Pk7X悟空', about: '', cover: '' };
const STICKER = {
  path: PATH,
  width: 512,
  height: 512,
  format: 'lim',
  category: 'Pk7Xwukong',
  placeholder: OUTLINE,
};

let checked: CheckedStore;
beforeEach(() => {
  checked = openChecked({ log: () => undefined });
});
afterEach(() => checked.close());

const recall = (): void =>
  checked.store.messages.applyExtras(GROUP, [extraOf(idOf(2), { revoke: true, version: 9 })], 'extra', 0);
const bad = async (): Promise<string[]> =>
  (await checked.run()).surfaces.filter(({ ok, repaired }) => !ok || repaired).map(({ surface }) => surface);
const left = (): number => scanForResidue([checked.profileDir], [PATH]).length;

test('a message with one of a pack goes, the pack stays and is not accused', async () => {
  checked.store.packs.keep([PACK]);
  checked.store.packs.keepWhole(PACK, [STICKER]);
  checked.store.messages.ingest([message(2, { payload: PAYLOAD })], 'live');
  recall();
  expect(await bad()).toEqual([]);
  expect(checked.store.packs.whole('Pk7Xwukong')?.stickers).toEqual([STICKER]);
  expect(left()).toBeGreaterThan(0);
  // Without the pack nothing of it is there any more.
  checked.store.packs.keep([]);
  checked.store.vacuum();
  expect(left()).toBe(0);
  expect(await bad()).toEqual([]);
});

test('the same words beside the pack are found', async () => {
  checked.store.packs.keep([PACK]);
  checked.store.packs.keepWhole(PACK, [STICKER]);
  checked.store.messages.ingest([message(2, { payload: PAYLOAD })], 'live');
  recall();
  mkdirSync(join(checked.accountDir, 'stickers'), { recursive: true });
  writeFileSync(join(checked.accountDir, 'stickers', 'list.json'), JSON.stringify(STICKER));
  expect(await bad()).toEqual(['disk']);
});
