/** Days and times are written and picked in the words of the interface, whatever the system's language is. */
import type { Page } from 'playwright';
import { expect, test } from '../fixtures/fake/fake-app.ts';

const year = new Date().getFullYear() + 1;

async function openExport(page: Page, more: string, item: RegExp): Promise<void> {
  await page.getByRole('option').first().click();
  await page.locator('[data-region="header"]').getByRole('button', { name: more, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

for (const { words, ...size } of [
  {
    width: 1280,
    height: 800,
    language: 'zh',
    theme: 'light',
    words: {
      more: '更多',
      item: /导出/,
      from: '从',
      format: '年-月-日',
      open: '打开日历',
      wrong: '请写成 2026-01-31 这样',
      march: `${year}年3月`,
      ninth: `${year}年3月9日`,
    },
  },
  {
    width: 720,
    height: 480,
    language: 'en',
    theme: 'dark',
    words: {
      more: 'More',
      item: /Export/,
      from: 'From',
      format: 'YYYY-MM-DD',
      open: 'Open calendar',
      wrong: 'Write it like 2026-01-31',
      march: `March ${year}`,
      ninth: `March 9, ${year}`,
    },
  },
] as const)
  test(`${size.width} ${size.language}: a day is written in several ways, wrong ones are said, and the calendar picks one`, async ({
    openFake,
  }, testInfo) => {
    const page = await openFake(size);
    await openExport(page, words.more, words.item);
    const dialog = page.getByRole('dialog').first();
    const from = dialog.getByRole('textbox', { name: words.from });
    await expect(from).toHaveAttribute('placeholder', words.format);
    await expect(page.locator('input[type="date"], input[type="time"]')).toHaveCount(0);

    await from.fill(`${year}/3/7`);
    await from.press('Tab');
    await expect(from).toHaveValue(`${year}-03-07`);
    await from.press('ArrowUp');
    await expect(from).toHaveValue(`${year}-03-08`);
    await expect(from).toBeFocused();
    await from.fill(`${year}-02-30`);
    await expect(dialog.getByRole('alert')).toHaveCount(0);
    await from.press('Tab');
    await expect(dialog.getByRole('alert')).toHaveText(words.wrong);
    await expect(from).toHaveAttribute('aria-invalid', 'true');
    await page.screenshot({ path: testInfo.outputPath('wrong.png') });

    await from.fill(`${year}-03-08`);
    await expect(dialog.getByRole('alert')).toHaveCount(0);
    await from.press('Alt+ArrowDown');
    const calendar = page.getByRole('dialog', { name: words.from, exact: true });
    await expect(calendar.getByTestId('calendar-month')).toHaveText(words.march);
    await expect(calendar).toBeInViewport({ ratio: 1 });
    await page.screenshot({ path: testInfo.outputPath('calendar.png') });
    // Esc ends the calendar alone, and the focus is where it was.
    await page.keyboard.press('Escape');
    await expect(calendar).toHaveCount(0);
    await expect(dialog).toBeVisible();
    await expect(from).toBeFocused();
    await dialog.getByRole('button', { name: words.open }).first().click();
    await expect(calendar.getByRole('gridcell', { selected: true })).toHaveText('8');
    await page.keyboard.press('ArrowRight');
    await expect(calendar.getByRole('button', { name: words.ninth })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(calendar).toHaveCount(0);
    await expect(from).toHaveValue(`${year}-03-09`);
    await expect(dialog).toBeVisible();
  });
