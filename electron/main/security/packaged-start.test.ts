import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { refusedStart } from './packaged-start.ts';

function refused(
  argv: string[],
  more: { execArgv?: string[]; env?: Record<string, string>; platform?: NodeJS.Platform } = {},
): string[] {
  const { execArgv = [], env = {}, platform = 'linux' } = more;
  return refusedStart({ argv: ['/opt/wukong', ...argv], execArgv, env, platform });
}

describe('a packaged app', () => {
  it.each([
    [[]],
    [['--server=https://im.example.com', '--profile', 'work', '--hidden']],
    [['--user-data-dir=/data', '--lang=zh']],
    [['--ozone-platform-hint=auto', '--force-device-scale-factor=1.5', '--disable-gpu']],
    [['--open=new-group']],
    [['--', 'wukong://chat/person/a']],
    [['-', '--', 'a word', '/a/path']],
  ])('starts with %j', (argv) => expect(refused(argv)).toEqual([]));

  it.each([
    '--remote-debugging-port=9222',
    '--remote-debugging-port',
    '--remote-debugging-pipe',
    '--remote-debugging-address=0.0.0.0',
    '--remote-allow-origins=*',
    '-remote-debugging-port=9222',
    '--inspect',
    '--inspect-brk=0.0.0.0:9229',
    '--inspect-wait',
    '--inspect-port=1',
    '--inspect-publish-uid=http',
    '--js-flags=--allow-natives-syntax',
    '--host-rules=MAP * evil.example',
    '--host-resolver-rules=MAP * 127.0.0.1',
    '--proxy-server=127.0.0.1:8080',
    '--ignore-certificate-errors',
    '--ignore-certificate-errors-spki-list=x',
    '--no-sandbox',
    '--disable-gpu-sandbox',
    '--disable-site-isolation-trials',
    '--disable-web-security',
    '--allow-file-access-from-files',
    '--allow-running-insecure-content',
    '--enable-blink-features=X',
    '--enable-features=X',
    '--disable-features=X',
    '--load-extension=/tmp/x',
    '--renderer-cmd-prefix=gdb',
    '--gpu-launcher=sh',
    '--utility-cmd-prefix=sh',
    '--log-net-log=/tmp/x',
    '--ssl-key-log-file=/tmp/x',
    '--enable-logging',
    '--single-process',
    '--auto-open-devtools-for-tabs',
    '--demo-server=http://127.0.0.1:1',
    '--require=/tmp/x.js',
    '-r',
    '--a-switch-of-next-year',
  ])('refuses %s', (argument) => {
    const name = `--${argument.replace(/^-+/, '').split('=')[0] ?? ''}`;
    expect(refused(['--lang=zh', argument])).toEqual([name]);
  });

  it('refuses a switch also where a link belongs', () => {
    expect(refused(['--', '--gpu-launcher=sh', 'wukong://chat/person/a'])).toEqual(['--gpu-launcher']);
  });

  it('knows how switches are written on Windows, and what the Finder adds', () => {
    const platform = 'win32';
    expect(refused(['/Remote-Debugging-Port=9222'], { platform })).toEqual(['--remote-debugging-port']);
    expect(refused(['--SERVER=https://a'], { platform })).toEqual([]);
    expect(refused([], { platform, env: { Node_Options: '--require x' } })).toEqual(['NODE_OPTIONS']);
    expect(refused(['-psn_0_12345'], { platform: 'darwin' })).toEqual([]);
    expect(refused(['-Embedding'], { platform })).toEqual([]);
    expect(refused(['-Embedding'])).toEqual(['--Embedding']);
    expect(refused(['-psn_0_12345'])).toEqual(['--psn_0_12345']);
  });

  it.each([
    ['NODE_OPTIONS', '--inspect=0.0.0.0:1'],
    ['NODE_OPTIONS', '--max-old-space-size=4096 --require /tmp/x.js'],
    ['NODE_OPTIONS', '-r /tmp/x.js'],
    ['NODE_OPTIONS', '--import=data:text/javascript,x'],
    ['NODE_OPTIONS', '"--require" /tmp/x.js'],
    ['NODE_OPTIONS', '--tls-keylog=/tmp/x'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
    ['NODE_DEBUG', 'http'],
    ['NODE_DEBUG_NATIVE', 'http'],
    ['NODE_REPL_EXTERNAL_MODULE', '/tmp/x.js'],
  ])('refuses %s=%s', (name, value) => expect(refused([], { env: { [name]: value } })).toEqual([name]));

  it.each([
    ['NODE_OPTIONS', ''],
    ['NODE_OPTIONS', '  --max_old_space_size=8192  --no-warnings '],
    ['NODE_TLS_REJECT_UNAUTHORIZED', '1'],
    ['NODE_ENV', 'production'],
  ])('starts with %s=%s', (name, value) => expect(refused([], { env: { [name]: value } })).toEqual([]));

  it('takes --no-sandbox from the start script of an AppImage alone', () => {
    const env = { APPIMAGE: '/home/a/wukong.AppImage' };
    expect(refused(['--no-sandbox'], { env })).toEqual([]);
    expect(refused(['--no-sandbox', '--disable-web-security'], { env })).toEqual(['--disable-web-security']);
    expect(refused(['--no-sandbox'], { env: { APPIMAGE: '' } })).toEqual(['--no-sandbox']);
    expect(refused(['--no-sandbox'], { env, platform: 'win32' })).toEqual(['--no-sandbox']);
  });

  it('names each once, without its value, also what Node took for itself', () => {
    const argv = ['--inspect=127.0.0.1:1', '--inspect=127.0.0.1:2'];
    expect(refused(argv, { execArgv: ['--inspect=127.0.0.1:1'] })).toEqual(['--inspect']);
  });
});

it.skipIf(process.platform === 'win32')('SIGUSR1 opens no debugger', () => {
  const script = `
    import { closeDebuggerDoor } from ${JSON.stringify(new URL('./packaged-start.ts', import.meta.url).href)};
    import { url } from 'node:inspector';
    closeDebuggerDoor((message) => {
      console.log(message, url());
      process.exit(0);
    });
    setInterval(() => undefined, 1000);
    process.kill(process.pid, 'SIGUSR1');`;
  const said = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(said).toBe('denied: debugger by SIGUSR1 undefined\n');
});
