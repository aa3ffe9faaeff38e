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
  test.setTimeout(180_000);
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
  await bob.page.getByRole('tab', { name: '贴纸', exact: true }).click();
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
  await bob.page.getByRole('tab', { name: '贴纸', exact: true }).click();
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
  await bob.page.getByRole('tab', { name: '贴纸', exact: true }).click();
  await expect(panel.locator('img')).toHaveCount(1);
  await carol.revoke(world.bob.uid, 1, sent);
  await expect(received).toHaveCount(0);
  await expect(panel.getByText('还没有贴纸')).toBeVisible();
  await expectNowhere(photo, bob.page);

  // A pack of the server: added from its store, shown moving, sent as phones do.
  await panel.getByRole('button', { name: '表情包商店' }).click();
  const store = bob.page.getByRole('dialog', { name: '表情包', exact: true });
  await store.getByRole('button', { name: '添加“小悟空”' }).click();
  await expect(store.getByRole('button', { name: '移除“小悟空”' })).toBeVisible();
  await bob.page.keyboard.press('Escape');
  await panel.getByRole('tab', { name: '小悟空' }).click();
  const hello = panel.getByRole('button', { name: '发送贴纸“你好”，小悟空' });
  // (At the pointer it moves for longer than three runs.)
  await hello.hover();
  await expect(hello.locator('canvas')).toHaveAttribute('data-moves', 'true');
  await hello.click();
  const played = bob.flow.getByTestId('drawing');
  await played.hover();
  await expect(played).toHaveAttribute('data-moves', 'true');
  await expect(last).toHaveAttribute('aria-label', /已发送|已送达|已读/, { timeout: 15_000 });
  const pack = 'file/preview/sticker/packs/wukong/hello.lim';
  await expect
    .poll(() => carol.received.findLast(({ payload }) => payload['type'] === 12)?.payload)
    .toMatchObject({
      type: 12,
      url: pack,
      category: 'wukong',
      format: 'lim',
      placeholder: expect.stringMatching(/^M/),
    });

  // Recalled, the message is gone and the pack is not; whoever collected one of it keeps it.
  const theirs = await carol.send(world.bob.uid, 1, {
    type: 12,
    url: pack,
    category: 'wukong',
    format: 'lim',
  });
  const drawings = bob.flow.getByTestId('drawing');
  await expect(drawings).toHaveCount(2);
  await (
    await menuOf(bob, bob.flow.getByTestId('sticker').last())
  )
    .getByRole('menuitem', { name: '添加到表情' })
    .click();
  await expect(bob.page.getByText('已添加到我的贴纸').last()).toBeVisible();
  await bob.flow.getByTestId('sticker').first().click({ button: 'right' });
  await bob.page.getByRole('menu', { name: '消息操作' }).getByRole('menuitem', { name: /^撤回/ }).click();
  await carol.revoke(world.bob.uid, 1, theirs);
  await expect(drawings).toHaveCount(0);
  await bob.page.getByRole('button', { name: '表情', exact: true }).click();
  await bob.page.getByRole('tab', { name: '贴纸', exact: true }).click();
  await expect(panel.getByRole('tab', { name: '最近使用' })).toBeVisible();
  await expect(hello.locator('canvas')).toHaveCount(1);
  await panel.getByRole('tab', { name: '我的贴纸' }).click();
  await expect(panel.getByRole('group', { name: '我的贴纸' }).locator('canvas')).toHaveCount(1);
});
