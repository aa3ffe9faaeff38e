/** Who asks to be let into a group, as its owner answers. */
import type { Page } from 'playwright';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { fakeNames } from '../fixtures/fake/fake-names.ts';

const { name } = fakeNames('zh');

const paneOf = (page: Page) => page.locator('[data-region="info"]');

async function openInfo(page: Page): Promise<void> {
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await page.keyboard.press('Control+i');
  await expect(paneOf(page)).toHaveAccessibleName('群信息');
}

test('who asks to be let in is let in or refused, and what became of it stays', async ({ openFake }) => {
  const page = await openFake({ owns: true });
  await openInfo(page);
  await page.locator('#info-page-requests').click();
  const list = paneOf(page).getByRole('list', { name: '入群申请' });
  const asking = (who: string) => list.getByRole('listitem').filter({ hasText: who });
  await asking(name.zhou).getByRole('button', { name: '同意' }).click();
  await expect(asking(name.zhou)).toContainText(`${name.me} 已同意`);
  await asking('tangtao').getByRole('button', { name: '拒绝 tangtao' }).click();
  await expect(asking('tangtao')).toContainText(`${name.me} 已拒绝`);
  await expect(list.getByRole('button', { name: '同意' })).toHaveCount(0);
  await expect(asking('moli')).toBeVisible();
});
