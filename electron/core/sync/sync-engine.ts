/**
 * Keeps the cache what the server says: brings it up to date after each (re)connection (sync-run.ts), takes what the
 * socket brings (live.ts) and what windows ask for. Everything that must be right after a reconnect comes from the run,
 * not from the socket (docs/sync.md).
 */
import {
  channelKey,
  type ChannelRef,
  ChannelType,
  parseChannelKey,
  type ServerRules,
} from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { ReceivedEvent, ReceivedMessage } from '../connection/connection-api.ts';
import type { Attention } from '../../../shared/ipc/worker-protocol.ts';
import { type CatchUp, createCatchUp } from './catch-up.ts';
import { type Commands, createCommands } from './commands/commands.ts';
import { createHints } from './commands/hints.ts';
import { createOfflineCommands } from './commands/offline-commands.ts';
import { ConversationList, WHOLE_LIST_EVERY_MS } from './conversation-list.ts';
import { Directory } from './directory.ts';
import { DraftSync } from './drafts.ts';
import { ExtraSync } from './extras/extra-sync.ts';
import { addsPerson } from './history-rows.ts';
import { HistorySync } from './history-sync.ts';
import { InStep, LOOK_EVERY_MS } from './in-step/in-step.ts';
import { KeyedRunner, RunnerClosed } from './keyed-runner.ts';
import { Live } from './live.ts';
import { OpenedChannels, VERIFIED_ROWS } from './opened-channels.ts';
import { PinnedTips } from './pinned-tips.ts';
import { PinSync } from './pin-sync.ts';
import { ReactionSync } from './reaction-sync.ts';
import { createReminderSync, type ReminderSync } from './reminders.ts';
import { RulesReader } from './server-rules.ts';
import { STREAM_TIMES, Streams } from './streams/streams.ts';
import { createOptionalStep, inParallel, type OptionalStep } from './steps.ts';
import type { SyncContext } from './sync-context.ts';
import { SyncRun } from './sync-run.ts';
import { HistoryVerifier } from './verify-history.ts';
import { createShownVerifier, type ShownVerifier } from './verify-shown.ts';

const SUSPECT_REFILL_MS = 60_000;

export interface SyncEngine {
  /**
   * The account is open, the connection is about to be made: what need not wait for it. `listFollows`: the first list
   * was asked for already, and `firstListCame` will bring the answer. Never rejects.
   */
  begin: (listFollows?: boolean) => Promise<void>;
  /** As `conversation/sync` answered; null = nothing came. */
  firstListCame: (answer: unknown) => void;
  /** The IM connection is up: sync now; repeated with back-off while it stays up and the HTTP side fails. */
  connected: () => void;
  /** The IM connection is gone: what runs stops at its next step. */
  disconnected: () => void;
  onMessages: (messages: readonly ReceivedMessage[]) => void;
  onEvent: (event: ReceivedEvent) => void;
  /** An own message is about to be stored with this message_seq: what lies below it may be missing. */
  onAcknowledged: (channel: ChannelRef, messageSeq: number) => void;
  /** A window shows this channel: info, members, newest history and extras. */
  channelOpened: (channel: ChannelRef) => void;
  /** Whether somebody can see the window, and works in it: how often a connection that lasts is checked. */
  attention: (attention: Attention) => void;
  /** A SEND was refused because this group is gone or I am not in it: no more is written there. */
  groupGone: (channel: ChannelRef, why: 'disbanded' | 'notMember') => void;
  /** Reads the server's rules now. Rejects when it cannot be asked. */
  readRules: () => Promise<void>;
  /** Reads the whole conversation list and everything after it again (cache rebuilt). */
  resync: () => Promise<void>;
  readonly history: HistorySync;
  readonly extraSync: ExtraSync;
  readonly pins: PinSync;
  readonly reactions: ReactionSync;
  readonly directory: Directory;
  readonly drafts: DraftSync;
  close: () => void;
}

export interface SyncEngineOptions extends SyncContext {
  rulesChanged: (rules: ServerRules) => void;
  /** The connection lives and delivers nothing: a new one is needed. */
  deliveryDead: (reason: string) => void;
  /**
   * Own messages turned up from the server: those found in the outbox left it, perhaps leaving a recall job behind
   * (recallOnAck) that wants to be looked at.
   */
  ownMessagesStored: () => void;
  /** The own name may have changed on another device. */
  refreshMe: () => Promise<void>;
  /** Least time between two whole conversation lists; default `WHOLE_LIST_EVERY_MS`. */
  wholeListEveryMs?: number;
  /** Least time between two reads because somebody came back to the window; default `LOOK_EVERY_MS`. */
  lookEveryMs?: number;
  streamTimes?: typeof STREAM_TIMES;
}

export function createSyncEngine(context: SyncEngineOptions): SyncEngine {
  return new Engine(context);
}

class Engine implements SyncEngine {
  readonly history: HistorySync;
  readonly extraSync: ExtraSync;
  readonly pins: PinSync;
  readonly reactions: ReactionSync;
  readonly directory: Directory;
  readonly drafts: DraftSync;
  readonly #context: SyncEngineOptions;
  readonly #optional: OptionalStep;
  readonly #catchUp: CatchUp;
  readonly #commands: Commands;
  readonly #list: ConversationList;
  readonly #live: Live;
  readonly #opened: OpenedChannels;
  readonly #pinnedTips: PinnedTips;
  readonly #reminders: ReminderSync;
  readonly #run: SyncRun;
  readonly #inStep: InStep;
  readonly #rules: RulesReader;
  readonly #shownVerifier: ShownVerifier;
  readonly #streams: Streams;
  /** Channels whose count of seqs looks anew. */
  readonly #suspects: KeyedRunner;

  constructor(context: SyncEngineOptions) {
    const optional = createOptionalStep(context.log);
    const extraSync = new ExtraSync(context, (key, startedAt) => this.#inStep.extrasAnswered(key, startedAt));
    const verifier = new HistoryVerifier(context);
    const shownVerifier = createShownVerifier(context, verifier);
    const pinnedTips = new PinnedTips(context);
    const pins = new PinSync(context);
    const reactions = new ReactionSync(context);
    const history = new HistorySync(context, (channel, messages) => {
      shownVerifier.shown(channel, messages);
      pinnedTips.look(channel);
    });
    const catchUp = createCatchUp(context, history);
    const directory = new Directory(context, (group) => verifier.readAnew(group));
    const suspect = (channel: ChannelRef): void => this.#suspect(channel);
    const list = new ConversationList(context, {
      catchUp,
      directory,
      suspect,
      brought: (rows) => this.#inStep.brought(rows),
      wholeEveryMs: context.wholeListEveryMs ?? WHOLE_LIST_EVERY_MS,
    });
    const hint = createHints(context, extraSync);
    const reminders = createReminderSync(context);
    const drafts = new DraftSync(context);
    const opened = new OpenedChannels(context, { directory, verifier, optional });
    const rules = new RulesReader(context, context.rulesChanged);
    const { deliveryDead, lookEveryMs = LOOK_EVERY_MS } = context;
    this.#rules = rules;
    this.#inStep = new InStep(context, { catchUp, extraSync, list, rules, deliveryDead, lookEveryMs });
    const commands = createCommands(context, {
      directory,
      extraSync,
      verifier,
      hint,
      pinnedTips,
      pins,
      reactions,
      syncReminders: reminders.sync,
      syncDrafts: () => drafts.sync(),
      refreshMe: context.refreshMe,
      readList: (saidToBeDeleted) => list.readAgain(saidToBeDeleted),
    });
    this.#live = new Live(context, {
      directory,
      history,
      command: commands.handle,
      hint,
      pinnedTips,
      suspect,
    });
    this.#streams = new Streams(context, {
      history,
      arrived: (channel) => this.#inStep.packet(channel),
      times: context.streamTimes ?? STREAM_TIMES,
    });
    this.#suspects = new KeyedRunner({
      burst: 1,
      refillMs: SUSPECT_REFILL_MS,
      concurrency: 1,
      run: (key) =>
        optional('verification', () => verifier.verifyNewest(parseChannelKey(key), VERIFIED_ROWS)),
    });
    this.#run = new SyncRun(context, {
      catchUp,
      directory,
      drafts,
      extraSync,
      list,
      opened,
      optional,
      readOfflineCommands: createOfflineCommands(context, commands.handle),
      reminders,
      rules,
      done: () => {
        // Read marks wait for it: before the outbox is looked at.
        context.settled?.();
        context.ownMessagesStored();
        // Their commands are not kept for who is away.
        for (const channel of context.openChannels()) {
          pins.opened(channel);
          reactions.look(channel);
        }
      },
    });
    this.history = history;
    this.extraSync = extraSync;
    this.pins = pins;
    this.reactions = reactions;
    this.directory = directory;
    this.drafts = drafts;
    this.#context = context;
    this.#optional = optional;
    this.#catchUp = catchUp;
    this.#commands = commands;
    this.#list = list;
    this.#opened = opened;
    this.#pinnedTips = pinnedTips;
    this.#reminders = reminders;
    this.#shownVerifier = shownVerifier;
  }

  firstListCame(answer: unknown): void {
    this.#list.cameAhead(answer);
  }

  async begin(listFollows = false): Promise<void> {
    try {
      await this.#list.readEarly(listFollows);
    } catch (error) {
      if (error instanceof CodedError && error.code === 'unauthorized') this.#context.onUnauthorized();
      else this.#context.log('info', `the first list: ${reasonOf(error)}`);
    }
  }

  connected(): void {
    this.#run.stop();
    this.#opened.connected();
    this.#shownVerifier.connected();
    this.#pinnedTips.connected();
    this.pins.connected();
    this.reactions.connected();
    // Before the outbox sends anything and the socket brings anything.
    this.#list.connected();
    this.#run.start();
    this.#inStep.connected();
    this.#streams.connected();
  }

  disconnected(): void {
    this.#run.stop();
    this.#inStep.disconnected();
    this.#streams.disconnected();
  }

  onMessages(messages: readonly ReceivedMessage[]): void {
    const { me, ownMessagesStored } = this.#context;
    this.#live.onMessages(messages);
    this.#inStep.arrived(messages);
    if (messages.some((message) => message.fromUid === me.uid)) queueMicrotask(ownMessagesStored);
    // Perhaps again: what was read before may be hidden from those who join.
    for (const message of messages)
      if (message.channel.channelType === ChannelType.group && addsPerson(message, me.uid))
        this.#suspect(message.channel);
  }

  onEvent(event: ReceivedEvent): void {
    this.#streams.onEvent(event);
  }

  onAcknowledged(channel: ChannelRef, messageSeq: number): void {
    this.#live.acknowledged(channel, messageSeq);
    this.#inStep.packet(channel);
  }

  channelOpened(channel: ChannelRef): void {
    this.#inStep.opened(channel);
    this.#readOpened(channel).catch((error: unknown) => {
      if (error instanceof CodedError && error.code === 'unauthorized') this.#context.onUnauthorized();
      else this.#context.log('info', `opening a channel: ${reasonOf(error)}`);
    });
  }

  attention(attention: Attention): void {
    this.#inStep.attention(attention);
  }

  groupGone(channel: ChannelRef, why: 'disbanded' | 'notMember'): void {
    const { log, store } = this.#context;
    if (!store.readOnly)
      store.people.closeGroup(channel.channelId, why === 'disbanded' ? 'disbanded' : 'left');
    // The server knows better, if it knows anything of it.
    this.directory
      .refreshChannel(channel)
      .catch((error: unknown) => log('info', `a group that refused a message: ${reasonOf(error)}`));
  }

  readRules(): Promise<void> {
    return this.#rules.read();
  }

  async resync(): Promise<void> {
    this.#list.startAnew();
    this.extraSync.renewGeneration();
    await this.#run.once();
  }

  close(): void {
    this.#run.stop();
    this.#list.close();
    this.#inStep.close();
    this.#live.close();
    this.#streams.close();
    this.#commands.close();
    this.#suspects.close();
    this.#shownVerifier.close();
    this.#pinnedTips.close();
    this.pins.close();
    this.reactions.close();
    this.drafts.close();
    this.directory.close();
    this.extraSync.close();
    this.#reminders.close();
  }

  async #readOpened(channel: ChannelRef): Promise<void> {
    const startedAt = performance.now();
    await inParallel([
      this.#optional('extras', () => this.extraSync.request(channel, 'extra', startedAt)),
      this.#optional('history', () => this.#catchUp.read(channel, () => this.#opened.isOpen(channel))),
    ]);
    this.#pinnedTips.look(channel);
    this.pins.opened(channel);
    this.reactions.look(channel);
    await this.#opened.refresh(channel);
  }

  #suspect(channel: ChannelRef): void {
    this.#suspects.request(channelKey(channel)).catch((error: unknown) => {
      if (!(error instanceof RunnerClosed)) this.#context.log('info', `verification: ${reasonOf(error)}`);
    });
  }
}
