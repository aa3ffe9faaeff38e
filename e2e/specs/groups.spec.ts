/** A group from the picker to its roles, and what the others see. */
import { expect, test } from '../fixtures/test.ts';

test('a new group from the people picker; roles, name and notice reach the members', async ({
  world,
  openWindow,
}) => {
  const carol = await openWindow(world.carol);
  const bob = await openWindow(world.bob);
  const { page } = carol;

  await page.getByRole('button', { name: '新建' }).click();
  await page.getByRole('menuitem', { name: '创建群聊' }).click();
  const picker = page.getByRole('dialog', { name: '创建群聊' });
  await expect(picker.getByRole('button', { name: '创建', exact: true })).toBeDisabled();
  await picker.getByText(world.alice.name).click();
  await picker.getByText(world.bob.name).click();
  await picker.getByLabel('群名称（选填）').fill('周五分享会');
  await picker.getByRole('button', { name: '创建', exact: true }).click();
  await expect(page.getByRole('heading', { name: '周五分享会' })).toBeVisible();
  await expect(carol.flow.getByTestId('system-line').first()).toContainText('加入群聊');
  await bob.openChat('周五分享会');
  await bob.sendAcked('我来讲撤回');
  await expect(carol.bubble('我来讲撤回')).toBeVisible();

  await page.keyboard.press('Control+I');
  const info = page.getByRole('complementary', { name: '群信息' });
  await expect(info.getByText('群主', { exact: true })).toBeVisible();
  await info.getByRole('button', { name: `${world.bob.name} 的操作` }).click();
  await page.getByRole('menuitem', { name: '设为管理员' }).click();
  await expect(bob.flow).toBeVisible();
  await expect(carol.bubble('我来讲撤回')).toContainText('管理员');
  await bob.page.keyboard.press('Control+I');
  await expect(bob.page.getByRole('complementary', { name: '群信息' }).getByText('你是管理员')).toBeVisible();

  await info.getByRole('button', { name: '修改群名称' }).click();
  const rename = page.getByRole('dialog');
  await rename.getByRole('textbox').fill('周五分享会（改）');
  await rename.getByRole('button', { name: '保存' }).click();
  await expect(bob.page.getByRole('heading', { name: '周五分享会（改）', level: 1 })).toBeVisible();
});
