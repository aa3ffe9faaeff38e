/**
 * What owner and managers of a group do from the window, on a server given by its address: a mute with its end, the
 * blacklist, another owner. (Approval of invitations: groups.spec.ts.)
 */
import { expect, test } from './external.ts';

test('a mute with its end, the blacklist, another owner', async ({ world, openWindow, connectPeer }) => {
  test.setTimeout(180_000);
  const { group } = world;
  const [owner, carol, bob] = await Promise.all([
    openWindow(world.alice),
    connectPeer(world.carol),
    connectPeer(world.bob),
  ]);
  const { page } = owner;
  await owner.openChat(group.name);
  await page.keyboard.press('Control+I');
  const pane = page.locator('[data-region="info"]');
  await expect(pane).toHaveAccessibleName('群信息');
  const answer = async (): Promise<number> =>
    (await carol.sendText(group.channelId, group.channelType, `还能说吗 ${Date.now()}`)).reasonCode;
  const row = pane.getByRole('listitem').filter({ hasText: world.carol.name });
  const menuOf = async (item: string): Promise<void> => {
    await pane.getByRole('button', { name: `${world.carol.name} 的操作` }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  expect(await answer()).toBe(1);

  await test.step('mute', async () => {
    await pane.getByRole('button', { name: `${world.carol.name} 的操作` }).click();
    await page.getByRole('menuitem', { name: /禁言.*1 小时/ }).click();
    await expect(row).toContainText(/还剩 (1 小时|\d+ 分钟)/);
    await expect.poll(answer).not.toBe(1);
    await menuOf('解除禁言');
    await expect(row).not.toContainText('还剩');
    await expect.poll(answer).toBe(1);
  });

  await test.step('blacklist', async () => {
    await menuOf('移出并拉黑…');
    await page.getByRole('alertdialog').getByRole('button', { name: '移出并拉黑' }).click();
    await expect(page.getByRole('alertdialog')).toHaveCount(0);
    await expect(row).toHaveCount(0);
    await expect.poll(answer).not.toBe(1);
    await pane.getByRole('button', { name: /^黑名单/ }).click();
    await expect(pane.getByRole('list', { name: '黑名单' })).toContainText(world.carol.name);
    await pane.getByRole('button', { name: `移出黑名单 ${world.carol.name}` }).click();
    await expect(pane.getByText('黑名单是空的')).toBeVisible();
    await pane.getByRole('button', { name: '返回', exact: true }).click();
  });

  await test.step('another owner', async () => {
    await pane.getByRole('button', { name: /^转让群主/ }).click();
    await pane.getByRole('radio', { name: world.bob.name }).click();
    await pane.getByRole('button', { name: `转让给 ${world.bob.name}` }).click();
    await expect(page.getByText(`${world.bob.name} 已成为群主`)).toBeVisible();
    await expect(pane.getByRole('button', { name: '转让群主' })).toHaveCount(0);
    const { role } = await bob.call<{ role: number }>('GET', `groups/${group.channelId}`);
    expect(role).toBe(1);
  });
});
