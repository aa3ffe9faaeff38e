/** Pinned messages (docs/pinned-messages.md) on the fake bridge: menu, key, bar, list, who may, recall of each. */
import type { Page } from 'playwright';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';

const GROUP = fakePeople('zh', 0).mainGroup;
const MAIN = /^悟空桌面端研发/;

async function openMain(page: Page): Promise<void> {
  await page.getByRole('option', { name: MAIN }).click();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
}
const bar = (page: Page) => page.getByTestId('pinned-bar');
const rows = (page: Page) => page.getByTestId('pin-row');
const ask = (page: Page, channel: 'messages.pin' | 'messages.recall', args: object): Promise<unknown> =>
  page.evaluate(([name, group, rest]) => window.wukong.invoke(name, { channel: group, ...rest } as never), [
    channel,
    GROUP,
    args,
  ] as const);

/** Says these words and pins them, one after another; answers the keys. */
async function pinned(page: Page, ...texts: string[]): Promise<string[]> {
  const keys: string[] = [];
  for (const text of texts) {
    await page.getByTestId('composer').fill(text);
    await page.keyboard.press('Enter');
    const article = page.getByRole('article', { name: new RegExp(text) });
    await expect(article).toBeVisible();
    const key = (await article.getAttribute('data-message-key')) ?? '';
    await ask(page, 'messages.pin', { key, on: true });
    keys.push(key);
  }
  return keys;
}

test('from the menu and by P; the bar walks, jumps, is put away and comes back', async ({ openFake }) => {
  const page = await openFake();
  await openMain(page);
  await expect(bar(page)).toHaveCount(0);
  await page.getByTestId('composer').fill('第一条要记住');
  await page.keyboard.press('Enter');
  const first = page.getByRole('article', { name: /第一条要记住/ });
  await first.getByTestId('bubble').click({ button: 'right' });
  await page.getByRole('menuitem', { name: '置顶消息' }).click();
  await expect(bar(page)).toContainText('第一条要记住');
  await page.getByTestId('composer').fill('第二条要记住');
  await page.keyboard.press('Enter');
  await page.getByRole('article', { name: /第二条要记住/ }).focus();
  await page.keyboard.press('p');
  await expect(page.getByRole('region', { name: '置顶消息，第 2 条，共 2 条' })).toContainText(
    '第二条要记住',
  );

  // A click shows it, and goes on to the one before.
  const jump = bar(page).getByRole('button').first();
  await jump.click();
  await expect(bar(page)).toContainText('第一条要记住');
  await jump.focus();
  await page.keyboard.press('ArrowDown');
  await expect(bar(page)).toContainText('第二条要记住');
  await page.keyboard.press('ArrowDown');
  await expect(bar(page)).toContainText('第一条要记住');

  await bar(page).getByRole('button', { name: '收起置顶消息' }).click();
  await expect(bar(page)).toHaveCount(0);
  await expect(page.getByTestId('composer')).toBeFocused();
  await page.getByRole('button', { name: '更多' }).click();
  await page.getByRole('menuitem', { name: '显示置顶消息（2）' }).click();
  await expect(bar(page)).toBeVisible();

  await first.focus();
  await page.keyboard.press('p');
  await expect(page.getByRole('region', { name: '置顶消息，第 1 条，共 1 条' })).toBeVisible();
});

test('the list: where each is, unpin one, all after a question', async ({ openFake }) => {
  const page = await openFake({ width: 720, height: 480 });
  await openMain(page);
  await pinned(page, '甲条', '乙条', '丙条');
  await bar(page).getByRole('button', { name: '置顶列表' }).click();
  await expect(rows(page)).toHaveCount(3);
  await rows(page).filter({ hasText: '乙条' }).getByRole('button', { name: '取消置顶' }).click();
  await expect(rows(page)).toHaveCount(2);
  await rows(page).filter({ hasText: '甲条' }).getByRole('button').first().click();
  await expect(bar(page)).toContainText('甲条');
  await bar(page).getByRole('button', { name: '置顶列表' }).click();
  await page.getByRole('button', { name: '全部取消' }).click();
  const question = page.getByRole('alertdialog', { name: '取消全部 2 条置顶？' });
  await expect(question.getByRole('button', { name: '取消', exact: true })).toBeFocused();
  await question.getByRole('button', { name: '全部取消' }).click();
  await expect(bar(page)).toHaveCount(0);
});

test('recalled: its words are out of bar and list in that frame, the bar says so and goes on', async ({
  openFake,
}) => {
  const page = await openFake();
  await openMain(page);
  const [other = '', secret = ''] = await pinned(page, '留下的', '绝密计划');
  await bar(page).getByRole('button', { name: '置顶列表' }).click();
  await expect(rows(page)).toHaveCount(2);
  await page.evaluate(
    ([group, key]) => {
      const seen: string[] = [];
      Object.assign(window, { seenAfter: seen });
      new MutationObserver(() => {
        // The first change of the page takes every place along.
        if (
          !document.querySelector(`article[data-message-key="${CSS.escape(key)}"] [data-testid="bubble"]`) &&
          document.body.textContent.includes('绝密计划')
        )
          seen.push(document.body.textContent);
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
      return window.wukong.invoke('messages.recall', { channel: group, key });
    },
    [GROUP, secret] as const,
  );
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByTestId('pin-gone')).toHaveText('置顶消息已撤回，已移除');
  expect(await page.evaluate(() => document.body.textContent)).not.toContain('绝密计划');
  expect(await page.evaluate(() => (window as unknown as { seenAfter: string[] }).seenAfter)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(bar(page)).toContainText('留下的');

  // An edit is there at once, too.
  await page.evaluate(
    ([group, key]) =>
      window.wukong.invoke('messages.edit', {
        channel: group,
        key,
        text: '改过的话',
        mention: { all: false, uids: [] },
      }),
    [GROUP, other] as const,
  );
  await expect(bar(page)).toContainText('改过的话');
  // The last one: the bar folds after it has said so; who was in it is in the composer.
  await bar(page).getByRole('button').last().focus();
  await ask(page, 'messages.recall', { key: other });
  await expect(page.getByTestId('pin-gone')).toBeVisible();
  await expect(bar(page)).toHaveCount(0);
  await expect(page.getByTestId('composer')).toBeFocused();
});

test('a server without pins has no entry, no key and no switch', async ({ openFake }) => {
  const page = await openFake({ withoutPins: true, owns: true });
  await openMain(page);
  const last = page
    .getByRole('log')
    .getByRole('article')
    .filter({ has: page.getByTestId('bubble') })
    .last();
  await last.getByTestId('bubble').click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: '转发' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: '置顶消息' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await last.focus();
  await page.keyboard.press('p');
  await expect(bar(page)).toHaveCount(0);
});
