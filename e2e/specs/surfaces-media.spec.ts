/**
 * An album and a contact card in two windows: what is recalled of them leaves surfaces, memory and disk, and what is
 * left closes up in the same frame.
 */
import { relative } from 'node:path';
import type { Page } from 'playwright';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { coreHeap, expectForgotten, holds, mainHeap, pageHeap } from '../fixtures/app/heap-watch.ts';
import { expectPushedWithout, recordDeltas } from '../fixtures/app/leak-watch.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { film } from '../fixtures/people/film.ts';
import { images, pick, picture, sendAttached } from '../fixtures/people/media.ts';
import { expect, test } from '../fixtures/test.ts';
import type { AppWindow } from '../fixtures/test.ts';

// It looks into the servers.
test.use({ serverArgs: ['--revoke-second', '-1'] });

const TILE = 'Tl6Vsecretname';
const TILE_BYTES = 'Tl6Vsecretbytes';
const REST = 'Rs3Ksecretname';
const REST_BYTES = 'Rs3Ksecretbytes';
const FILM = 'Fm5Ysecretname';
const FILM_BYTES = 'Fm5Ysecretbytes';
const CARD = 'Cd9Nsecretname';
const CODE = 'Vc9Nsecretcode@4';
const SECRETS = [TILE, TILE_BYTES, FILM, FILM_BYTES, REST, REST_BYTES, CARD, CODE];
/** recall.md: within 5 s of the recall; the rest is this machine's margin. */
const ERASED_WITHIN_MS = 15_000;

const residue = (secrets: readonly string[], ...dirs: readonly string[]): string[] =>
  dirs.flatMap((dir) =>
    scanForResidue([dir], [...secrets]).map((hit) => `${relative(dir, hit.path)}: ${hit.form}`),
  );
const album = (chat: AppWindow) => chat.flow.getByTestId('album');
const erased = (secrets: readonly string[], ...dirs: readonly string[]): Promise<void> =>
  expect.poll(() => residue(secrets, ...dirs), { timeout: ERASED_WITHIN_MS, intervals: [500] }).toEqual([]);

type Watching = typeof globalThis & { layouts?: string[] };
/** Notes with each frame: places of the album, images in it, lines of recalls. Each once, in order. */
const watchLayout = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const seen: string[] = [];
    (globalThis as Watching).layouts = seen;
    const look = (): void => {
      const box = document.querySelector<HTMLElement>('[data-testid="album"]');
      const now = [
        box?.dataset['count'] ?? '-',
        box?.querySelectorAll('[data-testid="image"], [data-testid="video"]').length ?? '-',
        document.querySelectorAll('[data-testid="recall-tip"]').length,
      ].join(' ');
      if (seen.at(-1) !== now) seen.push(now);
      requestAnimationFrame(look);
    };
    look();
  });
const layouts = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as Watching).layouts ?? []);

async function recallTile(chat: AppWindow, index: number, item: RegExp): Promise<void> {
  await images(chat).nth(index).click({ button: 'right' });
  await chat.page.getByRole('menu', { name: '消息操作' }).getByRole('menuitem', { name: item }).click();
}

test('one image of an album, its video while it is watched, then all of it, then a contact card: nothing of them stays anywhere', async ({
  servers,
  world,
  openTwo,
  connectPeer,
  tempDir,
}) => {
  test.setTimeout(240_000);
  const { alice, bob } = await openTwo('person');
  const carol = await connectPeer(world.carol);
  const dirs = [alice.app.userDataDir, bob.app.userDataDir, servers.dataDir];
  await pick(
    alice,
    'image',
    picture(`${REST}-1.png`, REST_BYTES),
    picture(`${TILE}.png`, TILE_BYTES),
    picture(`${REST}-2.png`, `2${REST_BYTES}`),
    {
      name: `${FILM}.webm`,
      mimeType: 'video/webm',
      buffer: film(4, { mark: FILM_BYTES, bytes: 100_000 }),
    },
  );
  await sendAttached(alice);
  for (const chat of [alice, bob]) {
    await expect(album(chat)).toHaveAttribute('data-count', '4');
    await expect(album(chat).locator('img')).toHaveCount(4);
  }
  // The scan can find it, in memory and on disk.
  expect(residue([TILE], bob.app.userDataDir)).not.toEqual([]);
  expect(holds(await pageHeap(bob.page), TILE)).toBe(true);

  // ---- one of them
  await Promise.all([recordDeltas(bob.page), watchLayout(bob.page)]);
  await recallTile(alice, 1, /^撤回(?!整组)/);
  for (const chat of [alice, bob]) {
    await expect(album(chat)).toHaveAttribute('data-count', '3');
    await expect(album(chat).locator('img')).toHaveCount(3);
    await expect(chat.flow.getByTestId('recall-tip')).toHaveCount(1);
  }
  expect((await layouts(bob.page)).filter((each) => !['4 4 0', '3 3 1'].includes(each))).toEqual([]);
  await expectNowhere(TILE, alice.page, bob.page);
  await expectPushedWithout(bob.page, TILE);
  for (const { page } of [alice, bob]) await expectForgotten(() => pageHeap(page), TILE);
  await erased([TILE, TILE_BYTES], ...dirs);
  // The others are here.
  expect(residue([REST], bob.app.userDataDir)).not.toEqual([]);

  // ---- the video of it, while it is watched
  const player = bob.page.getByTestId('film-viewer');
  await album(bob).getByTestId('video').getByRole('button').first().click();
  await expect(player).toHaveAttribute('data-state', 'ready');
  expect(residue([FILM_BYTES], bob.app.userDataDir)).not.toEqual([]);
  await album(alice).getByTestId('video').click({ button: 'right' });
  await alice.page
    .getByRole('menu', { name: '消息操作' })
    .getByRole('menuitem', { name: /^撤回(?!整组)/ })
    .click();
  await expect(player).toHaveCount(0);
  for (const chat of [alice, bob]) {
    await expect(album(chat)).toHaveAttribute('data-count', '2');
    await expect(chat.page.getByTestId('player-frame')).toHaveCount(0);
  }
  await expectNowhere(FILM, alice.page, bob.page);
  await expectPushedWithout(bob.page, FILM);
  for (const { page } of [alice, bob]) await expectForgotten(() => pageHeap(page), FILM);
  await erased([FILM, FILM_BYTES], ...dirs);

  // ---- all of them
  await recallTile(alice, 0, /^撤回整组/);
  const question = alice.page.getByRole('alertdialog');
  await question.getByRole('button', { name: /^撤回/ }).click();
  for (const chat of [alice, bob]) {
    await expect(album(chat)).toHaveCount(0);
    await expect(images(chat)).toHaveCount(0);
  }
  await expectNowhere(REST, alice.page, bob.page);

  // ---- a card, with the profile that was opened from it
  await bob.openChat(world.carol.name);
  const card = await carol.send(world.bob.uid, 1, {
    type: 7,
    uid: world.alice.uid,
    name: CARD,
    vercode: CODE,
  });
  await expect(bob.flow.getByTestId('contact-card')).toContainText(CARD);
  await bob.flow.getByTestId('contact-card').getByRole('button').click();
  const profile = bob.page.getByRole('dialog', { name: `${world.alice.name} 的资料` });
  await expect(profile).toBeVisible();
  expect(holds(await pageHeap(bob.page), CODE)).toBe(true);
  await recordDeltas(bob.page);
  await carol.revoke(world.bob.uid, 1, card);
  await expect(bob.flow.getByTestId('contact-card')).toHaveCount(0);
  // Who somebody is, the server says: that stays, and nothing that the card said.
  await expect(profile).toBeVisible();
  await expectNowhere(CARD, bob.page);
  await expectPushedWithout(bob.page, CARD);
  await expectForgotten(() => pageHeap(bob.page), CARD, CODE);
  await expectForgotten(() => mainHeap(bob.app, tempDir), REST, CARD);
  await expectForgotten(() => coreHeap(bob.app, tempDir), REST, CARD);
  await erased(SECRETS, ...dirs);
});
