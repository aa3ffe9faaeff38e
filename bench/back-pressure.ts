/**
 * A flood the account cannot keep up with: the server writes everything at once, the page takes 30 ms for each batch.
 * Messages per second from the first byte to the last RECVACK, against the same rows into the same tables with
 * better-sqlite3 alone in batches of the same sizes; and what lies between socket and page meanwhile.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ScriptedServer } from '../electron/core/connection/testing/scripted-server.ts';
import { registerUser } from '../e2e/fixtures/people/peer.ts';
import { bundleWorker } from '../electron/core/testing/bundle-worker.ts';
import { AccountClient } from './support/account-client.ts';
import type { RawDone } from './support/ingest-worker.ts';
import { residentMiB } from './support/processes.ts';
import { PASSWORD, registerPeople, startBenchServers } from './support/servers.ts';
import { type BenchmarkOptions, median, ratioRow, type Row, valueRow } from './support/report.ts';

const CHANNELS = 50;
const DRAW_MS = 30;
const SENTENCES = [
  '联调通过，今晚 20:00 灰度 5%，有问题群里说。',
  '好的，我看一下日志再回复你',
  'green again, see run',
  '收到！',
];

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const count = quick ? 1_000 : 20_000;
  const rounds = quick ? 1 : 3;
  const scripted = await ScriptedServer.start();
  const servers = await startBenchServers({ announce: () => ({ tcp: scripted.tcp }) });
  const { api, dir } = servers;
  const worker = await bundleWorker(join(import.meta.dirname, 'support/ingest-worker.ts'));
  let account: AccountClient | null = null;
  try {
    await registerUser(api, 'bench-me', PASSWORD, '我');
    const people = await registerPeople(api, CHANNELS);
    mkdirSync(join(dir, 'raw'));
    let raw: RawDone | null = null;
    account = await AccountClient.start({
      file: worker.file,
      server: api,
      username: 'bench-me',
      password: PASSWORD,
      accountDir: join(dir, 'account'),
      extra: { rawDir: join(dir, 'raw') },
      drawMs: DRAW_MS,
      onOther: (message) => {
        if (message.kind === 'rawDone') raw = message as unknown as RawDone;
      },
    });
    await account.inSync();
    const { peer } = scripted;
    let n = 0;
    const ours: number[] = [];
    const alone: number[] = [];
    const prepared: number[] = [];
    const memory: number[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const frames = Array.from({ length: round < 0 ? count / 4 : count }, () => {
        n += 1;
        const uid = people[n % CHANNELS] ?? '';
        return peer.recv({
          fromUid: uid,
          channelId: uid,
          messageId: 2_124_791_608_111_960_064n + BigInt(n) * 4_096n,
          messageSeq: Math.floor(n / CHANNELS) + 1,
          clientMsgNo: randomUUID().replaceAll('-', ''),
          timestamp: Math.floor(Date.now() / 1_000),
          payload: { type: 1, content: `${SENTENCES[n % SENTENCES.length] ?? ''} ${(n * 7_919) % 100_003}` },
        });
      });
      const before = peer.of('recvack').length;
      const startedAt = performance.now();
      peer.write(...frames);
      await account.until('all RECVACKs', () => {
        memory.push(residentMiB(process.pid));
        return peer.of('recvack').length >= before + frames.length;
      });
      const ms = performance.now() - startedAt;
      raw = null;
      account.post({ kind: 'raw' } as never);
      await account.until('the baseline', () => raw !== null);
      const done = raw as unknown as RawDone;
      if (round < 0) continue;
      ours.push((frames.length / ms) * 1_000);
      alone.push((done.rows / done.ms) * 1_000);
      prepared.push((done.rows / done.preparedMs) * 1_000);
    }
    return [
      ratioRow('first byte to last RECVACK', median(ours), 'messages/s', median(alone), '>= 0.5'),
      ratioRow('the same against prepared rows', median(ours), 'messages/s', median(prepared), null),
      valueRow('batches of deltas on their way to the page, at most', account.mostUntaken, 'batches', '<= 3'),
      ratioRow('memory of the process at the end', memory.at(-1) ?? 0, 'MiB', memory[0] ?? 1, null),
    ];
  } finally {
    await account?.stop();
    await servers.close();
    await scripted.stop();
    worker.remove();
  }
}
