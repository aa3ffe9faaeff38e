/**
 * Reactions between people, on real servers (docs/reactions.md): live, without a network, over a restart, and
 * nothing left on screen or disk once their message is recalled.
 */
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { type AppWindow, expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';

// It stops its servers.
test.use({ ownServers: true });

/** Nothing else on these computers has it. */
const RARE = '🪇';
const ERASED_WITHIN_MS = 15_000;

const chip = (chat: AppWindow, emoji: string) => chat.page.locator(`[data-emoji="${emoji}"]`);
/** By what the interface calls: no emoji is remembered as the one used last. */
const react = (chat: AppWindow, peer: string, text: string, emoji: string): Promise<unknown> =>
  chat.bubble(text).evaluate(
    (article, [channelId, value]) =>
      window.wukong.invoke('messages.react', {
        channel: { channelId: String(channelId), channelType: 1 },
        key: article.closest('[data-message-key]')?.getAttribute('data-message-key') ?? '',
        emoji: String(value),
      }),
    [peer, emoji],
  );

test('seen by the other at once, with the name; kept without a network and over a restart; gone with the message', async ({
  servers,
  world,
  openTwo,
  reopen,
}) => {
  test.setTimeout(180_000);
  const { alice, bob } = await openTwo('person');
  await alice.sendAcked('回应这一条');
  await expect(bob.bubble('回应这一条')).toBeVisible();

  await test.step('live, counted, one each; nobody is notified of it', async () => {
    await alice.app.native.focusWindow(false);
    await bob.bubble('回应这一条').hover();
    await bob.bubble('回应这一条').getByRole('button', { name: '添加回应' }).click();
    await bob.page.getByRole('dialog', { name: '添加回应' }).getByRole('button', { name: '👍' }).click();
    await expect(chip(alice, '👍')).toHaveAccessibleName(`👍，1 人：${world.bob.name}`);
    expect(await alice.app.native.notifications()).toEqual([]);
    await expect(alice.conversation(world.bob.name)).toContainText('回应这一条');
    await expect(alice.conversation(world.bob.name)).not.toContainText('条未读');
    await alice.app.native.focusWindow(true);
    await chip(alice, '👍').click();
    await expect(chip(bob, '👍')).toHaveText('👍2');
    await alice
      .openMenu('回应这一条')
      .then((menu) => menu.getByRole('menuitemcheckbox', { name: '🎉' }).click());
    await expect(chip(bob, '👍')).toHaveText('👍1');
    await expect(chip(bob, '🎉')).toHaveAccessibleName(`🎉，1 人：${world.alice.name}`);
    await chip(bob, '👍').click();
    await expect(chip(alice, '👍')).toHaveCount(0);
  });

  await test.step('without a network: shown as waiting, also after a restart; sent once', async () => {
    await servers.stop();
    await bob.bubble('回应这一条').hover();
    await bob.bubble('回应这一条').getByRole('button', { name: '添加回应' }).click();
    await bob.page.getByRole('dialog', { name: '添加回应' }).getByRole('button', { name: '❤️' }).click();
    await expect(chip(bob, '❤️')).toHaveAccessibleName(/等待发送/);
    await bob.app.close();
  });
  const back = await reopen(bob.app);
  await back.openChat(world.alice.name);
  await expect(chip(back, '❤️')).toHaveAccessibleName(/等待发送/);
  await servers.start();
  await expect(chip(alice, '❤️')).toHaveText('❤️1');
  await expect(chip(back, '❤️')).not.toHaveAccessibleName(/等待发送/);

  await test.step('recalled: nowhere', async () => {
    await react(back, world.alice.uid, '回应这一条', RARE);
    await expect(chip(alice, RARE)).toBeVisible();
    const left = (chat: AppWindow): string[] =>
      scanForResidue([chat.app.userDataDir], [RARE]).map(({ path }) => path);
    expect(left(back)).not.toEqual([]);
    await chip(alice, RARE).click({ button: 'right' });
    await expect(alice.page.getByRole('dialog', { name: '谁回应了' })).toContainText(world.bob.name);
    await alice.page.keyboard.press('Escape');
    await alice.recall('回应这一条');
    await expect(back.tip(`${world.alice.name} 撤回了一条消息`)).toBeVisible();
    await expect(back.page.getByTestId('reactions')).toHaveCount(0);
    await expectNowhere(RARE, alice.page, back.page);
    for (const chat of [alice, back])
      await expect.poll(() => left(chat), { timeout: ERASED_WITHIN_MS, intervals: [500] }).toEqual([]);
  });
});
