/** The switches of the running app: how its windows were made, what they refuse, what an installed app refuses. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { appCommand } from '../../scripts/runtime.ts';
import { ROOT } from '../../scripts/paths.ts';
import { expect, test } from '../fixtures/test.ts';

test('every window runs with the switches of the app', async ({ launchApp }) => {
  const app = await launchApp();
  await app.firstWindow();
  const windows = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(({ webContents }) => {
      // In no type of Electron's, but in every version: what the page really got.
      const contents = webContents as unknown as { getLastWebPreferences: () => Record<string, unknown> };
      const { preload, ...switches } = contents.getLastWebPreferences();
      return { preload: String(preload), switches };
    }),
  );
  expect(windows.length).toBeGreaterThan(0);
  for (const { preload, switches } of windows) {
    expect(preload).toBe(join(ROOT, 'out', 'preload', 'index.cjs'));
    expect(switches).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    });
    expect(switches['enableBlinkFeatures'] ?? '').toBe('');
  }
});

test('text never becomes markup or code, and nothing downloads by itself', async ({ launchApp }) => {
  const app = await launchApp();
  const page = await app.firstWindow();
  const sinks = await page.evaluate(
    () =>
      new Promise<Record<string, string>>((resolve) => {
        // In a task of the page's own: what the test itself evaluates is exempt from the CSP.
        setTimeout(() => {
          const outcomes: Record<string, string> = {};
          const tried: Record<string, () => void> = {
            innerHTML: () => (document.createElement('div').innerHTML = '<b>x</b>'),
            outerHTML: () => {
              const parent = document.createElement('div');
              const child = parent.appendChild(document.createElement('i'));
              child.outerHTML = '<b>x</b>';
            },
            insertAdjacentHTML: () =>
              document.createElement('div').insertAdjacentHTML('beforeend', '<b>x</b>'),
            srcdoc: () => (document.createElement('iframe').srcdoc = '<b>x</b>'),
            scriptSrc: () => (document.createElement('script').src = 'app.js'),
            parser: () => new DOMParser().parseFromString('<b>x</b>', 'text/html'),
            policy: () => {
              const { trustedTypes } = window as unknown as {
                trustedTypes: { createPolicy: (name: string, rules: object) => unknown };
              };
              trustedTypes.createPolicy('default', { createHTML: (text: string) => text });
            },
          };
          for (const [name, run] of Object.entries(tried)) {
            try {
              run();
              outcomes[name] = 'done';
            } catch (error) {
              outcomes[name] = (error as Error).name;
            }
          }
          resolve(outcomes);
        });
      }),
  );
  expect(new Set(Object.values(sinks)), JSON.stringify(sinks)).toEqual(new Set(['TypeError']));

  await app.evaluate(({ BrowserWindow }) => {
    const seen: boolean[] = [];
    Object.assign(globalThis, { seenDownloads: seen });
    BrowserWindow.getAllWindows()[0]?.webContents.session.on(
      'will-download',
      (event) => void seen.push(event.defaultPrevented),
    );
  });
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(['x'], { type: 'application/octet-stream' }));
    link.download = 'x.exe';
    document.body.append(link);
    link.click();
    link.remove();
  });
  await expect
    .poll(() => app.evaluate(() => (globalThis as unknown as { seenDownloads: boolean[] }).seenDownloads))
    .toEqual([true]);
});

test('an installed app refuses debuggers, foreign code and the switches of demo and tests', async ({
  runtime,
  tempDir,
}) => {
  test.skip(runtime.kind === 'electron', 'isPackaged is true only in an installer of the app');
  const start = (
    args: string[],
    env: Record<string, string> = {},
  ): Promise<{ code: number | null; said: string }> =>
    new Promise((resolve, reject) => {
      const { command, args: all } = appCommand(runtime, [
        `--user-data-dir=${join(tempDir, 'installed')}`,
        ...args,
      ]);
      const child = spawn(command, all, {
        cwd: ROOT,
        env: { ...process.env, ...env, WUKONG_STANDIN_PACKAGED: '1', WUKONG_HEADLESS: '1', LC_ALL: 'C' },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (data: Buffer) => (said += data.toString('utf8')));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, said }));
    });
  const cases: [string, string[], Record<string, string>?][] = [
    ['--remote-debugging-port', ['--remote-debugging-port=0']],
    ['--inspect', ['--inspect=127.0.0.1:0']],
    ['--js-flags', ['--js-flags=--expose-gc']],
    ['--demo-server', ['--demo-server=http://127.0.0.1:9']],
    ['NODE_TLS_REJECT_UNAUTHORIZED', [], { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
    ['NODE_DEBUG', [], { NODE_DEBUG: 'http' }],
  ];
  for (const [name, args, env] of cases) {
    const { code, said } = await start(['--lang=en', ...args], env);
    expect(said, name).toContain(`The installed app does not accept ${name}. Start it without.`);
    expect(code, name).toBe(64);
  }
});
