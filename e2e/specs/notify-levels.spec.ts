/** What is told of: per chat, as the phone has it too; and not in quiet hours. */
import type { Page } from 'playwright';
import { type AppWindow, expect, test } from '../fixtures/test.ts';

/** The card of a chat, by whichever way it was opened. */
const cardOf = (page: Page, name: string) => page.getByRole('dialog', { name: `“${name}”的消息通知` });

/** As a clock of 24 hours shows it here. */
const clock = (ms: number): string => new Date(ms).toTimeString().slice(0, 5);

async function readAll(window: AppWindow, names: readonly string[]): Promise<void> {
  await window.read(...names);
  await expect.poll(() => window.app.native.badge()).toBe(0);
}

/** Sounds of its own that the page plays from now on, by their waves. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    // oxlint-disable-next-line typescript/unbound-method -- called with its `this` below
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (this: OscillatorNode, when?: number) {
      heard.push(this.type);
      return start.call(this, when);
    };
  });
  return () => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
}

test('a chat tells of all, of mentions or of nothing; the phone knows, the badge follows', async ({
  world,
  openWindow,
  connectPeer,
  signInPeer,
}) => {
  const { alice, bob, carol, group } = world;
  const window = await openWindow(alice);
  const { app, page } = window;
  const [peerBob, phone] = [await connectPeer(bob), await signInPeer(alice)];
  const bodies = async (): Promise<string[]> => (await app.native.notifications()).map(({ body }) => body);
  const isMutedOnPhone = async (): Promise<number> =>
    (await phone.call<{ mute: number }>('GET', `channels/${group.channelId}/2`)).mute;
  const say = (content: string, mention?: object): Promise<unknown> =>
    peerBob.send(group.channelId, 2, { type: 1, content, ...(mention ? { mention } : {}) });
  const row = window.conversation(group.name);
  await readAll(window, [group.name, bob.name, carol.name]);

  // Nothing: from the row, with the keyboard.
  await row.click({ button: 'right' });
  await page.getByRole('menuitem', { name: '消息通知…' }).click();
  const card = cardOf(page, group.name);
  await expect(card.getByRole('radio', { name: '全部消息' })).toBeChecked();
  await page.keyboard.press('ArrowUp');
  await expect(card.getByRole('radio', { name: '不通知' })).toBeChecked();
  await expect(card.getByRole('radio', { name: '不通知' })).toBeFocused();
  await expect(card.getByRole('combobox', { name: '提示音' })).toBeDisabled();
  await expect.poll(isMutedOnPhone).toBe(1);
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
  await window.openChat(carol.name);
  await say('谁都不用知道');
  await say(`@${alice.name} 也不用`, { uids: [alice.uid] });
  await expect(row).toContainText('2 条未读');
  await expect(row).toContainText('免打扰');

  // Mentions: from the chat's own menu. What came before was not told of, and is counted now.
  await readAll(window, [group.name]);
  await page.getByRole('button', { name: '更多', exact: true }).click();
  await page.getByRole('menuitem', { name: '消息通知…' }).click();
  await expect(card.getByRole('radio', { name: '不通知' })).toBeChecked();
  await card.getByRole('radio', { name: '仅 @ 我' }).click();
  await page.keyboard.press('Escape');
  await window.openChat(carol.name);
  await say('还是不用知道');
  await say(`@${alice.name} 这条要看`, { uids: [alice.uid] });
  await expect.poll(bodies).toEqual([`${bob.name}: @${alice.name} 这条要看`]);
  await expect(row).toContainText('2 条未读');
  await expect.poll(() => app.native.badge()).toBe(1);
  await expect.poll(async () => (await app.native.window())?.title).toContain('(1)');

  // The phone unmutes it; when it mutes it again, it is what muting is everywhere.
  await phone.call('PUT', `groups/${group.channelId}/setting`, { mute: 0 });
  await expect(row).not.toContainText('免打扰');
  await expect.poll(() => app.native.badge()).toBe(2);
  await phone.call('PUT', `groups/${group.channelId}/setting`, { mute: 1 });
  await expect(row).toContainText('免打扰');
  await window.openChat(group.name);
  await page.getByRole('button', { name: '会话信息' }).click();
  const info = page.getByRole('complementary', { name: '群信息' });
  await info.getByRole('button', { name: /^消息通知\s*仅 @ 我/ }).click();
  await expect(card.getByRole('radio', { name: '仅 @ 我' })).toBeChecked();
  await card.getByRole('radio', { name: '全部消息' }).click();
  await expect.poll(isMutedOnPhone).toBe(0);

  // A sound of its own, heard when it is chosen, and with a notification in place of the system's.
  const heard = await listen(page);
  await card.getByRole('combobox', { name: '提示音' }).selectOption({ label: '水滴' });
  await expect.poll(heard).toEqual(['sine']);
  await card.getByRole('button', { name: '试听' }).click();
  await expect.poll(heard).toEqual(['sine', 'sine']);
  await page.keyboard.press('Escape');
  await page.getByRole('complementary', { name: '群信息' }).getByRole('button', { name: '关闭' }).click();
  await window.openChat(carol.name);
  await say('有水滴声');
  await expect
    .poll(() => app.native.notifications())
    .toMatchObject([{ body: `${bob.name}: 有水滴声`, silent: true }]);
  await expect.poll(heard).toEqual(['sine', 'sine', 'sine']);

  // Between two people there is nobody to be mentioned.
  await window.conversation(bob.name).click({ button: 'right' });
  await page.getByRole('menuitem', { name: '消息通知…' }).click();
  await expect(cardOf(page, bob.name).getByRole('radio')).toHaveText(['全部消息', /^不通知/]);
});

test('without a network what the server keeps cannot be chosen, the rest can', async ({
  world,
  network,
  openWindow,
}) => {
  const { alice, group } = world;
  const window = await openWindow(alice, { server: network.api });
  const { page } = window;
  network.cut();
  await expect(page.getByText(/连接已断开|无法连接服务器/).first()).toBeVisible();
  await window.conversation(group.name).click({ button: 'right' });
  await page.getByRole('menuitem', { name: '消息通知…' }).click();
  const card = cardOf(page, group.name);
  const none = card.getByRole('radio', { name: /不通知/ });
  await expect(none).toHaveAttribute('aria-disabled', 'true');
  await expect(none).toContainText('联网后可用');
  await none.click({ force: true });
  await expect(card.getByRole('radio', { name: '全部消息' })).toBeChecked();
  const sounds = card.getByRole('combobox', { name: '提示音' });
  await sounds.selectOption({ label: '静音' });
  await expect(sounds).toHaveValue('none');
});

test('quiet hours: only mentions and pinned chats, said in tray and rail, over when they are over', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const { alice, bob, carol, group } = world;
  const window = await openWindow(alice);
  const { app, page } = window;
  const [peerBob, peerCarol] = [await connectPeer(bob), await connectPeer(carol)];
  await readAll(window, [group.name, carol.name, bob.name]);
  await app.native.focusWindow(false);
  const told = async (): Promise<string[]> => (await app.native.notifications()).map(({ title }) => title);
  const [from, to] = [clock(Date.now() - 3_600_000), clock(Date.now() + 3_600_000)];

  await page.keyboard.press('Control+,');
  await page.getByRole('button', { name: '通知', exact: true }).click();
  const toggle = page.getByRole('switch', { name: '勿扰时段' });
  await toggle.click();
  await page.getByLabel('开始时间').fill(from);
  await page.getByLabel('结束时间').fill(to);
  await expect(page.getByText(`勿扰时段，到 ${to}`)).toBeVisible();
  await expect
    .poll(async () => (await app.native.tray()).items.find(({ id }) => id === 'quietHours')?.label)
    .toBe(`勿扰时段，到 ${to}`);
  await page.getByRole('button', { name: /^账号菜单/ }).click();
  await expect(page.getByRole('menuitemcheckbox', { name: /勿扰/ })).toContainText(`勿扰时段，到 ${to}`);
  await page.keyboard.press('Escape');

  await peerBob.sendText(alice.uid, 1, '安静的时候说的');
  await expect.poll(() => app.native.badge()).toBe(1);
  await peerBob.send(group.channelId, 2, {
    type: 1,
    content: `@${alice.name} 急事`,
    mention: { uids: [alice.uid] },
  });
  await expect.poll(told).toEqual([group.name]);
  await page.getByRole('button', { name: /^消息/ }).first().click();
  await window.conversation(carol.name).click({ button: 'right' });
  await page.getByRole('menuitem', { name: '置顶', exact: true }).click();
  await expect(window.conversation(carol.name)).toContainText('已置顶');
  await peerCarol.sendText(alice.uid, 1, '置顶的');
  await expect.poll(told).toEqual([group.name, carol.name]);

  // From the tray to where they are set. Without a day they never begin.
  await app.native.clickTray('quietHours');
  await expect(page.getByRole('heading', { name: '通知', level: 1 })).toBeVisible();
  const days = page.getByRole('group', { name: '在哪些天开始' }).getByRole('button');
  await expect(days).toHaveCount(7);
  for (const day of await days.all()) await day.click();
  await expect(page.getByText('没有选中任何一天，不会生效')).toBeVisible();
  await expect
    .poll(async () => (await app.native.tray()).items.map(({ id }) => id))
    .not.toContain('quietHours');
  await peerBob.sendText(group.channelId, 2, '又可以说了');
  await expect.poll(told).toEqual([group.name, carol.name, group.name]);
});
