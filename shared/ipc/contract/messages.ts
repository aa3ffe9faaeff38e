/** The messages of a conversation and what a message's menu offers. */
import { z } from 'zod';
import { ChannelRef, ComposerBlock, MessageView } from '../../domain.ts';
import { PinView } from '../../content/pin.ts';
import { MAX_REACTION_LENGTH, MOST_NEW_REACTIONS, ReactorView } from '../../content/reaction.ts';
import { DEEPEST_SHOWN } from '../../content/history-content.ts';
import { Mention } from '../../content/message-content.ts';
import { ChannelOnly, Done, Key, OneMessage } from './arguments.ts';
import { call, query } from './channel.ts';
import { MAX_ANSWERED, MAX_ASKED_CHATS, MAX_FORWARD_TARGETS, MAX_TEXT_LENGTH } from './limits.ts';

export const PageAnchor = z.discriminatedUnion('at', [
  z.object({ at: z.literal('latest') }),
  /** Messages with a lower `order` than `order`, the highest `limit` of them. */
  z.object({ at: z.literal('before'), order: z.number() }),
  z.object({ at: z.literal('after'), order: z.number() }),
  /** A page around one message (jump to quote, search hit). */
  z.object({ at: z.literal('around'), messageSeq: z.int() }),
]);
export type PageAnchor = z.infer<typeof PageAnchor>;

export const MessagePage = z.object({
  /** Ascending by `order`. */
  messages: z.array(MessageView),
  hasOlder: z.boolean(),
  hasNewer: z.boolean(),
  /** The page came from the cache only because the server could not be asked. */
  offline: z.boolean(),
});
export type MessagePage = z.infer<typeof MessagePage>;

/** Text, line breaks, mentions and quote of an own recalled message, for the composer. */
export const ReeditContent = z.object({
  text: z.string(),
  mention: Mention,
  /** Names of the mentioned, so that the composer can rebuild its tokens. */
  mentionNames: z.record(z.string(), z.string()),
  replyTo: z.object({ key: z.string(), messageId: z.string() }).nullable(),
});
export type ReeditContent = z.infer<typeof ReeditContent>;

/** `failed` and `waiting`: it is in the outbox, where it can be sent again, or goes out by itself. */
export const ReplyFate = z.enum(['sent', 'failed', 'waiting', 'gone']);
export type ReplyFate = z.infer<typeof ReplyFate>;

/**
 * A day in the calendar of a chat. `some`: it has messages that are shown, the line of a recalled one among them;
 * `unknown`: what was said around it is not on this computer.
 */
export const DayMark = z.enum(['some', 'none', 'unknown']);
export type DayMark = z.infer<typeof DayMark>;

export const ChatDays = z.object({
  /** One for each day that was asked for. */
  marks: z.array(DayMark),
  /** Unix seconds of the earliest message here; null = there is none. */
  earliest: z.int().nullable(),
  /** There is nothing before it, on the server neither. */
  earliestSure: z.boolean(),
  /** The server was asked and told something, and there is more to ask for. */
  more: z.boolean(),
  /** The server could not be asked. */
  offline: z.boolean(),
});
export type ChatDays = z.infer<typeof ChatDays>;

/** Unix seconds, ascending: the beginnings of at most 42 days, and the end of the last. */
const DayStarts = z
  .array(z.int().min(0))
  .min(2)
  .max(43)
  .refine((starts) => starts.every((start, at) => at === 0 || start > (starts[at - 1] ?? start)), {
    error: 'not in order',
  });

/** What a level of a merged forward holds (docs/merged-forward.md). */
export const HistoryLevel = z.object({
  group: z.boolean(),
  names: z.array(z.string()),
  more: z.boolean(),
  /** In the order of the forward. Those that are blank have the content `recalled`. */
  entries: z.array(MessageView),
  /** With those that are not kept. */
  count: z.int(),
  recalled: z.int(),
});
export type HistoryLevel = z.infer<typeof HistoryLevel>;

/** One who has read a message, or has not. */
export const MessageReader = z.object({ uid: z.string(), name: z.string() });
export type MessageReader = z.infer<typeof MessageReader>;
export const MessageReaders = z.object({
  read: z.array(MessageReader),
  unread: z.array(MessageReader),
  /** There are more of either than are named. */
  more: z.boolean(),
});
export type MessageReaders = z.infer<typeof MessageReaders>;

export const messageContract = {
  'messages.page': query(
    z.object({ channel: ChannelRef, anchor: PageAnchor, limit: z.int().min(1).max(200) }),
    MessagePage,
  ),
  /** Stores the message in the outbox and returns it as queued; its fate arrives as deltas. */
  'messages.send': call(
    z.object({
      channel: ChannelRef,
      text: z.string().min(1).max(MAX_TEXT_LENGTH),
      mention: Mention,
      replyToMessageId: z.string().nullable(),
    }),
    MessageView,
  ),
  /**
   * A reply that was typed into a notification, which told of these messages (none: of more than are named). Answers
   * when it is known what became of it. `gone`: all of them were taken back meanwhile, and nothing was sent.
   */
  'messages.reply': call(
    z.object({
      channel: ChannelRef,
      keys: z.array(Key).max(MAX_ANSWERED),
      text: z.string().min(1).max(MAX_TEXT_LENGTH),
      /** Up to here the chat is read by it; 0 = nothing is. */
      readSeq: z.int().min(0),
    }),
    ReplyFate,
  ),
  /** Own ones of a chat that have not left yet or failed, in their order, wherever its flow stands. */
  'messages.waiting': query(ChannelOnly, z.array(MessageView)),
  'messages.retry': call(OneMessage, Done),
  /** Deletes a failed or still queued message from the outbox. */
  'messages.discard': call(OneMessage, Done),
  /** Durable: answers once the job is on disk; the outcome arrives as a delta of the message's `recall`. */
  'messages.recall': call(OneMessage, Done),
  'messages.cancelRecall': call(OneMessage, Done),
  /** Several at once; each has its own durable job and its own outcome, which arrive as deltas. At most 100. */
  'messages.recallMany': call(z.object({ channel: ChannelRef, keys: z.array(Key).min(1).max(100) }), Done),
  'messages.reedit': query(OneMessage, ReeditContent),
  /** An edit that changes nothing is none. */
  'messages.edit': call(
    z.object({
      channel: ChannelRef,
      key: Key,
      text: z.string().min(1).max(MAX_TEXT_LENGTH),
      /** All that the text mentions now. */
      mention: Mention,
    }),
    Done,
  ),
  /** Durable; one for each person. '' takes the own one back. What the server refuses comes as `actionRefused`. */
  'messages.react': call(
    z.object({ channel: ChannelRef, key: Key, emoji: z.string().max(MAX_REACTION_LENGTH) }),
    Done,
  ),
  /** New reactions to these own messages (message_seq) were on screen. */
  'messages.sawReactions': call(
    z.object({ channel: ChannelRef, messageSeqs: z.array(z.int().min(1)).min(1).max(MOST_NEW_REACTIONS) }),
    Done,
  ),
  /** A level of a merged forward: the indexes that lead to it. null = there is none (any more). */
  'messages.history': query(
    OneMessage.extend({ path: z.array(z.int().min(0).max(9_999)).max(DEEPEST_SHOWN - 1) }),
    HistoryLevel.nullable(),
  ),
  /** Everybody who reacted, the first one first; none of a message that is recalled or gone. */
  'messages.reactors': query(OneMessage, z.array(ReactorView)),
  /**
   * Durable: pins a message for everybody in the chat, or no longer. What the server refuses comes as `actionRefused`.
   */
  'messages.pin': call(z.object({ channel: ChannelRef, key: Key, on: z.boolean() }), Done),
  /** Durable, as above: nothing of the chat is pinned any more. */
  'messages.unpinAll': call(ChannelOnly, Done),
  /** What is pinned, the oldest pin first; what changes of it comes as `pins` from then on. */
  'messages.pins': query(ChannelOnly, z.array(PinView)),
  /**
   * Who has read an own message of a group, and which of its members now have not. Asks the server; `notCompatible`
   * where it does not tell. Nobody of a message that is recalled, being recalled or gone.
   */
  'messages.readers': query(OneMessage, MessageReaders),
  'messages.deleteForMe': call(z.object({ channel: ChannelRef, keys: z.array(Key).min(1).max(100) }), Done),
  /**
   * `sent`: copies, without notes; `skipped`: how many of them cannot be sent on; `tooMuch`: they do not fit into one
   * message, and none was sent.
   */
  'messages.forward': call(
    z.object({
      channel: ChannelRef,
      keys: z.array(Key).min(1).max(100),
      to: z.array(ChannelRef).min(1).max(MAX_FORWARD_TARGETS),
      /** As one message with all of them in it. */
      merged: z.boolean().exactOptional(),
      /** A text of its own, after them in each of the chats; none where nothing could be sent on. */
      note: z.string().max(MAX_TEXT_LENGTH).exactOptional(),
    }),
    z.object({ sent: z.int(), skipped: z.int(), tooMuch: z.literal(true).exactOptional() }),
  ),
  /** Those of these chats that nothing can be sent to now, and why; of one that nobody knows nothing is said. */
  'messages.closed': query(
    z.object({ channels: z.array(ChannelRef).max(MAX_ASKED_CHATS) }),
    z.array(z.object({ channel: ChannelRef, block: ComposerBlock })),
  ),
  /** Merged forwards that are known here hold copies of some of these messages. */
  'messages.inForwards': query(z.object({ channel: ChannelRef, keys: z.array(Key).max(100) }), z.boolean()),
  /**
   * Opens what burns after reading; the content comes as a delta. An image or a file is loaded first, so that its time
   * does not run while there is nothing to see: `network` and the like leave it covered.
   */
  'messages.open': call(OneMessage, Done),
  /** It is not looked at any more: what burns then is gone. */
  'messages.leave': call(OneMessage, Done),
  'messages.typing': call(ChannelOnly, Done),
  /** `ask`: the server is asked a few times for what is not known; what it told is in the answer. */
  'messages.days': query(z.object({ channel: ChannelRef, starts: DayStarts, ask: z.boolean() }), ChatDays),
  /**
   * The first message from a time on (Unix seconds; 0 = of the chat), else the last before it; null = there is none.
   * Asks the server where that is not here; `network` and the like when it cannot and nothing here will do.
   */
  'messages.nextTo': query(
    z.object({ channel: ChannelRef, from: z.int().min(0), until: z.int().min(0) }),
    z.object({ messageSeq: z.int(), timestamp: z.int() }).nullable(),
  ),
} as const;
