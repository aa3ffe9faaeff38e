/**
 * Reactions to messages (docs/reactions.md): which texts count as one, and when two are the same. What servers deliver
 * may be anything, so only one picture of Unicode is ever shown.
 */
import { z } from 'zod';

/** UTF-16 units. The longest sequences of Unicode (families, flags made of tags) are shorter. */
export const MAX_REACTION_LENGTH = 32;
/** TSDD's limit, in characters of its database (tsdd-api.md 5.2). */
const MOST_CODE_POINTS = 20;

const PICTURE = String.raw`\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f)?`;
const ONE_EMOJI = new RegExp(
  String.raw`^(?:\p{Regional_Indicator}{2}|[#*0-9]\ufe0f?\u20e3|\u{1f3f4}[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{2,6}\u{e007f}|${PICTURE}(?:\u200d${PICTURE}){0,6})$`,
  'u',
);

/** The text, if it is one emoji and nothing else. */
export function asReaction(text: string): string | null {
  if (text.length > MAX_REACTION_LENGTH || !ONE_EMOJI.test(text)) return null;
  return Array.from(text).length <= MOST_CODE_POINTS ? text : null;
}

/** Clients send the same picture with and without the sign that asks for its coloured form. */
export const reactionKey = (emoji: string): string => emoji.replaceAll('\ufe0f', '');

/** What is offered before anything was picked. */
export const QUICK_REACTIONS: readonly string[] = ['👍', '❤️', '😂', '🎉', '✅', '😮'];

/** Names beside a chip; the others are asked for. */
export const NAMES_OF_REACTION = 8;
/** Different ones shown of one message. */
export const MOST_REACTION_KINDS = 60;

/** One emoji under a message, and who chose it. */
export const ReactionView = z.object({
  /** As the first one wrote it. */
  emoji: z.string(),
  count: z.int().min(1),
  /** I am one of them. */
  mine: z.boolean(),
  /** Mine is on its way to the server. */
  pending: z.literal(true).exactOptional(),
  /** The first `NAMES_OF_REACTION`, me left out. */
  names: z.array(z.string()),
});
export type ReactionView = z.infer<typeof ReactionView>;

/** One person who reacted. */
export const ReactorView = z.object({ uid: z.string(), name: z.string(), emoji: z.string() });
export type ReactorView = z.infer<typeof ReactorView>;

/** Own messages that are named of those with new reactions: more than are counted. */
export const MOST_NEW_REACTIONS = 100;
/** message_seq of own messages that somebody reacted to since they were last on screen, ascending. */
export const NewReactions = z.array(z.int()).max(MOST_NEW_REACTIONS);
