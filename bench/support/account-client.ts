/**
 * An account worker as the app runs it, in a thread of its own, with what the app's page does about it: every batch of
 * deltas is answered with `core.deltasTaken`. Keeps no deltas, so that it can be left running for as long as one likes.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { login } from '../../electron/core/api/sign-in.ts';
import type { Args, CoreContract, Value } from '../../shared/ipc/contract/contract.ts';
import type { CoreDelta } from '../../shared/ipc/contract/events.ts';
import type { Result } from '../../shared/ipc/result.ts';
import type { FromWorker, ToWorker, WorkerStart } from '../../shared/ipc/worker-protocol.ts';

const LATE_MS = 180_000;

export interface AccountOptions {
  file: string;
  server: string;
  username: string;
  password: string;
  accountDir: string;
  onDelta?: (delta: CoreDelta) => void;
  /** A page that draws so long before it takes the next batch. */
  drawMs?: number;
  /** More of `workerData`, and what a worker says that is not the app's. */
  extra?: Record<string, unknown>;
  onOther?: (message: { kind: string }) => void;
}

export class AccountClient {
  readonly uid: string;
  /** Finished syncs so far. */
  syncs = 0;
  online = false;
  /** Batches posted and not yet answered, at most. */
  mostUntaken = 0;
  readonly #worker: Worker;
  readonly #options: AccountOptions;
  readonly #answers = new Map<number, (result: Result<unknown>) => void>();
  readonly #warnings: string[] = [];
  #untaken = 0;
  #nextId = 0;
  #failed: Error | null = null;
  #wake: () => void = () => undefined;

  private constructor(options: AccountOptions, start: WorkerStart) {
    this.uid = start.uid;
    this.#options = options;
    this.#worker = new Worker(options.file, { workerData: { ...start, ...options.extra } });
    this.#worker.on('message', (message: FromWorker) => this.#take(message));
    this.#worker.on('error', (error) => this.#fail(error));
  }

  /** Signs in and starts the worker. */
  static async start(options: AccountOptions): Promise<AccountClient> {
    const { server, username, password, accountDir } = options;
    const device = { id: randomUUID(), name: 'bench', model: 'bench' };
    const me = await login({ server, username, password, device });
    const { uid, name, token } = me;
    return new AccountClient(options, {
      accountDir,
      server,
      uid,
      username: me.username,
      name,
      token,
      deviceId: device.id,
      offerReedit: true,
    });
  }

  /** Starts the worker of an account that was signed in before; nobody has to answer. */
  static open(options: AccountOptions, token: string, uid: string): AccountClient {
    const { accountDir, server, username } = options;
    const start = { accountDir, server, uid, username, name: username, token, deviceId: randomUUID() };
    return new AccountClient(options, { ...start, offerReedit: true });
  }

  post(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
    this.#worker.postMessage(message);
  }

  /** @throws Error with the code and text of a refusal */
  async value<K extends keyof CoreContract>(channel: K, args: Args<K>): Promise<Value<K>> {
    this.#nextId += 1;
    const id = this.#nextId;
    const { promise, resolve } = Promise.withResolvers<Result<unknown>>();
    this.#answers.set(id, resolve);
    this.post({ kind: 'request', id, channel, args });
    const result = (await promise) as Result<Value<K>>;
    if (!result.ok) throw new Error(`${channel}: ${result.code}: ${result.message}`);
    return result.value;
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const deadline = performance.now() + LATE_MS;
    while (!holds()) {
      if (this.#failed) throw this.#failed;
      if (performance.now() > deadline)
        throw new Error(`waited too long for ${what}\n${this.#warnings.slice(-8).join('\n')}`);
      await Promise.race([new Promise<void>((wake) => (this.#wake = wake)), delay(20)]);
    }
  }

  inSync(): Promise<void> {
    return this.until('the sync', () => this.syncs > 0);
  }

  async stop(): Promise<void> {
    const ended = once(this.#worker, 'exit');
    this.post({ kind: 'shutdown' });
    await ended;
  }

  #take(message: FromWorker): void {
    if (message.kind === 'answer') {
      this.#answers.get(message.id)?.(message.result);
      this.#answers.delete(message.id);
    } else if (message.kind === 'log') {
      if (message.message === 'in sync') this.syncs += 1;
      if (message.level === 'warn' || message.level === 'error') this.#warnings.push(message.message);
    } else if (message.kind === 'connection') {
      this.online = message.connection.state === 'online';
    } else if (message.kind === 'deltas') {
      this.#untaken += 1;
      this.mostUntaken = Math.max(this.mostUntaken, this.#untaken);
      for (const delta of message.deltas) this.#options.onDelta?.(delta);
      const { drawMs } = this.#options;
      if (drawMs === undefined) this.#taken();
      else setTimeout(() => this.#taken(), drawMs);
    } else {
      this.#options.onOther?.(message);
    }
    this.#wake();
  }

  #taken(): void {
    this.#untaken -= 1;
    this.value('core.deltasTaken', undefined).catch(() => undefined);
  }

  #fail(error: Error): void {
    this.#failed ??= error;
    this.#wake();
  }
}
