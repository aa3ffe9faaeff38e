/** What is pushed to the page without being asked for. */
import { z } from 'zod';
import { TONES } from '../../chat-notice.ts';
import { PinView } from '../../content/pin.ts';
import {
  Abilities,
  ChannelInfoView,
  ChannelRef,
  ConversationView,
  ConnectionState,
  Me,
  MemberView,
  MessageView,
  ServerRules,
  TypingView,
} from '../../domain.ts';
import { TransferView } from '../../transfer.ts';
import { AvatarView } from './avatars.ts';
import { AccountOnRail } from './accounts.ts';
import { ExportProgress } from './chat-export.ts';
import { AwaySummary } from './session.ts';
import { ShellState } from './shell.ts';
import { StorageState } from './storage.ts';
import { UpdateState } from './updates.ts';
import { Destination } from './windows.ts';

/** What changed in the core; pushed in batches of at most one per frame, in commit order. */
export const CoreDelta = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('connection'), connection: ConnectionState }),
  z.object({ kind: z.literal('rules'), rules: ServerRules, serverOffsetMs: z.number() }),
  z.object({ kind: z.literal('abilities'), abilities: Abilities }),
  z.object({
    kind: z.literal('conversations'),
    upserts: z.array(ConversationView),
    removed: z.array(ChannelRef),
  }),
  /** Messages that are new or changed. The renderer keeps what belongs to a window it has loaded. */
  z.object({
    kind: z.literal('messages'),
    channel: ChannelRef,
    upserts: z.array(MessageView),
    removed: z.array(z.string()),
    /** true = arrived live just now (for announcements), false = history, state change, sync. */
    live: z.boolean(),
  }),
  /** The loaded window is no longer valid (gap filled, cache rebuilt): load the page again. */
  z.object({ kind: z.literal('reload'), channel: ChannelRef }),
  z.object({ kind: z.literal('channelInfo'), info: ChannelInfoView }),
  /**
   * Something about the members changed. `members` as `channels.members` gives them: of a large group only the first.
   */
  z.object({ kind: z.literal('members'), channel: ChannelRef, members: z.array(MemberView) }),
  z.object({ kind: z.literal('typing'), typing: TypingView }),
  /** Went offline: is typing nowhere. */
  z.object({ kind: z.literal('typingEnded'), uid: z.string() }),
  z.object({ kind: z.literal('contacts') }),
  z.object({ kind: z.literal('avatars'), avatars: z.array(AvatarView) }),
  /**
   * Favourites and reminders: some were made, some are gone (ids), and what the messages of others say now; null =
   * nothing that could be shown.
   */
  z.object({
    kind: z.literal('bookmarks'),
    added: z.boolean(),
    removed: z.array(z.int()),
    changed: z.array(z.object({ id: z.int(), message: MessageView.nullable() })),
  }),
  /**
   * All that is pinned in a chat whose pins were asked for, when something of it changed. `recalled`: so many of those
   * told before were recalled, or are being recalled.
   */
  z.object({
    kind: z.literal('pins'),
    channel: ChannelRef,
    pins: z.array(PinView),
    recalled: z.int(),
  }),
  /** Another device wrote the draft of this channel. */
  z.object({ kind: z.literal('draft'), channel: ChannelRef }),
  z.object({ kind: z.literal('friendRequests'), count: z.int() }),
  z.object({ kind: z.literal('storage'), storage: StorageState }),
  z.object({ kind: z.literal('me'), me: Me }),
  z.object({ kind: z.literal('away'), summary: AwaySummary.nullable() }),
  /** How far an export is; null = none runs (any more). */
  z.object({ kind: z.literal('export'), progress: ExportProgress.nullable() }),
  z.object({ kind: z.literal('transfers'), transfers: z.array(TransferView) }),
  /**
   * The server refused something that was already shown as done (an edit, a deletion); it is not tried again. `message`
   * is the server's text, `key` the message it was about, null when it was about several.
   */
  z.object({
    kind: z.literal('actionRefused'),
    action: z.enum(['edit', 'react', 'pin', 'unpinAll', 'deleteForMe']),
    channel: ChannelRef,
    key: z.string().nullable(),
    message: z.string(),
  }),
]);
export type CoreDelta = z.infer<typeof CoreDelta>;

/** Every event by name, with the schema of its payload. */
export const eventContract = {
  'core.deltas': z.array(CoreDelta),
  /** Accounts, settings, language or protection changed. */
  'shell.changed': ShellState,
  /** What the rail shows of the accounts changed. */
  'accounts.changed': z.array(AccountOnRail),
  /**
   * The app is to be locked: the page takes everything off the screen, stores what was typed, and says `lock.now`; or
   * it was unlocked in another window; `cancelled`, after that: the lock had ended a question for a file.
   */
  'lock.changed': z.enum(['leave', 'unlocked', 'cancelled']),
  /** An update was found, goes on, is ready or failed. */
  'updates.changed': UpdateState,
  /** A sound of the app's own, for a notification. */
  'shell.sound': z.enum(TONES),
  /** A reminder is due, and no notification tells of it. `title`: name of the chat. */
  'reminders.due': z.object({
    account: z.string(),
    channel: ChannelRef,
    messageSeq: z.int(),
    title: z.string(),
  }),
  /** Something outside the page asked for a place in it (notification click, menu, tray, shortcut). */
  'shell.navigate': Destination,
  /** A chat's own window is about to close: its page stores what was typed and says `windows.closeChat`. */
  'window.leave': z.null(),
  /** The app is about to end: the page stores what was typed and says `windows.stored` with this number. */
  'app.leaving': z.int(),
} as const;

/** Payloads of the events, by name. */
export type Events = { [E in EventName]: z.output<(typeof eventContract)[E]> };
export type EventName = keyof typeof eventContract;
