/** Who has read an own message of a group, and "recall what X sent today", on the fake bridge. */
import type { Page } from 'playwright';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { fakePeople } from '../fixtures/fake/fake-people.ts';

const GROUP = fakePeople('zh', 0).mainGroup;

async function openMain(page: Page): Promise<void> {
  await page.getByRole('option', { name: /^悟空桌面端研发/ }).click();
  await expect(page.getByTestId('bubble').first()).toBeVisible();
}
const readBy = (page: Page) => page.getByRole('dialog', { name: '谁读过' });

test('by the count or the menu; two tabs; closed with the message, and the focus is on its line', async ({
  openFake,
}) => {
  const page = await openFake();
  await openMain(page);
  // Of a text, and over a picture.
  await page.getByRole('button', { name: '9 人已读' }).click();
  await expect(readBy(page).getByTestId('reader')).toHaveCount(9);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '8 人已读' }).click();
  await expect(readBy(page).getByRole('tab', { name: '已读 8' })).toHaveAttribute('aria-selected', 'true');
  await expect(readBy(page).getByTestId('reader')).toHaveCount(8);
  await page.keyboard.press('ArrowRight');
  await expect(readBy(page).getByRole('tab', { name: /^未读 \d/ })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(readBy(page)).toHaveCount(0);

  const article = page
    .getByRole('article')
    .filter({ has: page.getByRole('button', { name: /人已读/ }) })
    .last();
  const key = (await article.getAttribute('data-message-key')) ?? '';
  await article.focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: '谁读过' }).click();
  await expect(readBy(page).getByTestId('reader').first()).toBeVisible();
  await page.evaluate(
    ([channel, messageKey]) => window.wukong.invoke('messages.recall', { channel, key: messageKey }),
    [GROUP, key] as const,
  );
  await expect(readBy(page)).toHaveCount(0);
  await expect(page.locator(`article[data-message-key="${key}"]`)).toBeFocused();
});

test('none of what others said, and none in the menu of it', async ({ openFake }) => {
  const page = await openFake();
  await openMain(page);
  await page
    .getByRole('article')
    .filter({ has: page.getByTestId('bubble') })
    .filter({ hasNot: page.getByTestId('send-state') })
    .last()
    .getByTestId('bubble')
    .click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: '转发' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: '谁读过' })).toHaveCount(0);
});
