/**
 * Messages between the main thread and an account worker, over the worker's MessagePort. Requests are answered
 * once by id; events are unsolicited.
 */
import type { ChatSound } from '../chat-notice.ts';
import type { SystemPart } from '../content/system-lines.ts';
import type { ContentKind } from '../content/content-kind.ts';
import type { ChannelRef, ConnectionState } from '../domain.ts';
import type { ExportFormat, ExportRange } from './contract/chat-export.ts';
import type { Language } from '../strings/index.ts';
import type { CoreContract } from './contract/contract.ts';
import type { CoreDelta } from './contract/events.ts';
import type { MediaRules } from '../media-rules.ts';
import type { ProxyFault } from '../network.ts';
import type { NotifyLevel } from '../notify-level.ts';
import type { Result } from './result.ts';

/** Whether somebody can see the main window (not hidden to the tray, not minimised), and works in it. */
export interface Attention {
  visible: boolean;
  focused: boolean;
}

/**
 * `workerData` of a worker of which nobody knows yet for whom it is (that comes in a message), and what it does until
 * then: `program` = loads its own and the database's; `warmUp` = all that a first sign-in needs.
 */
export type Ahead = 'program' | 'warmUp';

/** `workerData` of an account worker. */
export interface WorkerStart {
  /** Folder of this account: cache.db, outbox.db (created if missing). */
  accountDir: string;
  /** Folder of the whole profile, which the leak check scans; default: the account's. */
  profileDir?: string;
  server: string;
  uid: string;
  username: string;
  name: string;
  token: string;
  /** Class of the session: 2 pc (default), 1 web (one that a phone let in). */
  deviceFlag?: 1 | 2;
  /** Stable per profile; goes into CONNECT and `source` of extra/sync. */
  deviceId: string;
  offerReedit: boolean;
  /** Which files come and go by themselves; default: `OPEN_RULES`. */
  mediaRules?: MediaRules;
  /** The server offered this account an encrypted line before: nothing less is used. */
  secureLine?: boolean;
  /** Default: seen, without the focus. */
  attention?: Attention;
  /** Older messages are removed from this computer; null = none. */
  localStorageDays?: number | null;
  /** File with further certificates of authorities. */
  caFile?: string | null;
  /** The account's list was asked for already; a message `firstList` brings it. */
  listFollows?: boolean;
  /** The app starts, and its page is about to ask for the list: the connection begins behind that. */
  pageComes?: boolean;
}

/** Of the settings, what the workers follow. */
export type FollowedSettings = Pick<WorkerStart, 'offerReedit' | 'mediaRules'>;

/** What a worker has to ask about the network: the main thread knows the system, the settings and the user. */
export type NetworkQuestion =
  /** The ways to this server (scheme, host and port). */
  | { ask: 'ways'; url: string }
  /** User name and password for this proxy; `refused`: these are wrong. */
  | { ask: 'signIn'; proxy: string; refused: { user: string; password: string } | null };
/** `ways`: as scripts of proxies write them; or why there is none. `signIn`: null = not known (yet). */
export type NetworkAnswer =
  | { ways: string }
  | { fault: ProxyFault }
  | { signIn: { user: string; password: string } | null };

/** A chat to be written into this file; the path comes from the system's dialog, never from the page. */
export interface ExportOrder extends ExportRange {
  path: string;
  format: ExportFormat;
  /** Images and files, too. */
  media: boolean;
  /** What it is called in the export. */
  name: string;
  language: Language;
}

export type ToWorker =
  /** To a worker that was made without `workerData`, before everything else. */
  | { kind: 'start'; start: WorkerStart }
  | { kind: 'request'; id: number; channel: keyof CoreContract; args: unknown }
  | { kind: 'offerReedit'; on: boolean }
  | { kind: 'mediaRules'; rules: MediaRules }
  /** The file of a message; answered like a request with `MediaPath`. Paths never go to the page. */
  | { kind: 'mediaFile'; id: number; channel: ChannelRef; key: string; use: MediaUse }
  /**
   * Up to which byte the film of this address can be read from `from` on, as soon as that has come; answered like a
   * request with a number, or null when it does not come.
   */
  | { kind: 'filmUntil'; id: number; token: string; from: number }
  /** Answered with `Exported` when it is written. */
  | { kind: 'exportChat'; id: number; order: ExportOrder }
  | { kind: 'networkAnswer'; id: number; answer: NetworkAnswer }
  /** Other proxies or authorities are set, or somebody signed in to one: everything is connected anew. */
  | { kind: 'waysChanged'; caFile: string | null }
  /** The system woke up or the network changed: check the connection now; `anew`: make another one. */
  | { kind: 'networkHint'; anew?: boolean }
  | { kind: 'attention'; attention: Attention }
  /**
   * The account's page left the screen: no chat is open any more, and no deltas go out until a page asks for its
   * snapshot.
   */
  | { kind: 'left' }
  /** The screen was locked: what is kept of recalled text for editing again goes. */
  | { kind: 'screenLocked' }
  /** The app is locked, the screen is, or the computer sleeps; or somebody may be there again. */
  | { kind: 'attended'; on: boolean }
  /** What `conversation/sync` answered (api/first-list.ts); null = nothing came. */
  | { kind: 'firstList'; answer: unknown }
  /** Messages that notifications on screen show or count; sent before a leak check. */
  | { kind: 'announced'; messages: { channel: ChannelRef; messageKey: string }[] }
  /** Close databases and end; the worker exits by itself. */
  | { kind: 'shutdown' };

/** `open` and `drag`: a copy under its own name, for a program of the system or wherever it is dropped. */
export type MediaUse = 'save' | 'open' | 'drag';

/** Where the bytes of a message are on this computer, and what to call them: a safe file name. */
export interface MediaPath {
  path: string;
  name: string;
}

/** A message worth an OS notification; the main thread decides whether to show it. */
export interface NotificationCandidate {
  channel: ChannelRef;
  messageKey: string;
  messageSeq: number;
  title: string;
  /** Name of the author in groups, '' in person chats. */
  sender: string;
  /** Digest of the content as in `PreviewView`: the main thread words it, it knows the language. */
  text: string;
  contentKind?: ContentKind;
  parts?: SystemPart[];
  /** What is told of in the chat; its sound, default that of the app. */
  level: NotifyLevel;
  sound?: ChatSound;
  pinned: boolean;
  mentionsMe: boolean;
  /** File of the chat's picture, if it is here. */
  picture?: string;
}

/** A message somebody wanted to be reminded of. Its text is '' when it is not on this computer. */
export type ReminderNotice = Pick<
  NotificationCandidate,
  'channel' | 'messageKey' | 'messageSeq' | 'title' | 'sender' | 'text' | 'contentKind' | 'parts'
>;

/** What was said in a chat while nobody could be told (publisher/away.ts). */
export interface AwayChat {
  channel: ChannelRef;
  title: string;
  level: NotifyLevel;
  sound?: ChatSound;
  pinned: boolean;
  /** message_seq of the newest message. */
  lastSeq: number;
  /** The newest ones, oldest first. */
  candidates: NotificationCandidate[];
  /** Unread ones below them that are not cached. */
  older: number;
}

export type FromWorker =
  | { kind: 'answer'; id: number; result: Result<unknown> }
  | { kind: 'deltas'; deltas: CoreDelta[] }
  | { kind: 'notify'; candidate: NotificationCandidate }
  /** A message that was edited: its notification, if it is on screen, says what the message says now. */
  | { kind: 'renotify'; candidate: NotificationCandidate }
  | { kind: 'remind'; notice: ReminderNotice }
  /** After an absence, once: newest chat first. `isLong`: told of in one summary (docs/notifications.md). */
  | { kind: 'away'; chats: AwayChat[]; isLong: boolean }
  /**
   * Withdraw notifications: of these messages (recalled, deleted, expired), or of a channel up to a position that was
   * read or cleared.
   */
  | { kind: 'withdraw'; channel: ChannelRef; messageKeys: string[]; readSeq: number | null }
  /** Totals for badge, tray and title. */
  | { kind: 'badge'; unread: number; unreadWithMuted: number }
  | { kind: 'connection'; connection: ConnectionState }
  /**
   * `app://wukong/media/<token>` shows this file (an image or a film of the checked type `mime`) until its token is
   * dead. `size`: bytes of a film that is still coming into it; up to where it is there `filmUntil` says.
   */
  | { kind: 'mediaToken'; token: string; path: string; mime: string; size?: number }
  | { kind: 'mediaTokensDead'; tokens: string[] }
  /** The server offers an encrypted line: to be kept with the account (`WorkerStart.secureLine`). */
  | { kind: 'secureLine' }
  | { kind: 'networkQuestion'; id: number; question: NetworkQuestion }
  | { kind: 'ready' }
  /** Requests were refused until now because the databases could not be opened: the page must load its snapshot. */
  | { kind: 'openedLate' }
  | { kind: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; scope: string; message: string };
