/**
 * Brings the cache up to date after each (re)connection: server rules, conversation list, people and reminders, commands
 * missed while offline, then history and extras, the open channels first. Everything that must be right after a
 * reconnect comes from here, not from the socket (docs/sync.md).
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
import type { ReceivedMessage } from '../connection/connection-api.ts';
import { createCatchUp } from './catch-up.ts';
import { createCommands } from './commands.ts';
import { createConversationList, WHOLE_LIST_EVERY_MS } from './conversation-list.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createDraftSync, type DraftSync } from './drafts.ts';
import { createExtraSync, type ExtraSync } from './extra-sync.ts';
import { createHints } from './hints.ts';
import { createHistorySync, type HistorySync } from './history-sync.ts';
import { addsPerson, payloadType } from './history-rows.ts';
import { createKeyedRunner, RunnerClosed } from './keyed-runner.ts';
import { createLive, envelopeChannel } from './live.ts';
import type { SyncContext } from './sync-context.ts';
import { createHistoryVerifier } from './verify-history.ts';
import { createShownVerifier } from './verify-shown.ts';

const RULES_STATE = 'rules';
const REMINDER_VERSION_STATE = 'reminderVersion';
/** Channels whose new history is read at once, open ones first; that of others when they are opened. */
const MAX_CATCH_UP_CHANNELS = 50;
const REMINDER_ROWS = 100;
const COMMAND_ROWS = 200;
/** An early acknowledgement is lost on real servers (wukongim.md C.8): "until empty" would never end. */
const MAX_COMMAND_ROUNDS = 3;
/** Channels whose extras are read after connecting, newest first; older ones when they are opened. */
const MAX_EXTRA_CHANNELS = 300;
const MAX_GROUP_DETAILS = 100;
/** Newest rows compared with the cache when a channel is opened, after each connection and this long. */
const VERIFIED_ROWS = 50;
const VERIFIED_FOR_MS = 30_000;
const SUSPECT_REFILL_MS = 60_000;
const RETRY_MS = [2_000, 5_000, 15_000, 30_000] as const;

export interface SyncEngine {
  /** The IM connection is up: sync now; repeated with back-off while it stays up and the HTTP side fails. */
  connected: () => void;
  /** The IM connection is gone: what runs stops at its next step. */
  disconnected: () => void;
  onMessages: (messages: readonly ReceivedMessage[]) => void;
  /** An own message is about to be stored with this message_seq: what lies below it may be missing. */
  onAcknowledged: (channel: ChannelRef, messageSeq: number) => void;
  /** A window shows this channel: info, members, newest history and extras. */
  channelOpened: (channel: ChannelRef) => void;
  /** Reads the whole conversation list and everything after it again (cache rebuilt). */
  resync: () => Promise<void>;
  readonly history: HistorySync;
  readonly extraSync: ExtraSync;
  readonly directory: Directory;
  readonly drafts: DraftSync;
  close: () => void;
}

export interface SyncEngineOptions extends SyncContext {
  rulesChanged: (rules: ServerRules) => void;
  /**
   * Own messages turned up from the server: those found in the outbox left it, perhaps leaving a recall job behind
   * (recallOnAck) that wants to be looked at.
   */
  ownMessagesStored: () => void;
  /** Least time between two whole conversation lists; default `WHOLE_LIST_EVERY_MS`. */
  wholeListEveryMs?: number;
}

class Superseded extends Error {}

/** Waits for all, then rejects with the first failure. */
async function inParallel(tasks: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(tasks)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

export function createSyncEngine(context: SyncEngineOptions): SyncEngine {
  const { api, store, log } = context;
  const extraSync = createExtraSync(context);
  const verifier = createHistoryVerifier(context);
  const shownVerifier = createShownVerifier(context, verifier);
  const history = createHistorySync(context, shownVerifier.shown);
  const directory = createDirectory(context, verifier.readAnew);
  const hint = createHints(context, extraSync);
  const reminders = createKeyedRunner({ burst: 3, refillMs: 1_000, concurrency: 1, run: readReminders });
  const drafts = createDraftSync(context);
  const commands = createCommands(context, {
    directory,
    extraSync,
    verifier,
    hint,
    syncReminders: () => reminders.request('all'),
    syncDrafts: drafts.sync,
    readList: () => list.readAgain(),
  });
  const command = commands.handle;
  /** Channels whose count of seqs looks anew. */
  const suspects = createKeyedRunner({
    burst: 1,
    refillMs: SUSPECT_REFILL_MS,
    concurrency: 1,
    run: (key) => optional('verification', () => verifier.verifyNewest(parseChannelKey(key), VERIFIED_ROWS)),
  });
  const live = createLive(context, { directory, history, command, hint, suspect });

  /** Counts connections; a run of an earlier one stops. */
  let epoch = 0;
  let retryTimer: NodeJS.Timeout | null = null;
  const catchUp = createCatchUp(context, history);
  const list = createConversationList(context, {
    catchUp,
    directory,
    suspect,
    wholeEveryMs: context.wholeListEveryMs ?? WHOLE_LIST_EVERY_MS,
  });
  const isOpen = (channel: ChannelRef): boolean =>
    context.openChannels().some((open) => channelKey(open) === channelKey(channel));
  /** When channels were compared with the server (`performance.now()`), since the connection came up. */
  const verified = new Map<string, number>();

  // ---- the run after connecting ------------------------------------------------------------------------------

  async function syncAll(mine: number): Promise<void> {
    const check = (): void => {
      if (mine !== epoch) throw new Superseded();
    };
    await readRules();
    check();
    await list.readNew();
    check();
    await inParallel([
      optional('the whole list', list.readWhole),
      optional('friends', () => directory.syncFriends()),
      optional('friend requests', () => directory.refreshFriendRequests()),
      optional('reminders', () => reminders.request('all')),
      optional('drafts', drafts.sync),
      optional('offline commands', readOfflineCommands),
    ]);
    check();
    const open = context.openChannels();
    const openKeys = new Set(open.map(channelKey));
    const changed = catchUp.behind();
    const others = changed.filter((channel) => !openKeys.has(channelKey(channel)));
    const newestFirst = new Map(listedChannels().map((channel, index) => [channelKey(channel), index]));
    const rank = (channel: ChannelRef): number => newestFirst.get(channelKey(channel)) ?? newestFirst.size;
    others.sort((a, b) => rank(a) - rank(b));
    for (const channel of [...open, ...others.slice(0, MAX_CATCH_UP_CHANNELS)]) {
      await optional('history', () => catchUp.read(channel, () => mine === epoch));
      check();
    }
    await readExtras([...open, ...changed, ...listedChannels()]);
    check();
    for (const channel of open) {
      await refreshOpened(channel);
      check();
    }
    readGroupDetails();
  }

  async function readRules(): Promise<void> {
    const rules = await api.appConfig();
    store.state.set(RULES_STATE, JSON.stringify(rules));
    context.rulesChanged(rules);
  }

  function suspect(channel: ChannelRef): void {
    suspects.request(channelKey(channel)).catch((error: unknown) => {
      if (!(error instanceof RunnerClosed)) log('info', `verification: ${reasonOf(error)}`);
    });
  }

  /** What a channel in a window needs beside its new messages: who is in it, and whether the cache is still right. */
  async function refreshOpened(channel: ChannelRef): Promise<void> {
    let known = false;
    const info = optional('channel info', async () => {
      await directory.refreshChannel(channel);
      known = true;
    });
    const members =
      channel.channelType === ChannelType.group
        ? optional('members', () => directory.refreshMembers(channel.channelId))
        : Promise.resolve();
    await inParallel([info, members]);
    const key = channelKey(channel);
    // Unless it is known that I am still in it, an empty answer would say nothing.
    const ago = performance.now() - (verified.get(key) ?? Number.NEGATIVE_INFINITY);
    if (!known || ago < VERIFIED_FOR_MS || !isOpen(channel)) return;
    verified.set(key, performance.now());
    await optional('verification', async () => {
      try {
        await verifier.verifyNewest(channel, VERIFIED_ROWS);
      } catch (error) {
        verified.delete(key);
        throw error;
      }
    });
  }

  function listedChannels(): ChannelRef[] {
    return store.conversations
      .list()
      .toSorted((a, b) => b.timestamp - a.timestamp)
      .map((conversation) => conversation.channel);
  }

  async function readExtras(channels: readonly ChannelRef[]): Promise<void> {
    const unique = new Map(channels.map((channel) => [channelKey(channel), channel]));
    const startedAt = performance.now();
    await inParallel(
      [...unique.values()]
        .slice(0, MAX_EXTRA_CHANNELS)
        .map((channel) => optional('extras', () => extraSync.request(channel, 'extra', startedAt))),
    );
  }

  /** Roles and member counts, which the conversation list lacks (tsdd-api.md 3.1). */
  function readGroupDetails(): void {
    const unknown = store.people
      .groups()
      .filter((group) => group.myRole === null && group.composerBlock === null);
    for (const group of unknown.slice(0, MAX_GROUP_DETAILS)) directory.ensureChannel(group.channel);
  }

  async function readReminders(): Promise<void> {
    const groupNos = store.people.groups().map((group) => group.channel.channelId);
    for (let page = 0; page < 20; page += 1) {
      const version = Number(store.state.get(REMINDER_VERSION_STATE) ?? '0') || 0;
      const { reminders: rows, rowCount } = await api.reminders(version, groupNos, REMINDER_ROWS);
      if (rows.length > 0) store.conversations.applyReminders(rows);
      const highest = rows.reduce((max, row) => Math.max(max, row.version), version);
      if (highest > version) store.state.set(REMINDER_VERSION_STATE, String(highest));
      if (rowCount < REMINDER_ROWS || highest <= version) return;
    }
  }

  async function readOfflineCommands(): Promise<void> {
    const seen = new Set<string>();
    for (let round = 0; round < MAX_COMMAND_ROUNDS; round += 1) {
      const startedAt = performance.now();
      const rows = await api.offlineCommands(COMMAND_ROWS);
      const fresh = rows.filter((row) => !seen.has(row.messageId));
      for (const row of fresh) {
        seen.add(row.messageId);
        const { payload } = row;
        if (payloadType(payload) !== 99) continue;
        const envelope = row.channel ? envelopeChannel(row.channel) : null;
        // Its channel is the party that is not the sender, which may be me (tsdd-api.md 7).
        const peer =
          envelope?.channelType === ChannelType.person && envelope.channelId === context.me.uid
            ? { channelId: row.fromUid, channelType: ChannelType.person }
            : envelope;
        command({
          envelope: peer && peer.channelId !== '' ? peer : null,
          fromUid: row.fromUid,
          payload: payload as Record<string, unknown>,
          timestamp: row.timestamp,
          startedAt,
        });
      }
      const lastSeq = rows.reduce((max, row) => Math.max(max, row.messageSeq), 0);
      if (lastSeq > 0) await api.acknowledgeCommands(lastSeq);
      if (rows.length < COMMAND_ROWS || fresh.length === 0) return;
    }
  }

  // ---- failures ----------------------------------------------------------------------------------------------

  /** A step whose failure must not stop the others. Losing the session or the network does stop them. */
  async function optional(what: string, step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (error instanceof CodedError && (error.code === 'unauthorized' || error.code === 'network'))
        throw error;
      if (!(error instanceof RunnerClosed)) log('warn', `sync of ${what}: ${reasonOf(error)}`);
    }
  }

  async function run(mine: number, attempt: number): Promise<void> {
    try {
      await syncAll(mine);
    } catch (error) {
      if (error instanceof Superseded || error instanceof RunnerClosed || mine !== epoch) return;
      if (error instanceof CodedError && error.code === 'unauthorized') {
        context.onUnauthorized();
        return;
      }
      const delay = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? RETRY_MS[0];
      log('warn', `sync: ${reasonOf(error)}; again in ${delay / 1000} s`);
      retryTimer = setTimeout(() => void run(mine, attempt + 1), delay);
      return;
    }
    log('info', 'in sync');
    context.ownMessagesStored();
  }

  function stopRun(): void {
    epoch += 1;
    list.stop();
    if (retryTimer) clearTimeout(retryTimer);
    retryTimer = null;
  }

  return {
    connected() {
      stopRun();
      verified.clear();
      shownVerifier.connected();
      // Before the outbox sends anything and the socket brings anything.
      list.connected();
      void run(epoch, 0);
    },
    disconnected: stopRun,
    onMessages(messages) {
      live.onMessages(messages);
      if (messages.some((message) => message.fromUid === context.me.uid))
        queueMicrotask(context.ownMessagesStored);
      // Perhaps again: what was read before may be hidden from those who join.
      for (const { channel, payload } of messages)
        if (channel.channelType === ChannelType.group && addsPerson(payload, context.me.uid))
          suspect(channel);
    },
    onAcknowledged: live.acknowledged,
    channelOpened(channel) {
      const startedAt = performance.now();
      const steps = async (): Promise<void> => {
        await inParallel([
          optional('extras', () => extraSync.request(channel, 'extra', startedAt)),
          optional('history', () => catchUp.read(channel, () => isOpen(channel))),
        ]);
        await refreshOpened(channel);
      };
      steps().catch((error: unknown) => {
        if (error instanceof CodedError && error.code === 'unauthorized') context.onUnauthorized();
        else log('info', `opening a channel: ${reasonOf(error)}`);
      });
    },
    async resync() {
      list.startAnew();
      extraSync.renewGeneration();
      stopRun();
      await syncAll(epoch);
    },
    history,
    extraSync,
    directory,
    drafts,
    close() {
      stopRun();
      live.close();
      commands.close();
      suspects.close();
      shownVerifier.close();
      drafts.close();
      directory.close();
      extraSync.close();
      reminders.close();
    },
  };
}
