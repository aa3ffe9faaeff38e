/**
 * Chat and recall on a server of somebody else: a real TSDD with a real WuKongIM. It must allow registration by user name
 * (`register.usernameOn`); three accounts and a group are made on it at each run.
 */
import { expect, test } from '../fixtures/test.ts';
import { ChatPage, expectNowhere, openAs } from '../fixtures/people/chat-page.ts';
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
import { Peer } from '../fixtures/people/peer.ts';
import { createWorld, PASSWORD, type World } from '../fixtures/people/world.ts';

const api = process.env['WUKONG_INTEROP_SERVER'] ?? '';
const SECRET = '不能留下的内容 Vb8N';

async function freshWorld(): Promise<World> {
  if (api === '') throw new Error('say which server: npm run e2e -- --server URL');
  return createWorld(api, Date.now().toString(36).slice(-5));
}

test('person chat: quote and recall by the author', async ({ launchApp }) => {
  const world = await freshWorld();
  const alice = await openAs(await (await launchApp()).firstWindow(), api, world.alice);
  const bob = await openAs(await (await launchApp()).firstWindow(), api, world.bob);
  await alice.openChat(world.bob.name);
  await bob.openChat(world.alice.name);
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
  launchApp,
}) => {
  const world = await freshWorld();
  const owner = await openAs(await (await launchApp()).firstWindow(), api, world.alice);
  const bobApp = await launchApp();
  const bob = await openAs(await bobApp.firstWindow(), api, world.bob);
  await owner.openChat(world.group.name);
  await bob.openChat(world.group.name);
  const carol = await Peer.signIn(api, world.carol.username, PASSWORD);
  await carol.connect();
  await carol.sendText(world.group.channelId, world.group.channelType, SECRET);
  await expect(bob.bubble(SECRET)).toBeVisible();
  await owner.recallOther(SECRET);
  await expect(owner.tip(`你撤回了 ${world.carol.name} 的一条消息`)).toBeVisible();
  await expect(bob.tip(`群主 ${world.alice.name} 撤回了 ${world.carol.name} 的一条消息`)).toBeVisible();
  await expectNowhere('Vb8N', owner.page, bob.page);

  await owner.sendAcked('离开时的秘密 Tt5R');
  await expect(bob.bubble('离开时的秘密 Tt5R')).toBeVisible();
  await bobApp.close();
  await owner.recall('离开时的秘密 Tt5R');
  await expect(owner.tip('你撤回了一条消息')).toBeVisible();
  const back = new ChatPage(await (await launchApp({ userDataDir: bobApp.userDataDir })).firstWindow());
  await back.openChat(world.group.name);
  await expect(back.tip(`${world.alice.name} 撤回了一条消息`)).toBeVisible();
  await expectNowhere('Tt5R', back.page);
  carol.close();
});

test('a forged recall command changes nothing', async ({ launchApp }) => {
  const world = await freshWorld();
  const bob = await openAs(await (await launchApp()).firstWindow(), api, world.bob);
  await bob.openChat(world.group.name);
  const alice = await Peer.signIn(api, world.alice.username, PASSWORD);
  const carol = await Peer.signIn(api, world.carol.username, PASSWORD);
  await alice.connect();
  await carol.connect();
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
  alice.close();
  carol.close();
});

test('image and file: shown, downloaded, recalled while the image is looked at', async ({ launchApp }) => {
  test.setTimeout(120_000);
  const world = await freshWorld();
  const alice = await openAs(await (await launchApp()).firstWindow(), api, world.alice);
  const bob = await openAs(await (await launchApp()).firstWindow(), api, world.bob);
  await alice.openChat(world.bob.name);
  await bob.openChat(world.alice.name);
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
