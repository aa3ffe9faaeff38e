/** The author recalls: both sides, own other device, quotes, preview, search, notification, re-edit. */
import { expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';

const SECRET = '机密报价 128000 Zx9Q';

test(
  'the author recalls in a person chat: both sides forget the text',
  { tag: '@installed' },
  async ({ world, openTwo }) => {
    const { alice, bob } = await openTwo('person');
    await alice.sendAcked(SECRET);
    await expect(bob.bubble(SECRET)).toBeVisible();

    const menu = await alice.openMenu(SECRET);
    await expect(menu.getByRole('menuitem', { name: /^撤回/ })).toContainText(/剩余 1:\d\d/);
    await menu.getByRole('menuitem', { name: /^撤回/ }).click();

    await expect(alice.tip('你撤回了一条消息')).toBeVisible();
    await expect(bob.tip(`${world.alice.name} 撤回了一条消息`)).toBeVisible();
    await expect(alice.conversation(world.bob.name)).toContainText('你撤回了一条消息');
    await expect(bob.conversation(world.alice.name)).toContainText('撤回了一条消息');
    await expectNowhere(SECRET, alice.page, bob.page);
    await expectNowhere('Zx9Q', alice.page, bob.page);
  },
);

test('quotes, search and the composer forget it as well', async ({ openTwo }) => {
  const { alice, bob } = await openTwo('group');
  await alice.sendAcked(SECRET);

  const menu = await bob.openMenu(SECRET);
  await menu.getByRole('menuitem', { name: /回复/ }).click();
  await bob.composer.fill('记下了');
  await bob.composer.press('Enter');
  await expect(alice.bubble('记下了')).toContainText(SECRET);
  // Bob begins another reply to it and leaves it unsent.
  await (await bob.openMenu(SECRET)).getByRole('menuitem', { name: /回复/ }).click();
  await bob.composer.fill('第二条');

  await alice.recall(SECRET);
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
  await expect(bob.bubble('记下了')).toContainText('引用的消息已撤回');
  await expect(alice.bubble('记下了')).toContainText('引用的消息已撤回');
  await expect(bob.page.getByText('引用的消息已撤回，将不带引用发送')).toBeVisible();
  await expectNowhere(SECRET, alice.page, bob.page);

  await bob.page.getByRole('searchbox', { name: '搜索' }).first().fill('机密');
  await expect(bob.page.getByText('没有找到“机密”')).toBeVisible();
});

test('re-edit restores text and line breaks, until the screen is locked; another device of the author has none', async ({
  world,
  openWindow,
}) => {
  const desk = await openWindow(world.alice);
  const laptop = await openWindow(world.alice);
  await desk.openChat(world.bob.name);
  await laptop.openChat(world.bob.name);
  const text = '第一行\n第二行 Zx9Q';
  await desk.composer.fill(text);
  await desk.composer.press('Enter');
  await expect(laptop.bubble('第二行')).toBeVisible();

  await desk.recall('第二行');
  await expect(laptop.tip('你撤回了一条消息')).toBeVisible();
  await expect(laptop.flow.getByRole('button', { name: '重新编辑' })).toHaveCount(0);
  await expectNowhere('Zx9Q', laptop.page, desk.page);
  await desk.flow.getByRole('button', { name: '重新编辑' }).click();
  await expect(desk.composer).toHaveValue(text);
  await desk.app.evaluate(({ powerMonitor }) => {
    powerMonitor.emit('lock-screen');
  });
  await expect(desk.flow.getByRole('button', { name: '重新编辑' })).toHaveCount(0);
  await expect(desk.tip('你撤回了一条消息')).toBeVisible();
});

test('a notification is withdrawn and the badge recounts', async ({ world, openWindow }) => {
  const bob = await openWindow(world.bob);
  const alice = await openWindow(world.alice);
  await alice.openChat(world.bob.name);
  // (A badge that is looked at before everything is read goes on changing.)
  await bob.read(world.alice.name, world.carol.name, world.group.name);
  await expect.poll(() => bob.app.native.badge()).toBe(0);
  await alice.sendAcked(SECRET);
  await expect
    .poll(async () => (await bob.app.native.notifications()).some((n) => n.body.includes('Zx9Q')))
    .toBe(true);
  await expect.poll(() => bob.app.native.badge()).toBe(1);

  await alice.recall(SECRET);
  await expect(alice.tip('你撤回了一条消息')).toBeVisible();
  await expect
    .poll(async () => (await bob.app.native.notifications()).filter((n) => n.body.includes('Zx9Q')))
    .toEqual([]);
  await expect.poll(() => bob.app.native.badge()).toBe(0);
  await expectNowhere(SECRET, bob.page);
});
