/** Reacting to a message: a wish that is on disk at once, and goes out when the server can be asked. */
import { canReact } from '../../../shared/content/can-react.ts';
import { asReaction, reactionKey } from '../../../shared/content/reaction.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { messageContract } from '../../../shared/ipc/contract/messages.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { abilitiesOf } from '../session/abilities.ts';
import { type CoreContext, requireWritable } from './core-context.ts';
import { findMessage } from './take-back.ts';

export function reactionHandlers(
  context: CoreContext,
): Pick<Handlers<typeof messageContract>, 'messages.react' | 'messages.reactors' | 'messages.sawReactions'> {
  return {
    'messages.react'({ channel, key, emoji }) {
      requireWritable(context);
      react(context, channel, key, emoji);
      return null;
    },
    'messages.sawReactions'({ channel, messageSeqs }) {
      context.store.reactions.saw(channel, messageSeqs);
      return null;
    },
    'messages.reactors': ({ channel, key }) => context.store.reactions.reactors(channel, key),
  };
}

/** `emoji`: '' takes the own one back. @throws CodedError badArgument, notFound, invalidState, refused. */
function react(context: CoreContext, channel: ChannelRef, key: string, emoji: string): void {
  const { outbox, store } = context;
  if (emoji !== '' && asReaction(emoji) === null)
    throw new CodedError('badArgument', 'a reaction is one emoji', 'emoji');
  if (!abilitiesOf(store.state).reactions)
    throw new CodedError('refused', 'the server has no reactions', 'reactions');
  const message = findMessage(context, channel, key);
  if (message.messageId === null || !canReact(message))
    throw new CodedError('invalidState', 'nobody can react to this message (any more)', 'key');
  const own = message.reactions?.find(({ mine }) => mine)?.emoji ?? '';
  if (reactionKey(own) === reactionKey(emoji)) return;
  store.reactions.ask(channel, message.messageId, emoji);
  outbox.kick();
}
