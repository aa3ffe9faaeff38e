import { useEffect } from 'react';
import { type MessageView, parseChannelKey } from '../../shared/domain.ts';
import type { MessageActions } from '../features/messages/menu/use-message-actions.tsx';
import { isRecalled } from '../state/messages/is-recalled.ts';
import { useMessageStore } from '../state/messages/message-store.ts';
import { useSelection } from '../state/messages/selection-store.ts';
import { isBelowLayer } from '../state/window/below-layer.ts';
import { pressedShortcut } from '../state/window/keys.ts';
import { askRecentRecall } from '../state/recall/recent-recall.ts';
import { askBatch } from '../state/recall/batch-store.ts';

/**
 * The key of recall: recalls what is selected, the focused message, or the own last one; asks, and shows a single
 * one.
 */
export function useRecallKey(key: string, actions: MessageActions): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const pressed = pressedShortcut(event)?.id;
      if (pressed !== 'recall' && pressed !== 'recallRecent') return;
      if (isBelowLayer()) return;
      const loaded = useMessageStore.getState().channels[key]?.window;
      if (!loaded) return;
      event.preventDefault();
      if (pressed === 'recallRecent') {
        askRecentRecall(parseChannelKey(key));
        return;
      }
      if (useSelection.getState().selection) {
        askBatch();
        return;
      }
      const article = document.activeElement?.closest<HTMLElement>('[data-message-key]');
      const focused = article ? loaded.byKey.get(article.dataset['messageKey'] ?? '') : undefined;
      const message = focused ?? lastOwn(loaded.keys.map((k) => loaded.byKey.get(k)));
      if (message) actions.recall(message, true);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [key, actions]);
}

function lastOwn(messages: readonly (MessageView | undefined)[]): MessageView | undefined {
  return messages.findLast(
    (message) => message?.own && !isRecalled(message) && message.content.kind !== 'system',
  );
}
