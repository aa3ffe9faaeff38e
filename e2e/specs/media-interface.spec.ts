/** Images and files on known data: bubbles, tray, viewer, limits, by mouse and by keyboard, in both themes. */
import { Buffer } from 'node:buffer';
import type { Locator, Page } from 'playwright';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import type { MessageView } from '../../shared/domain.ts';
import { MessageMaker } from '../fixtures/walk/every-kind.ts';
import { chartPng } from '../../server/business/seed/demo-files.ts';

type WithFake = typeof globalThis & { fakeControls: FakeControls };

const GROUP = /^悟空桌面端研发/;
const png = (name: string) => ({ name, mimeType: 'image/png', buffer: chartPng() });
const text = (name: string, size = 2_000) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.alloc(size, 'a'),
});

async function openGroup(page: Page): Promise<void> {
  await page.getByRole('option', { name: GROUP }).click();
  await expect(page.getByTestId('image').locator('img')).toBeVisible();
}

const calls = (page: Page, channel: string): Promise<number> =>
  page.evaluate(
    (name) => (globalThis as WithFake).fakeControls.calls.filter((call) => call.channel === name).length,
    channel,
  );

/** What the buttons of a bubble are called. */
const buttons = (of: Locator): Promise<(string | null)[]> =>
  of.getByRole('button').evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));

/** Drags files over `target` and, unless `hold`, drops them. */
async function dropFiles(page: Page, target: string, names: readonly string[], hold = false): Promise<void> {
  await page.evaluate(
    ({ selector, wanted, only }) => {
      const data = new DataTransfer();
      for (const name of wanted) data.items.add(new File(['dropped'], name, { type: 'text/plain' }));
      const element = document.querySelector(selector);
      const send = (type: string): unknown =>
        element?.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
      send('dragover');
      if (!only) send('drop');
    },
    { selector: target, wanted: names, only: hold },
  );
}

for (const theme of ['light', 'dark'] as const) {
  test(`bubbles, tray, upload and viewer in ${theme}`, async ({ openFake }, testInfo) => {
    const page = await openFake({ theme });
    const shot = (name: string) =>
      page.screenshot({ animations: 'disabled', path: testInfo.outputPath(`${name}.png`) });
    await openGroup(page);
    const picture = page.getByTestId('image');
    const box = await picture.boundingBox();
    expect([box?.width, box?.height]).toEqual([300, 126]);
    await shot('bubbles');

    await page.getByTestId('pick-image').setInputFiles([png('chart.png')]);
    await page
      .getByTestId('pick-file')
      .setInputFiles([text('a rather long name of a report for the board 2026-final.txt', 150_000)]);
    const tray = page.getByRole('list', { name: '待发送的附件' });
    await expect(tray.getByRole('listitem')).toHaveCount(2);
    await expect(tray.getByRole('img', { name: 'chart.png' })).toBeVisible();
    await expect(page.getByTestId('composer')).toBeFocused();
    await page.keyboard.type('说明文字');
    await shot('tray');
    await page.keyboard.press('Enter');
    await expect(tray).toHaveCount(0);
    await expect(page.getByTestId('transfer-ring')).toBeVisible();
    await expect(page.getByTestId('image').last().getByRole('progressbar')).toHaveAttribute(
      'aria-valuenow',
      '40',
    );
    await expect(page.getByRole('article', { name: '说明文字' })).toBeVisible();
    await shot('upload');
    await page.evaluate(() => (globalThis as WithFake).fakeControls.finishUploads());
    await expect(page.getByTestId('transfer-ring')).toHaveCount(0);

    // Of others the tile is the one button, and loads; it was sent from here: there is nothing to download.
    const file = page.getByTestId('file').last();
    await expect.poll(() => buttons(page.getByTestId('file').first())).toEqual(['下载']);
    await expect.poll(() => buttons(file)).toEqual(['打开']);
    await file.getByRole('button', { name: '打开' }).click();
    await expect(file).toHaveAttribute('data-state', 'ready');
    await expect.poll(() => calls(page, 'shell.openMedia')).toBe(1);
    await expect.poll(() => buttons(file)).toEqual(['打开', '另存为']);
    await file.getByRole('button', { name: '另存为' }).click();
    await expect(file.getByRole('button', { name: '在文件夹中显示' })).toBeVisible();
    await page.getByRole('button', { name: '查看图片' }).first().click();
    await expect(page.getByRole('dialog', { name: '图片查看器' })).toBeVisible();
    await shot('viewer');
  });
}

test('the viewer by keyboard: zoom, turn, neighbours, focus inside and back', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page);
  await page.getByTestId('pick-image').setInputFiles([png('second.png')]);
  await page.getByTestId('send').click();
  await expect(page.getByTestId('transfer-ring')).toBeVisible();
  await page.evaluate(() => (globalThis as WithFake).fakeControls.finishUploads());
  await expect(page.getByTestId('image')).toHaveCount(2);

  const article = page.getByRole('article').filter({ has: page.getByTestId('image') });
  await article.first().focus();
  await page.keyboard.press('Enter');
  const viewer = page.getByRole('dialog', { name: '图片查看器' });
  await expect(viewer.getByRole('button', { name: '关闭' })).toBeFocused();
  const image = viewer.locator('img');
  const zoom = viewer.getByLabel('缩放');
  await expect(zoom).toHaveText('100%');
  await page.keyboard.press('+');
  await expect(zoom).toHaveText('125%');
  await page.keyboard.press('0');
  await expect(zoom).toHaveText('100%');
  await page.keyboard.press('r');
  await expect(image).toHaveAttribute('style', /rotate\(90deg\)/);
  await expect(viewer).toContainText('1 / 2');
  await expect(viewer.getByRole('button', { name: '上一张' })).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('ArrowRight');
  await expect(viewer).toContainText('2 / 2');
  await expect(image).toHaveAttribute('style', /rotate\(0deg\)/);
  await page.keyboard.press('ArrowLeft');
  await expect(viewer).toContainText('1 / 2');
  // Tab goes round inside.
  for (let i = 0; i < 12; i += 1) {
    await page.keyboard.press('Tab');
    await expect(viewer.locator(':focus')).toHaveCount(1);
  }
  // A tool that goes while it has the focus leaves that inside, before the next frame and the next key. What comes
  // behind the viewer at the same time, and would take a focus that is nowhere, does not get it.
  await viewer.getByRole('button', { name: '编辑图片' }).focus();
  const holder = await page.evaluate(async () => {
    const { fakeControls } = globalThis as WithFake;
    const storage = { readOnly: 'diskFull', cacheReplaced: null, outboxDamage: null } as const;
    fakeControls.push([{ kind: 'storage', storage }]);
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- runs in the page
    const isGone = (): boolean => document.querySelector('[aria-label="编辑图片"]') === null;
    while (!isGone()) await new Promise((next) => setTimeout(next));
    // (React may have drawn it within the call.)
    await Promise.resolve();
    return document.activeElement?.closest('[data-testid]')?.getAttribute('data-testid');
  });
  expect(holder).toBe('viewer');
  await page.keyboard.press('Tab');
  await expect(viewer.getByRole('button', { name: '缩小' })).toBeFocused();
  // At its last stop as well, though what comes after it in the document is not drawn.
  await viewer.evaluate((layer) => {
    const hidden = document.createElement('button');
    hidden.style.visibility = 'hidden';
    layer.append(hidden);
  });
  await viewer.getByRole('button', { name: '下一张' }).focus();
  await page.keyboard.press('Tab');
  await expect(viewer.getByRole('button', { name: '缩小' })).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(viewer.getByRole('button', { name: '下一张' })).toBeFocused();
  await dropFiles(page, '[data-testid="viewer"]', ['meant for nobody.txt']);
  await page.keyboard.press('Control+s');
  await expect.poll(() => calls(page, 'shell.saveMedia')).toBe(1);
  await page.keyboard.press('Escape');
  await expect(viewer).toHaveCount(0);
  await expect(article.first()).toBeFocused();
  await expect(page.getByTestId('attachments')).toHaveCount(0);
});

test('a picture that an edit made another one, or words: nothing shows the one before', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  const before = new MessageMaker('zh', 5_000).message({
    kind: 'image',
    url: 'file/before',
    width: 310,
    height: 130,
  });
  /** Stored; how many pictures have this address in the frame after it. */
  const store = (message: MessageView, src = ''): Promise<number> =>
    page.evaluate(
      ([one, address]) =>
        new Promise<number>((done) => {
          (globalThis as WithFake).fakeControls.store([one]);
          requestAnimationFrame(() =>
            done([...document.images].filter((image) => image.getAttribute('src') === address).length),
          );
        }),
      [message, src] as const,
    );
  await store(before);
  const pictures = page.getByTestId('image');
  await expect(pictures).toHaveCount(2);
  await expect(pictures.last().locator('img')).toBeVisible();
  await pictures.last().getByRole('button', { name: '查看图片' }).click();
  const viewer = page.getByRole('dialog', { name: '图片查看器' });
  await expect(viewer.locator('img')).toBeVisible();
  const src = (await viewer.locator('img').getAttribute('src')) ?? '';
  expect(await store(before, src)).toBeGreaterThan(0);

  const other = { kind: 'image', url: 'file/other', width: 130, height: 310 } as const;
  expect(await store({ ...before, edited: true, content: other }, src)).toBe(0);
  await expect(viewer.locator('img')).toBeVisible();
  const next = (await viewer.locator('img').getAttribute('src')) ?? '';
  expect(next).not.toBe(src);
  // What else changes of it loads nothing anew.
  expect(await store({ ...before, edited: true, content: other, readCount: 3 }, next)).toBeGreaterThan(0);
  const words: MessageView['content'] = { kind: 'text', text: 'words', mention: { all: false, uids: [] } };
  expect(await store({ ...before, edited: true, content: words }, next)).toBe(0);
  await expect(viewer).toHaveCount(0);
  await expect(pictures).toHaveCount(1);
});

test('what was dragged out is not taken in again; what comes from another program right after it is', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  const items = page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem');
  const box = await page.getByTestId('image').boundingBox();
  if (!box) throw new Error('nothing to take hold of');
  await page.mouse.move(box.x + 40, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + 60, { steps: 4 });
  await expect.poll(() => calls(page, 'shell.dragMedia')).toBe(1);
  await dropFiles(page, '[data-testid="message-pane"]', ['own.txt']);
  await expect(items).toHaveCount(0);
  // The button was let go elsewhere, and the pointer was not here without it since.
  await page.evaluate(() => globalThis.dispatchEvent(new Event('blur')));
  await dropFiles(page, '[data-testid="message-pane"]', ['other.txt']);
  await expect(items).toHaveCount(1);
  await expect(page.getByRole('button', { name: '移除 other.txt' })).toBeVisible();
});

test('paste, drop on the pane and on a row; what cannot be sent is refused with its reason', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  const items = page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem');
  const alert = page.getByRole('alert').filter({ hasText: /./ });

  await dropFiles(page, '[data-testid="message-pane"]', ['one.txt'], true);
  await expect(page.getByTestId('drop-overlay')).toHaveText('松开以发送到 悟空桌面端研发');
  await dropFiles(page, '[data-testid="message-pane"]', ['one.txt']);
  await expect(page.getByTestId('drop-overlay')).toHaveCount(0);
  await expect(items).toHaveCount(1);

  // A picture from the clipboard; words that bring one along stay words.
  const paste = (words: string) =>
    page.getByTestId('composer').evaluate((field, plain) => {
      const data = new DataTransfer();
      data.items.add(new File(['x'], 'image.png', { type: 'application/octet-stream' }));
      if (plain) data.setData('text/plain', plain);
      field.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    }, words);
  await paste('');
  await expect(items).toHaveCount(2);
  await paste('A1 B1');
  await expect(items).toHaveCount(2);

  await page.getByRole('button', { name: '移除 one.txt' }).click();
  await expect(items).toHaveCount(1);
  await expect(page.getByRole('button', { name: '移除 image.png' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(items).toHaveCount(0);
  await expect(page.getByTestId('composer')).toBeFocused();

  await page.getByTestId('pick-file').setInputFiles([text('empty.txt', 0), text('good.txt')]);
  await expect(alert).toHaveText('1 个文件是空的，未添加');
  await expect(items).toHaveCount(1);
  await page.getByTestId('pick-file').setInputFiles(Array.from({ length: 21 }, (_, i) => text(`${i}.txt`)));
  await expect(alert).toHaveText('一次最多发送 20 个文件');
  await expect(items).toHaveCount(20);

  // An edit has nothing to do with what is attached.
  await page.getByRole('article', { name: '同意' }).focus();
  await page.keyboard.press('e');
  await expect(page.getByRole('button', { name: '文件', exact: true })).toBeDisabled();
  await expect(items).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(items).toHaveCount(20);

  // On another chat's row: it opens with the file in its composer, the first one keeps its own.
  const row = page.getByRole('option', { name: /^林知夏/ });
  await dropFiles(page, `[data-key="${await row.getAttribute('data-key')}"]`, ['two.txt']);
  await expect(page.getByRole('heading', { name: '林知夏' })).toBeVisible();
  await expect(items).toHaveCount(1);
  await expect(page.getByTestId('composer')).toBeFocused();

  // Enter before what was dropped is looked at: the words go along with it, not ahead; in another chat nothing goes.
  const hold = (channels: string[]): Promise<void> =>
    page.evaluate((list) => (globalThis as WithFake).fakeControls.hold(list), channels);
  const said = (): Promise<unknown[]> =>
    page.evaluate(() =>
      (globalThis as WithFake).fakeControls.calls
        .filter(({ channel }) => ['messages.send', 'messages.sendAttachments'].includes(channel))
        .map(({ channel, args }) => {
          const { items: sent, text: words } = args as { items?: unknown[]; text: string };
          return [channel, sent?.length, words];
        }),
    );
  const composer = page.getByTestId('composer');
  await page.getByRole('button', { name: '移除 two.txt' }).click();
  const dropAndSend = async (words: string): Promise<void> => {
    await hold(['attachments.pace']);
    await dropFiles(page, '[data-testid="composer"]', ['late.txt']);
    await composer.fill(words);
    await composer.press('Enter');
    await composer.press('Enter');
  };
  await dropAndSend('走开了');
  await page.getByRole('option', { name: GROUP }).click();
  await hold([]);
  await row.click();
  await expect(items).toHaveCount(1);
  await expect(composer).toHaveValue('走开了');
  expect(await said()).toEqual([]);
  await dropAndSend('见附件');
  expect(await said()).toEqual([]);
  await hold([]);
  await expect(composer).toHaveValue('');
  await expect.poll(said).toEqual([['messages.sendAttachments', 2, '见附件']]);
});

test('an upload that is cancelled can be tried again; an image and a file that do not come say so', async ({
  openFake,
}) => {
  const page = await openFake();
  await openGroup(page);
  const refuseMedia = (code: 'notFound' | 'network' | null) =>
    page.evaluate((failure) => {
      const bridge = window.wukong as { invoke: (channel: string, args: unknown) => unknown };
      const place = globalThis as { plainInvoke?: typeof bridge.invoke };
      place.plainInvoke ??= bridge.invoke;
      const plain = place.plainInvoke;
      bridge.invoke = (channel, args) =>
        channel === 'media.load' && failure
          ? Promise.resolve({ ok: false, code: failure, message: 'not there' })
          : plain(channel, args);
    }, code);

  await page.getByTestId('pick-image').setInputFiles([png('chart.png')]);
  await refuseMedia('notFound');
  await page.getByTestId('send').click();
  await page.getByRole('button', { name: '取消上传' }).click();
  const failed = page.getByTestId('send-failed');
  await expect(failed).toContainText('已取消上传');
  await expect(failed.getByRole('button', { name: '重试' })).toBeVisible();

  const picture = page.getByTestId('image').last();
  await expect(picture.getByTestId('image-failed')).toHaveText('服务器上已没有这个文件');
  await refuseMedia(null);
  await picture.getByTestId('image-failed').getByRole('button').click();
  await expect(picture.locator('img')).toBeVisible();

  await refuseMedia('network');
  const file = page.getByTestId('file').first();
  await file.getByRole('button', { name: '下载' }).last().click();
  await expect(file).toContainText('网络错误，请稍后再试');
  await refuseMedia(null);
  await file.getByRole('button', { name: '重新加载' }).click();
  await expect(file).toHaveAttribute('data-state', 'ready');
});

/** Answers `media.load` as the core does for a picture that does not show by itself; asked for, it is another shape. */
async function answerLoads(page: Page, answer: object): Promise<void> {
  await page.evaluate((first) => {
    const bridge = window.wukong as { invoke: (channel: string, args: unknown) => unknown };
    const plain = bridge.invoke;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [150, 300];
    canvas.getContext('2d')?.fillRect(0, 0, 150, 300);
    const drawn = { url: canvas.toDataURL(), bytes: 1 };
    bridge.invoke = (channel, args) => {
      if (channel !== 'media.load') return plain(channel, args);
      const { asked } = args as { asked?: boolean };
      return Promise.resolve({ ok: true, value: asked === true ? drawn : first });
    };
  }, answer);
}

test('a picture at a foreign host waits for a click, and stands whole in its own shape', async ({
  openFake,
}, testInfo) => {
  const page = await openFake();
  await answerLoads(page, { url: '', bytes: 0, host: 'tracker.example.net' });
  await page.getByRole('option', { name: GROUP }).click();
  const tile = page.getByTestId('picture-tile');
  await expect(tile).toContainText('tracker.example.net 上的图片，点击载入');
  await expect(page.getByTestId('image')).toHaveCount(0);
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('foreign.png') });

  const end = page.getByRole('article').last();
  await expect(end).toBeInViewport();
  await tile.getByRole('button', { name: '点击载入' }).click();
  const picture = page.getByTestId('image');
  await expect(picture.locator('img')).toHaveCSS('opacity', '1');
  await expect.poll(() => picture.boundingBox()).toMatchObject({ width: 150, height: 300 });
  await expect(picture.locator('img')).toHaveCSS('object-fit', 'contain');
  await expect(end).toBeInViewport();
});

test('a picture of too many pixels is a tile that can be saved, and is sent as a file', async ({
  openFake,
}, testInfo) => {
  const page = await openFake();
  const hidden = { why: 'tooLarge', width: 16_000, height: 16_000 };
  await answerLoads(page, { url: '', bytes: 243_000, hidden });
  await page.getByRole('option', { name: GROUP }).click();
  const tile = page.getByTestId('picture-tile');
  await expect(tile).toContainText('图片太大（16000 × 16000 像素）');
  await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('hidden.png') });
  await tile.getByRole('button', { name: '另存为' }).last().click();
  await page.getByRole('article').filter({ has: tile }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => calls(page, 'shell.saveMedia')).toBe(2);
  await expect(page.getByRole('dialog')).toHaveCount(0);

  const huge = Buffer.from(chartPng());
  huge.writeUInt32BE(16_000, 16);
  huge.writeUInt32BE(16_000, 20);
  await page.getByTestId('pick-image').setInputFiles([{ ...png('huge.png'), buffer: huge }]);
  const tray = page.getByRole('list', { name: '待发送的附件' });
  await expect(tray.getByRole('listitem')).toHaveCount(1);
  await expect(tray.getByRole('img')).toHaveCount(0);
  await expect(tray).toContainText('huge.png');
});

test('a file that is not opened is offered to be saved, by mouse and by Enter', async ({ openFake }) => {
  const page = await openFake();
  await openGroup(page);
  await page.getByTestId('pick-file').setInputFiles([text('setup.exe')]);
  await page.getByTestId('send').click();
  await expect.poll(() => calls(page, 'messages.sendAttachments')).toBe(1);
  await page.evaluate(() => (globalThis as WithFake).fakeControls.finishUploads());
  const program = page.getByTestId('file').last();
  // Sent from here: one click, and what may not be opened is saved.
  await program.getByRole('button', { name: '打开' }).click();
  await expect(program).toHaveAttribute('data-state', 'ready');
  await expect.poll(() => calls(page, 'shell.saveMedia')).toBe(1);
  await expect(program.getByRole('button', { name: '打开' })).toHaveCount(0);
  await program.getByRole('button', { name: '另存为' }).click();
  await expect.poll(() => calls(page, 'shell.saveMedia')).toBe(2);
  await page.getByRole('article', { name: /setup\.exe/ }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => calls(page, 'shell.saveMedia')).toBe(3);
  expect(await calls(page, 'shell.openMedia')).toBe(0);

  const report = page.getByTestId('file').first();
  await report.getByRole('button', { name: '下载' }).first().click();
  await report.getByRole('button', { name: '打开' }).click();
  await expect.poll(() => calls(page, 'shell.openMedia')).toBe(1);
});
