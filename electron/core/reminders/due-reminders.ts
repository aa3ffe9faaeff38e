/**
 * Tells of reminders when they are due: by this computer's clock, late after sleep or a start, and once. What is kept
 * of them is in outbox.db (docs/favourites-and-reminders.md).
 */
import type { FromWorker, ReminderNotice } from '../../../shared/ipc/worker-protocol.ts';
import { DeadlineTimer } from '../account-store/deadline-timer.ts';
import type { DueReminder } from '../account-store/bookmarks-api.ts';
import type { AccountStore } from '../account-store/store-api.ts';
import type { Log } from '../api/http.ts';
import { digest } from '../store/tables/messages/payload.ts';

export interface DueReminderOptions {
  store: Pick<AccountStore, 'changes' | 'readOnly'> & {
    bookmarks: Pick<AccountStore['bookmarks'], 'nextDue' | 'takeDue'>;
  };
  post: (message: FromWorker) => void;
  /** Local ms since epoch. */
  now: () => number;
  log: Log;
}

export class DueReminders {
  readonly #options: DueReminderOptions;
  readonly #timer: DeadlineTimer;
  readonly #unsubscribe: () => void;
  #armedFor: number | null = null;
  #looking = false;

  constructor(options: DueReminderOptions) {
    this.#options = options;
    const { log, now, store } = options;
    this.#timer = new DeadlineTimer({ now, next: () => this.#next(), run: () => this.#run(), log });
    this.#unsubscribe = store.changes.subscribe(() => this.#lookSoon());
    this.#arm();
  }

  close(): void {
    this.#unsubscribe();
    this.#timer.stop();
  }

  /** (The timer looks at the clock every few seconds: sleep and a clock that is set make it no later than that.) */
  #arm(): void {
    this.#armedFor = this.#next();
    this.#timer.refresh();
  }

  /** After a commit: reminders are seldom set, commits are many. */
  #lookSoon(): void {
    if (this.#looking) return;
    this.#looking = true;
    setImmediate(() => {
      this.#looking = false;
      if (this.#next() !== this.#armedFor) this.#arm();
    });
  }

  /** ms; null = none. */
  #next(): number | null {
    const at = this.#options.store.bookmarks.nextDue();
    return at === null ? null : at * 1000;
  }

  #run(): void {
    const { now, post, store } = this.#options;
    // Later, when it can be written down that they were told of.
    if (store.readOnly) return;
    for (const due of store.bookmarks.takeDue(Math.floor(now() / 1000)))
      post({ kind: 'remind', notice: noticeOf(due) });
    this.#armedFor = this.#next();
  }
}

function noticeOf({ channel, messageKey, messageSeq, title, message }: DueReminder): ReminderNotice {
  return {
    channel,
    messageKey,
    messageSeq,
    title,
    sender: message?.fromName ?? '',
    ...(message ? digest(message.content) : { text: '' }),
  };
}
