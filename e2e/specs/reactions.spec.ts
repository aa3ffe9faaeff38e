/** Reactions (docs/reactions.md) on the fake bridge: chips, quick row, picker, who reacted, keys, recall. */
import type { Page } from 'playwright';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import type { FakeControls } from '../fixtures/fake/fake-bridge.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';
import { MessageMaker } from '../fixtures/walk/every-kind.ts';

const GROUP = fakePeople('zh', 0).mainGroup;
const MAIN = /^悟空桌面端研发/;

async function openMain(page: Page): Promise<void> {
  await page.getByRole('option', { name: MAIN }).click();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
}
const articles = (page: Page) =>
  page
    .getByRole('log')
    .getByRole('article')
    .filter({ has: page.getByTestId('bubble') });
const chip = (page: Page, emoji: string) => page.locator(`[data-emoji="${emoji}"]`);
const recall = (page: Page, key: string): Promise<unknown> =>
  page.evaluate(
    ([channel, messageKey]) => window.wukong.invoke('messages.recall', { channel, key: messageKey }),
    [GROUP, key] as const,
  );

test('by pointer: a button beside the bubble, six at hand, all others behind it; the same takes it back, another replaces it', async ({
  openFake,
}) => {
  const page = await openFake();
  await openMain(page);
  const last = articles(page).last();
  await last.hover();
  await last.getByRole('button', { name: '添加回应' }).click();
  const quick = page.getByRole('dialog', { name: '添加回应' });
  await quick.getByRole('button', { name: '🎉' }).click();
  await expect(quick).toHaveCount(0);
  await expect(chip(page, '🎉')).toHaveAttribute('aria-pressed', 'true');
  await expect(chip(page, '🎉')).toHaveAccessibleName('🎉，1 人：你');
  await expect(last).toHaveAccessibleName(/回应 🎉 1（包括你）/);
  await expect(last.getByRole('button', { name: '添加回应' })).toBeFocused();

  // What was used last comes first; mine is marked.
  await last.getByRole('button', { name: '添加回应' }).click();
  await expect(quick.getByRole('button').first()).toHaveAccessibleName('🎉');
  await expect(quick.getByRole('button', { name: '🎉' })).toHaveAttribute('aria-pressed', 'true');
  await quick.getByRole('button', { name: '👍' }).click();
  await expect(chip(page, '👍')).toHaveAttribute('aria-pressed', 'true');
  await expect(chip(page, '🎉')).toHaveCount(0);
  await chip(page, '👍').click();
  await expect(page.getByTestId('reactions')).toHaveCount(0);
  await expect(last).toBeFocused();

  // Every emoji, from the menu.
  await last.getByTestId('bubble').click({ button: 'right' });
  const menu = page.getByRole('menu', { name: '消息操作' });
  await expect(menu.getByRole('menuitemcheckbox', { name: '👍' })).toBeVisible();
  await menu.getByRole('menuitem', { name: '更多表情' }).click();
  await page.getByRole('combobox', { name: '搜索表情' }).fill('rocket');
  await expect(page.getByRole('gridcell', { name: '火箭' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(chip(page, '🚀')).toBeVisible();
  await expect(page.getByTestId('emoji-panel')).toHaveCount(0);
});

test('by keys: + and a number; arrows in the menu; who reacted', async ({ openFake }) => {
  const page = await openFake({ width: 720, height: 480 });
  await openMain(page);
  const last = articles(page).last();
  await last.focus();
  await page.keyboard.press('+');
  await expect(page.getByRole('dialog', { name: '添加回应' }).getByRole('button').first()).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Escape');
  await expect(last).toBeFocused();
  await page.keyboard.press('+');
  await page.keyboard.press('2');
  await expect(chip(page, '❤️')).toHaveAttribute('aria-pressed', 'true');
  // The chip is a stop after its bubble.
  await last.focus();
  await page.keyboard.press('Shift+F10');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('menuitemcheckbox').first()).toBeFocused();
  await expect(page.getByRole('menuitemcheckbox', { name: '❤️' })).toHaveAttribute('aria-checked', 'true');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: '回复' })).toBeFocused();
  await page.getByRole('menuitem', { name: '谁回应了' }).click();
  const who = page.getByRole('dialog', { name: '谁回应了' });
  await expect(who.getByTestId('reactor')).toHaveCount(1);
  await expect(who.getByText('再点一次自己的可取消')).toBeVisible();
  await expect(who).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Escape');
  await expect(who).toHaveCount(0);
});

test.describe('a recall', () => {
  for (const what of ['who', 'quick', 'all'] as const)
    test(`takes chips and what is open along (${what}), and the focus is on its line`, async ({
      openFake,
    }) => {
      const page = await openFake();
      await openMain(page);
      const own = articles(page).filter({ hasText: '同意' });
      await own.focus();
      await page.keyboard.press('+');
      await page.keyboard.press('4');
      await expect(chip(page, '🎉')).toBeVisible();
      if (what === 'who') await chip(page, '🎉').click({ button: 'right' });
      else {
        await own.focus();
        await page.keyboard.press('+');
        if (what === 'all') await page.getByRole('button', { name: '更多表情' }).click();
      }
      const dialog = page.getByRole('dialog', { name: what === 'who' ? '谁回应了' : '添加回应' });
      await expect(dialog).toBeVisible();
      const key = (await own.getAttribute('data-message-key')) ?? '';
      const line = page.locator(`article[data-message-key="${key}"][data-recall="done"]`);
      // What stands beside the line in the frame in which the words go.
      await page.evaluate((messageKey) => {
        const seen: string[] = [];
        Object.assign(window, { seen });
        new MutationObserver(() => {
          const article = document.querySelector(`article[data-message-key="${messageKey}"]`);
          const left = document.querySelector('[data-testid="reactions"], [role="dialog"]');
          if (article?.getAttribute('data-recall')) seen.push(left ? 'left' : 'clean');
        }).observe(document.body, { subtree: true, childList: true, attributes: true });
      }, key);
      await recall(page, key);
      await expect(line).toBeVisible();
      await expect(dialog).toHaveCount(0);
      await expect(page.getByTestId('reactions')).toHaveCount(0);
      const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
      expect([seen.includes('clean'), seen.includes('left')]).toEqual([true, false]);
      await expect(line).toBeFocused();
    });
});

test('a server without reactions: no button, no row, no key; those that are known are shown', async ({
  openFake,
}) => {
  const page = await openFake({ withoutReactions: true });
  await openMain(page);
  const last = articles(page).last();
  await last.hover();
  await expect(page.getByRole('button', { name: '添加回应' })).toHaveCount(0);
  await last.focus();
  await page.keyboard.press('+');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Shift+F10');
  await expect(page.getByRole('menu', { name: '消息操作' })).toBeVisible();
  await expect(page.getByRole('menuitemcheckbox')).toHaveCount(0);
});

test('new ones to own messages: a count under the flow leads to the oldest, which is seen once it is on screen', async ({
  openFake,
}) => {
  const page = await openFake({ width: 900, height: 600 });
  await openMain(page);
  const make = new MessageMaker('zh', 100);
  const reactions = [{ emoji: '👍', count: 1, mine: false, names: ['林知夏'] }];
  const others = () => Array.from({ length: 20 }, (_, index) => make.message(`别的 ${index + 1}`));
  const first = make.own('较早的一条', { reactions });
  const between = others();
  const second = make.own('较晚的一条', { reactions });
  const after = others();
  await page.evaluate(
    (messages) => (window as unknown as { fakeControls: FakeControls }).fakeControls.store(messages),
    [first, ...between, second, ...after],
  );
  await expect(articles(page).last()).toContainText('别的 20');
  const news = (...messageSeqs: number[]) =>
    page.evaluate(
      ([channel, newReactions]) =>
        (window as unknown as { fakeControls: FakeControls }).fakeControls.row(channel, { newReactions }),
      [GROUP, messageSeqs] as const,
    );
  const jump = page.getByTestId('jump');
  const seen = async (): Promise<unknown[]> =>
    (
      await page.evaluate(() =>
        (window as unknown as { fakeControls: FakeControls }).fakeControls.calls.filter(
          ({ channel }) => channel === 'messages.sawReactions',
        ),
      )
    ).map(({ args }) => (args as { messageSeqs: number[] }).messageSeqs);

  // At the newest message nothing else is offered, and the reader stays there.
  await news(first.messageSeq, second.messageSeq);
  await expect(jump).toHaveCount(1);
  await expect(jump).toHaveAccessibleName('2 条你的消息有新回应');
  await expect(jump).toHaveText('2');
  await expect(articles(page).last()).toBeInViewport();
  expect(await seen()).toEqual([]);

  // By keys: from the composer to the newest message, and over its button.
  await page.getByTestId('composer').focus();
  await page.keyboard.press('Shift+Tab');
  await expect(articles(page).last()).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(jump).toBeFocused();
  await page.keyboard.press('Enter');
  const bubbleOf = (text: string) => articles(page).filter({ hasText: text });
  await expect(bubbleOf('较早的一条')).toBeFocused();
  await expect(bubbleOf('较早的一条').getByTestId('reactions')).toBeInViewport();
  await expect.poll(seen).toEqual([[first.messageSeq]]);
  await expect(page.getByRole('button', { name: '1 条你的消息有新回应' })).toHaveText('1');

  await page.getByRole('button', { name: '1 条你的消息有新回应' }).click();
  await expect(bubbleOf('较晚的一条').getByTestId('reactions')).toBeInViewport();
  await expect.poll(seen).toEqual([[first.messageSeq], [second.messageSeq]]);
  await expect(page.getByRole('button', { name: /条你的消息有新回应/ })).toHaveCount(0);

  // One that comes while its message is looked at needs no way there, and is seen.
  await news(second.messageSeq);
  await expect.poll(seen).toHaveLength(3);
  await expect(page.getByRole('button', { name: /条你的消息有新回应/ })).toHaveCount(0);

  // Taken back, or gone with its message: so is the button.
  await news(first.messageSeq);
  await expect(page.getByRole('button', { name: /条你的消息有新回应/ })).toBeVisible();
  await news();
  await expect(page.getByRole('button', { name: /条你的消息有新回应/ })).toHaveCount(0);
});
