/**
 * Drafts on all devices of the account (TSDD's conversation extra, tsdd-api.md 4.2). Read by version; written a moment
 * after typing stops. What is written here and not yet on the server wins over what comes from there: the words under
 * somebody's hands are never replaced. Which drafts wait to be uploaded survives restarts; their words are only in
 * outbox.db. Mentions and the quote of a draft stay on the device where it was written.
 */
import { backOffMs } from '../../../shared/back-off.ts';
import { channelKey, type ChannelRef, parseChannelKey } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { MAX_SHARED_DRAFT_LENGTH } from '../../../shared/ipc/contract/limits.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { ConversationExtra } from '../api/conversation-calls.ts';
import { isServersTrouble } from '../api/server-trouble.ts';
import { KeyedRunner } from './keyed-runner.ts';
import type { SyncContext } from './sync-context.ts';

const VERSION_STATE = 'draftVersion';
const WAITING_STATE = 'draftsWaiting';
/** + channel key: what other clients keep in the same record, which an upload would overwrite. */
const POSITION_STATE = 'conversationPosition:';
const UPLOAD_DELAY_MS = 3_000;
/** After a server that did not answer: 5 s, twice that …, a minute. */
const RETRY_FIRST_MS = 5_000;
const RETRY_MAX_MS = 60_000;

type Position = Pick<ConversationExtra, 'browseTo' | 'keepMessageSeq' | 'keepOffsetY'>;
const NO_POSITION: Position = { browseTo: 0, keepMessageSeq: 0, keepOffsetY: 0 };

export class DraftSync {
  readonly #context: SyncContext;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #retry: NodeJS.Timeout | null = null;
  /** In a row. */
  #failures = 0;
  #closed = false;
  readonly #runner = new KeyedRunner({ burst: 4, refillMs: 1_000, concurrency: 1, run: () => this.#run() });

  constructor(context: SyncContext) {
    this.#context = context;
  }

  /** A draft was written on this device. */
  changed(channel: ChannelRef): void {
    const key = channelKey(channel);
    const keys = this.#waiting();
    if (!keys.has(key)) this.#setWaiting(keys.add(key));
    this.#stop(key);
    this.#timers.set(
      key,
      setTimeout(() => {
        this.#stop(key);
        this.#inBackground();
      }, UPLOAD_DELAY_MS),
    );
  }

  /** Uploads now what waits for the end of typing: the channel was left. */
  left(channel: ChannelRef): void {
    if (this.#stop(channelKey(channel))) this.#inBackground();
  }

  /** Reads what other devices wrote, then uploads what waits. */
  sync(): Promise<void> {
    return this.#runner.request('all');
  }

  close(): void {
    this.#stopRetry();
    this.#closed = true;
    for (const key of this.#timers.keys()) this.#stop(key);
    this.#runner.close();
  }

  #waiting(): Set<string> {
    const { store } = this.#context;
    const state = store.state.get(WAITING_STATE);
    if (state !== null) return new Set(JSON.parse(state) as string[]);
    // A new cache: nobody knows any more what is on the server, so that the drafts of this device win.
    return new Set(
      store.conversations.list().flatMap((c) => (c.draft === '' ? [] : [channelKey(c.channel)])),
    );
  }

  #setWaiting(keys: ReadonlySet<string>): void {
    this.#context.store.state.set(WAITING_STATE, JSON.stringify([...keys]));
  }

  #positionOf(key: string): Position {
    const state = this.#context.store.state.get(`${POSITION_STATE}${key}`);
    return state === null ? NO_POSITION : (JSON.parse(state) as Position);
  }

  async #run(): Promise<void> {
    if (this.#context.store.readOnly) return;
    this.#stopRetry();
    try {
      await this.#readOthers();
      await this.#uploadWaiting();
      this.#failures = 0;
    } catch (error) {
      const isNoAnswer = error instanceof CodedError && error.code === 'network';
      if (!this.#closed && (isNoAnswer || isServersTrouble(error))) this.#planRetry();
      throw error;
    }
  }

  /** What waits is kept; nobody types on only so that it goes up. */
  #planRetry(): void {
    this.#failures += 1;
    this.#stopRetry();
    const ms = backOffMs(this.#failures, RETRY_FIRST_MS, RETRY_MAX_MS);
    this.#retry = setTimeout(() => this.#inBackground(), ms);
  }

  #stopRetry(): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
  }

  async #readOthers(): Promise<void> {
    const { api, store, push } = this.#context;
    const version = Number(store.state.get(VERSION_STATE) ?? '0') || 0;
    const extras = await api.conversationExtras(version);
    const own = this.#waiting();
    this.#setWaiting(own);
    for (const extra of extras) {
      const key = channelKey(extra.channel);
      const { browseTo, keepMessageSeq, keepOffsetY } = extra;
      store.state.set(`${POSITION_STATE}${key}`, JSON.stringify({ browseTo, keepMessageSeq, keepOffsetY }));
      if (own.has(key) || (store.outbox.draft(extra.channel)?.text ?? '') === extra.draft) continue;
      store.outbox.setDraft(extra.channel, {
        text: extra.draft,
        mention: { all: false, uids: [] },
        mentionNames: {},
        replyToMessageId: null,
      });
      push({ kind: 'draft', channel: extra.channel });
    }
    const highest = extras.reduce((max, extra) => Math.max(max, extra.version), version);
    if (highest > version) store.state.set(VERSION_STATE, String(highest));
  }

  async #uploadWaiting(): Promise<void> {
    let failure: unknown = null;
    for (const key of this.#waiting()) {
      // Still being written: its timer will come.
      if (this.#timers.has(key)) continue;
      // One that the server chokes on holds up no other.
      await this.#upload(key).catch((error: unknown) => (failure ??= error));
    }
    if (failure !== null) throw failure;
  }

  async #upload(key: string): Promise<void> {
    const { api, store, log } = this.#context;
    const channel = parseChannelKey(key);
    const text = (): string => store.outbox.draft(channel)?.text ?? '';
    const sent = text();
    if (sent.length > MAX_SHARED_DRAFT_LENGTH) {
      log('info', `a draft of ${sent.length} characters is too long for the server and stays on this device`);
      return;
    }
    try {
      await api.setConversationExtra(channel, { ...this.#positionOf(key), draft: sent });
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'refused' || isServersTrouble(error)) throw error;
      // Not a member any more …: it stays here.
      log('info', `a draft was refused: ${reasonOf(error)}`);
    }
    // Written on meanwhile: the next upload takes it.
    if (text() !== sent) return;
    const left = this.#waiting();
    if (left.delete(key)) this.#setWaiting(left);
  }

  #inBackground(): void {
    const { isOnline, log } = this.#context;
    if (!isOnline()) return;
    this.#runner.request('all').catch((error: unknown) => log('info', `drafts: ${reasonOf(error)}`));
  }

  #stop(key: string): boolean {
    clearTimeout(this.#timers.get(key));
    return this.#timers.delete(key);
  }
}
