/** Images and files between two windows: picked, pasted, dropped; shown, downloaded, opened, saved, forwarded. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CHART_SIZE } from '../../server/business/seed/demo-files.ts';
import { expect, test } from '../fixtures/test.ts';
import {
  answerDialogs,
  document,
  expectShown,
  files,
  give,
  images,
  menuOf,
  pick,
  picture,
  sendAttached,
  viewer,
} from '../fixtures/people/media.ts';

test(
  'picked, pasted and dropped; the other side sees, opens and saves them',
  { tag: '@installed' },
  async ({ world, openWindow, tempDir }) => {
    test.setTimeout(240_000);
    const alice = await openWindow(world.alice);
    const bob = await openWindow(world.bob);
    await alice.openChat(world.bob.name);

    await pick(alice, 'image', picture('chart.png'));
    await alice.composer.fill('看一下这张图');
    await sendAttached(alice);
    await expectShown(images(alice).first());
    await expect(bob.conversation(world.alice.name)).toContainText('看一下这张图');
    await give(alice.page, 'paste', '[data-testid="composer"]', [picture('image.png')]);
    await expect(alice.page.getByRole('listitem').getByRole('img', { name: 'image.png' })).toBeVisible();
    await sendAttached(alice);
    await expect(bob.conversation(world.alice.name)).toContainText('[图片]');
    const report = document('季度报告 final.txt', 'report line', 200_000);
    await give(alice.page, 'drop', '[data-testid="message-pane"]', [report]);
    await expect(alice.page.getByRole('button', { name: `移除 ${report.name}` })).toBeVisible();
    await sendAttached(alice);
    await expect(bob.conversation(world.alice.name)).toContainText(`[文件] ${report.name}`);
    // What was sent from here is here: one button, which opens it.
    const own = files(alice).first();
    await expect(own.getByRole('button')).toHaveCount(1);
    const shown = await answerDialogs(alice.app, join(tempDir, 'not asked for.txt'));
    await own.getByRole('button', { name: '打开' }).click();
    await expect.poll(shown.opened).toHaveLength(1);
    expect(readFileSync((await shown.opened())[0] ?? '').equals(report.buffer)).toBe(true);

    await bob.openChat(world.alice.name);
    await expect(images(bob)).toHaveCount(2);
    for (const index of [0, 1]) await expectShown(images(bob).nth(index));
    await images(bob).first().getByRole('button', { name: '查看图片' }).click();
    await expect(viewer(bob)).toContainText('1 / 2');
    await bob.page.keyboard.press('ArrowRight');
    await expect(viewer(bob)).toContainText('2 / 2');
    await expectShown(viewer(bob));
    // The picture itself on the clipboard: by key and button of the viewer, by the menu, by key on the message.
    const copied = bob.page.getByRole('status').filter({ hasText: '图片已复制' });
    const copies = async (how: () => Promise<void>): Promise<void> => {
      await bob.app.evaluate(({ clipboard }) => clipboard.writeText('before'));
      await how();
      await expect(copied).toBeVisible();
      await expect.poll(() => bob.app.native.clipboardImage()).toEqual(CHART_SIZE);
    };
    await copies(() => bob.page.keyboard.press('Control+c'));
    await copies(() => viewer(bob).getByRole('button', { name: '复制图片' }).click());
    await bob.page.keyboard.press('Escape');
    const first = images(bob).first();
    await copies(async () => (await menuOf(bob, first)).getByRole('menuitem', { name: '复制图片' }).click());
    await first.locator('xpath=ancestor::article').focus();
    await copies(() => bob.page.keyboard.press('Control+c'));

    const saved = join(tempDir, 'saved copy.txt');
    const dialogs = await answerDialogs(bob.app, saved);
    const file = files(bob).first();
    await file.getByRole('button', { name: '下载' }).last().click();
    await expect(file).toHaveAttribute('data-state', 'ready');
    await file.getByRole('button', { name: '打开' }).click();
    await expect.poll(dialogs.opened).toHaveLength(1);
    expect(basename((await dialogs.opened())[0] ?? '')).toMatch(/\.txt$/);
    await (await menuOf(bob, file)).getByRole('menuitem', { name: '另存为' }).click();
    await expect(bob.page.getByRole('status').filter({ hasText: '已保存' })).toBeVisible();
    expect(readFileSync(saved).equals(report.buffer)).toBe(true);
    await expect(file.getByRole('button', { name: '在文件夹中显示' })).toBeVisible();

    // Found by what they are, and by their names.
    await bob.page.keyboard.press('Control+f');
    const field = bob.page.getByRole('search').getByRole('textbox', { name: '在会话中搜索' });
    const count = bob.page.getByTestId('chat-search-count');
    const kinds = bob.page.getByRole('search');
    await kinds.getByRole('button', { name: '类型' }).click();
    const items = bob.page.getByRole('menu', { name: '类型' }).getByRole('menuitemcheckbox');
    await expect(items.filter({ hasText: '图片与视频' })).toHaveText('图片与视频2');
    await expect(items.filter({ hasText: '文件' })).toHaveText('文件1');
    await items.filter({ hasText: '图片与视频' }).click();
    await expect(count).toHaveText('1 / 2');
    await field.fill('chart');
    await expect(count).toHaveText('1 / 1');
    await kinds.getByRole('button', { name: '图片与视频' }).click();
    await items.filter({ hasText: '文件' }).click();
    await field.fill('季度');
    await expect(count).toHaveText('1 / 1');
    await field.press('Escape');

    // On to the group: image and file are there as messages of their own.
    await images(bob).first().locator('xpath=ancestor::article').focus();
    await bob.page.keyboard.press('x');
    await file.locator('xpath=ancestor::article').focus();
    await bob.page.keyboard.press('x');
    await bob.page.getByRole('toolbar').getByRole('button', { name: '转发' }).click();
    await bob.page.getByRole('dialog').getByRole('option', { name: world.group.name }).click();
    await bob.page.getByRole('dialog').getByRole('button', { name: '转发' }).click();
    await alice.openChat(world.group.name);
    await expectShown(images(alice).first());
    await expect(files(alice)).toContainText('季度报告');
  },
);
