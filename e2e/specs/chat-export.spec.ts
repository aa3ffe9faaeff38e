/**
 * Export of a chat (docs/chat-export.md): what is written where, that nothing of what was recalled is in it, also when
 * the recall comes while it is written, and that one which does not end well leaves nothing.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { smallDisk } from '../../electron/core/account-store/testing/small-disk.ts';
import { test as fake } from '../fixtures/fake/fake-app.ts';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { htmlFormat } from '../../electron/core/export/formats/html-format.ts';
import { wavOf } from '../../shared/content/samples.ts';
import { tempFolder } from '../../shared/testing/temp-folder.ts';
import { startFileGate } from '../fixtures/faults/file-gate.ts';
import { film } from '../fixtures/people/film.ts';
import { amrSaying, uploadAs } from '../fixtures/people/peer-files.ts';
import {
  answerDialogs,
  document,
  files,
  pick,
  picture,
  recallAttached,
  sendAttached,
} from '../fixtures/people/media.ts';
import { type AppWindow, expect, test } from '../fixtures/test.ts';

const SECRET = 'Ex7Psecretwords';
const NASTY = '<img src=x onerror="document.title=\'ran\'"><script>document.title="ran"</script>';

const dialog = (chat: AppWindow) => chat.page.getByRole('dialog', { name: /^导出“/ });
const line = (chat: AppWindow) => dialog(chat).getByTestId('export-line');

async function openExport(chat: AppWindow): Promise<void> {
  await chat.page.getByRole('button', { name: '更多', exact: true }).click();
  await chat.page.getByRole('menuitem', { name: '导出聊天…' }).click();
  await expect(dialog(chat)).toBeVisible();
}

test('an export says what it will have, is written whole or not at all, and has nothing that was recalled', async ({
  api,
  world,
  openWindow,
  connectPeer,
  tempDir,
}) => {
  test.setTimeout(300_000);
  const gate = await startFileGate(api);
  const bob = await openWindow(world.bob, { server: gate.api });
  const alice = await openWindow(world.alice);
  const carol = await connectPeer(world.carol);
  const to = [world.group.channelId, 2] as const;
  await carol.sendText(...to, `${NASTY} 第一条`);
  const second = await carol.sendText(...to, `${SECRET} 第二条`);
  const third = await carol.sendText(...to, '第三条');
  await alice.openChat(world.group.name);
  await pick(alice, 'image', picture('view.png'));
  await sendAttached(alice);
  await pick(alice, 'file', document('Plan <b>.txt', 'Pl8Nbytes', 400_000));
  await sendAttached(alice);
  await bob.openChat(world.group.name);
  await expect(files(bob)).toHaveCount(1);
  // A recording of a phone and a sticker, each with one that is recalled while the export runs.
  const upload = (ending: string, bytes: Buffer): Promise<string> =>
    uploadAs(carol, world.group, ending, bytes);
  const voiceOf = async (words: string) => ({
    type: 4,
    url: await upload('amr', amrSaying(words, 2)),
    timeTrad: 2,
  });
  const stickerOf = async (words: string) => ({
    type: 13,
    url: await upload('png', picture('sticker.png', words).buffer),
    placeholder: '[笑]',
  });
  const taken = [
    await carol.send(...to, await voiceOf(SECRET)),
    await carol.send(...to, await stickerOf(SECRET)),
  ];
  await carol.send(...to, await voiceOf('Kept'));
  await carol.send(...to, await stickerOf('Kept'));
  await carol.revoke(...to, third);
  await expect(bob.bubble('第三条')).toHaveCount(0);

  // ---- what it will have, live; a range
  await openExport(bob);
  const counts = dialog(bob).getByTestId('export-counts');
  await expect(counts).toContainText('1 条已撤回，不含内容');
  await expect(dialog(bob).getByText('之后再撤回，文件里的不会消失')).toBeVisible();
  const before = Number(/(\d+) 条会导出/.exec((await counts.textContent()) ?? '')?.[1]);
  await carol.sendText(...to, '又一条');
  await expect(counts).toContainText(`${before + 1} 条会导出`);
  const choose = dialog(bob).getByRole('button', { name: '选择位置…' });
  await dialog(bob).getByLabel('从').fill('2030-01-02');
  await dialog(bob).getByLabel('到').fill('2030-01-01');
  await expect(dialog(bob).getByRole('alert')).toHaveText('开始日期晚于结束日期');
  await dialog(bob).getByLabel('到').fill('2030-01-03');
  await expect(counts).toHaveText('这个范围内没有消息');
  await expect(choose).toHaveAttribute('aria-disabled', 'true');
  await dialog(bob).getByLabel('从').fill('');
  await dialog(bob).getByLabel('到').fill('');

  // ---- cancelled while it loads a file: nothing is left
  const target = join(tempDir, 'chat.html');
  const dialogs = await answerDialogs(bob.app, target);
  gate.shut();
  await choose.click();
  await expect(line(bob)).toContainText('正在导出');
  await expect.poll(() => gate.running).toBeGreaterThan(0);
  expect(readdirSync(tempDir).some((name) => name.startsWith('.wukong-export-'))).toBe(true);
  await line(bob).getByRole('button', { name: '取消' }).click();
  await expect(line(bob)).toHaveText('已取消导出，没有留下文件');
  expect(readdirSync(tempDir).filter((name) => /chat|wukong/.test(name))).toEqual([]);
  gate.open();
  await expect.poll(() => gate.running).toBe(0);
  await bob.page.evaluate(() => window.wukong.invoke('storage.clearMedia', undefined));

  // ---- recalled while it is written, with its dialog closed; the result is said
  gate.shut();
  await choose.click();
  await expect(line(bob)).toContainText('正在导出');
  await bob.page.keyboard.press('Escape');
  for (const gone of [second, ...taken]) await carol.revoke(...to, gone);
  await expect(bob.bubble(SECRET)).toHaveCount(0);
  gate.open();
  const toast = bob.page.getByRole('status').filter({ hasText: /已导出 \d+ 条/ });
  await expect(toast).toBeVisible();
  await toast.getByRole('button', { name: '打开' }).click();
  await expect.poll(dialogs.opened).toEqual([target]);
  const html = readFileSync(target, 'utf8');
  expect(html).not.toContain(SECRET);
  expect(html.match(/\[已撤回\]/g)).toHaveLength(4);
  expect(html).toContain('第一条');
  const folder = readdirSync(join(tempDir, 'chat_files')).sort();
  expect(folder.map((name) => name.replace(/^\d{5}-/, ''))).toEqual([
    'view.png',
    'Plan _b_.txt',
    'voice.wav',
    'sticker.png',
  ]);
  expect(readFileSync(join(tempDir, 'chat_files', folder[1] ?? ''), 'utf8')).toContain('Pl8Nbytes');
  // Two seconds of samples, which any program plays.
  const sound = readFileSync(join(tempDir, 'chat_files', folder[2] ?? ''));
  expect([sound.toString('latin1', 0, 4), sound.length]).toEqual(['RIFF', 44 + 2 * 16_000]);
  expect(scanForResidue([tempDir], [SECRET]).filter(({ path }) => path.includes('chat'))).toEqual([]);
  expect(readdirSync(tempDir).filter((name) => name.startsWith('.wukong'))).toEqual([]);

  // ---- without files, as text and as JSON; from the chat's page
  await recallAttached(alice, files(alice).first());
  await expect(files(bob)).toHaveCount(0);
  await answerDialogs(bob.app, join(tempDir, 'chat.json'));
  await bob.page.getByRole('button', { name: '会话信息' }).click();
  await bob.page.getByRole('button', { name: '导出聊天…' }).click();
  await dialog(bob).getByRole('radio', { name: 'JSON' }).click();
  await dialog(bob)
    .getByRole('checkbox', { name: /包含图片、视频、语音与文件/ })
    .uncheck({ force: true });
  await choose.click();
  await expect(line(bob)).toContainText(/已导出 \d+ 条/);
  const json = JSON.parse(readFileSync(join(tempDir, 'chat.json'), 'utf8')) as {
    messages: { type: string; text?: string; file?: string | null }[];
  };
  expect(json.messages.filter(({ type }) => type === 'recalled')).toHaveLength(5);
  expect(json.messages.filter(({ type }) => type === 'image')).toMatchObject([{ file: null }]);
  expect(JSON.stringify(json)).not.toMatch(/Ex7P|Plan/);

  // ---- a full disk, and a place that is none
  const disk = smallDisk(tempDir);
  try {
    await bob.app.evaluate(() => void process.on('SIGXFSZ', () => undefined));
    const full = join(disk.dir, 'chat.json');
    await answerDialogs(bob.app, full);
    disk.fill(bob.app.process().pid);
    await choose.click();
    await expect(line(bob)).toHaveText('磁盘已满，没有留下文件');
    expect(existsSync(full)).toBe(false);
  } finally {
    disk.free(bob.app.process().pid);
    disk.dispose();
  }
  await answerDialogs(bob.app, join(tempDir, 'none', 'chat.json'));
  await choose.click();
  await expect(line(bob)).toHaveText('无法写入这个位置，没有留下文件');
  await gate.stop();
});

fake('an exported page shows what was written and runs nothing of it', async ({ fakeSite }) => {
  const tempDir = tempFolder('wukong-export-');
  const writer = htmlFormat({ chat: NASTY, madeAt: 1_795_424_770_000, language: 'zh' });
  const pictureFile = picture('view.png');
  writeFileSync(join(tempDir, 'view.png'), pictureFile.buffer);
  writeFileSync(join(tempDir, 'voice.wav'), wavOf(new Int16Array(8_000)));
  writeFileSync(join(tempDir, 'film.webm'), film(1));
  const base = {
    fromName: NASTY,
    timestamp: 1_795_424_770,
    edited: false,
    own: false,
    quote: null,
    recall: null,
    flame: null,
  };
  const entry = (content: object, file: string | null): string =>
    writer.entry({ message: { ...base, content } as never, file, missing: false });
  const html =
    writer.begin() +
    entry({ kind: 'text', text: `${NASTY} https://a.example/x` }, null) +
    entry({ kind: 'image', url: '', width: 1, height: 1 }, 'view.png') +
    entry({ kind: 'voice', url: '', seconds: 1, waveform: null }, 'voice.wav') +
    entry({ kind: 'video', url: '', cover: '', seconds: 1, size: 1, width: 1, height: 1 }, 'film.webm') +
    entry({ kind: 'named', what: 'sticker', detail: NASTY, picture: 'x' }, 'view.png') +
    entry({ kind: 'named', what: 'sticker', detail: '', picture: 'x', drawn: true }, 'sticker.tgs') +
    writer.end(true);
  writeFileSync(join(tempDir, 'chat.html'), html);
  const page = await fakeSite.browser.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(join(tempDir, 'chat.html')).href);
  await expect(page).toHaveTitle(NASTY);
  await expect(page.locator('.words')).toContainText(NASTY);
  await expect(page.locator('.words a')).toHaveAttribute('href', 'https://a.example/x');
  await expect
    .poll(() => page.locator('a > img').evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(0);
  expect(new Set(asked.map((url) => url.split('/').at(-1)))).toEqual(new Set(['chat.html', 'view.png']));
  await expect(page.locator('img.sticker')).toHaveAttribute('alt', /<img/);
  // Sound and film lie beside it, and are played by the page; neither is loaded before.
  for (const tag of ['audio', 'video'])
    expect(
      await page.locator(tag).evaluate(async (player: HTMLMediaElement) => {
        player.muted = true;
        await player.play();
        return player.duration;
      }),
    ).toBeGreaterThan(0.5);
  await page.close();
  rmSync(tempDir, { recursive: true });
});
