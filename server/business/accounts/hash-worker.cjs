/**
 * A thread of its own for scrypt: libuv's threads, which files and names of hosts wait for, never hash a password.
 * Plain CommonJS: to strip types, each thread would load Node's own compiler, for longer than a hash takes.
 */
const { scryptSync } = require('node:crypto');
const { parentPort } = require('node:worker_threads');

/** @param {import('./hash-queue.ts').HashJob} job */
function answerTo({ password, salt, keyBytes, N, r, p }) {
  try {
    return { key: scryptSync(password, salt, keyBytes, { N, r, p, maxmem: 256 * N * r }) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'scrypt failed' };
  }
}

parentPort?.on('message', (/** @type {import('./hash-queue.ts').HashJob} */ job) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  parentPort?.postMessage(answerTo(job));
});
