/**
 * System notifications: one per message, folded into a count after three of a chat, and at once what came while nobody
 * could be told; withdrawn when read or recalled. Who was mentioned is shown each such message by itself. What was on
 * screen in a notification never outlives the recall of its message.
 */
import { Notification } from 'electron';
import type { ChatSound, Tone } from '../../../shared/chat-notice.ts';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { MAX_ANSWERED } from '../../../shared/ipc/contract/limits.ts';
import { quietUntil } from '../../../shared/quiet-hours.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { AwayChat, NotificationCandidate } from '../../../shared/ipc/worker-protocol.ts';
import { chatPicture } from './chat-picture.ts';
import type { Answered } from './quick-reply.ts';
import { bySender, notificationBody, notificationTitle, titleOf } from './notification-text.ts';
import { wordedDigest } from '../../../shared/strings/digest.ts';
import { type Language, translate } from '../../../shared/strings/index.ts';

const SEPARATE_PER_CHANNEL = 3;
/** Chats of an absence that are told of one by one; the others share one notification. */
const AWAY_CHATS = 8;

export interface NotificationSurroundings {
  settings: () => Settings;
  language: () => Language;
  /** What titles call the account; null = there is no other one. Default: none. */
  accountName?: () => string | null;
  /** The app is locked: no name and no word. Default: never. */
  isLocked?: () => boolean;
  /** The account is not to be heard. */
  isMuted?: () => boolean;
  /** The conversation on screen, while the window has focus. */
  focusedChannel: () => ChannelRef | null;
  open: (channel: ChannelRef, messageSeq: number) => void;
  /** The list of the account, for what is of several chats; default: one of them. */
  openList?: () => void;
  /** Typed into a notification, where the system has a field in it. */
  reply: (answered: Answered, text: string) => void;
  /** Plays a sound of the app's own; false = there is nobody to play it. Default: nobody. */
  play?: (tone: Tone) => boolean;
  /** Something was told of; `calm`: nothing of it is left. */
  attract: () => void;
  calm: () => void;
}

/** Messages of one chat that are announced and neither read nor recalled. */
interface Announced {
  /** By message key, in order of arrival. */
  messages: Map<string, NotificationCandidate>;
  /** Further ones of an absence that are only counted, all below `countedBelow`. */
  counted: number;
  countedBelow: number;
  /** Name and newest message of the chat when it was told of last. */
  title: string;
  lastSeq: number;
  /** File of its picture then. */
  picture: string | undefined;
  sound: ChatSound;
  channel: ChannelRef;
  /** On screen by message key; `GROUP` is the folded one. */
  shown: Map<string, Notification>;
  /** Several came at once: they stay one notification. */
  folded: boolean;
  /** Told of in the notification that several chats share. */
  shared: boolean;
}

const GROUP = '';

export class Notifications {
  readonly #around: NotificationSurroundings;
  readonly #channels = new Map<string, Announced>();
  #shared: Notification | null = null;
  /** It is of a long absence, and of all its chats. */
  #isSummary = false;

  constructor(around: NotificationSurroundings) {
    this.#around = around;
  }

  announce(candidate: NotificationCandidate): void {
    if (!Notification.isSupported() || !this.#wanted(candidate)) return;
    const announced = this.#of(candidate.channel);
    if (announced.messages.has(candidate.messageKey)) return;
    this.#add(announced, candidate);
    if (announced.shared) {
      announced.shared = false;
      this.#renderShared(false);
    }
    this.#render(announced, [candidate.messageKey], true);
    this.#around.attract();
  }

  /**
   * What came while nobody could be told: one notification a chat and one a mention, only the first with a sound. After
   * a long absence (`isLong`) one for all of several chats.
   */
  announceAway(chats: readonly AwayChat[], isLong = false): void {
    if (!Notification.isSupported()) return;
    // Mentions first: they must not end up among the chats that share one.
    const taken = [...chats.filter(mentioned), ...chats.filter((each) => !mentioned(each))]
      .map((chat) => this.#takeAway(chat))
      .filter((each) => each !== null);
    if (taken.length === 0) return;
    this.#isSummary = isLong && taken.length > 1;
    const alone = this.#isSummary ? 0 : AWAY_CHATS;
    for (const [index, { announced, fresh }] of taken.entries()) {
      announced.shared = index >= alone;
      if (announced.shared) closeAll(announced);
      else this.#render(announced, fresh, index === 0);
    }
    if (taken.length > alone) this.#renderShared(alone === 0);
    this.#around.attract();
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
    if (readSeq !== null && readSeq >= announced.countedBelow - 1) announced.counted = 0;
    // A folded notification shows the newest title and a count: both may have changed.
    if (announced.shown.has(GROUP)) this.#render(announced, [], false);
    if (isEmpty(announced)) this.#channels.delete(channelKey(channel));
    if (announced.shared) this.#renderShared(false);
    if (this.#channels.size === 0) this.#around.calm();
  }

  /** Messages that notifications on screen show or count. */
  announced(): { channel: ChannelRef; messageKey: string }[] {
    return [...this.#channels.values()].flatMap(({ messages }) =>
      [...messages.values()].map(({ channel, messageKey }) => ({ channel, messageKey })),
    );
  }

  get isEmpty(): boolean {
    return this.#channels.size === 0;
  }

  /** Sign-out, or the end of the app: the system would keep them, where no recall reaches. */
  withdrawAll(): void {
    for (const announced of this.#channels.values()) closeAll(announced);
    this.#channels.clear();
    this.#renderShared(false);
    this.#around.calm();
  }

  /** What is on screen goes: its words and names are nobody's to see any more. What it told of stays unread. */
  hide(): void {
    for (const announced of this.#channels.values()) {
      closeAll(announced);
      announced.shared = false;
    }
    this.#renderShared(false);
  }

  get #isLocked(): boolean {
    return this.#around.isLocked?.() ?? false;
  }

  /** A notice of the app itself (still running in the tray). */
  notice(title: string, body: string, onClick: () => void): void {
    if (!Notification.isSupported()) return;
    const notification = this.#create(title, body, true);
    notification.on('click', onClick);
    notification.show();
  }

  #wanted(candidate: Pick<NotificationCandidate, 'channel' | 'level' | 'mentionsMe' | 'pinned'>): boolean {
    const { notifications, quietHours } = this.#around.settings();
    if (!notifications || this.#around.isMuted?.()) return false;
    const { level, mentionsMe, pinned } = candidate;
    if (quietUntil(quietHours, Date.now()) !== null) {
      const isExcepted = (quietHours.mentions && mentionsMe) || (quietHours.pinned && pinned);
      if (!isExcepted) return false;
    }
    if (level === 'none' || (level === 'mentions' && !mentionsMe)) return false;
    const focused = this.#around.focusedChannel();
    return focused === null || channelKey(focused) !== channelKey(candidate.channel);
  }

  #of(channel: ChannelRef): Announced {
    const key = channelKey(channel);
    let announced = this.#channels.get(key);
    if (!announced) {
      announced = {
        messages: new Map(),
        counted: 0,
        countedBelow: 0,
        title: '',
        lastSeq: 0,
        picture: undefined,
        sound: 'app',
        channel,
        shown: new Map(),
        folded: false,
        shared: false,
      };
      this.#channels.set(key, announced);
    }
    return announced;
  }

  #add(announced: Announced, candidate: NotificationCandidate): void {
    announced.messages.set(candidate.messageKey, candidate);
    announced.title = candidate.title;
    announced.picture = candidate.picture ?? announced.picture;
    announced.sound = candidate.sound ?? 'app';
    announced.lastSeq = Math.max(announced.lastSeq, candidate.messageSeq);
  }

  /** null: nothing of it is wanted, or all of it was told of before. */
  #takeAway(chat: AwayChat): { announced: Announced; fresh: string[] } | null {
    const { channel, title, level, lastSeq, pinned } = chat;
    const wanted = chat.candidates.filter((candidate) => this.#wanted(candidate));
    const any = { channel, level, mentionsMe: false, pinned };
    const older = this.#wanted(any) ? chat.older : 0;
    const announced = this.#of(channel);
    const fresh = wanted.filter((candidate) => !announced.messages.has(candidate.messageKey));
    if (fresh.length === 0 && older === 0) {
      if (isEmpty(announced)) this.#channels.delete(channelKey(channel));
      return null;
    }
    for (const candidate of fresh) this.#add(announced, candidate);
    announced.title = title;
    announced.sound = chat.sound ?? 'app';
    announced.lastSeq = lastSeq;
    announced.counted += older;
    announced.countedBelow = chat.candidates[0]?.messageSeq ?? lastSeq + 1;
    announced.folded ||= plainOf(announced).length + announced.counted > 1;
    return { announced, fresh: fresh.map((candidate) => candidate.messageKey) };
  }

  /** Brings what is shown up to date; `fresh` are keys of new messages, of which one may make a `sound`. */
  #render(announced: Announced, fresh: readonly string[], sound: boolean): void {
    const plain = plainOf(announced);
    const count = plain.length + announced.counted;
    announced.folded = count > 0 && (announced.folded || count > SEPARATE_PER_CHANNEL);
    const alone = mentionsIn(announced);
    if (!announced.folded) alone.push(...plain);
    const kept = new Set(alone.map((candidate) => candidate.messageKey));
    for (const key of announced.shown.keys()) if (!kept.has(key)) closeOne(announced, key);
    const language = this.#around.language();
    const news = alone.filter((candidate) => fresh.includes(candidate.messageKey)).sort(bySeq);
    if (announced.folded) {
      const { channel, picture, title, lastSeq } = announced;
      const newest = { channel, title, messageSeq: lastSeq, ...(picture !== undefined && { picture }) };
      const body = translate(language, 'shell.newMessages', { n: count });
      // A mention that comes to a folded chat makes the sound itself.
      this.#show(announced, GROUP, newest, body, sound && news.length === 0);
    }
    for (const [index, candidate] of news.entries()) {
      this.#show(announced, candidate.messageKey, candidate, this.#wordsOf(candidate), sound && index === 0);
    }
  }

  /** Chats of an absence beyond the first ones; of a long one all. */
  #renderShared(sound: boolean): void {
    const before = this.#shared;
    this.#shared = null;
    before?.close();
    const chats = [...this.#channels.values()].filter((announced) => announced.shared);
    const [first] = chats;
    if (!first) return;
    const n = chats.reduce((sum, { messages, counted }) => sum + messages.size + counted, 0);
    const language = this.#around.language();
    const title = this.#ofAccount(translate(language, 'shell.appName'));
    const mentions = chats.flatMap((each) => mentionsIn(each)).length;
    const key = !this.#isSummary
      ? 'shell.moreChats'
      : mentions > 0
        ? 'shell.awayMentions'
        : 'shell.awaySummary';
    const body = translate(language, key, {
      n,
      chats: translate(language, this.#isSummary ? 'shell.chats' : 'shell.chatsMore', { n: chats.length }),
      mentions: translate(language, 'shell.mentions', { n: mentions }),
    });
    const notification = this.#create(title, body, this.#isSilent(sound, 'app'));
    const open = (): void => this.#around.open(first.channel, first.lastSeq);
    notification.on('click', this.#isSummary ? (this.#around.openList ?? open) : open);
    notification.on('close', () => {
      if (this.#shared !== notification) return;
      // Somebody has seen it: a read or recalled message does not bring it back.
      this.#shared = null;
      for (const announced of this.#channels.values()) announced.shared = false;
    });
    this.#shared = notification;
    notification.show();
  }

  /** `name · account` where there are several. */
  #ofAccount(title: string): string {
    return titleOf(title, this.#isLocked ? null : (this.#around.accountName?.() ?? null));
  }

  #wordsOf(candidate: NotificationCandidate): string {
    const { notificationText } = this.#around.settings();
    if (!notificationText || this.#isLocked)
      return translate(this.#around.language(), 'shell.privateMessage');
    return this.#bodyOf(candidate);
  }

  #bodyOf(candidate: NotificationCandidate): string {
    const words = wordedDigest(this.#around.language(), candidate);
    return bySender(candidate.sender, words);
  }

  /** Whether the system is to make no sound: none is wanted, or the app makes its own. */
  #isSilent(sound: boolean, chat: ChatSound): boolean {
    const { notificationSound, notificationTone } = this.#around.settings();
    if (!sound || !notificationSound || chat === 'none') return true;
    const tone = chat === 'app' ? notificationTone : chat;
    return tone !== 'system' && (this.#around.play?.(tone) ?? false);
  }

  /** The one place where words go to the system. */
  #create(title: string, body: string, silent: boolean, hasReply = false, picture?: string): Notification {
    const icon = picture === undefined ? null : chatPicture(picture);
    return new Notification({
      title: notificationTitle(title),
      body: notificationBody(body),
      silent,
      ...(icon && { icon }),
      // macOS and Windows; Linux has no field in a notification.
      hasReply,
      replyPlaceholder: hasReply ? translate(this.#around.language(), 'shell.replyHere') : '',
    });
  }

  #show(
    announced: Announced,
    key: string,
    candidate: Pick<NotificationCandidate, 'channel' | 'title' | 'messageSeq' | 'picture'>,
    body: string,
    sound: boolean,
  ): void {
    const silent = this.#isSilent(sound, announced.sound);
    const notification = this.#isLocked
      ? this.#create(translate(this.#around.language(), 'shell.appName'), body, silent)
      : this.#create(this.#ofAccount(candidate.title), body, silent, true, candidate.picture);
    notification.on('click', () => this.#around.open(candidate.channel, candidate.messageSeq));
    const { channel, messageSeq } = candidate;
    const answered = { channel, keys: key === GROUP ? keysOf(announced) : [key], messageSeq };
    notification.on('reply', ({ reply }) => this.#around.reply(answered, reply));
    notification.on('close', () => {
      if (announced.shown.get(key) === notification) announced.shown.delete(key);
    });
    // The reference keeps the click handler alive as long as the notification is on screen.
    announced.shown.set(key, notification);
    notification.show();
  }
}

const mentioned = ({ candidates }: AwayChat): boolean => candidates.some((candidate) => candidate.mentionsMe);

const mentionsIn = ({ messages }: Announced): NotificationCandidate[] =>
  [...messages.values()].filter((candidate) => candidate.mentionsMe);

const plainOf = ({ messages }: Announced): NotificationCandidate[] =>
  [...messages.values()].filter((candidate) => !candidate.mentionsMe);

/** Of a folded one, as it is now; none where it counts some that it does not know, or too many to name. */
function keysOf(announced: Announced): string[] {
  const keys = plainOf(announced).map(({ messageKey }) => messageKey);
  return announced.counted > 0 || keys.length > MAX_ANSWERED ? [] : keys;
}

const bySeq = (a: NotificationCandidate, b: NotificationCandidate): number => a.messageSeq - b.messageSeq;

const isEmpty = ({ messages, counted }: Announced): boolean => messages.size === 0 && counted === 0;

function closeAll(announced: Announced): void {
  for (const key of announced.shown.keys()) closeOne(announced, key);
}

function closeOne(announced: Announced, key: string): void {
  const notification = announced.shown.get(key);
  announced.shown.delete(key);
  notification?.close();
}
