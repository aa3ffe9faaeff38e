/** Which files come and go by themselves: what each chat takes, clearing, age, downloads on click (docs/media.md). */
import Database from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures/test.ts';
import type { AppWindow } from '../fixtures/test.ts';
import {
  document,
  expectShown,
  files,
  images,
  pick,
  picture,
  recallAttached,
  sendAttached,
  menuOf,
} from '../fixtures/people/media.ts';

const accountDir = ({ app }: AppWindow): string => {
  const accounts = join(app.userDataDir, 'accounts');
  return join(accounts, readdirSync(accounts)[0] ?? '');
};
const entries = (chat: AppWindow, folder: string): string[] => {
  try {
    return readdirSync(join(accountDir(chat), folder)).filter((name) => /^[0-9a-f]{32}$/.test(name));
  } catch {
    return [];
  }
};
async function openStorage({ page }: AppWindow): Promise<void> {
  await page.keyboard.press('Control+,');
  await page.getByRole('navigation', { name: '设置' }).getByRole('button', { name: '存储与缓存' }).click();
  await expect(page.getByTestId('storage-total')).toBeVisible();
}
async function backToChat(chat: AppWindow, name: string): Promise<void> {
  await chat.page.getByRole('navigation', { name: '主导航' }).getByRole('button', { name: /^消息/ }).click();
  await chat.openChat(name);
}

test('images wait for a click, chats are cleared one by one, and what nobody looked at goes; the rest stays', async ({
  world,
  openTwo,
}) => {
  test.setTimeout(90_000);
  const { alice, bob } = await openTwo('person');
  const { page } = bob;
  const rows = page.getByTestId('storage-by-chat').getByRole('listitem');

  // ---- automatic download: off
  await openStorage(bob);
  await page.getByRole('switch', { name: '图片' }).click();
  await expect(page.getByRole('switch', { name: '图片' })).not.toBeChecked();
  await backToChat(bob, world.alice.name);
  for (const name of ['one.png', 'two.png', 'three.png']) {
    await pick(alice, 'image', picture(name));
    await sendAttached(alice);
  }
  const held = bob.flow.getByTestId('picture-tile');
  await expect(held).toHaveCount(3);
  await expect(held.first()).toContainText('点击加载图片');
  expect(entries(bob, 'media')).toEqual([]);
  await held.first().getByRole('button').click();
  await expectShown(images(bob).first());
  expect(entries(bob, 'media')).toHaveLength(1);
  await openStorage(bob);
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('1 个文件');

  // On: what waited comes, and so do files up to the size.
  await page.getByRole('switch', { name: '图片' }).click();
  await page.getByRole('switch', { name: '文件' }).click();
  await expect(page.getByRole('switch', { name: '文件' })).toBeChecked();
  await backToChat(bob, world.alice.name);
  await expect(images(bob)).toHaveCount(3);
  await pick(alice, 'file', document('Angebot.txt', 'words', 3_000));
  await sendAttached(alice);
  await expect(files(bob).last()).toHaveAttribute('data-state', 'ready');
  await expect.poll(() => entries(bob, 'media')).toHaveLength(4);

  // ---- a draft, a favourite, and a recall while the page is open
  await pick(bob, 'image', picture('draft.png'));
  await expect.poll(() => entries(bob, 'outbox-media')).toHaveLength(1);
  await (await menuOf(bob, images(bob).first())).getByRole('menuitem', { name: '收藏' }).click();
  await openStorage(bob);
  await expect(rows).toContainText('4 个文件 · 其中 1 个已收藏');
  await recallAttached(alice, images(alice).last());
  await expect(rows).toContainText('3 个文件 · 其中 1 个已收藏');

  // ---- by chat
  await rows.getByRole('button', { name: `清除“${world.alice.name}”的图片和文件` }).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('消息保留，需要时重新下载；收藏的和未发送的不动。');
  await question.getByRole('button', { name: '清除' }).click();
  await expect(page.getByRole('status').filter({ hasText: '已清除 2 个文件' })).toBeVisible();
  await expect(rows).toContainText('1 个文件 · 都已收藏');
  await expect(rows.getByRole('button')).toHaveAttribute('aria-disabled', 'true');
  await expect.poll(() => entries(bob, 'media')).toHaveLength(1);
  expect(entries(bob, 'outbox-media')).toHaveLength(1);

  // ---- fetched again when it is looked at
  await backToChat(bob, world.alice.name);
  await expectShown(images(bob).last());
  await expect(page.getByRole('list', { name: '待发送的附件' }).getByRole('listitem')).toHaveCount(1);
  await expect.poll(() => entries(bob, 'media')).toHaveLength(3);

  // ---- by age: as if nobody had looked for a year
  await openStorage(bob);
  const db = new Database(join(accountDir(bob), 'cache.db'), { timeout: 10_000 });
  db.exec('UPDATE media_file SET used_at = 1');
  db.close();
  await page.getByLabel('自动清理媒体').selectOption('30 天后');
  await expect(page.getByTestId('cleanup')).toContainText(/上次自动清理：.*（2 个文件）/);
  await expect.poll(() => entries(bob, 'media')).toHaveLength(1);
  await expect(rows).toContainText('1 个文件 · 都已收藏');
  expect(entries(bob, 'outbox-media')).toHaveLength(1);
  await expect(page.getByTestId('cleanup')).not.toContainText('正在清理');
});
