/** Notifications of all accounts: a record for each, which ends with it; the account's name where there are several. */
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Answered } from './quick-reply.ts';
import type { ReminderNotice } from '../../../shared/ipc/worker-protocol.ts';
import { Notifications, type NotificationSurroundings } from './notifications.ts';
import { ReminderNotifications } from './reminder-notifications.ts';

export interface AccountNotificationsOptions extends Omit<
  NotificationSurroundings,
  'accountName' | 'focusedChannel' | 'open' | 'openList' | 'reply' | 'isMuted'
> {
  /** The account on the screen. */
  current: () => string | null;
  /** What titles call it; null = there is no other one. */
  nameOf: (account: string) => string | null;
  isMuted: (account: string) => boolean;
  /** The conversation of the account on the screen that somebody looks at. */
  focusedChannel: () => ChannelRef | null;
  open: (account: string, channel: ChannelRef, messageSeq: number) => void;
  openList: (account: string) => void;
  reply: (account: string, answered: Answered, text: string) => void;
  /** A reminder that no notification can tell of. */
  remindInPage: (account: string, notice: ReminderNotice) => void;
}

export class AccountNotifications {
  readonly #options: AccountNotificationsOptions;
  readonly #accounts = new Map<string, Notifications>();

  readonly reminders: ReminderNotifications;

  constructor(options: AccountNotificationsOptions) {
    this.#options = options;
    this.reminders = new ReminderNotifications({ ...options, inPage: options.remindInPage });
  }

  of(account: string): Notifications {
    let notifications = this.#accounts.get(account);
    if (!notifications) {
      const options = this.#options;
      notifications = new Notifications({
        ...options,
        accountName: () => options.nameOf(account),
        isMuted: () => options.isMuted(account),
        focusedChannel: () => (options.current() === account ? options.focusedChannel() : null),
        open: (channel, messageSeq) => options.open(account, channel, messageSeq),
        openList: () => options.openList(account),
        reply: (answered, text) => options.reply(account, answered, text),
        calm: () => this.#calm(),
      });
      this.#accounts.set(account, notifications);
    }
    return notifications;
  }

  announced(account?: string | null): { channel: ChannelRef; messageKey: string }[] {
    const messages = this.#accounts.get(account ?? '')?.announced() ?? [];
    return [...messages, ...this.reminders.announced(account ?? '')];
  }

  /** The account is closed: the system would keep them, where no recall reaches. */
  forget(account: string): void {
    this.#accounts.get(account)?.withdrawAll();
    this.#accounts.delete(account);
    this.reminders.forget(account);
  }

  /** The app is locked. */
  hideAll(): void {
    for (const notifications of this.#accounts.values()) notifications.hide();
    this.reminders.withdrawAll();
  }

  /** The end of the app. */
  withdrawAll(): void {
    for (const notifications of this.#accounts.values()) notifications.withdrawAll();
    this.reminders.withdrawAll();
  }

  /** A notice of the app itself. */
  notice(title: string, body: string, onClick: () => void): void {
    // Of no account: its words name none.
    this.of('').notice(title, body, onClick);
  }

  /** Nothing of one account is left; of another there may be. */
  #calm(): void {
    if ([...this.#accounts.values()].every((notifications) => notifications.isEmpty)) this.#options.calm();
  }
}
