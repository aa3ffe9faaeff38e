/**
 * Drives real account workers in tests: worker.ts bundled the way the app bundles it (bundle-worker.ts), one
 * worker_thread per account, against the embedded servers in a child process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import { Emitter } from '../../../shared/emitter.ts';
import type { Args, CoreContract, Value } from '../../../shared/ipc/contract/contract.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { Result } from '../../../shared/ipc/result.ts';
import type { FromWorker, ToWorker, WorkerStart } from '../../../shared/ipc/worker-protocol.ts';
import type { SignedIn } from '../api/signed-in.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

export class EmbeddedServers {
  readonly api: string;
  /** What the servers wrote on stderr. */
  readonly errors: string[];
  readonly #process: ChildProcess;
  private constructor(api: string, child: ChildProcess, errors: string[]) {
    this.api = api;
    this.errors = errors;
    this.#process = child;
  }

  /** `options`: arguments of `npm run server`. Port 0 unless given; passwords are hashed at little cost. */
  static async start(dataDir: string, ...options: string[]): Promise<EmbeddedServers> {
    const args = [join(ROOT, 'server/main.ts'), '--data', dataDir, '--password-cost', '1024', ...options];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const errors: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
    for await (const line of createInterface({ input: child.stdout })) {
      const ready = JSON.parse(line) as { ready?: boolean; api?: string };
      if (ready.ready && ready.api) return new EmbeddedServers(ready.api, child, errors);
    }
    throw new Error(`the servers did not start: ${errors.join('').slice(-2_000)}`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((done) => {
      this.#process.once('exit', done);
    });
    this.#process.kill('SIGTERM');
    await ended;
  }
}

/** One account's worker with everything it ever said. */
export class WorkerClient {
  readonly said: FromWorker[] = [];
  readonly me: SignedIn;
  readonly #worker: Worker;
  readonly #messages = new Emitter();
  #nextId = 0;

  /** `ways`: what the main thread says of the way to any server. */
  constructor(
    file: string,
    server: string,
    me: SignedIn,
    accountDir: string,
    deviceId: string,
    { ways = 'DIRECT', caFile = null }: { ways?: string; caFile?: string | null } = {},
  ) {
    const workerData: WorkerStart = {
      accountDir,
      server,
      uid: me.uid,
      username: me.username,
      name: me.name,
      token: me.token,
      deviceId,
      offerReedit: true,
      caFile,
    };
    this.me = me;
    this.#worker = new Worker(file, { workerData });
    this.#worker.on('message', (message: FromWorker) => {
      this.said.push(message);
      if (message.kind === 'networkQuestion') {
        const answer = message.question.ask === 'ways' ? { ways } : { signIn: null };
        this.send({ kind: 'networkAnswer', id: message.id, answer });
      }
      this.#messages.emit();
    });
    this.#worker.on('error', (error) => {
      this.said.push({ kind: 'log', level: 'error', scope: 'thread', message: String(error) });
    });
  }

  send(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
    this.#worker.postMessage(message);
  }

  /** Resolves with the first non-nullish, non-false answer of `look`, asked again after each message of the worker. */
  async until<T>(what: string, look: () => T | null | undefined | false, timeoutMs = 30_000): Promise<T> {
    const { promise, resolve: found, reject } = Promise.withResolvers<T>();
    const check = (): void => {
      const value = look();
      if (value !== null && value !== undefined && value !== false) found(value);
    };
    const timer = setTimeout(
      () => reject(new Error(`${this.me.username} waited for ${what}\n${this.logs()}`)),
      timeoutMs,
    );
    const stop = this.#messages.on(check);
    check();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      stop();
    }
  }

  async ask<K extends keyof CoreContract>(channel: K, args: Args<K>): Promise<Result<Value<K>>> {
    this.#nextId += 1;
    const id = this.#nextId;
    this.send({ kind: 'request', id, channel, args });
    const answer = await this.until(`the answer of ${channel}`, () =>
      this.said.find((message) => message.kind === 'answer' && message.id === id),
    );
    return (answer as Extract<FromWorker, { kind: 'answer' }>).result as Result<Value<K>>;
  }

  async value<K extends keyof CoreContract>(channel: K, args: Args<K>): Promise<Value<K>> {
    const result = await this.ask(channel, args);
    if (!result.ok) throw new Error(`${channel}: ${result.code}: ${result.message}`);
    return result.value;
  }

  deltas(): CoreDelta[] {
    return this.said.flatMap((message) => (message.kind === 'deltas' ? message.deltas : []));
  }

  /** Newest view of the message that `matches`. */
  view(matches: (view: MessageView) => boolean): MessageView | undefined {
    return this.deltas()
      .flatMap((delta) => (delta.kind === 'messages' ? delta.upserts : []))
      .findLast(matches);
  }

  messageWith(text: string): Promise<MessageView> {
    return this.until(`"${text}"`, () =>
      this.view((v) => v.content.kind === 'text' && v.content.text === text),
    );
  }

  recalled(messageId: string): Promise<MessageView> {
    return this.until('the recall', () =>
      this.view((v) => v.messageId === messageId && v.recall?.state === 'done'),
    );
  }

  /** Everything a window could show of a channel, as text. */
  async shown(channel: ChannelRef): Promise<string> {
    const page = await this.value('messages.page', { channel, anchor: { at: 'latest' }, limit: 200 });
    return JSON.stringify([page.messages, (await this.value('core.bootstrap', undefined)).conversations]);
  }

  async sent(channel: ChannelRef, text: string): Promise<MessageView> {
    const queued = await this.value('messages.send', {
      channel,
      text,
      mention: { all: false, uids: [] },
      replyToMessageId: null,
    });
    return this.until('SENDACK', () => this.view((v) => v.key === queued.key && v.send.state === 'sent'));
  }

  inSync(times = 1): Promise<true> {
    return this.until(
      'the sync',
      () => this.logLines().filter((line) => line.endsWith('in sync')).length >= times,
    );
  }

  logLines(): string[] {
    return this.said.flatMap((m) => (m.kind === 'log' ? [`${m.level} ${m.scope}: ${m.message}`] : []));
  }

  logs(): string {
    return this.logLines().slice(-40).join('\n');
  }

  /** Ends the thread as the app does; resolves with its exit code. */
  async stop(): Promise<number> {
    const ended = new Promise<number>((done) => {
      this.#worker.once('exit', done);
    });
    this.send({ kind: 'shutdown' });
    return ended;
  }

  /** Ends the thread without any farewell, as a crash would. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }
}
