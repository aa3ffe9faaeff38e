/**
 * The conversation list after each connection. First what is newer than before it came up, with recent rows: a small
 * answer, whatever the number of conversations. Then, beside everything else, the whole list with one row each: pins,
 * mutes, names, read positions and deletions of other devices raise no message_seq, and their commands are acknowledged
 * per account, not per device (wukongim.md E.6), so that nothing else tells of them reliably.
 */
import { channelKey, type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { ConversationSync } from '../api/conversation-calls.ts';
import { type Baseline, type CatchUp, takeBaseline } from './catch-up.ts';
import type { Directory } from './directory.ts';
import { addsPerson, forStore } from './history-rows.ts';
import type { SyncContext } from './sync-context.ts';

const RECENTS_PER_CONVERSATION = 20;
/** WuKongIM's own cap; a list of this length may not be everything (tsdd-api.md 4.1). */
const MAX_CONVERSATIONS = 1_000;
/** The whole list is not read more often than this, however often the connection breaks. */
export const WHOLE_LIST_EVERY_MS = 10_000;
/** Groups looked up because they are not in the list any more, or are again. */
const MAX_LOOK_UPS = 100;

export interface ConversationList {
  /** A connection came up, and nothing of it is stored yet: what is new is asked for relative to this moment. */
  connected: () => void;
  /** What is newer than then; everything at the first call. Rejects when the server cannot be asked. */
  readNew: () => Promise<void>;
  /**
   * The whole list: now, or as soon as it may be read again, if the connection lasts so long. Rejects when the server
   * cannot be asked, and is then repeated.
   */
  readWhole: () => Promise<void>;
  /** The whole list is due although nothing broke: something can only be learnt from it. */
  readAgain: () => void;
  /** What was planned does not take place, and answers that are still on their way are not applied. */
  stop: () => void;
  /** The cache is empty: as at the first start. */
  startAnew: () => void;
}

export interface ConversationListParts {
  catchUp: CatchUp;
  directory: Directory;
  /** What is cached of this channel may not be what the server shows. */
  suspect: (channel: ChannelRef) => void;
  /** Least time between two whole lists. */
  wholeEveryMs: number;
}

export function createConversationList(
  { api, store, log, me }: SyncContext,
  { catchUp, directory, suspect, wholeEveryMs }: ConversationListParts,
): ConversationList {
  let everComplete = false;
  /** `performance.now()` since when a whole list is due. */
  let dueSince = 0;
  /** When the last whole list was asked for. */
  let wholeAskedAt = Number.NEGATIVE_INFINITY;
  /** Kept until what is new since then was read. */
  let baseline: Baseline | null = null;
  let timer: NodeJS.Timeout | null = null;
  /** Counts connections and their ends. */
  let epoch = 0;

  function cancelPlan(): void {
    if (timer) clearTimeout(timer);
    timer = null;
  }

  function apply(answer: ConversationSync, complete: boolean): void {
    store.people.putUsers(answer.users);
    store.people.putGroups(answer.groups);
    const conversations = answer.conversations.map((conversation) => ({
      ...conversation,
      recents: forStore(conversation.recents),
    }));
    store.conversations.apply(conversations, complete);
    directory.ensureUsers(
      conversations.flatMap((c) => [
        ...(c.channel.channelType === ChannelType.person ? [c.channel.channelId] : []),
        ...c.recents.map((m) => m.fromUid),
      ]),
    );
  }

  /** Everything, with `recents` rows each. false = the answer came too late. */
  async function readComplete(since: Baseline, recents: number): Promise<boolean> {
    const mine = epoch;
    const askedAt = performance.now();
    const answer = await api.conversationSync('', recents);
    if (mine !== epoch) return false;
    wholeAskedAt = askedAt;
    const complete = answer.rowCount < MAX_CONVERSATIONS && answer.rowCount === answer.conversations.length;
    catchUp.note(since, answer.conversations);
    apply(answer, complete);
    for (const { channel, lastMessageSeq } of answer.conversations)
      if (lastMessageSeq < (since.known.get(channelKey(channel)) ?? 0)) suspect(channel);
    suspectWhereAdded(since, answer);
    lookUpGroups(since, answer, complete);
    return true;
  }

  /** Removed and added again meanwhile: what was read before may be hidden from those who join. */
  function suspectWhereAdded(since: Baseline, answer: ConversationSync): void {
    for (const { channel, recents } of answer.conversations) {
      const known = since.known.get(channelKey(channel)) ?? 0;
      if (known > 0 && recents.some((row) => row.messageSeq > known && addsPerson(row.payload, me.uid)))
        suspect(channel);
    }
  }

  /**
   * A group that is not in the list any more was deleted from it, or I am not in it; one that is there although I had
   * left has me again. Its own answer says which.
   */
  function lookUpGroups(since: Baseline, answer: ConversationSync, complete: boolean): void {
    const groups = answer.conversations
      .map((conversation) => conversation.channel)
      .filter((channel) => channel.channelType === ChannelType.group);
    const listed = new Set(groups.map(channelKey));
    const back = groups.filter((channel) => store.people.channelInfo(channel).composerBlock === 'left');
    const gone = complete
      ? since.channels.filter(
          (channel) => channel.channelType === ChannelType.group && !listed.has(channelKey(channel)),
        )
      : [];
    for (const channel of [...back, ...gone].slice(0, MAX_LOOK_UPS)) directory.ensureChannel(channel);
  }

  async function readWhole(): Promise<void> {
    cancelPlan();
    // Asked for since then: what changed later was said over the connection.
    if (wholeAskedAt > dueSince) return;
    const wait = wholeAskedAt + wholeEveryMs - performance.now();
    if (wait > 0) {
      plan(wait);
      return;
    }
    const mine = epoch;
    try {
      await readComplete(takeBaseline(store), 1);
    } catch (error) {
      if (mine === epoch) plan(wholeEveryMs);
      throw error;
    }
  }

  function plan(ms: number): void {
    timer = setTimeout(inBackground, ms);
  }

  function inBackground(): void {
    readWhole().catch((error: unknown) => log('info', `conversation list: ${reasonOf(error)}`));
  }

  return {
    connected() {
      dueSince = performance.now();
      // Not yet used: the older one says more.
      baseline ??= takeBaseline(store);
    },
    async readNew() {
      const mine = epoch;
      const since = (baseline ??= takeBaseline(store));
      if (everComplete) {
        const answer = await api.conversationSync(since.lastMessageSeqs, RECENTS_PER_CONVERSATION);
        if (mine !== epoch) return;
        catchUp.note(since, answer.conversations);
        apply(answer, false);
        suspectWhereAdded(since, answer);
      } else if (!(await readComplete(since, RECENTS_PER_CONVERSATION))) {
        return;
      }
      everComplete = true;
      baseline = null;
    },
    readWhole,
    readAgain() {
      dueSince = performance.now();
      inBackground();
    },
    stop() {
      epoch += 1;
      cancelPlan();
    },
    startAnew() {
      everComplete = false;
      baseline = null;
    },
  };
}
