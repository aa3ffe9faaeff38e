/** Two accounts in one app: the rail, the way from one to another, and what each keeps from the other. */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { expectForgotten, holds, mainHeap, pageHeap } from '../fixtures/app/heap-watch.ts';
import { test as fakeTest } from '../fixtures/fake/fake-app.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { expectWaiting, pick, picture } from '../fixtures/people/media.ts';
import { type AppWindow, expect, test } from '../fixtures/test.ts';

// Heap snapshots take seconds on a busy machine.
test.describe.configure({ timeout: 240_000 });

const SECRET = 'Accounts7Secret';
const TO_ALL = 'Everybody8Secret';

const rail = (app: AppWindow) => app.page.getByRole('group', { name: '账号' });
const other = (app: AppWindow, name: string) =>
  rail(app).getByRole('button', { name: new RegExp(`^\\W?${name}`) });
const titles = async (app: AppWindow): Promise<string[]> =>
  (await app.app.native.notifications()).map(({ title }) => title);
const menuOf = async (app: AppWindow) => {
  await app.page.getByRole('button', { name: /账号菜单/ }).click();
  return app.page.getByRole('menu', { name: /账号菜单/ });
};
const unreadOf = async (app: AppWindow, name: string): Promise<number> =>
  Number(/(\d+) 条未读/.exec((await other(app, name).getAttribute('aria-label')) ?? '')?.[1] ?? 0);
const onScreen = (app: AppWindow, name: string) =>
  expect(app.page.getByRole('button', { name: `账号菜单：${name}` })).toBeVisible();

test('two accounts at once: one on screen, both at work, and nothing of the one in the other', async ({
  world,
  openWindow,
  connectPeer,
  reopen,
  tempDir,
}) => {
  const { alice, bob, carol, group } = world;
  const app = await openWindow(alice);
  const { page } = app;
  const peer = await connectPeer(carol);
  const toGroup = [group.channelId, group.channelType] as const;

  await test.step('a further one is signed in to over the running app, with a way back', async () => {
    await app.openChat(carol.name);
    await page.keyboard.press('Control+Shift+A');
    await page.getByRole('button', { name: '返回' }).click();
    await onScreen(app, alice.name);
    const menu = await menuOf(app);
    await menu.getByRole('menuitem', { name: '添加账号' }).click();
    await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  });

  await test.step('the same account is refused, with a sentence', async () => {
    await page.getByLabel('服务器地址').fill(world.api.replace('127.0.0.1', 'localhost'));
    await page.getByLabel('用户名', { exact: true }).fill(alice.username);
    await page.getByLabel('密码', { exact: true }).fill('whatever-it-is');
    await page.getByRole('button', { name: '登录', exact: true }).last().click();
    await expect(page.getByText('这个账号已经在这里登录')).toBeVisible();
    await app.signIn(world.api, bob.username);
    await onScreen(app, bob.name);
    await expect(other(app, alice.name)).toHaveAccessibleName(/第 1 个账号，共 2 个/);
  });

  await test.step('chat, draft and place of the one that is left are there again', async () => {
    await page.keyboard.press('Control+Alt+1');
    await onScreen(app, alice.name);
    await app.openChat(carol.name);
    for (let n = 1; n <= 40; n += 1) await peer.sendText(alice.uid, 1, `第 ${n} 行`);
    await expect(app.bubble('第 40 行')).toBeVisible();
    await app.flow.hover();
    const middle = app.bubble('第 20 行');
    await expect(async () => {
      await page.mouse.wheel(0, -200);
      await expect(middle).toBeInViewport({ timeout: 200 });
    }).toPass();
    await app.composer.fill('写了一半');
    await pick(app, 'image', picture('waits.png'));
    await app.composer.focus();
    await page.keyboard.press('Control+Alt+2');
    await onScreen(app, bob.name);
    await expectNowhere('写了一半', page);
    await page.keyboard.press('Control+Alt+1');
    await onScreen(app, alice.name);
    await expect(page.getByRole('heading', { name: carol.name })).toBeVisible();
    await expect(app.composer).toHaveValue('写了一半');
    await expect(middle).toBeInViewport();
    // The picture that waits with it, too: drawn, and removed for good.
    const waiting = page.getByRole('list', { name: '待发送的附件' });
    await expectWaiting(waiting.getByRole('img', { name: 'waits.png' }));
    await waiting.getByRole('button', { name: '移除 waits.png' }).click();
    await expect(waiting).toHaveCount(0);
    await app.composer.fill('');
  });

  await test.step('a message to the one in the background is counted and told of by its name', async () => {
    const before = await unreadOf(app, bob.name);
    await peer.sendText(bob.uid, 1, `${SECRET} 给柏舟`);
    await expect.poll(() => unreadOf(app, bob.name)).toBe(before + 1);
    await expect.poll(() => titles(app)).toEqual([`${carol.name} · ${bob.name}`]);
    await expect.poll(() => app.app.native.badge()).toBeGreaterThanOrEqual(1);
    expect(holds(await pageHeap(page), SECRET)).toBe(false);
    expect(holds(await mainHeap(app.app, tempDir), SECRET)).toBe(true);
    await app.app.native.clickNotification(SECRET);
    await onScreen(app, bob.name);
    await expect(app.bubble(SECRET)).toBeVisible();
    await expect.poll(() => titles(app)).toEqual([]);
  });

  await test.step('the page of the one holds nothing of the other', async () => {
    expect(holds(await pageHeap(page), SECRET)).toBe(true);
    await page.keyboard.press('Control+Alt+1');
    await onScreen(app, alice.name);
    await expectForgotten(() => pageHeap(page), SECRET);
    // Nor is it given to whoever asks in the name of the other.
    const own = await page.evaluate(async () => {
      const state = await window.wukong.invoke('shell.state', undefined);
      return state.ok ? state.value.account?.name : null;
    });
    expect(own).toBe(alice.name);
  });

  await test.step('a recall erases in both at once: caches, notification, memory, disk', async () => {
    // Somebody looks at another chat of the one; the other is in the background.
    await app.openChat(carol.name);
    const message = await peer.sendText(...toGroup, TO_ALL);
    await expect
      .poll(
        async () => (await app.app.native.notifications()).filter(({ body }) => body.includes(TO_ALL)).length,
      )
      .toBe(2);
    const profile = join(app.app.userDataDir, 'accounts');
    const left = (): string[] =>
      scanForResidue([profile], [TO_ALL]).map(({ path }) => relative(profile, path).split('/')[0] ?? '');
    await expect.poll(() => new Set(left()).size).toBe(2);
    expect(holds(await mainHeap(app.app, tempDir), TO_ALL)).toBe(true);
    await peer.revoke(...toGroup, message);
    await expect
      .poll(
        async () => (await app.app.native.notifications()).filter(({ body }) => body.includes(TO_ALL)).length,
      )
      .toBe(0);
    await expect.poll(left, { timeout: 20_000 }).toEqual([]);
    await expectForgotten(() => mainHeap(app.app, tempDir), TO_ALL);
    await expectForgotten(() => pageHeap(page), TO_ALL);
  });

  await test.step('order, tag and the one on screen outlast a restart', async () => {
    const menu = await menuOf(app);
    await menu.getByRole('menuitem', { name: `更多：${bob.name}` }).click();
    await page.getByRole('menuitem', { name: '修改标签' }).click();
    await page.getByLabel('标签', { exact: true }).fill('家里');
    await page.keyboard.press('Enter');
    await expect(other(app, bob.name)).toHaveAccessibleName(/家里/);
    await other(app, bob.name).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await expect(other(app, bob.name)).toHaveAccessibleName(/第 1 个账号，共 2 个/);
  });

  const left = app.bubble('第 20 行');
  await app.openChat(carol.name);
  await app.flow.hover();
  await expect(async () => {
    await page.mouse.wheel(0, -200);
    await expect(left).toBeInViewport({ timeout: 200 });
  }).toPass();
  await app.app.close();
  const again = await reopen(app.app);
  await onScreen(again, alice.name);
  // So does the place in the chat that was open.
  await again.openChat(carol.name);
  await expect(again.bubble('第 20 行')).toBeInViewport();
  await expect(other(again, bob.name)).toHaveAccessibleName(/家里.*第 1 个账号，共 2 个/);
  await peer.sendText(bob.uid, 1, '又来一条');
  await expect(other(again, bob.name)).toHaveAccessibleName(/条未读/);

  await test.step('signing out of one leaves the other as it is', async () => {
    const folders = (): string[] => readdirSync(join(again.app.userDataDir, 'accounts'));
    expect(folders()).toHaveLength(2);
    const menu = await menuOf(again);
    await menu.getByRole('menuitem', { name: `退出“${alice.name}”…` }).click();
    const dialog = again.page.getByRole('alertdialog');
    await expect(dialog).toContainText('它的本机缓存会清除，其他账号不受影响。');
    await dialog.getByRole('button', { name: '退出', exact: true }).click();
    await onScreen(again, bob.name);
    await expect.poll(folders).toHaveLength(1);
    await again.openChat(carol.name);
    await expect(again.bubble('又来一条')).toBeVisible();
  });
});

for (const theme of ['light', 'dark'] as const) {
  fakeTest(
    `the rail and the menu in ${theme}: order by the mouse and by keys, states in words`,
    async ({ openFake }, testInfo) => {
      const page = await openFake({ furtherAccounts: 3, theme, language: theme === 'light' ? 'zh' : 'en' });
      const group = page.getByRole('group', { name: /^(账号|Accounts)$/ }).first();
      const buttons = group.getByRole('button');
      await expect(buttons).toHaveCount(5);
      await expect(buttons.nth(1)).toHaveAccessibleName(/7 (条未读|unread)/);
      await expect(buttons.nth(2)).toHaveAccessibleName(/离线|Offline/);
      await expect(buttons.nth(3)).toHaveAccessibleName(/需要密码|Password needed/);
      await expect(buttons.nth(3)).not.toHaveAccessibleName(/120/);
      const current = group.getByRole('button', { name: /账号菜单|Account menu/ });
      await current.click();
      const menu = page.getByRole('menu');
      const rows = menu.getByTestId('account-row');
      await expect(rows).toHaveCount(4);
      expect((await rows.first().boundingBox())?.height).toBe(52);
      const shot = testInfo.outputPath(`accounts-${theme}.png`);
      await page.screenshot({ path: shot });
      // The third row goes above the first, by its handle.
      await rows.nth(2).getByTestId('account-handle').hover();
      await page.mouse.down();
      const first = await rows.first().boundingBox();
      await page.mouse.move(30, (first?.y ?? 0) + 20, { steps: 6 });
      await page.mouse.up();
      await expect(rows.first()).toContainText(theme === 'light' ? '家里' : 'Home');
      // Behind its dots the way out names it, as in the menu itself and as in the question.
      await rows.first().getByRole('menuitem').click();
      const out = page.getByRole('menuitem', {
        name: theme === 'light' ? /^退出“.*家里.*”…$/ : /^Sign out of .*Home/,
      });
      await expect(out).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(out).toHaveCount(0);
      await rows.nth(1).getByRole('menuitemradio').focus();
      await page.keyboard.press('Alt+ArrowDown');
      await expect(rows.nth(2).getByRole('menuitemradio')).toBeFocused();
      await page.keyboard.press('Escape');
      await expect(current).toBeFocused();
      // One whose session has ended asks for its password, with its name filled in.
      await group.getByRole('button', { name: /需要密码|Password needed/ }).click();
      await expect(page.getByLabel(/^(密码|Password)$/)).toBeFocused();
      await page.getByRole('button', { name: /^(返回|Back)$/ }).click();
      await expect(current).toBeVisible();
    },
  );
}
