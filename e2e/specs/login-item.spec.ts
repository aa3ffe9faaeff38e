/** Start at login on Linux: what the switch of the settings leaves in the user's autostart folder. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { singleFileApp, writeApp } from '../fixtures/updates/single-file-app.ts';
import { type AppWindow, expect, test } from '../fixtures/test.ts';

/** The switch on the first page of the settings. */
async function startAtLogin({ page }: AppWindow): Promise<Locator> {
  await page.getByRole('button', { name: '设置' }).click();
  return page.getByRole('switch', { name: '开机时启动' });
}

test('an AppImage is started from where it is, where XDG_CONFIG_HOME says, until it is switched off', async ({
  runtime,
  world,
  openWindow,
  reopen,
  tempDir,
}) => {
  test.skip(
    runtime.kind !== 'standin' || process.platform !== 'linux',
    'the single file runs on the stand-in',
  );
  const config = join(tempDir, 'somebody’s config');
  const file = join(config, 'autostart', 'wukong-desktop.desktop');
  const entry = (): string => readFileSync(file, 'utf8');
  const env = { XDG_CONFIG_HOME: config, WUKONG_STANDIN_PACKAGED: '1' };
  const [before, now] = [join(tempDir, 'WuKong 1.AppImage'), join(tempDir, 'moved "100%".AppImage')];
  writeApp(before, singleFileApp(tempDir, '0.1.0'));

  const first = await openWindow(world.alice, { program: before, env });
  const toggle = await startAtLogin(first);
  await expect(toggle).not.toBeChecked();
  expect(existsSync(file)).toBe(false);
  await toggle.click();
  await expect(toggle).toBeChecked();
  await expect.poll(entry).toContain(`TryExec=${before}\nExec="${before}" "--hidden"\n`);

  // Moved: its next start says so to the desktop.
  await first.app.close();
  renameSync(before, now);
  const second = await reopen(first.app, { program: now, env });
  const again = await startAtLogin(second);
  await expect(again).toBeChecked();
  const quoted = now.replace('%', '%%').replaceAll('"', String.raw`\\"`);
  await expect.poll(entry).toContain(`TryExec=${now}\nExec="${quoted}" "--hidden"\n`);

  // What the desktop's own settings say is what the switch shows, as soon as somebody is back. Off leaves nothing.
  writeFileSync(file, entry().replace('enabled=true', 'enabled=false'));
  await second.app.native.focusWindow(false);
  await second.app.native.focusWindow(true);
  await expect(again).not.toBeChecked();
  await again.click();
  await expect(again).toBeChecked();
  await again.click();
  await expect(again).not.toBeChecked();
  await expect.poll(() => existsSync(file)).toBe(false);
});
