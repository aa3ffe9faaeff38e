/**
 * Videos on a server given by its address: sent from here with a cover and without what a camera wrote, and watched as
 * a phone sent them, in pieces from wherever the server keeps them, until they are recalled.
 */
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { chartPng } from '../../server/business/seed/demo-files.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { film, FILM_HEIGHT, FILM_WIDTH, taggedFilm } from '../fixtures/people/film.ts';
import { pick, recallAttached, sendAttached } from '../fixtures/people/media.ts';
import { uploadAs } from '../fixtures/people/peer-files.ts';
import { filmAt } from '../fixtures/people/player.ts';
import type { AppWindow } from '../fixtures/test.ts';
import { expect, lastMessage, test } from './external.ts';

const PLACE = 'Fp8Ksecretplace 59.3293,18.0686';
const BYTES = 'Fb8Ksecretfilmbytes';
const NAME = 'Fn8Ksecretname';
const SECONDS = 30;

const videos = (chat: AppWindow) => chat.flow.getByTestId('video');
const player = (chat: AppWindow) => chat.page.getByTestId('film-viewer');

test('sent with its cover and without the place; a phone’s is watched and stops with its recall', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  test.setTimeout(180_000);
  const carol = await connectPeer(world.carol);
  const bob = await openWindow(world.bob);
  await carol.sendText(world.bob.uid, 1, '发个视频');
  await bob.openChat(world.carol.name);

  await test.step('by this app: as phones play it', async () => {
    const picked = taggedFilm(film(SECONDS, { bytes: 600_000 }), PLACE);
    await pick(bob, 'image', { name: `${NAME}.webm`, mimeType: 'video/webm', buffer: picked });
    await sendAttached(bob);
    await expect(videos(bob)).toHaveAttribute('data-state', 'here');
    await expect.poll(() => carol.received.at(-1)?.payload['type']).toBe(5);
    const payload = carol.received.at(-1)?.payload as { url: string; cover: string };
    // No "second" that is no whole number, no address that is not the server's: phones read no others.
    expect(payload).toMatchObject({
      url: expect.stringMatching(/^file\/preview\/chat\/1\/\w+\/\w+\.webm$/),
      cover: expect.stringMatching(/^file\/preview\/chat\/1\/\w+\/\w+\.jpe?g$/),
      size: picked.length,
      second: SECONDS,
      width: FILM_WIDTH,
      height: FILM_HEIGHT,
    });
    const sent = await carol.file(payload.url);
    expect([sent.length, sent.includes(PLACE)]).toEqual([picked.length, false]);
    const cover = await carol.file(payload.cover);
    expect(cover.subarray(0, 3).toString('hex')).toBe('ffd8ff');
    expect(cover.includes('Exif')).toBe(false);
  });

  await test.step('recalled: gone here, and the server says so', async () => {
    await recallAttached(bob, videos(bob));
    await expect(bob.tip('你撤回了一条消息')).toBeVisible();
    await expect(videos(bob)).toHaveCount(0);
    expect((await lastMessage(carol, world.bob.uid))?.revoke).toBe(1);
    await expectNowhere(NAME, bob.page);
  });

  await test.step('by a phone: watched while it comes, stopped by its recall', async () => {
    const to = { channelId: world.bob.uid, channelType: 1 };
    const bytes = film(SECONDS, { mark: BYTES, bytes: 6_000_000 });
    const cover = await uploadAs(carol, to, 'png', chartPng());
    const url = await uploadAs(carol, to, 'webm', bytes);
    const sent = await carol.send(world.bob.uid, 1, {
      type: 5,
      url,
      cover,
      size: bytes.length,
      second: SECONDS,
      width: FILM_WIDTH,
      height: FILM_HEIGHT,
    });
    await expect(bob.conversation(world.carol.name)).toContainText('[视频] 0:30');
    await expect(videos(bob).locator('img')).toHaveCount(1);
    await videos(bob).getByRole('button').first().click();
    await expect(player(bob)).toHaveAttribute('data-state', 'ready');
    await expect.poll(() => filmAt(bob.page)).toBeGreaterThan(0);
    for (let step = 0; step < 4; step += 1) await bob.page.keyboard.press('ArrowRight');
    await expect.poll(() => filmAt(bob.page)).toBeGreaterThan(19);
    const found = (): number => scanForResidue([bob.app.userDataDir], [BYTES]).length;
    expect(found()).toBeGreaterThan(0);
    await carol.revoke(world.bob.uid, 1, sent);
    await expect(player(bob)).toHaveCount(0);
    await expect(bob.page.getByRole('status').filter({ hasText: '视频已被撤回，播放已停止' })).toBeVisible();
    await expect(videos(bob)).toHaveCount(0);
    await expect.poll(found, { timeout: 20_000, intervals: [500] }).toBe(0);
  });
});
