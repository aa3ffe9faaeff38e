/**
 * A group that is too large to be given to the page whole: its list, a search in it, a mention of somebody far down.
 */
import { WHOLE_MEMBER_LIST } from '../../shared/ipc/contract/limits.ts';
import { expect, test } from '../fixtures/test.ts';
import { registerUser } from '../fixtures/people/peer.ts';
import { PASSWORD } from '../fixtures/people/world.ts';

// So many sign-ups are all that a server takes from one address in ten minutes.
test.use({ ownServers: true });

test('members by page and by search; a mention of one who was never on screen', async ({
  servers,
  world,
  openWindow,
  signInPeer,
}) => {
  test.setTimeout(120_000);
  const count = WHOLE_MEMBER_LIST + 10;
  const uids: string[] = [];
  for (let from = 0; from < count; from += 10)
    uids.push(
      ...(await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          registerUser(
            servers.api,
            `member-${from + i}`,
            PASSWORD,
            `同事 ${String(from + i).padStart(3, '0')}`,
          ),
        ),
      )),
    );
  const alice = await signInPeer(world.alice);
  await alice.call('POST', `groups/${world.group.channelId}/members`, { members: uids });

  const bob = await openWindow(world.bob);
  const { page } = bob;
  await bob.openChat(world.group.name);
  await expect(page.getByTestId('message-pane').getByText(`${count + 3} 人`)).toBeVisible();
  await expect(bob.flow.getByTestId('system-line').last()).toContainText('等另外');

  // By pinyin and number: the core's search.
  await bob.composer.pressSequentially('@tongshi207');
  const popup = page.getByRole('listbox', { name: '可提及的成员' });
  await expect(popup.getByRole('option', { name: '同事 207' })).toBeVisible();
  await expect(popup.getByRole('option')).toHaveCount(1);
  await bob.composer.press('Enter');
  await expect(bob.composer).toHaveValue('@同事 207 ');
  await bob.composer.pressSequentially('看这里');
  await bob.composer.press('Enter');
  // The whole name is marked, although it has a space: the page asked for this one member.
  await expect(bob.bubble('看这里').getByText('@同事 207', { exact: true })).toBeVisible();

  await page.keyboard.press('Control+I');
  const info = page.getByRole('complementary', { name: '群信息' });
  await info.getByRole('button', { name: `查看全部 ${count + 3} 人` }).click();
  const list = info.getByRole('list', { name: '成员' });
  await expect(list.getByRole('listitem').first()).toContainText(world.alice.name);
  expect(await list.locator('li').count()).toBeLessThan(50);
  await list.locator('..').evaluate((scroller) => (scroller.scrollTop = scroller.scrollHeight));
  await expect(list.getByText('同事 209')).toBeVisible();
  expect(await list.locator('li').count()).toBeLessThan(50);
  await info.getByRole('button', { name: '搜索成员' }).click();
  await info.getByRole('textbox', { name: '搜索成员' }).fill('198');
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await expect(list.getByText('同事 198')).toBeVisible();
  await info.getByRole('textbox', { name: '搜索成员' }).fill('nobody');
  await expect(info.getByText('没有找到成员')).toBeVisible();
});
