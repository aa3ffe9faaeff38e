/** Merged forwards on a server given by its address: sent as others read them, read, and blank with the recall. */
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { expect, test } from './external.ts';

const SECRET = '绝密的一条 Zf8';
const KEPT = '可以转发的一条';

test('sent from a selection, received by another client, read here, and recalled entry by entry', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  test.setTimeout(120_000);
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const secret = await carol.sendText(world.bob.uid, 1, SECRET);
  await carol.sendText(world.bob.uid, 1, KEPT);
  await bob.openChat(world.carol.name);
  await expect(bob.bubble(KEPT)).toBeVisible();
  const merged = () => carol.received.filter(({ payload }) => payload['type'] === 11);

  await test.step('by this app: as TSDD writes it', async () => {
    await bob.bubble(SECRET).focus();
    await bob.page.keyboard.press('x');
    await bob.page.keyboard.press('Shift+ArrowDown');
    await bob.page.getByRole('toolbar').getByRole('button', { name: '转发' }).click();
    const dialog = bob.page.getByRole('dialog');
    await dialog.getByRole('radio', { name: '合并转发' }).click();
    await dialog.getByRole('textbox', { name: '搜索会话、联系人' }).fill(world.carol.name);
    await dialog.getByRole('option', { name: world.carol.name }).first().click();
    await dialog.getByRole('button', { name: '转发' }).click();
    await expect.poll(() => merged().length).toBe(1);
    expect(merged()[0]?.payload).toMatchObject({
      channel_type: 1,
      users: [{ uid: world.carol.uid }],
      msgs: [
        { message_id: secret.messageId, from_uid: world.carol.uid, payload: { type: 1, content: SECRET } },
        { from_uid: world.carol.uid, payload: { type: 1, content: KEPT } },
      ],
    });
  });

  await test.step('by another client: a card, and its messages in a dialog', async () => {
    await carol.send(world.bob.uid, 1, merged()[0]?.payload ?? {});
    const card = bob.flow.getByTestId('history-card').last();
    await expect(bob.flow.getByTestId('history-card')).toHaveCount(2);
    await expect(card).toContainText(SECRET);
    await card.getByRole('button').click();
    await expect(bob.page.getByTestId('history-entry')).toHaveCount(2);
  });

  await test.step('recalled: out of both cards and the open dialog', async () => {
    await carol.revoke(world.bob.uid, 1, secret);
    await expect(bob.page.getByTestId('history-entry').first()).toHaveText('一条消息已被撤回');
    await expect(bob.page.getByTestId('history-entry').last()).toContainText(KEPT);
    await expectNowhere(SECRET, bob.page);
  });
});
