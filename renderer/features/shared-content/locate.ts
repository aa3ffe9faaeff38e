import type { MessageView } from '../../../shared/domain.ts';
import { jumpTo, setInfoOpen } from '../../state/window/ui-store.ts';

/** Shows it in the flow; where the pane lies over the chat it makes room. */
export function locate({ channel, messageSeq }: MessageView): void {
  if (!window.matchMedia('(min-width: 1080px)').matches) setInfoOpen(false);
  jumpTo(channel, messageSeq);
}
