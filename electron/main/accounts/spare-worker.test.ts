import { once } from 'node:events';
import { expect, it } from 'vitest';
import { SpareWorker } from './spare-worker.ts';

/** Says what it was told, and stays. */
const SCRIPT = `
import { parentPort, workerData } from 'node:worker_threads';
parentPort.postMessage(workerData);
parentPort.on('message', () => undefined);`;

it.each([
  ['a sign-in', 'warmUp', 'warmUp'],
  ['an account of which the token cannot be read yet', 'loadAhead', 'program'],
] as const)('loads a worker ahead of %s', async (_what, how, told) => {
  const workers = new SpareWorker(new URL(`data:text/javascript,${encodeURIComponent(SCRIPT)}`), () => ({}));
  workers[how]();
  // Who is there stays, whatever else is asked for.
  workers.warmUp();
  const worker = workers.take();
  if (!worker) throw new Error('there is none');
  expect(await once(worker, 'message')).toEqual([told]);
  expect(workers.take()).toBeNull();
  await worker.terminate();
});
