/** The app replaces itself: found, loaded, checked, put in place, started again, with what was being written. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { AUTHORITY, SIGNED } from '../../electron/core/connection/testing/certificates.ts';
import { packedAppImage } from '../fixtures/updates/packed-app-image.ts';
import { singleFileApp, writeApp } from '../fixtures/updates/single-file-app.ts';
import { testKey, UpdateFeed } from '../fixtures/updates/update-feed.ts';
import { ChatPage } from '../fixtures/people/chat-page.ts';
import { type AppWindow, expect, test } from '../fixtures/test.ts';

// It stops its servers, or looks into them.
test.use({ ownServers: true });

test('0.1.0 becomes 0.2.0 and keeps a draft of this moment and a message that waits', async ({
  runtime,
  servers,
  world,
  openWindow,
  tempDir,
}) => {
  test.skip(runtime.kind !== 'standin', 'the single file runs on the stand-in');
  test.setTimeout(150_000);
  const key = testKey();
  const feed = await UpdateFeed.start(key);
  await becomesNewer({
    feed,
    older: singleFileApp(tempDir, '0.1.0'),
    newer: () => singleFileApp(tempDir, '0.2.0'),
    program: join(tempDir, 'WuKong.AppImage'),
    userDataDir: join(tempDir, 'profile'),
    env: { WUKONG_UPDATE_FEED: feed.url, WUKONG_UPDATE_KEYS: key.publicKey },
    open: (options) => openWindow(world.bob, options),
    chat: world.alice.name,
    stopServers: () => servers.stop(),
  });
});

test('so does a packed AppImage, which knows feed and keys from its build alone', async ({
  runtime,
  servers,
  world,
  openWindow,
  tempDir,
}) => {
  test.skip(process.env['WUKONG_DIST'] !== 'fake' || runtime.kind !== 'standin', 'needs WUKONG_DIST=fake');
  test.setTimeout(290_000);
  const key = testKey();
  const feed = await UpdateFeed.start(key, SIGNED);
  const authority = join(tempDir, 'authority.pem');
  writeFileSync(authority, AUTHORITY);
  await becomesNewer({
    feed,
    older: await packedAppImage(tempDir, '0.1.0', { feed: feed.url, keys: [key.publicKey] }),
    newer: () => packedAppImage(tempDir, '0.2.0', { feed: feed.url, keys: [key.publicKey] }),
    program: join(tempDir, 'WuKong.AppImage'),
    userDataDir: join(tempDir, 'profile'),
    // What a development run would believe instead; an installed app does not read it.
    env: {
      NODE_EXTRA_CA_CERTS: authority,
      WUKONG_UPDATE_FEED: 'http://127.0.0.1:9/feed/',
      WUKONG_UPDATE_KEYS: testKey().publicKey,
    },
    open: (options) => openWindow(world.bob, options),
    chat: world.alice.name,
    stopServers: () => servers.stop(),
  });
});

interface Update {
  feed: UpdateFeed;
  older: Buffer;
  newer: () => Buffer | Promise<Buffer>;
  program: string;
  userDataDir: string;
  env: Record<string, string>;
  open: (options: {
    userDataDir: string;
    program: string;
    env: Record<string, string>;
  }) => Promise<AppWindow>;
  /** Name of a chat. */
  chat: string;
  stopServers: () => Promise<void>;
}

async function becomesNewer(update: Update): Promise<void> {
  const { feed, program, userDataDir, env, chat } = update;
  let after: Browser | null = null;
  try {
    writeApp(program, update.older);
    const bob = await update.open({ userDataDir, program, env });
    const { page } = bob;
    const chats = page.getByRole('navigation', { name: '主导航' }).getByRole('button', { name: /^消息/ });
    await page.getByRole('button', { name: '设置' }).click();
    await page.getByRole('button', { name: '关于' }).click();
    await page.getByRole('button', { name: '检查' }).click();
    await expect(page.getByText('更新服务器出错')).toBeVisible();

    // Somebody else's release first: named, nothing loaded.
    const next = await update.newer();
    feed.publish({ version: '0.2.0', bytes: next, signedBy: [testKey()] });
    await page.getByRole('button', { name: '检查' }).click();
    await expect(page.getByText('签名校验失败，未安装')).toBeVisible();
    await chats.click();
    await expect(page.getByTestId('update-failed')).toContainText('签名校验失败，未安装');
    await page.getByTestId('update-failed').getByRole('button', { name: '详情' }).click();

    feed.publish({ version: '0.2.0', bytes: next });
    await page.getByRole('button', { name: '检查' }).click();
    await expect(page.getByText('0.2.0 已就绪')).toBeVisible({ timeout: 30_000 });
    await chats.click();
    await bob.openChat(chat);
    await update.stopServers();
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
    await expect.poll(() => ['', port].includes(devToolsPort(userDataDir)), { timeout: 30_000 }).toBe(false);
    after = await chromium.connectOverCDP(`http://127.0.0.1:${devToolsPort(userDataDir)}`);
    const again = new ChatPage(await pageOf(after));
    await again.openChat(chat);
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
}

/** The window of an app that was started without us, once it is there. */
async function pageOf(browser: Browser): Promise<Page> {
  const pages = (): Page[] =>
    browser
      .contexts()
      .flatMap((context) => context.pages())
      .filter((page) => page.url() !== 'about:blank');
  await expect.poll(() => pages().length, { timeout: 30_000 }).toBe(1);
  const [page] = pages();
  if (!page) throw new Error('the window is gone');
  return page;
}

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
