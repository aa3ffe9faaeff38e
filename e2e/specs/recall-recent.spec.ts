/** "Recall all I sent here in the last 2 minutes": what is asked, what goes, and what is said of the rest. */
import { expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';

// It stops its servers.
test.use({ ownServers: true });

const MARK = 'Rc4Kwords';

test('all own ones of the last two minutes go, others stay; what has not left is dropped; nothing listed says a word', async ({
  servers,
  openTwo,
}) => {
  test.setTimeout(120_000);
  const { alice, bob } = await openTwo('group');
  for (const text of ['一', '二', '三']) await alice.sendAcked(`${MARK} ${text}`);
  await bob.sendAcked('对方的一条');
  await expect(alice.bubble('对方的一条')).toBeVisible();
  await expect(bob.bubble(`${MARK} 三`)).toBeVisible();

  const question = alice.page.getByRole('alertdialog', { name: '撤回最近发的 3 条？' });
  await alice.page.getByRole('button', { name: '更多', exact: true }).click();
  await alice.page.getByRole('menuitem', { name: '撤回最近 2 分钟发的…' }).click();
  await expect(question).toBeVisible();
  await expect(question.getByRole('button', { name: '取消' })).toBeFocused();
  await expect(question.getByTestId('recent-kinds')).toHaveText(/^文字 ×3剩余 1:\d\d$/);
  await expect(question).not.toContainText(MARK);
  // One of them goes while the question is open.
  await alice.page.keyboard.press('Escape');
  await expect(question).toHaveCount(0);
  await alice.recall(`${MARK} 三`);
  await expect(alice.tip('你撤回了一条消息')).toBeVisible();

  await alice.page.keyboard.press('Control+Alt+z');
  const two = alice.page.getByRole('alertdialog', { name: '撤回最近发的 2 条？' });
  await two.getByRole('button', { name: '撤回 2 条' }).click();
  await expect(bob.page.getByTestId('recall-folded').or(bob.tip('撤回了')).first()).toBeVisible();
  await expectNowhere(MARK, alice.page, bob.page);
  await expect(alice.bubble('对方的一条')).toBeVisible();
  await expect(bob.bubble('对方的一条')).toBeVisible();

  // From the palette, too, once the question is gone: it holds the keys.
  await expect(two).toHaveCount(0);
  await alice.page.keyboard.press('Control+k');
  await expect(alice.page.getByRole('dialog').getByRole('combobox')).toBeFocused();
  await alice.page.keyboard.type('>撤回最近');
  await expect(alice.page.getByRole('option', { name: /撤回最近 2 分钟发的/ })).toBeVisible();
  await alice.page.keyboard.press('Enter');
  await expect(alice.page.getByText('最近 2 分钟内没有可以撤回的消息')).toBeVisible();

  await test.step('without a network: said before, honest afterwards', async () => {
    await alice.sendAcked(`${MARK} 已到`);
    await expect(bob.bubble(`${MARK} 已到`)).toBeVisible();
    await servers.stop();
    await alice.send(`${MARK} 未发`);
    await alice.page.keyboard.press('Control+Alt+z');
    await expect(two).toContainText('联网后才会撤回');
    await two.getByRole('button', { name: '撤回 2 条' }).click();
    const result = alice.page.getByRole('dialog', { name: '已撤回 1 条，共 2 条' });
    await expect(result).toContainText('等待');
    await expect(bob.bubble(`${MARK} 已到`)).toBeVisible();
    await servers.start();
    await expectNowhere(MARK, alice.page, bob.page);
  });
});
