/** Recall by owner and manager, and what the others may not. */
import { expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';

const SECRET = '不该发的名单 Qw7L';

test('the owner recalls a member’s message after a confirmation', async ({ world, openWindow }) => {
  const owner = await openWindow(world.alice);
  const member = await openWindow(world.carol);
  await owner.openChat(world.group.name);
  await member.openChat(world.group.name);
  await member.sendAcked(SECRET);
  await expect(owner.bubble(SECRET)).toBeVisible();

  await owner.recallOther(SECRET);
  await expect(owner.tip(`你撤回了 ${world.carol.name} 的一条消息`)).toBeVisible();
  await expect(member.tip(`群主 ${world.alice.name} 撤回了你的一条消息`)).toBeVisible();
  await expect(member.flow.getByRole('button', { name: '重新编辑' })).toHaveCount(0);
  await expectNowhere('Qw7L', owner.page, member.page);
});

test('a manager recalls a member’s message; a third person sees who did', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const manager = await openWindow(world.bob);
  const owner = await openWindow(world.alice);
  await manager.openChat(world.group.name);
  await owner.openChat(world.group.name);
  const carol = await connectPeer(world.carol);
  await carol.sendText(world.group.channelId, world.group.channelType, SECRET);
  await expect(owner.bubble(SECRET)).toBeVisible();

  await manager.recallOther(SECRET);
  await expect(manager.tip(`你撤回了 ${world.carol.name} 的一条消息`)).toBeVisible();
  await expect(owner.tip(`管理员 ${world.bob.name} 撤回了 ${world.carol.name} 的一条消息`)).toBeVisible();
  await expectNowhere('Qw7L', owner.page, manager.page);
});

test('a member is not offered others’ messages; a manager reads why not the owner’s', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const member = await openWindow(world.carol);
  const manager = await openWindow(world.bob);
  await member.openChat(world.group.name);
  await manager.openChat(world.group.name);
  const alice = await connectPeer(world.alice);
  await alice.sendText(world.group.channelId, world.group.channelType, '群主的话');

  const memberMenu = await member.openMenu('群主的话');
  await expect(memberMenu.getByRole('menuitem', { name: /撤回/ })).toHaveCount(0);
  const managerMenu = await manager.openMenu('群主的话');
  const item = managerMenu.getByRole('menuitem', { name: /撤回/ });
  await expect(item).toHaveAttribute('aria-disabled', 'true');
  await expect(item).toContainText('对方是群主，你没有权限');
});
