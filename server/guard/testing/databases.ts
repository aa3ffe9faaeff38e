/**
 * A MariaDB or MySQL and a Redis of a test's own, from the programs of this computer, or by environment variable
 * (`WUKONG_TEST_MYSQL`: a URL whose account may create databases). Null where there are none: such tests are skipped by
 * name.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../../../shared/testing/free-port.ts';
import { createConnection } from 'mysql2/promise';

export interface OwnServer {
  url: string;
  /** It hangs: takes what comes and says nothing. Does nothing where the server is not of this test. */
  hang(): void;
  goOn(): void;
  close(): Promise<void>;
}

function program(...names: string[]): string | null {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'])
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name);
  return null;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  await end;
}

const hangs = (child: ChildProcess | null): Pick<OwnServer, 'hang' | 'goOn'> => ({
  hang: () => void child?.kill('SIGSTOP'),
  goOn: () => void child?.kill('SIGCONT'),
});

async function until(ready: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await ready();
      return;
    } catch (error) {
      if (tries === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export const mysqlMissing: string | null =
  process.env['WUKONG_TEST_MYSQL'] !== undefined || program('mariadb-install-db') !== null
    ? null
    : 'no MariaDB on this computer and WUKONG_TEST_MYSQL is not set';

export const redisMissing: string | null = program('redis-server')
  ? null
  : 'no redis-server on this computer';

/** A database server with an empty database. */
export async function startMysql(database: string): Promise<OwnServer> {
  const given = process.env['WUKONG_TEST_MYSQL'];
  if (given !== undefined) {
    const url = new URL(given);
    const connection = await createConnection(given);
    await connection.query(`DROP DATABASE IF EXISTS \`${database}\``);
    await connection.query(`CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4`);
    await connection.end();
    url.pathname = `/${database}`;
    return { url: url.href, ...hangs(null), close: () => Promise.resolve() };
  }
  const folder = mkdtempSync(join(tmpdir(), 'wk-mysql-'));
  const [install, daemon] = [program('mariadb-install-db'), program('mariadbd', 'mysqld')];
  if (install === null || daemon === null) throw new Error('no MariaDB');
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  execFileSync(
    install,
    [
      '--no-defaults',
      `--datadir=${folder}/data`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...asRoot,
    ],
    { stdio: 'ignore' },
  );
  const port = await freePort();
  const child = spawn(
    daemon,
    [
      '--no-defaults',
      `--datadir=${folder}/data`,
      `--socket=${folder}/s.sock`,
      `--pid-file=${folder}/pid`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      '--innodb-buffer-pool-size=32M',
      ...asRoot,
    ],
    { stdio: 'ignore' },
  );
  const root = { host: '127.0.0.1', port, user: 'root' };
  await until(async () => (await createConnection(root)).end());
  const connection = await createConnection(root);
  await connection.query(`CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4`);
  await connection.end();
  return {
    url: `mysql://root@127.0.0.1:${port}/${database}`,
    ...hangs(child),
    close: async () => {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function startRedis(): Promise<OwnServer & { stop(): Promise<void> }> {
  const binary = program('redis-server');
  if (binary === null) throw new Error('no redis-server');
  const port = await freePort();
  const child = spawn(
    binary,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {
      stdio: 'ignore',
    },
  );
  const stop = (): Promise<void> => ended(child);
  return { url: `redis://127.0.0.1:${port}`, ...hangs(child), stop, close: stop };
}
