/**
 * Chat and recall on a server of somebody else: a real TSDD with a real WuKongIM. It must allow registration by user
 * name (`register.usernameOn`); three accounts and a group are made on it at each run.
 */
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import {
  document,
  expectShown,
  files,
  images,
  pick,
  picture,
  recallAttached,
  sendAttached,
  viewer,
} from '../fixtures/people/media.ts';
import { expect, test } from './external.ts';

const SECRET = '不能留下的内容 Vb8N';

test('person chat: quote and recall by the author', async ({ openTwo }) => {
  const { alice, bob } = await openTwo('person');
  await alice.sendAcked(SECRET);
  await expect(bob.bubble(SECRET)).toBeVisible();
  await (await bob.openMenu(SECRET)).getByRole('menuitem', { name: /回复/ }).click();
  await bob.composer.fill('记下了');
  await bob.composer.press('Enter');
  await expect(alice.bubble('记下了')).toContainText(SECRET);
  await alice.recall(SECRET);
  await expect(alice.tip('你撤回了一条消息')).toBeVisible();
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
  await expectNowhere('Vb8N', alice.page, bob.page);
});

test('group: the owner recalls a member’s message; a recall while a member is away', async ({
  world,
  openWindow,
  reopen,
  connectPeer,
}) => {
  const owner = await openWindow(world.alice);
  const bob = await openWindow(world.bob);
  await owner.openChat(world.group.name);
  await bob.openChat(world.group.name);
  const carol = await connectPeer(world.carol);
  await carol.sendText(world.group.channelId, world.group.channelType, SECRET);
  await expect(bob.bubble(SECRET)).toBeVisible();
  await owner.recallOther(SECRET);
  await expect(owner.tip(`你撤回了 ${world.carol.name} 的一条消息`)).toBeVisible();
  await expect(bob.tip(`群主 ${world.alice.name} 撤回了 ${world.carol.name} 的一条消息`)).toBeVisible();
  await expectNowhere('Vb8N', owner.page, bob.page);

  await owner.sendAcked('离开时的秘密 Tt5R');
  await expect(bob.bubble('离开时的秘密 Tt5R')).toBeVisible();
  await bob.app.close();
  await owner.recall('离开时的秘密 Tt5R');
  await expect(owner.tip('你撤回了一条消息')).toBeVisible();
  const back = await reopen(bob.app);
  await back.openChat(world.group.name);
  await expect(back.tip(`${world.alice.name} 撤回了一条消息`)).toBeVisible();
  await expectNowhere('Tt5R', back.page);
});

test('a forged recall command changes nothing', async ({ world, openWindow, connectPeer }) => {
  const bob = await openWindow(world.bob);
  await bob.openChat(world.group.name);
  const alice = await connectPeer(world.alice);
  const carol = await connectPeer(world.carol);
  const sent = await alice.sendText(world.group.channelId, world.group.channelType, '群主说的话');
  await expect(bob.bubble('群主说的话')).toBeVisible();
  await carol.send(world.group.channelId, world.group.channelType, {
    type: 99,
    cmd: 'messageRevoke',
    param: { message_id: sent.messageId },
  });
  await carol.send(world.group.channelId, world.group.channelType, {
    type: 1006,
    message_id: sent.messageId,
    content: '{0}撤回了一条消息',
    extra: [{ uid: world.alice.uid, name: world.alice.name }],
  });
  await carol.sendText(world.group.channelId, world.group.channelType, '之后的消息');
  await expect(bob.bubble('之后的消息')).toBeVisible();
  await expect(bob.bubble('群主说的话')).toBeVisible();
  await expect(bob.flow.getByTestId('recall-tip')).toHaveCount(0);
});

test('image and file: shown, downloaded, recalled while the image is looked at', async ({ openTwo }) => {
  test.setTimeout(120_000);
  const { alice, bob } = await openTwo('person');
  await pick(alice, 'image', picture('picture.png'));
  await sendAttached(alice);
  await pick(alice, 'file', document('Vb8N-plan.txt', 'words of the plan', 100_000));
  await sendAttached(alice);
  await expectShown(images(bob).first());
  await files(bob).first().getByRole('button', { name: '下载' }).last().click();
  await expect(files(bob).first()).toHaveAttribute('data-state', 'ready');
  await images(bob).first().getByRole('button', { name: '查看图片' }).click();
  await expectShown(viewer(bob));
  await recallAttached(alice, images(alice).first());
  await expect(viewer(bob)).toHaveCount(0);
  await expect(images(bob)).toHaveCount(0);
  await recallAttached(alice, files(alice).first());
  await expect(files(bob)).toHaveCount(0);
  await expectNowhere('Vb8N', alice.page, bob.page);
});
