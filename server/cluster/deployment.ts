/**
 * What deploy/compose.yaml describes, as processes of this computer on loopback: three nodes of a real WuKongIM, a real
 * TSDD, MariaDB, Redis, an object store, two guards, a plug-in beside each node, and the proxy, where there is nginx.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { startMysql, startRedis } from '../guard/testing/databases.ts';
import { eventually } from '../probes/within.ts';
import { startBalancer } from './balancer.ts';
import { type ClusterNode, freePort, startNodes } from './nodes.ts';
import { startObjectStore } from './object-store.ts';
import { type OwnProcess, ownProcess } from './own-process.ts';
import { type Proxy, proxyMissing, startProxy } from './proxy.ts';

const READY_MS = 120_000;
const PORTS_TRIED = 3;
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

/** `im`, `tsdd`: paths of the programs. @throws Error that names what did not come up */
export async function startDeployment(
  programs: { im: string; tsdd: string },
  dir: string,
  log: (what: string) => number = (what) => openSync(join(dir, `${what}.log`), 'w'),
): Promise<Deployment> {
  const endings: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of endings.toReversed()) await end();
  };
  try {
    mkdirSync(dir, { recursive: true });
    const grpc = await freePort();
    const [mysql, redis, store] = [await startMysql('im'), await startRedis(), await startObjectStore()];
    endings.push(
      () => mysql.close(),
      () => redis.close(),
      store.close,
    );
    const nodes = await startNodes(programs.im, dir, { grpcAddr: `127.0.0.1:${grpc}` });
    for (const node of nodes) endings.push(() => node.kill());
    const ports = [await freePort(), await freePort()] as const;
    const proxy = proxyMissing === null ? await startProxy(dir, addressesOf(nodes, ports, store.url)) : null;
    const balancer = proxy ? null : await startBalancer(nodes.map(({ api }) => api));
    endings.push(async () => {
      await proxy?.close();
      await balancer?.close();
    });
    const tsdd = await startTsdd(programs.tsdd, join(dir, 'tsdd'), log('tsdd'), {
      grpc,
      imApi: proxy?.balancer ?? balancer?.url ?? '',
      mysql: mysql.url,
      redis: redis.url,
      store: store.url,
    });
    endings.push(tsdd.process.kill);
    const account = await guardAccount(mysql.url);
    const start = async (name: string, args: readonly string[]): Promise<RunningGuard> => {
      const guard = await startGuardProcess([...args, '--redis', redis.url], account, log(name));
      endings.push(guard.kill);
      return guard;
    };
    const api = nodes.map((node) => node.api).join(',');
    const front = ['--tsdd', tsdd.url, '--im-api', api, '--window', '600', '--metrics', '0', '--port'];
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

interface TsddNeeds {
  grpc: number;
  imApi: string;
  mysql: string;
  redis: string;
  store: string;
}

async function startTsdd(
  binary: string,
  dir: string,
  log: number,
  needs: TsddNeeds,
): Promise<{ url: string; process: OwnProcess }> {
  mkdirSync(dir, { recursive: true });
  // Pictures of groups are made of what lies beside the program.
  const assets = join(dirname(binary), 'assets');
  if (existsSync(assets)) symlinkSync(assets, join(dir, 'assets'));
  for (let left = PORTS_TRIED; ; left -= 1) {
    const tsdd = await tryTsdd(binary, dir, log, needs);
    if (tsdd !== null) return tsdd;
    const said = readFileSync(`${dir}.log`, 'utf8').slice(-2_000);
    // It takes its port seconds after it was found free.
    if (left === 1 || !said.includes('address already in use'))
      throw new Error(`TSDD did not come up: ${said}`);
  }
}

/** Null: it ended, or was not there in time. */
async function tryTsdd(
  binary: string,
  dir: string,
  log: number,
  needs: TsddNeeds,
): Promise<{ url: string; process: OwnProcess } | null> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { username, host: database, pathname } = new URL(needs.mysql);
  const config = join(dir, 'tsdd.yaml');
  // JSON is YAML; the keys are of tsdd-api.md 9.3.
  const settings = {
    mode: 'release',
    addr: `127.0.0.1:${port}`,
    grpcAddr: `127.0.0.1:${needs.grpc}`,
    external: { ip: '127.0.0.1', baseURL: url },
    wukongIM: { apiURL: needs.imApi },
    db: {
      mysqlAddr: `${username}@tcp(${database})${pathname}?charset=utf8mb4&parseTime=true&loc=Local`,
      redisAddr: new URL(needs.redis).host,
    },
    smsCode: '246810',
    adminPwd: 'of-a-test-only',
    register: { usernameOn: true },
    group: { createGroupVerifyFriendOn: false, sameDayCreateMaxCount: 1000 },
    avatar: { default: 'assets/assets/avatar.png' },
    fileService: 'seaweedFS',
    seaweed: { url: needs.store },
  };
  writeFileSync(config, JSON.stringify(settings));
  const child = spawn(binary, ['--config', config], { cwd: dir, stdio: ['ignore', log, log] });
  const running = ownProcess(child);
  const answers = async (): Promise<boolean | null> => {
    if (running.hasEnded()) return false;
    const answer = await fetch(`${url}/v1/common/appconfig`).catch(() => null);
    return answer?.ok === true ? true : null;
  };
  if ((await eventually(READY_MS, answers)) === true) return { url, process: running };
  await running.kill();
  return null;
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
