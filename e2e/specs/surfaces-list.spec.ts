/**
 * ui.md 5 "everywhere else", outside the conversation: list preview, unread and mention marks, badge, window title,
 * notifications (single and grouped), drafts.
 */
import { expect, test } from '../fixtures/test.ts';
import { colouredPng, expectAvatar, RED, setAvatar } from '../fixtures/people/avatars.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { expectPushedWithout, recordDeltas } from '../fixtures/app/leak-watch.ts';

const SECRET = '底价三百二十万 Wk5T';
const MARK = 'Wk5T';

test('preview, unread, mention, badge, title and notification forget a recalled mention', async ({
  world,
  openWindow,
}) => {
  const bob = await openWindow(world.bob);
  const alice = await openWindow(world.alice);
  const title = async (): Promise<string> => (await bob.app.native.window())?.title ?? '';
  const row = bob.conversation(world.group.name);
  // Nothing is unread before. A chat that is left before its messages are there was not read.
  await bob.read(world.group.name, world.carol.name, world.alice.name);
  await expect.poll(() => bob.app.native.badge()).toBe(0);
  await alice.openChat(world.group.name);
  await alice.sendAcked('普通的一条');
  await expect(row).toContainText('普通的一条');
  await expect(row).toContainText('1 条未读');
  await expect.poll(title).toContain('(1)');

  await alice.composer.pressSequentially('@柏');
  await alice.composer.press('Enter');
  await alice.composer.pressSequentially(SECRET);
  await alice.composer.press('Enter');
  await expect(row).toContainText(MARK);
  await expect(row).toContainText('有人@我');
  await expect(row).toContainText('2 条未读');
  await expect.poll(() => bob.app.native.badge()).toBe(2);
  await expect.poll(title).toContain('(2)');
  await expect
    .poll(async () => (await bob.app.native.notifications()).some(({ body }) => body.includes(MARK)))
    .toBe(true);

  await Promise.all([recordDeltas(bob.page), recordDeltas(alice.page)]);
  const position = await row.evaluate((element) =>
    [...(element.parentElement?.children ?? [])].indexOf(element),
  );
  await alice.recall(SECRET);
  await expect(row).toContainText('撤回了一条消息');
  await expect(row).not.toContainText('有人@我');
  await expect(row).toContainText('1 条未读');
  await expect(row.getByRole('button', { name: '重新编辑' })).toHaveCount(0);
  expect(await row.evaluate((element) => [...(element.parentElement?.children ?? [])].indexOf(element))).toBe(
    position,
  );
  await expect.poll(() => bob.app.native.badge()).toBe(1);
  await expect.poll(title).toContain('(1)');
  // The notification of the other message stays; none speaks of the recall.
  await expect
    .poll(async () => (await bob.app.native.notifications()).map(({ body }) => body.includes('普通的一条')))
    .toEqual([true]);
  await expectNowhere(MARK, bob.page, alice.page);
  await expectPushedWithout(bob.page, MARK);
  await expectPushedWithout(alice.page, MARK);
});

test('a folded notification is counted again, and goes with its last message', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const carol = await connectPeer(world.carol);
  await setAvatar(carol, `users/${carol.uid}`, colouredPng(RED));
  const bob = await openWindow(world.bob);
  // The picture is here, because the list shows it: a notification asks for none.
  await expectAvatar(bob.conversation(world.carol.name), 'red');
  const to = [world.bob.uid, 1] as const;
  const shown = async (): Promise<string[]> => (await bob.app.native.notifications()).map(({ body }) => body);
  await bob.read(world.carol.name, world.group.name, world.alice.name);
  await expect.poll(() => bob.app.native.badge()).toBe(0);
  const sent = [];
  for (const text of ['第一条', '第二条', '第三条', SECRET]) {
    sent.push(await carol.sendText(...to, text));
    await expect(bob.conversation(world.carol.name)).toContainText(text);
  }
  await expect.poll(shown).toEqual(['4 条新消息']);
  const [folded] = await bob.app.native.notifications();
  expect(folded?.pictured).not.toBe(false);

  await recordDeltas(bob.page);
  for (const [left, message] of [
    ['3 条新消息', sent[3]],
    ['2 条新消息', sent[2]],
  ] as const) {
    await carol.revoke(...to, message ?? { messageId: '', clientMsgNo: '' });
    await expect.poll(shown).toEqual([left]);
  }
  await carol.revoke(...to, sent[0] ?? { messageId: '', clientMsgNo: '' });
  await carol.revoke(...to, sent[1] ?? { messageId: '', clientMsgNo: '' });
  await expect.poll(shown).toEqual([]);
  await expect.poll(() => bob.app.native.badge()).toBe(0);
  await expectNowhere(MARK, bob.page);
  await expectPushedWithout(bob.page, MARK);
});

test('a draft that quotes it keeps its words and loses the quote, also over a restart', async ({
  world,
  openWindow,
  reopen,
  connectPeer,
}) => {
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const to = [world.bob.uid, 1] as const;
  const secret = await carol.sendText(...to, SECRET);
  await bob.openChat(world.carol.name);
  await bob.openMenu(SECRET).then((menu) => menu.getByRole('menuitem', { name: /回复/ }).click());
  await bob.composer.fill('还没想好怎么回');
  await bob.openChat(world.group.name);
  await expect(bob.conversation(world.carol.name)).toContainText('还没想好怎么回');

  await recordDeltas(bob.page);
  await carol.revoke(...to, secret);
  await expect
    .poll(async () => {
      const result = await bob.page.evaluate(
        (channelId) => window.wukong.invoke('drafts.get', { channel: { channelId, channelType: 1 } }),
        world.carol.uid,
      );
      return result.ok ? result.value : result;
    })
    .toMatchObject({ text: '还没想好怎么回', replyToMessageId: null });
  await expectPushedWithout(bob.page, MARK);
  await bob.openChat(world.carol.name);
  await expect(bob.composer).toHaveValue('还没想好怎么回');
  await expect(bob.page.getByText('引用的消息已撤回，将不带引用发送')).toBeVisible();
  await expectNowhere(MARK, bob.page);

  await bob.app.kill();
  const back = await reopen(bob.app);
  await back.openChat(world.carol.name);
  await expect(back.composer).toHaveValue('还没想好怎么回');
  await expect(back.page.getByTestId('reply-bar')).toHaveCount(0);
  await expectNowhere(MARK, back.page);
});
