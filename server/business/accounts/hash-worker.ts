/** A thread of its own for scrypt: libuv's threads, which files and names of hosts wait for, never hash a password. */
import { scryptSync } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { HashJob } from './hash-queue.ts';

function answerTo({ password, salt, keyBytes, N, r, p }: HashJob): { key: Uint8Array } | { error: string } {
  try {
    return { key: scryptSync(password, salt, keyBytes, { N, r, p, maxmem: 256 * N * r }) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'scrypt failed' };
  }
}

parentPort?.on('message', (job: HashJob) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  parentPort?.postMessage(answerTo(job));
});
