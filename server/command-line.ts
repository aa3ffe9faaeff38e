/** The options of `npm run server` (docs/embedded-servers.md). */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run server -- [options]
  --port N           HTTP port of the business server (default 0: a free one)
  --host H           address to listen on (default 127.0.0.1)
  --data DIR         data folder (default: ${defaultDataDir()})
  --seed demo        demo accounts, groups and messages, only into an empty database
  --admin-password P enables /v1/manager/login (user superAdmin) and /v1/manager/common/appconfig
  --revoke-second N  recall window in seconds until an administrator saves another (default 120, -1 unlimited)
  --im-api URL       use this WuKongIM instead of the embedded one; its webhook must call <this server>/v2/webhook
  --im-tcp-port N, --im-ws-port N, --im-api-port N   ports of the embedded IM server (default 0)
  --store-repeats    store a message that is sent again (same client_msg_no) again, as a real WuKongIM does
  --exit-with-parent end when stdin closes`;

export interface ServerOptions {
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
  storeRepeats: boolean;
  exitWithParent: boolean;
}

/** The command line cannot be understood; the message says what is wrong. */
export class UsageError extends Error {}

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

export function readOptions(args: readonly string[]): ServerOptions {
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
        'store-repeats': { type: 'boolean' },
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
    storeRepeats: values['store-repeats'] === true,
    exitWithParent: values['exit-with-parent'] === true,
  };
}
