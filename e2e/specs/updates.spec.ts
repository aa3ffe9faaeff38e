/** The line and the page about updates: every state in both languages, and the question before a restart. */
import type { UpdateState } from '../../shared/ipc/contract/updates.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';

const next = { version: '0.2.0', notesUrl: 'https://wukong.example/notes', bytes: 104_857_600 };
const STATES: readonly [string, Partial<UpdateState>, { zh: string; en: string }][] = [
  ['available', { phase: 'available', next }, { zh: '有新版本 0.2.0', en: 'Version 0.2.0 is available' }],
  ['downloading', { phase: 'downloading', next, percent: 46 }, { zh: '正在下载 46%', en: 'Downloading 46%' }],
  ['paused', { phase: 'paused', next, percent: 46 }, { zh: '已暂停下载 46%', en: 'Download paused at 46%' }],
  ['ready', { phase: 'ready', next, percent: 100 }, { zh: '0.2.0 已就绪', en: '0.2.0 is ready' }],
  [
    'signature',
    { failure: 'signature' },
    { zh: '签名校验失败，未安装', en: 'Signature check failed, not installed' },
  ],
  [
    'full disk',
    { phase: 'ready', next, percent: 100, failure: 'diskFull' },
    { zh: '磁盘空间不足，未更新', en: 'The disk is full, not updated' },
  ],
];

for (const language of ['zh', 'en'] as const) {
  test(`${language}: the line says how it stands, the page says more`, async ({ openFake }, testInfo) => {
    for (const [name, update, text] of STATES) {
      const theme = language === 'zh' ? 'light' : 'dark';
      const page = await openFake({ language, theme, update });
      const line = page.getByRole('status', { name: language === 'zh' ? '应用更新' : 'App updates' });
      await expect(line).toContainText(text[language]);
      await page.screenshot({ animations: 'disabled', path: testInfo.outputPath(`line-${name}.png`) });
      await page.getByRole('button', { name: language === 'zh' ? '设置' : 'Settings' }).click();
      await page.getByRole('button', { name: language === 'zh' ? '关于' : 'About' }).click();
      await expect(page.getByRole('main')).toContainText(text[language]);
      await page.screenshot({ animations: 'disabled', path: testInfo.outputPath(`page-${name}.png`) });
      await page.close();
    }
  });
}

test('what is updated by hand, managed or off says so; what is tried again by itself has no line', async ({
  openFake,
}, testInfo) => {
  const about = async (update: Partial<UpdateState>): Promise<import('playwright').Page> => {
    const page = await openFake({ update });
    await expect(page.getByTestId('update-failed')).toHaveCount(0);
    await page.getByRole('button', { name: '设置' }).click();
    await page.getByRole('button', { name: '关于' }).click();
    return page;
  };
  const byHand = { kind: 'byHand', command: 'sudo apt install ./wukong.deb', hasPackage: true } as const;
  const hand = await about({ way: byHand, phase: 'available', next });
  await expect(hand.getByText('下载后在终端运行：sudo apt install ./wukong.deb')).toBeVisible();
  await hand.screenshot({ path: testInfo.outputPath('by-hand.png') });
  const managed = await about({
    channel: 'stable-corp',
    managed: { updates: false, channel: true, url: null },
  });
  await expect(managed.getByText('由你的组织管理')).toBeVisible();
  await expect(managed.getByText('stable-corp')).toBeVisible();
  await managed.screenshot({ path: testInfo.outputPath('managed.png') });
  const off = await about({
    way: { kind: 'off', reason: 'policy' },
    managed: { updates: true, channel: false, url: null },
  });
  await expect(off.getByText('更新由你的组织安排')).toBeVisible();
  await expect(off.getByRole('button', { name: '检查' })).toHaveCount(0);
  const offline = await about({ failure: 'network' });
  await expect(offline.getByText('连不上更新服务器，稍后会再试')).toBeVisible();
});

for (const language of ['zh', 'en'] as const) {
  test(`${language}: the page about the app, what it is made with, and what updates take`, async ({
    openFake,
  }, testInfo) => {
    const words =
      language === 'zh'
        ? {
            settings: '设置',
            about: '关于',
            licences: /^开源许可/,
            search: '搜索组件',
            none: '没有匹配的组件',
            storage: '存储与缓存',
            kept: '已下载的更新',
            clear: '清除已下载的更新',
          }
        : {
            settings: 'Settings',
            about: 'About',
            licences: /^Open-source licences/,
            search: 'Search components',
            none: 'No component matches',
            storage: 'Storage & cache',
            kept: 'Downloaded updates',
            clear: 'Clear downloaded updates',
          };
    const theme = language === 'zh' ? 'light' : 'dark';
    const page = await openFake({ language, theme, update: { phase: 'ready', next, percent: 100 } });
    const main = page.getByRole('main');
    await page.getByRole('button', { name: words.settings }).click();
    await page.getByRole('button', { name: words.about }).click();
    await expect(main.getByText('0.1.0')).toHaveCount(1);
    for (const text of ['a41f9c2d7e10', 'Electron 45.4.1 · Chromium 150.0.7871.12', 'Linux 6.8.0 · x64'])
      await expect(main.getByText(text)).toBeVisible();
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('about.png') });
    const row = main.getByRole('button', { name: words.licences });
    await row.click();
    await expect(row).toHaveAttribute('aria-expanded', 'true');
    await main.getByRole('textbox', { name: words.search }).fill('ISC');
    await expect(main.getByRole('listitem')).toHaveCount(1);
    await main.getByRole('button', { name: /^lucide-react/ }).click();
    await expect(main.getByRole('region', { name: 'lucide-react 1.75.0' })).toContainText(
      'Permission is hereby',
    );
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('licences.png') });
    await main.getByRole('textbox', { name: words.search }).fill('nothing of that name');
    await expect(main.getByRole('status').filter({ hasText: words.none })).toBeVisible();

    await page.getByRole('button', { name: words.storage }).click();
    await expect(main.getByText(words.kept, { exact: true })).toBeVisible();
    await page.screenshot({ animations: 'disabled', path: testInfo.outputPath('storage.png') });
    await main.getByRole('button', { name: words.clear }).click();
    await expect(main.getByText(words.kept, { exact: true })).toHaveCount(0);
    await expect(page.getByTestId('update-ready')).toHaveCount(0);
  });
}

test('a restart saves what is written, and asks about what it would lose', async ({ openFake }) => {
  const page = await openFake({ update: { phase: 'ready', next, percent: 100 } });
  const calls = (): Promise<string[]> =>
    page.evaluate(() =>
      (window as unknown as { fakeControls: { calls: { channel: string }[] } }).fakeControls.calls
        .map(({ channel }) => channel)
        .filter((channel) => channel === 'drafts.set' || channel === 'updates.restart'),
    );
  const restart = page.getByTestId('update-ready').getByRole('button', { name: '重启更新' });
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  const composer = page.getByTestId('composer');
  await expect(page.getByRole('article').last()).toBeVisible();
  await composer.press('ArrowUp');
  await expect(page.getByTestId('edit-bar')).toBeVisible();
  await composer.press('End');
  await composer.pressSequentially(' 改了');
  await restart.click();
  const dialog = page.getByRole('alertdialog', { name: '现在重启更新？' });
  await expect(dialog).toContainText('正在编辑的消息没有保存，修改会丢失。');
  await dialog.getByRole('button', { name: '取消' }).click();
  await expect(page.getByTestId('update-ready')).toBeVisible();
  expect(await calls()).not.toContain('updates.restart');
  await composer.press('Escape');
  await expect(page.getByTestId('edit-bar')).toHaveCount(0);

  // Words and files that wait belong to the draft: nothing has to be asked.
  await page
    .getByTestId('pick-file')
    .setInputFiles([{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('words') }]);
  await expect(page.getByTestId('attachments')).toContainText('a.txt');
  await composer.fill('又写了一些');
  await restart.click();
  await expect(page.getByText('正在安装…')).toBeVisible();
  await expect(dialog).toHaveCount(0);
  expect((await calls()).slice(-2)).toEqual(['drafts.set', 'updates.restart']);
});
