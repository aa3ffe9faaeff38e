/** People on a server given by its address: pictures, the own card, remark, blacklist. */
import {
  colouredPng,
  expectAvatar,
  GREEN,
  RED,
  setAvatar,
  twoColouredPng,
} from '../fixtures/people/avatars.ts';
import { expect, test } from './external.ts';

test('pictures, remark, blacklist and the own card', async ({
  world,
  openWindow,
  connectPeer,
  signInPeer,
}) => {
  test.setTimeout(180_000);
  const bob = await connectPeer(world.bob);
  await setAvatar(bob, `users/${bob.uid}`, colouredPng(RED));
  await bob.sendText(world.group.channelId, world.group.channelType, '早上好');
  const carol = await openWindow(world.carol);
  const { page } = carol;

  await test.step('pictures, and a change while one looks', async () => {
    await expectAvatar(carol.conversation(world.bob.name), 'red');
    await carol.openChat(world.group.name);
    await expectAvatar(carol.flow.getByRole('article', { name: '早上好' }), 'red');
    await setAvatar(bob, `users/${bob.uid}`, colouredPng(GREEN));
    await expectAvatar(carol.flow.getByRole('article', { name: '早上好' }), 'green');
  });

  const answer = async (): Promise<number> => (await bob.sendText(world.carol.uid, 1, '在吗')).reasonCode;
  const open = async (name: string): Promise<void> => {
    await carol.flow
      .getByRole('button', { name: `查看 ${name} 的资料` })
      .first()
      .click();
    await expect(page.getByRole('dialog', { name: `${name} 的资料` })).toBeVisible();
  };

  await test.step('remark', async () => {
    await open(world.bob.name);
    const remark = page.getByRole('textbox', { name: '备注（仅自己可见）' });
    await remark.fill('小舟');
    await remark.press('Enter');
    await expect(page.getByRole('dialog', { name: '小舟 的资料' })).toContainText(`昵称 ${world.bob.name}`);
    await expect(carol.conversation('小舟')).toBeVisible();
    await page.keyboard.press('Escape');
  });

  await test.step('blacklist', async () => {
    const more = async (item: string): Promise<void> => {
      await open('小舟');
      await page.getByRole('dialog', { name: '小舟 的资料' }).getByRole('button', { name: '更多' }).click();
      await page.getByRole('menu', { name: '更多' }).getByText(item).click();
    };
    await more('加入黑名单');
    await page.getByRole('alertdialog').getByRole('button', { name: '加入黑名单' }).click();
    await expect.poll(answer).toBe(4);
    await more('移出黑名单');
    await expect.poll(answer).toBe(1);
    await page.keyboard.press('Escape');
  });

  await test.step('the own card', async () => {
    await page.keyboard.press('Control+,');
    await page.getByRole('navigation', { name: '设置' }).getByRole('button', { name: '账号与设备' }).click();
    await page.getByTestId('pick-avatar').setInputFiles({
      name: 'me.png',
      mimeType: 'image/png',
      buffer: twoColouredPng(RED, RED),
    });
    await page.getByRole('dialog', { name: '裁剪头像' }).getByRole('button', { name: '使用' }).click();
    await expectAvatar(page.getByRole('main'), 'red');
    await page.getByRole('button', { name: '修改昵称' }).click();
    const rename = page.getByRole('dialog', { name: '修改昵称' });
    await rename.getByRole('textbox').fill(`${world.carol.name}新`);
    await rename.getByRole('textbox').press('Enter');
    await page.getByRole('radio', { name: '女' }).click();
    const alice = await signInPeer(world.alice);
    await expect
      .poll(() => alice.call('GET', `users/${world.carol.uid}`))
      .toMatchObject({ name: `${world.carol.name}新`, sex: 0 });
    await expect(page.getByText(/不可修改|设置短号/)).toBeVisible();
  });
});
