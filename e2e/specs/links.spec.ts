/** `wukong://` links: what they ask for is asked back, whether the app runs already or is started by the link. */
import { join } from 'node:path';
import { test as fake } from '../fixtures/fake/fake-app.ts';
import { expect, test } from '../fixtures/test.ts';

test('a link that starts the app fills in a server after a question; a bad one says so', async ({
  launchApp,
  servers,
}) => {
  const link = `wukong://server?address=${encodeURIComponent(servers.api)}`;
  const app = await launchApp({ lang: 'zh', args: [link] });
  const page = await app.firstWindow();
  const dialog = page.getByRole('alertdialog', { name: '使用链接里的服务器？' });
  await expect(dialog.getByTestId('asked-server')).toHaveText(servers.api);
  await expect(dialog.getByRole('button', { name: '取消' })).toBeFocused();
  await dialog.getByRole('button', { name: '填入登录页' }).click();
  await expect(page.getByLabel('服务器')).toHaveValue(servers.api);
  await expect(page.getByTestId('probed-server')).toHaveText(servers.api);

  // The second start gives the link to the first and ends.
  const again = { userDataDir: app.userDataDir, args: ['wukong://login?token=hunter2'] };
  await expect(launchApp(again)).rejects.toThrow();
  const bad = page.getByRole('dialog', { name: '来自链接' });
  await expect(bad).toContainText('这个版本不认识这种链接，什么也没有打开。');
  await page.keyboard.press('Escape');
  await expect(bad).toHaveCount(0);
  expect(page.url()).toContain('wukong');
});

fake('no link names a server where the organisation has locked it', async ({ openFake }) => {
  for (const signedIn of [true, false]) {
    const page = await openFake({
      signedIn,
      asked: { kind: 'server', server: 'https://elsewhere.example' },
      managed: {
        settings: [],
        server: 'https://im.wukong.example',
        registration: false,
        export: false,
        localStorageDays: null,
        appLock: false,
        appLockMinutes: null,
        blocked: null,
      },
    });
    const sentence = page.getByRole('dialog', { name: '来自链接' });
    await expect(sentence).toContainText('你的组织只允许登录指定的服务器');
    await expect(page.getByTestId('asked-server')).toHaveCount(0);
    await sentence.getByRole('button', { name: '确定' }).click();
    await expect(sentence).toHaveCount(0);
    await expect(page.getByText('elsewhere.example')).toHaveCount(0);
    if (!signedIn) await expect(page.getByLabel('服务器地址')).toHaveValue('https://im.wukong.example');
  }
});

test('a link opens a chat that the account knows, after a question and from the tray', async ({
  world,
  openWindow,
  launchApp,
}) => {
  const alice = await openWindow(world.alice);
  const { app, page } = alice;
  await app.native.closeWindow();
  const link = `wukong://chat/group/${world.group.channelId}`;
  await expect(launchApp({ userDataDir: app.userDataDir, args: [link] })).rejects.toThrow();
  await expect.poll(() => app.native.window()).toMatchObject({ visible: true });
  const dialog = page.getByRole('alertdialog', { name: '打开这个会话？' });
  await expect(dialog).toContainText(world.group.name);
  // Nothing is open, nothing read, until somebody says so.
  await expect(page.getByRole('log')).toHaveCount(0);
  await dialog.getByRole('button', { name: '打开会话' }).click();
  await expect(page.getByRole('log')).toBeVisible();
  await expect(page.getByRole('textbox').last()).toBeFocused();

  // As the first start hears of it; starting each of them takes seconds.
  const open = (text: string): Promise<boolean> =>
    app.evaluate(
      ({ app: first }, argument) => first.emit('second-instance', {}, ['app', argument], ''),
      text,
    );
  await open('wukong://chat/person/nobody-we-know');
  await expect(page.getByRole('dialog', { name: '来自链接' })).toContainText(
    '这个账号里没有链接所指的会话。',
  );
  await page.keyboard.press('Escape');
  await open(`wukong://friend/${world.bob.username}`);
  await page.getByRole('button', { name: '去查找' }).click();
  await expect(page.getByLabel('用户名或号码（完整）')).toHaveValue(world.bob.username);
});

for (const language of ['zh', 'en'] as const) {
  fake(`the questions of links, ${language}`, async ({ openFake }, testInfo) => {
    const asked = [
      { kind: 'server', server: 'https://im.example.com/wukong' },
      { kind: 'bad', why: 'form' },
      { kind: 'friend', keyword: 'linzhixia' },
    ] as const;
    for (const each of asked) {
      const page = await openFake({ language, theme: language === 'zh' ? 'light' : 'dark', asked: each });
      const dialog = page.getByRole(each.kind === 'bad' ? 'dialog' : 'alertdialog');
      await expect(dialog).toBeVisible();
      await expect(dialog.getByRole('button').first()).toBeFocused();
      await page.screenshot({
        animations: 'disabled',
        path: join(testInfo.outputPath(), `${each.kind}.png`),
      });
    }
  });
}
