import { stringifyExact } from '../../shared/exact-json.ts';
import { messageDto } from './http/message-dto.ts';
import type { ImTimings, Log } from './options.ts';
import type { PresenceChange } from './connection-registry.ts';
import type { Db } from './store/database.ts';
import type { MessageStore, StoredMessage } from './store/message-store.ts';

const BATCH = 100;
const ATTEMPTS = 5;
const REQUEST_TIMEOUT_MS = 5000;
/** Presence changes and offline notices kept while the webhook does not answer. */
const MAX_QUEUE = 10_000;
const CURSOR_KEY = 'notify_cursor';

/**
 * Calls of wukongim.md C.8: msg.notify (array of messages), msg.offline (one message with to_uids) and
 * user.onlinestatus (array of strings). msg.notify reads the message table after a stored cursor, so that a batch is
 * neither lost by a restart nor held in memory; it is dropped after five failures, as on the real server.
 */
export class Webhook {
  readonly #db: Db;
  readonly #messages: MessageStore;
  readonly #timings: ImTimings;
  readonly #log: Log;
  #url: string | null = null;
  #cursor: bigint;
  #notifyTimer: NodeJS.Timeout | null = null;
  #notifying = false;
  #unsent = 0;
  #presence: string[] = [];
  #presenceTimer: NodeJS.Timeout | null = null;
  #offline: { message: StoredMessage; toUids: string[] }[] = [];
  #sendingOffline = false;
  readonly #closing = new AbortController();

  constructor(db: Db, messages: MessageStore, timings: ImTimings, log: Log) {
    this.#db = db;
    this.#messages = messages;
    this.#timings = timings;
    this.#log = log;
    const row = db.prepare('SELECT value FROM meta WHERE key = ?').get(CURSOR_KEY) as
      | { value: string }
      | undefined;
    this.#cursor = row ? BigInt(row.value) : messages.greatestId();
  }

  /** Sets where to call; null or '' turns the webhook off. Messages stored since the start are sent to it. */
  setUrl(url: string | null): void {
    this.#url = url === '' ? null : url;
    if (this.#url) {
      this.#saveCursor();
      this.#scheduleNotify(0);
    }
  }

  /** A message was persisted. */
  onStored(): void {
    if (!this.#url) return;
    this.#unsent++;
    this.#scheduleNotify(this.#unsent === BATCH ? 0 : this.#timings.webhookBatchMs);
  }

  /** These users had no connection when the message was delivered. */
  onOffline(message: StoredMessage, toUids: string[]): void {
    if (!this.#url || this.#offline.length >= MAX_QUEUE) return;
    this.#offline.push({ message, toUids });
    if (!this.#sendingOffline) void this.#sendOffline();
  }

  onPresence(change: PresenceChange): void {
    if (!this.#url || this.#presence.length >= MAX_QUEUE) return;
    const { uid, deviceFlag, online, connectionId, deviceOnline, totalOnline } = change;
    this.#presence.push([uid, deviceFlag, online ? 1 : 0, connectionId, deviceOnline, totalOnline].join('-'));
    this.#presenceTimer ??= setTimeout(() => void this.#sendPresence(), this.#timings.webhookBatchMs);
  }

  close(): void {
    this.#closing.abort();
    if (this.#notifyTimer) clearTimeout(this.#notifyTimer);
    if (this.#presenceTimer) clearTimeout(this.#presenceTimer);
  }

  #scheduleNotify(delayMs: number): void {
    if (this.#notifying || this.#closing.signal.aborted) return;
    if (this.#notifyTimer) {
      if (delayMs > 0) return;
      clearTimeout(this.#notifyTimer);
    }
    this.#notifyTimer = setTimeout(() => void this.#sendNotify(), delayMs);
  }

  async #sendNotify(): Promise<void> {
    this.#notifyTimer = null;
    this.#notifying = true;
    this.#unsent = 0;
    try {
      for (;;) {
        const batch = this.#messages.afterId(this.#cursor, BATCH);
        const last = batch.at(-1);
        if (!last) break;
        const sent = await this.#post('msg.notify', stringifyExact(batch.map(messageDto)));
        if (this.#closing.signal.aborted) return;
        if (!sent) this.#log('error', `webhook msg.notify: ${batch.length} messages dropped`);
        this.#cursor = last.messageId;
        this.#saveCursor();
        if (batch.length < BATCH) break;
      }
    } finally {
      this.#notifying = false;
    }
    if (this.#unsent > 0) this.#scheduleNotify(this.#timings.webhookBatchMs);
  }

  #saveCursor(): void {
    this.#db
      .prepare('INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
      .run(CURSOR_KEY, this.#cursor.toString());
  }

  async #sendPresence(): Promise<void> {
    const batch = this.#presence;
    this.#presence = [];
    const sent = await this.#post('user.onlinestatus', JSON.stringify(batch));
    this.#presenceTimer = null;
    if (this.#closing.signal.aborted) return;
    if (!sent) this.#log('error', `webhook user.onlinestatus: ${batch.length} changes dropped`);
    if (this.#presence.length > 0) {
      this.#presenceTimer = setTimeout(() => void this.#sendPresence(), this.#timings.webhookBatchMs);
    }
  }

  async #sendOffline(): Promise<void> {
    this.#sendingOffline = true;
    for (let next = this.#offline.shift(); next; next = this.#offline.shift()) {
      const body = { ...messageDto(next.message), to_uids: next.toUids };
      // Fire and forget, as on the real server: a push that comes late is worth nothing.
      await this.#call('msg.offline', stringifyExact(body));
      if (this.#closing.signal.aborted) return;
    }
    this.#sendingOffline = false;
  }

  async #post(event: string, body: string): Promise<boolean> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (await this.#call(event, body)) return true;
      if (attempt < ATTEMPTS) await this.#pause(this.#timings.webhookRetryMs * attempt);
      if (this.#closing.signal.aborted) return false;
    }
    return false;
  }

  async #call(event: string, body: string): Promise<boolean> {
    if (!this.#url || this.#closing.signal.aborted) return false;
    const url = `${this.#url}${this.#url.includes('?') ? '&' : '?'}event=${event}`;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
      });
      await response.arrayBuffer();
      if (response.status !== 200) this.#log('warn', `webhook ${event}: HTTP ${response.status}`);
      return response.status === 200;
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#log('warn', `webhook ${event}: ${String(error)}`);
      return false;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#closing.signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  }
}
