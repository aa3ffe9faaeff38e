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
const react = async (chat: AppWindow, peer: string, text: string, emoji: string): Promise<unknown> =>
  reactTo(chat, peer, await keyOf(chat, text), emoji);
const keyOf = (chat: AppWindow, text: string): Promise<string> =>
  chat
    .bubble(text)
    .evaluate((bubble) => bubble.closest('[data-message-key]')?.getAttribute('data-message-key') ?? '');
const reactTo = (chat: AppWindow, peer: string, messageKey: string, emoji: string): Promise<unknown> =>
  chat.page.evaluate(
    ([channelId, key, value]) =>
      window.wukong.invoke('messages.react', {
        channel: { channelId, channelType: 1 },
        key,
        emoji: value,
      }),
    [peer, messageKey, emoji] as const,
  );
/** So many that what was said before is out of sight. */
const fill = (chat: AppWindow, peer: string): Promise<unknown> =>
  chat.page.evaluate(async (channelId) => {
    for (let index = 1; index <= 30; index += 1)
      await window.wukong.invoke('messages.send', {
        channel: { channelId, channelType: 1 },
        text: `往下的第 ${index} 条`,
        mention: { all: false, uids: [] },
        replyToMessageId: null,
      });
  }, peer);

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

  await test.step('to what was said further up: counted under the flow, led to, seen; gone with the message', async () => {
    await alice.sendAcked('往上的一条');
    await expect(back.bubble('往上的一条')).toBeVisible();
    const key = await keyOf(alice, '往上的一条');
    await fill(back, world.alice.uid);
    await expect(alice.bubble('往下的第 30 条')).toBeInViewport();
    const jump = alice.page.getByRole('button', { name: '1 条你的消息有新回应' });
    await reactTo(back, world.alice.uid, key, '👍');
    await expect(jump).toBeVisible();
    await expect(alice.bubble('往下的第 30 条')).toBeInViewport();
    await jump.click();
    await expect(chip(alice, '👍')).toBeInViewport();
    await expect(jump).toHaveCount(0);

    // An own one is none, nor is one that is looked at when it comes.
    await reactTo(alice, world.bob.uid, key, '🎉');
    await reactTo(back, world.alice.uid, key, '❤️');
    await expect(chip(alice, '❤️')).toBeInViewport();
    await alice.page.getByRole('button', { name: '回到最新消息' }).click();
    await expect(alice.bubble('往下的第 30 条')).toBeInViewport();
    await expect(jump).toHaveCount(0);
    await reactTo(back, world.alice.uid, key, '👍');
    await expect(jump).toBeVisible();
    await alice.page.evaluate(
      ([channelId, messageKey]) =>
        window.wukong.invoke('messages.recall', {
          channel: { channelId, channelType: 1 },
          key: messageKey,
        }),
      [world.bob.uid, key] as const,
    );
    await expect(jump).toHaveCount(0);
  });
});
