/**
 * What memory keeps after a recall, with the chat still open: the window (stores, React's previous trees, callbacks,
 * lists, search, composer), the main process (notification records, deltas passed on) and the account's worker.
 */
import { expect, test } from '../fixtures/test.ts';
import { coreHeap, expectForgotten, holds, mainHeap, pageHeap } from '../fixtures/app/heap-watch.ts';

const MARK = 'memory-marker-Gx4P';

// Heap snapshots take seconds on a busy machine.
test.describe.configure({ timeout: 180_000 });

test('the window forgets a text, its mention, quotes of it, search hits and the reply that quotes it, while the chat is open', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const group = [world.group.channelId, world.group.channelType] as const;
  await bob.openChat(world.group.name);
  await carol.sendText(...group, '前面一条');
  const secret = await carol.send(...group, {
    type: 1,
    content: `@${world.bob.name} 只在内存里找 ${MARK}`,
    mention: { uids: [world.bob.uid] },
  });
  await carol.send(...group, {
    type: 1,
    content: '引用了那一条',
    reply: {
      message_id: secret.messageId,
      message_seq: secret.messageSeq,
      from_uid: world.carol.uid,
      from_name: world.carol.name,
      payload: { type: 1, content: MARK },
    },
  });
  await expect(bob.bubble('引用了那一条')).toContainText(MARK);
  // The menu, the reply bar and both searches have its words as well.
  const menu = await bob.openMenu('只在内存里找');
  await menu.getByRole('menuitem', { name: /回复/ }).click();
  await expect(bob.page.getByTestId('reply-bar')).toContainText(MARK);
  await bob.bubble('只在内存里找').click();
  await bob.page.keyboard.press('Control+f');
  await bob.page.getByRole('textbox', { name: '在会话中搜索' }).fill('内存里');
  await expect(bob.bubble('只在内存里找').locator('mark')).toHaveText('内存里');
  await bob.page.keyboard.press('Enter');
  await bob.page.getByRole('searchbox', { name: '搜索' }).first().fill('内存里');
  const results = bob.page.getByRole('listbox', { name: '搜索结果' });
  await expect(results.getByRole('option')).toContainText(MARK);
  expect(holds(await pageHeap(bob.page), MARK)).toBe(true);

  await carol.revoke(...group, secret);
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
  await expect(bob.page.getByTestId('reply-gone')).toBeVisible();
  await expect(bob.bubble('引用了那一条')).toContainText('引用的消息已撤回');
  await expectForgotten(() => pageHeap(bob.page), MARK);
});

test("the author's own window forgets it: composer, outbox views, edit", async ({ world, openWindow }) => {
  const alice = await openWindow(world.alice);
  await alice.openChat(world.bob.name);
  await alice.sendAcked(`${MARK} 自己写的`);
  await alice.bubble('自己写的').focus();
  await alice.page.keyboard.press('e');
  await expect(alice.page.getByTestId('edit-bar')).toContainText(MARK);
  await alice.composer.fill(`${MARK} 改过的`);
  await alice.composer.press('Enter');
  await expect(alice.bubble('改过的')).toContainText('已编辑');
  expect(holds(await pageHeap(alice.page), MARK)).toBe(true);
  await alice.recall('改过的');
  await expect(alice.tip('你撤回了一条消息')).toBeVisible();
  await expectForgotten(() => pageHeap(alice.page), MARK);
});

test('list preview, notification, main process and worker forget it; nothing is opened for that', async ({
  world,
  openWindow,
  connectPeer,
  tempDir,
}) => {
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const to = [world.bob.uid, 1] as const;
  await bob.openChat(world.group.name);
  const secret = await carol.sendText(...to, `${MARK} 只在内存里找`);
  await expect(bob.conversation(world.carol.name)).toContainText(MARK);
  await expect
    .poll(async () => (await bob.app.native.notifications()).some(({ body }) => body.includes(MARK)))
    .toBe(true);
  expect(holds(await mainHeap(bob.app, tempDir), MARK)).toBe(true);
  // (The worker need not hold a text that is stored and passed on: another word shows that what it holds is found.)
  expect(holds(await coreHeap(bob.app, tempDir), world.bob.uid)).toBe(true);
  // Not the last message any more: the row that showed it is not drawn again by its recall.
  await carol.sendText(...to, '后面一条');
  await expect(bob.conversation(world.carol.name)).toContainText('后面一条');

  await carol.revoke(...to, secret);
  await expect
    .poll(async () => (await bob.app.native.notifications()).some(({ body }) => body.includes(MARK)))
    .toBe(false);
  await expectForgotten(() => pageHeap(bob.page), MARK);
  await expectForgotten(() => mainHeap(bob.app, tempDir), MARK);
  await expectForgotten(() => coreHeap(bob.app, tempDir), MARK);
});
