/**
 * What this device was told in a history, gathered in sets: the order in which it came leaves no trace. What has to be
 * known and shown for it is the model's (history-model.ts).
 */
import { ME, partsOfLook, type Step, type WorldMessage } from './history.ts';

/** The version that is complete. */
export const LAST_OF_STREAM = 3;

export interface Extra {
  revoked: boolean;
  revokers: { version: number; uid: string }[];
  edits: { version: number; text: string }[];
  deleted: boolean;
  /** A source said whose message it is. */
  identified: boolean;
}

export interface ChannelFacts {
  lastSeq: number;
  readSeq: number | null;
  firstLive: number | null;
  listed: boolean;
  known: Set<number>;
  draft: { text: string; replyTo: number } | null;
}

const nothingKnown = (): ChannelFacts => ({
  lastSeq: 0,
  readSeq: null,
  firstLive: null,
  listed: false,
  known: new Set(),
  draft: null,
});

/** The words of a message and of its edits: `wordOf` is unique to a test run. */
export interface Words {
  message(root: number): string;
  edit(index: number, version: number): string;
  stream(root: number, version: number): string;
}

export class HistoryFacts {
  readonly world: readonly WorldMessage[];
  protected readonly words: Words;
  protected readonly deliveredOnes = new Set<number>();
  protected readonly extras = new Map<number, Extra>();
  readonly #channels: [ChannelFacts, ChannelFacts];
  protected readonly reminders = new Map<number, { version: number; done: boolean }>();
  /** Roots of own messages that wait in the outbox, in order of composing. */
  readonly queued: { root: number; recallOnAck: boolean }[] = [];
  /** Roots somebody here asked to recall, not answered yet. */
  protected readonly askedRoots = new Set<number>();
  /** Roots of what burns after reading and is open here. */
  protected readonly openRoots = new Set<number>();
  /** What was streamed into a message, by root. */
  protected readonly streams = new Map<number, { version: number; grows: boolean }>();
  /** Roots of favourites, and of what somebody is to be reminded of. */
  protected readonly favouriteRoots = new Set<number>();
  protected readonly remindedRoots = new Set<number>();
  protected readonly heardOnes = new Set<number>();
  /** Messages with an edit that waits in the outbox. */
  protected readonly editsQueued = new Set<number>();

  /** What expires has expired. */
  protected timeHasPassed = false;

  constructor(world: readonly WorldMessage[], words: Words) {
    this.world = world;
    this.words = words;
    this.#channels = [nothingKnown(), nothingKnown()];
  }

  protected at(index: number): WorldMessage {
    const message = this.world[index];
    if (!message) throw new Error(`no message ${index}`);
    return message;
  }
  protected channel(channel: number): ChannelFacts {
    return this.#channels[channel === 0 ? 0 : 1];
  }
  #extra(index: number): Extra {
    let extra = this.extras.get(index);
    if (!extra) {
      extra = { revoked: false, revokers: [], edits: [], deleted: false, identified: false };
      this.extras.set(index, extra);
    }
    return extra;
  }
  #revoke(index: number, version: number, uid: string | null, identified = false): void {
    const extra = this.#extra(index);
    extra.revoked = true;
    extra.identified ||= identified;
    if (uid !== null) extra.revokers.push({ version, uid });
  }

  delivered(index: number): boolean {
    return this.deliveredOnes.has(index);
  }
  inOutbox(root: number): boolean {
    return this.queued.some((job) => job.root === root);
  }
  anyCopyDelivered(root: number): boolean {
    return this.world.some((message) => message.root === root && this.deliveredOnes.has(message.index));
  }

  #deliver(index: number): void {
    const message = this.at(index);
    this.deliveredOnes.add(index);
    const facts = this.channel(message.channel);
    facts.lastSeq = Math.max(facts.lastSeq, message.seq);
    facts.known.add(message.seq);
    const job = this.queued.findIndex((one) => one.root === message.root);
    if (job < 0) return;
    const [left] = this.queued.splice(job, 1);
    if (left?.recallOnAck) this.askedRoots.add(message.root);
  }
  #arrivedNow(message: WorldMessage): void {
    const facts = this.channel(message.channel);
    facts.listed = true;
    facts.firstLive = Math.min(facts.firstLive ?? message.seq, message.seq);
  }

  take(step: Step): void {
    switch (step.do) {
      case 'live':
        for (const index of step.of) {
          this.#deliver(index);
          if (!isHidden(this.at(index))) this.#arrivedNow(this.at(index));
        }
        return;
      case 'history': {
        const facts = this.channel(step.channel);
        for (const message of this.page(step.channel, step.from, step.to)) this.#deliver(message.index);
        for (let seq = step.from; seq <= step.to; seq += 1) facts.known.add(seq);
        for (const index of step.recalled)
          this.#revokeIfIn(index, this.page(step.channel, step.from, step.to));
        return;
      }
      case 'conversation': {
        const facts = this.channel(step.channel);
        const recents = this.recents(step.channel, step.recents);
        for (const message of recents) this.#deliver(message.index);
        for (const index of step.recalled) this.#revokeIfIn(index, recents);
        facts.listed = true;
        facts.lastSeq = Math.max(facts.lastSeq, step.last);
        facts.readSeq = Math.max(facts.readSeq ?? 0, step.last - step.unread);
        return;
      }
      case 'look':
        for (const part of partsOfLook(step)) this.take(part);
        return;
      case 'queue':
        this.queued.push({ root: this.at(step.of).root, recallOnAck: false });
        this.channel(this.at(step.of).channel).listed = true;
        return;
      case 'acknowledge':
        this.#deliver(step.of);
        this.#arrivedNow(this.at(step.of));
        return;
      case 'recallOnAck':
        for (const job of this.queued) if (job.root === this.at(step.of).root) job.recallOnAck = true;
        return;
      case 'askRecall':
        this.askedRoots.add(this.at(step.of).root);
        return;
      case 'ownRecall':
        return this.#revoke(step.of, 0, ME, true);
      case 'recallPage':
        for (const index of step.of) this.#revoke(index, step.version, step.revoker);
        return;
      case 'edit':
        this.#extra(step.of).edits.push({
          version: step.version,
          text: this.words.edit(step.of, step.version),
        });
        return;
      case 'stream':
        return this.#stream(step);
      case 'heard': {
        const { channel, seq } = this.at(step.of);
        this.heardOnes.add(step.of);
        return this.take({ do: 'history', channel, from: seq, to: seq, recalled: [], blank: false });
      }
      case 'mutualDelete':
      case 'deleteForMe':
        this.#extra(step.of).deleted = true;
        return;
      case 'queueEdit':
        this.editsQueued.add(step.of);
        return;
      case 'draft':
        this.channel(step.channel).draft = { text: 'draft', replyTo: step.replyTo };
        return;
      // Nothing else depends on it: what it must not leave is looked for by itself.
      case 'react':
      case 'forward':
      case 'pin':
      case 'file':
      case 'reader':
        return;
      case 'favourite':
        this.favouriteRoots.add(this.at(step.of).root);
        return;
      case 'remind':
        this.remindedRoots.add(this.at(step.of).root);
        return;
      case 'markRead': {
        const facts = this.channel(step.channel);
        facts.readSeq = Math.max(this.read(facts), step.seq);
        return;
      }
      case 'reminder': {
        const before = this.reminders.get(step.of);
        if (before && before.version > step.version) return;
        const done = step.done || (before?.version === step.version && before.done);
        this.reminders.set(step.of, { version: step.version, done });
        return;
      }
      case 'openFlame':
        this.openRoots.add(this.at(step.of).root);
        return;
      case 'leaveChat':
        return this.#leave(step.channel);
      case 'timePasses':
        this.timeHasPassed = true;
        return;
      case 'push':
        return;
      case 'reopen':
        this.#leave(0);
        this.#leave(1);
        // Nobody knows what was missed.
        for (const stream of this.streams.values()) stream.grows = false;
        return;
      default:
        step satisfies never;
    }
  }

  #stream({ of, version, how }: Extract<Step, { do: 'stream' }>): void {
    const { channel, root, seq } = this.at(of);
    if (how === 'history') {
      this.#deliver(of);
      this.channel(channel).known.add(seq);
    }
    const before = this.streams.get(root);
    if (before && before.version >= version) return;
    // Nobody signs events: none begins to write into a message of an hour ago.
    if (how === 'event' && !before && this.timeHasPassed) return;
    const grows = version < LAST_OF_STREAM && (how === 'event' || before?.grows === true);
    this.streams.set(root, { version, grows });
  }
  /** What is open burns; a recall was there first. */
  #leave(channel: number): void {
    for (const root of this.openRoots) {
      if (this.at(root).channel !== channel) continue;
      this.openRoots.delete(root);
      if (this.extrasOf(root).some((extra) => extra.revoked)) continue;
      for (const { index } of this.members(root)) this.#extra(index).deleted = true;
    }
  }
  #revokeIfIn(index: number, delivered: readonly WorldMessage[]): void {
    const message = delivered.find((one) => one.index === index);
    if (message) this.#revoke(index, 0, message.author);
  }
  page(channel: number, from: number, to: number): WorldMessage[] {
    return this.world.filter(
      (message) => message.channel === channel && message.seq >= from && message.seq <= to,
    );
  }
  recents(channel: number, count: number): WorldMessage[] {
    const all = this.world.filter((message) => message.channel === channel);
    return all.slice(all.length - Math.min(count, all.length));
  }

  protected members(root: number): WorldMessage[] {
    return this.world.filter((message) => message.root === root && this.deliveredOnes.has(message.index));
  }
  /** Extras that speak for the message: of what was delivered, or said whose it is. */
  protected extrasOf(root: number): Extra[] {
    return this.world
      .filter((message) => message.root === root)
      .flatMap((message) => {
        const extra = this.extras.get(message.index);
        return extra && (this.deliveredOnes.has(message.index) || extra.identified) ? [extra] : [];
      });
  }
  protected read(facts: ChannelFacts): number {
    return facts.readSeq ?? (facts.firstLive === null ? facts.lastSeq : facts.firstLive - 1);
  }
}

export const isHidden = (message: WorldMessage): boolean =>
  message.kind === 'cmd' || message.kind === 'notice';
