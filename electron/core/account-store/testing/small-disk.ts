/**
 * A folder on a disk that a test can fill and free: a small file system of its own where this user may mount one, else
 * a limit on the file size of the process that writes (setrlimit), which any user may set. Linux.
 */
import { spawnSync } from 'node:child_process';
import { errorCode } from '../../../../shared/errors.ts';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadOnlyReason } from '../../../../shared/ipc/contract/storage.ts';

export interface SmallDisk {
  readonly dir: string;
  /** What the store makes of a failed write there: only a file system of its own is really full. */
  readonly reason: ReadOnlyReason;
  /** From now on no file grows. The process `pid` (or this one) is the one whose writes fail. */
  fill(pid?: number): void;
  free(pid?: number): void;
  dispose(): void;
}

const BYTES = 48 * 1024 * 1024;

/** `parent`: where the folder is made. */
export function smallDisk(parent: string): SmallDisk {
  const dir = mkdtempSync(join(parent, 'small-disk-'));
  const mounted =
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${BYTES},mode=0700`, 'tmpfs', dir]).status === 0;
  return mounted ? ownFileSystem(dir) : limitedFiles(dir);
}

function ownFileSystem(dir: string): SmallDisk {
  const filler = join(dir, 'filler');
  return {
    dir,
    reason: 'diskFull',
    fill() {
      const file = openSync(filler, 'w');
      for (let block = Buffer.alloc(1024 * 1024, 1); block.length >= 512;) {
        try {
          if (writeSync(file, block) === block.length) continue;
        } catch (error) {
          if (errorCode(error) !== 'ENOSPC') throw error;
        }
        block = block.subarray(0, block.length / 2);
      }
      closeSync(file);
    },
    free: () => rmSync(filler, { force: true }),
    dispose() {
      spawnSync('umount', ['-l', dir]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function limit(pid: number, bytes: string): void {
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
  if (status !== 0) throw new Error(`prlimit: ${String(stderr)}`);
}

/** Whoever does not handle the signal is ended by it. */
const ignore = (): void => undefined;

function limitedFiles(dir: string): SmallDisk {
  process.on('SIGXFSZ', ignore);
  return {
    dir,
    reason: 'notWritable',
    fill: (pid = process.pid) => limit(pid, '1'),
    free: (pid = process.pid) => limit(pid, 'unlimited'),
    dispose() {
      limit(process.pid, 'unlimited');
      process.off('SIGXFSZ', ignore);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
