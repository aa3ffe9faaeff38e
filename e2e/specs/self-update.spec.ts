/** The app replaces itself: found, loaded, checked, put in place, started again, with what was being written. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { singleFileApp, writeApp } from '../fixtures/updates/single-file-app.ts';
import { testKey, UpdateFeed } from '../fixtures/updates/update-feed.ts';
import { ChatPage } from '../fixtures/people/chat-page.ts';
import { expect, test } from '../fixtures/test.ts';

test('0.1.0 becomes 0.2.0 and keeps a draft of this moment and a message that waits', async ({
  runtime,
  servers,
  world,
  openWindow,
  tempDir,
}) => {
  test.skip(runtime.kind !== 'standin', 'the single file runs on the stand-in');
  test.setTimeout(150_000);
  const program = join(tempDir, 'WuKong.AppImage');
  writeApp(program, singleFileApp(tempDir, '0.1.0'));
  const key = testKey();
  const feed = await UpdateFeed.start(key);
  const userDataDir = join(tempDir, 'profile');
  let after: Browser | null = null;
  try {
    const bob = await openWindow(world.bob, {
      userDataDir,
      program,
      env: { WUKONG_UPDATE_FEED: feed.url, WUKONG_UPDATE_KEYS: key.publicKey },
    });
    const { page } = bob;
    const chats = page.getByRole('navigation', { name: '主导航' }).getByRole('button', { name: /^消息/ });
    await page.getByRole('button', { name: '设置' }).click();
    await page.getByRole('button', { name: '关于' }).click();
    await page.getByRole('button', { name: '检查' }).click();
    await expect(page.getByText('更新服务器出错')).toBeVisible();

    // Somebody else's release first: named, nothing loaded.
    const next = singleFileApp(tempDir, '0.2.0');
    feed.publish({ version: '0.2.0', bytes: next, signedBy: [testKey()] });
    await page.getByRole('button', { name: '检查' }).click();
    await expect(page.getByText('签名校验失败，未安装')).toBeVisible();
    await chats.click();
    await expect(page.getByTestId('update-failed')).toContainText('签名校验失败，未安装');
    await page.getByTestId('update-failed').getByRole('button', { name: '详情' }).click();

    feed.publish({ version: '0.2.0', bytes: next });
    await page.getByRole('button', { name: '检查' }).click();
    await expect(page.getByText('0.2.0 已就绪')).toBeVisible({ timeout: 20_000 });
    await chats.click();
    await bob.openChat(world.alice.name);
    await servers.stop();
    await bob.composer.fill('断网时发出的话');
    await bob.composer.press('Enter');
    await expect(bob.bubble('断网时发出的话')).toBeVisible();

    const gone = new Promise<void>((ended) => bob.app.process().once('exit', () => ended()));
    const port = devToolsPort(userDataDir);
    await bob.composer.fill('写了一半的话');
    await page.getByTestId('update-ready').getByRole('button', { name: '重启更新' }).click();
    await gone;

    expect(readFileSync(program).equals(next)).toBe(true);
    expect(statSync(program).mode & 0o777).toBe(0o755);
    await expect.poll(() => devToolsPort(userDataDir), { timeout: 30_000 }).not.toBe(port);
    after = await chromium.connectOverCDP(`http://127.0.0.1:${devToolsPort(userDataDir)}`);
    const window = after
      .contexts()
      .flatMap((context) => context.pages())
      .find((one) => one.url() !== 'about:blank');
    const again = new ChatPage(window ?? (await after.contexts()[0]?.waitForEvent('page')) ?? page);
    await again.openChat(world.alice.name);
    await expect(again.composer).toHaveValue('写了一半的话');
    await expect(again.bubble('断网时发出的话')).toHaveCount(1);
    await again.page.getByRole('button', { name: '设置' }).click();
    await again.page.getByRole('button', { name: '关于' }).click();
    await expect(again.page.getByText('WuKong Desktop 0.2.0')).toBeVisible();
  } finally {
    await after?.close();
    await endRelaunched(userDataDir);
    await feed.stop();
  }
});

/** '' = none is written. The new app's browser writes another one. */
function devToolsPort(userDataDir: string): string {
  const file = join(userDataDir, 'chromium', 'DevToolsActivePort');
  return existsSync(file) ? (readFileSync(file, 'utf8').split('\n')[0] ?? '') : '';
}

/** The app that was started by the app: this test has no handle of it, but the lock of its profile has its number. */
async function endRelaunched(userDataDir: string): Promise<void> {
  const lock = join(userDataDir, 'standin-instances', 'lock');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8'));
  if (!Number.isInteger(pid) || pid <= 1) return;
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    return;
  }
  await expect.poll(() => existsSync(lock), { timeout: 15_000 }).toBe(false);
}
