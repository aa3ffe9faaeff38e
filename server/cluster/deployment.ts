/**
 * What deploy/compose.yaml describes, as processes of this computer on loopback: three nodes of a real WuKongIM, a real
 * TSDD, MariaDB, Redis, an object store, two guards, a plug-in beside each node, and the proxy, where there is nginx.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { startMysql, startRedis } from '../guard/testing/databases.ts';
import { startBalancer } from './balancer.ts';
import { startMinio } from './minio.ts';
import { freePort } from '../../shared/testing/free-port.ts';
import { type ClusterNode, startNodes } from './nodes.ts';
import { startObjectStore } from './object-store.ts';
import { type OwnProcess, ownProcess } from './own-process.ts';
import { type Proxy, proxyMissing, startProxy } from './proxy.ts';
import { startTsdd, TSDD_DB_PASSWORD } from './tsdd.ts';

const GUARD = fileURLToPath(new URL('../guard/main.ts', import.meta.url));
const READ = ['message_extra', 'group_member', 'app_config', 'gorp_migrations'];
const OWN = {
  wukong_guard_recall: 'CREATE, SELECT, INSERT',
  wukong_guard_place: 'CREATE, SELECT, INSERT',
  wukong_guard_audit: 'CREATE, SELECT, INSERT, DELETE',
  wukong_guard_command: 'CREATE, SELECT, INSERT, UPDATE, DELETE',
} as const;

export interface RunningGuard extends OwnProcess {
  url: string;
  /** Origin of /metrics and /ready. */
  metrics: string;
}

export interface Deployment {
  nodes: ClusterNode[];
  /** Its own address, past the guards. */
  tsdd: string;
  guards: [RunningGuard, RunningGuard];
  /** Null: there is no nginx, and TSDD has the tests' own balancer. */
  proxy: Proxy | null;
  close: () => Promise<void>;
}

/**
 * Paths of the programs; without MinIO files are kept by a store of the tests. `window`: what the guards enforce, s, or
 * what TSDD's administrator set. `overTls`: clients reach the nodes through the proxy, where there is one, and have to
 * believe its certificate; otherwise the nodes themselves.
 * @throws Error that names what did not come up
 */
export async function startDeployment(
  programs: { im: string; tsdd: string; minio?: string },
  dir: string,
  { window = 600, overTls = false }: { window?: number | 'tsdd'; overTls?: boolean } = {},
): Promise<Deployment> {
  const log = (what: string): number => openSync(join(dir, `${what}.log`), 'w');
  const endings: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of endings.toReversed()) await end();
  };
  try {
    mkdirSync(dir, { recursive: true });
    const [mysql, redis] = [await startMysql('im'), await startRedis()];
    endings.push(
      () => mysql.close(),
      () => redis.close(),
    );
    const minio = programs.minio ? await startMinio(programs.minio, dir) : null;
    const store = minio ? null : await startObjectStore();
    endings.push(async () => {
      await minio?.process.kill();
      await store?.close();
    });
    const files = minio?.url ?? store?.url ?? '';
    const tsddPort = await freePort();
    const nodes = await startNodes(programs.im, dir, { address: `127.0.0.1:${tsddPort}` });
    for (const node of nodes) endings.push(() => node.kill());
    const ports = [await freePort(), await freePort()] as const;
    const proxy = proxyMissing === null ? await startProxy(dir, addressesOf(nodes, ports, files)) : null;
    const balancer = proxy ? null : await startBalancer(nodes.map(({ api }) => api));
    endings.push(async () => {
      await proxy?.close();
      await balancer?.close();
    });
    await tsddAccount(mysql.url);
    const tsdd = await startTsdd(programs.tsdd, join(dir, 'tsdd'), log('tsdd'), {
      port: tsddPort,
      grpc: await freePort(),
      imApi: proxy?.balancer ?? balancer?.url ?? '',
      mysql: new URL(mysql.url).host,
      redis: new URL(redis.url).host,
      files: minio
        ? { minio: minio.url, download: `${proxy?.https ?? minio.url}${proxy ? '/files' : ''}` }
        : { seaweed: files },
    });
    endings.push(tsdd.process.kill);
    const account = await guardAccount(mysql.url);
    const start = async (name: string, args: readonly string[]): Promise<RunningGuard> => {
      const guard = await startGuardProcess([...args, '--redis', redis.url], account, log(name));
      endings.push(guard.kill);
      return guard;
    };
    const api = nodes.map((node) => node.api).join(',');
    const seconds = window === 'tsdd' ? [] : ['--window', String(window)];
    const wss = overTls && proxy ? ['--im-wss', `${proxy.https.replace('https', 'wss')}/im/{node}`] : [];
    const front = ['--tsdd', tsdd.url, '--im-api', api, ...wss, ...seconds, '--metrics', '0', '--port'];
    const guards: Deployment['guards'] = [
      await start('guard-1', [...front, String(ports[0])]),
      await start('guard-2', [...front, String(ports[1])]),
    ];
    for (const node of nodes) await start(`plugin-${node.id}`, ['--plugin', node.pluginSocket]);
    return { nodes, tsdd: tsdd.url, guards, proxy, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const hostOf = (origin: string): string => origin.slice(origin.indexOf('//') + 2);

/** As deploy/proxy.conf.template names them. */
function addressesOf(
  nodes: readonly ClusterNode[],
  guards: readonly number[],
  store: string,
): Record<string, string> {
  return Object.fromEntries([
    ...guards.map((port, n) => [`guard${n + 1}:8091`, `127.0.0.1:${port}`]),
    ...nodes.flatMap(({ id, api, ws }) => [
      [`im${id}:5001`, hostOf(api)],
      [`im${id}:5200`, hostOf(ws)],
    ]),
    ['minio:9000', hostOf(store)],
  ]);
}

/** As deploy/accounts.sh makes it. */
async function tsddAccount(root: string): Promise<void> {
  const connection = await createConnection(root);
  try {
    await connection.query("CREATE USER 'tsdd'@'%' IDENTIFIED BY ?", [TSDD_DB_PASSWORD]);
    await connection.query("GRANT ALL ON im.* TO 'tsdd'@'%'");
  } finally {
    await connection.end();
  }
}

/** An account with the rights that docs/guard.md names, and no others. */
async function guardAccount(root: string): Promise<string> {
  const url = new URL(root);
  const connection = await createConnection(root);
  try {
    await connection.query("CREATE USER 'guard'@'%' IDENTIFIED BY 'of-a-test-only'");
    for (const table of READ) await connection.query(`GRANT SELECT ON im.${table} TO 'guard'@'%'`);
    for (const [table, rights] of Object.entries(OWN))
      await connection.query(`GRANT ${rights} ON im.${table} TO 'guard'@'%'`);
  } finally {
    await connection.end();
  }
  [url.username, url.password] = ['guard', 'of-a-test-only'];
  return url.href;
}

async function startGuardProcess(args: readonly string[], mysql: string, log: number): Promise<RunningGuard> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', GUARD, ...args], {
    env: { ...process.env, WUKONG_GUARD_MYSQL: mysql },
    stdio: ['ignore', 'pipe', log],
  });
  const running = ownProcess(child);
  const { stdout } = child;
  if (stdout === null) throw new Error('no output of a guard');
  for await (const line of createInterface({ input: stdout })) {
    const said = JSON.parse(line) as { ready?: boolean; url?: string; metrics?: number };
    if (said.ready === true)
      return { ...running, url: said.url ?? '', metrics: `http://127.0.0.1:${said.metrics}` };
  }
  throw new Error(`the guard ended: ${args.join(' ')}`);
}
