/**
 * Names, words and addresses of any length: every pane stays as wide as it is, nothing scrolls sideways, and every
 * control can be seen and reached.
 */
import type { Page } from 'playwright';
import { expect, test } from '../fixtures/fake/fake-app.ts';
import { hidden } from '../fixtures/walk/layout.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
] as const;

for (const size of SIZES)
  for (const language of ['zh', 'en'] as const)
    test(`${size.width}x${size.height} ${language}: names of any length hide nothing`, async ({
      openFake,
    }) => {
      const page = await openFake({ ...size, language, hostile: true });
      const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
      const found: string[] = [];
      const look = async (name: string, on: Page = page): Promise<void> => {
        for (const problem of await hidden(on)) found.push(`${name}: ${problem}`);
      };
      const rows = page.getByRole('option');
      await rows.first().click();
      await expect(page.getByTestId('bubble').first()).toBeVisible();
      await look('main');
      await rows.nth(1).click({ button: 'right' });
      await expect(page.getByRole('menu')).toBeVisible();
      await look('row-menu');
      await page.keyboard.press('Escape');
      await page.getByTestId('bubble').nth(2).click({ button: 'right' });
      await expect(page.getByRole('menu')).toBeVisible();
      await look('message-menu');
      await page.keyboard.press('Escape');
      await page
        .getByTestId('bubble')
        .first()
        .click({ modifiers: ['Control'] });
      await page.getByRole('toolbar').getByRole('button').nth(1).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await page.getByRole('dialog').getByRole('option').first().click();
      await look('forward');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+f');
      await page.keyboard.type(say('撤回', 'recall'));
      await expect(page.getByTestId('chat-search-count')).not.toBeEmpty();
      await look('chat-search');
      await page.keyboard.press('Escape');
      await page.getByTestId('composer').fill('@');
      await expect(
        page.getByTestId('message-pane').getByRole('listbox').getByRole('option').first(),
      ).toBeVisible();
      await look('mention');
      await page.getByTestId('composer').fill('');
      await page.keyboard.press('Control+i');
      const info = page.locator('[data-region="info"]');
      await expect(info.getByRole('switch').first()).toBeVisible();
      await look('group-info');
      await info
        .getByRole('button', { name: say('修改群名称', 'Edit name') })
        .or(info.getByRole('button').nth(1))
        .first()
        .click();
      await look('group-edit');
      await page.keyboard.press('Escape');
      await rows.nth(1).click();
      await expect(info.getByRole('switch').first()).toBeVisible();
      await look('person-info');
      await page.keyboard.press('Control+i');
      await page.keyboard.press('Control+Shift+F');
      await page.keyboard.type(say('撤回', 'recall'));
      await expect(page.locator('mark').first()).toBeVisible();
      await look('search');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+n');
      await expect(page.getByRole('dialog')).toBeVisible();
      await page.getByRole('dialog').getByRole('option').first().click();
      await look('new-group');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('dialog').getByRole('combobox')).toBeVisible();
      await look('palette');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: new RegExp(`^${say('通讯录', 'Contacts')}`) }).click();
      const tabs = page.getByRole('tab');
      await expect(tabs.first()).toBeVisible();
      for (let index = 0; index < (await tabs.count()); index += 1) {
        await tabs.nth(index).click();
        await expect(tabs.nth(index)).toHaveAttribute('aria-selected', 'true');
        await look(`contacts-${index + 1}`);
      }
      await page.keyboard.press('Control+,');
      const settings = page.getByRole('navigation').nth(1).getByRole('button');
      await expect(settings.first()).toBeVisible();
      for (let index = 0; index < (await settings.count()); index += 1) {
        await settings.nth(index).click();
        await expect(settings.nth(index)).toHaveAttribute('aria-current', 'page');
        await look(`settings-${index + 1}`);
      }
      const signIn = await openFake({ ...size, language, hostile: true, signedIn: false });
      await expect(signIn.getByRole('button').last()).toBeVisible();
      await look('sign-in', signIn);
      expect(found).toEqual([]);
    });
