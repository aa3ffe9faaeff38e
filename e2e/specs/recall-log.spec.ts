/** The recall log of a group: from the server or from this device, which is said; saved as a table. */
import type { Page } from 'playwright';
import { fakeIds } from '../fixtures/fake/fake-names.ts';
import { expect, test } from '../fixtures/fake/fake-app.ts';

async function openLog(page: Page, group: RegExp): Promise<void> {
  await page.getByRole('option', { name: group }).click();
  await expect(page.getByRole('log').getByRole('article').first()).toBeVisible();
  await page.keyboard.press('Control+i');
  await page.locator('#info-page-recalls').click();
}

const saved = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => (globalThis as unknown as { savedTable?: string }).savedTable);

test('of the server: no word of this device, and a table of who, whose, kind and time', async ({
  openFake,
}, testInfo) => {
  const page = await openFake({ owns: true, height: 900 });
  await openLog(page, /^悟空桌面端研发/);
  const list = page.getByRole('list', { name: '撤回记录' });
  await expect(list.getByRole('listitem')).toHaveCount(4);
  await expect(page.getByTestId('recalls-local')).toHaveCount(0);
  await page.screenshot({ path: testInfo.outputPath('log.png') });

  await page.getByRole('combobox', { name: '操作人' }).selectOption({ label: '林知夏' });
  await expect(list.getByRole('listitem')).toHaveCount(2);
  await page.getByRole('button', { name: '另存为 CSV…' }).click();
  await expect(page.getByText('撤回记录已保存')).toBeVisible();
  const rows = (await saved(page))?.trimEnd().split('\r\n') ?? [];
  expect(rows[0]).toBe('\u{feff}"时间","撤回人","撤回人 ID","消息作者","作者 ID","类型"');
  expect(rows.slice(1).map((row) => row.replace(/^"[^"]+",/, ''))).toEqual([
    `"林知夏","${fakeIds.lin}","苏航","${fakeIds.su}","文字"`,
    `"林知夏","${fakeIds.lin}","林知夏","${fakeIds.lin}","图片"`,
  ]);
});

test('of this device: said on the page and in the table', async ({ openFake }, testInfo) => {
  const page = await openFake({
    owns: true,
    language: 'en',
    theme: 'dark',
    width: 900,
    height: 600,
    connection: { state: 'offline', nextTryAtMs: Date.now() + 60_000 },
  });
  await openLog(page, /^WuKong Desktop/);
  const note = 'Only recalls this device has seen; times are those of the messages';
  await expect(page.getByTestId('recalls-local')).toHaveText(note);
  await page.screenshot({ path: testInfo.outputPath('local.png') });
  await page.getByRole('button', { name: 'Save as CSV…' }).click();
  await expect(page.getByText('Recall log saved')).toBeVisible();
  const rows = (await saved(page))?.trimEnd().split('\r\n') ?? [];
  expect(rows[0]).toContain('"Time of the message"');
  expect(rows.at(-1)).toBe(`"${note}"`);
});
