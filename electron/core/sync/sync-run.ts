/**
 * One run over everything after a connection came up: server rules, conversation list, people and reminders, commands
 * missed while offline, then history and extras, the open channels first. Repeated with back-off while the connection
 * stays up and the HTTP side fails; a run of an earlier connection stops at its next step.
 */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { CatchUp } from './catch-up.ts';
import type { ConversationList } from './conversation-list.ts';
import type { Directory } from './directory.ts';
import type { DraftSync } from './drafts.ts';
import type { ExtraSync } from './extras/extra-sync.ts';
import { RunnerClosed } from './keyed-runner.ts';
import type { OpenedChannels } from './opened-channels.ts';
import type { ReminderSync } from './reminders.ts';
import type { RulesReader } from './server-rules.ts';
import { inParallel, type OptionalStep } from './steps.ts';
import type { SyncContext } from './sync-context.ts';

/** Channels whose new history is read at once, open ones first; that of others when they are opened. */
const MAX_CATCH_UP_CHANNELS = 50;
/** Channels whose extras are read after connecting, newest first; older ones when they are opened. */
const MAX_EXTRA_CHANNELS = 300;
const MAX_GROUP_DETAILS = 100;
const RETRY_MS = [2_000, 5_000, 15_000, 30_000] as const;

export interface SyncRunParts {
  catchUp: CatchUp;
  directory: Directory;
  drafts: DraftSync;
  extraSync: ExtraSync;
  list: ConversationList;
  opened: OpenedChannels;
  optional: OptionalStep;
  readOfflineCommands: () => Promise<void>;
  reminders: ReminderSync;
  rules: RulesReader;
  /** A run reached its end: all is in sync. */
  done: () => void;
}

class Superseded extends Error {}

export class SyncRun {
  readonly #context: SyncContext;
  readonly #parts: SyncRunParts;
  /** Counts connections; a run of an earlier one stops. */
  #epoch = 0;
  #retryTimer: NodeJS.Timeout | null = null;

  constructor(context: SyncContext, parts: SyncRunParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Runs until it succeeds, `stop` is called or the token is refused. */
  start(): void {
    void this.#attempt(this.#epoch, 0);
  }

  /** Runs once, in place of what runs. Rejects when it fails. */
  async once(): Promise<void> {
    this.stop();
    await this.#syncAll(this.#epoch);
  }

  stop(): void {
    this.#epoch += 1;
    this.#parts.list.stop();
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
  }

  async #attempt(mine: number, attempt: number): Promise<void> {
    const { log, onUnauthorized } = this.#context;
    try {
      await this.#syncAll(mine);
    } catch (error) {
      if (error instanceof Superseded || error instanceof RunnerClosed || mine !== this.#epoch) return;
      if (error instanceof CodedError && error.code === 'unauthorized') {
        onUnauthorized();
        return;
      }
      const delay = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? RETRY_MS[0];
      log('warn', `sync: ${reasonOf(error)}; again in ${delay / 1000} s`);
      this.#retryTimer = setTimeout(() => void this.#attempt(mine, attempt + 1), delay);
      return;
    }
    log('info', 'in sync');
    this.#parts.done();
  }

  async #syncAll(mine: number): Promise<void> {
    const { catchUp, directory, drafts, list, opened, optional, readOfflineCommands, reminders, rules } =
      this.#parts;
    const check = (): void => {
      if (mine !== this.#epoch) throw new Superseded();
    };
    await inParallel([rules.read(), list.readNew()]);
    check();
    await inParallel([
      optional('the whole list', () => list.readWhole()),
      optional('friends', () => directory.syncFriends()),
      optional('friend requests', () => directory.refreshFriendRequests()),
      optional('reminders', reminders.sync),
      optional('drafts', () => drafts.sync()),
      optional('offline commands', readOfflineCommands),
    ]);
    check();
    const open = this.#context.openChannels();
    const changed = catchUp.behind();
    for (const channel of [...open, ...this.#othersOf(changed, open)]) {
      await optional('history', () => catchUp.read(channel, () => mine === this.#epoch));
      check();
    }
    await this.#readExtras([...open, ...changed, ...this.#listedChannels()]);
    check();
    for (const channel of open) {
      await opened.refresh(channel);
      check();
    }
    this.#readGroupDetails();
  }

  /** Channels that are not open, those with the newest messages first, and only so many. */
  #othersOf(changed: readonly ChannelRef[], open: readonly ChannelRef[]): ChannelRef[] {
    const openKeys = new Set(open.map(channelKey));
    const newestFirst = new Map(this.#listedChannels().map((channel, index) => [channelKey(channel), index]));
    const rank = (channel: ChannelRef): number => newestFirst.get(channelKey(channel)) ?? newestFirst.size;
    return changed
      .filter((channel) => !openKeys.has(channelKey(channel)))
      .sort((a, b) => rank(a) - rank(b))
      .slice(0, MAX_CATCH_UP_CHANNELS);
  }

  #listedChannels(): ChannelRef[] {
    return this.#context.store.conversations
      .list()
      .toSorted((a, b) => b.timestamp - a.timestamp)
      .map((conversation) => conversation.channel);
  }

  async #readExtras(channels: readonly ChannelRef[]): Promise<void> {
    const { extraSync, optional } = this.#parts;
    const unique = new Map(channels.map((channel) => [channelKey(channel), channel]));
    const startedAt = performance.now();
    await inParallel(
      [...unique.values()]
        .slice(0, MAX_EXTRA_CHANNELS)
        .map((channel) => optional('extras', () => extraSync.request(channel, 'extra', startedAt))),
    );
  }

  /** Roles and member counts, which the conversation list lacks (tsdd-api.md 3.1). */
  #readGroupDetails(): void {
    const unknown = this.#context.store.people
      .groups()
      .filter((group) => group.myRole === null && group.composerBlock === null);
    for (const group of unknown.slice(0, MAX_GROUP_DETAILS))
      this.#parts.directory.ensureChannel(group.channel);
  }
}
