/**
 * Reminders that are due, as notifications: one for each, whatever else is told of its chat. Where the system takes
 * none, or the user wants none, the page says it. Nothing of a recalled message stays in one.
 */
import { Notification } from 'electron';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { ReminderNotice } from '../../../shared/ipc/worker-protocol.ts';
import type { Settings } from '../../../shared/settings.ts';
import { wordedDigest } from '../../../shared/strings/digest.ts';
import { type Language, translate } from '../../../shared/strings/index.ts';
import { bySender, notificationBody, notificationTitle, titleOf } from './notification-text.ts';

export interface ReminderSurroundings {
  settings: () => Settings;
  language: () => Language;
  /** What titles call the account; null = there is no other one. */
  nameOf: (account: string) => string | null;
  /** The app is locked: no name and no word. Default: never. */
  isLocked?: () => boolean;
  open: (account: string, channel: ChannelRef, messageSeq: number) => void;
  /** The page is to say it. */
  inPage: (account: string, notice: ReminderNotice) => void;
  attract: () => void;
}

interface Shown {
  notification: Notification;
  notice: ReminderNotice;
}

const keyOf = (channel: ChannelRef, key: string): string => `${channelKey(channel)}\n${key}`;

export class ReminderNotifications {
  readonly #around: ReminderSurroundings;
  /** By account, then by chat and message key. */
  readonly #shown = new Map<string, Map<string, Shown>>();

  constructor(around: ReminderSurroundings) {
    this.#around = around;
  }

  tell(account: string, notice: ReminderNotice): void {
    if (!Notification.isSupported() || !this.#around.settings().notifications) {
      this.#around.inPage(account, notice);
      return;
    }
    this.#show(account, notice, !this.#around.settings().notificationSound);
    this.#around.attract();
  }

  /** The message was edited: what is on screen of it says what it says now. */
  replace(account: string, notice: ReminderNotice): void {
    const key = keyOf(notice.channel, notice.messageKey);
    const shown = this.#shown.get(account)?.get(key);
    if (!shown) return;
    this.#close(account, key);
    // (In a person chat the other one has no name of his own in it.)
    this.#show(account, { ...notice, sender: shown.notice.sender }, true);
  }

  withdraw(account: string, channel: ChannelRef, messageKeys: readonly string[]): void {
    for (const key of messageKeys) this.#close(account, keyOf(channel, key));
  }

  /** Messages that are on screen. */
  announced(account: string): { channel: ChannelRef; messageKey: string }[] {
    const shown = [...(this.#shown.get(account)?.values() ?? [])];
    return shown.map(({ notice: { channel, messageKey } }) => ({ channel, messageKey }));
  }

  forget(account: string): void {
    for (const key of this.#shown.get(account)?.keys() ?? []) this.#close(account, key);
  }

  withdrawAll(): void {
    for (const account of this.#shown.keys()) this.forget(account);
  }

  #close(account: string, key: string): void {
    const shown = this.#shown.get(account);
    const one = shown?.get(key);
    shown?.delete(key);
    one?.notification.close();
  }

  #show(account: string, notice: ReminderNotice, silent: boolean): void {
    const language = this.#around.language();
    const { channel, messageKey, messageSeq, sender, title } = notice;
    const name = this.#around.nameOf(account);
    const locked = this.#around.isLocked?.() ?? false;
    const where = titleOf(title, name);
    const hasText =
      this.#around.settings().notificationText && (notice.text !== '' || notice.contentKind !== undefined);
    const of = sender === '' ? title : sender;
    const body = hasText
      ? bySender(sender, wordedDigest(language, notice))
      : translate(language, 'remind.of', { X: of });
    const appName = translate(language, 'shell.appName');
    const notification = new Notification({
      title: notificationTitle(locked ? appName : translate(language, 'remind.title', { X: where })),
      body: notificationBody(locked ? translate(language, 'remind.due') : body),
      silent,
    });
    const shown = this.#of(account);
    const key = keyOf(channel, messageKey);
    notification.on('click', () => this.#around.open(account, channel, messageSeq));
    notification.on('close', () => {
      if (shown.get(key)?.notification === notification) shown.delete(key);
    });
    shown.set(key, { notification, notice });
    notification.show();
  }

  #of(account: string): Map<string, Shown> {
    let shown = this.#shown.get(account);
    if (!shown) this.#shown.set(account, (shown = new Map()));
    return shown;
  }
}
