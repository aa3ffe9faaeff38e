/** Joining a group by what its code says: from a card in a chat, from a pasted link, with and without approval. */
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { qrPng } from '../fixtures/people/qr-png.ts';
import { expect, test } from '../fixtures/test.ts';

test('a card leads into a group and goes with its message; a pasted link asks the owner, who says yes', async ({
  world,
  openWindow,
  connectPeer,
}) => {
  test.setTimeout(120_000);
  const [alice, carol] = await Promise.all([connectPeer(world.alice), openWindow(world.carol)]);
  const { page } = carol;
  const groupOf = async (name: string): Promise<{ no: string; link: string }> => {
    const { group_no: no } = await alice.call<{ group_no: string }>('POST', 'group/create', {
      members: [world.bob.uid],
      name,
    });
    const { qrcode } = await alice.call<{ qrcode: string }>('GET', `groups/${no}/qrcode`);
    return { no, link: qrcode };
  };
  const tag = world.alice.uid.slice(0, 5);
  const first = await groupOf(`读书会${tag}`);
  const code = first.link.slice(first.link.lastIndexOf('/') + 1);
  const dialog = page.getByRole('dialog', { name: '加入群聊' });
  const card = carol.flow.getByTestId('group-card');

  // A recall takes the card, and what was opened from it.
  await carol.openChat(world.alice.name);
  const sent = await alice.sendText(world.carol.uid, 1, `来读书 ${first.link}`);
  await expect(card).toBeVisible();
  await card.getByRole('button', { name: '加入群聊' }).click();
  await expect(dialog).toContainText(`读书会${tag}`);
  await expect(dialog).toContainText('2 人');
  await alice.revoke(world.carol.uid, 1, sent);
  await expect(dialog).toHaveCount(0);
  await expect(card).toHaveCount(0);
  await expect(page.getByText('这条消息已被撤回')).toBeVisible();
  await expectNowhere(code, page);

  await alice.sendText(world.carol.uid, 1, first.link);
  await card.getByRole('button', { name: '加入群聊' }).click();
  await dialog.getByRole('button', { name: '加入群聊', exact: true }).click();
  await expect(page.getByRole('heading', { name: `读书会${tag}`, level: 1 })).toBeVisible();
  await carol.sendAcked('我来了');
  // The code to pass on: the picture, and the link for programs that take none.
  await page.keyboard.press('Control+i');
  const info = page.locator('[data-region="info"]');
  await info.getByRole('button', { name: '群二维码' }).click();
  await info.getByRole('button', { name: '复制', exact: true }).click();
  await expect(page.getByText('二维码和链接已复制')).toBeVisible();
  expect((await carol.app.native.clipboardImage())?.width).toBeGreaterThan(100);
  expect(await carol.app.native.clipboard()).toMatch(/^https?:\/\/.*\/v1\/qrcode\/\w+$/);
  await page.keyboard.press('Control+i');
  // Whoever is in is led there without a question.
  await carol.openChat(world.alice.name);
  await card.getByRole('button', { name: '加入群聊' }).click();
  await expect(page.getByRole('heading', { name: `读书会${tag}`, level: 1 })).toBeVisible();

  // So is whoever has a picture of its code.
  await carol.openChat(world.alice.name);
  await page.getByRole('button', { name: '新建', exact: true }).click();
  await page.getByRole('menuitem', { name: '通过链接加入群聊' }).click();
  await dialog.getByTestId('pick-code').setInputFiles([qrPng('code.png', first.link)]);
  await expect(page.getByRole('heading', { name: `读书会${tag}`, level: 1 })).toBeVisible();

  // With approval: the dialog says so, and who joins waits.
  const second = await groupOf(`观影会${tag}`);
  await alice.call('PUT', `groups/${second.no}`, { invite: '1' });
  await page.getByRole('button', { name: '新建', exact: true }).click();
  await page.getByRole('menuitem', { name: '通过链接加入群聊' }).click();
  await dialog.getByRole('textbox').fill('https://elsewhere.example/none');
  await dialog.getByRole('textbox').press('Enter');
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByRole('textbox').fill(second.link);
  await dialog.getByRole('textbox').press('Enter');
  await expect(dialog).toContainText('需要审批');
  await dialog.getByRole('button', { name: '申请加入' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByTestId('toast')).toContainText('申请已提交');
  // Said, and gone by itself.
  await expect(page.getByTestId('toast').getByRole('button')).toHaveCount(0);
  await expect(page.getByTestId('toast')).toHaveCount(0);
  await expect(carol.conversation(`观影会${tag}`)).toHaveCount(0);

  const invitation = (): string | undefined => {
    const asked = alice.received.find(
      ({ channelId, payload }) => channelId === second.no && payload['type'] === 1009,
    );
    return asked?.payload['invite_no'] as string | undefined;
  };
  await expect.poll(invitation).toBeDefined();
  const { url } = await alice.call<{ url: string }>(
    'GET',
    `groups/${second.no}/member/h5confirm?invite_no=${invitation()}`,
  );
  const leave = new URL(url).searchParams.get('auth_code') ?? '';
  await alice.call('POST', `group/invite/sure?auth_code=${leave}`);
  await expect(carol.conversation(`观影会${tag}`)).toBeVisible();
  await carol.openChat(`观影会${tag}`);
  await carol.sendAcked('等到了');
});
