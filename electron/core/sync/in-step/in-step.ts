/**
 * Keeps a client that is connected in step. A connection proves nothing about what it should have brought: a command
 * may not have been stored, a node may have stopped pushing (docs/sync.md, "While connected"). So the extras of open
 * chats, the list and the rules are asked for now and then, more often while somebody looks. What it costs depends on
 * the chats that are open (a few at most), never on how many there are.
 */
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { reasonOf } from '../../../../shared/errors.ts';
import { CodedError } from '../../../../shared/ipc/result.ts';
import type { Attention } from '../../../../shared/ipc/worker-protocol.ts';
import type { ReceivedMessage } from '../../connection/connection-api.ts';
import type { CatchUp } from '../catch-up.ts';
import { envelopeChannel } from '../commands/envelope-channel.ts';
import type { ConversationList } from '../conversation-list.ts';
import type { ExtraSync } from '../extras/extra-sync.ts';
import { RunnerClosed } from '../keyed-runner.ts';
import type { ServerMessage } from '../../store/server-records.ts';
import type { RulesReader } from '../server-rules.ts';
import type { SyncContext } from '../sync-context.ts';
import { DeadDelivery } from './dead-delivery.ts';
import { Pulse } from './pulse.ts';

/** Since the last answer, so that with the time the next one takes it is 30 s at the latest. */
const EXTRAS_EVERY_MS = 28_000;
/** Two and five minutes at the latest, with the time an answer takes. */
const LIST_EVERY_MS = { visible: 115_000, hidden: 290_000 } as const;
/** One minute at the latest. */
const RULES_EVERY_MS = 55_000;
/** However often the window gets the focus. */
export const LOOK_EVERY_MS = 10_000;
const LOOK_EXTRAS_EVERY_MS = 2_000;
/** Packets of an open chat that come together, and in a flood, cost one request. */
const PACKET_WAIT_MS = 250;
const PACKET_GAP_MS = 2_000;
const MAX_OPEN = 10;
/** Chats that are not open, of whose newest words a recall may just have been announced in vain. */
const MAX_RECENT = 4;
const RECENT_SECONDS = 600;
/** History read at once for chats that are not open. */
const MAX_CATCH_UP = 10;

export interface InStepParts {
  catchUp: CatchUp;
  extraSync: Pick<ExtraSync, 'request'>;
  list: ConversationList;
  rules: RulesReader;
  /** The connection delivers nothing: connect anew, over another address first. */
  deliveryDead: (reason: string) => void;
  /** Least time between two reads of list and rules because somebody came back to the window. */
  lookEveryMs: number;
}

export class InStep {
  readonly #context: SyncContext;
  readonly #parts: InStepParts;
  readonly #dead: DeadDelivery;
  readonly #list: Pulse;
  readonly #rules: Pulse;
  /** By channel key, of channels that are or were just open. */
  readonly #extras = new Map<string, Pulse>();
  readonly #packets = new Map<string, { timer: NodeJS.Timeout | null; askedAt: number }>();
  #attention: Attention = { visible: true, focused: false };
  #online = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(context: SyncContext, parts: InStepParts) {
    this.#context = context;
    this.#parts = parts;
    this.#dead = new DeadDelivery({
      meUid: context.me.uid,
      serverNowMs: context.serverNowMs,
      canStore: () => !context.store.readOnly,
      dead: (reason) => {
        context.log('warn', reason);
        parts.deliveryDead(reason);
      },
    });
    this.#list = new Pulse(() => LIST_EVERY_MS[this.#attention.visible ? 'visible' : 'hidden']);
    this.#rules = new Pulse(() => (this.#attention.visible ? RULES_EVERY_MS : Infinity));
  }

  /** A connection came up: the run that follows reads everything. */
  connected(): void {
    this.#online = true;
    this.#dead.connected();
    for (const pulse of [this.#list, this.#rules, ...this.#extras.values()]) pulse.answered();
    this.#plan();
  }

  disconnected(): void {
    this.#online = false;
    this.#dead.stop();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (const { timer } of this.#packets.values()) if (timer) clearTimeout(timer);
    this.#packets.clear();
  }

  close(): void {
    this.disconnected();
  }

  /** Whether somebody can see the window, and works in it. */
  attention(now: Attention): void {
    const looks = (now.focused && !this.#attention.focused) || (now.visible && !this.#attention.visible);
    this.#attention = now;
    if (!this.#online) return;
    if (looks) {
      const { lookEveryMs } = this.#parts;
      const extrasEveryMs = Math.min(LOOK_EXTRAS_EVERY_MS, lookEveryMs);
      for (const channel of this.#open())
        if (this.#pulseOf(channel).since() >= extrasEveryMs) this.#askExtras(channel);
      if (this.#list.since() >= lookEveryMs) this.#readList();
      if (this.#rules.since() >= lookEveryMs) this.#readRules();
    }
    this.#plan();
  }

  /** A window shows this channel, and its extras are being read. */
  opened(channel: ChannelRef): void {
    this.#pulseOf(channel).asked();
    this.#plan();
  }

  /** extra/sync of a channel was answered, whoever asked for it. */
  extrasAnswered(key: string, startedAt: number): void {
    this.#extras.get(key)?.answered(startedAt);
    this.#plan();
  }

  /** A list had these, and nobody here did. */
  brought(rows: readonly ServerMessage[]): void {
    if (this.#online) this.#dead.brought(rows);
  }

  arrived(messages: readonly ReceivedMessage[]): void {
    this.#dead.arrived(messages);
    const open = new Map(this.#open().map((channel) => [channelKey(channel), channel]));
    if (open.size === 0) return;
    const came = new Set<ChannelRef>();
    for (const message of messages) {
      const envelope = envelopeChannel(message.channel);
      const channel = envelope && open.get(channelKey(envelope));
      if (channel) came.add(channel);
    }
    for (const channel of came) this.packet(channel);
  }

  /** Something of this channel came: with it, what became of the others is asked for if somebody looks at them. */
  packet(channel: ChannelRef): void {
    const key = channelKey(channel);
    if (!this.#online || !this.#open().some((open) => channelKey(open) === key)) return;
    const entry = this.#packets.get(key) ?? { timer: null, askedAt: Number.NEGATIVE_INFINITY };
    if (entry.timer) return;
    const at = performance.now();
    const wait = Math.max(PACKET_WAIT_MS, entry.askedAt + PACKET_GAP_MS - at);
    entry.timer = setTimeout(() => {
      entry.timer = null;
      entry.askedAt = performance.now();
      // A command of that moment may have asked already.
      if (this.#pulseOf(channel).answeredSince(at)) return;
      this.#askExtras(channel);
    }, wait);
    this.#packets.set(key, entry);
  }

  #open(): ChannelRef[] {
    return this.#context.openChannels().slice(0, MAX_OPEN);
  }

  #pulseOf(channel: ChannelRef): Pulse {
    const key = channelKey(channel);
    let pulse = this.#extras.get(key);
    if (!pulse) {
      pulse = new Pulse(() => (this.#attention.visible ? EXTRAS_EVERY_MS : Infinity));
      pulse.asked();
      this.#extras.set(key, pulse);
    }
    return pulse;
  }

  #plan(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#online) return;
    const open = this.#open();
    const keys = new Set(open.map(channelKey));
    for (const key of this.#extras.keys()) if (!keys.has(key)) this.#extras.delete(key);
    const pulses = [this.#list, this.#rules, ...open.map((channel) => this.#pulseOf(channel))];
    const wait = Math.min(...pulses.map((pulse) => pulse.dueIn()));
    if (wait === Infinity) return;
    this.#timer = setTimeout(() => this.#beat(), Math.max(0, wait));
  }

  #beat(): void {
    this.#timer = null;
    for (const channel of this.#open()) if (this.#pulseOf(channel).dueIn() <= 0) this.#askExtras(channel);
    if (this.#list.dueIn() <= 0) this.#readList();
    if (this.#rules.dueIn() <= 0) this.#readRules();
    this.#plan();
  }

  #askExtras(channel: ChannelRef): void {
    const pulse = this.#pulseOf(channel);
    // `extrasAnswered` notes the answer.
    this.#run(pulse, 'extras', () => this.#parts.extraSync.request(channel, 'extra', performance.now()));
  }

  #readRules(): void {
    this.#run(this.#rules, 'rules', () => this.#parts.rules.read());
  }

  #readList(): void {
    this.#run(this.#list, 'list', () => this.#step());
  }

  async #step(): Promise<void> {
    const { catchUp, list } = this.#parts;
    const channels = await list.readStep();
    if (!channels || !this.#online) return;
    const changed = new Set(channels.map(channelKey));
    const behind = catchUp.behind().filter((channel) => changed.has(channelKey(channel)));
    for (const channel of behind.slice(0, MAX_CATCH_UP)) await catchUp.read(channel, () => this.#online);
    await this.#readRecentExtras();
    // Nobody was told of what the connection owed.
    if (behind.length > 0) this.#context.settled?.();
  }

  /** Of what was said in the last minutes in chats that are not open, somebody may have taken something back. */
  async #readRecentExtras(): Promise<void> {
    const { serverNowMs, store } = this.#context;
    const open = new Set(this.#open().map(channelKey));
    const since = serverNowMs() / 1000 - RECENT_SECONDS;
    const recent = store.conversations
      .list()
      .filter(({ channel, timestamp }) => timestamp >= since && !open.has(channelKey(channel)))
      .toSorted((a, b) => b.timestamp - a.timestamp)
      .slice(0, MAX_RECENT);
    for (const { channel } of recent) {
      if (!this.#online) return;
      await this.#parts.extraSync.request(channel, 'extra', performance.now());
    }
  }

  #run(pulse: Pulse, what: string, task: () => Promise<void>): void {
    if (!pulse.start()) return;
    void this.#settle(pulse, what, task);
  }

  async #settle(pulse: Pulse, what: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
      pulse.answered();
    } catch (error) {
      pulse.failed();
      if (error instanceof RunnerClosed) return;
      if (error instanceof CodedError && error.code === 'unauthorized') this.#context.onUnauthorized();
      else this.#context.log('info', `in step, ${what}: ${reasonOf(error)}`);
    }
    this.#plan();
  }
}
