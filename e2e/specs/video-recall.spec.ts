/**
 * A video between two windows, from the picker to the player and away again; and, when it is recalled while it is
 * watched or on its way, nowhere in windows, memory, profiles and servers.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Page } from 'playwright';
import { filmPatches } from '../../shared/pictures/clean/clean-film.ts';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { coreHeap, expectForgotten, mainHeap, pageHeap } from '../fixtures/app/heap-watch.ts';
import { expectPushedWithout, recordDeltas } from '../fixtures/app/leak-watch.ts';
import { startFileGate } from '../fixtures/faults/file-gate.ts';
import { film, FILM_HEIGHT, FILM_WIDTH } from '../fixtures/people/film.ts';
import {
  answerDialogs,
  menuOf,
  pick,
  type Picked,
  recallAttached,
  sendAttached,
} from '../fixtures/people/media.ts';
import { type AppWindow, expect, test } from '../fixtures/test.ts';

// They look into their servers, or stand before them.
test.use({ ownServers: true });

const NAME = 'Vn4Xsecretfilmname';
const BYTES = 'Vb9Lsecretfilmbytes';
const SECRETS = [NAME, BYTES];
/** recall.md: within 5 s of the recall; the rest is this machine's margin. */
const ERASED_WITHIN_MS = 15_000;
const SECONDS = 30;
/** Of a film whose rest is held back: some seconds of it. */
const HEAD_BYTES = 1_200_000;
/** A slow line, no dead one: a player whose read is never answered goes to no other place (docs/video.md). */
const DRIP_BYTES = 1_000;

const clip = (bytes = 3_000_000): Picked => ({
  name: `${NAME}.webm`,
  mimeType: 'video/webm',
  buffer: film(SECONDS, { mark: BYTES, bytes }),
});

/** The clip as it is sent: without what its program wrote beside pictures and sound (docs/video.md). */
async function sentClip(): Promise<Buffer> {
  const { buffer } = clip();
  const read = (at: number, length: number) => Promise.resolve(buffer.subarray(at, at + length));
  const patches = await filmPatches(read, buffer.length);
  if (typeof patches === 'string') throw new Error(patches);
  patches.apply(0, buffer);
  return buffer;
}

const videos = (chat: AppWindow) => chat.flow.getByTestId('video');
const player = (chat: AppWindow) => chat.page.getByTestId('film-viewer');
const screen = (chat: AppWindow) =>
  chat.page.frameLocator('[data-testid="player-frame"]').getByTestId('film');
const found = (...dirs: readonly string[]): string[] =>
  dirs.flatMap((dir) =>
    scanForResidue([dir], SECRETS).map((hit) => `${relative(dir, hit.path)}: ${hit.form} at ${hit.offset}`),
  );

/** What the addresses of film and cover answer now; asked anew each time, for Chromium keeps what it had. */
const answers = (page: Page, addresses: readonly string[]): Promise<string[]> =>
  page.evaluate(
    (all) =>
      Promise.all(
        all.map(
          (src) =>
            new Promise<string>((done) => {
              const element = document.createElement(src.endsWith('#film') ? 'video' : 'img');
              element.addEventListener('loadeddata', () => done('shown'));
              element.addEventListener('load', () => done('shown'));
              element.addEventListener('error', () => done('dead'));
              element.src = `${src.replace('#film', '')}?${Math.random()}`;
            }),
        ),
      ),
    addresses,
  );

test('sent, watched, saved, recalled while it is watched: nothing of it is left anywhere', async ({
  servers,
  world,
  openWindow,
  tempDir,
}) => {
  test.setTimeout(300_000);
  const gate = await startFileGate(servers.api, HEAD_BYTES, DRIP_BYTES);
  const alice = await openWindow(world.alice);
  const bob = await openWindow(world.bob, { server: gate.api });
  await alice.openChat(world.bob.name);
  await pick(alice, 'image', clip());
  await expect(alice.page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem')).toHaveAttribute(
    'data-stored',
    'true',
  );
  await sendAttached(alice);
  await expect(videos(alice)).toHaveAttribute('data-state', 'here');

  // ---- received: list line, cover, length; nothing of the film before somebody asks
  await expect(bob.conversation(world.alice.name)).toContainText('[视频] 0:30');
  await bob.openChat(world.alice.name);
  await expect(videos(bob).locator('img')).toHaveCount(1);
  await expect(videos(bob).getByTestId('video-pill')).toHaveText(/^0:30 · 2\.\d MB$/);
  const accounts = join(bob.app.userDataDir, 'accounts');
  expect(scanForResidue([accounts], [BYTES])).toEqual([]);

  // ---- watched: in pieces, to any place
  await videos(bob).getByRole('button').first().click();
  await expect(player(bob)).toHaveAttribute('data-state', 'ready');
  const state = (): Promise<{ at: number; width: number; length: number }> =>
    screen(bob).evaluate((element: HTMLVideoElement) => ({
      at: element.currentTime,
      width: element.videoWidth,
      length: element.duration,
    }));
  await expect.poll(async () => (await state()).at).toBeGreaterThan(0);
  expect(await state()).toMatchObject({ width: FILM_WIDTH, length: SECONDS });
  await bob.page.keyboard.press('k');
  for (let step = 0; step < 4; step += 1) await bob.page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await state()).at).toBeGreaterThan(19);
  const ratio = await screen(bob).evaluate(
    ({ videoWidth, videoHeight }: HTMLVideoElement) => videoWidth / videoHeight,
  );
  expect(ratio).toBeCloseTo(FILM_WIDTH / FILM_HEIGHT);
  await bob.page.keyboard.press('k');

  // ---- saved under its name: that copy is out of reach
  const path = join(tempDir, 'saved.webm');
  await answerDialogs(bob.app, path);
  await bob.page.getByTestId('film-viewer').getByRole('button', { name: '另存为' }).click();
  const sent = await sentClip();
  await expect.poll(() => existsSync(path) && readFileSync(path).equals(sent)).toBe(true);

  // ---- recalled while it plays
  const addresses = [
    `${await screen(bob).evaluate(({ currentSrc }: HTMLVideoElement) => currentSrc.replace(/\?.*$/, ''))}#film`,
    await videos(bob)
      .locator('img')
      .evaluate((element: HTMLImageElement) => element.src),
  ];
  expect(await answers(bob.page, addresses)).toEqual(['shown', 'shown']);
  expect(found(accounts).length).toBeGreaterThan(0);
  expect(found(servers.dataDir).length).toBeGreaterThan(0);
  await recordDeltas(bob.page);
  await recallAttached(alice, videos(alice));
  await expect(player(bob)).toHaveCount(0);
  await expect(bob.page.getByRole('status').filter({ hasText: '视频已被撤回，播放已停止' })).toBeVisible();
  await expect(videos(bob)).toHaveCount(0);
  await expect(videos(alice)).toHaveCount(0);
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
  await expect.poll(() => answers(bob.page, addresses)).toEqual(['dead', 'dead']);
  await expectPushedWithout(bob.page, 'file/preview');
  await expect
    .poll(() => found(bob.app.userDataDir, alice.app.userDataDir, servers.dataDir), {
      timeout: ERASED_WITHIN_MS,
      intervals: [500],
    })
    .toEqual([]);

  // ---- recalled while it is loaded, and played as far as it has come
  await pick(alice, 'image', clip());
  await sendAttached(alice);
  gate.shut();
  await videos(bob).getByRole('button').first().click();
  await expect(player(bob)).toHaveAttribute('data-state', 'ready');
  await expect.poll(async () => (await state()).at).toBeGreaterThan(0);
  await expect(player(bob)).toContainText(/\d.* \/ 2\.\d MB/);
  // Also from a place that comes long after what is here: that is asked for by itself.
  await bob.page.keyboard.press('k');
  for (let step = 0; step < 5; step += 1) await bob.page.keyboard.press('ArrowRight');
  await expect
    .poll(() =>
      screen(bob).evaluate(({ currentTime, readyState }: HTMLVideoElement) => [
        currentTime > 24,
        readyState > 1,
      ]),
    )
    .toEqual([true, true]);
  await expect.poll(() => scanForResidue([accounts], [BYTES]).length).toBeGreaterThan(0);
  await recallAttached(alice, videos(alice));
  await expect(player(bob)).toHaveCount(0);
  await expect(videos(bob)).toHaveCount(0);
  await expect.poll(() => gate.running).toBe(0);
  expect(gate.aborted).toBeGreaterThan(0);

  // ---- the other way: taken back while it leaves; its cover is at the server already
  await pick(bob, 'image', clip());
  await bob.page.getByTestId('send').click();
  await expect(videos(bob)).toHaveAttribute('data-state', 'uploading');
  await expect(videos(bob).locator('img')).toHaveCount(1);
  await expect(videos(bob).getByTestId('video-pill')).toHaveText(/^\d.* \/ 2\.\d MB$/);
  await (await menuOf(bob, videos(bob))).getByRole('menuitem', { name: '取消发送' }).click();
  await expect(videos(bob)).toHaveCount(0);
  gate.open();
  await expect
    .poll(() => found(bob.app.userDataDir, alice.app.userDataDir, servers.dataDir), {
      timeout: ERASED_WITHIN_MS,
      intervals: [500],
    })
    .toEqual([]);
  // What was told of since is kept by the recorder, and by nobody else.
  await recordDeltas(bob.page);
  for (const chat of [alice, bob]) {
    await expectForgotten(() => pageHeap(chat.page), ...SECRETS);
    await expectForgotten(() => mainHeap(chat.app, tempDir), ...SECRETS);
    await expectForgotten(() => coreHeap(chat.app, tempDir), ...SECRETS);
  }
  await gate.stop();
});
