/** "Forget everything on this computer": no file of the profile stays, and no byte of what was said in any of them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { expect, test } from '../fixtures/test.ts';

const SAID = 'Qw4zPlantedForget77';
const DRAFT = 'Qw4zDraftedForget78';

test('after the button in the settings nothing of the profile is on the disk', async ({
  world,
  openWindow,
  launchApp,
}) => {
  test.setTimeout(120_000);
  const alice = await openWindow(world.alice);
  await alice.openChat(world.bob.name);
  await alice.sendAcked(SAID);
  await alice.composer.fill(DRAFT);
  const profile = alice.app.userDataDir;
  expect(scanForResidue([profile], [SAID]).length).toBeGreaterThan(0);

  await alice.page.keyboard.press('Control+,');
  await alice.page.getByText('存储与缓存', { exact: true }).first().click();
  await alice.page.getByRole('button', { name: '忘记这台电脑上的一切…' }).click();
  const dialog = alice.page.getByRole('alertdialog');
  await expect(dialog).toContainText('服务器上的消息和你另存的文件不受影响');
  await dialog.getByRole('button', { name: '取消' }).click();
  await expect(dialog).toHaveCount(0);
  expect(existsSync(join(profile, 'accounts.json'))).toBe(true);
  await alice.page.getByRole('button', { name: '忘记这台电脑上的一切…' }).click();
  await dialog.getByRole('button', { name: '全部忘记' }).click();

  // Another process erases once this one has ended.
  await expect.poll(() => existsSync(profile), { timeout: 60_000 }).toBe(false);

  // The app starts as on the first day.
  const again = await launchApp({ userDataDir: profile });
  const page = await again.firstWindow();
  await expect(page.getByLabel('服务器地址')).toBeVisible();
  await expect(page.getByText(world.alice.name)).toHaveCount(0);
  expect(scanForResidue([profile], [SAID, DRAFT])).toEqual([]);
});
