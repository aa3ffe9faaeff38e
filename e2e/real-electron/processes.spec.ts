/** Process model, sandbox, keychain, the system's power and login: what the stand-in has none of. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../scripts/paths.ts';
import { writeAppAsar } from '../fixtures/app/app-asar.ts';
import { expect, only, test } from './electron-test.ts';

test("the page's process is in Chromium's sandbox", async ({ launchApp }) => {
  const app = await launchApp();
  await app.firstWindow();
  const { pid, metric } = await app.evaluate(({ app: electronApp, BrowserWindow }) => {
    const page = BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0;
    return { pid: page, metric: electronApp.getAppMetrics().find((each) => each.pid === page) };
  });
  expect(pid).toBeGreaterThan(0);
  if (process.platform === 'linux') {
    test.skip(process.getuid?.() === 0, "Chromium's sandbox refuses root");
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^NoNewPrivs:\s*1$/m);
    expect(status).toMatch(/^Seccomp:\s*2$/m);
    return;
  }
  expect(metric?.sandboxed).toBe(true);
  if (process.platform === 'win32') expect(['low', 'untrusted']).toContain(metric?.integrityLevel);
});

test('the page got exactly the switches it was made with', async ({ launchApp }) => {
  const app = await launchApp();
  await app.firstWindow();
  const switches = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences: () => Record<string, unknown>;
    };
    return contents.getLastWebPreferences();
  });
  expect(switches).toMatchObject({
    partition: 'page',
    preload: join(ROOT, 'out', 'preload', 'index.cjs'),
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  });
});

test('safeStorage seals and opens, and the settings name what does it', async ({ launchApp }) => {
  const app = await launchApp();
  const page = await app.firstWindow();
  const { backend, available, opened, plain } = await app.evaluate(async ({ safeStorage }) => {
    const sealed = await safeStorage.encryptStringAsync('a token');
    return {
      backend: process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : '',
      available: await safeStorage.isAsyncEncryptionAvailable(),
      opened: (await safeStorage.decryptStringAsync(sealed)).result,
      plain: sealed.includes('a token'),
    };
  });
  expect({ available, opened, plain }).toEqual({ available: true, opened: 'a token', plain: false });
  const state = await page.evaluate(() => window.wukong.invoke('shell.state', undefined));
  const store = { win32: 'dpapi', darwin: 'keychain' }[process.platform as 'win32' | 'darwin'] ?? backend;
  const weak = store === 'basic_text' || store === 'unknown';
  expect(state).toMatchObject({
    value: { tokenStore: store, tokenProtection: weak ? 'basic' : 'keychain' },
  });
});

test('a second start hands its link to the first and ends without a word', async ({ launchApp, tempDir }) => {
  const userDataDir = join(tempDir, 'one');
  const app = await launchApp({ userDataDir, lang: 'en' });
  const page = await app.firstWindow();
  await app.native.closeWindow();
  await expect(launchApp({ userDataDir, args: ['wukong://nothing/we/know'] })).rejects.toThrow();
  await expect.poll(() => app.native.window()).toMatchObject({ visible: true });
  await expect(page.getByRole('dialog', { name: 'From a link' })).toBeVisible();
});

test('macOS hands links over to the app that runs by open-url', async ({ launchApp }) => {
  only(['darwin'], 'open-url is macOS');
  const app = await launchApp({ lang: 'en' });
  const page = await app.firstWindow();
  await app.evaluate(({ app: electronApp }) => {
    electronApp.emit(
      'open-url',
      { preventDefault: () => undefined },
      'wukong://server?address=https://a.example',
    );
  });
  await expect(page.getByTestId('asked-server')).toHaveText('https://a.example');
});

test('sleep, wake and lock reach the page', async ({ launchApp }) => {
  const app = await launchApp();
  const page = await app.firstWindow();
  const away = async (): Promise<unknown> => {
    const state = await page.evaluate(() => window.wukong.invoke('shell.state', undefined));
    return state.ok && state.value.away;
  };
  expect(await away()).toBe(false);
  for (const [off, on] of [
    ['suspend', 'resume'],
    ['lock-screen', 'unlock-screen'],
  ] as const) {
    await app.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), off);
    await expect.poll(away).toBe(true);
    await app.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), on);
    await expect.poll(away).toBe(false);
  }
  const idle = await app.evaluate(({ powerMonitor }) => powerMonitor.getSystemIdleState(60));
  expect(['active', 'idle', 'locked', 'unknown']).toContain(idle);
});

test('the account worker and its SQLite run from inside app.asar', async ({
  runtime,
  servers,
  world,
  tempDir,
}) => {
  const { AppWindow } = await import('../fixtures/test.ts');
  const { launchApp: launch } = await import('../fixtures/app/launch-app.ts');
  const folder = await mkdtemp(join(tmpdir(), 'wukong-asar-'));
  try {
    const archive = await writeAppAsar(ROOT, folder);
    const app = await launch(runtime, { userDataDir: join(tempDir, 'packed'), appPath: archive });
    const window = await AppWindow.of(app);
    await window.signIn(servers.api, world.alice.username);
    await window.openChat(world.bob.name);
    await window.composer.fill('from inside the archive');
    await window.composer.press('Enter');
    await expect(window.bubble('from inside the archive')).toHaveAttribute(
      'aria-label',
      /已发送|已送达|已读/,
    );
    expect(await app.evaluate(({ app: electronApp }) => electronApp.getAppPath())).toBe(archive);
    await app.close();
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
});

test('an installed app says of itself that fuses, sandbox and databases are right', async ({ tempDir }) => {
  const program = process.env['WUKONG_INSTALLED_APP'];
  test.skip(program === undefined, 'WUKONG_INSTALLED_APP names no installed app');
  const file = join(tempDir, 'self-check.json');
  execFileSync(program ?? '', [`--self-check=${file}`], { timeout: 50_000 });
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ ok: true });
});
