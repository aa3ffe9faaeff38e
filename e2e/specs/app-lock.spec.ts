/** The lock of the app (docs/app-lock.md): what nobody sees and reaches while it is shut, and what opens it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import type { WukongBridge } from '../../shared/ipc/contract/bridge.ts';
import { expectShown, images, pick, picture, sendAttached } from '../fixtures/people/media.ts';
import { expectForgotten, pageHeap } from '../fixtures/app/heap-watch.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { type AppWindow, expect, test } from '../fixtures/test.ts';

declare global {
  interface Window {
    wukong: WukongBridge;
  }
}

const PASSCODE = '芝麻 open 9';

async function openLockPage(page: Page): Promise<void> {
  await page.keyboard.press('Control+,');
  await page.getByRole('navigation', { name: '设置' }).getByRole('button', { name: '应用锁' }).click();
}

async function setPasscode({ page }: AppWindow): Promise<void> {
  await openLockPage(page);
  await page.getByRole('button', { name: '设置锁定密码…' }).click();
  await page.getByLabel('新的锁定密码').fill(PASSCODE);
  await page.getByLabel('再输入一次').fill(PASSCODE);
  await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('锁定密码已设置')).toBeVisible();
}

const lockScreen = (page: Page) => page.getByRole('heading', { name: '悟空已锁定' });

async function unlock(page: Page, passcode = PASSCODE): Promise<void> {
  await page.getByLabel('锁定密码').fill(passcode);
  await page.getByRole('button', { name: '解锁' }).click();
}

// A heap snapshot takes seconds on a busy machine.
test.describe.configure({ timeout: 180_000 });

test('shows and answers nothing while it is shut; recalls go on, and what was typed is there again', async ({
  world,
  openWindow,
  connectPeer,
  reopen,
}) => {
  const { alice, bob, carol } = world;
  const own = await openWindow(alice);
  const { app, page } = own;
  const peer = await connectPeer(bob);
  const told = async (): Promise<string[]> =>
    (await app.native.notifications()).map(({ title, body }) => `${title} / ${body}`);
  // No passcode: the key says where there could be one.
  await page.keyboard.press('Control+l');
  await expect(page.getByText('还没有设置锁定密码')).toBeVisible();
  await setPasscode(own);

  await page.getByRole('button', { name: /^消息/ }).first().click();
  await own.openChat(bob.name);
  const secret = await peer.sendText(alice.uid, 1, '会被撤回的 Lk7Q');
  await peer.sendText(alice.uid, 1, '留下的 Lk8R');
  await expect(own.bubble('会被撤回的 Lk7Q')).toBeVisible();
  await pick(own, 'image', picture('sent.png'));
  await sendAttached(own);
  await expectShown(images(own).last());
  const address = (await images(own).last().locator('img').getAttribute('src')) ?? '';
  expect(address).toContain('/media/');
  await own.composer.fill('写到一半 Lk9S');
  await pick(own, 'image', picture('rK3p.png'));

  await expect(own.conversation(bob.name)).not.toContainText('条未读');
  const unread = await app.native.badge();
  await page.keyboard.press('Control+l');
  await expect(lockScreen(page)).toBeVisible();
  await expect(page.getByLabel('锁定密码')).toBeFocused();
  for (const words of ['Lk7Q', 'Lk8R', 'Lk9S', 'rK3p', alice.name, bob.name, alice.username])
    await expectNowhere(words, page);
  expect((await app.native.window())?.title).not.toContain(bob.name);
  await expectForgotten(() => pageHeap(page), 'Lk8R');
  // Nothing but the lock is answered, whoever asks: the page, a link, a click of the system, another start.
  const asked = await page.evaluate(
    async (src) => ({
      bootstrap: await window.wukong.invoke('core.bootstrap', undefined),
      begin: await window.wukong.invoke('shell.begin', undefined),
      picture: await new Promise((done) => {
        const image = new Image();
        image.addEventListener('load', () => done('shown'));
        image.addEventListener('error', () => done('refused'));
        image.src = src;
      }),
    }),
    address,
  );
  expect(asked).toMatchObject({
    bootstrap: { ok: false, code: 'locked' },
    begin: { ok: false, code: 'locked' },
    picture: 'refused',
  });
  await app.native.clickMenu('newGroup');
  const link = `wukong://chat/group/${world.group.channelId}`;
  await app.evaluate(
    ({ app: first }, argument) => first.emit('second-instance', {}, ['app', argument], ''),
    link,
  );
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(lockScreen(page)).toBeVisible();

  // What comes is said without a name; a recall is applied all the same.
  await app.native.focusWindow(false);
  await peer.sendText(alice.uid, 1, '锁着时说的 Lk6P');
  await expect.poll(told).toEqual(['悟空 / 你收到一条消息']);
  await expect.poll(() => app.native.badge()).toBe(unread + 1);
  await peer.revoke(alice.uid, 1, secret);
  await app.native.clickNotification('悟空');
  await expect(lockScreen(page)).toBeVisible();
  await expectNowhere('Lk6P', page);

  // Wrong ones wait for longer each time, also over a restart, which begins locked.
  for (const wrong of ['0000', '芝麻', '芝麻 OPEN 9']) {
    await unlock(page, wrong);
    await expect(page.getByText('密码不正确')).toBeVisible();
  }
  await expect(page.getByText(/输错太多次，\d 秒后可以再试/)).toBeVisible();
  await app.close();
  // (Not over before the next start, however long that takes on a busy machine.)
  const record = join(app.userDataDir, 'app-lock.json');
  const noted = JSON.parse(readFileSync(record, 'utf8')) as { until: number };
  writeFileSync(record, JSON.stringify({ ...noted, until: Date.now() + 600_000 }));
  const again = await reopen(app);
  await expect(lockScreen(again.page)).toBeVisible();
  await expect(again.page.getByText(/输错太多次，\d 秒后可以再试/)).toBeVisible();
  await expectNowhere(bob.name, again.page);
  await again.app.evaluate(() => {
    const now = Date.now;
    Date.now = () => now() + 600_000;
  });
  await expect(again.page.getByRole('timer')).toBeEmpty({ timeout: 10_000 });
  const seen = again.page.evaluate(
    () =>
      new Promise<string[]>((done) => {
        const found = new Set<string>();
        const look = (): void => {
          const text = document.documentElement.outerHTML;
          for (const word of ['Lk7Q', 'Lk8R']) if (text.includes(word)) found.add(word);
          if (found.has('Lk8R') && document.querySelector('[role="log"]')) done([...found]);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  await unlock(again.page);
  await expect(again.conversations).toBeVisible();
  await again.conversation(bob.name).click();
  // Nothing of the recalled one was on the screen for even a frame.
  expect(await seen).toEqual(['Lk8R']);
  await expect(again.tip('撤回了一条消息')).toBeVisible();
  await expect(again.composer).toHaveValue('写到一半 Lk9S');
  await expect(again.page.getByRole('button', { name: '移除 rK3p.png' })).toBeVisible();

  // With the screen of the computer, back to the same chat; and by whoever knows it, no more.
  await again.openChat(carol.name);
  await again.app.evaluate(({ powerMonitor }) => void powerMonitor.emit('lock-screen'));
  await expect(lockScreen(again.page)).toBeVisible();
  await again.app.evaluate(({ powerMonitor }) => void powerMonitor.emit('unlock-screen'));
  await expect(lockScreen(again.page)).toBeVisible();
  await unlock(again.page);
  await expect(again.page.getByRole('heading', { name: carol.name })).toBeVisible();
  await openLockPage(again.page);
  await again.page.getByRole('button', { name: '关闭应用锁…' }).click();
  await again.page.getByLabel('现在的锁定密码').fill(PASSCODE);
  await again.page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true }).last().click();
  await expect(again.page.getByText('应用锁已关闭')).toBeVisible();
  await expect.poll(() => existsSync(join(app.userDataDir, 'app-lock.json'))).toBe(false);
});

test('"at once" locks with the window; a forgotten passcode costs what is stored, and nothing else opens it', async ({
  world,
  openWindow,
}) => {
  const window = await openWindow(world.alice);
  const { app } = window;
  let { page } = window;
  await setPasscode(window);
  // Nobody uses it for a minute. (The clock is looked at as after a sleep of the computer.)
  const unusedFor = (ms: number): Promise<void> =>
    app.evaluate(({ powerMonitor }, later) => {
      const now = Date.now;
      Date.now = () => now() + later;
      powerMonitor.emit('resume');
      Date.now = now;
    }, ms);
  await page.getByLabel('多久不用后锁定').selectOption({ label: '1 分钟' });
  await expect(async () => {
    await unusedFor(61_000);
    await expect(lockScreen(page)).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await unlock(page);
  await expect(page.getByRole('button', { name: /^消息/ }).first()).toBeVisible();
  await openLockPage(page);
  await page.getByLabel('多久不用后锁定').selectOption({ label: '立即' });
  // A question of the system hangs on the window, which goes with it; nothing was chosen.
  await app.evaluate(({ dialog }) => {
    dialog.showSaveDialog = () => new Promise(() => undefined);
  });
  const size = () =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((each) => each.getSize()));
  const before = await size();
  await page.getByRole('navigation', { name: '设置' }).getByRole('button', { name: '诊断' }).click();
  await page.getByRole('button', { name: '导出日志' }).click();
  // (The page is gone before the key is up.)
  await page.keyboard.press('Control+l').catch(() => undefined);
  await expect.poll(() => app.windows().filter((each) => each !== page).length).toBe(1);
  await expect.poll(() => page.isClosed()).toBe(true);
  page = await app.firstWindow();
  await expect(lockScreen(page)).toBeVisible();
  expect(await size()).toEqual(before);
  await unlock(page);
  await expect(page.getByRole('button', { name: /^消息/ }).first()).toBeVisible();
  await app.native.closeWindow();
  await expect.poll(async () => (await app.native.window())?.visible).toBe(false);
  await app.native.clickTray('show');
  await expect(lockScreen(page)).toBeVisible();
  const stored = (): string[] => readdirSync(join(app.userDataDir, 'accounts'));
  expect(stored()).not.toEqual([]);
  await page.getByRole('button', { name: '忘记密码？' }).click();
  await expect(page.getByRole('alertdialog').getByRole('button', { name: '取消' })).toBeFocused();
  await page.keyboard.press('Escape');
  expect(stored()).not.toEqual([]);
  await page.getByRole('button', { name: '忘记密码？' }).click();
  await page.getByRole('button', { name: '退出并清除' }).click();
  await expect(page.getByLabel('服务器地址')).toBeVisible();
  await expectNowhere(world.alice.name, page);
  await expect.poll(stored).toEqual([]);
  await expect.poll(() => existsSync(join(app.userDataDir, 'app-lock.json'))).toBe(false);
});
