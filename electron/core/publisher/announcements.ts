/** What goes to the shell to be told: live candidates at their pace, absences once, and reminders that are due. */
import type { ChannelRef } from '../../../shared/domain.ts';
import type { FromWorker } from '../../../shared/ipc/worker-protocol.ts';
import type { Log } from '../api/http.ts';
import { DueReminders, type DueReminderOptions } from '../reminders/due-reminders.ts';
import { Away, type AwayOptions } from './away.ts';
import { createNotifyPace, type NotifyPace } from './notify-pace.ts';

interface AnnouncementOptions {
  store: AwayOptions['store'] &
    DueReminderOptions['store'] & {
      conversations: { get: (channel: ChannelRef) => { lastMessageSeq: number } | null };
    };
  post: (message: FromWorker) => void;
  /** The file of a person's or group's picture, null = none is here. */
  pictureOf?: (channel: ChannelRef) => string | null;
  log: Log;
}

export class Announcements {
  readonly #options: AnnouncementOptions;
  readonly #pace: NotifyPace;
  readonly #away: Away;
  readonly #reminders: DueReminders;
  /** The conversation list was read since the connection came up. */
  #listIsKnown = false;

  constructor(options: AnnouncementOptions) {
    this.#options = options;
    this.#pace = createNotifyPace(options.post);
    this.#away = new Away(options);
    this.#reminders = new DueReminders({ ...options, now: () => Date.now() });
  }

  readonly post: NotifyPace['post'] = (message) => {
    if (message.kind !== 'notify') {
      this.#pace.post(message);
      return;
    }
    const { candidate } = message;
    this.#away.toldLive(candidate.messageKey);
    const picture = this.#options.pictureOf?.(candidate.channel) ?? null;
    this.#pace.post(picture === null ? message : { ...message, candidate: { ...candidate, picture } });
  };

  /** A connection came up, and nothing of it is stored yet. */
  connected(): void {
    this.#listIsKnown = false;
    this.#away.connected();
  }

  /** `SyncContext.settled`. */
  readonly settled = (): void => {
    this.#listIsKnown = true;
    this.#away.settled();
  };

  /** `OutboxOptions.unreadAbove`. */
  readonly unreadAbove = (channel: ChannelRef, seq: number): number | null => {
    if (!this.#listIsKnown) return null;
    return Math.max(0, (this.#options.store.conversations.get(channel)?.lastMessageSeq ?? seq) - seq);
  };

  close(): void {
    this.#reminders.close();
    this.#pace.close();
  }
}
