/** Nobody is there: what is told, what is not read meanwhile, and which day it is when somebody comes back. */
import { expect, test } from '../fixtures/test.ts';

test('nothing is read while the screen is locked, and it is told of', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const window = await openWindow(world.alice);
  const { app } = window;
  const bob = await connectPeer(world.bob);
  await bob.sendText(world.alice.uid, 1, '第一句');
  for (const name of [world.group.name, world.carol.name, world.bob.name]) await window.openChat(name);
  await expect(window.bubble('第一句')).toBeVisible();
  await expect.poll(() => app.native.badge()).toBe(0);
  await app.native.focusWindow(true);
  await app.evaluate(({ powerMonitor }) => void powerMonitor.emit('lock-screen'));
  await bob.sendText(world.alice.uid, 1, '锁屏时说的');
  await expect
    .poll(() => app.native.notifications())
    .toMatchObject([{ title: world.bob.name, body: '锁屏时说的' }]);
  await bob.sendText(world.alice.uid, 1, '还有一句');
  await expect.poll(() => app.native.badge()).toBe(2);
  await app.evaluate(({ powerMonitor }) => void powerMonitor.emit('unlock-screen'));
  await expect.poll(() => app.native.badge()).toBe(0);
  await expect.poll(() => app.native.notifications()).toEqual([]);
});

const inZone = (timeZone: string, atMs: number): string =>
  new Intl.DateTimeFormat('zh-CN', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).format(atMs);

test('times and days follow the time zone and midnight', async ({ world, openWindow, connectPeer }) => {
  const alice = await openWindow(world.alice);
  const { page } = alice;
  const bob = await connectPeer(world.bob);
  await bob.sendText(world.alice.uid, 1, '几点了');
  await alice.openChat(world.bob.name);
  const cdp = await page.context().newCDPSession(page);
  const time = page.locator('main time, [role="log"] time').first();
  const iso = (await time.getAttribute('datetime')) ?? '';
  const atMs = Date.parse(iso);
  for (const timezoneId of ['Asia/Shanghai', 'America/New_York', 'Pacific/Kiritimati']) {
    await cdp.send('Emulation.setTimezoneOverride', { timezoneId });
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await expect(time).toHaveText(inZone(timezoneId, atMs));
  }
  await expect(page.getByRole('log').getByText('今天', { exact: true })).toBeVisible();
  // A day later, without a restart.
  await page.evaluate(() => {
    const real = Date.now;
    const Real = Date;
    const later = 86_400_000;
    globalThis.Date = class extends Real {
      constructor(...args: ConstructorParameters<typeof Date> | []) {
        super(...((args.length === 0 ? [real() + later] : args) as [number]));
      }
      static override now = (): number => real() + later;
    } as DateConstructor;
    window.dispatchEvent(new Event('focus'));
  });
  await expect(page.getByRole('log').getByText('昨天', { exact: true })).toBeVisible();
});
