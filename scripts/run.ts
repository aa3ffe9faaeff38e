/** Child processes with a time limit, and a lock between launchers. */
import { spawn, type SpawnOptions } from 'node:child_process';
import { errorCode } from '../shared/errors.ts';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface RunResult {
  /** null = ended by a signal or by the time limit. */
  code: number | null;
  timedOut: boolean;
  output: string;
}

/**
 * Runs to the end. `print` shows the output as it comes; it is collected either way (the last 4 MB). A child that
 * exceeds the limit is ended.
 */
export function run(
  command: string,
  args: readonly string[],
  options: SpawnOptions & { timeoutMs?: number; print?: boolean } = {},
): Promise<RunResult> {
  const { timeoutMs, print = false, ...spawnOptions } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let timedOut = false;
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, timeoutMs);
    for (const [stream, target] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      stream?.on('data', (data: Buffer) => {
        output = (output + data.toString('utf8')).slice(-4 * 1024 * 1024);
        if (print) target.write(data);
      });
    }
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ code: null, timedOut, output: `${output}${error.message}\n` });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, timedOut, output });
    });
  });
}

/** EPERM means it is there but not ours. */
export function isProcessAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** One at a time among all launchers of this computer; a lock whose owner died is taken over. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    let owner = '';
    try {
      owner = readFileSync(path, 'utf8');
    } catch {
      continue;
    }
    // An empty file is one being written right now.
    if (owner !== '' && !isProcessAlive(Number(owner))) rmSync(path, { force: true });
    else await delay(100);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
