/** What an organisation sets, as people see it. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { appCommand } from '../../scripts/runtime.ts';
import { expectNowhere } from '../fixtures/people/chat-page.ts';
import { PASSWORD } from '../fixtures/people/world.ts';
import { expect, test } from '../fixtures/test.ts';

const look = async (page: Page, name: string): Promise<void> => {
  const folder = process.env['WUKONG_SHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
};

function policyFile(folder: string, text: string): string {
  const at = join(folder, 'policies');
  mkdirSync(at, { mode: 0o755 });
  chmodSync(at, 0o755);
  const path = join(at, 'policies.json');
  writeFileSync(path, text);
  chmodSync(path, 0o644);
  return path;
}

test('what an organisation sets is preset, locked and named', async ({ api, world, launchApp, tempDir }) => {
  const policies = {
    ServerUrl: api,
    LockServer: true,
    DisableRegistration: true,
    DisableExport: true,
    Proxy: 'none',
    HideNotificationText: true,
    RecallConfirm: true,
    LocalStorageDays: 30,
    RequireAppLock: true,
    AppLockMinutes: 10,
  };
  const path = policyFile(tempDir, JSON.stringify(policies));
  const app = await launchApp({ args: [`--policies=${path}`, '--server=http://other.test'] });
  const page = await app.firstWindow();
  const server = page.getByLabel('服务器地址');
  await expect(server).toHaveValue(api);
  await expect(server).not.toBeEditable();
  await expect(page.getByText('由你的组织管理')).toBeVisible();
  await expect(page.getByText('还没有账号')).toHaveCount(0);
  await look(page, 'policies-login');
  await page.getByLabel('用户名', { exact: true }).fill(world.alice.username);
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.getByLabel('密码', { exact: true }).press('Enter');
  // Nothing of the account is there before there is a passcode.
  await expect(page.getByRole('heading', { name: '设置锁定密码' })).toBeVisible();
  await expect(page.getByText('你的组织要求为悟空设置锁定密码')).toBeVisible();
  await expectNowhere(world.alice.name, page);
  await expectNowhere(world.group.name, page);
  expect(await page.evaluate(() => window.wukong.invoke('core.bootstrap', undefined))).toMatchObject({
    ok: false,
    code: 'locked',
  });
  await look(page, 'policies-passcode');
  const choose = page.getByRole('button', { name: '设置并继续' });
  await page.getByLabel('新的锁定密码').fill('芝麻开门');
  await page.getByLabel('再输入一次').fill('芝麻开窗');
  await expect(page.getByText('两次输入不一样')).toBeVisible();
  await expect(choose).toBeDisabled();
  await page.getByLabel('再输入一次').fill('芝麻开门');
  await page.keyboard.press('Enter');
  await page.getByText(world.group.name).first().click();
  await page.getByRole('button', { name: '更多', exact: true }).click();
  const locked = page.getByRole('menuitem', { name: /^导出聊天/ });
  await expect(locked).toHaveAttribute('aria-disabled', 'true');
  await expect(locked).toContainText('由你的组织管理');
  await page.keyboard.press('Escape');
  const anyway = await page.evaluate((channelId) => {
    const channel = { channelId, channelType: 2 };
    const wanted = { channel, since: null, until: null, format: 'txt' as const, media: false, name: 'x' };
    return window.wukong.invoke('shell.exportChat', wanted);
  }, world.group.channelId);
  expect(anyway).toMatchObject({ ok: false, code: 'managed' });
  await page.getByRole('button', { name: '设置', exact: true }).click();
  await page.getByRole('button', { name: '通知' }).click();
  const shown = page.getByRole('switch', { name: '通知中显示消息内容' });
  await expect(shown).toHaveAttribute('aria-disabled', 'true');
  await expect(shown).toHaveAttribute('aria-checked', 'false');
  await shown.click({ force: true });
  await expect(shown).toHaveAttribute('aria-checked', 'false');
  await expect(page.getByText('由你的组织管理')).toBeVisible();
  await page.getByRole('button', { name: '消息撤回' }).click();
  await expect(page.getByRole('switch', { name: '撤回前确认' })).toHaveAttribute('aria-checked', 'true');
  await look(page, 'policies-recall');
  await page.getByRole('button', { name: '应用锁' }).click();
  const after = page.getByLabel('多久不用后锁定');
  await expect(after).toHaveValue('5');
  await expect(after.locator('option')).toHaveText(['立即', '1 分钟', '5 分钟']);
  await expect(page.getByRole('switch', { name: '电脑锁屏或睡眠时锁定' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  const off = page.getByRole('button', { name: /^关闭应用锁/ });
  await expect(off).toHaveAttribute('aria-disabled', 'true');
  await expect(off).toContainText('由你的组织管理');
  await look(page, 'policies-lock');
  await page.getByRole('button', { name: '网络' }).click();
  await expect(page.getByRole('radiogroup', { name: '使用代理' })).toHaveAttribute('aria-disabled', 'true');
  await look(page, 'policies-network');
  await page.getByRole('button', { name: '存储与缓存' }).click();
  await expect(page.getByText('30 天').and(page.locator('span'))).toBeVisible();
  // Media go no later than the messages do.
  const keep = page.getByLabel('自动清理媒体');
  await expect(keep).toHaveValue('0');
  await expect(keep.locator('option').first()).toHaveText('30 天');
  await expect(keep.locator('option')).toHaveCount(2);
});

test('policies that cannot be read keep everybody out, and say why', async ({ api, launchApp, tempDir }) => {
  const path = policyFile(tempDir, '{"LockServer": true');
  const page = await (await launchApp({ server: api, args: [`--policies=${path}`] })).firstWindow();
  await expect(page.getByRole('alert').filter({ hasText: '无法读取组织的策略' })).toContainText(
    '文件不是 JSON',
  );
  await expect(page.getByText('正在检测服务器')).toHaveCount(0);
  await expect(page.getByLabel('密码', { exact: true })).toBeDisabled();
  await look(page, 'policies-blocked');
});

test('a self-check calls no installation broken because an organisation locks its server', async ({
  runtime,
  tempDir,
}) => {
  const at = policyFile(tempDir, '{"ServerUrl":"https://im.corp.test","LockServer":true,"Colour":1}');
  const report = join(tempDir, 'report.json');
  const check = async (...args: string[]): Promise<unknown> => {
    const { command, args: all } = appCommand(runtime, args);
    const env = { ...process.env, WUKONG_HEADLESS: '1' };
    return new Promise((done) => execFile(command, all, { env }, (error) => done(error?.code ?? 0)));
  };
  // Without a file nothing starts, and least of all the app itself.
  const untouched = join(tempDir, 'untouched');
  expect(await check('--self-check=', `--user-data-dir=${untouched}`)).toBe(64);
  expect(existsSync(join(untouched, 'device-id'))).toBe(false);
  expect(await check(`--self-check=${report}`, `--policies=${at}`)).toBe(0);
  const found = JSON.parse(readFileSync(report, 'utf8')) as {
    ok: boolean;
    findings: { name: string; detail: string }[];
    policies: object;
  };
  expect(found).toMatchObject({
    ok: true,
    policies: { names: ['ServerUrl', 'LockServer'], problems: ['unknown policy Colour'] },
  });
  expect(found.findings.at(-1)).toEqual({ name: 'policies', ok: true, detail: 'unknown policy Colour' });
});
