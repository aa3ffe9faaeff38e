/** The options of `npm run server` (docs/embedded-servers.md). */
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run server -- [options]
  --port N           HTTP port of the business server (default 0: a free one)
  --host H           address to listen on (default 127.0.0.1)
  --data DIR         data folder (default: ${defaultDataDir()})
  --seed demo        demo accounts, groups and messages, only into an empty database
  --public-host NAME a further name that leads here, for instance of a proxy (may be repeated); requests for others are refused
  --admin-password-stdin  reads the administrator's password from the first line of stdin; it enables /v1/manager/login (user
                     superAdmin) and /v1/manager/common/appconfig. Or WUKONG_ADMIN_PASSWORD in the environment
  --admin-password P the same, but every account of this computer can read it in the list of programs
  --revoke-second N  recall window in seconds until an administrator saves another (default 120, -1 unlimited)
  --im-api URL       use this WuKongIM instead of the embedded one; the webhook address it must call is in the file webhook-url
                     of the data folder
  --im-api-token T   the managerToken of that WuKongIM, or the one the embedded one shall ask for (default: one made at the first
                     start, in the file im-api-token of the data folder). Better in the environment: WUKONG_IM_API_TOKEN
  --webhook-secret S the secret in the webhook's address (default: one made at the first start). Or WUKONG_WEBHOOK_SECRET
  --sms demo         codes of registrations by phone, new passwords and new devices are made, and stand in the log and in
                     GET /v1/manager/sms/codes: for trying things out, nothing is sent (default: none, these ways are off)
  --sms-code CODE    the fixed code that registrations by phone and new passwords accept in place of one that was sent: for tests
  --registration HOW all, username, phone or closed: how somebody can get an account (default all)
  --invite-code CODE a code that a registration needs while register_invite_on is set (may be repeated)
  --verify-new-devices  whoever has a phone number proves it at each new device (needs --sms)
  --password-cost N  scrypt's N of new password hashes, a power of two (default 131072: 128 MiB and about 0.4 s; less is for tests)
  --im-tcp-port N, --im-ws-port N, --im-api-port N   ports of the embedded IM server (default 0)
  --shortest-mute N  seconds that the shortest mute lasts, which is offered as a minute (default 60; less is for tests)
  --store-repeats    store a message that is sent again (same client_msg_no) again, as a real WuKongIM does
  --take-any-type    take commands and system lines from clients, as a real WuKongIM does (for tests of forgeries)
  --exit-with-parent end when stdin closes`;

export interface ServerOptions {
  port: number;
  host: string;
  data: string;
  seed: boolean;
  publicHosts: string[];
  /** Secrets that stand among the arguments, which every account of this computer can read. */
  openSecrets: string[];
  adminPassword: string | undefined;
  /** The first line of stdin is the password. */
  adminPasswordFromStdin: boolean;
  imApiToken: string | undefined;
  webhookSecret: string | undefined;
  smsCode: string | undefined;
  smsDemo: boolean;
  registration: ('username' | 'phone')[];
  inviteCodes: string[];
  verifyNewDevices: boolean;
  revokeSecond: number | undefined;
  passwordCost: number | undefined;
  shortestMute: number | undefined;
  imApi: string | undefined;
  imTcpPort: number;
  imWsPort: number;
  imApiPort: number;
  storeRepeats: boolean;
  takeAnyType: boolean;
  exitWithParent: boolean;
}

const REGISTRATION: Readonly<Record<string, readonly ('username' | 'phone')[]>> = {
  all: ['username', 'phone'],
  username: ['username'],
  phone: ['phone'],
  closed: [],
};

const HOST_NAME = /^[\w-]+(?:\.[\w-]+)*$/;

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

function powerOfTwo(name: string, text: string | undefined, least: number, most: number): number | undefined {
  const value = integer(name, text, least, most);
  if (value !== undefined && !Number.isInteger(Math.log2(value)))
    throw new UsageError(`--${name} must be a power of two`);
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

/** @throws UsageError */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): ServerOptions {
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
        'public-host': { type: 'string', multiple: true },
        'admin-password-stdin': { type: 'boolean' },
        'admin-password': { type: 'string' },
        'im-api-token': { type: 'string' },
        'webhook-secret': { type: 'string' },
        sms: { type: 'string' },
        'sms-code': { type: 'string' },
        registration: { type: 'string' },
        'invite-code': { type: 'string', multiple: true },
        'verify-new-devices': { type: 'boolean' },
        'revoke-second': { type: 'string' },
        'password-cost': { type: 'string' },
        'shortest-mute': { type: 'string' },
        'im-api': { type: 'string' },
        'im-tcp-port': { type: 'string' },
        'im-ws-port': { type: 'string' },
        'im-api-port': { type: 'string' },
        'store-repeats': { type: 'boolean' },
        'take-any-type': { type: 'boolean' },
        'exit-with-parent': { type: 'boolean' },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'unreadable options');
  }
  if (values.seed !== undefined && values.seed !== 'demo') throw new UsageError('--seed knows only "demo"');
  if (values['admin-password'] === '') throw new UsageError('--admin-password must not be empty');
  const secret = (name: string, text: string | undefined): string | undefined => {
    if (text !== undefined && !/^[\x21-\x7e]{8,200}$/.test(text))
      throw new UsageError(`${name} must be 8 to 200 printable ASCII characters without spaces`);
    return text;
  };
  const imApiToken = secret('--im-api-token', values['im-api-token'] ?? environment['WUKONG_IM_API_TOKEN']);
  const webhookSecret = secret(
    '--webhook-secret',
    values['webhook-secret'] ?? environment['WUKONG_WEBHOOK_SECRET'],
  );
  if (webhookSecret !== undefined && !/^[\w.~-]+$/.test(webhookSecret))
    throw new UsageError('--webhook-secret stands in an address: letters, digits and . _ ~ - only');
  const adminPassword = values['admin-password'] ?? environment['WUKONG_ADMIN_PASSWORD'];
  if (adminPassword === '') throw new UsageError('WUKONG_ADMIN_PASSWORD must not be empty');
  if (adminPassword !== undefined && values['admin-password-stdin'] === true)
    throw new UsageError('--admin-password-stdin and another administrator password: one of them');
  if (values['admin-password-stdin'] === true && values['exit-with-parent'] === true)
    throw new UsageError(
      '--admin-password-stdin and --exit-with-parent both use stdin: set WUKONG_ADMIN_PASSWORD',
    );
  if (values['im-api'] !== undefined && !/^https?:$/.test(URL.parse(values['im-api'])?.protocol ?? '')) {
    throw new UsageError('--im-api must be an http or https URL');
  }
  for (const name of values['public-host'] ?? [])
    if (!HOST_NAME.test(name) && isIP(name) === 0)
      throw new UsageError('--public-host must be a name or an address, without scheme, port or path');
  if (values['sms-code'] !== undefined && !/^[\x21-\x7e]{4,20}$/.test(values['sms-code']))
    throw new UsageError('--sms-code must be 4 to 20 printable ASCII characters without spaces');
  if (values.sms !== undefined && values.sms !== 'demo') throw new UsageError('--sms knows only "demo"');
  const registration = REGISTRATION[values.registration ?? 'all'];
  if (!registration) throw new UsageError('--registration must be all, username, phone or closed');
  for (const code of values['invite-code'] ?? [])
    if (!/^[\x21-\x7e]{4,40}$/.test(code))
      throw new UsageError('--invite-code must be 4 to 40 printable ASCII characters without spaces');
  if (values['verify-new-devices'] === true && values.sms === undefined)
    throw new UsageError('--verify-new-devices needs --sms: nobody could prove anything');
  const port = (name: 'port' | 'im-tcp-port' | 'im-ws-port' | 'im-api-port'): number =>
    integer(name, values[name], 0, 65_535) ?? 0;
  return {
    port: port('port'),
    host: values.host ?? '127.0.0.1',
    data: values.data ?? defaultDataDir(),
    seed: values.seed === 'demo',
    publicHosts: values['public-host'] ?? [],
    openSecrets: (['admin-password', 'im-api-token', 'webhook-secret'] as const).filter(
      (name) => values[name] !== undefined,
    ),
    adminPassword,
    adminPasswordFromStdin: values['admin-password-stdin'] === true,
    imApiToken,
    webhookSecret,
    smsCode: values['sms-code'],
    smsDemo: values.sms === 'demo',
    registration: [...registration],
    inviteCodes: values['invite-code'] ?? [],
    verifyNewDevices: values['verify-new-devices'] === true,
    revokeSecond: integer('revoke-second', values['revoke-second'], -1, 2_000_000_000),
    passwordCost: powerOfTwo('password-cost', values['password-cost'], 16, 2 ** 20),
    shortestMute: integer('shortest-mute', values['shortest-mute'], 1, 60),
    imApi: values['im-api'],
    imTcpPort: port('im-tcp-port'),
    imWsPort: port('im-ws-port'),
    imApiPort: port('im-api-port'),
    storeRepeats: values['store-repeats'] === true,
    takeAnyType: values['take-any-type'] === true,
    exitWithParent: values['exit-with-parent'] === true,
  };
}
