/** Messages pinned for everybody on a server given by its address: both ways, and gone with their message. */
import { chartPng } from '../../server/business/seed/demo-files.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { images } from '../fixtures/people/media.ts';
import { uploadAs } from '../fixtures/people/peer-files.ts';
import { expect, test } from './external.ts';

const SECRET = '绝密的置顶 Zq7';

interface Pinned {
  pinned_messages: { message_id: string; is_deleted: number }[];
}

test('pinned here and elsewhere, unpinned, and out of bar and list with the recall', async ({
  world,
  manage,
  openWindow,
  connectPeer,
}) => {
  test.setTimeout(120_000);
  await manage('POST', 'common/appconfig', { revoke_second: 120, channel_pinned_message_max_count: 50 });
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const toBob = { channel_id: world.bob.uid, channel_type: 1 };
  const bar = bob.page.getByTestId('pinned-bar');
  const pinned = async (): Promise<string[]> => {
    const { pinned_messages: rows } = await carol.call<Pinned>('POST', 'message/pinned/sync', {
      version: 0,
      ...toBob,
    });
    return rows.filter((row) => row.is_deleted !== 1).map((row) => row.message_id);
  };
  const byMenu = async (text: string, item: string): Promise<void> => {
    const menu = await bob.openMenu(text);
    await menu.getByRole('menuitem', { name: item }).click();
  };

  await carol.sendText(world.bob.uid, 1, '置顶这一条');
  const secret = await carol.sendText(world.bob.uid, 1, SECRET);
  await bob.openChat(world.carol.name);

  await test.step('by this app: on the server', async () => {
    await byMenu('置顶这一条', '置顶消息');
    await expect(bar).toContainText('置顶这一条');
    await expect.poll(async () => (await pinned()).length).toBe(1);
  });

  await test.step('by another client: in the bar at once', async () => {
    await carol.call('POST', 'message/pinned', {
      message_id: secret.messageId,
      message_seq: secret.messageSeq,
      ...toBob,
    });
    await expect(bar).toContainText(SECRET);
    await expect(bar).toContainText('2 / 2');
  });

  await test.step('recalled: nowhere, and the other one is left', async () => {
    await bar.getByRole('button', { name: '置顶列表' }).click();
    await expect(bob.page.getByTestId('pin-row')).toHaveCount(2);
    await carol.revoke(world.bob.uid, 1, secret);
    await expect(bob.page.getByTestId('pin-row')).toHaveCount(1);
    await expectNowhere(SECRET, bob.page);
    await bob.page.keyboard.press('Escape');
    await expect(bar).toContainText('置顶这一条');
  });

  await test.step('a picture: named in the bar, gone with its recall', async () => {
    const url = await uploadAs(carol, { channelId: world.bob.uid, channelType: 1 }, 'png', chartPng());
    const photo = await carol.send(world.bob.uid, 1, { type: 2, url, width: 600, height: 252 });
    await expect(images(bob)).toHaveCount(1);
    await carol.call('POST', 'message/pinned', {
      message_id: photo.messageId,
      message_seq: photo.messageSeq,
      ...toBob,
    });
    await expect(bar).toContainText('[图片]');
    await carol.revoke(world.bob.uid, 1, photo);
    await expect(bar).not.toContainText('[图片]');
    await expect(images(bob)).toHaveCount(0);
    await expect(bar).toContainText('置顶这一条');
  });

  await test.step('unpinned by this app: off the server', async () => {
    await byMenu('置顶这一条', '取消置顶');
    await expect(bar).toHaveCount(0);
    await expect.poll(pinned).toEqual([]);
  });
});
