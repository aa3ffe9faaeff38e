/** The shell: the app comes up, and the page can do nothing but call `window.wukong`. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright';
import type { WukongBridge } from '../../shared/ipc/contract/bridge.ts';
import { expect, test, type AppHandle } from '../fixtures/test.ts';

declare global {
  interface Window {
    wukong: WukongBridge;
  }
}

async function open(launchApp: () => Promise<AppHandle>): Promise<{ app: AppHandle; page: Page }> {
  const app = await launchApp();
  return { app, page: await app.firstWindow() };
}

test('starts signed out and shows a page', async ({ launchApp }) => {
  const { app, page } = await open(() => launchApp({ lang: 'en' }));
  const state = await page.evaluate(() => window.wukong.invoke('shell.state', undefined));
  expect(state).toMatchObject({ ok: true, value: { account: null, recentAccounts: [], language: 'en' } });
  await expect(page.locator('body')).not.toBeEmpty();
  await expect.poll(() => app.native.window()).toMatchObject({ title: 'WuKong Desktop', visible: true });
});

test('the page has no Node, no eval, and a frozen bridge', async ({ launchApp }) => {
  const { page } = await open(launchApp);
  const seen = await page.evaluate(async () => {
    const names = ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'];
    const before = window.wukong;
    try {
      (window as { wukong: unknown }).wukong = {};
    } catch {
      // Strict mode refuses aloud.
    }
    const evaluated = await new Promise((resolve) => {
      // In a task of the page's own: what the test itself evaluates is exempt from the CSP.
      setTimeout(() => {
        try {
          // oxlint-disable-next-line no-eval -- this is what has to fail
          resolve((0, eval)('1 + 1'));
        } catch (error) {
          resolve((error as Error).name);
        }
      });
    });
    return {
      globals: names.filter((name) => name in globalThis),
      frozen: Object.isFrozen(window.wukong) && window.wukong === before,
      keys: Object.keys(window.wukong).sort(),
      evaluated,
    };
  });
  expect(seen).toEqual({ globals: [], frozen: true, keys: ['invoke', 'on'], evaluated: 'EvalError' });
});

test('inline scripts and foreign requests are blocked', async ({ launchApp }) => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.setHeader('access-control-allow-origin', '*').end('{}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  const { port } = server.address() as AddressInfo;
  const { page } = await open(launchApp);
  const outcome = await page.evaluate(async (url) => {
    const script = document.createElement('script');
    // By a text node: `textContent` of a script is refused by trusted types already.
    script.append('document.documentElement.dataset.inline = "ran"');
    document.head.append(script);
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- runs in the page, has to be complete
    const settled = (element: HTMLElement): Promise<string> =>
      new Promise((resolve) => {
        element.addEventListener('load', () => resolve('loaded'));
        element.addEventListener('error', () => resolve('blocked'));
        document.body.append(element);
      });
    const fetched = await fetch(url).then(
      () => 'fetched',
      () => 'blocked',
    );
    return {
      inline: document.documentElement.dataset['inline'] ?? 'blocked',
      fetched,
      image: await settled(Object.assign(document.createElement('img'), { src: url })),
      style: await settled(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url })),
    };
  }, `http://127.0.0.1:${port}/`);
  expect(new Set(Object.values(outcome)), JSON.stringify(outcome)).toEqual(new Set(['blocked']));
  // Trusted types refuse a script's address before it is one; see security.spec.ts.
  expect(requests).toBe(0);
  await new Promise((done) => server.close(done));
});

test('navigation, new windows and permissions are denied', async ({ launchApp }) => {
  const { app, page } = await open(launchApp);
  const address = page.url();
  expect(await page.evaluate(() => window.open('https://example.com/'))).toBeNull();
  await page.evaluate(() => {
    for (const target of ['_self', '_blank']) {
      const link = document.createElement('a');
      Object.assign(link, { href: 'https://example.com/', target });
      document.body.append(link);
      link.click();
      link.remove();
    }
    location.href = 'about:blank';
    location.assign('https://example.com/');
  });
  // A call that is answered proves that the page is still the app's and alive.
  const state = await page.evaluate(() => window.wukong.invoke('shell.state', undefined));
  expect(state.ok).toBe(true);
  expect(page.url()).toBe(address);
  // What a link opens in the stand-in's Chromium is closed by it at once (e2e/standin/index.ts).
  await expect.poll(() => app.windows().length).toBe(1);
  const permission = await page.evaluate(() => Notification.permission);
  expect(permission).toBe('denied');
});

test('calls are checked: wrong arguments, unknown channels, uncloneable values', async ({ launchApp }) => {
  const { page } = await open(launchApp);
  const answers = await page.evaluate(async () => {
    const { invoke } = window.wukong as unknown as {
      invoke: (channel: unknown, args: unknown) => Promise<unknown>;
    };
    return {
      wrongType: await invoke('signIn.probe', { server: 3 }),
      missing: await invoke('messages.send', { text: 'x' }),
      unknown: await invoke('shell.exec', { command: 'id' }),
      prototype: await invoke('constructor', undefined),
      uncloneable: await invoke('shell.setSettings', { theme: () => 'dark' }),
      surplus: await invoke('shell.setSettings', { theme: 'dark', admin: true }),
      signedOut: await invoke('core.bootstrap', undefined),
      scheme: await invoke('shell.openExternal', { url: 'file:///etc/passwd' }),
    };
  });
  const badArgument = { ok: false, code: 'badArgument' };
  expect(answers).toMatchObject({
    wrongType: { ...badArgument, field: 'server' },
    missing: { ...badArgument, field: 'channel' },
    unknown: badArgument,
    prototype: badArgument,
    uncloneable: badArgument,
    surplus: badArgument,
    signedOut: { ok: false, code: 'signedOut' },
    scheme: badArgument,
  });
});

test('settings and window size survive a restart; the files are private', async ({ launchApp, tempDir }) => {
  const userDataDir = join(tempDir, 'kept');
  const first = await launchApp({ userDataDir });
  const page = await first.firstWindow();
  await page.evaluate(() =>
    window.wukong.invoke('shell.setSettings', { theme: 'dark', language: 'en', listWidth: 333 }),
  );
  await expect.poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
  await first.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(1000, 700));
  await first.close();

  const { mode } = await stat(join(userDataDir, 'settings.json'));
  if (process.platform !== 'win32') expect(mode & 0o077).toBe(0);
  expect(JSON.parse(await readFile(join(userDataDir, 'window-state.json'), 'utf8'))).toMatchObject({
    width: 1000,
  });

  const second = await launchApp({ userDataDir });
  const again = await second.firstWindow();
  const state = await again.evaluate(() => window.wukong.invoke('shell.state', undefined));
  expect(state).toMatchObject({ value: { language: 'en', settings: { theme: 'dark', listWidth: 333 } } });
  expect(await second.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getSize())).toEqual([
    1000, 700,
  ]);
});

test('closing hides to the tray, whose menu shows, silences and quits', async ({ launchApp }) => {
  const { app } = await open(() => launchApp({ lang: 'zh' }));
  await expect.poll(() => app.native.window()).toMatchObject({ visible: true });
  await app.native.closeWindow();
  await expect.poll(() => app.native.window()).toMatchObject({ visible: false });
  await expect.poll(() => app.native.notifications()).toMatchObject([{ title: '悟空仍在后台运行' }]);
  const labels = async (): Promise<string[]> => (await app.native.tray()).items.map((item) => item.label);
  await expect.poll(labels).toEqual(['显示窗口', '0 条未读', '', '勿扰', '', '退出']);
  await app.native.clickTray('show');
  await expect.poll(() => app.native.window()).toMatchObject({ visible: true, focused: true });
  await app.native.clickTray('doNotDisturb');
  const page = await app.firstWindow();
  await expect
    .poll(() => page.evaluate(() => window.wukong.invoke('shell.state', undefined)))
    .toMatchObject({ value: { settings: { notifications: false } } });
  const ended = new Promise<void>((done) => app.process().once('exit', () => done()));
  await app.native.clickTray('quit');
  await ended;
});

test('a second start focuses the first and ends', async ({ launchApp, tempDir }) => {
  const userDataDir = join(tempDir, 'single');
  const app = await launchApp({ userDataDir });
  await app.firstWindow();
  await expect.poll(() => app.native.window()).toMatchObject({ visible: true });
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  await expect(launchApp({ userDataDir })).rejects.toThrow();
  await expect.poll(() => app.native.window()).toMatchObject({ visible: true });
});

test('menus follow the language', async ({ launchApp }) => {
  const { app, page } = await open(() => launchApp({ lang: 'zh' }));
  await page.evaluate(() => window.wukong.invoke('shell.setSettings', { language: 'en' }));
  const item = async () => (await app.native.menu()).find(({ id }) => id === 'settings');
  await expect.poll(item).toMatchObject({ label: 'Settings', accelerator: 'CommandOrControl+,' });
  await page.evaluate(() => window.wukong.invoke('shell.setSettings', { language: 'zh' }));
  await expect.poll(item).toMatchObject({ label: '设置' });

  // The menu of a text field, as the system is given it: Chromium says over which kind of thing the pointer was.
  const editMenu = (isEditable: boolean): Promise<string[]> =>
    app.evaluate(({ BrowserWindow, Menu }, editable) => {
      const shown: string[] = [];
      // oxlint-disable-next-line typescript/unbound-method -- put back as it was
      const { popup } = Menu.prototype;
      Menu.prototype.popup = function (this: Electron.Menu) {
        shown.push(...this.items.filter(({ enabled }) => enabled).map(({ label, type }) => label || type));
      };
      const can = { canUndo: false, canRedo: false, canCut: true, canCopy: true, canPaste: true };
      BrowserWindow.getAllWindows()[0]?.webContents.emit(
        'context-menu',
        {},
        {
          isEditable: editable,
          editFlags: { ...can, canDelete: true, canSelectAll: true, canEditRichly: false },
          misspelledWord: 'wrod',
          dictionarySuggestions: ['word'],
        },
      );
      Menu.prototype.popup = popup;
      return shown;
    }, isEditable);
  expect(await editMenu(true)).toEqual([
    'word',
    'separator',
    'separator',
    '剪切',
    '复制',
    '粘贴',
    '粘贴为纯文本',
    '全选',
  ]);
  expect(await editMenu(false)).toEqual([]);
});

test('a sign-in that was kept opens by itself; signing out erases it', async ({
  servers,
  shared,
  launchApp,
  tempDir,
}) => {
  const userDataDir = join(tempDir, 'account');
  const person = { username: `shell-spec${shared.nextTag()}`, password: 'spec-password-1', name: '沈川' };
  const first = await launchApp({ userDataDir });
  const page = await first.firstWindow();
  const entry = await page.evaluate(
    ([server, form]) => window.wukong.invoke('signIn.register', { ...form, server, keepSignedIn: true }),
    [servers.api, person] as const,
  );
  expect(entry).toMatchObject({
    ok: true,
    value: { step: 'in', account: { username: person.username, keepSignedIn: true } },
  });
  // As a crash: nothing may depend on a tidy end.
  await first.kill();

  const second = await launchApp({ userDataDir });
  const again = await second.firstWindow();
  const me = await again.evaluate(() => window.wukong.invoke('core.bootstrap', undefined));
  expect(me).toMatchObject({ ok: true, value: { me: { name: person.name } } });
  const accounts = await readdir(join(userDataDir, 'accounts'));
  expect(accounts).toHaveLength(1);
  const left = await again.evaluate(() => window.wukong.invoke('shell.signOut', undefined));
  expect(left).toMatchObject({ ok: true, value: { session: 'ended' } });
  expect(await readdir(join(userDataDir, 'accounts'))).toEqual([]);
  const state = await again.evaluate(() => window.wukong.invoke('shell.state', undefined));
  expect(state).toMatchObject({ value: { account: null, recentAccounts: [{ keepSignedIn: false }] } });
});
