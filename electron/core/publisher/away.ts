/**
 * What was said while nobody could be told: offline, asleep, between two connections, or before the app was started. It
 * comes with the conversation list and not over the socket, so no notification of its own is raised for it. When the
 * sync after a connection has reached its end, and recalls, deletions and read positions are known, each chat is told
 * of once: what is new in it since the connection came up, is still unread, and was not told of live.
 */
import { channelKey, type ChannelRef, type ConversationView } from '../../../shared/domain.ts';
import type { AwayChat, FromWorker } from '../../../shared/ipc/worker-protocol.ts';
import type { AccountStore } from '../account-store/store-api.ts';
import { candidateOf, tellingOf } from './notifications.ts';

/** Newest rows of a chat that are looked at; of what lies below only the number is known. */
const ROWS = 60;

export interface AwayOptions {
  store: Pick<AccountStore, 'me'> & {
    messages: Pick<AccountStore['messages'], 'page'>;
    conversations: Pick<AccountStore['conversations'], 'list'>;
  };
  post: (message: Extract<FromWorker, { kind: 'away' }>) => void;
  /** A message of somebody else was recalled. */
  recalled: (channel: ChannelRef, key: string) => void;
}

export class Away {
  readonly #options: AwayOptions;
  /** Channel key -> seq up to which everybody was told. null: nothing is known yet, and a first list is no news. */
  #told: Map<string, number> | null;
  /** Keys of messages that were told of live since then. */
  #live: string[] = [];
  /** The sync of the last connection reached its end. */
  #isSettled = true;

  constructor(options: AwayOptions) {
    this.#options = options;
    const list = options.store.conversations.list();
    this.#told = list.length > 0 ? seqsOf(list) : null;
  }

  /** A connection came up, and nothing of it is stored yet. */
  connected(): void {
    // What an earlier sync stored and did not live to tell of is still to be told.
    if (!this.#isSettled) return;
    this.#isSettled = false;
    const list = this.#options.store.conversations.list();
    // The first list may be here before the connection is: what was said between the two comes by neither.
    if (this.#told === null && list.length === 0) return;
    this.#told = seqsOf(list);
    this.#live = [];
  }

  toldLive(messageKey: string): void {
    this.#live.push(messageKey);
  }

  /** All is in sync: tells of what is new, newest chat first. `isLong`: nobody was there for long. */
  settled(isLong = false): void {
    this.#isSettled = true;
    const list = this.#options.store.conversations.list();
    const told = this.#told;
    const live = new Set(this.#live);
    this.#told = seqsOf(list);
    if (told !== null) {
      const chats = list
        .toSorted((a, b) => b.timestamp - a.timestamp)
        .map((conversation) =>
          this.#newsOf(conversation, told.get(channelKey(conversation.channel)) ?? 0, live),
        )
        .filter((chat) => chat !== null);
      if (isLong) this.#tellRecalled(list, told);
      if (chats.length > 0) this.#options.post({ kind: 'away', chats, isLong });
    }
    this.#live = [];
  }

  /** What came and went meanwhile was never here. */
  #tellRecalled(list: readonly ConversationView[], told: ReadonlyMap<string, number>): void {
    const { store, recalled } = this.#options;
    for (const { channel, lastMessageSeq } of list) {
      const from = told.get(channelKey(channel)) ?? 0;
      if (lastMessageSeq <= from) continue;
      for (const row of store.messages.page(channel, { at: 'latest' }, ROWS).messages)
        if (row.messageSeq > from && row.content.kind === 'recalled' && !row.own) recalled(channel, row.key);
    }
  }

  #newsOf(conversation: ConversationView, told: number, live: ReadonlySet<string>): AwayChat | null {
    const { channel, lastMessageSeq, name, readSeq, unread } = conversation;
    const from = Math.max(told, readSeq);
    if (unread === 0 || lastMessageSeq <= from) return null;
    const { me, messages } = this.#options.store;
    const rows = messages.page(channel, { at: 'latest' }, ROWS).messages;
    const found = rows
      .filter((row) => row.messageSeq > from)
      .map((row) => candidateOf(row, conversation, me.uid))
      .filter((candidate) => candidate !== null);
    const oldest = rows.find((row) => row.messageSeq > 0)?.messageSeq ?? lastMessageSeq + 1;
    // Below what is cached the server's number counts, as far as it can: never what was read or told before.
    const older = oldest > from + 1 ? Math.min(unread - found.length, oldest - from - 1) : 0;
    const candidates = found.filter((candidate) => !live.has(candidate.messageKey));
    if (candidates.length === 0 && older <= 0) return null;
    return {
      channel,
      title: name,
      ...tellingOf(conversation),
      lastSeq: lastMessageSeq,
      candidates,
      older: Math.max(0, older),
    };
  }
}

const seqsOf = (list: readonly ConversationView[]): Map<string, number> =>
  new Map(list.map(({ channel, lastMessageSeq }) => [channelKey(channel), lastMessageSeq]));
