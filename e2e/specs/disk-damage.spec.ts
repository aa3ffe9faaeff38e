/**
 * Damaged files, files of a newer version, one data folder for two apps: opens, says what is wrong, keeps unsent words.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from '../fixtures/test.ts';
import { ChatPage } from '../fixtures/people/chat-page.ts';

// It stops its servers, or looks into them.
test.use({ ownServers: true });

function accountDirOf(userDataDir: string): string {
  const [id] = readdirSync(join(userDataDir, 'accounts'));
  return join(userDataDir, 'accounts', id ?? '');
}

test('damaged cache and outbox, then an outbox of a newer version', async ({
  servers,
  world,
  openWindow,
  reopen,
}) => {
  test.setTimeout(120_000);
  const bob = await openWindow(world.bob);
  const { userDataDir } = bob.app;
  await bob.openChat(world.alice.name);
  await bob.sendAcked('已经发出');
  await servers.stop();
  await bob.send('没有网络时写的一');
  await bob.send('没有网络时写的二');
  await bob.app.close();

  const dir = accountDirOf(userDataDir);
  writeFileSync(join(dir, 'cache.db'), Buffer.alloc(50_000, 0x41));
  const outbox = new Database(join(dir, 'outbox.db'));
  // The list of jobs of another kind becomes unreadable; what is unsent is on other pages.
  outbox.unsafeMode(true);
  outbox.pragma('writable_schema = ON');
  outbox.prepare("UPDATE sqlite_schema SET rootpage = 9999 WHERE name = 'action_job'").run();
  outbox.close();

  const damaged = await reopen({ userDataDir });
  await expect(damaged.page.getByTestId('storage-outbox')).toContainText(/找回 [23] 项/);
  await expect(damaged.page.getByTestId('storage-cache')).toContainText('正在重新下载');
  expect(readdirSync(dir).filter((name) => name.startsWith('outbox.db.damaged-'))).not.toEqual([]);
  await damaged.page.getByTestId('storage-outbox').getByRole('button', { name: '知道了' }).click();
  await expect(damaged.page.getByTestId('storage-outbox')).toHaveCount(0);
  await servers.start();
  await damaged.openChat(world.alice.name);
  for (const text of ['没有网络时写的一', '没有网络时写的二'])
    await expect(damaged.bubble(text)).toHaveAttribute('aria-label', /已发送|已送达|已读/, {
      timeout: 20_000,
    });
  await expect(damaged.bubble('已经发出')).toHaveCount(1);
  await damaged.app.close();

  const newer = new Database(join(dir, 'outbox.db'));
  newer.pragma('user_version = 999');
  newer.close();
  const third = await reopen({ userDataDir });
  await expect(third.page.getByTestId('storage-read-only')).toContainText('更新的版本');
  await third.openChat(world.alice.name);
  await expect(third.bubble('没有网络时写的二')).toHaveCount(1);
  await expect(third.page.getByTestId('composer-blocked')).toContainText('更新应用');
});

test('two apps on one data folder: the second says so and goes on when the first has closed', async ({
  world,
  openWindow,
  launchApp,
  tempDir,
}) => {
  test.setTimeout(120_000);
  const bob = await openWindow(world.bob);
  // Another profile whose accounts folder is the same one: the single-instance lock does not see that.
  const other = join(tempDir, 'other');
  mkdirSync(other);
  symlinkSync(join(bob.app.userDataDir, 'accounts'), join(other, 'accounts'));
  for (const name of ['accounts.json', 'device-id', 'standin-key']) {
    if (existsSync(join(bob.app.userDataDir, name)))
      copyFileSync(join(bob.app.userDataDir, name), join(other, name));
  }
  const second = await launchApp({ userDataDir: other });
  const page = await second.firstWindow();
  await expect(page.getByText('此账号已在另一个悟空窗口中打开')).toBeVisible();
  // The first goes on undisturbed.
  await bob.openChat(world.alice.name);
  await bob.sendAcked('我还在');
  await bob.app.close();
  const next = new ChatPage(page);
  await expect(next.conversations).toBeVisible({ timeout: 15_000 });
  await next.openChat(world.alice.name);
  await expect(next.bubble('我还在')).toHaveCount(1);
});
