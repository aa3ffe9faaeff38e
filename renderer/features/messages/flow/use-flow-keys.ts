import type { KeyboardEvent } from 'react';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { openMedia } from '../../../state/media/media-actions.ts';
import { openFlame } from '../../../state/messages/flames.ts';
import { loadedMessage } from '../../../state/messages/message-store.ts';
import { useComposerBlock } from '../../../state/composer/composer-block.ts';
import { focusComposer } from '../../../state/window/ui-store.ts';
import type { MessageActions } from '../menu/use-message-actions.tsx';
import { type FlowCommands, handleFlowKey } from './flow-keys.ts';
import type { FlowRow } from '../row/flow-row.ts';
import type { FlowMenu } from './use-flow-menu.ts';
import type { FlowSelection } from './use-flow-selection.ts';

/** What the keys do in the flow. The message is looked up when a key is pressed, and nothing keeps it. */
export function useFlowKeys({
  channel,
  rows,
  focusedIndex,
  moveTo,
  jumpToSeq,
  toLatest,
  menu,
  selection,
  actions,
}: {
  channel: ChannelRef;
  rows: readonly FlowRow[];
  focusedIndex: number;
  /** Shows and focuses a row. */
  moveTo: (index: number) => void;
  jumpToSeq: (messageSeq: number) => void;
  toLatest: () => void;
  menu: FlowMenu;
  selection: FlowSelection;
  actions: MessageActions;
}): (event: KeyboardEvent) => void {
  const key = channelKey(channel);
  const open = useComposerBlock(channel) === null;
  const { selecting, pick, pickUpTo } = selection;
  const commands: FlowCommands = {
    step: (by, extend) => {
      const next = focusedIndex + by;
      if (extend) {
        const from = rows[focusedIndex];
        if (!selecting && from) pick(from.key);
        const to = Math.min(rows.length - 1, Math.max(0, next));
        moveTo(to);
        const row = rows[to];
        if (row) pickUpTo(row.key);
      } else if (next >= rows.length) {
        if (!selecting) focusComposer();
      } else moveTo(Math.max(0, next));
    },
    first: () => moveTo(0),
    latest: () => {
      toLatest();
      moveTo(rows.length - 1);
    },
    leave: focusComposer,
    openMenu: menu.openBeside,
    copy: actions.copy,
    reply: (message) => {
      if (open) actions.reply(message);
    },
    edit: (message) => {
      if (open) actions.edit(message);
    },
    forward: actions.forward,
    select: (message) => pick(message.key),
    remove: actions.remove,
    jumpToQuote: jumpToSeq,
    openMedia,
    openFlame: ({ channel: at, key: messageKey }) => void openFlame({ channel: at, key: messageKey }),
    selecting,
  };
  return (event) => {
    if (!(event.target instanceof HTMLElement)) return;
    const article = event.target.closest<HTMLElement>('[data-message-key]');
    const message = article ? loadedMessage(key, article.dataset['messageKey'] ?? '') : undefined;
    if (handleFlowKey(event, message, article, commands)) event.preventDefault();
  };
}
