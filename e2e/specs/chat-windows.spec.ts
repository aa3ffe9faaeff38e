/** A chat in a window of its own (docs/chat-windows.md): one each, with what the main one has; a surface of recall. */
import type { Page } from 'playwright';
import { filmAt, filmIn } from '../fixtures/people/player.ts';
import { expectForgotten, holds, pageHeap } from '../fixtures/app/heap-watch.ts';
import { film } from '../fixtures/people/film.ts';
import { ChatPage, expectNowhere } from '../fixtures/people/chat-page.ts';
import { type AppHandle, type AppWindow, expect, test } from '../fixtures/test.ts';

// A heap snapshot takes seconds on a busy machine.
test.describe.configure({ timeout: 180_000 });

const MARK = 'Wn3K';

/** The pages of chats' windows, once there are so many. */
async function chatPages(app: AppHandle, count: number): Promise<ChatPage[]> {
  const found = (): Page[] => app.windows().filter((page) => page.url().includes('?chat='));
  await expect.poll(() => found().length).toBe(count);
  return found().map((page) => new ChatPage(page));
}

/** Titles and focus of all windows, the main one first. */
const windowsOf = (app: AppHandle): Promise<{ title: string; focused: boolean; size: number[] }[]> =>
  app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .sort((a, b) => a.id - b.id)
      .map((window) => ({
        title: window.getTitle(),
        focused: window.isFocused(),
        size: window.getSize(),
      })),
  );

async function popOut({ app, page }: AppWindow, count: number): Promise<ChatPage> {
  await page.keyboard.press('Control+Shift+O');
  const pages = await chatPages(app, count);
  const last = pages.at(-1);
  if (!last) throw new Error('no window');
  await expect(last.flow).toBeVisible();
  return last;
}

test('one for each chat, with its words, its state and its draft; a recall leaves both windows', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const { alice, bob, group } = world;
  const main = await openWindow(alice);
  const { app, page } = main;
  const peer = await connectPeer(bob);
  await peer.sendText(alice.uid, 1, '第一句');
  await main.openChat(bob.name);
  await expect(main.bubble('第一句')).toBeVisible();
  await main.composer.fill('写到一半');

  const own = await popOut(main, 1);
  // What was being typed went along; the main window shows the chat no more.
  await expect(own.composer).toHaveValue('写到一半');
  await expect(own.composer).toBeFocused();
  await expect(own.bubble('第一句')).toBeVisible();
  await expect(own.page.getByRole('navigation')).toHaveCount(0);
  await expect(page.getByTestId('message-pane')).toHaveCount(0);
  const row = main.conversation(bob.name);
  await expect(row).toContainText('[草稿] 写到一半');
  await expect(row).toContainText('在独立窗口中');
  await expect.poll(async () => (await windowsOf(app)).map(({ title }) => title)).toContain(bob.name);
  // A second time, and whatever leads to the chat, brings it to the front.
  await app.native.focusWindow(true);
  await row.click();
  await expect.poll(async () => (await windowsOf(app))[1]).toMatchObject({ title: bob.name, focused: true });
  await expect(page.getByTestId('message-pane')).toHaveCount(0);
  await chatPages(app, 1);

  // From a search as well, at the message.
  await page.getByRole('searchbox', { name: '搜索' }).first().fill('第一句');
  await page
    .getByRole('listbox', { name: '搜索结果' })
    .getByRole('option', { name: /第一句/ })
    .first()
    .click();
  await expect.poll(async () => (await windowsOf(app))[1]).toMatchObject({ title: bob.name, focused: true });
  await expect(page.getByTestId('message-pane')).toHaveCount(0);
  await page.getByRole('searchbox', { name: '搜索' }).first().fill('');

  // Read there, so read everywhere.
  const secret = await peer.sendText(alice.uid, 1, `说错了 ${MARK}`);
  await expect(own.bubble(`说错了 ${MARK}`)).toBeVisible();
  await expect(row).not.toContainText('条未读');
  // (The draft stands in front of the preview.)
  await own.composer.fill('');
  await expect(row).toContainText(MARK);
  expect(holds(await pageHeap(own.page), MARK)).toBe(true);
  await peer.revoke(alice.uid, 1, secret);
  await expect(own.tip('撤回了一条消息')).toBeVisible();
  await expect(row).toContainText('撤回了一条消息');
  await expectNowhere(MARK, page, own.page);
  await expectForgotten(() => pageHeap(own.page), MARK);
  await expectForgotten(() => pageHeap(page), MARK);

  // What is sent, edited and recalled there is so in the list of the main window.
  await own.sendAcked(`自己的 ${MARK}`);
  await expect(row).toContainText(`自己的 ${MARK}`);
  await own.bubble('自己的').focus();
  await own.page.keyboard.press('e');
  await own.composer.fill('改过的');
  await own.composer.press('Enter');
  await expect(own.bubble('改过的')).toContainText('已编辑');
  await expect(row).toContainText('改过的');
  await own.recall('改过的');
  await expect(own.tip('你撤回了一条消息')).toBeVisible();
  await expect(row).toContainText('你撤回了一条消息');
  await expectNowhere('改过的', page, own.page);

  // A video plays in that window, and stops there with its recall.
  await own.page.getByTestId('pick-image').setInputFiles({
    name: 'clip.webm',
    mimeType: 'video/webm',
    buffer: film(8, { bytes: 100_000 }),
  });
  const send = own.page.getByTestId('send');
  await expect(send).toBeEnabled();
  await send.click();
  const video = own.flow.getByTestId('video');
  await expect(video).toHaveAttribute('data-state', 'here');
  await expect(row).toContainText('[视频] 0:08');
  await video.getByRole('button').first().click();
  await expect.poll(() => filmAt(own.page)).toBeGreaterThan(0);
  const key = await own.flow
    .locator('article', { has: own.page.getByTestId('video') })
    .getAttribute('data-message-key');
  await own.page.evaluate(
    ([channelId, messageKey]) =>
      window.wukong.invoke('messages.recall', {
        channel: { channelId, channelType: 1 },
        key: messageKey ?? '',
      }),
    [bob.uid, key] as const,
  );
  for (const place of [own.page.getByTestId('film-viewer'), filmIn(own.page), video])
    await expect(place).toHaveCount(0);
  await expect(row).toContainText('你撤回了一条消息');

  // Another chat is opened in the main window, and from a chat's window too.
  await main.openChat(group.name);
  const second = await popOut(main, 2);
  await expect(second.page.getByTestId('chat-title')).toHaveText(group.name);
  await own.page.keyboard.press('Control+,');
  await expect(page.getByRole('navigation', { name: '设置' })).toBeVisible();
  await expect(own.page.getByTestId('message-pane')).toBeVisible();

  // Closed while something is being typed: it is there in the main window. The size is kept.
  await own.composer.pressSequentially('没写完就关');
  await app.evaluate(({ BrowserWindow }, title) => {
    const window = BrowserWindow.getAllWindows().find((each) => each.getTitle() === title);
    window?.setSize(700, 520);
    window?.close();
  }, bob.name);
  await chatPages(app, 1);
  await page.getByRole('button', { name: /^消息/ }).first().click();
  await main.openChat(bob.name);
  await expect(main.composer).toHaveValue('没写完就关');
  await popOut(main, 2);
  expect((await windowsOf(app)).at(-1)?.size).toEqual([700, 520]);

  // Locked, none is left; they come back with the words that were typed.
  await page.evaluate(() => window.wukong.invoke('lock.set', { current: null, next: '1234' }));
  await second.composer.pressSequentially('锁之前');
  await second.page.keyboard.press('Control+l');
  await expect(page.getByRole('heading', { name: '悟空已锁定' })).toBeVisible();
  await chatPages(app, 0);
  await expect.poll(async () => (await windowsOf(app)).map(({ title }) => title)).not.toContain(bob.name);
  await page.getByLabel('锁定密码').fill('1234');
  await page.getByRole('button', { name: '解锁' }).click();
  await expect(main.conversations).toBeVisible();
  const back = await chatPages(app, 2);
  const values = await Promise.all(
    back.map(async (each) => {
      await expect(each.composer).toHaveValue(/./);
      return each.composer.inputValue();
    }),
  );
  expect(values.sort()).toEqual(['没写完就关', '锁之前'].sort());

  // Names that notifications may not say stand in no title.
  await page.evaluate(() => window.wukong.invoke('shell.setSettings', { notificationText: false }));
  await expect
    .poll(async () => (await windowsOf(app)).map(({ title }) => title.replace(/^\(\d+\) /, '')))
    .toEqual(['WuKong Desktop', 'WuKong Desktop', 'WuKong Desktop']);

  // Signed out: nothing is left of them.
  await page.evaluate(() => window.wukong.invoke('shell.signOut', undefined));
  await expect(page.getByLabel('服务器地址')).toBeVisible();
  await chatPages(app, 0);
});
