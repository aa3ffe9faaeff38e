/** Collecting a sticker and an image of somebody, sending it from the panel, their recall: real servers, two people. */
import { chartPng } from '../../server/business/seed/demo-files.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { menuOf } from '../fixtures/people/media.ts';
import { expect, test } from '../fixtures/test.ts';

test('collected from a message, sent from the panel, received; gone with the recall of all that had it', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const uploaded = async (name: string): Promise<string> => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(chartPng())]), 'x.png');
    const answer = await fetch(`${carol.api}/v1/file/upload?type=chat&path=/1/${world.bob.uid}/${name}`, {
      method: 'POST',
      headers: { token: carol.token },
      body: form,
    });
    return ((await answer.json()) as { path: string }).path;
  };
  const name = `${Math.random().toString(16).slice(2)}.png`;
  const path = await uploaded(name);
  const original = await carol.send(world.bob.uid, 1, { type: 13, url: path, format: 'png' });
  await bob.openChat(world.carol.name);
  const sticker = bob.flow.getByTestId('sticker');
  await expect(sticker.locator('img')).toBeVisible();

  const menu = await menuOf(bob, sticker);
  await menu.getByRole('menuitem', { name: '添加到表情' }).click();
  await expect(bob.page.getByText('已添加到我的贴纸')).toBeVisible();

  await bob.page.getByRole('button', { name: '表情', exact: true }).click();
  await bob.page.getByRole('tab', { name: '我的贴纸' }).click();
  const panel = bob.page.getByTestId('sticker-panel');
  await expect(panel.locator('img')).toHaveCount(1);
  await panel.getByRole('button', { name: '发送第 1 个贴纸' }).click();
  await expect(panel).toHaveCount(0);
  await expect(bob.flow.getByTestId('image').locator('img')).toBeVisible();
  const last = bob.flow.getByRole('article').last();
  await expect(last).toHaveAttribute('aria-label', /已发送|已送达|已读/, { timeout: 15_000 });

  // Its file is a message's, and goes when the last one is recalled: so does what is collected.
  await carol.revoke(world.bob.uid, 1, original);
  await expect(sticker).toHaveCount(0);
  await bob.flow.getByTestId('image').click({ button: 'right' });
  await bob.page.getByRole('menu', { name: '消息操作' }).getByRole('menuitem', { name: /^撤回/ }).click();
  await expect(bob.flow.getByTestId('image')).toHaveCount(0);
  await expect(bob.flow.getByTestId('recall-tip')).toHaveCount(2);
  await bob.page.getByRole('button', { name: '表情', exact: true }).click();
  await bob.page.getByRole('tab', { name: '我的贴纸' }).click();
  await expect(panel.getByText('还没有贴纸')).toBeVisible();
  await expectNowhere(name, bob.page);

  // Of an image one is made, which is a file of its own, and goes with the recall of the image all the same.
  const photo = `${Math.random().toString(16).slice(2)}.png`;
  const image = { type: 2, url: await uploaded(photo), width: 300, height: 126 };
  await bob.page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  const sent = await carol.send(world.bob.uid, 1, image);
  const received = bob.flow.getByTestId('image');
  await expect(received.locator('img')).toBeVisible();
  const imageMenu = await menuOf(bob, received);
  await imageMenu.getByRole('menuitem', { name: '添加到表情' }).click();
  await bob.page.getByRole('button', { name: '表情', exact: true }).click();
  await bob.page.getByRole('tab', { name: '我的贴纸' }).click();
  await expect(panel.locator('img')).toHaveCount(1);
  await carol.revoke(world.bob.uid, 1, sent);
  await expect(received).toHaveCount(0);
  await expect(panel.getByText('还没有贴纸')).toBeVisible();
  await expectNowhere(photo, bob.page);
});
