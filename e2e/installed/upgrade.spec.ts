/** A newer package is installed over an older one; what a person had is there afterwards. */
import { execFileSync } from 'node:child_process';
import type { Page } from 'playwright';
import { expect, test } from '../fixtures/test.ts';
import { olderSchema, schemaVersions } from './older-profile.ts';

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: npm run dist:smoke does`);
  return value;
}

async function versionOf(page: Page): Promise<string> {
  const state = await page.evaluate(() => window.wukong.invoke('shell.state', undefined));
  return state.ok ? state.value.version : state.code;
}

test('profile, messages and unsent words of an older version are those of the newer one', async ({
  world,
  openWindow,
  reopen,
}) => {
  const before = await openWindow(world.alice);
  expect(await versionOf(before.page)).toBe(setting('WUKONG_OLDER_VERSION'));
  await before.openChat(world.bob.name);
  await before.sendAcked('written with the older version');
  await before.composer.fill('not sent yet');
  await before.openChat(world.group.name);
  await before.app.close();
  const now = schemaVersions(before.app.userDataDir);
  olderSchema(before.app.userDataDir, 6);
  expect(schemaVersions(before.app.userDataDir).cache).toBe(6);

  execFileSync(
    'apt-get',
    ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '-q', setting('WUKONG_NEWER_DEB')],
    {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: 'pipe',
    },
  );

  const after = await reopen(before.app);
  expect(await versionOf(after.page)).toBe(setting('WUKONG_NEWER_VERSION'));
  await after.openChat(world.bob.name);
  await expect(after.bubble('written with the older version')).toBeVisible();
  await expect(after.composer).toHaveValue('not sent yet');
  await after.composer.fill('written with the newer version');
  await after.composer.press('Enter');
  await expect(after.bubble('written with the newer version')).toHaveAttribute(
    'aria-label',
    /已发送|已送达|已读/,
  );
  expect(schemaVersions(before.app.userDataDir)).toEqual(now);
});
