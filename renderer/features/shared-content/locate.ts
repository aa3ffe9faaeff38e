import type { MessageView } from '../../../shared/domain.ts';
import { jumpTo, uncoverChat } from '../../state/window/ui-store.ts';

/** Shows it in the flow; where the pane lies over the chat it makes room. */
export function locate({ channel, messageSeq }: MessageView): void {
  uncoverChat();
  jumpTo(channel, messageSeq);
}
