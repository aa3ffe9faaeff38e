/** The server refuses: the message comes back with its reason, and the interface never claimed more. */
import { expect, test } from '../fixtures/test.ts';
import { callApi } from '../fixtures/people/peer.ts';

const ADMIN = 'admin-spec-1';
test.use({ serverArgs: ['--admin-password', ADMIN] });

async function setWindow(api: string, seconds: number): Promise<void> {
  const admin = await callApi<{ token: string }>(api, null, 'POST', 'manager/login', {
    username: 'superAdmin',
    password: ADMIN,
  });
  await callApi(api, admin.token, 'POST', 'manager/common/appconfig', { revoke_second: seconds });
}

test('too late by the server’s clock: the bubble is back, with the reason', async ({
  servers,
  world,
  openWindow,
  connectPeer,
}) => {
  const alice = await openWindow(world.alice);
  const bob = await connectPeer(world.bob);
  await alice.openChat(world.bob.name);
  await alice.sendAcked('这条会被拒绝撤回');
  // The rule changes on the server; this client still believes in two minutes.
  await setWindow(servers.api, 1);
  await expect.poll(() => bob.received.some((m) => m.payload['content'] === '这条会被拒绝撤回')).toBe(true);
  const sentAt = Date.now();
  await expect.poll(() => Date.now() - sentAt > 2_100, { intervals: [200] }).toBe(true);

  await alice.recall('这条会被拒绝撤回');
  await expect(alice.flow.getByTestId('recall-denied')).toContainText('撤回失败：已超过');
  await expect(alice.bubble('这条会被拒绝撤回')).toBeVisible();
  await expect(alice.tip('你撤回了')).toHaveCount(0);
  expect(bob.received.filter((m) => m.payload['cmd'] === 'messageRevoke')).toEqual([]);
});

test('not allowed any more: a manager who was demoted while the question was open', async ({
  world,
  openWindow,
  signInPeer,
  connectPeer,
}) => {
  const bob = await openWindow(world.bob);
  await bob.openChat(world.group.name);
  const alice = await signInPeer(world.alice);
  const carol = await connectPeer(world.carol);
  await carol.sendText(world.group.channelId, world.group.channelType, '成员的消息还在');
  const menu = await bob.openMenu('成员的消息还在');
  await menu.getByRole('menuitem', { name: '撤回成员消息…' }).click();
  const confirm = bob.page.getByRole('alertdialog').getByRole('button', { name: '撤回', exact: true });
  await expect(confirm).toBeVisible();
  await alice.call('DELETE', `groups/${world.group.channelId}/managers`, [world.bob.uid]);
  await confirm.click();
  await expect(bob.flow.getByTestId('recall-denied')).toContainText('撤回失败：没有权限');
  await expect(bob.bubble('成员的消息还在')).toBeVisible();
});

test('the menu closes the offer in place when the window ends', async ({ servers, world, openWindow }) => {
  await setWindow(servers.api, 59);
  const alice = await openWindow(world.alice);
  await alice.openChat(world.bob.name);
  await alice.page.clock.install();
  await alice.sendAcked('倒计时');
  const menu = await alice.openMenu('倒计时');
  const item = menu.getByRole('menuitem', { name: /^撤回/ });
  await expect(item).toContainText(/剩余 0:\d\d/);
  await item.focus();
  await alice.page.clock.runFor(60_000);
  await expect(item).toHaveAttribute('aria-disabled', 'true');
  await expect(item).toBeFocused();
});
