/**
 * Resident memory of the embedded servers (both in one process) after 10,000 messages from one person to another, as
 * `npm run server` starts them and without its settings; and of the app that received 10,000 messages and has them
 * cached.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Peer, registerUser } from '../e2e/fixtures/people/peer.ts';
import { createWorld, PASSWORD } from '../e2e/fixtures/people/world.ts';
import { ROOT } from '../scripts/paths.ts';
import { family, residentMiB } from './support/processes.ts';
import { type Row, valueRow } from './support/report.ts';
import { sendMany, until } from './support/senders.ts';
import { openWindow } from './support/window.ts';

const MESSAGES = 10_000;
/** RSS of WuKongIM and TangSengDaoDao after the same 10,000 messages, measured on the same machine. */
const REAL_PAIR = '< 179';
const SETTLE_MS = 2_000;
const MIB = 1024 * 1024;
const textOf = (n: number): string => `联调通过，今晚 20:00 灰度 5%，有问题群里说。 ${n}`;

/** The command line of the `server` script, and the same program without its memory settings. */
const AS_STARTED = ['--max-semi-space-size=2', '--v8-pool-size=1', join(ROOT, 'server/main.cjs')];
const UNTUNED = [join(ROOT, 'server/main.ts')];

interface Servers {
  api: string;
  pid: number;
  stop: () => Promise<void>;
}

export async function benchmark(): Promise<Row[]> {
  if (process.platform !== 'linux') throw new Error('reads /proc: Linux only');
  return [
    ...(await serversAlone('both servers', AS_STARTED, REAL_PAIR)),
    ...(await serversAlone('both servers, settings left out', UNTUNED, null)),
    ...(await withApp()),
  ];
}

async function startServers(dataDir: string, program: readonly string[]): Promise<Servers> {
  const child = spawn(process.execPath, [...program, '--data', dataDir, '--exit-with-parent'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((done) => {
    child.once('exit', () => done());
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { api } = JSON.parse(line) as { api: string };
    return {
      api,
      pid: child.pid ?? 0,
      async stop() {
        child.kill('SIGTERM');
        await ended;
      },
    };
  }
  throw new Error('the servers ended before they were ready');
}

async function serversAlone(name: string, program: readonly string[], goal: string | null): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  // The first end writes the compile cache: what follows is every start but the very first.
  await (await startServers(dir, program)).stop();
  const servers = await startServers(dir, program);
  try {
    const atStart = residentMiB(servers.pid, 'VmRSS');
    const toUid = await registerUser(servers.api, 'bench-receiver', PASSWORD, '收');
    await registerUser(servers.api, 'bench-sender', PASSWORD, '发');
    const receiver = await Peer.signIn(servers.api, 'bench-receiver', PASSWORD);
    const sender = await Peer.signIn(servers.api, 'bench-sender', PASSWORD);
    await receiver.connect();
    await sender.connect();
    await sendMany(sender, { channelId: toUid, channelType: 1 }, MESSAGES, textOf);
    await until('the last RECV', () => receiver.received.length >= MESSAGES);
    await delay(SETTLE_MS);
    const rows = [
      valueRow(`${name}: at start`, atStart, 'MiB'),
      valueRow(`${name}: after ${MESSAGES} messages`, residentMiB(servers.pid, 'VmRSS'), 'MiB', goal),
      valueRow(`${name}: peak`, residentMiB(servers.pid, 'VmHWM'), 'MiB'),
    ];
    sender.close();
    receiver.close();
    return rows;
  } finally {
    await servers.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The app is open on the conversation while the messages arrive, so that all are cached and the newest are shown. */
async function withApp(): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const servers = await startServers(join(dir, 'servers'), AS_STARTED);
  try {
    const world = await createWorld(servers.api);
    const alice = await Peer.signIn(servers.api, world.alice.username, PASSWORD);
    await alice.connect();
    const window = await openWindow({
      userDataDir: join(dir, 'profile'),
      server: servers.api,
      username: world.bob.username,
      password: PASSWORD,
    });
    try {
      const { app } = window;
      await window.openChat(world.alice.name);
      const heap = async (): Promise<number> => (await window.heap()) / MIB;
      const mainPid = app.process().pid ?? 0;
      const idle = { main: residentMiB(mainPid, 'VmRSS'), heap: await heap() };
      await sendMany(alice, { channelId: world.bob.uid, channelType: 1 }, MESSAGES, textOf);
      const cached = async (): Promise<number> =>
        (await window.invoke<{ cachedMessages: number }>('diagnostics.get', undefined)).cachedMessages;
      await until('all messages in the cache', async () => (await cached()) >= MESSAGES);
      await delay(SETTLE_MS);
      const all = family(mainPid).map((pid) => residentMiB(pid, 'VmRSS'));
      alice.close();
      return [
        valueRow('app, main process with account worker: before', idle.main, 'MiB'),
        valueRow(
          `app, main process with account worker: ${MESSAGES} cached`,
          residentMiB(mainPid, 'VmRSS'),
          'MiB',
        ),
        valueRow('app, heap of the page: before', idle.heap, 'MiB'),
        valueRow(`app, heap of the page: ${MESSAGES} cached`, await heap(), 'MiB'),
        valueRow(
          `app, all ${all.length} processes with the browser's: ${MESSAGES} cached`,
          all.reduce((sum, each) => sum + each, 0),
          'MiB',
        ),
      ];
    } finally {
      await window.app.close();
    }
  } finally {
    await servers.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
