/** Merged forwards on a server given by its address: sent as others read them, read, and blank with the recall. */
import { chartPng } from '../../server/business/seed/demo-files.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { film, FILM_HEIGHT, FILM_WIDTH } from '../fixtures/people/film.ts';
import { expectShown, menuOf } from '../fixtures/people/media.ts';
import type { SentMessage } from '../fixtures/people/peer.ts';
import { uploadAs } from '../fixtures/people/peer-files.ts';
import { filmAt } from '../fixtures/people/player.ts';
import { expect, test } from './external.ts';

const SECRET = '绝密的一条 Zf8';
const KEPT = '可以转发的一条';
const SECONDS = 8;

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

test('with a picture and a film in it: shown from the server’s files, recalled one by one and as a whole', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  test.setTimeout(120_000);
  const carol = await connectPeer(world.carol);
  const bob = await openWindow(world.bob);
  const to = { channelId: world.bob.uid, channelType: 1 };
  const cover = await uploadAs(carol, to, 'png', chartPng());
  const photo = await uploadAs(carol, to, 'png', chartPng());
  const bytes = film(SECONDS, { bytes: 200_000 });
  const payloads = [
    { type: 2, url: photo, width: 600, height: 252 },
    {
      type: 5,
      url: await uploadAs(carol, to, 'webm', bytes),
      cover,
      size: bytes.length,
      second: SECONDS,
      width: FILM_WIDTH,
      height: FILM_HEIGHT,
    },
  ];
  // Said in the group, read by both, and passed on to Bob as phones do it.
  const said: SentMessage[] = [];
  for (const payload of payloads)
    said.push(await carol.send(world.group.channelId, world.group.channelType, payload));
  const users = [{ uid: world.carol.uid, name: world.carol.name }];
  const forward = await carol.send(world.bob.uid, 1, {
    type: 11,
    channel_type: 2,
    users,
    msgs: [
      ...said.map(({ messageId }, index) => ({
        message_id: messageId,
        from_uid: world.carol.uid,
        timestamp: Math.floor(Date.now() / 1_000),
        payload: payloads[index],
      })),
      {
        message_id: '1',
        from_uid: world.carol.uid,
        timestamp: 1_700_000_000,
        payload: { type: 1, content: KEPT },
      },
    ],
  });
  await bob.openChat(world.carol.name);
  const card = bob.flow.getByTestId('history-card');
  await expect(card).toContainText('群的聊天记录');
  await card.getByRole('button').click();
  const entries = bob.page.getByTestId('history-entry');
  await expect(entries).toHaveCount(3);
  await expectShown(entries.nth(0).getByTestId('image'));
  await entries.nth(1).getByTestId('video').getByRole('button').first().click();
  const player = bob.page.getByTestId('film-viewer');
  await expect(player).toHaveAttribute('data-state', 'ready');
  await expect.poll(() => filmAt(bob.page)).toBeGreaterThan(0);
  const recall = (index: number): Promise<unknown> =>
    carol.revoke(world.group.channelId, world.group.channelType, said[index] ?? forward);

  await recall(1);
  await expect(player).toHaveCount(0);
  await expect(entries.nth(1)).toHaveText('一条消息已被撤回');
  await recall(0);
  await expect(entries.nth(0)).toHaveText('一条消息已被撤回');
  await expect(entries.nth(2)).toContainText(KEPT);
  await carol.revoke(world.bob.uid, 1, forward);
  await expect(entries).toHaveCount(0);
  await expect(bob.page.getByText('聊天记录已被撤回，已关闭')).toBeVisible();
  await expectNowhere(KEPT, bob.page);
  await bob.page.keyboard.press('Escape');

  // Sent merged from here, and taken back here.
  await carol.sendText(world.bob.uid, 1, KEPT);
  await carol.sendText(world.bob.uid, 1, '另一条');
  await expect(bob.bubble('另一条')).toBeVisible();
  await bob.bubble(KEPT).focus();
  await bob.page.keyboard.press('x');
  await bob.page.keyboard.press('Shift+ArrowDown');
  await bob.page.getByRole('toolbar').getByRole('button', { name: '转发' }).click();
  const dialog = bob.page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: '搜索会话、联系人' }).fill(world.alice.name);
  await dialog.getByRole('option', { name: world.alice.name }).first().click();
  await dialog.getByRole('radio', { name: '合并转发' }).click();
  await dialog.getByRole('button', { name: '转发' }).click();
  await bob.openChat(world.alice.name);
  await (await menuOf(bob, card)).getByRole('menuitem', { name: /^撤回/ }).click();
  await expect(card).toHaveCount(0);
  await expect(bob.tip('你撤回了一条消息')).toBeVisible();
});
