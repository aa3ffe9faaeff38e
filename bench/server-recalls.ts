/**
 * Recall requests per second of the embedded servers as `npm run server` starts them, and how long one takes, with 1
 * and with 50 clients. Each is a message of its own, on disk before it is answered. Against the same request for a
 * message that is recalled already: answered from the record, nothing written.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Peer, registerUser, type SentMessage } from '../e2e/fixtures/people/peer.ts';
import { startServers } from '../scripts/servers.ts';
import { type BenchmarkOptions, percentile, ratioRow, type Row } from './support/report.ts';
import { PASSWORD } from './support/servers.ts';

const PERSON = 1;
const CLIENTS = 50;
/** The clients share these accounts: hashing fifty passwords would take longer than the measurement. */
const PEOPLE = 10;
const ALONE = 200;
const EACH = 30;

interface Recalled {
  from: Peer;
  to: string;
  message: SentMessage;
}

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const servers = await startServers({
    dataDir: dir,
    at: null,
    seed: null,
    extraArgs: ['--revoke-second=-1'],
  });
  const peers: Peer[] = [];
  try {
    for (let i = 0; i < (quick ? 2 : PEOPLE); i += 1) {
      await registerUser(servers.api, `bench-person-${i}`, PASSWORD, `同事 ${i}`);
      const peer = await Peer.signIn(servers.api, `bench-person-${i}`, PASSWORD);
      await peer.connect();
      peers.push(peer);
    }
    return [
      ...(await withClients(peers.slice(0, 1), 1, quick ? 5 : ALONE, peers[1]?.uid ?? '')),
      ...(await withClients(peers, CLIENTS, quick ? 1 : EACH, peers[0]?.uid ?? '')),
    ];
  } finally {
    for (const peer of peers) peer.close();
    await servers.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function withClients(
  peers: readonly Peer[],
  clients: number,
  each: number,
  to: string,
): Promise<Row[]> {
  const lanes: Recalled[][] = [];
  for (let client = 0; client < clients; client += 1) {
    const from = peers[client % peers.length];
    if (!from) throw new Error('no people');
    const receiver = from.uid === to ? (peers[1]?.uid ?? '') : to;
    const lane: Recalled[] = [];
    for (let i = 0; i < each; i += 1) {
      const message = await from.sendText(receiver, PERSON, `第 ${i} 条：今晚 20:00 灰度 5%`);
      lane.push({ from, to: receiver, message });
    }
    lanes.push(lane);
  }
  const first = await timed(lanes);
  const again = await timed(lanes);
  const name = clients === 1 ? '1 client' : `${clients} clients`;
  return [
    ratioRow(`${name}: recalls`, first.perSecond, 'requests/s', again.perSecond, null),
    ratioRow(
      `${name}: one recall, p50`,
      percentile(first.times, 50),
      'ms',
      percentile(again.times, 50),
      null,
    ),
    ratioRow(
      `${name}: one recall, p95`,
      percentile(first.times, 95),
      'ms',
      percentile(again.times, 95),
      null,
    ),
  ];
}

/** All lanes at once, one request of each at a time. */
async function timed(lanes: readonly Recalled[][]): Promise<{ perSecond: number; times: number[] }> {
  const times: number[] = [];
  const startedAt = performance.now();
  await Promise.all(
    lanes.map(async (lane) => {
      for (const { from, to, message } of lane) {
        const sentAt = performance.now();
        await from.revoke(to, PERSON, message);
        times.push(performance.now() - sentAt);
      }
    }),
  );
  return { perSecond: (times.length / (performance.now() - startedAt)) * 1000, times };
}
