/** Nobody is there: what is told, what is not read meanwhile, and which day it is when somebody comes back. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { accountFolder } from '../soak/profile-reader.ts';
import { type AppWindow, expect, test } from '../fixtures/test.ts';

/** The window gets or loses the focus; its browser would tell the page, but Playwright has it say yes for ever. */
async function focus({ app, page }: AppWindow, on: boolean): Promise<void> {
  await page.evaluate((has) => {
    document.hasFocus = () => has;
    globalThis.dispatchEvent(new Event(has ? 'focus' : 'blur'));
  }, on);
  await app.native.focusWindow(on);
}

test('what was said while offline is told once a chat, a mention by itself', async ({
  world,
  network,
  openWindow,
  connectPeer,
  signInPeer,
}) => {
  const { alice, bob, carol, group } = world;
  const window = await openWindow(alice, { server: network.api });
  const { app, page } = window;
  const [peerBob, peerCarol] = [await connectPeer(bob), await connectPeer(carol)];
  await peerBob.sendText(alice.uid, 1, '在线时说的');
  await expect(window.conversation(bob.name)).toContainText('在线时说的');
  await window.read(carol.name, bob.name, group.name);
  await expect.poll(() => app.native.badge()).toBe(0);
  const told = async (): Promise<string[]> =>
    (await app.native.notifications()).map(({ title, body }) => `${title} / ${body}`).sort();

  const offline = page.getByText(/连接已断开|无法连接服务器/).first();

  await focus(window, false);
  network.cut();
  await expect(offline).toBeVisible();
  for (let n = 1; n <= 5; n += 1) await peerBob.sendText(alice.uid, 1, `离线消息 ${n}`);
  await peerCarol.sendText(alice.uid, 1, '只有一条');
  await peerCarol.sendText(group.channelId, 2, '第一句');
  await peerBob.sendText(group.channelId, 2, '第二句');
  await peerBob.send(group.channelId, 2, {
    type: 1,
    content: `@${alice.name} 看一下`,
    mention: { uids: [alice.uid] },
  });
  const recalled = await peerBob.sendText(alice.uid, 1, '这句会撤回');
  await peerBob.revoke(alice.uid, 1, recalled);
  network.heal();
  await expect
    .poll(told, { timeout: 15_000 })
    .toEqual(
      [
        `${bob.name} / 5 条新消息`,
        `${carol.name} / 只有一条`,
        `${group.name} / 2 条新消息`,
        `${group.name} / ${bob.name}: @${alice.name} 看一下`,
      ].sort(),
    );

  // Read: gone.
  await focus(window, true);
  await window.read(group.name, bob.name);
  await expect.poll(told).toEqual([`${carol.name} / 只有一条`]);

  // Another outage adds to the one of its chat, but for what was read elsewhere meanwhile.
  await focus(window, false);
  network.cut();
  await expect(offline).toBeVisible();
  await peerBob.sendText(alice.uid, 1, '别处读过');
  const phone = await signInPeer(alice);
  await phone.call('PUT', 'coversation/clearUnread', { channel_id: bob.uid, channel_type: 1, unread: 0 });
  await peerCarol.sendText(alice.uid, 1, '又一条');
  network.heal();
  await expect.poll(told, { timeout: 15_000 }).toEqual([`${carol.name} / 2 条新消息`]);
});

test('nothing is read while the screen is locked, and it is told of', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const window = await openWindow(world.alice);
  const { app } = window;
  const bob = await connectPeer(world.bob);
  await bob.sendText(world.alice.uid, 1, '第一句');
  await expect(window.conversation(world.bob.name)).toContainText('第一句');
  await window.read(world.group.name, world.carol.name, world.bob.name);
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
  // In the last one it is about noon: no day ends while the test runs.
  const toNoon = 12 - new Date().getUTCHours();
  const noon = `Etc/GMT${toNoon > 0 ? '-' : '+'}${Math.abs(toNoon)}`;
  for (const timezoneId of ['Asia/Shanghai', 'America/New_York', 'Pacific/Kiritimati', noon]) {
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

test('a long absence is told of once, and summed up above the list; a recall leaves both', async ({
  world,
  openWindow,
  connectPeer,
  reopen,
}) => {
  const { alice, bob, carol, group } = world;
  const before = await openWindow(alice);
  await expect(before.page.getByTestId('away-card')).toHaveCount(0);
  const [peerBob, peerCarol] = [await connectPeer(bob), await connectPeer(carol)];
  await peerBob.sendText(alice.uid, 1, '在线时说的');
  await expect(before.conversation(bob.name)).toContainText('在线时说的');
  await before.read(carol.name, group.name, bob.name);
  await expect.poll(() => before.app.native.badge()).toBe(0);
  await before.app.close();

  // As if it had been closed fourteen hours ago.
  const folder = accountFolder(before.app.userDataDir) ?? '';
  const cache = new Database(join(folder, 'cache.db'));
  const noted = cache.prepare("UPDATE state SET value = value - 50400000 WHERE name = 'lastHereMs'").run();
  cache.close();
  expect(noted.changes).toBe(1);
  const gone = await peerBob.sendText(alice.uid, 1, '走开时撤回的 Aw4y');
  await peerBob.revoke(alice.uid, 1, gone);
  const later = await peerBob.sendText(alice.uid, 1, '后来才撤回 Aw5y');
  await peerBob.sendText(alice.uid, 1, '留下的');
  await peerCarol.send(group.channelId, 2, {
    type: 1,
    content: `@${alice.name} 看一下`,
    mention: { uids: [alice.uid] },
  });

  const window = await reopen(before.app);
  const { app, page } = window;
  const told = async (): Promise<string[]> =>
    (await app.native.notifications()).map(({ title, body }) => `${title} / ${body}`);
  await expect.poll(told, { timeout: 15_000 }).toEqual(['悟空 / 离开期间 2 个会话有 3 条新消息，1 条 @ 你']);
  const card = page.getByRole('region', { name: '离开 14 小时' });
  const counts = (): Promise<string[]> => card.locator('dl > div').allTextContents();
  await expect.poll(counts).toEqual(['未读3', '@ 我1', '被撤回1']);
  await expect(card).toContainText(/起/);

  await peerBob.revoke(alice.uid, 1, later);
  await expect.poll(told).toEqual(['悟空 / 离开期间 2 个会话有 2 条新消息，1 条 @ 你']);
  await expect.poll(counts).toEqual(['未读2', '@ 我1', '被撤回1']);
  await expectNowhere('Aw5y', page);

  // It leads to the list, and from there to the mention.
  await app.native.clickNotification('离开期间');
  await card.getByRole('button', { name: '先看 @ 我的' }).click();
  await expect(page.getByRole('heading', { name: group.name })).toBeVisible();
  await expect.poll(counts).toEqual(['未读1', '@ 我0', '被撤回1']);
  await card.getByRole('button', { name: '全部标为已读' }).click();
  await expect(card).toHaveCount(0);
  await expect.poll(told).toEqual([]);
  // Put away, it does not come back with the next message.
  await peerBob.sendText(alice.uid, 1, '新的一句');
  await expect(window.conversation(bob.name)).toContainText('1 条未读');
  await expect(card).toHaveCount(0);
});
