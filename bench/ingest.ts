/**
 * Messages per second from the bytes on the socket to the deltas another thread has received: the account worker as the app
 * runs it (connection, sync, store with search index, publisher), fed by a scripted IM server over TCP. Baseline: the same
 * rows into the same tables and index with better-sqlite3 alone, same pragmas and batch sizes, alternating in the same thread.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { login } from '../electron/core/api/sign-in.ts';
import { ScriptedServer } from '../electron/core/connection/testing/scripted-server.ts';
import { callApi, registerUser } from '../e2e/fixtures/peer.ts';
import { startBusinessServer } from '../server/business/business-server.ts';
import { startImServer } from '../server/im/im-server.ts';
import { bundle } from './bundle.ts';
import type { FromIngestWorker, IngestStart, ToIngestWorker } from './ingest-worker.ts';
import { type BenchmarkOptions, median, ratioRow, type Row, valueRow } from './report.ts';

const PASSWORD = 'bench-password-1';
const PEOPLE = 10;
const GROUPS = 10;
const ROUND = 5_000;
const ROUNDS = 5;
/** Enough that a whole round stays below RELOAD_ABOVE per conversation: every message is sent as a delta of its own. */
const CHANNELS = PEOPLE + GROUPS;
const LATE_MS = 60_000;

const SENTENCES = [
  '联调通过，今晚 20:00 灰度 5%，有问题群里说。',
  '好的，我看一下日志再回复你',
  'The nightly build is green again, see run',
  '会议改到三楼小会议室，记得带上上次的测试报告和截图。',
  '收到！',
  '这个接口返回的字段和文档不一致，message_id 超过 2^53 会丢精度，麻烦后端同学确认一下。',
  'https://example.com/wiki/release-checklist?id=',
  '周报已发，大家看看有没有遗漏的，没有的话我下午三点提交。',
];

interface Where {
  fromUid: string;
  channelId: string;
  channelType: number;
}

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const scripted = await ScriptedServer.start();
  const im = await startImServer({ dataDir: join(dir, 'im') });
  const business = await startBusinessServer({
    dataDir: join(dir, 'business'),
    imApi: im.api,
    imAddresses: { tcp: scripted.tcp, ws: scripted.ws, wss: '' },
    passwordCost: 16,
    requestsPerSecond: 1_000_000,
  });
  const worker = await bundle(join(import.meta.dirname, 'ingest-worker.ts'));
  try {
    return await measure(dir, business.api, scripted, worker.file, quick ? 200 : ROUND);
  } finally {
    await business.close();
    await im.close();
    await scripted.stop();
    worker.remove();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(
  dir: string,
  api: string,
  scripted: ScriptedServer,
  file: string,
  size: number,
): Promise<Row[]> {
  await registerUser(api, 'bench-me', PASSWORD, '许一诺');
  const device = { id: randomUUID(), name: 'bench', model: 'bench' };
  const me = await login({ server: api, username: 'bench-me', password: PASSWORD, device });
  const places = await makePlaces(api, me.token, me.uid);
  const start: IngestStart = {
    accountDir: join(dir, 'account'),
    rawDir: join(dir, 'raw'),
    server: api,
    uid: me.uid,
    username: me.username,
    name: me.name,
    token: me.token,
    deviceId: device.id,
    offerReedit: true,
  };
  mkdirSync(start.rawDir);
  const client = new Client(file, start);
  try {
    await client.until('the sync', () => client.inSync);
    let sent = 0;
    const round = async (count: number): Promise<number> => {
      const frames: Uint8Array[] = [];
      for (let i = 0; i < count; i += 1, sent += 1) frames.push(frameOf(scripted, places, sent));
      client.expect(count);
      const acked = scripted.peer.of('recvack').length;
      const startedAt = performance.now();
      scripted.peer.write(...frames);
      await client.until(`${count} messages`, () => client.missing === 0);
      const ms = performance.now() - startedAt;
      await client.until('all RECVACKs', () => scripted.peer.of('recvack').length === acked + count);
      return ms;
    };
    // Every conversation is known and the code is warm before anything counts.
    await round(CHANNELS);
    await client.until('people and groups', () => client.quietFor(500));
    await round(size);
    await round(size);
    await client.raw();
    const ours: number[] = [];
    const raw: number[] = [];
    let batches = 0;
    for (let i = 0; i < ROUNDS; i += 1) {
      ours.push((size / (await round(size))) * 1000);
      const done = await client.raw();
      raw.push((done.rows / done.ms) * 1000);
      batches += done.batches;
    }
    return [
      ratioRow('socket to deltas in another thread', median(ours), 'messages/s', median(raw), '>= 0.5'),
      valueRow('messages per transaction', (size * ROUNDS) / batches, 'messages'),
    ];
  } finally {
    await client.stop();
  }
}

/** People and groups that write to the account. */
async function makePlaces(api: string, token: string, me: string): Promise<Where[]> {
  const people: string[] = [];
  for (let i = 0; i < PEOPLE; i += 1)
    people.push(await registerUser(api, `bench-person-${i}`, PASSWORD, `同事 ${i}`));
  const places: Where[] = people.map((uid) => ({ fromUid: uid, channelId: uid, channelType: 1 }));
  for (let i = 0; i < GROUPS; i += 1) {
    const group = await callApi<{ group_no: string }>(api, token, 'POST', 'group/create', {
      members: people.filter((uid) => uid !== me),
      name: `项目组 ${i}`,
    });
    places.push({ fromUid: people[i] ?? '', channelId: group.group_no, channelType: 2 });
  }
  return places;
}

function frameOf(scripted: ScriptedServer, places: readonly Where[], n: number): Uint8Array {
  const place = places[n % places.length] as Where;
  const text = `${SENTENCES[n % SENTENCES.length] ?? ''} ${(n * 7919) % 100_003}`;
  return scripted.peer.recv({
    ...place,
    messageId: 2_124_791_608_111_960_064n + BigInt(n) * 4096n,
    // 1 is the group's own "created" message.
    messageSeq: Math.floor(n / places.length) + 2,
    clientMsgNo: randomUUID().replaceAll('-', ''),
    timestamp: Math.floor(Date.now() / 1000),
    payload: { type: 1, content: text },
  });
}

/** The main thread's end of the worker. */
class Client {
  inSync = false;
  readonly #warnings: string[] = [];
  missing = 0;
  #keys = new Set<string>();
  #lastAt = performance.now();
  #raw: Extract<FromIngestWorker, { kind: 'rawDone' }> | null = null;
  #wake: () => void = () => undefined;
  #failed: Error | null = null;
  readonly #worker: Worker;

  constructor(file: string, start: IngestStart) {
    this.#worker = new Worker(file, { workerData: start });
    this.#worker.on('message', (message: FromIngestWorker) => this.#take(message));
    this.#worker.on('error', (error) => this.#fail(error));
  }

  expect(count: number): void {
    this.#keys = new Set();
    this.missing = count;
  }

  quietFor(ms: number): boolean {
    return performance.now() - this.#lastAt >= ms;
  }

  async raw(): Promise<Extract<FromIngestWorker, { kind: 'rawDone' }>> {
    this.#raw = null;
    this.#post({ kind: 'raw' });
    await this.until('the baseline', () => this.#raw !== null);
    if (!this.#raw) throw new Error('unreachable');
    return this.#raw;
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const deadline = performance.now() + LATE_MS;
    while (!holds()) {
      if (this.#failed) throw this.#failed;
      if (performance.now() > deadline)
        throw new Error(
          `waited too long for ${what}; ${this.missing} missing\n${this.#warnings.slice(-5).join('\n')}`,
        );
      await Promise.race([new Promise<void>((wake) => (this.#wake = wake)), delay(20)]);
    }
  }

  async stop(): Promise<void> {
    const ended = once(this.#worker, 'exit');
    this.#post({ kind: 'shutdown' });
    await ended;
  }

  #post(message: ToIngestWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
    this.#worker.postMessage(message);
  }

  #take(message: FromIngestWorker): void {
    this.#lastAt = performance.now();
    if (message.kind === 'rawDone') this.#raw = message;
    if (message.kind === 'log') {
      if (message.message.endsWith('in sync')) this.inSync = true;
      if (message.level === 'warn') this.#warnings.push(`${message.scope}: ${message.message}`);
      if (message.level === 'error') this.#fail(new Error(`${message.scope}: ${message.message}`));
    }
    if (message.kind === 'deltas') {
      for (const delta of message.deltas) {
        if (delta.kind === 'reload' && this.inSync)
          this.#fail(new Error('a frame was too large for single deltas: ${JSON.stringify(delta)}'));
        if (delta.kind !== 'messages') continue;
        for (const view of delta.upserts) {
          if (this.#keys.has(view.key)) continue;
          this.#keys.add(view.key);
          this.missing -= 1;
        }
      }
    }
    this.#wake();
  }

  #fail(error: Error): void {
    this.#failed ??= error;
    this.#wake();
  }
}
