import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readOptions } from './command-line.ts';

const NEEDED = ['--tsdd', 'http://t:8090', '--im-api', 'http://im:5001', '--mysql', 'mysql://u:p@db:3306/im'];

const TWO_NODES = NEEDED.map((each) =>
  each === 'http://im:5001' ? 'http://im1:5001,http://im2:5001' : each,
);

test('what stands on the command line, and what it is when it does not', () => {
  expect(
    readOptions([...NEEDED, '--tsdd', 'http://a:1/,https://b', '--window', '-1', '--metrics', '9100']),
  ).toMatchObject({
    tsdd: ['http://a:1', 'https://b'],
    window: -1,
    metrics: 9100,
    port: 8091,
    fail: 'open',
    redis: undefined,
    openSecrets: ['mysql'],
  });
  const env = {
    WUKONG_GUARD_MYSQL: 'mysql://u:p@db/im',
    WUKONG_GUARD_REDIS: 'redis://r',
    WUKONG_IM_API_TOKEN: 'tok',
  };
  expect(readOptions(NEEDED.slice(0, 4), env)).toMatchObject({
    redis: 'redis://r',
    imApiToken: 'tok',
    openSecrets: [],
  });
  const plugin = ['--plugin', '/run/wk.sock'];
  expect(readOptions(plugin)).toMatchObject({ mode: 'plugin', socket: '/run/wk.sock', host: '127.0.0.1' });
  // In a container Prometheus comes from another one.
  expect(readOptions([...plugin, '--host', '0.0.0.0'])).toMatchObject({ host: '0.0.0.0' });
});

test.each([
  [[], '--tsdd is missing: --tsdd URL[,URL]'],
  [['--tsdd', 'ftp://x'], '--tsdd ftp://x: must be an http or https URL'],
  [['--tsdd', 'http://x/v1/'], '--tsdd http://x/v1/: scheme, host and port only'],
  [NEEDED.slice(0, 2), '--im-api is missing: --im-api URL[,URL]'],
  [NEEDED.slice(0, 4), '--mysql is missing: --mysql mysql://user:password@host:3306/name'],
  [[...NEEDED, '--mysql', 'postgres://u:secret@h/d'], '--mysql must be a URL that begins with mysql://'],
  [
    [...NEEDED, '--mysql', 'mysql://u:secret@h'],
    '--mysql must name a database: mysql://user:password@host:3306/name',
  ],
  [[...TWO_NODES, '--im-wss', 'wss://im/'], '--im-wss wss://im/: must be a URL with {node} once'],
  [
    [...TWO_NODES, '--im-wss', 'http://im/{node}'],
    '--im-wss http://im/{node}: must be a URL with {node} once',
  ],
  [[...TWO_NODES, '--im-wss', '{node}{node}'], '--im-wss {node}{node}: must be a URL with {node} once'],
  [[...NEEDED, '--im-wss', 'wss://im/{node}'], '--im-wss chooses between nodes: --im-api names one only'],
  [[...NEEDED, '--window', '2h'], '--window must be a number from -1 to 2000000000'],
  [[...NEEDED, '--trust-proxy', '10.0.0.0/33'], '--trust-proxy 10.0.0.0/33: must be an address or a network'],
  [[...NEEDED, '--fail', 'never'], '--fail must be open or closed'],
  [
    ['--plugin', '/s', '--tsdd', 'http://x'],
    '--plugin and --tsdd: the plug-in runs alone, beside the WuKongIM node',
  ],
])('%j is refused in one sentence', (args, sentence) => {
  expect(() => readOptions(args)).toThrow(sentence);
});

async function run(args: readonly string[]): Promise<{ code: number | null; errors: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, errors };
}

test('the process ends with 2 and that sentence, also when what answers is no TSDD', async () => {
  expect(await run([])).toEqual({ code: 2, errors: '--tsdd is missing: --tsdd URL[,URL]\n' });
  const other = createServer((_request, response) => response.end('{"hello":1}'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const { code, errors } = await run(['--tsdd', url, '--im-api', url, '--mysql', 'mysql://127.0.0.1:9/im']);
  other.close();
  expect(code).toBe(2);
  expect(errors).toBe(
    `--tsdd ${url}: what answers there is no TSDD this guard knows (GET /v1/common/appconfig)\n`,
  );
});
