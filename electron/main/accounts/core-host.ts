/** Runs one account worker: requests by id, events out, restart with back-off when it dies. */
import { type ResourceLimits, Worker, type WorkerOptions } from 'node:worker_threads';
import { backOffMs } from '../../../shared/back-off.ts';
import { stackOf } from '../../../shared/errors.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import { type CoreContract, coreContract } from '../../../shared/ipc/contract/contract.ts';
import type { Exported } from '../../../shared/ipc/contract/chat-export.ts';
import type { Result } from '../../../shared/ipc/result.ts';
import type {
  Attention,
  ExportOrder,
  FollowedSettings,
  FromWorker,
  MediaPath,
  MediaUse,
  NetworkAnswer,
  ToWorker,
  WorkerStart,
} from '../../../shared/ipc/worker-protocol.ts';

/**
 * Where young objects live, which V8 lets grow to 48 MB a thread, before it looks which of them are still used. With
 * this, 8 MB fewer stay resident for each account (bench `accounts`).
 */
const SMALL: ResourceLimits = { maxYoungGenerationSizeMb: 2 };

/** How a worker of an account is made; `workerData` is its own. */
export function workerOptions({
  codeCache,
  small = false,
}: Pick<CoreHostOptions, 'codeCache' | 'small'>): WorkerOptions {
  // Read by Node before the first line of the worker.
  const env = codeCache ? { ...process.env, NODE_COMPILE_CACHE: codeCache } : process.env;
  return { env, name: 'account', ...(small ? { resourceLimits: SMALL } : {}) };
}

/** Everything a worker says by itself; answers to requests are handled here. */
export type WorkerEvent = Exclude<FromWorker, { kind: 'answer' } | { kind: 'log' }>;

export interface CoreHostOptions {
  /** Path or URL of the built worker. */
  script: string | URL;
  start: WorkerStart;
  /** Folder for what V8 made of the worker's own code; null = none is kept. */
  codeCache?: string | null;
  /** Somebody may be in front of the app; default: they may. */
  isAttended?: boolean;
  /** Its page is on screen, or about to be; default: it is. */
  onScreen?: boolean;
  /** One of several: it takes less memory, and a little more time in a flood. */
  small?: boolean;
  /** A worker that is loaded already, for the first start; null = there is none. */
  spare?: () => Worker | null;
  onEvent: (event: WorkerEvent) => void;
  /** The worker died and was started again: the page must load its snapshot anew. */
  onRestarted: () => void;
  log: (level: 'debug' | 'info' | 'warn' | 'error', scope: string, message: string) => void;
  /** Tests shorten these, ms. */
  timing?: Partial<Timing>;
}

interface Timing {
  queryTimeoutMs: number;
  shutdownTimeoutMs: number;
  firstRestartMs: number;
  longestRestartMs: number;
  /** A worker that ran this long counts as healthy: the next restart is quick again. */
  healthyAfterMs: number;
}

const TIMING: Timing = {
  queryTimeoutMs: 60_000,
  shutdownTimeoutMs: 4_000,
  firstRestartMs: 500,
  longestRestartMs: 30_000,
  healthyAfterMs: 60_000,
};

interface Pending {
  answer: (result: Result<unknown>) => void;
  timer: NodeJS.Timeout | undefined;
}

export class CoreHost {
  readonly #options: CoreHostOptions;
  readonly #timing: Timing;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #nextId = 1;
  #stopping = false;
  #restarts = 0;
  #restartTimer: NodeJS.Timeout | undefined;
  #onScreen: boolean;
  #isAttended: boolean;

  constructor(options: CoreHostOptions) {
    this.#options = options;
    this.#onScreen = options.onScreen ?? true;
    this.#isAttended = options.isAttended ?? true;
    this.#timing = { ...TIMING, ...options.timing };
    this.#launch();
  }

  request(channel: keyof CoreContract, args: unknown): Promise<Result<unknown>> {
    const worker = this.#worker;
    if (worker === null) {
      return Promise.resolve({ ok: false, code: 'internal', message: 'the account worker is restarting' });
    }
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((answer) => {
      const timer = coreContract[channel].isQuery
        ? setTimeout(() => {
            this.#options.log(
              'warn',
              'core-host',
              `${channel} was not answered in ${this.#timing.queryTimeoutMs} ms`,
            );
            this.#answer(id, { ok: false, code: 'network', message: `${channel}: no answer in time` });
          }, this.#timing.queryTimeoutMs)
        : undefined;
      this.#pending.set(id, { answer, timer });
      this.#post({ kind: 'request', id, channel, args });
    });
  }

  /** Where the file of a message is on this computer; loads it if it is not here yet. */
  async mediaFile(channel: ChannelRef, key: string, use: MediaUse): Promise<Result<MediaPath>> {
    // The worker answers this kind with a path (worker-protocol.ts).
    return (await this.#ask((id) => ({ kind: 'mediaFile', id, channel, key, use }))) as Result<MediaPath>;
  }

  /** Up to which byte a film that is loaded can be read from `from` on, once it can be; null = it does not come. */
  async filmUntil(token: string, from: number): Promise<number | null> {
    const result = await this.#ask((id) => ({ kind: 'filmUntil', id, token, from }));
    return result.ok && typeof result.value === 'number' ? result.value : null;
  }

  /** Writes a chat into a file; answers when it is there. */
  async exportChat(order: ExportOrder): Promise<Result<Exported>> {
    return (await this.#ask((id) => ({ kind: 'exportChat', id, order }))) as Result<Exported>;
  }

  async #ask(question: (id: number) => ToWorker): Promise<Result<unknown>> {
    if (this.#worker === null)
      return { ok: false, code: 'internal', message: 'the account worker is restarting' };
    const id = this.#nextId;
    this.#nextId += 1;
    const { promise, resolve } = Promise.withResolvers<Result<unknown>>();
    this.#pending.set(id, { answer: resolve, timer: undefined });
    this.#post(question(id));
    return promise;
  }

  /** What `start.listFollows` promised; null = nothing came. It is not kept here. */
  bringFirstList(answer: unknown): void {
    // A worker that starts after a crash asks itself.
    this.#options.start.listFollows = false;
    this.#post({ kind: 'firstList', answer });
  }

  setOfferReedit(on: boolean): void {
    // Also for the next start after a crash.
    this.#options.start.offerReedit = on;
    this.#post({ kind: 'offerReedit', on });
  }

  follow({ offerReedit, mediaRules }: FollowedSettings): void {
    this.setOfferReedit(offerReedit);
    if (!mediaRules) return;
    // Also for the next start after a crash.
    this.#options.start.mediaRules = mediaRules;
    this.#post({ kind: 'mediaRules', rules: mediaRules });
  }

  /** For the next start after a crash. */
  setSecureLine(): void {
    this.#options.start.secureLine = true;
  }

  /** Tells the worker what notifications show, for the leak check that is asked for next. */
  setAnnounced(messages: Extract<ToWorker, { kind: 'announced' }>['messages']): void {
    this.#post({ kind: 'announced', messages });
  }

  answerNetwork(id: number, answer: NetworkAnswer): void {
    this.#post({ kind: 'networkAnswer', id, answer });
  }

  waysChanged(caFile: string | null): void {
    // Also for the next start after a crash.
    this.#options.start.caFile = caFile;
    this.#post({ kind: 'waysChanged', caFile });
  }

  networkHint(): void {
    this.#post({ kind: 'networkHint' });
  }

  setAttention(attention: Attention): void {
    // Also for the next start after a crash.
    this.#options.start.attention = attention;
    this.#post({ kind: 'attention', attention });
  }

  setOnScreen(on: boolean): void {
    // Also for the next start after a crash. That a page is there, the page says itself.
    if (this.#onScreen && !on) this.#post({ kind: 'left' });
    this.#onScreen = on;
  }

  setAttended(on: boolean): void {
    this.#isAttended = on;
    this.#post({ kind: 'attended', on });
  }

  screenLocked(): void {
    this.#post({ kind: 'screenLocked' });
  }

  /** Ends the worker cleanly, by force after a few seconds. Resolves when its databases are closed. */
  async shutdown(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restartTimer);
    const worker = this.#worker;
    if (worker === null) return;
    const exited = new Promise<void>((done) => worker.once('exit', () => done()));
    this.#post({ kind: 'shutdown' });
    const force = setTimeout(() => {
      this.#options.log('warn', 'core-host', 'the worker did not end in time');
      void worker.terminate();
    }, this.#timing.shutdownTimeoutMs);
    await exited;
    clearTimeout(force);
  }

  #launch(): void {
    const { script, spare, start, log } = this.#options;
    const loaded = this.#restarts === 0 ? (spare?.() ?? null) : null;
    const worker = loaded ?? new Worker(script, { ...workerOptions(this.#options), workerData: start });
    const startedAt = Date.now();
    this.#worker = worker;
    if (loaded) this.#post({ kind: 'start', start });
    if (start.attention) this.#post({ kind: 'attention', attention: start.attention });
    if (!this.#onScreen) this.#post({ kind: 'left' });
    if (!this.#isAttended) this.#post({ kind: 'attended', on: false });
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.on('messageerror', (error) => log('error', 'core-host', `unreadable message: ${error.message}`));
    worker.on('error', (error) => log('error', 'core-host', `the worker failed: ${stackOf(error)}`));
    worker.on('exit', (code) => this.#exited(code, Date.now() - startedAt));
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'answer') this.#answer(message.id, message.result);
    else if (message.kind === 'log') this.#options.log(message.level, message.scope, message.message);
    else this.#options.onEvent(message);
  }

  #answer(id: number, result: Result<unknown>): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    pending.answer(result);
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #exited(code: number, ranMs: number): void {
    this.#worker = null;
    for (const id of this.#pending.keys()) {
      this.#answer(id, { ok: false, code: 'internal', message: 'the account worker ended' });
    }
    if (this.#stopping) return;
    if (ranMs >= this.#timing.healthyAfterMs) this.#restarts = 0;
    this.#restarts += 1;
    const delay = backOffMs(this.#restarts, this.#timing.firstRestartMs, this.#timing.longestRestartMs);
    this.#options.log(
      'error',
      'core-host',
      `the worker ended with code ${code} after ${ranMs} ms; restart in ${delay} ms`,
    );
    this.#restartTimer = setTimeout(() => {
      this.#launch();
      this.#options.onRestarted();
    }, delay);
  }
}
