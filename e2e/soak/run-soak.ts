/**
 * Kills the app again and again in the middle of work, starts it again on the same profile, and compares what it shows
 * with an independent record (docs/soak.md).
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Peer } from '../fixtures/people/peer.ts';
import { startTestServers, type TestServers } from '../fixtures/app/servers.ts';
import { createWorld, PASSWORD, type World } from '../fixtures/people/world.ts';
import type { Runtime } from '../../scripts/runtime.ts';
import { killGroup, startApp } from './app-process.ts';
import { Inspection } from './inspection.ts';
import { usingMedia } from './media-scenes.ts';
import { LAST_SLOW_SCHEMA, makeOlder } from './older-cache.ts';
import { IN_SYNC, OpenApp } from './open-app.ts';
import { accountFolder } from './profile-reader.ts';
import type { Finding } from './record.ts';
import { createRandom, type Kill, PHASES, type Phase, scheduleOf } from './schedule.ts';
import {
  JUDGED_PAIRS,
  needsPair,
  START_GOAL,
  type StartPair,
  type StartTimes,
  startTimes,
} from './start-times.ts';
import { Traffic } from './traffic.ts';
import { type Around, recalling, sending, type Work } from './work.ts';

export interface SoakOptions {
  runtime: Runtime;
  kills: number;
  seed: number;
  /** Holds servers and profile; the caller erases it. */
  folder: string;
  /** How often a start after a kill is compared with a clean one; from `JUDGED_PAIRS` on it is judged. */
  startPairs: number;
  say: (line: string) => void;
}

export interface SoakReport {
  seed: number;
  kills: number;
  /** How many kills met work of this kind under way. */
  hits: Record<Phase, number>;
  lost: number;
  doubled: number;
  /** Everything that was not as it must be, lost and doubled ones included. */
  findings: (Finding & { afterKill: number })[];
  messages: number;
  recalls: number;
  starts: StartTimes;
  /** From being in sync to no recalled word in any file of the profile, ms, the slowest. */
  slowestErasureMs: number;
}

/** How long each kind of work goes on; a kill falls inside. Shortened when a kill came too late. */
const USUAL_MS: Readonly<Record<Phase, number>> = {
  send: 600,
  recall: 160,
  media: 500,
  sync: 250,
  catchUp: 250,
  migration: 70,
};
const OPEN_PHASES: ReadonlySet<Phase> = new Set<Phase>(['send', 'recall', 'media']);
const OPENED = 'online over';
const OLD_SCHEMA = 'is brought up to date';

export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const servers = await startTestServers({
    dataDir: join(options.folder, 'servers'),
    seed: null,
    extraArgs: ['--store-repeats', '--revoke-second', '-1'],
  });
  const run = new Soak(options, servers, await createWorld(servers.api));
  try {
    return await run.all();
  } finally {
    await run.end();
    await servers.dispose();
  }
}

class Soak {
  readonly #options: SoakOptions;
  readonly #servers: TestServers;
  readonly #world: World;
  readonly #profile: string;
  readonly #exports: string;
  readonly #random: () => number;
  readonly #traffic: Traffic;
  readonly #hits: Record<Phase, number> = { send: 0, recall: 0, media: 0, sync: 0, catchUp: 0, migration: 0 };
  readonly #findings: SoakReport['findings'] = [];
  #peers: Peer[] = [];
  #around!: Around;
  #open: OpenApp | null = null;
  readonly #usualMs: Record<Phase, number> = { ...USUAL_MS };
  #kill = 0;

  constructor(options: SoakOptions, servers: TestServers, world: World) {
    this.#options = options;
    this.#servers = servers;
    this.#world = world;
    this.#traffic = new Traffic(world.alice.uid);
    this.#profile = join(options.folder, 'profile');
    this.#exports = join(options.folder, 'exports');
    mkdirSync(this.#exports, { recursive: true });
    this.#random = createRandom(options.seed + 1);
  }

  async all(): Promise<SoakReport> {
    await this.#meet();
    const startedAt = performance.now();
    for (const kill of scheduleOf(this.#options.kills, this.#options.seed)) {
      this.#kill = kill.no;
      const hit = await this.#killOnce(kill);
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      this.#options.say(
        `kill ${kill.no}: ${kill.phase} at ${kill.moment.toFixed(3)}, met ${hit.join(' + ') || 'nothing'} (${seconds} s)`,
      );
    }
    await this.#start();
    await this.#check(false);
    const starts = await this.#compareStarts();
    await this.#check(true);
    const count = (kind: Finding['kind']): number =>
      this.#findings.filter((found) => found.kind === kind).length;
    return {
      seed: this.#options.seed,
      kills: this.#options.kills,
      hits: this.#hits,
      lost: count('lost'),
      doubled: count('doubled'),
      findings: this.#findings,
      messages: this.#traffic.said.length,
      recalls: this.#traffic.said.filter((one) => one.recall === 'done').length,
      starts,
      slowestErasureMs: Math.round(this.#around.inspection.slowestErasureMs),
    };
  }

  async end(): Promise<void> {
    for (const peer of this.#peers) peer.close();
    await this.#killOpen();
  }

  /** The peers come online and the user signs in for the first and only time. */
  async #meet(): Promise<void> {
    const { api } = this.#servers;
    const { alice, bob, carol, group } = this.#world;
    const peers = [
      await Peer.signIn(api, bob.username, PASSWORD),
      await Peer.signIn(api, carol.username, PASSWORD),
    ];
    this.#peers = peers;
    for (const peer of peers) await peer.connect();
    const [peerBob, peerCarol] = peers as [Peer, Peer];
    const { channelId, channelType } = group;
    const talks: Around['talks'] = [
      { channel: `2/${channelId}`, channelId, channelType, peer: peerBob, peerChannelId: channelId },
      {
        channel: `1/${bob.uid}`,
        channelId: bob.uid,
        channelType: 1,
        peer: peerBob,
        peerChannelId: alice.uid,
      },
      {
        channel: `1/${carol.uid}`,
        channelId: carol.uid,
        channelType: 1,
        peer: peerCarol,
        peerChannelId: alice.uid,
      },
    ];
    this.#around = {
      talks,
      traffic: this.#traffic,
      inspection: new Inspection(
        { profile: this.#profile, exports: this.#exports },
        alice.uid,
        talks,
        this.#traffic,
      ),
      random: this.#random,
    };
    const open = await this.#launch();
    await open.chat.signIn(api, alice.username);
    for (const talk of talks) await this.#traffic.peerSays(talk, 3);
    await open.untilInSync();
    await open.chat.openChat(group.name);
    await this.#check(false);
  }

  // ---- starting and ending -----------------------------------------------------------------------------------

  async #launch(): Promise<OpenApp> {
    this.#open = await OpenApp.launch(this.#options.runtime, this.#profile, this.#servers.api);
    return this.#open;
  }

  /** On the profile as it is; until the conversation list is on the screen and the sync is complete. */
  async #start(): Promise<number> {
    const startedAt = performance.now();
    const open = await this.#launch();
    await open.chat.conversations.waitFor();
    const tookMs = performance.now() - startedAt;
    await open.untilInSync();
    await open.chat.openChat(this.#world.group.name);
    return tookMs;
  }

  async #killOpen(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.kill();
  }

  /** After a kill at work and after a clean end in turn, so that both meet the same profile and the same servers. */
  async #compareStarts(): Promise<StartTimes> {
    const pairs: StartPair[] = [];
    while (needsPair(pairs, this.#options.startPairs)) {
      this.#kill += 1;
      this.#traffic.begin(this.#kill);
      await this.#killAtWork(this.#atWork());
      this.#note((await this.#around.inspection.afterKill()).findings);
      const afterKillMs = await this.#start();
      await this.#check(false);
      await this.#open?.close();
      this.#open = null;
      pairs.push({ afterKillMs, cleanMs: await this.#start() });
    }
    const times = startTimes(pairs);
    const { ratio } = times;
    if (pairs.length >= JUDGED_PAIRS && ratio > START_GOAL)
      this.#note([
        { kind: 'wrong', what: `a start after a kill takes ${ratio.toFixed(2)} times a clean one` },
      ]);
    return times;
  }

  #atWork(): Kill {
    return { no: this.#kill, phase: 'send', moment: this.#random(), throughWindow: false, scene: 0, age: 0 };
  }

  // ---- one kill ----------------------------------------------------------------------------------------------

  /** What the kill met. */
  async #killOnce(kill: Kill): Promise<Phase[]> {
    const isOpenPhase = OPEN_PHASES.has(kill.phase);
    if (isOpenPhase && !this.#open) {
      await this.#start();
      await this.#check(false);
    }
    this.#traffic.begin(kill.no);
    const reached = isOpenPhase ? await this.#killAtWork(kill) : await this.#killAtStart(kill);
    const { findings, met } = await this.#around.inspection.afterKill();
    this.#note(findings);
    const hit = PHASES.filter((phase) => phase === reached || met.has(phase));
    for (const phase of hit) this.#hits[phase] += 1;
    // Too late: this computer is faster than the usual.
    if (!hit.includes(kill.phase)) this.#usualMs[kill.phase] *= 0.6;
    return hit;
  }

  async #killAtWork(kill: Kill): Promise<Phase | null> {
    const open = this.#open;
    if (!open) throw new Error('the app is not open');
    const usualMs = this.#usualMs[kill.phase];
    const work = await this.#workOf(kill, open, usualMs);
    let failure: unknown = null;
    const running = work.run().catch((error: unknown) => {
      failure ??= error;
    });
    await Promise.race([work.begun, running]);
    await delay(kill.moment * work.usualMs);
    // A call that failed before the kill is a fault of the app (or of this harness).
    const failedBefore = failure;
    work.stop();
    await this.#killOpen();
    await running;
    if (failedBefore !== null) throw failedBefore;
    this.#takeExports();
    // It was in use.
    return kill.phase === 'media' ? 'media' : null;
  }

  #workOf(kill: Kill, open: OpenApp, usualMs: number): Work | Promise<Work> {
    if (kill.phase === 'send') return sending(this.#around, kill, open.chat, usualMs);
    if (kill.phase === 'media') return usingMedia(this.#around, kill, open, usualMs);
    return recalling(this.#around, kill, open.chat, usualMs);
  }

  /** An export that is whole is the user's own from then on, and no recall reaches it. */
  #takeExports(): void {
    for (const name of readdirSync(this.#exports))
      if (name.startsWith('chat-')) rmSync(join(this.#exports, name), { recursive: true });
  }

  /** Something has happened while the app was dead; it is killed while it makes up for it. */
  async #killAtStart(kill: Kill): Promise<Phase | null> {
    await this.#killOpen();
    const [group, bob, carol] = this.#around.talks;
    const traffic = this.#traffic;
    const cache = join(accountFolder(this.#profile) ?? '', 'cache.db');
    await traffic.peerSays(carol, 5);
    if (kill.phase === 'catchUp') {
      const earlier = this.#around.inspection.recallable(group, 3);
      await traffic.peerSays(group, 80);
      await traffic.peerSays(bob, 30);
      for (const one of earlier) await traffic.peerRecalls(group, one);
    } else if (kill.phase === 'sync') {
      for (const suffix of ['', '-wal', '-shm']) rmSync(cache + suffix, { force: true });
      this.#around.inspection.cacheRemoved();
    } else {
      makeOlder(cache, 1 + Math.floor(kill.age * LAST_SLOW_SCHEMA));
      this.#around.inspection.cacheFilled();
    }
    const app = startApp(this.#options.runtime, this.#profile, this.#servers.api);
    const migrating = kill.phase === 'migration';
    try {
      await app.said(migrating ? OLD_SCHEMA : OPENED);
      await delay(kill.moment * this.#usualMs[kill.phase]);
    } finally {
      await killGroup(app.group);
    }
    if (migrating) return null;
    return IN_SYNC.test(app.log()) ? null : kill.phase;
  }

  // ---- what was found ----------------------------------------------------------------------------------------

  async #check(everything: boolean): Promise<void> {
    if (!this.#open) throw new Error('the app is not open');
    this.#note(await this.#around.inspection.whenOpen(this.#open.chat.page, everything));
  }

  #note(findings: readonly Finding[]): void {
    for (const finding of findings) {
      // The check of everything at the end finds it again.
      if (this.#findings.some((found) => found.kind === finding.kind && found.what === finding.what))
        continue;
      this.#options.say(`  ${finding.kind.toUpperCase()} after kill ${this.#kill}: ${finding.what}`);
      this.#findings.push({ ...finding, afterKill: this.#kill });
    }
  }
}
