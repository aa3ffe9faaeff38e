/** Tray, menus, badge, notifications: made by the system, not by us. */
import type * as Electron from 'electron';
import { expect, only, test } from './electron-test.ts';

interface Recorder {
  tray: { tray: Electron.Tray | null };
  notifications: Electron.Notification[];
}

test('the tray has an icon, its menu opens nothing by itself, and its items work', async ({ launchApp }) => {
  const app = await launchApp({ lang: 'en' });
  await app.firstWindow();
  const tray = await app.evaluate(() => {
    const { tray: found } = (globalThis as unknown as { nativeRecorder: Recorder }).nativeRecorder.tray;
    return found && { gone: found.isDestroyed(), bounds: found.getBounds() };
  });
  expect(tray?.gone).toBe(false);
  // Linux does not say where it is.
  if (process.platform !== 'linux') expect(tray?.bounds.width).toBeGreaterThan(0);
  expect((await app.native.tray()).items.map(({ label }) => label)).toContain('Do not disturb');
  await app.native.closeWindow();
  await app.native.clickTray('show');
  await expect.poll(() => app.native.window()).toMatchObject({ visible: true });
});

test('the tray icon of macOS is a template', async ({ launchApp }) => {
  only(['darwin'], 'template images are macOS');
  const app = await launchApp();
  await app.firstWindow();
  const made = await app.evaluate(({ Tray, nativeImage }) => {
    const images: boolean[] = [];
    // oxlint-disable-next-line typescript/unbound-method -- called with its `this` below
    const { setImage } = Tray.prototype;
    Tray.prototype.setImage = function (this: Electron.Tray, image: Electron.NativeImage | string) {
      images.push(typeof image !== 'string' && image.isTemplateImage());
      return setImage.call(this, image);
    };
    Object.assign(globalThis, { trayImages: images });
    return nativeImage.createEmpty().isEmpty();
  });
  expect(made).toBe(true);
  const page = await app.firstWindow();
  await page.evaluate(() => window.wukong.invoke('shell.setSettings', { notifications: false }));
  await expect
    .poll(() => app.evaluate(() => (globalThis as unknown as { trayImages: boolean[] }).trayImages))
    .toContain(true);
});

test('the application menu is the native one, with the roles of the system', async ({ launchApp }) => {
  const app = await launchApp({ lang: 'en' });
  await app.firstWindow();
  const roles = await app.evaluate(({ Menu }) => {
    const flat = (menu: Electron.Menu | null | undefined): string[] =>
      (menu?.items ?? []).flatMap((item) => [item.role ?? '', ...flat(item.submenu)]);
    return flat(Menu.getApplicationMenu()).map((role) => role.toLowerCase());
  });
  for (const role of ['undo', 'cut', 'copy', 'paste', 'selectall', 'togglefullscreen'])
    expect(roles).toContain(role);
  const settings = (await app.native.menu()).find(({ id }) => id === 'settings');
  expect(settings).toMatchObject({ label: 'Settings', accelerator: 'CommandOrControl+,', enabled: true });
});

test('the dock icon of macOS has a menu of tasks', async ({ launchApp }) => {
  only(['darwin'], 'the dock is macOS');
  const app = await launchApp({ lang: 'en' });
  await app.firstWindow();
  const labels = await app.evaluate(({ app: electronApp }) =>
    electronApp.dock?.getMenu()?.items.map(({ label }) => label),
  );
  expect(labels).toEqual(['New group', 'Search all messages', '', 'Do not disturb']);
});

test('the unread count is outside of the window', async ({ world, openWindow, connectPeer }) => {
  only(['darwin', 'linux'], 'Windows does not say what lies over a task bar button');
  const bob = await openWindow(world.bob);
  await bob.app.native.focusWindow(false);
  const carol = await connectPeer(world.carol);
  await carol.sendText(world.bob.uid, 1, 'counted');
  await expect.poll(async () => (await bob.app.native.window())?.title).toBe('(1) WuKong Desktop');
  const shown = await bob.app.evaluate(({ app }) =>
    app.dock ? app.dock.getBadge() : String(app.getBadgeCount()),
  );
  // A launcher that shows counts is part of some desktops only; then Electron keeps none.
  if (process.platform === 'darwin') expect(shown).toBe('1');
  else expect(['0', '1']).toContain(shown);
});

test('a notification is taken by the system, and its recall withdraws it', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const bob = await openWindow(world.bob);
  const { app } = bob;
  const supported = await app.evaluate(({ Notification }) => Notification.isSupported());
  test.skip(!supported, 'this system has no notification service');
  await app.native.focusWindow(false);
  const carol = await connectPeer(world.carol);
  const secret = 'Wk61RealNotice';
  const message = await carol.sendText(world.bob.uid, 1, secret);
  await expect
    .poll(async () => (await app.native.notifications()).some(({ body }) => body.includes(secret)))
    .toBe(true);
  await carol.revoke(world.bob.uid, 1, message);
  await expect.poll(() => app.native.notifications()).toEqual([]);
  // macOS says what is still in its centre (of a signed app; otherwise nothing is ever in it).
  const left = await app.evaluate(async ({ Notification }) =>
    process.platform === 'darwin'
      ? (await Notification.getHistory()).map(({ body }) => body)
      : ([] as string[]),
  );
  expect(left.filter((body) => body.includes(secret))).toEqual([]);
});

test('a reply that is typed into a notification is sent, and the chat is read', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  only(['darwin', 'win32'], 'notifications of Linux have no field');
  const bob = await openWindow(world.bob);
  await bob.app.native.focusWindow(false);
  const carol = await connectPeer(world.carol);
  await carol.sendText(world.bob.uid, 1, 'Wk63AnswerMe');
  await expect.poll(async () => (await bob.app.native.notifications()).length).toBe(1);
  await bob.app.native.replyToNotification('Wk63AnswerMe', 'Wk63Answer');
  await expect.poll(() => bob.app.native.notifications()).toEqual([]);
  await bob.openChat(world.carol.name);
  await expect(bob.bubble('Wk63Answer')).toHaveAttribute('aria-label', /已发送|已送达|已读/);
});

test('nothing is left in the notification centre when the app ends', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const bob = await openWindow(world.bob);
  const supported = await bob.app.evaluate(({ Notification }) => Notification.isSupported());
  test.skip(!supported, 'this system has no notification service');
  await bob.app.native.focusWindow(false);
  const carol = await connectPeer(world.carol);
  await carol.sendText(world.bob.uid, 1, 'Wk62AtTheEnd');
  await expect.poll(async () => (await bob.app.native.notifications()).length).toBe(1);
  const atTheEnd = bob.app.evaluate(
    ({ app }) =>
      new Promise<number>((resolve) => {
        app.once('quit', () =>
          resolve(
            (globalThis as unknown as { nativeRecorder: Recorder }).nativeRecorder.notifications.length,
          ),
        );
        app.quit();
      }),
  );
  // The process may be gone before it can answer.
  expect(await atTheEnd.catch(() => 0)).toBe(0);
});
