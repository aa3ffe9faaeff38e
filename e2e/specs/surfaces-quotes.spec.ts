/**
 * ui.md 5 "everywhere else": quotes already on screen (here and in another chat), forwards, composer quoting it,
 * composer editing it.
 */
import { expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { expectPushedWithout, recordDeltas } from '../fixtures/app/leak-watch.ts';

const SECRET = '并购对象是北岸科技 Hn8C';
const MARK = 'Hn8C';
const GONE = '引用的消息已撤回';

test('quotes on screen are blanked here and in another chat; Enter jumps to the placeholder', async ({
  world,
  openTwo,
  connectPeer,
}) => {
  const { alice, bob } = await openTwo('group');
  const carol = await connectPeer(world.carol);
  await alice.sendAcked(SECRET);
  await expect(bob.bubble(SECRET)).toBeVisible();
  await bob.openMenu(SECRET).then((menu) => menu.getByRole('menuitem', { name: /回复/ }).click());
  await bob.composer.fill('同群里的引用');
  await bob.composer.press('Enter');
  await expect(alice.bubble('同群里的引用')).toContainText(MARK);

  // Carol's client quotes it in her chat with Bob, embedding the words as TSDD's clients do.
  await expect.poll(() => carol.received.some(({ payload }) => payload['content'] === SECRET)).toBe(true);
  const original = carol.received.find(({ payload }) => payload['content'] === SECRET);
  await carol.send(world.bob.uid, 1, {
    type: 1,
    content: '别处的引用',
    reply: {
      message_id: original?.messageId,
      message_seq: original?.messageSeq,
      from_uid: world.alice.uid,
      from_name: world.alice.name,
      payload: { type: 1, content: SECRET },
    },
  });
  await bob.openChat(world.carol.name);
  await expect(bob.bubble('别处的引用')).toContainText(MARK);

  await Promise.all([recordDeltas(bob.page), recordDeltas(alice.page)]);
  await alice.recall(SECRET);
  await expect(alice.bubble('同群里的引用')).toContainText(GONE);
  await expect(bob.bubble('别处的引用')).toContainText(GONE);
  await expectNowhere(MARK, alice.page, bob.page);
  await expectPushedWithout(bob.page, MARK);
  await expectPushedWithout(alice.page, MARK);

  await bob.openChat(world.group.name);
  const quote = bob.bubble('同群里的引用').getByRole('button', { name: new RegExp(GONE) });
  await quote.press('Enter');
  await expect(bob.flow.locator('[data-message-key]:focus').getByTestId('recall-tip')).toBeVisible();
});

test('a composer that quotes it sends without the quote; one that edits it keeps the words', async ({
  world,
  openTwo,
  signInPeer,
  connectPeer,
}) => {
  const { alice, bob } = await openTwo('group');
  const laptop = await signInPeer(world.alice);
  const carol = await connectPeer(world.carol);
  const group = [world.group.channelId, world.group.channelType] as const;
  await alice.sendAcked(SECRET);
  await expect.poll(() => carol.received.some(({ payload }) => payload['content'] === SECRET)).toBe(true);
  const sent = carol.received.find(({ payload }) => payload['content'] === SECRET);
  if (!sent) throw new Error('the message did not arrive');

  await bob.openMenu(SECRET).then((menu) => menu.getByRole('menuitem', { name: /回复/ }).click());
  await bob.composer.fill('不带引用的回答');
  await expect(bob.page.getByTestId('reply-bar')).toContainText(MARK);
  await alice.openMenu(SECRET).then((menu) => menu.getByRole('menuitem', { name: /^编辑/ }).click());
  await alice.composer.fill('改了一半的字');
  await expect(alice.page.getByTestId('edit-bar')).toContainText(MARK);

  await Promise.all([recordDeltas(bob.page), recordDeltas(alice.page)]);
  // Recalled by Alice's other device.
  await laptop.revoke(...group, sent);
  await expect(bob.page.getByTestId('reply-gone')).toHaveText('引用的消息已撤回，将不带引用发送');
  await expect(bob.composer).toHaveValue('不带引用的回答');
  await expect(alice.page.getByTestId('edit-bar')).toHaveCount(0);
  await expect(alice.composer).toHaveValue('改了一半的字');
  await expect(alice.flow.getByRole('button', { name: '重新编辑' })).toHaveCount(0);
  await expectNowhere(MARK, alice.page, bob.page);
  await expectPushedWithout(bob.page, MARK);
  await expectPushedWithout(alice.page, MARK);

  await bob.composer.press('Enter');
  await expect
    .poll(() => carol.received.find(({ payload }) => payload['content'] === '不带引用的回答')?.payload)
    .not.toHaveProperty('reply');
});
