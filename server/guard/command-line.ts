/** The options of `npm run guard` (docs/guard.md). */
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run guard -- --tsdd URL[,URL] --im-api URL[,URL] --mysql URL [options]
       npm run guard -- --plugin SOCKET [--metrics PORT] [--host H] [--redis URL]
  --tsdd URL[,URL]   the TSDD nodes to stand in front of
  --im-api URL[,URL] the HTTP APIs of the WuKongIM nodes
  --im-wss URL       where clients reach a node, with {node} for its number: wss://im.example.com/im/{node} (default: what
                     each node says of itself)
  --mysql URL        TSDD's database: mysql://user:password@host:3306/name. Or WUKONG_GUARD_MYSQL in the environment
  --redis URL        redis://…: several guards tell each other of recalls. Or WUKONG_GUARD_REDIS
  --port N           port for clients (default 8091); 0 takes a free one
  --host H           address to listen on, also for --metrics (default 127.0.0.1)
  --window S         seconds within which authors may recall; -1 for ever (default: TSDD's own revoke_second)
  --metrics PORT     Prometheus metrics and health on a port of their own
  --fail HOW         open or closed: pages while the recall state cannot be looked up (default open). Recalls are always closed
  --audit-days N     how long it is kept who recalled what (default 180)
  --trust-proxy A[,A] addresses (or networks) of reverse proxies whose X-Forwarded-For is believed
  --im-api-token T   WuKongIM's managerToken. Better in the environment: WUKONG_IM_API_TOKEN
  --plugin SOCKET    joins the WuKongIM node of this socket as a plug-in that refuses forged messages, instead of all above`;

const LOOPBACK = '127.0.0.1';

/** The command line cannot be understood, or does not fit what it names; the message says what is wrong. */
export class UsageError extends Error {}

export interface GuardOptions {
  mode: 'guard';
  tsdd: string[];
  imApi: string[];
  imApiToken: string | undefined;
  /** Clients' address of a node, `{node}` for its id; undefined: what each says of itself. */
  imWss: string | undefined;
  mysql: string;
  redis: string | undefined;
  port: number;
  host: string;
  /** Seconds; -1 = for ever; undefined = what TSDD's administrator set. */
  window: number | undefined;
  metrics: number | undefined;
  fail: 'open' | 'closed';
  auditDays: number;
  /** Addresses and networks of reverse proxies. */
  trustProxy: string[];
  /** Passwords that stand among the arguments, which every account of this computer can read. */
  openSecrets: string[];
}

/** Of a guard on loopback that nobody started by a command line, with a store of its own. */
export const inProcessOptions = (tsdd: string, imApi: string): GuardOptions => ({
  mode: 'guard',
  tsdd: [tsdd],
  imApi: [imApi],
  imApiToken: undefined,
  imWss: undefined,
  mysql: '',
  redis: undefined,
  port: 0,
  host: '127.0.0.1',
  window: undefined,
  metrics: undefined,
  fail: 'open',
  auditDays: 180,
  trustProxy: [],
  openSecrets: [],
});

export interface PluginOptions {
  mode: 'plugin';
  socket: string;
  redis: string | undefined;
  metrics: number | undefined;
  /** Of the metrics. */
  host: string;
}

function integer(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < least || value > most)
    throw new UsageError(`--${name} must be a number from ${least} to ${most}`);
  return value;
}

/** Origins of a list of URLs. */
function origins(name: string, text: string | undefined): string[] {
  if (text === undefined || text === '') throw new UsageError(`--${name} is missing: --${name} URL[,URL]`);
  return text.split(',').map((each) => {
    const url = URL.parse(each.trim());
    if (url === null || !/^https?:$/.test(url.protocol))
      throw new UsageError(`--${name} ${each}: must be an http or https URL`);
    if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '')
      throw new UsageError(`--${name} ${each}: scheme, host and port only`);
    return url.origin;
  });
}

const NODE = '{node}';

/** `wss://…{node}…`. */
function addressOfNode(text: string | undefined, nodes: number): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text.replaceAll(NODE, '1'));
  if (url === null || !/^wss?:$/.test(url.protocol) || text.split(NODE).length !== 2)
    throw new UsageError(
      `--im-wss ${text}: must be a URL with ${NODE} once, such as wss://im.example.com/im/${NODE}`,
    );
  if (nodes < 2) throw new UsageError('--im-wss chooses between nodes: --im-api names one only');
  return text;
}

/** Addresses and networks (`10.0.0.0/8`). */
function networks(text: string | undefined): string[] {
  if (text === undefined) return [];
  return text.split(',').map((each) => {
    const [address = '', bits, more] = each.trim().split('/');
    const most = isIP(address) === 6 ? 128 : 32;
    const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
    if (isIP(address) === 0 || !fits || more !== undefined)
      throw new UsageError(`--trust-proxy ${each}: must be an address or a network such as 10.0.0.0/8`);
    return each.trim();
  });
}

/** The URL of a database; never repeated in a message, it has a password. */
function storeUrl(name: string, text: string | undefined, protocols: readonly string[]): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url === null || !protocols.includes(url.protocol) || url.hostname === '')
    throw new UsageError(
      `--${name} must be a URL that begins with ${protocols.map((each) => `${each}//`).join(' or ')}`,
    );
  return text;
}

function parsed(args: readonly string[]) {
  // parseArgs takes "--window -1" for two options.
  const joined: string[] = [];
  for (const arg of args) {
    const previous = joined.at(-1);
    if (/^-\d+$/.test(arg) && previous?.startsWith('--') && !previous.includes('='))
      joined[joined.length - 1] = `${previous}=${arg}`;
    else joined.push(arg);
  }
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: joined,
      strict: true,
      allowPositionals: false,
      options: {
        tsdd: text,
        'im-api': text,
        'im-api-token': text,
        'im-wss': text,
        mysql: text,
        redis: text,
        port: text,
        host: text,
        window: text,
        metrics: text,
        fail: text,
        'audit-days': text,
        'trust-proxy': text,
        plugin: text,
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'unreadable options');
  }
}

/** @throws UsageError */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): GuardOptions | PluginOptions | { mode: 'help' } {
  const values = parsed(args);
  if (values.help === true) return { mode: 'help' };
  const redis = storeUrl('redis', values.redis ?? environment['WUKONG_GUARD_REDIS'], ['redis:', 'rediss:']);
  const metrics = integer('metrics', values.metrics, 0, 65_535);
  if (values.plugin !== undefined) {
    for (const name of [
      'tsdd',
      'im-api',
      'im-wss',
      'mysql',
      'port',
      'window',
      'fail',
      'audit-days',
      'trust-proxy',
    ] as const)
      if (values[name] !== undefined)
        throw new UsageError(`--plugin and --${name}: the plug-in runs alone, beside the WuKongIM node`);
    if (values.plugin === '')
      throw new UsageError('--plugin must be the path of plugin.socketPath in wk.yaml');
    return { mode: 'plugin', socket: values.plugin, redis, metrics, host: values.host ?? LOOPBACK };
  }
  const tsdd = origins('tsdd', values.tsdd);
  const imApi = origins('im-api', values['im-api']);
  const mysql = storeUrl('mysql', values.mysql ?? environment['WUKONG_GUARD_MYSQL'], ['mysql:']);
  if (mysql === undefined)
    throw new UsageError('--mysql is missing: --mysql mysql://user:password@host:3306/name');
  if (new URL(mysql).pathname.length < 2)
    throw new UsageError('--mysql must name a database: mysql://user:password@host:3306/name');
  const fail = values.fail ?? 'open';
  if (fail !== 'open' && fail !== 'closed') throw new UsageError('--fail must be open or closed');
  const token = values['im-api-token'] ?? environment['WUKONG_IM_API_TOKEN'];
  if (token !== undefined && !/^[\x21-\x7e]{1,200}$/.test(token))
    throw new UsageError('--im-api-token must be printable ASCII characters without spaces');
  return {
    mode: 'guard',
    tsdd,
    imApi,
    imApiToken: token,
    imWss: addressOfNode(values['im-wss'], imApi.length),
    mysql,
    redis,
    port: integer('port', values.port, 0, 65_535) ?? 8091,
    host: values.host ?? LOOPBACK,
    window: integer('window', values.window, -1, 2_000_000_000),
    metrics,
    fail,
    auditDays: integer('audit-days', values['audit-days'], 1, 36_500) ?? 180,
    trustProxy: networks(values['trust-proxy']),
    openSecrets: [
      ...(values['im-api-token'] === undefined ? [] : ['im-api-token']),
      ...(values.mysql !== undefined && new URL(values.mysql).password !== '' ? ['mysql'] : []),
      ...(values.redis !== undefined && new URL(values.redis).password !== '' ? ['redis'] : []),
    ],
  };
}
