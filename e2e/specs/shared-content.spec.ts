/**
 * The shared content of a chat (docs/shared-content.md): pictures, files, links and voice messages, and that a recall
 * takes them out of grid, lists, viewer and memory at once.
 */
import { expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { expectForgotten, holds, pageHeap } from '../fixtures/app/heap-watch.ts';
import { expectPushedWithout, recordDeltas } from '../fixtures/app/leak-watch.ts';
import {
  document,
  expectShown,
  files,
  images,
  pick,
  picture,
  recallAttached,
  sendAttached,
  viewer,
} from '../fixtures/people/media.ts';
import type { AppWindow } from '../fixtures/test.ts';

const NAME = 'Sn4Qsecretname';
const LINK = 'https://sn4q.example/secretpath';

const pane = (chat: AppWindow) => chat.page.getByRole('complementary', { name: '聊天内容' });
const pictures = (chat: AppWindow) => pane(chat).getByTestId('shared-picture');
const rows = (chat: AppWindow) => pane(chat).getByTestId('shared-row');
const tab = (chat: AppWindow, name: string) => pane(chat).getByRole('tab', { name, exact: true });

async function openFromInfo(chat: AppWindow): Promise<void> {
  await chat.page.getByRole('button', { name: '会话信息' }).click();
  await chat.page.getByRole('button', { name: '聊天内容' }).click();
  await expect(pane(chat)).toBeVisible();
}

test('pictures, files and links under their months; what is recalled leaves grid, lists, viewer and memory', async ({
  world,
  openTwo,
  connectPeer,
}) => {
  test.setTimeout(300_000);
  const { alice, bob } = await openTwo('person');
  const peer = await connectPeer(world.alice);
  const to = [world.bob.uid, 1] as const;
  for (const name of ['one.png', 'two.png', 'three.png', 'four.png']) {
    await pick(alice, 'image', picture(name));
    await sendAttached(alice);
  }
  await pick(alice, 'file', document(`${NAME}.txt`, 'words', 2_000));
  await sendAttached(alice);
  await pick(alice, 'file', document('Angebot.pdf', 'words', 2_000));
  await sendAttached(alice);
  const secret = await peer.sendText(...to, `读这个 ${LINK} 和 www.other.example`);
  await peer.sendText(...to, '写给 lin@open.example');
  await expect(bob.bubble('写给')).toBeVisible();

  // ---- the grid, by mouse and keys
  await openFromInfo(bob);
  await expect(tab(bob, '图片与视频')).toHaveAttribute('aria-selected', 'true');
  await expect(pictures(bob)).toHaveCount(4);
  await expect(pane(bob).getByRole('heading', { level: 3 })).toHaveText(/^\d{4}年\d{1,2}月$/);
  await expect(tab(bob, '语音')).toHaveCount(0);
  await expect(pictures(bob).nth(3)).toHaveAttribute('data-state', 'ready');
  await pictures(bob).first().focus();
  await bob.page.keyboard.press('ArrowRight');
  await expect(pictures(bob).nth(1)).toBeFocused();
  await bob.page.keyboard.press('End');
  await expect(pictures(bob).nth(3)).toBeFocused();
  await bob.page.keyboard.press('ArrowUp');
  await expect(pictures(bob).first()).toBeFocused();
  await bob.page.keyboard.press('Enter');
  await expectShown(viewer(bob));
  await expect(viewer(bob).getByText(/^\d \/ \d$/)).toHaveText('4 / 4');
  await bob.page.keyboard.press('ArrowLeft');
  await expect(viewer(bob).getByText(/^\d \/ \d$/)).toHaveText('3 / 4');

  // ---- recalled while it is viewed from here: the viewer closes, the tile is gone, the focus stays usable
  await recallAttached(alice, images(alice).nth(2));
  await expect(viewer(bob)).toHaveCount(0);
  await expect(pictures(bob)).toHaveCount(3);
  await pictures(bob).first().focus();
  await recallAttached(alice, images(alice).last());
  await expect(pictures(bob)).toHaveCount(2);
  await expect(pictures(bob).first()).toBeFocused();

  // ---- by whom
  await pane(bob).getByRole('button', { name: '发送人' }).click();
  await bob.page.getByRole('menuitemcheckbox', { name: world.bob.name }).click();
  await expect(pane(bob).getByText('没有符合条件的内容')).toBeVisible();
  await pane(bob).getByRole('button', { name: '清除筛选' }).click();
  await expect(pictures(bob)).toHaveCount(2);

  // ---- files: looked for, recalled
  await tab(bob, '文件').click();
  await expect(rows(bob)).toHaveCount(2);
  await pane(bob).getByRole('textbox', { name: '搜索文件名' }).fill('secretname');
  await expect(rows(bob)).toHaveCount(1);
  await expect(pane(bob)).toContainText(NAME);
  await recordDeltas(bob.page);
  await recallAttached(alice, files(alice).first());
  await expect(pane(bob).getByText('没有符合条件的内容')).toBeVisible();
  await pane(bob).getByRole('textbox', { name: '搜索文件名' }).fill('');
  await expect(rows(bob)).toHaveCount(1);
  await expectNowhere(NAME, bob.page, alice.page);

  // ---- links: opened, found by their words, recalled; nothing of them stays in memory
  await tab(bob, '链接').click();
  await expect(rows(bob)).toHaveCount(2);
  await expect(rows(bob).first()).toHaveAccessibleName('lin@open.example');
  await expect(pane(bob)).toContainText('另有 1 个链接');
  await rows(bob).nth(1).click({ button: 'right' });
  await bob.page.getByRole('menuitem', { name: '复制链接' }).click();
  await pane(bob).getByRole('textbox', { name: '搜索链接' }).fill('OTHER.example');
  await expect(rows(bob)).toHaveCount(1);
  await expect(rows(bob)).toHaveAccessibleName(LINK);
  await pane(bob).getByRole('textbox', { name: '搜索链接' }).fill('');
  await expect(rows(bob)).toHaveCount(2);
  expect(holds(await pageHeap(bob.page), 'secretpath')).toBe(true);
  await peer.revoke(...to, secret);
  await expect(rows(bob)).toHaveCount(1);
  await expectNowhere('secretpath', bob.page);
  await expectPushedWithout(bob.page, 'secretpath', 2);
  // With the list open.
  await expectForgotten(() => pageHeap(bob.page), 'secretpath');
  await bob.page.keyboard.press('Escape');
  await expect(bob.page.getByRole('button', { name: '聊天内容' })).toBeFocused();
});

test('an own chat of long ago: older content is looked for, a voice message brings its tab', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const carol = await connectPeer(world.carol);
  const to = [world.bob.uid, 1] as const;
  await carol.sendText(...to, '很早的 https://early.example/first');
  await carol.send(...to, { type: 4, url: 'file/preview/none.amr', timeTrad: 65 });
  for (let n = 0; n < 130; n += 1) await carol.sendText(...to, `第 ${n} 条`);
  const bob = await openWindow(world.bob);
  await bob.openChat(world.carol.name);
  await bob.page.getByRole('button', { name: '更多', exact: true }).click();
  await bob.page.getByRole('menuitem', { name: '聊天内容' }).click();
  await expect(pane(bob).getByText('还没有图片和视频')).toBeVisible();
  // Its beginning was not on this computer.
  await expect(tab(bob, '语音')).toBeVisible();
  await tab(bob, '链接').click();
  await expect(rows(bob)).toHaveAccessibleName('https://early.example/first');
  await expect(pane(bob).getByText('已撤回的消息不会出现在这里')).toBeVisible();
  await tab(bob, '语音').click();
  await expect(rows(bob)).toHaveAccessibleName('播放，语音 1:05');
  await pane(bob).getByRole('button', { name: '在聊天中查看' }).click();
  await expect(bob.flow.getByText('很早的')).toBeInViewport();
});
