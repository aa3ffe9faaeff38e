/** The embedded servers as child processes: private ones for tests, one shared pair for all `npm start`. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT, serverDataRoot } from './paths.ts';
import { withLock } from './run.ts';

/** The ready line of `npm run server`. */
export interface ServerAddresses {
  /** Business server, `http://127.0.0.1:N`. */
  api: string;
  im: { tcp: string; ws: string; api: string };
}

export interface ServerProcess extends ServerAddresses {
  /** What the HTTP API of the embedded IM server asks for; '' when a real WuKongIM is used. */
  readonly imApiToken: string;
  readonly pid: number;
  readonly exited: Promise<void>;
  /** SIGTERM, and SIGKILL if that is not enough. */
  stop: () => Promise<void>;
  /** SIGKILL: as a crash. */
  kill: () => Promise<void>;
}

export interface ServerOptions {
  dataDir: string;
  /** null = any free ones; else the ports these addresses name. */
  at: ServerAddresses | null;
  seed: 'demo' | null;
  extraArgs?: readonly string[];
  /** Folder of the version that is started; default: this one. */
  root?: string;
}

const READY_MS = 60_000;

/** Resolves with the ready line; rejects with the end of its stderr when it ends or says nothing in time. */
export function startServers(options: ServerOptions): Promise<ServerProcess> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const args = [
    // As the `server` script: a small young generation, one helper thread.
    '--max-semi-space-size=2',
    '--v8-pool-size=1',
    join(options.root ?? ROOT, 'server/main.cjs'),
    '--data',
    options.dataDir,
    '--exit-with-parent',
    ...portArguments(options.at),
  ];
  if (options.seed !== null) args.push('--seed', options.seed);
  const child = spawn(process.execPath, [...args, ...(options.extraArgs ?? [])], {
    cwd: options.root ?? ROOT,
    // The servers end when this pipe does: also when we are killed.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = new Promise<void>((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    let isReady = false;
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`The embedded servers ${why}.\n${stderr.trim()}`));
    };
    const timer = setTimeout(() => fail(`were not ready in ${READY_MS / 1000} s`), READY_MS);
    child.stderr.on('data', (data: Buffer) => {
      stderr = (stderr + data.toString('utf8')).slice(-4_000);
    });
    child.stdout.on('data', (data: Buffer) => {
      if (isReady) return;
      stdout += data.toString('utf8');
      const addresses = readyLine(stdout);
      if (addresses === null) return;
      isReady = true;
      clearTimeout(timer);
      resolve({ ...processOf(child, addresses, exited), imApiToken: tokenIn(options.dataDir) });
    });
    child.once('close', () => {
      if (!isReady) fail('ended before they were ready');
    });
  });
}

function port(address: string): string {
  return /:(\d+)\/?$/.exec(address)?.[1] ?? '0';
}

function portArguments(at: ServerAddresses | null): string[] {
  if (at === null) return ['--port', '0'];
  const { api, im } = at;
  return [
    '--port',
    port(api),
    '--im-tcp-port',
    port(im.tcp),
    '--im-ws-port',
    port(im.ws),
    '--im-api-port',
    port(im.api),
  ];
}

function readyLine(stdout: string): ServerAddresses | null {
  for (const line of stdout.split('\n').slice(0, -1)) {
    if (!line.startsWith('{')) continue;
    const value = JSON.parse(line) as { ready?: boolean } & ServerAddresses;
    if (value.ready === true) return { api: value.api, im: value.im };
  }
  return null;
}

function tokenIn(dataDir: string): string {
  const file = join(dataDir, 'im-api-token');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function processOf(
  child: ChildProcess,
  addresses: ServerAddresses,
  exited: Promise<void>,
): Omit<ServerProcess, 'imApiToken'> {
  return {
    ...addresses,
    pid: child.pid ?? 0,
    exited,
    async stop() {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(force);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Whether a TSDD business server answers there. */
export async function isHealthy(api: string): Promise<boolean> {
  try {
    const response = await fetch(`${api}/v1/common/appconfig`, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

export interface SharedServers {
  readonly api: string;
  stop: () => Promise<void>;
}

/**
 * On the ports of `before`, which those that are just ending may hold for a moment; after that on any free ones.
 */
async function startAgain(dataDir: string, before: ServerAddresses | null): Promise<ServerProcess> {
  for (let attempt = 0; attempt < (before === null ? 0 : 5); attempt += 1) {
    try {
      return await startServers({ dataDir, at: before, seed: 'demo' });
    } catch {
      await delay(1_000);
    }
  }
  return startServers({ dataDir, at: null, seed: 'demo' });
}

/**
 * The demo servers of `npm start`: found running, else started. When they end although someone still uses them (the
 * launcher that owned them was closed), the next one brings them up on the same ports and data.
 */
export async function shareServers(say: (line: string) => void): Promise<SharedServers> {
  const root = serverDataRoot();
  const file = join(root, 'ready.json');
  const recorded = (): ServerAddresses | null => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as ServerAddresses;
    } catch {
      return null;
    }
  };
  let own: ServerProcess | null = null;

  const ensure = (): Promise<string> =>
    withLock(join(root, 'start.lock'), async () => {
      const before = recorded();
      if (before !== null && (await isHealthy(before.api))) return before.api;
      const dataDir = join(root, 'data');
      own = await startAgain(dataDir, before);
      writeFileSync(file, JSON.stringify({ api: own.api, im: own.im }));
      return own.api;
    });

  const api = await ensure();
  say(`Servers: ${own === null ? 'already running' : 'started'} at ${api}`);
  const restartIfGone = async (): Promise<void> => {
    if (await isHealthy(api)) return;
    const now = await ensure();
    if (now !== api) say(`The servers came up at another address: ${now}. Restart the app to use it.`);
  };
  let checking: Promise<void> | null = null;
  const watch = setInterval(() => {
    checking ??= restartIfGone()
      .catch((error: unknown) => say(`The servers could not be started again: ${String(error)}`))
      .finally(() => {
        checking = null;
      });
  }, 2_000);

  return {
    api,
    async stop() {
      clearInterval(watch);
      await checking;
      await own?.stop();
    },
  };
}
