import { type RefObject, useCallback, useState } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import type { MenuAnchor } from '../../../ui/menu.tsx';
import { articleOf, bubbleBox } from './flow-lookup.ts';

export interface FlowMenu {
  /** Key of the message whose menu is open. */
  messageKey: string | null;
  openAt: (messageKey: string, at: { x: number; y: number }) => void;
  /** By keyboard: at the corner of the bubble. */
  openBeside: (message: MessageView, article: HTMLElement) => void;
  /** Where the open menu belongs. */
  anchor: () => MenuAnchor;
  close: () => void;
  /** Its message was recalled: the menu goes, the focus moves to the placeholder. */
  gone: (messageKey: string) => void;
}

/** The context menu of the flow: one at a time, its message by key only. */
export function useFlowMenu(
  scroller: RefObject<HTMLDivElement | null>,
  focusRow: (rowKey: string) => void,
): FlowMenu {
  const [menu, setMenu] = useState<{ key: string; x: number; y: number } | null>(null);
  const openAt = useCallback(
    (messageKey: string, { x, y }: { x: number; y: number }) => setMenu({ key: messageKey, x, y }),
    [],
  );
  const gone = useCallback(
    (messageKey: string) => {
      setMenu(null);
      focusRow(messageKey);
    },
    [focusRow],
  );
  return {
    messageKey: menu?.key ?? null,
    openAt,
    openBeside: (message, article) => {
      const box = bubbleBox(article);
      openAt(message.key, { x: message.own ? box.right : box.left, y: box.bottom });
    },
    anchor: () => {
      const { key, x, y } = menu ?? { key: '', x: 0, y: 0 };
      const article = articleOf(scroller.current, key);
      return { x, y, ...(article ? { avoid: bubbleBox(article) } : {}) };
    },
    close: () => setMenu(null),
    gone,
  };
}
