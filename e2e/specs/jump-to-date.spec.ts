/** The calendar of a chat: which days have messages, how one gets there, and what it says where nothing is known. */
import type { Page } from 'playwright';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';

const GROUP = fakePeople('zh', 0).mainGroup;
const MAIN = /^悟空桌面端研发/;

const calendar = (page: Page) => page.getByRole('dialog', { name: '跳到日期' });
const day = (page: Page, at: Date) =>
  calendar(page).getByRole('button', {
    name: new Intl.DateTimeFormat('zh-CN', { dateStyle: 'full' }).format(at),
  });
const daysAgo = (days: number): Date => {
  const date = new Date();
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - days);
};
const monthName = (date: Date): string => `${date.getFullYear()}年${date.getMonth() + 1}月`;

async function openMain(page: Page): Promise<void> {
  await page.getByRole('option', { name: MAIN }).click();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
}
async function fromMenu(page: Page): Promise<void> {
  await page.getByRole('button', { name: '更多', exact: true }).click();
  await page.getByRole('menuitem', { name: '跳到日期' }).click();
  await expect(calendar(page)).toBeVisible();
}
/** Another month, as often as it takes. */
async function turnTo(page: Page, date: Date): Promise<void> {
  const months =
    (new Date().getFullYear() - date.getFullYear()) * 12 + new Date().getMonth() - date.getMonth();
  for (let month = 0; month < months; month += 1) await page.keyboard.press('PageUp');
  await expect(page.getByTestId('calendar-month')).toHaveText(monthName(date));
}
/** Asks the fake core for something that happens to all messages of the chat. */
const withAll = (page: Page, what: 'messages.recallMany' | 'messages.deleteForMe'): Promise<void> =>
  page.evaluate(
    async ([channel, name]) => {
      const page = await window.wukong.invoke('messages.page', {
        channel,
        anchor: { at: 'latest' },
        limit: 50,
      });
      if (!page.ok) throw new Error(page.message);
      await window.wukong.invoke(name, { channel, keys: page.value.messages.map(({ key }) => key) });
    },
    [GROUP, what] as const,
  );

// History: one message an hour before today; 120 of them are five days.
test('the pill of a day opens the calendar on that day; another day is gone to, and days without messages are closed', async ({
  openFake,
}) => {
  const page = await openFake({ history: 120 });
  await openMain(page);
  await page.getByRole('button', { name: '今天，跳到日期' }).click();
  await expect(calendar(page)).toBeVisible();
  await expect(day(page, daysAgo(0))).toBeFocused();
  await expect(day(page, daysAgo(0))).toHaveAttribute('aria-current', 'date');
  await expect(calendar(page).getByRole('gridcell', { selected: true })).toHaveText(
    String(daysAgo(0).getDate()),
  );
  await turnTo(page, daysAgo(3));
  await expect(day(page, daysAgo(3))).toHaveAttribute('data-mark', 'some');
  await day(page, daysAgo(3)).click();
  await expect(calendar(page)).toBeHidden();
  // The first of that day: its pill stands above it.
  const words = new Intl.DateTimeFormat('zh-CN', { month: 'short', day: 'numeric', weekday: 'short' }).format(
    daysAgo(3),
  );
  await expect(page.getByRole('button', { name: `${words}，跳到日期` })).toBeInViewport();

  // A day without messages says so and leads nowhere.
  await fromMenu(page);
  const silent = daysAgo(20);
  await turnTo(page, daysAgo(5));
  // Earlier than the first message: no month is offered there.
  if (monthName(silent) !== monthName(daysAgo(5)))
    await expect(calendar(page).getByRole('button', { name: '上个月' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  else {
    await expect(day(page, silent)).toHaveAttribute('aria-disabled', 'true');
    await expect(day(page, silent)).toHaveAccessibleName(/没有消息$/);
    await day(page, silent).click({ force: true });
    await expect(calendar(page)).toBeVisible();
  }
  await calendar(page).getByRole('button', { name: '最早' }).click();
  await expect(calendar(page)).toBeHidden();
  await expect(page.getByText('第 880 条，第 1 行')).toBeInViewport();
});

test('keys walk over days, weeks, months and years, Enter goes there, Escape back', async ({ openFake }) => {
  const page = await openFake({ history: 120 });
  await openMain(page);
  await fromMenu(page);
  await page.keyboard.press('ArrowLeft');
  await expect(day(page, daysAgo(1))).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(day(page, daysAgo(3))).toBeFocused();
  await page.keyboard.press('ArrowDown');
  // Not beyond today.
  await expect(day(page, daysAgo(0))).toBeFocused();
  await expect(calendar(page).getByRole('button', { name: '下个月' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  // Not before the first message.
  await page.keyboard.press('Shift+PageUp');
  await expect(day(page, daysAgo(5))).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(calendar(page)).toBeHidden();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('ARTICLE');
  await fromMenu(page);
  await page.keyboard.press('Escape');
  await expect(calendar(page)).toBeHidden();
  await expect(page.getByRole('button', { name: '更多', exact: true })).toBeFocused();
});

test('a day loses its mark with its last message, and keeps it for the line of a recalled one', async ({
  openFake,
}) => {
  const page = await openFake();
  await openMain(page);
  await fromMenu(page);
  await expect(day(page, daysAgo(0))).toHaveAttribute('data-mark', 'some');
  await withAll(page, 'messages.recallMany');
  await expect(page.getByTestId('bubble')).toHaveCount(0);
  await expect(page.locator('[data-recall="pending"]')).toHaveCount(0);
  await expect(day(page, daysAgo(0))).toHaveAttribute('data-mark', 'some');
  await withAll(page, 'messages.deleteForMe');
  await expect(day(page, daysAgo(0))).toHaveAttribute('data-mark', 'none');
  await expect(calendar(page).getByText('还没有消息').last()).toBeVisible();
  await expect(calendar(page).getByRole('button', { name: '最早' })).toHaveAttribute('aria-disabled', 'true');
  await page.getByTestId('composer').click();
  await expect(calendar(page)).toBeHidden();
});

test('without a network it says which days are not known, and still leads to them', async ({ openFake }) => {
  const page = await openFake({
    history: 120,
    connection: { state: 'offline', nextTryAtMs: Date.now() + 60_000 },
    width: 720,
    height: 480,
  });
  await openMain(page);
  await page.keyboard.press('Control+f');
  await page.getByRole('search').last().getByRole('button', { name: '跳到日期' }).click();
  await expect(calendar(page)).toBeVisible();
  await expect(calendar(page)).toBeInViewport({ ratio: 1 });
  await expect(calendar(page).getByText('有些日子还没有加载，联网后可查看')).toBeVisible();
  const before = daysAgo(120);
  await turnTo(page, before);
  await expect(day(page, before)).toHaveAccessibleName(/还没有加载$/);
  await day(page, before).click();
  await expect(page.getByTestId('toast')).toContainText('这一天没有消息，已到最近的一条');
});
