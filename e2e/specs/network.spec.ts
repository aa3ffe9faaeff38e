/**
 * A network that cannot be left without a proxy: the names of the servers exist at the proxy alone, so that whatever
 * arrives came through it.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright';
import { type TestProxyOptions, TestProxy } from '../../electron/core/network/testing/test-proxy.ts';
import { expectShown, images, pick, picture, sendAttached } from '../fixtures/people/media.ts';
import { AppWindow, expect, test as base } from '../fixtures/test.ts';

const SERVER = 'http://chat.corp.test';

const port = (address: string): string => `127.0.0.1:${/:(\d+)/.exec(address.replace(/^\w+:\/\//, ''))?.[1]}`;

/** A proxy that knows the way to the servers of this test. */
const test = base.extend<{ startProxy: (options?: TestProxyOptions) => Promise<TestProxy> }>({
  startProxy: async ({ network, servers, world }, use) => {
    for (const { uid } of [world.alice, world.bob])
      network.answers.set(`GET /v1/users/${uid}/im`, () => ({
        tcp_addr: 'im.corp.test:5100',
        ws_addr: 'ws://im.corp.test:5200',
        wss_addr: '',
      }));
    const proxies: TestProxy[] = [];
    await use(async (options = {}) => {
      const proxy = await TestProxy.start({
        ...options,
        hosts: {
          'chat.corp.test:80': network.http.address,
          'im.corp.test:5100': port(servers.im.tcp),
          'im.corp.test:5200': port(servers.im.ws),
        },
      });
      proxies.push(proxy);
      return proxy;
    });
    for (const proxy of proxies) await proxy.die().catch(() => undefined);
  },
});
test.use({ serverArgs: ['--public-host', 'chat.corp.test'] });

const look = async (page: Page, name: string): Promise<void> => {
  const folder = process.env['WUKONG_SHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
};

test('through a proxy that asks for a password: sign in, chat, recall, pictures; it dies and comes back', async ({
  startProxy,
  launchApp,
  connectPeer,
  world,
}) => {
  test.setTimeout(180_000);
  const proxy = await startProxy({ signIn: { user: 'eva', password: 'corp secret' } });
  const window = await AppWindow.of(await launchApp());
  const { page } = window;

  // Without it there is no way.
  await page.getByLabel('服务器地址').fill(SERVER);
  await expect(page.getByText('无法连接')).toBeVisible();
  await page.getByRole('button', { name: '网络设置' }).click();
  const settings = page.getByRole('dialog', { name: '网络' });
  await settings.getByRole('radio', { name: '手动' }).click();
  await settings.getByRole('button', { name: '保存' }).click();
  await expect(settings.getByText('请填写代理的地址')).toBeVisible();
  await settings.getByLabel('代理地址').fill('127.0.0.1');
  await settings.getByLabel('端口').fill(String(proxy.port));
  await look(page, 'network-login');
  await settings.getByRole('button', { name: '保存' }).click();

  // The form asks the server again, and the proxy asks who it is.
  const question = page.getByRole('dialog', { name: '登录代理' });
  await expect(question).toContainText(`代理 ${proxy.address} 要求用户名和密码`);
  await question.getByLabel('用户名').fill('eva');
  await question.getByLabel('密码').fill('wrong');
  await question.getByRole('button', { name: '登录' }).click();
  await expect(question).toContainText('拒绝了用户名或密码');
  await look(page, 'network-refused');
  expect(proxy.offered.filter((offered) => offered === 'eva:wrong')).toHaveLength(1);
  await expect(question.getByLabel('用户名')).toHaveValue('eva');
  await expect(question.getByLabel('密码')).toBeFocused();
  await question.getByLabel('密码').fill('corp secret');
  await question.getByText('在本机记住').click();
  await question.getByLabel('密码').press('Enter');
  await expect(question).toHaveCount(0);
  await settings.getByRole('button', { name: '关闭' }).click();
  // What this server offers is known: the question came through.
  await expect(page.getByRole('button', { name: '扫码登录' })).toBeVisible();
  await window.signIn(SERVER, world.alice.username);

  const bob = await connectPeer(world.bob);
  await window.openChat(world.bob.name);
  await window.sendAcked('through the proxy');
  await window.sendAcked('to be recalled');
  await window.recall('to be recalled');
  await expect(window.tip('你撤回了一条消息')).toBeVisible();
  await pick(window, 'image', picture('chart.png'));
  await sendAttached(window);
  await expectShown(images(window).first());
  await bob.sendText(world.alice.uid, 1, 'and back');
  await expect(window.bubble('and back')).toBeVisible();
  const ways = new Set(proxy.passed.map((line) => line.replace(/\/v1\/users\/.*$/, '/v1/users/…')));
  for (const way of [
    `GET ${SERVER}/v1/common/appconfig`,
    `POST ${SERVER}/v1/user/login`,
    'CONNECT im.corp.test:5100',
    `POST ${SERVER}/v1/file/upload`,
    `POST ${SERVER}/v1/message/revoke`,
  ])
    expect(ways).toContain(way);

  // It dies in the middle, and comes back.
  await proxy.die();
  await expect(page.getByText(`连不上代理 ${proxy.address}`)).toBeVisible({ timeout: 30_000 });
  await look(page, 'network-dead');
  await window.send('written while it was away');
  await proxy.revive();
  await expect(window.bubble('written while it was away')).toHaveAttribute(
    'aria-label',
    /已发送|已送达|已读/,
    {
      timeout: 30_000,
    },
  );

  // What it lets through no more is said; the password is asked for anew, and the test says how it stands.
  await page.getByRole('button', { name: '设置', exact: true }).click();
  await page.getByRole('button', { name: '网络' }).click();
  await expect(page.getByText('eva', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: '测试' }).click();
  await expect(page.getByText(/可用 · \d+ ms/)).toBeVisible();
  await look(page, 'network-settings');
  proxy.signIn = { user: 'eva', password: 'another' };
  await page.getByRole('button', { name: '测试' }).click();
  await expect(question).toContainText('拒绝了用户名或密码');
  await question.getByRole('button', { name: '取消' }).click();
  await expect(page.getByText(`代理 ${proxy.address} 拒绝了用户名或密码`)).toBeVisible();
});

test('a script chooses the proxy, a wrong one is no reason to go without', async ({
  startProxy,
  launchApp,
  world,
  tempDir,
}) => {
  const api = await startProxy();
  const im = await startProxy({ kind: 'socks5' });
  const script = join(tempDir, 'proxy.pac');
  await writeFile(
    script,
    `function FindProxyForURL(url, host) {
      if (host === 'im.corp.test') return 'SOCKS5 ${im.address}';
      return shExpMatch(host, '*.corp.test') ? 'PROXY ${api.address}' : 'DIRECT';
    }`,
  );
  const window = await AppWindow.of(await launchApp());
  const { page } = window;
  await page.getByRole('button', { name: '网络设置' }).click();
  const settings = page.getByRole('dialog', { name: '网络' });
  await settings.getByRole('radio', { name: '手动' }).click();
  await settings.getByRole('radio', { name: '脚本' }).click();
  await settings.getByLabel('脚本地址').fill(pathToFileURL(join(tempDir, 'missing.pac')).href);
  await settings.getByRole('button', { name: '测试' }).click();
  await expect(settings.getByText(/代理脚本 .*missing\.pac 无法使用/)).toBeVisible();
  await settings.getByLabel('脚本地址').fill(pathToFileURL(script).href);
  await settings.getByRole('button', { name: '保存' }).click();
  await settings.getByRole('button', { name: '关闭' }).click();
  await window.signIn(SERVER, world.alice.username);
  await window.openChat(world.bob.name);
  await window.sendAcked('chosen by a script');
  expect(im.passed.every((line) => line === 'SOCKS im.corp.test:5100')).toBe(true);
  expect(im.passed.length).toBeGreaterThan(0);
  expect(api.passed.filter((line) => line.includes('im.corp.test'))).toEqual([]);
});
