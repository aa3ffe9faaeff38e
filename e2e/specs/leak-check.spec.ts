/** The leak check of the settings page finds what a test plants, says where, and repairs what it can. */
import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { expect, test } from '../fixtures/test.ts';

const SECRET = '合同编号与密码 Ty6H-planted';

test('the leak check passes after a recall, finds planted residue, and repairs a database', async ({
  world,
  openWindow,
}) => {
  const alice = await openWindow(world.alice);
  await alice.openChat(world.bob.name);
  await alice.sendAcked(SECRET);
  await alice.recall(SECRET);
  await expect(alice.tip('你撤回了一条消息')).toBeVisible();
  const accounts = join(alice.app.userDataDir, 'accounts');
  const accountDir = join(accounts, readdirSync(accounts)[0] ?? '');

  await alice.page.getByRole('button', { name: '设置' }).click();
  await alice.page.getByText('消息撤回', { exact: true }).first().click();
  const surface = (id: string) => alice.page.locator(`[data-surface="${id}"]`);
  const check = async (result: string): Promise<void> => {
    await alice.page.getByRole('button', { name: '立即检查' }).click();
    await expect(alice.page.getByTestId('leak-result')).toContainText(result, { timeout: 20_000 });
  };
  await check('全部通过');
  await expect(alice.page.locator('[data-surface][data-state="ok"]')).toHaveCount(8);

  const crash = join(alice.app.userDataDir, 'Crashpad', 'pending');
  mkdirSync(crash, { recursive: true });
  appendFileSync(join(crash, 'planted.dmp'), Buffer.from(`stack ${SECRET} stack`, 'utf16le'));
  await check('残留');
  await expect(surface('disk')).toHaveAttribute('data-state', 'left');
  rmSync(crash, { recursive: true });

  const db = new Database(join(accountDir, 'cache.db'));
  db.pragma('secure_delete = OFF');
  db.exec('CREATE TABLE left_over (text TEXT)');
  for (let i = 0; i < 20; i += 1) {
    db.prepare('INSERT INTO left_over VALUES (?)').run(SECRET + 'x'.repeat(3_000));
  }
  db.exec('DROP TABLE left_over');
  db.close();
  await check('已清除');
  await expect(surface('disk')).toHaveAttribute('data-state', 'repaired');
  expect(scanForResidue([alice.app.userDataDir], [SECRET])).toEqual([]);
  await check('全部通过');
});
