/** The page of storage where an organisation lets messages be kept for some days only. */
import { expect, test } from '../fixtures/fake/fake-app.ts';

const managed = (localStorageDays: number) => ({
  settings: [],
  server: null,
  registration: false,
  export: false,
  localStorageDays,
  appLock: false,
  appLockMinutes: null,
  blocked: null,
});

test('an organisation’s days are the longest that can be chosen, and say whose they are', async ({
  openFake,
}) => {
  const page = await openFake({ managed: managed(30) });
  await page.getByRole('button', { name: '设置' }).click();
  await page.getByRole('navigation', { name: '设置' }).getByRole('button', { name: '存储与缓存' }).click();
  const keep = page.getByLabel('自动清理媒体');
  await expect(keep.locator('option')).toHaveText(['30 天', '7 天后']);
  await expect(page.getByRole('main').getByText('由你的组织管理').first()).toBeVisible();
  await keep.selectOption('7 天后');
  await expect(keep).toHaveValue('7');

  const strict = await openFake({ managed: managed(7) });
  await strict.getByRole('button', { name: '设置' }).click();
  await strict.getByRole('navigation', { name: '设置' }).getByRole('button', { name: '存储与缓存' }).click();
  await expect(strict.getByLabel('自动清理媒体')).toBeDisabled();
  await expect(strict.getByLabel('自动清理媒体')).toHaveValue('0');
});
