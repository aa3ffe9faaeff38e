/**
 * After a recall no byte of what was said is in any file of either profile (Chromium's own included) nor of the
 * servers: not as UTF-8, UTF-16, base64, JSON escapes or anything else `formsOf` knows.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Page } from 'playwright';
import { scanForResidue } from '../../electron/core/residue/residue-scanner.ts';
import type { Value } from '../../shared/ipc/contract/contract.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';

// It stops its servers, or looks into them.
test.use({ ownServers: true, keptCode: false });

/** Unique, so that nothing else can contain them; one ASCII, one Chinese. */
const ASCII = 'Qv7kPlanted83Residue';
const CHINESE = '绝密底价贰佰叁拾肆';
const SECRETS = [ASCII, CHINESE];
const SECRET = `${ASCII} ${CHINESE}`;

/** recall.md: within 5 s of the recall; the rest is this machine's margin. */
const ERASED_WITHIN_MS = 15_000;

function residue(...dirs: readonly string[]): string[] {
  return dirs.flatMap((dir) =>
    scanForResidue([dir], SECRETS).map((hit) => `${relative(dir, hit.path)}: ${hit.form} at ${hit.offset}`),
  );
}

async function leakCheck(page: Page): Promise<Value<'recall.leakCheck'>> {
  const result = await page.evaluate(() => window.wukong.invoke('recall.leakCheck', undefined));
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return result.value;
}

test('no byte of a recalled text stays in a file of the profiles or the servers', async ({
  servers,
  world,
  openWindow,
  connectPeer,
}) => {
  test.setTimeout(120_000);
  const alice = await openWindow(world.alice);
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const group = [world.group.channelId, world.group.channelType] as const;

  // Bob looks elsewhere: the message raises a notification. Alice types it by keys, as a person does.
  await bob.openChat(world.alice.name);
  await alice.openChat(world.group.name);
  await alice.composer.pressSequentially(`${SECRET} 第一版`);
  await alice.composer.press('Enter');
  await expect(alice.bubble(SECRET)).toHaveAttribute('aria-label', /已发送|已送达|已读/);
  await expect
    .poll(async () => (await bob.app.native.notifications()).some(({ body }) => body.includes(ASCII)))
    .toBe(true);
  await alice.openMenu(SECRET).then((menu) => menu.getByRole('menuitem', { name: /^编辑/ }).click());
  await alice.composer.fill(`${SECRET} 第二版`);
  await alice.composer.press('Enter');
  await expect(alice.bubble('第二版')).toBeVisible();

  // Quoted by a message, by a draft, by another client; on screen in search results.
  await bob.openChat(world.group.name);
  await expect(bob.bubble('第二版')).toBeVisible();
  await bob.openMenu('第二版').then((menu) => menu.getByRole('menuitem', { name: /回复/ }).click());
  await bob.composer.fill('收到，按这个来');
  await bob.composer.press('Enter');
  await expect(alice.bubble('收到，按这个来')).toContainText(ASCII);
  await bob.openMenu('第二版').then((menu) => menu.getByRole('menuitem', { name: /回复/ }).click());
  await bob.composer.fill('还有一个问题');
  await bob.page.getByRole('searchbox', { name: '搜索' }).first().fill(CHINESE.slice(0, 4));
  await expect(
    bob.page.getByRole('option').filter({ hasText: CHINESE }).locator('mark').first(),
  ).toBeVisible();
  await expect
    .poll(() => carol.received.some(({ payload }) => JSON.stringify(payload).includes(ASCII)))
    .toBe(true);
  const original = carol.received.find(({ payload }) => payload['content'] === `${SECRET} 第一版`);
  expect(original).toBeDefined();
  await carol.send(...group, {
    type: 1,
    content: '我也看到了',
    reply: {
      message_id: original?.messageId,
      message_seq: original?.messageSeq,
      from_uid: world.alice.uid,
      from_name: world.alice.name,
      payload: { type: 1, content: `${SECRET} 第一版` },
    },
  });
  await expect(bob.page.getByText('我也看到了').first()).toBeAttached();
  // The scan can find it: it is there now.
  expect(residue(alice.app.userDataDir).length).toBeGreaterThan(0);
  expect(residue(bob.app.userDataDir).length).toBeGreaterThan(0);
  expect(residue(servers.dataDir).length).toBeGreaterThan(0);

  await alice.recall('第二版');
  await expect(alice.tip('撤回了一条消息')).toBeVisible();
  await expect(bob.page.getByRole('option').filter({ hasText: CHINESE })).toHaveCount(0);
  await bob.page.keyboard.press('Escape');
  await expectNowhere(ASCII, alice.page, bob.page);
  await expectNowhere(CHINESE, alice.page, bob.page);
  await expect
    .poll(() => residue(alice.app.userDataDir, bob.app.userDataDir), {
      timeout: ERASED_WITHIN_MS,
      intervals: [500],
    })
    .toEqual([]);
  await expect
    .poll(() => residue(servers.dataDir), { timeout: ERASED_WITHIN_MS, intervals: [500] })
    .toEqual([]);

  for (const chat of [alice, bob]) {
    const check = await leakCheck(chat.page);
    expect(check.recalls).toBeGreaterThan(0);
    expect(check.surfaces.filter(({ ok, repaired }) => !ok || repaired)).toEqual([]);
  }
  carol.close();
  await alice.app.close();
  await bob.app.close();
  expect(residue(alice.app.userDataDir, bob.app.userDataDir)).toEqual([]);
  // Among what was looked at: what V8 made of the workers' code, written when they ended.
  expect(readdirSync(join(bob.app.userDataDir, 'code-cache'), { recursive: true }).length).toBeGreaterThan(1);
  const log = readFileSync(join(alice.app.userDataDir, 'logs', 'main.log'), 'utf8');
  expect(log).toContain('start: version');
});

test('killed right after a recall: the next start takes the text off the disk', async ({
  world,
  openWindow,
  reopen,
  connectPeer,
}) => {
  test.setTimeout(120_000);
  const bob = await openWindow(world.bob);
  const carol = await connectPeer(world.carol);
  const to = [world.bob.uid, 1] as const;
  const secret = await carol.sendText(...to, SECRET);
  await bob.openChat(world.carol.name);
  await expect(bob.bubble(SECRET)).toBeVisible();

  await carol.revoke(...to, secret);
  await expect(bob.tip('撤回了一条消息')).toBeVisible();
  await bob.app.kill();
  const back = await reopen(bob.app);
  await back.openChat(world.carol.name);
  await expect(back.tip('撤回了一条消息')).toBeVisible();
  await expect
    .poll(() => residue(bob.app.userDataDir), { timeout: ERASED_WITHIN_MS, intervals: [500] })
    .toEqual([]);
});

test.describe('on a server that takes every type from clients, as a real WuKongIM does', () => {
  test.use({ serverArgs: ['--take-any-type'] });

  test('neither log nor console repeats what a message says, however odd the message is', async ({
    world,
    openWindow,
    connectPeer,
  }) => {
    const bob = await openWindow(world.bob, { env: { WUKONG_LOG: '1' } });
    const carol = await connectPeer(world.carol);
    const to = [world.bob.uid, 1] as const;
    const odd: Record<string, unknown>[] = [
      { type: 'broken', content: SECRET },
      { type: 1, content: [SECRET] },
      { type: 1, content: SECRET, reply: SECRET, mention: SECRET },
      { type: 4_711, content: SECRET },
      { type: 99, cmd: 'messageRevoke', param: SECRET },
      { type: 99, cmd: 'unknownCommand', param: { [ASCII]: SECRET } },
      { type: 1_006, content: SECRET, message_id: SECRET },
      { content: SECRET },
    ];
    for (const payload of odd) await carol.send(...to, payload);
    await carol.sendText(...to, '最后一条');
    await expect(bob.conversation(world.carol.name)).toContainText('最后一条');
    await bob.openChat(world.carol.name);
    await expect(bob.bubble('最后一条')).toBeVisible();
    await bob.app.close();
    expect(bob.app.output()).toContain('start: version');
    expect(SECRETS.filter((secret) => bob.app.output().includes(secret))).toEqual([]);
    expect(residue(join(bob.app.userDataDir, 'logs'))).toEqual([]);
  });
});
