/**
 * Pinned messages between people, on real servers (docs/pinned-messages.md): live, without a network, over a restart,
 * and nothing left on screen or disk once the message is recalled.
 */
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { type AppWindow, expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';

// It stops its servers.
test.use({ ownServers: true });

const SECRET = 'Zq7pinned 绝密的置顶';
const ERASED_WITHIN_MS = 15_000;

const bar = (chat: AppWindow) => chat.page.getByTestId('pinned-bar');
const pin = async (chat: AppWindow, text: string): Promise<void> => {
  const menu = await chat.openMenu(text);
  await menu.getByRole('menuitem', { name: '置顶消息' }).click();
};

test('seen by the other at once; kept without a network and over a restart; gone with the message', async ({
  servers,
  world,
  openTwo,
  reopen,
}) => {
  test.setTimeout(180_000);
  const { alice, bob } = await openTwo('person');
  await alice.sendAcked('置顶这一条');
  await expect(bob.bubble('置顶这一条')).toBeVisible();

  await test.step('live: in both bars, and a line says who', async () => {
    await pin(bob, '置顶这一条');
    await expect(bar(bob)).toContainText('置顶这一条');
    await expect(bar(alice)).toContainText('置顶这一条');
    await expect(alice.page.getByRole('log')).toContainText(`${world.bob.name} 置顶了`);
  });

  await alice.sendAcked(SECRET);
  await expect(bob.bubble(SECRET)).toBeVisible();
  await test.step('without a network: waits, also over a restart; sent once', async () => {
    await servers.stop();
    await pin(bob, SECRET);
    await expect(bar(bob)).toContainText('等待发送');
    await bob.app.close();
  });
  const back = await reopen(bob.app);
  await back.openChat(world.alice.name);
  await expect(bar(back)).toContainText(SECRET);
  await servers.start();
  await expect(bar(alice)).toContainText(SECRET);
  await expect(bar(back)).not.toContainText('等待发送');
  await expect(bar(alice)).toContainText('2 / 2');

  await test.step('recalled: nowhere, and the bar goes on with the other', async () => {
    await bar(back).getByRole('button', { name: '置顶列表' }).click();
    await expect(back.page.getByTestId('pin-row')).toHaveCount(2);
    await alice.recall(SECRET);
    await expect(back.page.getByTestId('pin-gone')).toBeVisible();
    await expect(back.page.getByTestId('pin-row')).toHaveCount(1);
    await expectNowhere(SECRET, alice.page, back.page);
    await back.page.keyboard.press('Escape');
    for (const chat of [alice, back]) {
      await expect(bar(chat)).toContainText('置顶这一条', { timeout: 10_000 });
      await expect
        .poll(() => scanForResidue([chat.app.userDataDir], [SECRET]).map(({ path }) => path), {
          timeout: ERASED_WITHIN_MS,
          intervals: [500],
        })
        .toEqual([]);
    }
  });

  await test.step('deleted for me: out of my bar, and only of mine', async () => {
    const menu = await back.openMenu('置顶这一条');
    await menu.getByRole('menuitem', { name: '仅为我删除' }).click();
    await back.page.getByRole('alertdialog').getByRole('button', { name: '删除' }).click();
    await expect(bar(back)).toHaveCount(0);
    await expect(bar(alice)).toContainText('置顶这一条');
  });
});
