import type { ReactNode } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';

/** What the bubbles of an image and of a file are drawn from. */
export interface MediaBubbleProps {
  message: MessageView;
  /** 0 in the row that Tab reaches: only its buttons are tab stops. */
  tabIndex: 0 | -1;
  /** Time and state, drawn inside. */
  meta: ReactNode;
}
