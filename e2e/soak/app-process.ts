/** Starting the app only to kill it, and killing all of it at once: the main process and its browser. */
import { type ChildProcess, spawn } from 'node:child_process';
import { errorCode } from '../../shared/errors.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../../scripts/paths.ts';
import { appCommand, type Runtime } from '../../scripts/runtime.ts';

const GONE_MS = 20_000;
/** Groups that have not been killed yet; they must not outlive the harness. */
const alive = new Set<number>();
process.once('exit', () => {
  for (const group of alive) killNow(group);
});

export function rememberGroup(child: ChildProcess): number {
  const pid = child.pid ?? 0;
  if (pid === 0) throw new Error('the app was not started');
  alive.add(pid);
  return pid;
}

function killNow(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/** SIGKILL for every process of the group in one call; resolves when none is left. */
export async function killGroup(group: number): Promise<void> {
  killNow(group);
  const deadline = performance.now() + GONE_MS;
  while (isGroupAlive(group)) {
    if (performance.now() > deadline) throw new Error(`process group ${group} survived SIGKILL`);
    await delay(5);
  }
  alive.delete(group);
}

/** Zombies do not count: who has to reap them may be somebody else. */
function isGroupAlive(group: number): boolean {
  if (process.platform !== 'linux') {
    try {
      process.kill(-group, 0);
      return true;
    } catch {
      return false;
    }
  }
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      // "pid (name) state ppid pgrp …"; the name may hold anything.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(pgrp) === group && state !== 'Z';
    } catch {
      return false;
    }
  });
}

export interface StartingApp {
  readonly group: number;
  /** Resolves when the log has the line; rejects when the app ends before or it takes too long. */
  said: (what: string) => Promise<void>;
  log: () => string;
}

const SAID_MS = 60_000;

/** The built app on `userDataDir` in a group of its own, with its log on stdout; nothing attaches to its window. */
export function startApp(runtime: Runtime, userDataDir: string, server: string): StartingApp {
  const { command, args } = appCommand(runtime, [
    `--user-data-dir=${userDataDir}`,
    '--lang=zh',
    `--server=${server}`,
  ]);
  const child = spawn(command, args, {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, WUKONG_LOG: '1', WUKONG_HEADLESS: '1' },
  });
  const group = rememberGroup(child);
  let log = '';
  let changed = Promise.withResolvers<void>();
  const notify = (): void => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      log += data.toString('utf8');
      notify();
    });
  }
  let ended = false;
  child.once('exit', () => {
    ended = true;
    notify();
  });
  return {
    group,
    log: () => log,
    async said(what) {
      const deadline = performance.now() + SAID_MS;
      while (!log.includes(what)) {
        if (ended) throw new Error(`the app ended before it said "${what}"\n${log.slice(-2_000)}`);
        if (performance.now() > deadline)
          throw new Error(`the app never said "${what}"\n${log.slice(-2_000)}`);
        await Promise.race([changed.promise, delay(1_000)]);
      }
    },
  };
}
