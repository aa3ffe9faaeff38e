/** Settings: storage by kind, devices, diagnostics; nothing anybody wrote is in a log or in the exported file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import { expect, test } from '../fixtures/test.ts';
import { callApi } from '../fixtures/people/peer.ts';
import { PASSWORD } from '../fixtures/people/world.ts';

// It stops its servers, or looks into them.
test.use({ ownServers: true });

async function openSettings(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+,');
  await page.getByRole('navigation', { name: '设置' }).getByRole('button', { name }).click();
  await expect(page.getByRole('main', { name })).toBeVisible();
}

test('log files and the exported diagnostics contain no secret', async ({
  servers,
  world,
  openWindow,
  connectPeer,
  tempDir,
}) => {
  test.setTimeout(120_000);
  // Everything is logged that can be.
  const bob = await openWindow(world.bob, { env: { WUKONG_LOG: '1' } });
  const { app, page } = bob;
  const { token } = await callApi<{ token: string }>(servers.api, null, 'POST', 'user/login', {
    username: world.bob.username,
    password: PASSWORD,
    flag: 2,
  });
  const alice = await connectPeer(world.alice);
  const toBob = [world.bob.uid, 1] as const;
  const secrets = {
    received: 'Zq7ReceivedWords',
    sent: 'Zq7SentWords',
    draft: 'Zq7DraftWords',
    quoted: 'Zq7QuotedWords',
    edited: 'Zq7EditedWords',
    recalled: 'Zq7RecalledWords',
    unsent: 'Zq7UnsentWords',
    searched: 'Zq7SearchedWords',
    fileName: 'Zq7FileName',
    chinese: '绝密底价贰佰叁拾肆',
    odd: 'Zq7OddPayload',
    password: PASSWORD,
    token,
  };
  await bob.openChat(world.alice.name);
  const quoted = await alice.sendText(...toBob, `${secrets.quoted} ${secrets.chinese}`);
  await alice.send(...toBob, {
    type: 1,
    content: secrets.received,
    reply: {
      message_id: quoted.messageId,
      message_seq: quoted.messageSeq,
      from_uid: world.alice.uid,
      from_name: world.alice.name,
      payload: { type: 1, content: secrets.quoted },
    },
  });
  await alice.send(...toBob, {
    type: 8,
    name: `${secrets.fileName}.pdf`,
    size: 10,
    url: `file/preview/${secrets.fileName}.pdf`,
  });
  await alice.send(...toBob, { type: 'broken', content: secrets.odd });
  await expect(bob.bubble(secrets.received)).toBeVisible();
  await bob.sendAcked(secrets.sent);
  await bob.openMenu(secrets.sent).then((menu) => menu.getByRole('menuitem', { name: /^编辑/ }).click());
  await bob.composer.fill(secrets.edited);
  await bob.composer.press('Enter');
  await expect(bob.bubble(secrets.edited)).toBeVisible();
  await bob.sendAcked(secrets.recalled);
  await bob.recall(secrets.recalled);
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
  await page.getByRole('searchbox', { name: '搜索' }).first().fill(secrets.searched);
  await page.keyboard.press('Escape');
  await servers.stop();
  await bob.send(secrets.unsent);
  await bob.composer.fill(secrets.draft);
  await expect
    .poll(() =>
      page.evaluate((channel) => window.wukong.invoke('drafts.get', { channel }), {
        channelId: world.alice.uid,
        channelType: 1,
      }),
    )
    .toMatchObject({ ok: true, value: { text: secrets.draft } });
  await servers.start();
  await expect(bob.bubble(secrets.unsent)).toHaveAttribute('aria-label', /已发送|已送达|已读/, {
    timeout: 20_000,
  });

  const file = join(tempDir, 'export.txt');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, file);
  await openSettings(page, '诊断');
  await page.getByRole('button', { name: '导出日志' }).click();
  await expect(page.getByText('已导出，不含消息内容')).toBeVisible();
  const exported = readFileSync(file, 'utf8');
  for (const fact of [
    'connection: online',
    'sqlite',
    'outbox jobs:',
    'cursors: conversations',
    'last recalls: 1',
    'start: version',
  ])
    expect(exported).toContain(fact);
  expect(exported).toMatch(/(own|cmd|extra) \d+ ms/);
  await page.getByRole('button', { name: '复制诊断信息' }).click();
  await expect.poll(() => app.native.clipboard()).toContain('WuKong Desktop');
  const copied = await app.native.clipboard();
  await app.close();
  alice.close();

  const wanted = Object.values(secrets);
  const places = [file, join(app.userDataDir, 'logs')];
  expect(scanForResidue(places, wanted)).toEqual([]);
  expect(wanted.filter((secret) => copied.includes(secret) || app.output().includes(secret))).toEqual([]);
  // The scan can find them: they are in the databases.
  expect(scanForResidue([join(app.userDataDir, 'accounts')], [secrets.unsent])).not.toEqual([]);
});

test('storage by kind and devices', async ({ world, openWindow }) => {
  const { page } = await openWindow(world.bob);
  await openSettings(page, '存储与缓存');
  const main = page.getByRole('main');
  for (const kind of [
    '缓存的消息',
    '搜索索引',
    '图片与文件',
    '未发送内容',
    '日志',
    '界面组件（Chromium）',
    '合计',
  ])
    await expect(main.getByText(kind, { exact: true })).toBeVisible();
  const usage = await page.evaluate(() => window.wukong.invoke('storage.usage', undefined));
  expect(usage).toMatchObject({ ok: true, value: { media: 0, mediaFiles: 0, outboxJobs: 0 } });
  if (usage.ok)
    for (const kind of ['messages', 'index', 'outbox', 'logs', 'page'] as const)
      expect(usage.value[kind]).toBeGreaterThan(0);
  await main.getByRole('button', { name: '重建缓存' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '重建缓存' }).click();
  await expect(page.getByText('缓存已重建')).toBeVisible();

  // The peer that made the friendships is another device of bob's.
  await openSettings(page, '账号与设备');
  await expect(main.getByText('本机', { exact: true })).toBeVisible();
  await expect(main.getByText('peer', { exact: true })).toBeVisible();
  await main.getByRole('button', { name: '移除：peer' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '移除' }).click();
  await expect(main.getByText('peer', { exact: true })).toHaveCount(0);
  await expect(main.getByText('本机', { exact: true })).toBeVisible();
});
