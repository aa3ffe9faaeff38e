/** Pinning messages: a wish that is on disk at once, and goes out when the server can be asked. */
import { canPin, mayPin, mayUnpinAll } from '../../../shared/content/pin.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { messageContract } from '../../../shared/ipc/contract/messages.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { abilitiesOf } from '../session/abilities.ts';
import { type CoreContext, requireWritable } from './core-context.ts';
import { findMessage } from './take-back.ts';

export function pinHandlers(
  context: CoreContext,
): Pick<Handlers<typeof messageContract>, 'messages.pin' | 'messages.unpinAll' | 'messages.pins'> {
  const { outbox, store } = context;
  return {
    'messages.pin'({ channel, key, on }) {
      requireWritable(context);
      pin(context, channel, key, on);
      return null;
    },
    'messages.unpinAll'({ channel }) {
      requireWritable(context);
      requirePins(context);
      if (!mayUnpinAll(store.people.channelInfo(channel)))
        throw new CodedError('refused', 'only owner and managers unpin all', 'channel');
      store.pins.askClear(channel);
      outbox.kick();
      return null;
    },
    'messages.pins': ({ channel }) => store.pins.list(channel),
  };
}

function requirePins({ store }: CoreContext): void {
  if (!abilitiesOf(store.state).pins)
    throw new CodedError('refused', 'the server has no pinned messages', 'pins');
}

/** @throws CodedError notFound, invalidState, refused. */
function pin(context: CoreContext, channel: ChannelRef, key: string, on: boolean): void {
  const { outbox, store } = context;
  requirePins(context);
  if (!mayPin(store.people.channelInfo(channel)))
    throw new CodedError('refused', 'only owner and managers pin here', 'channel');
  const message = findMessage(context, channel, key);
  if (message.messageId === null || !canPin(message))
    throw new CodedError('invalidState', 'this message cannot be pinned (any more)', 'key');
  const isPinned = store.pins.list(channel).some((each) => each.message.key === key);
  if (isPinned === on) return;
  store.pins.ask(channel, message.messageId, on);
  outbox.kick();
}
