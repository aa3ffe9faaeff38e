/** What is sent of a picked image: how large, what of it stays, what is said. In a real decoder, on the fake bridge. */
import { Buffer } from 'node:buffer';
import { deflateSync } from 'node:zlib';
import type { Page } from 'playwright';
import { phoneJpeg, pngChunk, programPng } from '../../shared/testing/camera-data.ts';
import { chartPng } from '../../server/business/seed/demo-files.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { film, taggedFilm } from '../fixtures/people/film.ts';
import { MOVING_AVIF } from '../fixtures/people/moving-avif.ts';
import { greyJpeg } from '../fixtures/people/jpeg.ts';

type WithFake = typeof globalThis & { fakeControls: FakeControls };

const GROUP = /^悟空桌面端研发/;
const MARK = 'Zx9SecretPlace';
const items = (page: Page) => page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem');

async function openGroup(page: Page): Promise<void> {
  await page.getByRole('option', { name: GROUP }).click();
  await expect(page.getByTestId('image').locator('img')).toBeVisible();
}

/** A picture of the browser's own: a red field top left, green beside it, blue below, noise if it is to be large. */
async function drawn(
  page: Page,
  type: string,
  width: number,
  height: number,
  noise = false,
): Promise<Buffer> {
  const text = await page.evaluate(
    async ([mime, w, h, noisy]) => {
      const canvas = new OffscreenCanvas(w, h);
      const context = canvas.getContext('2d');
      if (!context) throw new Error('no canvas');
      const fill = (colour: string, ...box: [number, number, number, number]): void => {
        context.fillStyle = colour;
        context.fillRect(...box);
      };
      fill('#ff0000', 0, 0, w / 2, h / 2);
      fill('#00ff00', w / 2, 0, w / 2, h / 2);
      fill('#0000ff', 0, h / 2, w, h / 2);
      for (let at = 0; at < (noisy ? 6_000 : 0); at += 1)
        fill(`hsl(${at % 360} 60% 50%)`, (at * 7_919) % w, h * 0.6 + ((at * 104_729) % (h * 0.4)), 9, 7);
      const blob = await canvas.convertToBlob({ type: mime, quality: 0.95 });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    },
    [type, width, height, noise] as const,
  );
  return Buffer.from(text, 'latin1');
}

/** What came over the bridge of the file that was picked last: its name, its bytes, and as what it was kept. */
async function sentToCore(
  page: Page,
): Promise<{ name: string; bytes: Buffer; kept: Record<string, unknown> }> {
  const { name, text, kept } = await page.evaluate(() => {
    const { calls } = (globalThis as WithFake).fakeControls;
    const from = calls.findLastIndex(({ channel }) => channel === 'attachments.begin');
    const of = (channel: string) =>
      calls
        .slice(from)
        .flatMap((call) => (call.channel === channel ? [call.args as Record<string, unknown>] : []));
    const bytes = of('attachments.append').flatMap((args) => [...(args['bytes'] as Uint8Array)]);
    return {
      name: of('attachments.begin')[0]?.['name'] as string,
      text: bytes.map((byte) => String.fromCharCode(byte)).join(''),
      kept: of('attachments.keep')[0] ?? {},
    };
  });
  return { name, bytes: Buffer.from(text, 'latin1'), kept };
}

/** Picks one file, waits until it is with the core, answers what came there, and takes it out of the tray again. */
async function through(page: Page, name: string, mimeType: string, buffer: Buffer) {
  await page.getByTestId('pick-file').setInputFiles([{ name, mimeType, buffer }]);
  await expect(items(page)).toHaveAttribute('data-stored', 'true', { timeout: 30_000 });
  const kind = await items(page).getAttribute('data-kind');
  const note = await page.getByRole('status').filter({ hasText: '无法在这里处理' }).count();
  const sent = await sentToCore(page);
  await items(page).getByRole('button', { name: /^移除/ }).click();
  await expect(items(page)).toHaveCount(0);
  return { ...sent, kind, note };
}

/** As it is drawn: size, and colours in its upper corners and at the bottom. */
async function look(page: Page, bytes: Buffer) {
  return page.evaluate(async (text) => {
    const blob = new Blob([Uint8Array.from(text, (char) => char.charCodeAt(0))]);
    const bitmap = await createImageBitmap(blob);
    const { width, height } = bitmap;
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const at = (x: number, y: number): string =>
      [...(context?.getImageData(Math.floor(x), Math.floor(y), 1, 1).data.subarray(0, 3) ?? [])]
        .map((part) => (part > 127 ? 1 : 0))
        .join('');
    const [left, right, top, bottom] = [width * 0.2, width * 0.8, height * 0.2, height * 0.8];
    return {
      width,
      height,
      corners: [at(left, top), at(right, top), at(left, bottom), at(right, bottom)].join(' '),
    };
  }, bytes.toString('latin1'));
}

test('how it was held stays, whether it is scaled or not; where it was taken leaves', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  const small = await drawn(page, 'image/jpeg', 300, 200);
  const large = await drawn(page, 'image/jpeg', 2_400, 1_600);
  for (const orientation of [1, 4, 6, 7]) {
    const dirty = phoneJpeg(small, MARK, orientation, orientation % 2 === 0);
    const sent = await through(page, 'one.jpg', 'image/jpeg', dirty);
    const before = await look(page, dirty);
    expect(await look(page, sent.bytes)).toEqual(before);
    expect(sent.kept).toMatchObject({ kind: 'image', width: before.width, height: before.height });
    expect(sent.bytes.includes(MARK)).toBe(false);
    // Its pixels are those that were picked.
    expect(sent.bytes.includes(small.subarray(-1_000, -2))).toBe(true);
  }
  const dirty = phoneJpeg(large, MARK, 6);
  const sent = await through(page, 'large.jpg', 'image/jpeg', dirty);
  const [before, after] = [await look(page, dirty), await look(page, sent.bytes)];
  expect(after.corners).toBe(before.corners);
  expect([after.width, after.height]).toEqual([1365, 2048]);
  expect(sent.kept).toMatchObject({ width: after.width, height: after.height });
  expect([sent.bytes.includes(MARK), sent.bytes.includes('Exif')]).toEqual([false, false]);
  expect(sent.bytes.length).toBeLessThan(dirty.length);
});

test('each container, and names that say what it is now', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page);
  const chart = chartPng();
  const png = await through(page, 'chart.png', 'image/png', programPng(chart, MARK));
  expect([png.name, png.bytes.equals(chart), png.kind]).toEqual(['chart.png', true, 'image']);
  // A large one of words and lines stays sharp, a photo becomes a JPEG, one that is seen through keeps its holes.
  const words = await through(page, 'words.png', 'image/png', await drawn(page, 'image/png', 3_000, 1_500));
  expect([words.name, (await look(page, words.bytes)).width]).toEqual(['words.png', 2_160]);
  const noisy = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(2_600, 1_700);
    const context = canvas.getContext('2d');
    const picture = context?.createImageData(2_600, 1_700);
    if (!context || !picture) throw new Error('no canvas');
    for (let at = 0; at < picture.data.length; at += 1)
      picture.data[at] = at % 4 === 3 ? 255 : 128 + 60 * Math.sin(at / 9_000) + ((at * 7_919) % 61);
    context.putImageData(picture, 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/png' });
    return Array.from(new Uint8Array(await blob.arrayBuffer()), (byte) => String.fromCharCode(byte)).join('');
  });
  const photo = await through(page, 'photo.png', 'image/png', Buffer.from(noisy, 'latin1'));
  expect([photo.name, photo.bytes.subarray(0, 2).toString('hex')]).toEqual(['photo.jpg', 'ffd8']);
  const webp = await through(
    page,
    'a.webp',
    'image/webp',
    await drawn(page, 'image/webp', 2_400, 2_400, true),
  );
  expect([webp.name, webp.bytes.subarray(8, 12).toString(), (await look(page, webp.bytes)).width]).toEqual([
    'a.webp',
    'WEBP',
    2_048,
  ]);
  // A picture whose name says something else, and one that no other client shows.
  const jpeg = await drawn(page, 'image/jpeg', 300, 200);
  const named = await through(page, 'notes.txt', 'text/plain', phoneJpeg(jpeg, MARK));
  expect([named.name, named.kind, named.bytes.includes(MARK)]).toEqual(['notes.txt.jpg', 'image', false]);
  const bmp = Buffer.concat([
    Buffer.from('424d46000000000000003600000028000000', 'hex'),
    Buffer.from('020000000200000001001800000000001000000000000000000000000000000000000000', 'hex'),
    Buffer.from('0000ff00ff000000ff000000ffffff000000', 'hex').subarray(0, 16),
  ]);
  const bitmap = await through(page, 'old.bmp', 'image/bmp', bmp);
  expect([bitmap.name, bitmap.kind, await look(page, bitmap.bytes).then(({ width }) => width)]).toEqual([
    'old.png',
    'image',
    2,
  ]);
});

const gif = (...blocks: Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1'),
    ...blocks,
    Buffer.from(';'),
  ]);

/** A black PNG. */
const wide = (w: number, h: number, bits: number): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(w, 0);
  header.writeUInt32BE(h, 4);
  header[8] = bits;
  header[9] = 2;
  const row = 1 + (w * 3 * bits) / 8;
  return Buffer.concat([
    chartPng().subarray(0, 8),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(row * h))),
    pngChunk('IEND'),
  ]);
};

test('what moves is never flattened; a long screenshot stays as wide as it is', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page);
  const frame = Buffer.from('21f90400010000002c0000000001000100000202440100', 'hex');
  const comment = Buffer.concat([Buffer.of(0x21, 0xfe, MARK.length), Buffer.from(MARK), Buffer.of(0)]);
  const moving = await through(page, 'a.gif', 'image/gif', gif(comment, frame, frame));
  expect([moving.kind, moving.bytes.equals(gif(frame, frame))]).toEqual(['image', true]);
  const chart = chartPng();
  const apng = Buffer.concat([
    chart.subarray(0, 33),
    pngChunk('acTL', Buffer.from('0000000200000000', 'hex')),
    pngChunk(
      'fcTL',
      Buffer.from('00000000000002580000 00fc000000000000000000010064 0000'.replaceAll(' ', ''), 'hex'),
    ),
    chart.subarray(33, -12),
    pngChunk('fcTL', Buffer.from('0000000100000001000000010000000000000000000100640000', 'hex')),
    pngChunk('fdAT', Buffer.concat([Buffer.from('00000002', 'hex'), deflateSync(Buffer.alloc(4))])),
    pngChunk('IEND'),
  ]);
  const animated = await through(page, 'a.png', 'image/png', programPng(apng, MARK));
  expect(animated.bytes.equals(apng)).toBe(true);
  const long = await through(page, 'long.png', 'image/png', await drawn(page, 'image/png', 1_080, 12_000));
  expect(long.kept).toMatchObject({ kind: 'image', width: 1_080, height: 12_000 });
});

test('what cannot be read here goes as a file, as it is, and that is said; nothing stands still', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  const jpeg = await drawn(page, 'image/jpeg', 300, 200);
  const claims = Buffer.from(chartPng());
  claims.writeUInt32BE(30_000, 16);
  claims.writeUInt32BE(30_000, 20);
  const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic', 'latin1'), Buffer.from(MARK)]);
  const hostile: [string, string, Buffer][] = [
    ['phone.heic', 'image/heic', heic],
    [
      'drawing.svg',
      'image/svg+xml',
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><!--${MARK}--></svg>`),
    ],
    ['claims.png', 'image/png', claims],
    ['cut.png', 'image/png', chartPng().subarray(0, 400)],
    ['cut.jpg', 'image/jpeg', jpeg.subarray(0, 100)],
    ['words.jpg', 'image/jpeg', Buffer.from(MARK)],
    ['no.webp', 'image/webp', Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1')],
  ];
  for (const [name, type, buffer] of hostile) {
    const sent = await through(page, name, type, buffer);
    expect([name, sent.kind, sent.note, sent.bytes.equals(buffer)]).toEqual([name, 'file', 1, true]);
  }
  // 16 bits a colour, and a line of 100,000 pixels.
  const sixteen = await through(page, 'deep.png', 'image/png', wide(2_600, 1_200, 16));
  // Smaller than anything drawn of it would be: it stays what it was.
  expect([sixteen.kind, (await look(page, sixteen.bytes)).width]).toEqual(['image', 2_600]);
  const line = await through(page, 'line.png', 'image/png', wide(1, 100_000, 8));
  expect(line.kept).toMatchObject({ kind: 'image', width: 1, height: 100_000 });
});

test('bytes decide what a file is, whatever its name or nothing says; what cannot be read is said', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  const jpeg = phoneJpeg(await drawn(page, 'image/jpeg', 300, 200), MARK);
  for (const [name, type, sentAs] of [
    ['photo', '', 'photo.jpg'],
    ['photo.mp4', 'video/mp4', 'photo.mp4.jpg'],
    ['photo.txt', 'text/plain', 'photo.txt.jpg'],
  ] as const) {
    const sent = await through(page, name, type, jpeg);
    expect([sent.kind, sent.name, sent.note]).toEqual(['image', sentAs, 0]);
    expect(sent.bytes.includes(MARK)).toBe(false);
  }
  for (const [name, type] of [
    ['film', ''],
    ['film.jpg', 'image/jpeg'],
    ['film.txt', 'text/plain'],
  ] as const) {
    const sent = await through(page, name, type, taggedFilm(film(2), MARK));
    expect([name, sent.kind, sent.kept['kind'], sent.note]).toEqual([name, 'video', 'video', 0]);
    expect(sent.bytes.includes(MARK)).toBe(false);
  }
  const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic', 'latin1'), Buffer.from(MARK)]);
  const words = Buffer.from('The free software is a text that begins as a film may.');
  for (const [name, type, buffer, note] of [
    ['phone', '', heic, 1],
    ['notes', '', words, 0],
    ['code.ts', 'video/mp2t', Buffer.from('export const one = 1;'), 0],
    ['none.mp4', 'video/mp4', Buffer.from(MARK), 0],
  ] as const) {
    const sent = await through(page, name, type, buffer);
    expect([name, sent.kind, sent.note, sent.bytes.equals(buffer)]).toEqual([name, 'file', note, true]);
  }
  await page.getByTestId('pick-file').setInputFiles([{ name: 'moves', mimeType: '', buffer: MOVING_AVIF }]);
  await expect(items(page)).toHaveAttribute('data-kind', 'file');
  await expect(page.getByRole('status').filter({ hasText: 'moves 是会动的 AVIF' })).toBeVisible();
});

test('more pixels than are shown are made smaller; how many are too many is said', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page);
  // A phone of 200 megapixels, held upright.
  const camera = greyJpeg(16_320, 12_240, 6);
  const photo = await through(page, 'photo.jpg', 'image/jpeg', camera);
  expect([photo.kind, photo.note]).toEqual(['image', 0]);
  expect(photo.kept).toMatchObject({ kind: 'image', width: 1_536, height: 2_048 });
  expect(await look(page, photo.bytes)).toMatchObject({ width: 1_536, height: 2_048 });
  const long = await through(page, 'long.jpg', 'image/jpeg', greyJpeg(1_080, 65_000));
  expect(long.kept).toMatchObject({ kind: 'image', width: 911, height: 54_856 });

  // What is sent as it was picked goes as a file: nobody is shown so many.
  const pick = (name: string, buffer: Buffer) =>
    page.getByTestId('pick-file').setInputFiles([{ name, mimeType: 'image/jpeg', buffer }]);
  await pick('photo.jpg', camera);
  await expect(items(page)).toHaveAttribute('data-stored', 'true');
  await page.getByTestId('send-original').getByRole('switch').click();
  await page.getByRole('button', { name: '发送', exact: true }).click();
  await expect(items(page)).toHaveCount(0);
  const sent = await page.evaluate(() =>
    (globalThis as WithFake).fakeControls.calls.findLast(
      ({ channel }) => channel === 'messages.sendAttachments',
    ),
  );
  expect(sent?.args).toMatchObject({ items: [{ kind: 'file' }] });

  await pick('wall.jpg', greyJpeg(20_000, 10_001));
  await expect(items(page)).toHaveAttribute('data-kind', 'file');
  await expect(page.getByRole('status').filter({ hasText: '像素太多' })).toContainText('最多 200 百万像素');
});

for (const look of ['light', 'dark'] as const)
  test(`send original: both sizes, what goes along, off with the next message (${look})`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake({ theme: look, width: 720, height: 480 });
    await openGroup(page);
    const original = phoneJpeg(await drawn(page, 'image/jpeg', 3_000, 2_000, true), MARK, 6);
    const pick = () =>
      page.getByTestId('pick-image').setInputFiles([
        { name: 'IMG_20261130_101112.jpg', mimeType: 'image/jpeg', buffer: original },
        { name: 'chart.png', mimeType: 'image/png', buffer: chartPng() },
      ]);
    await pick();
    const row = page.getByTestId('send-original');
    await expect(items(page).and(page.locator('[data-stored="true"]'))).toHaveCount(2);
    const toggle = row.getByRole('switch', { name: '发送原图' });
    await expect(row).toContainText(/关：[\d.]+ (KB|MB)，开：[\d.]+ (KB|MB)/);
    await expect(toggle).not.toBeChecked();
    await toggle.focus();
    await page.keyboard.press('Space');
    await expect(toggle).toBeChecked();
    await expect(
      page.getByRole('status').filter({ hasText: '拍摄地点、时间和设备等信息会一起发送' }),
    ).toBeVisible();
    // The other one is its own original.
    await expect(row).not.toContainText('没有原图');
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('original.png') });
    await page.getByTestId('send').click();
    await expect(items(page)).toHaveCount(0);
    const { bytes } = await sentToCore(page);
    expect(bytes.equals(original)).toBe(true);
    const sent = await page.evaluate(() =>
      (globalThis as WithFake).fakeControls.calls.findLast(
        ({ channel }) => channel === 'messages.sendAttachments',
      ),
    );
    expect(sent?.args).toMatchObject({
      items: [
        { kind: 'image', width: 2_000, height: 3_000, insteadOf: expect.any(String) as unknown as string },
        { kind: 'image' },
      ],
    });
    await pick();
    await expect(items(page).and(page.locator('[data-stored="true"]'))).toHaveCount(2);
    await expect(toggle).not.toBeChecked();
  });
