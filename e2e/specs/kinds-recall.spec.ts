/**
 * What phones send beside words and files, in a window of the app: a place with its map, a sticker, a text with
 * pictures, a call, a screenshot. Recalled, nothing of them is left in window, memory, profile and servers.
 */
import { relative } from 'node:path';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { chartPng } from '../../server/business/seed/demo-files.ts';
import { coreHeap, expectForgotten, holds, mainHeap, pageHeap } from '../fixtures/app/heap-watch.ts';
import { expectPushedWithout, recordDeltas } from '../fixtures/app/leak-watch.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import type { Peer } from '../fixtures/people/peer.ts';
import { turningDrawing } from '../../shared/testing/turning-drawing.ts';
import { expect, test } from '../fixtures/test.ts';

// It looks into the servers.
test.use({ ownServers: true });

const TITLE = 'Pl7Xsecrettitle';
const ADDRESS = 'Ad7Xsecretaddress';
const MAP_BYTES = 'Mp7Xsecretbytes';
const STICKER = 'St7Xsecretword';
const STICKER_BYTES = 'Sb7Xsecretbytes';
const DRAWN = 'Dw7Xsecretword';
const DRAWN_BYTES = 'Db7Xsecretbytes';
const RICH = 'Rt7Xsecretrich';
const RICH_BYTES = 'Rb7Xsecretbytes';
/** Of each message that is recalled, in their order. */
const SAID = [[TITLE, ADDRESS], [STICKER], [RICH], [DRAWN]];
const WORDS = SAID.flat();
const SECRETS = [...WORDS, MAP_BYTES, STICKER_BYTES, RICH_BYTES, DRAWN_BYTES];
/** recall.md: within 5 s of the recall; the rest is this machine's margin. */
const ERASED_WITHIN_MS = 15_000;
/** All files of the chat, on a machine that does other things. */
const LOADED_WITHIN_MS = 30_000;

async function upload(
  peer: Peer,
  to: string,
  mark: string,
  file = new Blob([new Uint8Array(chartPng()), mark]),
  ending = 'png',
): Promise<string> {
  const form = new FormData();
  form.append('file', file, 'x.png');
  const name = `${Math.random().toString(16).slice(2)}.${ending}`;
  const answer = await fetch(`${peer.api}/v1/file/upload?type=chat&path=/1/${to}/${name}`, {
    method: 'POST',
    headers: { token: peer.token },
    body: form,
  });
  const { path } = (await answer.json()) as { path: string };
  return path;
}

test('a place, a sticker and a text with pictures are shown, found, and nowhere after their recall', async ({
  servers,
  world,
  openWindow,
  connectPeer,
  tempDir,
}) => {
  test.setTimeout(300_000);
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const dirs = [bob.app.userDataDir, servers.dataDir];
  const residue = (): string[] =>
    dirs.flatMap((dir) =>
      scanForResidue([dir], SECRETS).map((hit) => `${relative(dir, hit.path)}: ${hit.form}`),
    );
  const to = world.bob.uid;

  await carol.send(to, 1, { type: 9989, call_type: 1, result_type: 2, second: 0, content: 'x' });
  await carol.send(to, 1, { type: 20, from_uid: world.alice.uid, from_name: world.alice.name });
  await expect(bob.conversation(world.carol.name)).toContainText(`${world.carol.name}在聊天中截屏了`);
  const sent = [
    await carol.send(to, 1, {
      type: 6,
      lat: 31.23,
      lng: 121.47,
      title: TITLE,
      address: ADDRESS,
      img: await upload(carol, to, MAP_BYTES),
    }),
    await carol.send(to, 1, {
      type: 13,
      url: await upload(carol, to, STICKER_BYTES),
      placeholder: `[${STICKER}]`,
      category: 'c',
      format: 'png',
    }),
    await carol.send(to, 1, {
      type: 14,
      content: [
        { type: 'text', text: RICH },
        { type: 'image', url: await upload(carol, to, RICH_BYTES), width: 600, height: 252 },
        { type: 'image', url: 'https://elsewhere.example/x.png' },
      ],
    }),
    // Not packed, so that the scan can find it where it lies.
    await carol.send(to, 1, {
      type: 12,
      url: await upload(carol, to, DRAWN_BYTES, new Blob([turningDrawing(DRAWN_BYTES)]), 'lim'),
      placeholder: `[${DRAWN}]`,
      category: 'c',
      format: 'lim',
    }),
  ];
  await expect(bob.conversation(world.carol.name)).toContainText(DRAWN);
  await bob.openChat(world.carol.name);
  await expect(bob.flow.getByTestId('call')).toContainText('视频通话 · 你未接听');
  await expect(bob.flow.getByTestId('system-line').last()).toContainText(`${world.carol.name}在聊天中截屏了`);
  const place = bob.flow.getByTestId('location');
  const sticker = bob.flow.getByTestId('sticker').first();
  const drawing = bob.flow.getByTestId('drawing');
  await expect(place).toContainText(ADDRESS);
  for (const pictured of [place, sticker, bob.flow.getByTestId('rich-text')])
    await expect
      .poll(() => pictured.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth))
      .toBeGreaterThan(0);
  await expect(bob.flow.getByTestId('rich-text')).toContainText(RICH);
  // It is there once its file is, which is the last of six to be loaded.
  await expect(drawing).toBeVisible({ timeout: LOADED_WITHIN_MS });
  await expect.poll(() => drawing.evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBeGreaterThan(1);
  expect(scanForResidue([bob.app.userDataDir], [DRAWN_BYTES])).not.toEqual([]);
  // The scan can find it, in memory and on disk, and the search finds the words.
  expect(residue()).not.toEqual([]);
  expect(holds(await pageHeap(bob.page), TITLE)).toBe(true);
  const hits = (): Promise<number[]> =>
    bob.page.evaluate(
      async (words) => {
        const query = { channel: null, cursor: null, limit: 20, fromUid: null, since: null, until: null };
        const found = [];
        for (const text of words) {
          const answer = await window.wukong.invoke('search.query', { ...query, text });
          found.push(answer.ok ? answer.value.messages.length : -1);
        }
        return found;
      },
      [TITLE, RICH],
    );
  await expect.poll(hits).toEqual([1, 1]);

  await place.getByRole('button').first().click();
  await expect(bob.page.getByRole('menu', { name: '位置' })).toBeVisible();
  const drawn = [
    place,
    bob.flow.getByTestId('sticker').locator('img'),
    bob.flow.getByTestId('rich-text'),
    drawing,
  ];
  for (const [index, message] of sent.entries()) {
    await recordDeltas(bob.page);
    await carol.revoke(to, 1, message);
    await expect(drawn[index] ?? place).toHaveCount(0);
    for (const words of SAID[index] ?? []) await expectPushedWithout(bob.page, words);
  }
  await expect(bob.page.getByRole('menu')).toHaveCount(0);
  expect(await hits()).toEqual([0, 0]);
  for (const words of WORDS) await expectNowhere(words, bob.page);
  await expectForgotten(() => pageHeap(bob.page), ...WORDS);
  await expectForgotten(() => mainHeap(bob.app, tempDir), TITLE, RICH);
  await expectForgotten(() => coreHeap(bob.app, tempDir), TITLE, RICH);
  await expect.poll(residue, { timeout: ERASED_WITHIN_MS, intervals: [500] }).toEqual([]);
});
