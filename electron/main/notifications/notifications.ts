/**
 * System notifications: one per message, folded into a count after three of a chat, withdrawn when read or recalled.
 * What was on screen in a notification never outlives the recall of its message.
 */
import { Notification } from 'electron';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { NotificationCandidate } from '../../../shared/ipc/worker-protocol.ts';
import { bySender, notificationBody, notificationTitle } from './notification-text.ts';
import { wordedDigest } from '../../../shared/strings/digest.ts';
import { type Language, translate } from '../../../shared/strings/index.ts';

const SEPARATE_PER_CHANNEL = 3;

export interface NotificationSurroundings {
  settings: () => Settings;
  language: () => Language;
  /** The conversation on screen, while the window has focus. */
  focusedChannel: () => ChannelRef | null;
  open: (channel: ChannelRef, messageSeq: number) => void;
}

/** Messages of one chat that are announced and neither read nor recalled. */
interface Announced {
  /** By message key, in order of arrival. */
  messages: Map<string, NotificationCandidate>;
  /** On screen by message key; `GROUP` is the folded one. */
  shown: Map<string, Notification>;
}

const GROUP = '';

export class Notifications {
  readonly #around: NotificationSurroundings;
  readonly #channels = new Map<string, Announced>();

  constructor(around: NotificationSurroundings) {
    this.#around = around;
  }

  announce(candidate: NotificationCandidate): void {
    if (!Notification.isSupported() || !this.#wanted(candidate)) return;
    const announced = this.#of(candidate.channel);
    if (announced.messages.has(candidate.messageKey)) return;
    announced.messages.set(candidate.messageKey, candidate);
    this.#render(announced, candidate.messageKey);
  }

  /** The message was edited: what is on screen of it is replaced, silently. */
  replace(candidate: NotificationCandidate): void {
    const announced = this.#channels.get(channelKey(candidate.channel));
    const { messageKey } = candidate;
    if (!announced?.messages.has(messageKey)) return;
    announced.messages.set(messageKey, candidate);
    // (A folded one shows a number only.)
    if (!announced.shown.has(messageKey)) return;
    closeOne(announced, messageKey);
    this.#show(announced, messageKey, candidate, this.#wordsOf(candidate), false);
  }

  /** `messageKeys` are gone; everything up to `readSeq` was read or cleared. */
  withdraw(channel: ChannelRef, messageKeys: readonly string[], readSeq: number | null): void {
    const announced = this.#channels.get(channelKey(channel));
    if (!announced) return;
    const gone = new Set(messageKeys);
    for (const [key, candidate] of announced.messages) {
      if (gone.has(key) || (readSeq !== null && candidate.messageSeq <= readSeq)) {
        announced.messages.delete(key);
        closeOne(announced, key);
      }
    }
    // A folded notification shows the newest title and a count: both may have changed.
    if (announced.shown.has(GROUP)) this.#render(announced, null);
    if (announced.messages.size === 0) this.#channels.delete(channelKey(channel));
  }

  /** Messages that notifications on screen show or count. */
  announced(): { channel: ChannelRef; messageKey: string }[] {
    return [...this.#channels.values()].flatMap(({ messages }) =>
      [...messages.values()].map(({ channel, messageKey }) => ({ channel, messageKey })),
    );
  }

  /** Sign-out, or another account. */
  withdrawAll(): void {
    for (const announced of this.#channels.values()) {
      for (const key of announced.shown.keys()) closeOne(announced, key);
    }
    this.#channels.clear();
  }

  /** A notice of the app itself (still running in the tray). */
  notice(title: string, body: string, onClick: () => void): void {
    if (!Notification.isSupported()) return;
    const notification = this.#create(title, body, true);
    notification.on('click', onClick);
    notification.show();
  }

  #wanted(candidate: NotificationCandidate): boolean {
    if (!this.#around.settings().notifications) return false;
    if (candidate.muted && !candidate.mentionsMe) return false;
    const focused = this.#around.focusedChannel();
    return focused === null || channelKey(focused) !== channelKey(candidate.channel);
  }

  #of(channel: ChannelRef): Announced {
    const key = channelKey(channel);
    let announced = this.#channels.get(key);
    if (!announced) {
      announced = { messages: new Map(), shown: new Map() };
      this.#channels.set(key, announced);
    }
    return announced;
  }

  /** `added` is the key of a new message; null when only the folded notification has to be brought up to date. */
  #render(announced: Announced, added: string | null): void {
    const newest = [...announced.messages.values()].at(-1);
    const folded = announced.shown.has(GROUP) || announced.messages.size > SEPARATE_PER_CHANNEL;
    if (newest === undefined || folded) for (const key of announced.shown.keys()) closeOne(announced, key);
    if (newest === undefined) return;
    const language = this.#around.language();
    const makesSound = added !== null;
    if (folded) {
      const body = translate(language, 'shell.newMessages', { n: announced.messages.size });
      this.#show(announced, GROUP, newest, body, makesSound);
    } else if (added !== null) {
      this.#show(announced, newest.messageKey, newest, this.#wordsOf(newest), makesSound);
    }
  }

  #wordsOf(candidate: NotificationCandidate): string {
    const { notificationText } = this.#around.settings();
    if (!notificationText) return translate(this.#around.language(), 'shell.privateMessage');
    return this.#bodyOf(candidate);
  }

  #bodyOf(candidate: NotificationCandidate): string {
    const words = wordedDigest(this.#around.language(), candidate);
    return bySender(candidate.sender, words);
  }

  /** The one place where words go to the system. */
  #create(title: string, body: string, silent: boolean): Notification {
    return new Notification({ title: notificationTitle(title), body: notificationBody(body), silent });
  }

  #show(
    announced: Announced,
    key: string,
    candidate: NotificationCandidate,
    body: string,
    sound: boolean,
  ): void {
    const silent = !sound || !this.#around.settings().notificationSound;
    const notification = this.#create(candidate.title, body, silent);
    notification.on('click', () => this.#around.open(candidate.channel, candidate.messageSeq));
    notification.on('close', () => {
      if (announced.shown.get(key) === notification) announced.shown.delete(key);
    });
    // The reference keeps the click handler alive as long as the notification is on screen.
    announced.shown.set(key, notification);
    notification.show();
  }
}

function closeOne(announced: Announced, key: string): void {
  const notification = announced.shown.get(key);
  announced.shown.delete(key);
  notification?.close();
}
