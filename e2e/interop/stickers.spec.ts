/**
 * Stickers on a server given by its address: as phones send them (a drawing, a picture, a GIF), passed on, collected
 * where the server has the routes and not offered where it has none, and gone with their recall.
 */
import { gzipSync } from 'node:zlib';
import { chartPng } from '../../server/business/seed/demo-files.ts';
import { turningDrawing } from '../../shared/testing/turning-drawing.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { menuOf } from '../fixtures/people/media.ts';
import { movingGif } from '../fixtures/people/moving-gif.ts';
import { uploadAs } from '../fixtures/people/peer-files.ts';
import { expect, lastMessage, test } from './external.ts';

test('a phone’s stickers are shown, passed on as they came, and gone with their recall', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  test.setTimeout(180_000);
  const carol = await connectPeer(world.carol);
  const bob = await openWindow(world.bob);
  const to = { channelId: world.bob.uid, channelType: 1 };
  const drawingBytes = gzipSync(turningDrawing('x'));
  const files = {
    drawing: await uploadAs(carol, to, 'lim', drawingBytes),
    picture: await uploadAs(carol, to, 'png', chartPng()),
    gif: await uploadAs(carol, to, 'gif', movingGif({ width: 120, height: 80 })),
  };
  const collects = await carol.call('GET', 'sticker/user').then(
    () => true,
    () => false,
  );
  const phone = { category: 'c', placeholder: '[你好]' };
  const sent = [
    await carol.send(world.bob.uid, 1, { type: 12, url: files.drawing, format: 'lim', ...phone }),
    await carol.send(world.bob.uid, 1, { type: 13, url: files.picture, format: 'png', ...phone }),
    await carol.send(world.bob.uid, 1, { type: 3, url: files.gif, width: 120, height: 80 }),
  ];
  const shown = [
    bob.flow.getByTestId('drawing'),
    bob.flow.getByTestId('sticker').locator('img'),
    bob.flow.getByTestId('image'),
  ] as const;
  await bob.openChat(world.carol.name);
  for (const one of shown) await expect(one).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => shown[0].evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBeGreaterThan(1);

  await test.step('passed on: what others get is the file, as it was', async () => {
    await (await menuOf(bob, shown[0])).getByRole('menuitem', { name: '转发' }).click();
    const dialog = bob.page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: '搜索会话、联系人' }).fill(world.carol.name);
    await dialog.getByRole('option', { name: world.carol.name }).first().click();
    await dialog.getByRole('button', { name: '转发' }).click();
    await expect.poll(() => carol.received.at(-1)?.payload['type']).toBe(12);
    const payload = carol.received.at(-1)?.payload ?? {};
    expect(payload).toMatchObject({ type: 12, format: 'lim', ...phone });
    expect((await carol.file(String(payload['url']))).equals(drawingBytes)).toBe(true);
    await expect(shown[0]).toHaveCount(2);
    await (await menuOf(bob, shown[0].last())).getByRole('menuitem', { name: /^撤回/ }).click();
    await expect(shown[0]).toHaveCount(1);
    await expect.poll(async () => (await lastMessage(carol, world.bob.uid))?.revoke).toBe(1);
  });

  await test.step('collected where the server can, else not offered', async () => {
    const menu = await menuOf(bob, shown[1]);
    const add = menu.getByRole('menuitem', { name: '添加到表情' });
    if (collects) {
      await add.click();
      await expect(bob.page.getByText('已添加到我的贴纸')).toBeVisible();
      await bob.page.getByRole('button', { name: '表情', exact: true }).click();
      await bob.page.getByRole('tab', { name: '我的贴纸' }).first().click();
      await bob.page.getByTestId('sticker-panel').getByRole('button', { name: '发送第 1 个贴纸' }).click();
      await expect.poll(() => carol.received.at(-1)?.payload['type']).toBe(3);
      await (await menuOf(bob, shown[2].last())).getByRole('menuitem', { name: /^撤回/ }).click();
      await expect(shown[2]).toHaveCount(1);
    } else {
      await expect(add).toHaveCount(0);
      await bob.page.keyboard.press('Escape');
      await bob.page.getByRole('button', { name: '表情', exact: true }).click();
      await expect(bob.page.getByTestId('emoji-panel')).toBeVisible();
      await expect(bob.page.getByRole('tab', { name: '我的贴纸' })).toHaveCount(0);
      await bob.page.keyboard.press('Escape');
    }
  });

  await test.step('recalled: each leaves', async () => {
    for (const [index, message] of sent.entries()) {
      await carol.revoke(world.bob.uid, 1, message);
      await expect(shown[index] ?? bob.flow).toHaveCount(0);
    }
    for (const url of Object.values(files)) await expectNowhere(url, bob.page);
  });
});
