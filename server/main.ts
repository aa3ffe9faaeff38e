/**
 * `npm run server`: the embedded servers in one process, the business server and, unless `--im-api` names another, the IM server. Prints one
 * JSON line on stdout when ready; everything else goes to stderr. See docs/servers.md for the options.
 */
import { homedir, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type BusinessServer, startBusinessServer } from './business/business-server.ts';
import { seedDemo } from './demo.ts';
import { type ImServer, startImServer } from './im/im-server.ts';

const USAGE = `Usage: npm run server -- [options]
  --port N           HTTP port of the business server (default 0: a free one)
  --host H           address to listen on (default 127.0.0.1)
  --data DIR         data folder (default: ${defaultDataDir()})
  --seed demo        demo accounts, groups and messages, only into an empty database
  --admin-password P enables /v1/manager/login (user superAdmin) and /v1/manager/common/appconfig
  --revoke-second N  recall window in seconds until an administrator saves another (default 120, -1 unlimited)
  --im-api URL       use this WuKongIM instead of the embedded one; its webhook must call <this server>/v2/webhook
  --im-tcp-port N, --im-ws-port N, --im-api-port N   ports of the embedded IM server (default 0)
  --exit-with-parent end when stdin closes`;

interface Options {
  port: number;
  host: string;
  data: string;
  seed: boolean;
  adminPassword: string | undefined;
  revokeSecond: number | undefined;
  imApi: string | undefined;
  imTcpPort: number;
  imWsPort: number;
  imApiPort: number;
  exitWithParent: boolean;
}

class UsageError extends Error {}

function defaultDataDir(): string {
  const base =
    process.platform === 'win32'
      ? (process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Application Support')
        : (process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'));
  return join(base, 'wukong-desktop-server');
}

function integer(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < least || value > most)
    throw new UsageError(`--${name} must be a number from ${least} to ${most}`);
  return value;
}

/** parseArgs takes "--name -1" for two options; "--name=-1" is its way to write it. */
function joinNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const previous = joined.at(-1);
    if (/^-\d+$/.test(arg) && previous?.startsWith('--') && !previous.includes('='))
      joined[joined.length - 1] = `${previous}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function readOptions(args: string[]): Options {
  let values;
  try {
    ({ values } = parseArgs({
      args: joinNegativeNumbers(args),
      strict: true,
      allowPositionals: false,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        seed: { type: 'string' },
        'admin-password': { type: 'string' },
        'revoke-second': { type: 'string' },
        'im-api': { type: 'string' },
        'im-tcp-port': { type: 'string' },
        'im-ws-port': { type: 'string' },
        'im-api-port': { type: 'string' },
        'exit-with-parent': { type: 'boolean' },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'unreadable options');
  }
  if (values.seed !== undefined && values.seed !== 'demo') throw new UsageError('--seed knows only "demo"');
  if (values['admin-password'] === '') throw new UsageError('--admin-password must not be empty');
  if (values['im-api'] !== undefined && !/^https?:$/.test(URL.parse(values['im-api'])?.protocol ?? '')) {
    throw new UsageError('--im-api must be an http or https URL');
  }
  const port = (name: 'port' | 'im-tcp-port' | 'im-ws-port' | 'im-api-port'): number =>
    integer(name, values[name], 0, 65_535) ?? 0;
  return {
    port: port('port'),
    host: values.host ?? '127.0.0.1',
    data: values.data ?? defaultDataDir(),
    seed: values.seed === 'demo',
    adminPassword: values['admin-password'],
    revokeSecond: integer('revoke-second', values['revoke-second'], -1, 2_000_000_000),
    imApi: values['im-api'],
    imTcpPort: port('im-tcp-port'),
    imWsPort: port('im-ws-port'),
    imApiPort: port('im-api-port'),
    exitWithParent: values['exit-with-parent'] === true,
  };
}

const note = (message: string): void => {
  process.stderr.write(`${new Date().toISOString()} ${message}\n`);
};
const log = { info: note, warn: note };

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');
const isAnyAddress = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** What clients on other machines are told to connect to when listening on every address. */
function externalHost(host: string): string {
  if (!isAnyAddress(host)) return host;
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return addresses.find((entry) => entry.family === 'IPv4' && !entry.internal)?.address ?? '127.0.0.1';
}

async function start(
  options: Options,
): Promise<{ business: BusinessServer; im: ImServer | null; imApi: string }> {
  const reachable = externalHost(options.host);
  // The HTTP API of an IM server has no users: off loopback it gets a secret that only this process knows.
  const managerToken = isLoopback(options.host) ? undefined : randomBytes(24).toString('hex');
  const im = options.imApi
    ? null
    : await startImServer({
        dataDir: join(options.data, 'im'),
        host: options.host,
        externalHost: reachable,
        tcpPort: options.imTcpPort,
        wsPort: options.imWsPort,
        apiPort: options.imApiPort,
        ...(managerToken === undefined ? {} : { managerToken }),
        log: (level, message) => {
          if (level !== 'debug') note(`im ${level}: ${message}`);
        },
      });
  try {
    const imApi = options.imApi ?? im?.api ?? '';
    const business = await startBusinessServer({
      dataDir: join(options.data, 'business'),
      host: options.host,
      port: options.port,
      // 0.0.0.0 is an address to listen on, not one to call.
      imApi: imApi.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:'),
      ...(managerToken !== undefined && im ? { imManagerToken: managerToken } : {}),
      ...(options.adminPassword === undefined ? {} : { adminPassword: options.adminPassword }),
      ...(options.revokeSecond === undefined ? {} : { revokeSecond: options.revokeSecond }),
      log,
    });
    im?.setWebhook(
      `${business.api.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')}/v2/webhook`,
    );
    return { business, im, imApi };
  } catch (error) {
    await im?.close();
    throw error;
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const { business, im, imApi } = await start(options);
  let ending = false;
  const end = (reason: string): void => {
    if (ending) return;
    ending = true;
    note(`ending: ${reason}`);
    // The business server first: what it still owes to the IM server stays in its queue.
    void business
      .close()
      .then(() => im?.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          note(`could not end cleanly: ${error instanceof Error ? error.message : 'unknown'}`);
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  if (options.exitWithParent) {
    process.stdin.resume();
    process.stdin.on('close', () => end('stdin closed'));
    process.stdin.on('error', () => end('stdin closed'));
  }
  if (options.seed && (await seedDemo(business))) note('demo data written');
  const route = im ? { tcp: im.tcp, ws: im.ws } : await routeOf(business);
  if (!ending)
    process.stdout.write(
      `${JSON.stringify({ ready: true, api: business.api, im: { ...route, api: imApi } })}\n`,
    );
}

async function routeOf(business: BusinessServer): Promise<{ tcp: string; ws: string }> {
  try {
    const route = await business.context.im.route('u');
    return { tcp: route.tcp_addr, ws: route.ws_addr };
  } catch (error) {
    note(`the IM server does not answer yet: ${error instanceof Error ? error.message : 'unknown'}`);
    return { tcp: '', ws: '' };
  }
}

try {
  await main();
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    process.exit(2);
  }
  note(`could not start: ${error instanceof Error ? error.message : 'unknown'}`);
  process.exit(1);
}
