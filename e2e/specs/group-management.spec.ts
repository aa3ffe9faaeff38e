/** What owner and managers do in a group, and what the others see of it (more.md 8). */
import {
  BLUE,
  colouredPng,
  expectAvatar,
  GREEN,
  RED,
  setAvatar,
  twoColouredPng,
} from '../fixtures/people/avatars.ts';
import type { AppWindow } from '../fixtures/test.ts';
import { expect, test } from '../fixtures/test.ts';

// The shortest mute that a server knows is a minute, which nobody has to wait for here.
test.use({ serverArgs: ['--shortest-mute', '15'] });

/** The pane of the group's info and its pages, whichever is open. */
const paneOf = ({ page }: AppWindow) => page.locator('[data-region="info"]');

async function openInfo(window: AppWindow, group: string) {
  await window.openChat(group);
  await window.page.keyboard.press('Control+I');
  const pane = paneOf(window);
  await expect(pane).toHaveAccessibleName('群信息');
  return pane;
}

test('mutes end by themselves, nicknames, notices, pictures and rules reach the members', async ({
  world,
  openWindow,
  connectPeer,
}, testInfo) => {
  test.setTimeout(180_000);
  const { group, carol } = world;
  const path = `groups/${group.channelId}`;
  const [owner, member, bob] = await Promise.all([
    openWindow(world.alice),
    openWindow(carol),
    connectPeer(world.bob),
  ]);
  const { page } = owner;
  const pane = await openInfo(owner, group.name);
  await member.openChat(group.name);
  const rowOf = (name: string) => pane.getByRole('listitem').filter({ hasText: name });
  const back = (): Promise<void> => pane.getByRole('button', { name: '返回', exact: true }).click();

  // From the menu of a member, for as long as was chosen there; taken back there as well.
  const doTo = async (item: RegExp): Promise<void> => {
    await pane.getByRole('button', { name: `${carol.name} 的操作` }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await doTo(/^禁言 10 分钟/);
  await expect(rowOf(carol.name)).toContainText(/还剩 (10|9) 分钟/);
  await expect(member.page.getByTestId('composer-blocked')).toContainText(/你已被禁言，还剩 (10|9) 分钟/);
  await doTo(/^解除禁言/);
  await expect(rowOf(carol.name)).not.toContainText('还剩');
  await expect(member.composer).toBeVisible();

  // The shortest one, which ends while other things are done.
  const mute = (key: number): Promise<unknown> =>
    bob.call('POST', `${path}/forbidden_with_member`, { member_uid: carol.uid, action: 1, key });
  await mute(1);
  await expect(rowOf(carol.name)).toContainText(/还剩 \d+ 秒/);
  await expect(member.page.getByTestId('composer-blocked')).toContainText(/你已被禁言，还剩 \d+ 秒/);
  await page.screenshot({ path: testInfo.outputPath('muted-row.png') });
  await member.page.screenshot({ path: testInfo.outputPath('muted-composer.png') });

  // What I am called here, in the flow of the others and where they mention.
  await owner.sendAcked('今天发版');
  await pane.getByRole('button', { name: /^我在本群的昵称/ }).click();
  await pane.getByRole('textbox').fill('一'.repeat(21));
  await expect(pane.getByText('21 / 20')).toBeVisible();
  await expect(pane.getByRole('button', { name: '保存' })).toBeDisabled();
  await pane.getByRole('textbox').fill('发版员');
  await pane.getByRole('textbox').press('Enter');
  await expect(pane.getByRole('button', { name: /^我在本群的昵称/ })).toContainText('发版员');
  await expect(member.flow.getByRole('article', { name: '今天发版' })).toContainText('发版员');
  await bob.sendText(group.channelId, group.channelType, '收到');
  await expect(owner.bubble('收到')).toBeVisible();

  // The notice: its author, who has read it, what it said before.
  await pane.getByRole('button', { name: /^群公告/ }).click();
  await pane.getByRole('button', { name: '编辑群公告' }).click();
  const writing = page.getByRole('dialog');
  await writing.getByRole('textbox').fill('周三发布');
  await writing.getByRole('button', { name: '保存' }).click();
  await expect(writing).toHaveCount(0);
  const notice = pane.getByRole('article', { name: '群公告' });
  await expect(notice).toContainText('周三发布');
  await expect(notice).toContainText(/安然|发版员/);
  await expect(notice.getByRole('button', { name: '1 已读' })).toBeVisible();
  await expect(notice.getByRole('button', { name: '2 未读，提醒' })).toBeVisible();
  await pane.getByRole('button', { name: '修改群公告' }).click();
  await writing.getByRole('textbox').fill('周四发布');
  await writing.getByRole('switch', { name: '同时 @所有人' }).click();
  await writing.getByRole('button', { name: '保存' }).click();
  await expect(notice).toContainText('周四发布');
  await expect(pane.getByRole('list', { name: '历史' })).toContainText('周三发布');
  await expect(member.flow.getByRole('article', { name: /群公告：周四发布/ })).toBeVisible();
  // Whoever opens the page has read it.
  await member.page.keyboard.press('Control+I');
  const theirs = paneOf(member);
  await theirs.getByRole('button', { name: /^群公告/ }).click();
  await expect(theirs.getByRole('article', { name: '群公告' })).toContainText('周四发布');
  await expect(theirs.getByRole('button', { name: '修改群公告' })).toHaveCount(0);
  await theirs.getByRole('button', { name: '返回', exact: true }).click();
  await back();
  await pane.getByRole('button', { name: /^群公告/ }).click();
  await notice.getByRole('button', { name: '2 已读' }).click();
  await expect(page.getByRole('dialog', { name: '公告已读情况' })).toContainText(carol.name);
  await page.keyboard.press('Escape');
  await pane.getByRole('list', { name: '历史' }).getByRole('button', { name: '删除公告' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '删除公告' }).click();
  await expect(pane.getByText('周三发布')).toHaveCount(0);
  await back();

  // The mute is over: nobody has done anything, and she can write.
  await expect(member.composer).toBeVisible({ timeout: 60_000 });
  await expect(rowOf(carol.name)).not.toContainText('还剩');
  await member.sendAcked('终于');
  await expect.poll(() => bob.received.map(({ payload }) => payload['content'])).toContain('终于');

  // A picture: cut out of one, then made of the members' own.
  await setAvatar(bob, `users/${bob.uid}`, colouredPng(BLUE));
  await pane.getByRole('button', { name: '群头像与名称' }).click();
  await page
    .getByTestId('pick-group-avatar')
    .setInputFiles({ name: 'group.png', mimeType: 'image/png', buffer: twoColouredPng(RED, GREEN) });
  const crop = page.getByRole('dialog', { name: '裁剪群头像' });
  const area = crop.getByRole('group', { name: '移动和缩放图片' });
  await area.focus();
  for (let step = 0; step < 40; step += 1) await area.press('ArrowLeft');
  await crop.getByRole('button', { name: '使用' }).click();
  await expect(crop).toHaveCount(0);
  await expectAvatar(member.conversation(group.name), 'green');
  const cut = await pictureOf(world.api, group.channelId);
  await pane.getByRole('button', { name: '用成员头像' }).click();
  const mosaic = page.getByRole('dialog', { name: '用成员头像' });
  await expect(mosaic.getByRole('img', { name: '预览' })).toBeVisible();
  await mosaic.screenshot({ path: testInfo.outputPath('mosaic.png') });
  await mosaic.getByRole('button', { name: '使用' }).click();
  await expect(mosaic).toHaveCount(0);
  await expect.poll(() => pictureOf(world.api, group.channelId)).not.toBe(cut);
  await back();

  // Managers: from the list of them, somebody who is muted.
  await mute(2);
  await expect(member.page.getByTestId('composer-blocked')).toBeVisible();
  await pane.getByRole('button', { name: /^管理员/ }).click();
  await pane.getByRole('button', { name: '添加管理员' }).click();
  const picker = page.getByRole('dialog', { name: '添加管理员' });
  await picker.getByRole('option', { name: carol.name }).click();
  await picker.getByRole('button', { name: '添加管理员' }).click();
  await expect(pane.getByRole('list', { name: '管理员' }).getByRole('listitem')).toHaveCount(2);
  await expect(theirs.getByText('你是管理员')).toBeVisible();
  // Managers are not muted: the server lets go of it, and so does the composer.
  await theirs.getByRole('button', { name: /^禁言名单/ }).click();
  await expect(theirs).toHaveAccessibleName('成员管理');
  await pane.getByRole('button', { name: `取消 ${carol.name}` }).click();
  await expect(member.page.getByRole('status').filter({ hasText: '你的管理权限已变更' })).toBeVisible();
  await expect(theirs).toHaveAccessibleName('群信息');
  await back();

  // The four rules.
  await pane.getByRole('button', { name: /^群管理/ }).click();
  for (const [rule, field] of [
    ['邀请需要审批', { invite: 1 }],
    ['禁止成员互加好友', { forbidden_add_friend: 1 }],
    ['新成员可查看历史消息', { allow_view_history_msg: 0 }],
    ['全员禁言', { forbidden: 1 }],
  ] as const) {
    await pane.getByRole('switch', { name: rule }).click();
    await expect.poll(() => bob.call('GET', path)).toMatchObject(field);
  }
  await expect(member.page.getByTestId('composer-blocked')).toBeVisible();
  // (A click before the switch shows what it did would ask for the same again.)
  const all = pane.getByRole('switch', { name: '全员禁言' });
  await expect(all).toBeChecked();
  await all.click();
  await expect.poll(() => bob.call('GET', path)).toMatchObject({ forbidden: 0 });
  await pane.getByRole('switch', { name: '保存到通讯录' }).click();
  await expect(pane.getByRole('switch', { name: '保存到通讯录' })).toBeChecked();
  await page.screenshot({ path: testInfo.outputPath('rules.png') });
  await page.getByRole('button', { name: /^通讯录/ }).click();
  await page.getByRole('tab', { name: /^群组/ }).click();
  await expect(page.getByText('已保存')).toBeVisible();
  await expect(member.composer).toBeVisible();
});

/** The bytes that everybody gets, as text. */
async function pictureOf(api: string, groupNo: string): Promise<string> {
  const response = await fetch(`${api}/v1/groups/${groupNo}/avatar`);
  return Buffer.from(await response.arrayBuffer()).toString('base64');
}

test('the blacklist keeps somebody out, another owner takes over, and pages close with the right to them', async ({
  world,
  openWindow,
  connectPeer,
}, testInfo) => {
  const { group } = world;
  const path = `groups/${group.channelId}`;
  const [owner, manager, carol] = await Promise.all([
    openWindow(world.alice),
    openWindow(world.bob),
    connectPeer(world.carol),
  ]);
  const { page } = owner;
  const pane = await openInfo(owner, group.name);
  const theirs = await openInfo(manager, group.name);

  // Who recalled whose message is for owner and managers to read, its words for nobody.
  await carol.revoke(group.channelId, 2, await carol.sendText(group.channelId, 2, '谁也不该再读到'));
  await theirs.getByRole('button', { name: '撤回记录' }).click();
  await expect(theirs).toHaveAccessibleName('撤回记录');
  await expect(theirs.getByRole('list', { name: '撤回记录' })).toContainText(
    `${world.carol.name} 撤回自己的`,
  );
  await expect(theirs).not.toContainText('谁也不该再读到');
  await theirs.getByRole('combobox', { name: '操作人' }).selectOption({ label: world.alice.name });
  await expect(theirs.getByText('没有撤回记录')).toBeVisible();
  await theirs.getByRole('combobox', { name: '操作人' }).selectOption({ label: '所有人' });
  await expect(theirs.getByRole('list', { name: '撤回记录' })).toBeVisible();
  await manager.page.screenshot({ path: testInfo.outputPath('recall-log.png') });
  await theirs.getByRole('button', { name: '返回' }).click();
  await expect(theirs).toHaveAccessibleName('群信息');

  // Removed for good: not by an invitation, not by the code.
  await pane.getByRole('button', { name: `${world.carol.name} 的操作` }).click();
  await page.getByRole('menuitem', { name: '移出并拉黑…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '移出并拉黑' }).click();
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect(pane.getByRole('listitem').filter({ hasText: world.carol.name })).toHaveCount(0);
  await expect.poll(async () => (await carol.sendText(group.channelId, 2, '还在吗')).reasonCode).not.toBe(1);
  // Two calls: between them somebody is on the list and in the group still.
  await expect(async () => {
    await expect(carol.call('POST', `${path}/members`, { members: [carol.uid] })).rejects.toThrow(/400|403/);
  }).toPass();
  await theirs.getByRole('button', { name: /^黑名单/ }).click();
  await expect(theirs.getByRole('list', { name: '黑名单' })).toContainText(world.carol.name);
  await manager.page.screenshot({ path: testInfo.outputPath('blacklist.png') });
  await theirs.getByRole('button', { name: `移出黑名单 ${world.carol.name}` }).click();
  await expect(theirs.getByText('黑名单是空的')).toBeVisible();
  await pane.getByRole('button', { name: '添加成员' }).first().click();
  const adding = page.getByRole('dialog');
  await adding.getByRole('option', { name: world.carol.name }).click();
  await adding.getByRole('button', { name: '添加成员', exact: true }).click();
  await expect(pane.getByRole('listitem').filter({ hasText: world.carol.name })).toBeVisible();
  await expect.poll(async () => (await carol.sendText(group.channelId, 2, '回来了')).reasonCode).toBe(1);

  // The owner leaves: is offered to name who follows.
  await pane.getByRole('button', { name: '退出群聊' }).click();
  const leaving = page.getByRole('alertdialog');
  await expect(leaving).toContainText('入群最早的成员会成为群主');
  await leaving.getByRole('button', { name: '先转让群主' }).click();
  await expect(pane).toHaveAccessibleName('转让群主');
  await expect(pane.getByRole('button', { name: '转让', exact: true })).toBeDisabled();
  await pane.getByRole('textbox', { name: '搜索成员' }).fill(world.bob.name.slice(0, 2));
  await pane.getByRole('radio', { name: world.bob.name }).click();
  await expect(pane).toContainText('转让后不能自行收回');
  await page.screenshot({ path: testInfo.outputPath('transfer.png') });
  await pane.getByRole('button', { name: `转让给 ${world.bob.name}` }).click();
  await expect(page.getByText(`${world.bob.name} 已成为群主`)).toBeVisible();
  await expect(pane).toHaveAccessibleName('群信息');
  await expect(pane.getByRole('button', { name: '转让群主' })).toHaveCount(0);
  await expect(page.getByText('你的管理权限已变更')).toHaveCount(0);
  await theirs.getByRole('button', { name: '返回', exact: true }).click();
  await expect(theirs.getByText('你是群主')).toBeVisible();

  // Whoever may no longer be on a page is brought back from it.
  await theirs.getByRole('button', { name: /^转让群主/ }).click();
  const bob = await connectPeer(world.bob);
  await bob.call('POST', `${path}/transfer/${world.alice.uid}`);
  await expect(theirs).toHaveAccessibleName('群信息');
  await expect(manager.page.getByText('你的管理权限已变更')).toBeVisible();
  await expect(pane.getByText('你是群主')).toBeVisible();
  await pane.getByRole('button', { name: '退出群聊' }).click();
  await leaving.getByRole('button', { name: '退出群聊', exact: true }).click();
  await expect(theirs.getByText('你是群主')).toBeVisible();
});
