/** What goes to the shell to be told: live candidates at their pace, absences once, and reminders that are due. */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { FromWorker, NotificationCandidate } from '../../../shared/ipc/worker-protocol.ts';
import type { Log } from '../api/http.ts';
import { DueReminders, type DueReminderOptions } from '../reminders/due-reminders.ts';
import { Absence } from './absence.ts';
import { Away, type AwayOptions } from './away.ts';
import { createNotifyPace, type NotifyPace } from './notify-pace.ts';

interface AnnouncementOptions {
  store: AwayOptions['store'] &
    DueReminderOptions['store'] & {
      readonly readOnly: boolean;
      state: { get: (name: string) => string | null; set: (name: 'lastHereMs', value: string) => void };
      messages: { get: (channel: ChannelRef, key: string) => { own: boolean } | null };
      conversations: { get: (channel: ChannelRef) => { lastMessageSeq: number } | null };
    };
  /** Commits that were not told of yet are. */
  flush: () => void;
  /** To the page. */
  push: (delta: Extract<CoreDelta, { kind: 'away' }>) => void;
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
  readonly absence: Absence;
  /** The conversation list was read since the connection came up, and the connection brings what came later. */
  #listIsKnown = false;

  constructor(options: AnnouncementOptions) {
    this.#options = options;
    this.#pace = createNotifyPace(options.post);
    const { store, push } = options;
    this.absence = new Absence({
      last: {
        get: () => store.state.get('lastHereMs'),
        set: (value) => this.#keepLastHere(value),
      },
      tell: (summary) => push({ kind: 'away', summary }),
    });
    this.#away = new Away({
      ...options,
      post: ({ chats, ...rest }) =>
        options.post({
          ...rest,
          chats: chats.map((chat) => ({
            ...chat,
            candidates: chat.candidates.map((each) => this.#pictured(each)),
          })),
        }),
      recalled: (channel, key) => this.absence.recalled(`${channelKey(channel)}\n${key}`),
    });
    this.#reminders = new DueReminders({ ...options, now: () => Date.now() });
  }

  /** Runs by a timer and at the end: a disk that is full is no reason to fail. */
  #keepLastHere(value: string): void {
    const { log, store } = this.#options;
    try {
      if (!store.readOnly) store.state.set('lastHereMs', value);
    } catch (error) {
      log('warn', `when somebody was here is not kept: ${reasonOf(error)}`);
    }
  }

  readonly post: NotifyPace['post'] = (message) => {
    if (message.kind === 'withdraw') {
      this.#pace.post(message);
      return;
    }
    if (message.kind === 'notify') this.#away.toldLive(message.candidate.messageKey);
    this.#pace.post({ ...message, candidate: this.#pictured(message.candidate) });
  };

  /** With the picture of its chat, where that is on this computer: none is asked for (docs/notifications.md). */
  #pictured(candidate: NotificationCandidate): NotificationCandidate {
    const picture = this.#options.pictureOf?.(candidate.channel) ?? null;
    return picture === null ? candidate : { ...candidate, picture };
  }

  /** `PublisherOptions.passOver`. */
  readonly passOver = (messageKey: string): boolean => {
    if (!this.#pace.isFull()) return false;
    this.#away.toldLive(messageKey);
    return true;
  };

  /** A connection came up, and nothing of it is stored yet. */
  connected(): void {
    this.#listIsKnown = false;
    this.#away.connected();
  }

  /** `SyncContext.settled`. */
  readonly settled = (): void => {
    this.#listIsKnown = true;
    // What the sync has recalled belongs to the absence.
    this.#options.flush();
    this.#away.settled(this.absence.isLong);
    this.absence.online(true);
  };

  disconnected(): void {
    // The HTTP side may be there again before the connection is: a read mark that was on its way then would read all
    // that was said meanwhile.
    this.#listIsKnown = false;
    this.absence.online(false);
  }

  /** `PublisherOptions.recalled`. */
  readonly recalled = ({ channel, key }: { channel: ChannelRef; key: string }): void => {
    if (this.#options.store.messages.get(channel, key)?.own !== true)
      this.absence.recalled(`${channelKey(channel)}\n${key}`);
  };

  /** `OutboxOptions.unreadAbove`. */
  readonly unreadAbove = (channel: ChannelRef, seq: number): number | null => {
    if (!this.#listIsKnown) return null;
    return Math.max(0, (this.#options.store.conversations.get(channel)?.lastMessageSeq ?? seq) - seq);
  };

  close(): void {
    this.absence.close();
    this.#reminders.close();
    this.#pace.close();
  }
}
