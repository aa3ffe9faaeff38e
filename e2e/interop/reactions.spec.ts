/** Reactions on a real TSDD: both ways, one each, and what is left of them once their message is recalled. */
import { chartPng } from '../../server/business/seed/demo-files.ts';
import { images } from '../fixtures/people/media.ts';
import { uploadAs } from '../fixtures/people/peer-files.ts';
import { expect, test } from './external.ts';

test('reactions go both ways, replace each other, and leave with their message', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  test.setTimeout(120_000);
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const said = await carol.sendText(world.bob.uid, 1, '回应这一条');
  await bob.openChat(world.carol.name);
  const chip = (emoji: string) => bob.page.locator(`[data-emoji="${emoji}"]`);
  const rows = (): Promise<{ uid: string; emoji: string; is_deleted: number }[]> =>
    carol.call('POST', 'reaction/sync', { channel_id: world.bob.uid, channel_type: 1, seq: 0, limit: 100 });
  const mine = async (): Promise<string[]> =>
    (await rows())
      .filter(({ uid, is_deleted: gone }) => uid === world.bob.uid && gone === 0)
      .map(({ emoji }) => emoji);

  await bob.openMenu('回应这一条').then((menu) => menu.getByRole('menuitemcheckbox', { name: '👍' }).click());
  await expect.poll(mine).toEqual(['👍']);
  await carol.call('POST', 'reactions', {
    message_id: said.messageId,
    channel_id: world.bob.uid,
    channel_type: 1,
    emoji: '👍',
  });
  await expect(chip('👍')).toHaveText('👍2');
  await bob.openMenu('回应这一条').then((menu) => menu.getByRole('menuitemcheckbox', { name: '🎉' }).click());
  await expect.poll(mine).toEqual(['🎉']);
  await chip('🎉').click();
  await expect.poll(mine).toEqual([]);
  await carol.revoke(world.bob.uid, 1, said);
  await expect(bob.page.getByTestId('reactions')).toHaveCount(0);
  await carol
    .call('POST', 'reactions', {
      message_id: said.messageId,
      channel_id: world.bob.uid,
      channel_type: 1,
      emoji: '❤️',
    })
    .catch(() => undefined);
  await carol.sendText(world.bob.uid, 1, '之后');
  await expect(bob.bubble('之后')).toBeVisible();
  await expect(bob.page.getByTestId('reactions')).toHaveCount(0);

  // To a picture, from elsewhere.
  const url = await uploadAs(carol, { channelId: world.bob.uid, channelType: 1 }, 'png', chartPng());
  const photo = await carol.send(world.bob.uid, 1, { type: 2, url, width: 600, height: 252 });
  await expect(images(bob).locator('img')).toBeVisible();
  await carol.call('POST', 'reactions', {
    message_id: photo.messageId,
    channel_id: world.bob.uid,
    channel_type: 1,
    emoji: '👍',
  });
  await expect(chip('👍')).toHaveText('👍1');
  await carol.revoke(world.bob.uid, 1, photo);
  await expect(images(bob)).toHaveCount(0);
  await expect(bob.page.getByTestId('reactions')).toHaveCount(0);
});
