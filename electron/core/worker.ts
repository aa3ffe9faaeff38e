/**
 * Entry of an account's worker thread: wires the core to its MessagePort. An uncaught error ends the worker after the
 * databases were closed; requests that wait are answered `internal` and the main thread sees a non-zero exit.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { stackOf } from '../../shared/errors.ts';
import { z } from 'zod';
import { type Failure, failureOf } from '../../shared/ipc/result.ts';
import type { Ahead, FromWorker, ToWorker } from '../../shared/ipc/worker-protocol.ts';
import { type Core, createCore } from './core.ts';
import { partsOver } from './core-parts.ts';
import { BehindList } from './connection/behind-list.ts';
import { GiveBack } from './give-back.ts';
import { AskedWays } from './network/asked-ways.ts';
import { movedOf } from './moved-bytes.ts';
import { loadDatabaseProgram, warmUp } from './warm-up.ts';

const Start = z.object({
  accountDir: z.string().min(1),
  profileDir: z.string().min(1).exactOptional(),
  server: z.string().min(1),
  uid: z.string().min(1),
  username: z.string(),
  name: z.string(),
  token: z.string().min(1),
  deviceId: z.string().min(1),
  deviceFlag: z.union([z.literal(1), z.literal(2)]).exactOptional(),
  offerReedit: z.boolean(),
  mediaRules: z
    .object({
      keepDays: z.int().min(0),
      limitBytes: z.int().min(0),
      images: z.boolean(),
      videos: z.boolean(),
      files: z.boolean(),
      autoLoadBytes: z.int().min(0),
    })
    .exactOptional(),
  secureLine: z.boolean().exactOptional(),
  localStorageDays: z.int().min(1).nullable().exactOptional(),
  caFile: z.string().min(1).nullable().exactOptional(),
  listFollows: z.boolean().exactOptional(),
  pageComes: z.boolean().exactOptional(),
});

const END_TIMEOUT_MS = 2_000;
const OPEN_AGAIN_MS = 2_000;

type Port = NonNullable<typeof parentPort>;

function run(port: Port, start: z.output<typeof Start>): void {
  const waiting = new Set<number>();
  let core: Core | null = null;
  /** Why there is no core yet; every request is answered with it. */
  let notOpened: Failure | null = null;
  let openTimer: NodeJS.Timeout | undefined;
  let ending = false;

  const post = (message: FromWorker): void => {
    if (message.kind === 'answer') waiting.delete(message.id);
    port.postMessage(message, movedOf(message));
  };
  const log = (message: string): void => post({ kind: 'log', level: 'error', scope: 'worker', message });

  async function end(exitCode: number): Promise<void> {
    if (ending) return;
    ending = true;
    clearTimeout(openTimer);
    try {
      await core?.close();
    } catch (error) {
      log(`closing: ${failureOf(error).message}`);
      exitCode ||= 1;
    }
    port.close();
    process.exitCode = exitCode;
    // The thread ends by itself, after what was posted is delivered; a forgotten handle must not keep it alive.
    setTimeout(() => process.exit(exitCode), END_TIMEOUT_MS).unref();
  }

  function fail(error: unknown): void {
    // Stack traces name code, not content.
    log(stackOf(error));
    const failure = failureOf(error);
    for (const id of waiting) post({ kind: 'answer', id, result: failure });
    void end(1);
  }

  process.on('uncaughtException', fail);
  process.on('unhandledRejection', (reason) => {
    log(`unhandled rejection: ${stackOf(reason)}`);
  });

  const ways = new AskedWays(
    start.caFile ?? null,
    (id, question) => post({ kind: 'networkQuestion', id, question }),
    (warning) => post({ kind: 'log', level: 'warn', scope: 'network', message: warning }),
  );

  const behind = start.pageComes === true ? new BehindList() : null;
  const giveBack = new GiveBack({
    log: (message) => post({ kind: 'log', level: 'debug', scope: 'worker', message }),
  });

  port.on('message', (message: ToWorker) => {
    if (message.kind === 'left') giveBack.rests();
    // A page begins.
    if (message.kind === 'request' && message.channel === 'core.bootstrap') giveBack.works();
    if (message.kind === 'request') behind?.asked(message.channel);
    if (message.kind === 'networkAnswer') {
      ways.answered(message.id, message.answer);
      return;
    }
    if (message.kind === 'waysChanged') {
      ways.changed(message.caFile);
      core?.handle({ kind: 'networkHint', anew: true });
      return;
    }
    if (message.kind === 'networkHint') ways.network.refresh();
    if (message.kind === 'shutdown') {
      void end(0);
      return;
    }
    if ('id' in message) {
      if (notOpened) {
        post({ kind: 'answer', id: message.id, result: notOpened });
        return;
      }
      waiting.add(message.id);
    }
    core?.handle(message);
  });

  /** What is in the way (another copy of the app, a folder that cannot be made) may go: tried until it does. */
  function open(): void {
    try {
      // What was asked for ahead came and went while it could not be opened.
      const at = notOpened ? { ...start, listFollows: false } : start;
      core = createCore(at, post, partsOver(ways.network, behind));
    } catch (error) {
      const failure = failureOf(error);
      if (notOpened?.message !== failure.message) log(`not opened: ${failure.message}`);
      notOpened = failure;
      openTimer = setTimeout(open, OPEN_AGAIN_MS);
      return;
    }
    if (notOpened) post({ kind: 'openedLate' });
    notOpened = null;
  }
  open();
}

/** Loaded before anybody knows for whom (spare-worker.ts). */
function wait(port: Port, ahead: Ahead): void {
  port.once('message', (message: ToWorker) => {
    if (message.kind !== 'start') throw new Error(`${message.kind} before the start`);
    run(port, Start.parse(message.start));
  });
  if (ahead === 'warmUp') void warmUp();
  else loadDatabaseProgram();
}

if (!parentPort) throw new Error('worker.ts runs in a worker thread');
if (workerData === 'warmUp' || workerData === 'program') wait(parentPort, workerData);
else run(parentPort, Start.parse(workerData));
