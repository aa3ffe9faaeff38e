/**
 * The servers' memory under 1,000 connections and 100 messages a second: resident memory of the process that `npm run
 * server` starts, while it lasts, and whether every message arrived. Also 300 clients that lose their connection in the
 * same moment and come back in the same moment.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startServers, type ServerProcess } from '../scripts/servers.ts';
import { TestClient } from '../server/im/testing/test-client.ts';
import { crowdUid, idleConnections } from './support/idle-connections.ts';
import { residentMiB } from './support/processes.ts';
import { type BenchmarkOptions, percentile, ratioRow, type Row, valueRow } from './support/report.ts';

const RATE = 100;
const TEXT = '联调通过，今晚 20:00 灰度 5%，有问题群里说。';

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  if (process.platform !== 'linux') throw new Error('reads /proc: Linux only');
  const connections = quick ? 40 : 1_000;
  const seconds = quick ? 2 : 30;
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const servers = await startServers({ dataDir: dir, at: null, seed: null });
  let received = 0;
  const idle = idleConnections(servers, (client) => {
    client.autoAck = true;
    // A crowd of a thousand keeps no packets.
    client.received.push = (...packets) => {
      received += packets.filter((packet) => packet.type === 'recv').length;
      return 0;
    };
  });
  try {
    const atStart = residentMiB(servers.pid);
    await idle.growTo(connections);
    await delay(2_000);
    const idling = residentMiB(servers.pid);
    const samples: number[] = [];
    let sent = 0;
    const startedAt = performance.now();
    for (let second = 0; second < seconds; second += 1) {
      for (let tenth = 0; tenth < 10; tenth += 1) {
        for (let i = 0; i < RATE / 10; i += 1, sent += 1) {
          const from = idle.clients[sent % connections];
          from?.packet(
            from.sendPacket(crowdUid((sent * 7 + 1) % connections), 1, `{"type":1,"content":"${TEXT}"}`),
          );
        }
        await delay(Math.max(0, startedAt + second * 1_000 + (tenth + 1) * 100 - performance.now()));
      }
      samples.push(residentMiB(servers.pid));
    }
    const deadline = performance.now() + 20_000;
    // oxlint-disable-next-line no-unmodified-loop-condition -- counted as packets come in
    while (received < sent && performance.now() < deadline) await delay(100);
    const third = Math.max(1, Math.floor(samples.length / 3));
    return [
      valueRow('servers at start', atStart, 'MiB'),
      valueRow(`with ${connections} connections`, idling, 'MiB'),
      valueRow(`with ${connections} connections and ${RATE} messages/s: peak`, Math.max(...samples), 'MiB'),
      ratioRow(
        `of it: last third of ${seconds} s against the first`,
        percentile(samples.slice(-third), 50),
        'MiB',
        percentile(samples.slice(0, third), 50),
        '<= 1.2',
      ),
      ratioRow('messages that arrived', received, 'messages', sent, '>= 1'),
      ...(await storm(servers, quick ? 20 : 300)),
    ];
  } finally {
    idle.close();
    await servers.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** All of `count` clients connect at once, again after all were cut off at once. */
async function storm(servers: ServerProcess, count: number): Promise<Row[]> {
  const uids = Array.from({ length: count }, (_, i) => `storm-${i}`);
  for (const uid of uids)
    await fetch(`${servers.im.api}/user/token`, {
      method: 'POST',
      headers: { token: servers.imApiToken, 'content-type': 'application/json' },
      body: JSON.stringify({ uid, token: uid, device_flag: 2, device_level: 0 }),
    });
  const connect = async (uid: string): Promise<{ client: TestClient; ms: number }> => {
    const startedAt = performance.now();
    const client = await TestClient.connect(servers.im.tcp, { uid, token: uid, deviceId: uid });
    return { client, ms: performance.now() - startedAt };
  };
  const alone: number[] = [];
  for (const uid of uids.slice(0, 20)) {
    const { client, ms } = await connect(uid);
    alone.push(ms);
    client.close();
  }
  const times: number[] = [];
  let wall = 0;
  for (let round = 0; round < 3; round += 1) {
    const startedAt = performance.now();
    const back = await Promise.all(uids.map(connect));
    wall = Math.max(wall, performance.now() - startedAt);
    times.push(...back.map(({ ms }) => ms));
    for (const { client } of back) client.close();
    await delay(200);
  }
  return [
    ratioRow(
      `${count} clients reconnect at once: time to CONNACK, p50`,
      percentile(times, 50),
      'ms',
      percentile(alone, 50),
      null,
    ),
    ratioRow(
      `${count} clients reconnect at once: time to CONNACK, p95`,
      percentile(times, 95),
      'ms',
      percentile(alone, 50),
      null,
    ),
    valueRow('until all were back, worst of three', wall, 'ms'),
  ];
}
