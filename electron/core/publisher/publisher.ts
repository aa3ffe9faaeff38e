/**
 * Turns committed changes into deltas, at most one batch per frame. Views are read at flush time, not at change time:
 * a message and its recall within one frame become one delta that never held the content. A batch is small whatever has
 * changed, because the page reads it in one task: of chats it does not show it gets in a crowd only what it needs, and
 * of many changed rows of the list some now, the others with the next batches.
 */
import { parseChannelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { FromWorker } from '../../../shared/ipc/worker-protocol.ts';
import type { AccountStore } from '../account-store/store-api.ts';
import { emptyChangeSet, type ChangeSet } from '../store/change-log.ts';
import { bookmarkDeltas } from './bookmark-deltas.ts';
import { conversationDeltas, readOnce, WaitingRows } from './list-deltas.ts';
import { messageDeltas } from './message-deltas.ts';
import { candidateOf, isCandidate, withdrawalsOf } from './notifications.ts';
import { pinDeltas } from './pin-deltas.ts';

/** One frame at 60 Hz. */
export const FRAME_MS = 16;
/**
 * After a flush that took long, this many times as long belongs to other work: a flood must be stored before it is
 * shown.
 */
const REST = 3;
const LONGEST_FRAME_MS = 100;
/** Nobody reads a flood at 60 Hz. */
const CROWDED_FRAME_MS = 50;
/** A flood of which nothing was stored for so long has ended, or pauses: what came of it is shown before more comes. */
const PAUSE_MS = 4;
/**
 * More own messages than this in a batch that went on their way or arrived: what becomes of the next is told every
 * other frame, or when they pause.
 */
const OWN_CROWD_ABOVE = 8;
const OWN_FRAME_MS = 2 * FRAME_MS;
/** More changed messages of one channel than this in a frame: the window is loaded again instead. */
export const RELOAD_ABOVE = 120;
/**
 * More changed messages than this in a frame: of chats that the page does not show it gets only own, recalled and
 * removed ones, and only the newest arrival of each may become a notification.
 */
export const CROWD_ABOVE = 50;

export interface PublisherOptions {
  store: Pick<AccountStore, 'me' | 'changes'> & {
    messages: Pick<AccountStore['messages'], 'get'>;
    conversations: Pick<AccountStore['conversations'], 'get' | 'badge'>;
    people: Pick<AccountStore['people'], 'channelInfo' | 'members'>;
    pins: Pick<AccountStore['pins'], 'news'>;
    bookmarks: Pick<AccountStore['bookmarks'], 'isEmpty' | 'idsOf' | 'message'>;
    outbox: Pick<AccountStore['outbox'], 'isEmpty'>;
  };
  push: (deltas: CoreDelta[]) => void;
  /** Whether the page shows the messages of this chat (a channel key). Default: all are shown. */
  isShown?: (key: string) => boolean;
  /**
   * `notify`: a message of somebody else arrived live and is still unread and readable at flush time.
   * `renotify`: it was edited since. `withdraw`: of messages that are gone, or up to a position.
   */
  notify?: (message: Extract<FromWorker, { kind: 'notify' | 'renotify' | 'withdraw' }>) => void;
  /**
   * True: there is no room for this candidate, and a newer one of its chat, which follows, would take its place
   * (notify-pace.ts). It counts as told of.
   */
  passOver?: (messageKey: string) => boolean;
  /** A message was recalled. */
  recalled?: (which: { channel: ChannelRef; key: string }) => void;
  /** Totals, when they changed. */
  badge?: (totals: { unread: number; unreadWithMuted: number }) => void;
  /** Runs `flush` in a frame's time; default `setTimeout`. Returns what cancels it. */
  schedule?: (flush: () => void, delayMs: number) => () => void;
}

function scheduleTimer(flush: () => void, delayMs: number): () => void {
  const timer = setTimeout(flush, delayMs);
  return () => clearTimeout(timer);
}

/** Why a batch is sent. */
type Why = 'leaving' | 'own' | 'news';

/** Nothing but what became of own messages. `own`: with what their keys begin. */
function isOwnOnly({ messages, reload }: ChangeSet, own: string): boolean {
  if (messages.size === 0 || reload.size > 0) return false;
  for (const { upserts, liveKeys } of messages.values()) {
    if (liveKeys.size > 0) return false;
    for (const key of upserts) if (!key.startsWith(own)) return false;
  }
  return true;
}

/** What arrived live in one chat. */
interface Arrived {
  channel: ChannelRef;
  live: MessageView[];
}

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #isShown: (key: string) => boolean;
  readonly #schedule: NonNullable<PublisherOptions['schedule']>;
  readonly #rows: WaitingRows;
  readonly #unsubscribe: () => void;
  #cancel: (() => void) | null = null;
  #lastBadge = '';
  #frameMs = FRAME_MS;
  /** The same for what becomes of own messages: the frame, and the rest after a flush that took long. */
  #ownFrameMs = FRAME_MS;
  /** The last batch told of many own messages. */
  #manyOwn = false;
  /** performance.now() of the last flush, of the one that is scheduled, and of the last change of own messages. */
  #flushedAt = Number.NEGATIVE_INFINITY;
  #dueAt = 0;
  #ownAt = 0;
  #waitingFor: Why = 'news';
  /** The first of the news that wait. */
  #newsSince: number | null = null;
  /** The last batch was of a flood: when the next may follow as soon as the flood pauses. */
  #restedAt: number | null = null;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#isShown = options.isShown ?? (() => true);
    this.#schedule = options.schedule ?? scheduleTimer;
    this.#rows = new WaitingRows(this.#isShown);
    const own = `${options.store.me.uid}:`;
    this.#unsubscribe = options.store.changes.subscribe((changes) => {
      if (changes.recalled.length > 0 || changes.wordsGone.length > 0) this.#wake('leaving');
      else this.#wake(isOwnOnly(changes, own) ? 'own' : 'news');
    });
  }

  /** Sends what has been committed so far, now. */
  flush(): void {
    const startedAt = performance.now();
    const ownOnly = this.#waitingFor === 'own';
    this.#cancel?.();
    this.#cancel = null;
    this.#newsSince = null;
    const { push, store } = this.#options;
    const changes = store.changes.take() ?? (this.#rows.size > 0 ? emptyChangeSet() : null);
    if (!changes) return;
    let changed = 0;
    for (const { upserts } of changes.messages.values()) changed += upserts.size;
    const isCrowd = changed > CROWD_ABOVE;
    const { reload, messages, arrived } = this.#messageDeltas(changes, isCrowd);
    const conversation = readOnce(store.conversations.get);
    const deltas: CoreDelta[] = [];
    for (const key of reload) deltas.push({ kind: 'reload', channel: parseChannelKey(key) });
    deltas.push(
      ...messages,
      ...conversationDeltas(this.#rows.take(changes), changes.removedConversations, conversation),
      ...this.#channelDeltas(changes),
      ...pinDeltas(changes, store.pins),
      ...bookmarkDeltas(changes, store.bookmarks),
    );
    if (deltas.length > 0) push(deltas);
    this.#notify(changes, arrived, conversation);
    this.#publishBadge(changes);
    const least = isCrowd || this.#rows.size > 0 ? CROWDED_FRAME_MS : FRAME_MS;
    this.#flushedAt = performance.now();
    const took = this.#flushedAt - startedAt;
    this.#frameMs = Math.min(LONGEST_FRAME_MS, Math.max(least, REST * took));
    this.#restedAt = isCrowd && this.#rows.size === 0 ? this.#flushedAt + took : null;
    this.#ownFrameMs = Math.min(LONGEST_FRAME_MS, Math.max(FRAME_MS, REST * took));
    this.#manyOwn = ownOnly && changed > OWN_CROWD_ABOVE;
    if (this.#rows.size > 0) this.#wake('news');
  }

  close(): void {
    this.#unsubscribe();
    this.#cancel?.();
    this.#cancel = null;
  }

  /**
   * What arrives waits for a frame, so that what is taken back meanwhile is never shown. Words that have to go
   * (`leaving`) do not, nor does what becomes of own messages, unless others wait with it: only the batch before them
   * keeps its distance, and from the last of many own messages not even that.
   */
  #wake(why: Why): void {
    const now = performance.now();
    const ended = why === 'own' && this.#ownEnded();
    if (why === 'own') {
      this.#ownAt = now;
      if (this.#cancel && this.#waitingFor === 'own' && !ended) return;
    }
    const frame = why === 'own' ? this.#ownFrameMs : this.#frameMs;
    const apart = ended ? now : Math.max(now, this.#flushedAt + frame);
    const dueAt = why === 'news' ? this.#newsDueAt(now) : apart;
    if (this.#cancel) {
      const postponed =
        why === 'news' &&
        (this.#waitingFor === 'own' || (this.#waitingFor === 'news' && dueAt > this.#dueAt));
      const hastened = dueAt < this.#dueAt && !(why === 'own' && this.#waitingFor === 'news');
      if (!postponed && !hastened) {
        if (why === 'leaving') this.#waitingFor = why;
        return;
      }
      this.#cancel();
    }
    this.#waitingFor = why;
    this.#flushAt(dueAt, now);
  }

  #flushAt(dueAt: number, now: number): void {
    this.#dueAt = dueAt;
    this.#cancel = this.#schedule(() => this.#due(), Math.max(0, dueAt - now));
  }

  /** One own message after the other arrives: more of them are told of together. */
  #due(): void {
    const now = performance.now();
    const until = Math.min(this.#ownAt + PAUSE_MS, this.#flushedAt + OWN_FRAME_MS);
    if (this.#waitingFor === 'own' && this.#manyOwn && now < until && !this.#ownEnded())
      this.#flushAt(until, now);
    else this.flush();
  }

  /** The last of many own messages has arrived: none follows that it could be told of with. */
  #ownEnded(): boolean {
    return this.#manyOwn && this.#options.store.outbox.isEmpty();
  }

  /** At the end of the frame; in a flood sooner if it pauses. */
  #newsDueAt(now: number): number {
    this.#newsSince ??= now;
    const dueAt = this.#newsSince + this.#frameMs;
    if (this.#restedAt === null) return dueAt;
    return Math.min(dueAt, Math.max(now + PAUSE_MS, this.#newsSince + FRAME_MS, this.#restedAt));
  }

  #messageDeltas(
    changes: ChangeSet,
    isCrowd: boolean,
  ): { reload: Set<string>; messages: CoreDelta[]; arrived: Arrived[] } {
    const read = this.#options.store.messages.get;
    const reload = new Set(changes.reload);
    const messages: CoreDelta[] = [];
    const arrived: Arrived[] = [];
    const recalled = new Set(changes.recalled.map(({ key }) => key));
    for (const [key, change] of changes.messages) {
      const channel = parseChannelKey(key);
      if (change.upserts.size > RELOAD_ABOVE) {
        reload.add(key);
        continue;
      }
      const { deltas, live } = messageDeltas(channel, change, read, isCrowd && !this.#isShown(key), recalled);
      messages.push(...deltas);
      if (live.length > 0) arrived.push({ channel, live });
    }
    return { reload, messages, arrived };
  }

  #channelDeltas(changes: ChangeSet): CoreDelta[] {
    const { people } = this.#options.store;
    const deltas: CoreDelta[] = [];
    for (const key of changes.channelInfo) {
      deltas.push({ kind: 'channelInfo', info: people.channelInfo(parseChannelKey(key)) });
    }
    for (const key of changes.members) {
      const channel = parseChannelKey(key);
      deltas.push({ kind: 'members', channel, members: people.members(channel.channelId) });
    }
    if (changes.contacts) deltas.push({ kind: 'contacts' });
    return deltas;
  }

  #notify(changes: ChangeSet, arrived: readonly Arrived[], conversation: ReturnType<typeof readOnce>): void {
    const { notify, passOver, recalled, store } = this.#options;
    if (recalled) for (const each of changes.recalled) recalled(each);
    if (!notify) return;
    const gone = [...changes.recalled];
    for (const { channel, key } of changes.wordsGone) {
      const message = store.messages.get(channel, key);
      const candidate = message && candidateOf(message, conversation(channel), store.me.uid);
      if (candidate) notify({ kind: 'renotify', candidate });
      else gone.push({ channel, key });
    }
    for (const withdrawal of withdrawalsOf(gone, changes.read)) notify(withdrawal);
    for (const { channel, live } of arrived) {
      const row = conversation(channel);
      const told = live.filter((message) => isCandidate(message, row));
      for (const [at, message] of told.entries()) {
        if (at < told.length - 1 && passOver?.(message.key)) continue;
        const candidate = candidateOf(message, row, store.me.uid);
        if (candidate) notify({ kind: 'notify', candidate });
      }
    }
  }

  #publishBadge(changes: ChangeSet): void {
    const { badge, store } = this.#options;
    if (!badge || !changes.badge) return;
    const totals = store.conversations.badge();
    const text = `${totals.unread}/${totals.unreadWithMuted}`;
    if (text === this.#lastBadge) return;
    this.#lastBadge = text;
    badge(totals);
  }
}

export const createPublisher = (options: PublisherOptions): Publisher => new Publisher(options);
