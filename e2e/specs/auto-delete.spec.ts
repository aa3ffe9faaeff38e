/**
 * Messages that are deleted by themselves (docs/burn-after-reading.md): set in one window, in force in both, and erased
 * everywhere at their time.
 */
import { relative } from 'node:path';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { expect, test } from '../fixtures/test.ts';

const MARK = 'G0neLaterQz';
const SECRET = `${MARK} 过一会儿就没了`;
const SECONDS = 6;
const ERASED_WITHIN_MS = 15_000;

test('a chat deletes its messages by itself: set here, said there, erased in both windows and on disk', async ({
  world,
  openTwo,
  signInPeer,
}) => {
  test.setTimeout(120_000);
  const { alice, bob } = await openTwo('person');
  for (const { page } of [alice, bob]) await page.getByRole('button', { name: '会话信息' }).click();
  const row = (of: typeof alice) => of.page.getByRole('combobox', { name: '自动删除消息' });
  await expect(row(alice)).toHaveValue('0');
  await row(alice).selectOption({ label: '1 天' });
  await expect(row(bob)).toHaveValue('86400');
  await expect(bob.flow.getByText(/设置消息在 1 ?天 后自动删除/)).toBeVisible();
  const phone = await signInPeer(world.bob);
  const inForce = async (): Promise<unknown> =>
    (await phone.call<{ extra: Record<string, unknown> }>('GET', `channels/${world.alice.uid}/1`)).extra[
      'msg_auto_delete'
    ];
  expect(await inForce()).toBe(86_400);

  // Another client knows other times: they are shown, and in force.
  await phone.call('POST', `channels/${world.alice.uid}/1/message/autodelete`, { msg_auto_delete: SECONDS });
  await expect(row(alice)).toHaveValue(String(SECONDS));
  await expect(row(alice).getByRole('option', { name: `${SECONDS} 秒` })).toHaveCount(1);
  await alice.sendAcked(SECRET);
  await expect(bob.bubble(MARK)).toBeVisible();
  for (const one of [alice, bob])
    await expect(one.bubble(MARK)).toHaveCount(0, { timeout: ERASED_WITHIN_MS });
  await expectNowhere(MARK, alice.page, bob.page);
  for (const { app } of [alice, bob])
    await expect
      .poll(
        () =>
          scanForResidue([app.userDataDir], [MARK]).map(
            (hit) => `${relative(app.userDataDir, hit.path)}: ${hit.form} at ${hit.offset}`,
          ),
        { timeout: ERASED_WITHIN_MS, intervals: [500] },
      )
      .toEqual([]);

  await row(alice).selectOption({ label: '不删除' });
  await expect(row(bob)).toHaveValue('0');
  expect(await inForce()).toBeUndefined();
});

test('of a group owner and managers set it, the others read it and are told why they cannot', async ({
  world,
  openWindow,
  signInPeer,
}) => {
  const carol = await openWindow(world.carol);
  await carol.openChat(world.group.name);
  await carol.page.getByRole('button', { name: '会话信息' }).click();
  const row = carol.page.getByRole('combobox', { name: '自动删除消息' });
  await expect(row).toBeDisabled();
  await expect(row).toHaveAccessibleDescription('只有群主和管理员可以更改');
  const owner = await signInPeer(world.alice);
  await owner.call('POST', `channels/${world.group.channelId}/2/message/autodelete`, {
    msg_auto_delete: 7 * 86_400,
  });
  await expect(row).toHaveValue(String(7 * 86_400));
});
