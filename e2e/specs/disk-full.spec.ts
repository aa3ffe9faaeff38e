/**
 * The disk fills up under the running app and is freed again: it shows a line about it, goes on showing messages, and
 * loses nothing.
 */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { smallDisk } from '../../electron/core/account-store/testing/small-disk.ts';
import { expect, test } from '../fixtures/test.ts';

// It stops its servers, or looks into them.
test.use({ ownServers: true });

test('disk full and free again, without a restart', async ({
  servers,
  world,
  openWindow,
  connectPeer,
  reopen,
  tempDir,
}) => {
  test.setTimeout(120_000);
  const disk = smallDisk(tempDir);
  const userDataDir = join(tempDir, 'profile');
  mkdirSync(userDataDir, { recursive: true });
  symlinkSync(disk.dir, join(userDataDir, 'accounts'));
  const alice = await connectPeer(world.alice);
  const toBob = [world.bob.uid, 1] as const;
  try {
    const bob = await openWindow(world.bob, { userDataDir });
    const pid = bob.app.process().pid;
    await bob.openChat(world.alice.name);
    await bob.sendAcked('磁盘还有空间');
    const recalled = await alice.sendText(...toBob, '稍后撤回的话');
    await expect(bob.bubble('稍后撤回的话')).toBeVisible();
    await bob.composer.fill('写了一半的话');

    // Where only the process is limited, the signal of that limit would end it; a full disk sends none.
    await bob.app.evaluate(() => void process.on('SIGXFSZ', () => undefined));
    disk.fill(pid);
    const blocked = bob.page.getByTestId('composer-blocked');
    for (let n = 0; n < 60 && !(await blocked.isVisible()); n += 1)
      await alice.sendText(...toBob, `第 ${n} 条 ${'很长的话'.repeat(500)}`);
    await expect(blocked).toHaveAttribute('data-block', 'readOnly');
    await expect(blocked).toContainText(disk.reason === 'diskFull' ? '磁盘空间不足' : '不可写');
    await expect(bob.page.getByTestId('storage-read-only')).toBeVisible();

    // Reading goes on, also of what arrives now; a recall is not shown late because a disk is full.
    await alice.sendText(...toBob, '磁盘满时收到');
    await expect(bob.bubble('磁盘满时收到')).toBeVisible();
    await alice.revoke(...toBob, recalled);
    await expect(bob.bubble('稍后撤回的话')).toHaveCount(0);

    disk.free(pid);
    await expect(bob.composer).toBeVisible({ timeout: 20_000 });
    await expect(bob.page.getByTestId('storage-read-only')).toHaveCount(0);
    await expect(bob.composer).toHaveValue('写了一半的话');
    await bob.sendAcked('磁盘又有空间');
    await bob.app.close();

    // On disk is what was shown.
    await servers.stop();
    const again = await reopen({ userDataDir });
    await again.openChat(world.alice.name);
    for (const text of ['磁盘满时收到', '磁盘又有空间']) await expect(again.bubble(text)).toHaveCount(1);
    await expect(again.bubble('稍后撤回的话')).toHaveCount(0);
  } finally {
    disk.dispose();
  }
});
