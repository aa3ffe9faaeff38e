/**
 * Recall requests per second of the embedded servers as `npm run server` starts them, and how long one takes, with 1
 * and with 50 clients. Each is a message of its own, on disk before it is answered. Against the same request for a
 * message that is recalled already: answered from the record, nothing written. With `WUKONG_BENCH_BASE`, the folder of
 * another version with its packages installed, also against that one's servers, in turn.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Peer, registerUser, type SentMessage } from '../e2e/fixtures/people/peer.ts';
import { type ServerProcess, startServers } from '../scripts/servers.ts';
import { type BenchmarkOptions, median, percentile, ratioRow, type Row } from './support/report.ts';
import { PASSWORD } from './support/servers.ts';

const PERSON = 1;
const CLIENTS = 50;
/** The clients share these accounts: hashing fifty passwords would take longer than the measurement. */
const PEOPLE = 10;
const ALONE = 100;
const EACH = 20;
const ROUNDS = 3;
const WEBHOOK_MS = 1_000;

interface Recalled {
  from: Peer;
  to: string;
  message: SentMessage;
}

interface Times {
  perSecond: number;
  times: number[];
}

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const base = process.env['WUKONG_BENCH_BASE'] ?? '';
  const worlds: World[] = [];
  try {
    worlds.push(await World.start(undefined, quick));
    if (base !== '') worlds.push(await World.start(base, quick));
    return [
      ...(await withClients(worlds, 1, quick ? 5 : ALONE, quick)),
      ...(await withClients(worlds, CLIENTS, quick ? 1 : EACH, quick)),
    ];
  } finally {
    for (const world of worlds) await world.stop();
  }
}

/** One pair of servers with people on it. */
class World {
  readonly #servers: ServerProcess;
  readonly #dir: string;
  readonly #peers: Peer[] = [];

  private constructor(servers: ServerProcess, dir: string) {
    this.#servers = servers;
    this.#dir = dir;
  }

  static async start(root: string | undefined, quick: boolean): Promise<World> {
    const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
    const servers = await startServers({
      dataDir: dir,
      at: null,
      seed: null,
      extraArgs: ['--revoke-second=-1'],
      ...(root === undefined ? {} : { root }),
    });
    const world = new World(servers, dir);
    for (let i = 0; i < (quick ? 2 : PEOPLE); i += 1) {
      await registerUser(servers.api, `bench-person-${i}`, PASSWORD, `同事 ${i}`);
      const peer = await Peer.signIn(servers.api, `bench-person-${i}`, PASSWORD);
      await peer.connect();
      world.#peers.push(peer);
    }
    return world;
  }

  /** New messages of each client, to be recalled. */
  async lanes(clients: number, each: number): Promise<Recalled[][]> {
    const [first, second] = this.#peers;
    if (!first || !second) throw new Error('no people');
    return Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        const from = clients === 1 ? first : (this.#peers[client % this.#peers.length] ?? first);
        const to = (from === first ? second : first).uid;
        const lane: Recalled[] = [];
        for (let i = 0; i < each; i += 1) {
          const message = await from.sendText(to, PERSON, `第 ${i} 条：今晚 20:00 灰度 5%`);
          lane.push({ from, to, message });
        }
        return lane;
      }),
    );
  }

  async stop(): Promise<void> {
    for (const peer of this.#peers) peer.close();
    await this.#servers.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** In turn: each version meets the same moments of the machine. */
async function withClients(
  worlds: readonly World[],
  clients: number,
  each: number,
  quick: boolean,
): Promise<Row[]> {
  const first: Times[][] = worlds.map(() => []);
  const again: Times[] = [];
  for (let round = 0; round < (quick ? 1 : ROUNDS); round += 1) {
    for (const [i, world] of worlds.entries()) {
      const lanes = await world.lanes(clients, each);
      // The webhook tells of the messages up to half a second later; that is no part of a recall.
      await delay(WEBHOOK_MS);
      first[i]?.push(await timed(lanes));
      if (i === 0) again.push(await timed(lanes));
    }
  }
  const name = clients === 1 ? '1 client' : `${clients} clients`;
  const [ours = [], base] = first;
  const rate = (rounds: readonly Times[]): number => median(rounds.map(({ perSecond }) => perSecond));
  const time = (rounds: readonly Times[], p: number): number =>
    percentile(
      rounds.flatMap(({ times }) => times),
      p,
    );
  return [
    ...(base === undefined
      ? []
      : [ratioRow(`${name}: recalls against the other version`, rate(ours), 'requests/s', rate(base), null)]),
    ratioRow(`${name}: recalls`, rate(ours), 'requests/s', rate(again), null),
    ratioRow(`${name}: one recall, p50`, time(ours, 50), 'ms', time(again, 50), null),
    ratioRow(`${name}: one recall, p95`, time(ours, 95), 'ms', time(again, 95), null),
  ];
}

/** All lanes at once, one request of each at a time. */
async function timed(lanes: readonly Recalled[][]): Promise<Times> {
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
