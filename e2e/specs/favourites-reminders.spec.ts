/**
 * Favourites and reminders (docs/favourites-and-reminders.md): kept on this computer, and what is recalled leaves them
 * at once, from the page, the disk, the memory and the notifications.
 */
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { type AppWindow, expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { expectForgotten, holds, pageHeap } from '../fixtures/app/heap-watch.ts';
import { expectPushedWithout, recordDeltas } from '../fixtures/app/leak-watch.ts';
import {
  document,
  files,
  images,
  menuOf,
  pick,
  picture,
  recallAttached,
  sendAttached,
  viewer,
} from '../fixtures/people/media.ts';

const WORDS = 'Fv6Hkept words';
const NAME = 'Fn2Rkeptname';
/** recall.md: within 5 s of the recall; the rest is this machine's margin. */
const ERASED_WITHIN_MS = 15_000;

const items = (chat: AppWindow) => chat.page.getByTestId('favourite');
const rail = (chat: AppWindow, name: string) =>
  chat.page.getByRole('navigation').getByRole('button', { name: new RegExp(`^${name}`) });
const residue = (chat: AppWindow): string[] =>
  scanForResidue([chat.app.userDataDir], [WORDS, NAME]).map(({ path }) => path);

const reminders = async (chat: AppWindow): Promise<string[]> =>
  (await chat.app.native.notifications())
    .filter(({ title }) => title.startsWith('提醒'))
    .map(({ title, body }) => `${title} ${body}`);

test('favourites: listed, looked through, opened; a recall takes them out of page, viewer, disk and memory', async ({
  world,
  openTwo,
  connectPeer,
}) => {
  test.setTimeout(300_000);
  const { alice, bob } = await openTwo('person');
  const carol = await connectPeer(world.carol);
  const to = [world.bob.uid, 1] as const;
  await pick(alice, 'image', picture('kept.png'));
  await sendAttached(alice);
  await pick(alice, 'file', document(`${NAME}.txt`, 'words', 2_000));
  await sendAttached(alice);
  await (await menuOf(bob, images(bob).first())).getByRole('menuitem', { name: '收藏' }).click();
  await expect(bob.page.getByRole('status').filter({ hasText: '已收藏' })).toBeVisible();
  await (await menuOf(bob, files(bob).first())).getByRole('menuitem', { name: '收藏' }).click();
  const secret = await carol.sendText(...to, WORDS);
  await carol.send(...to, { type: 7, uid: world.alice.uid, name: world.alice.name });
  await bob.openChat(world.carol.name);
  await bob.openMenu(WORDS).then((menu) => menu.getByRole('menuitem', { name: '收藏' }).click());
  await bob.page.getByTestId('contact-card').click({ button: 'right' });
  await bob.page.getByRole('menuitem', { name: '收藏' }).click();
  // Its menu knows.
  const menu = await bob.openMenu(WORDS);
  await expect(menu.getByRole('menuitem', { name: '取消收藏' })).toBeVisible();
  await bob.page.keyboard.press('Escape');

  // ---- the page: newest first, by kind, by words
  await rail(bob, '收藏').click();
  await expect(items(bob)).toHaveCount(4);
  await expect(items(bob).first()).toContainText(world.alice.name);
  await expect(items(bob).nth(1)).toContainText(WORDS);
  await expect(bob.page.getByText('只保存在这台电脑上')).toBeVisible();
  await bob.page.getByRole('tab', { name: '文件' }).click();
  await expect(items(bob)).toHaveCount(1);
  await expect(items(bob)).toContainText(NAME);
  await bob.page.getByRole('tab', { name: '全部' }).click();
  await bob.page.getByRole('textbox', { name: '搜索收藏' }).fill('kept WORDS');
  await expect(items(bob)).toHaveCount(1);
  await bob.page.getByRole('textbox', { name: '搜索收藏' }).fill('');
  await expect(items(bob)).toHaveCount(4);
  await expect(bob.page.getByTestId('favourite-picture')).toHaveAttribute('data-state', 'ready');

  // ---- an image, by keys; its recall closes the viewer
  await items(bob).first().focus();
  await bob.page.keyboard.press('End');
  await expect(items(bob).nth(3)).toBeFocused();
  await bob.page.keyboard.press('Enter');
  await expect(viewer(bob)).toBeVisible();
  await recallAttached(alice, images(alice).first());
  await expect(viewer(bob)).toHaveCount(0);
  await expect(items(bob)).toHaveCount(3);

  // ---- words of a chat that is not open
  await items(bob).nth(1).focus();
  expect(holds(await pageHeap(bob.page), WORDS)).toBe(true);
  expect(residue(bob)).not.toEqual([]);
  await recordDeltas(bob.page);
  await carol.revoke(...to, secret);
  await expect(items(bob)).toHaveCount(2);
  await expect(items(bob).nth(1)).toBeFocused();
  await recallAttached(alice, files(alice).first());
  await expect(items(bob)).toHaveCount(1);
  await expectNowhere(WORDS, bob.page);
  await expectNowhere(NAME, bob.page, alice.page);
  await expectPushedWithout(bob.page, WORDS);
  await expectPushedWithout(bob.page, NAME, 2);
  await expect.poll(() => residue(bob), { timeout: ERASED_WITHIN_MS, intervals: [500] }).toEqual([]);
  await expectForgotten(() => pageHeap(bob.page), WORDS);

  // ---- taken out by hand, and put back
  await items(bob).first().focus();
  await bob.page.keyboard.press('Delete');
  await expect(bob.page.getByText('还没有收藏')).toBeVisible();
  await bob.page.getByRole('button', { name: '撤销' }).click();
  await expect(items(bob)).toHaveCount(1);
  await items(bob).first().click({ button: 'right' });
  await bob.page.getByRole('menuitem', { name: '在聊天中查看' }).click();
  await expect(bob.page.getByTestId('contact-card')).toBeInViewport();
});

test('reminders: set, listed, cancelled; they come once, late after a restart, and not for what was recalled', async ({
  world,
  openWindow,
  reopen,
  connectPeer,
}) => {
  test.setTimeout(180_000);
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const to = [world.bob.uid, 1] as const;
  const first = await carol.sendText(...to, `${WORDS} 1`);
  await carol.sendText(...to, '第二条');
  const third = await carol.sendText(...to, '第三条');
  await bob.openChat(world.carol.name);
  const remind = (chat: AppWindow, text: string, inSeconds: number): Promise<unknown> =>
    chat.bubble(text).evaluate(
      (article, [uid, seconds]) => {
        const key = article.closest('[data-message-key]')?.getAttribute('data-message-key') ?? '';
        const at = Math.floor(Date.now() / 1000) + Number(seconds);
        const channel = { channelId: String(uid), channelType: 1 };
        return window.wukong.invoke('reminders.set', { channel, key, at });
      },
      [world.carol.uid, inSeconds],
    );

  // ---- from the menu, a time of one's own; listed in the palette, cancelled there
  const choose = async (text: string, name: string): Promise<void> => {
    await bob
      .openMenu(text)
      .then((menu) => menu.getByRole('menuitem', { name: /^稍后提醒我|^提醒：/ }).click());
    await bob.page.getByRole('menu', { name: '稍后提醒我' }).getByRole('menuitem', { name }).click();
  };
  await choose('第二条', '明天 09:00');
  await expect(bob.page.getByRole('status').filter({ hasText: '将在 明天 09:00 提醒' })).toBeVisible();
  await choose('第三条', '自定义…');
  const dialog = bob.page.getByRole('dialog', { name: '什么时候提醒？' });
  await dialog.getByLabel('日期').fill('2020-01-01');
  await dialog.getByRole('button', { name: '确定' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('这个时间已经过去');
  await dialog.getByLabel('日期').fill('2099-01-01');
  await dialog.getByRole('button', { name: '确定' }).click();
  // (So far ahead it cannot be.)
  await expect(dialog.getByRole('alert')).toBeVisible();
  await bob.page.keyboard.press('Escape');
  await choose('第三条', '1 小时后');
  await bob.page.keyboard.press('Control+k');
  await expect(bob.page.getByRole('dialog').getByRole('combobox')).toBeFocused();
  await bob.page.keyboard.type('> reminders');
  const listed = bob.page.getByRole('listbox', { name: '快速切换' }).getByRole('option');
  await expect(listed).toHaveCount(2);
  await expect(listed.nth(1)).toContainText('明天 09:00');
  await bob.page.keyboard.press('ArrowDown');
  await bob.page.keyboard.press('Delete');
  await expect(listed).toHaveCount(1);
  await bob.page.keyboard.press('Escape');

  // ---- cancelled with the recall, and said once
  await carol.revoke(...to, third);
  await expect(bob.page.getByText('提醒的消息已被撤回，提醒已取消')).toHaveCount(1);

  // ---- due: what the message says; withdrawn with its recall
  await remind(bob, `${WORDS} 1`, 2);
  await expect
    .poll(() => reminders(bob))
    .toEqual([`提醒：${world.carol.name} ${world.carol.name}: ${WORDS} 1`]);
  await carol.revoke(...to, first);
  await expect.poll(() => reminders(bob)).toEqual([]);

  // ---- due while nobody was there: late, once
  await remind(bob, '第二条', 2);
  const due = Date.now() + 3_000;
  await bob.app.close();
  await expect.poll(() => Date.now() > due).toBe(true);
  const back = await reopen(bob.app);
  await expect.poll(() => reminders(back)).toEqual([`提醒：${world.carol.name} ${world.carol.name}: 第二条`]);
  const refs = await back.page.evaluate(() => window.wukong.invoke('bookmarks.refs', undefined));
  expect(refs).toEqual({ ok: true, value: [] });
});
