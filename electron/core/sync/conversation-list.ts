/**
 * The conversation list after each connection. First what is newer than before it came up, with recent rows: a small
 * answer, whatever the number of conversations. Then, beside everything else, the whole list with one row each: pins,
 * mutes, names, read positions and deletions of other devices raise no message_seq, and their commands are acknowledged
 * per account, not per device (wukongim.md E.6), so that nothing else tells of them reliably.
 */
import { channelKey, type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { type ConversationSync, readConversationSync } from '../api/conversation-calls.ts';
import { FIRST_ROWS } from '../api/first-list.ts';
import { type Baseline, type CatchUp, takeBaseline } from './catch-up.ts';
import { type Directory, groupChannel, personChannel } from './directory.ts';
import { addsPerson, forStore } from './history-rows.ts';
import type { ServerMessage } from '../store/server-records.ts';
import { loadReadings } from '../store/tables/people/read-aloud.ts';
import type { SyncContext } from './sync-context.ts';

const RECENTS_PER_CONVERSATION = 20;
/** WuKongIM's own cap; a list of this length may not be everything (tsdd-api.md 4.1). */
const MAX_CONVERSATIONS = 1_000;
/** The whole list is not read more often than this, however often the connection breaks. */
export const WHOLE_LIST_EVERY_MS = 10_000;
/** Groups looked up because they are not in the list any more, or are again. */
const MAX_LOOK_UPS = 100;

export interface ConversationListParts {
  catchUp: CatchUp;
  directory: Directory;
  /** What is cached of this channel may not be what the server shows. */
  suspect: (channel: ChannelRef) => void;
  /** An answer had these rows, and nobody here did: the connection has not brought them (yet). */
  brought: (rows: readonly ServerMessage[]) => void;
  /** Least time between two whole lists. */
  wholeEveryMs: number;
}

type IsOld = ReturnType<Directory['asking']>;

const NOTHING_KNOWN: Baseline = { lastMessageSeqs: '', channels: [], known: new Map() };

const isComplete = ({ conversations, rowCount }: ConversationSync): boolean =>
  rowCount < MAX_CONVERSATIONS && rowCount === conversations.length;

export class ConversationList {
  readonly #context: SyncContext;
  readonly #parts: ConversationListParts;
  #everComplete = false;
  /** `performance.now()` since when a whole list is due. */
  #dueSince = 0;
  /** When the last whole list was asked for. */
  #wholeAskedAt = Number.NEGATIVE_INFINITY;
  /** Kept until what is new since then was read. */
  #baseline: Baseline | null = null;
  /** Channels that another device is said to have deleted, and the newest message_seq at that time, by channel key. */
  #saidDeleted = new Map<string, { channel: ChannelRef; lastSeq: number }>();
  /** Who waits for what was asked for ahead. */
  #takeAhead: ((answer: unknown) => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Counts connections and their ends. */
  #epoch = 0;
  #isClosed = false;

  constructor(context: SyncContext, parts: ConversationListParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /**
   * Nobody has seen a list of this account yet: what it shows, one row a chat, is asked for at once, while the
   * connection is being made (docs/sign-in.md). It counts for nothing else: the run after the connection reads
   * everything, as if this had not been. `follows`: it was asked for already, and `cameAhead` brings the answer.
   * Rejects when the server cannot be asked; then that run does.
   */
  async readEarly(follows: boolean): Promise<void> {
    const { api, log, store } = this.#context;
    if (this.#everComplete || store.readOnly || store.conversations.list().length > 0) return;
    this.#baseline = NOTHING_KNOWN;
    const isOld = this.#parts.directory.asking();
    const came = follows ? this.#ahead() : null;
    const asked = came ? null : api.conversationSync('', FIRST_ROWS);
    // Names come with the answer: what reads them is loaded while it is on its way.
    setImmediate(loadReadings);
    const body = await came;
    // The run was faster: it knows better. (Also below.)
    if (this.#isClosed || this.#everComplete) return;
    const answer = body
      ? readConversationSync(body, log)
      : await (asked ?? api.conversationSync('', FIRST_ROWS));
    if (this.#isClosed || this.#everComplete) return;
    this.#apply(answer, false, isOld);
  }

  /** What was asked for before this account was opened; null = nothing came. Nobody keeps it: there are words in it. */
  cameAhead(answer: unknown): void {
    const take = this.#takeAhead;
    this.#takeAhead = null;
    take?.(answer);
  }

  #ahead(): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#takeAhead = resolve;
    return promise;
  }

  /** A connection came up, and nothing of it is stored yet: what is new is asked for relative to this moment. */
  connected(): void {
    this.#dueSince = performance.now();
    // Not yet used: the older one says more.
    this.#baseline ??= takeBaseline(this.#context.store);
  }

  /** What is newer than then; everything at the first call. Rejects when the server cannot be asked. */
  async readNew(): Promise<void> {
    const { api, store } = this.#context;
    const mine = this.#epoch;
    const since = (this.#baseline ??= takeBaseline(store));
    if (this.#everComplete) {
      const isOld = this.#parts.directory.asking();
      const answer = await api.conversationSync(since.lastMessageSeqs, RECENTS_PER_CONVERSATION);
      if (mine !== this.#epoch) return;
      this.#take(since, answer, false, isOld);
    } else if (!(await this.#readComplete(since, RECENTS_PER_CONVERSATION))) {
      return;
    }
    this.#everComplete = true;
    this.#baseline = null;
  }

  /**
   * What is newer than what is cached now, while a connection lasts: what it should have brought itself. null: a run
   * after a connection is due or under way and reads the same, or the connection ended meanwhile. Answers the channels
   * of the answer. Rejects when the server cannot be asked.
   */
  async readStep(): Promise<readonly ChannelRef[] | null> {
    const { api, store } = this.#context;
    if (!this.#everComplete || this.#baseline) return null;
    const mine = this.#epoch;
    const since = takeBaseline(store);
    const isOld = this.#parts.directory.asking();
    const answer = await api.conversationSync(since.lastMessageSeqs, RECENTS_PER_CONVERSATION);
    if (mine !== this.#epoch) return null;
    this.#take(since, answer, false, isOld);
    return answer.conversations.map(({ channel }) => channel);
  }

  /**
   * The whole list: now, or as soon as it may be read again, if the connection lasts so long. Rejects when the server
   * cannot be asked, and is then repeated.
   */
  async readWhole(): Promise<void> {
    this.#cancelPlan();
    // Asked for since then: what changed later was said over the connection.
    if (this.#wholeAskedAt >= this.#dueSince) return;
    const wait = this.#wholeAskedAt + this.#parts.wholeEveryMs - performance.now();
    if (wait > 0) {
      this.#plan(wait);
      return;
    }
    const mine = this.#epoch;
    try {
      await this.#readComplete(takeBaseline(this.#context.store), 1);
    } catch (error) {
      if (mine === this.#epoch) this.#plan(this.#parts.wholeEveryMs);
      throw error;
    }
  }

  /**
   * The whole list is due although nothing broke: something can only be learnt from it. Of a channel that is said to be
   * deleted too soon after its last message to tell which came first: whether it still is in a list asked for now.
   */
  readAgain(saidToBeDeleted?: ChannelRef): void {
    const conversation = saidToBeDeleted && this.#context.store.conversations.get(saidToBeDeleted);
    if (conversation) {
      const { channel, lastMessageSeq: lastSeq } = conversation;
      this.#saidDeleted.set(channelKey(channel), { channel, lastSeq });
    }
    this.#dueSince = performance.now();
    this.#inBackground();
  }

  /** What was planned does not take place, and answers that are still on their way are not applied. */
  stop(): void {
    this.#epoch += 1;
    this.#cancelPlan();
  }

  /** The cache is empty: as at the first start. */
  startAnew(): void {
    this.#everComplete = false;
    this.#baseline = null;
  }

  close(): void {
    this.#isClosed = true;
    this.stop();
  }

  #cancelPlan(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #take(since: Baseline, answer: ConversationSync, complete: boolean, isOld: IsOld): void {
    const { brought, catchUp } = this.#parts;
    const missing = answer.conversations.flatMap(({ channel, recents }) => {
      const known = since.known.get(channelKey(channel)) ?? 0;
      return recents
        .filter((row) => row.messageSeq > known && this.#context.store.messages.byId(row.messageId) === null)
        .map((row) => ({ ...row, channel }));
    });
    catchUp.note(since, answer.conversations);
    this.#apply(answer, complete, isOld);
    this.#suspectWhereAdded(since, answer);
    brought(missing);
  }

  /** What was said of somebody while the answer was on its way stands, and the rest of them is read again. */
  #apply(answer: ConversationSync, complete: boolean, isOld: IsOld): void {
    const { people, conversations: known } = this.#context.store;
    people.putUsers(answer.users.filter(({ uid }) => !isOld(personChannel(uid))));
    people.putGroups(answer.groups.filter(({ groupNo }) => !isOld(groupChannel(groupNo))));
    const conversations = answer.conversations.map((conversation) => {
      const row = isOld(conversation.channel) ? known.get(conversation.channel) : null;
      return {
        ...conversation,
        ...(row ? { pinned: row.pinned, muted: row.muted } : {}),
        recents: forStore(conversation.recents),
      };
    });
    this.#parts.directory.readAgain(
      [
        ...answer.users.map(({ uid }) => personChannel(uid)),
        ...answer.groups.map(({ groupNo }) => groupChannel(groupNo)),
      ].filter(isOld),
    );
    this.#context.store.conversations.apply(conversations, complete);
    this.#parts.directory.ensureUsers(
      conversations.flatMap((c) => [
        ...(c.channel.channelType === ChannelType.person ? [c.channel.channelId] : []),
        ...c.recents.map((m) => m.fromUid),
      ]),
    );
  }

  /** Everything, with `recents` rows each. false = the answer came too late. */
  async #readComplete(since: Baseline, recents: number): Promise<boolean> {
    const mine = this.#epoch;
    const askedAt = performance.now();
    const saidDeleted = [...this.#saidDeleted];
    const isOld = this.#parts.directory.asking();
    const answer = await this.#context.api.conversationSync('', recents);
    if (mine !== this.#epoch) return false;
    this.#wholeAskedAt = askedAt;
    const complete = isComplete(answer);
    this.#take(since, answer, complete, isOld);
    for (const { channel, lastMessageSeq } of answer.conversations)
      if (lastMessageSeq < (since.known.get(channelKey(channel)) ?? 0)) this.#parts.suspect(channel);
    this.#lookUpGroups(since, answer, complete);
    this.#hideDeleted(saidDeleted, answer);
    return true;
  }

  /** Those that were said to be deleted before the answer was asked for, are not in it, and have had no words since. */
  #hideDeleted(
    said: readonly (readonly [string, { channel: ChannelRef; lastSeq: number }])[],
    answer: ConversationSync,
  ): void {
    const { store } = this.#context;
    const listed = new Set(answer.conversations.map(({ channel }) => channelKey(channel)));
    for (const [key, entry] of said) {
      if (this.#saidDeleted.get(key) === entry) this.#saidDeleted.delete(key);
      const { channel, lastSeq } = entry;
      if (!listed.has(key) && store.conversations.get(channel)?.lastMessageSeq === lastSeq)
        store.conversations.hide(channel);
    }
  }

  /** Removed and added again meanwhile: what was read before may be hidden from those who join. */
  #suspectWhereAdded(since: Baseline, answer: ConversationSync): void {
    for (const { channel, recents } of answer.conversations) {
      const known = since.known.get(channelKey(channel)) ?? 0;
      if (known > 0 && recents.some((row) => row.messageSeq > known && addsPerson(row, this.#context.me.uid)))
        this.#parts.suspect(channel);
    }
  }

  /**
   * A group that is not in the list any more was deleted from it, or I am not in it; one that is there although I had
   * left has me again. Its own answer says which.
   */
  #lookUpGroups(since: Baseline, answer: ConversationSync, complete: boolean): void {
    const groups = answer.conversations
      .map((conversation) => conversation.channel)
      .filter((channel) => channel.channelType === ChannelType.group);
    const listed = new Set(groups.map(channelKey));
    const back = groups.filter(
      (channel) => this.#context.store.people.channelInfo(channel).composerBlock === 'left',
    );
    const gone = complete
      ? since.channels.filter(
          (channel) => channel.channelType === ChannelType.group && !listed.has(channelKey(channel)),
        )
      : [];
    for (const channel of [...back, ...gone].slice(0, MAX_LOOK_UPS))
      this.#parts.directory.ensureChannel(channel);
  }

  #plan(ms: number): void {
    this.#timer = setTimeout(() => this.#inBackground(), ms);
  }

  #inBackground(): void {
    this.readWhole().catch((error: unknown) =>
      this.#context.log('info', `conversation list: ${reasonOf(error)}`),
    );
  }
}
