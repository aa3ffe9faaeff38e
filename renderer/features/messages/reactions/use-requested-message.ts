import { channelKey, type MessageView } from '../../../../shared/domain.ts';
import { useForgetting } from '../../../state/forget.ts';
import { isRecalled } from '../../../state/messages/is-recalled.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import type { ReactionRequest } from '../../../state/messages/reactions.ts';

/** The message that is reacted to, as it is now; undefined when nothing of it is to be seen. */
export function useRequestedMessage({ channel, key }: ReactionRequest): MessageView | undefined {
  const message = useMessageStore((store) => store.channels[channelKey(channel)]?.window.byKey.get(key));
  useForgetting();
  return message && !isRecalled(message) ? message : undefined;
}
