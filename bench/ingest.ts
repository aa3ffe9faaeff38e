/**
 * Messages per second from the bytes on the socket to the deltas another thread has received: the account worker as the
 * app runs it (connection, sync, store with search index, publisher), fed by a scripted IM server over TCP. Baseline:
 * the same rows into the same tables and index with better-sqlite3 alone, same pragmas and batch sizes, alternating in
 * the same thread.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ScriptedServer } from '../electron/core/connection/testing/scripted-server.ts';
import { callApi, registerUser } from '../e2e/fixtures/people/peer.ts';
import { bundleWorker } from '../electron/core/testing/bundle-worker.ts';
import { AccountClient } from './support/account-client.ts';
import type { CpuDone, RawDone } from './support/ingest-worker.ts';
import { type BenchmarkOptions, median, ratioRow, type Row, valueRow } from './support/report.ts';
import { PASSWORD, registerPeople, startBenchServers } from './support/servers.ts';

const PEOPLE = 25;
const GROUPS = 25;
const ROUND = 5_000;
const ROUNDS = 5;
/** Enough that no frame is above RELOAD_ABOVE for a conversation: every message is sent as a delta of its own. */
const CHANNELS = PEOPLE + GROUPS;
const QUIET_MS = 500;

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
  const scripted = await ScriptedServer.start();
  const servers = await startBenchServers({ announce: () => ({ tcp: scripted.tcp, ws: scripted.ws }) });
  const worker = await bundleWorker(join(import.meta.dirname, 'support/ingest-worker.ts'));
  try {
    return await measure(servers.dir, servers.api, scripted, worker.file, quick ? 200 : ROUND);
  } finally {
    await servers.close();
    await scripted.stop();
    worker.remove();
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
  const places = await makePlaces(api);
  const rawDir = join(dir, 'raw');
  mkdirSync(rawDir);
  let expected = new Set<string>();
  let lastAt = performance.now();
  let raw: RawDone | null = null;
  let cpu: CpuDone | null = null;
  let reloads = 0;
  const account = await AccountClient.start({
    file,
    server: api,
    username: 'bench-me',
    password: PASSWORD,
    accountDir: join(dir, 'account'),
    extra: { rawDir },
    onDelta(delta) {
      lastAt = performance.now();
      if (delta.kind === 'reload') reloads += 1;
      if (delta.kind === 'messages') for (const view of delta.upserts) expected.delete(view.clientMsgNo);
    },
    onOther(message) {
      if (message.kind === 'rawDone') raw = message as RawDone;
      if (message.kind === 'cpuDone') cpu = message as CpuDone;
    },
  });
  const baseline = async (): Promise<RawDone> => {
    raw = null;
    account.post({ kind: 'raw' } as never);
    await account.until('the baseline', () => raw !== null);
    return raw as unknown as RawDone;
  };
  const cpuMs = async (): Promise<number> => {
    cpu = null;
    account.post({ kind: 'cpu' } as never);
    await account.until('its processor time', () => cpu !== null);
    return (cpu as unknown as CpuDone).cpuMs;
  };
  try {
    await account.inSync();
    for (const { channelId, channelType } of places)
      await account.value('channels.open', { channel: { channelId, channelType } });
    let sent = 0;
    const round = async (count: number): Promise<{ ms: number; cpuMs: number }> => {
      const frames: Uint8Array[] = [];
      const names = new Set<string>();
      for (let i = 0; i < count; i += 1, sent += 1) {
        const clientMsgNo = randomUUID().replaceAll('-', '');
        names.add(clientMsgNo);
        frames.push(frameOf(scripted, places, sent, clientMsgNo));
      }
      expected = names;
      const acked = scripted.peer.of('recvack').length;
      const cpuBefore = await cpuMs();
      const startedAt = performance.now();
      scripted.peer.write(...frames);
      await account.until(`${count} messages`, () => names.size === 0);
      const ms = performance.now() - startedAt;
      await account.until('all RECVACKs', () => scripted.peer.of('recvack').length === acked + count);
      return { ms, cpuMs: (await cpuMs()) - cpuBefore };
    };
    // Every conversation is known and the code is warm before anything counts.
    await round(CHANNELS);
    await account.until('people and groups', () => performance.now() - lastAt >= QUIET_MS);
    await round(size);
    await round(size);
    await baseline();
    reloads = 0;
    const ours: number[] = [];
    const alone: number[] = [];
    const prepared: number[] = [];
    const oursCpu: number[] = [];
    const aloneCpu: number[] = [];
    let batches = 0;
    for (let i = 0; i < ROUNDS; i += 1) {
      const took = await round(size);
      ours.push((size / took.ms) * 1000);
      oursCpu.push((took.cpuMs / size) * 1000);
      const done = await baseline();
      aloneCpu.push((done.cpuMs / done.rows) * 1000);
      alone.push((done.rows / done.ms) * 1000);
      prepared.push((done.rows / done.preparedMs) * 1000);
      batches += done.batches;
    }
    if (reloads > 0) throw new Error('a frame was too large for single deltas');
    return [
      ratioRow('socket to deltas in another thread', median(ours), 'messages/s', median(alone), '>= 0.5'),
      ratioRow(
        'processor time of the worker, raw / app',
        1000 / median(oursCpu),
        'messages per ms',
        1000 / median(aloneCpu),
        '>= 0.5',
      ),
      ratioRow('the same against prepared rows', median(ours), 'messages/s', median(prepared), null),
      valueRow('messages per transaction', (size * ROUNDS) / batches, 'messages'),
    ];
  } finally {
    await account.stop();
  }
}

/** People and groups that write to the account. */
async function makePlaces(api: string): Promise<Where[]> {
  const people = await registerPeople(api, PEOPLE);
  const { token } = await callApi<{ token: string }>(api, null, 'POST', 'user/login', {
    username: 'bench-me',
    password: PASSWORD,
    flag: 2,
    device: { device_id: randomUUID(), device_name: 'bench', device_model: 'bench' },
  });
  const places: Where[] = people.map((uid) => ({ fromUid: uid, channelId: uid, channelType: 1 }));
  for (let i = 0; i < GROUPS; i += 1) {
    const group = await callApi<{ group_no: string }>(api, token, 'POST', 'group/create', {
      members: people,
      name: `项目组 ${i}`,
    });
    places.push({ fromUid: people[i] ?? '', channelId: group.group_no, channelType: 2 });
  }
  return places;
}

function frameOf(
  scripted: ScriptedServer,
  places: readonly Where[],
  n: number,
  clientMsgNo: string,
): Uint8Array {
  const place = places[n % places.length] as Where;
  const text = `${SENTENCES[n % SENTENCES.length] ?? ''} ${(n * 7919) % 100_003}`;
  return scripted.peer.recv({
    ...place,
    messageId: 2_124_791_608_111_960_064n + BigInt(n) * 4096n,
    // 1 is the group's own "created" message.
    messageSeq: Math.floor(n / places.length) + 2,
    clientMsgNo,
    timestamp: Math.floor(Date.now() / 1000),
    payload: { type: 1, content: text },
  });
}
