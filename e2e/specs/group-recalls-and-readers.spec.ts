/** In a group, on real servers: who has read an own message, and the owner's "recall what X sent today". */
import { expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';

const MARK = 'Mr9Twords';

test('readers by name, gone with the message; all a member sent today, counted, asked about and recalled', async ({
  world,
  openTwo,
}) => {
  test.setTimeout(120_000);
  const { alice, bob } = await openTwo('group');
  await alice.sendAcked('谁读了这一条');
  await expect(bob.bubble('谁读了这一条')).toBeVisible();

  await test.step('who has read it', async () => {
    await bob.page.bringToFront();
    await bob.page.getByTestId('composer').click();
    const count = alice.page.getByRole('button', { name: '1 人已读' });
    await expect(count).toBeVisible({ timeout: 15_000 });
    await count.click();
    const dialog = alice.page.getByRole('dialog', { name: '谁读过' });
    await expect(dialog.getByTestId('reader')).toHaveText([new RegExp(world.bob.name)]);
    await dialog.getByRole('tab', { name: '未读 1' }).click();
    await expect(dialog.getByTestId('reader')).toHaveText([new RegExp(world.carol.name)]);
    await alice.page.evaluate(
      ([channelId, key]) =>
        window.wukong.invoke('messages.recall', {
          channel: { channelId, channelType: 2 },
          key: String(key),
        }),
      [
        world.group.channelId,
        await alice
          .bubble('谁读了这一条')
          .evaluate((bubble) => bubble.closest('[data-message-key]')?.getAttribute('data-message-key')),
      ] as const,
    );
    await expect(dialog).toHaveCount(0);
  });

  await test.step('what a member sent today', async () => {
    for (const text of ['一', '二', '三']) await bob.sendAcked(`${MARK} ${text}`);
    await alice.sendAcked('我自己的');
    await expect(alice.bubble(`${MARK} 三`)).toBeVisible();
    await alice.page.keyboard.press('Control+i');
    await alice.page.getByRole('button', { name: `${world.bob.name} 的操作` }).click();
    await alice.page.getByRole('menuitem', { name: '撤回今天发的消息…' }).click();
    const question = alice.page.getByRole('alertdialog', {
      name: `撤回 ${world.bob.name} 今天的 3 条消息？`,
    });
    await expect(question.getByRole('button', { name: '取消' })).toBeFocused();
    await expect(question.getByTestId('recent-kinds')).toHaveText('文字 ×3');
    await expect(question).not.toContainText(MARK);
    // (No merged forward has any of them.)
    await expect(question.getByTestId('out-of-reach').getByRole('listitem')).toHaveText([
      '对方已保存的文件、导出与截图',
      '一直没有联网的设备',
    ]);
    await question.getByRole('radio', { name: '10 分钟内' }).click();
    await alice.page
      .getByRole('alertdialog', { name: `撤回 ${world.bob.name} 10 分钟内的 3 条消息？` })
      .getByRole('button', { name: '撤回 3 条' })
      .click();
    await expectNowhere(MARK, alice.page, bob.page);
    await expect(bob.bubble('我自己的')).toBeVisible();
  });
});
