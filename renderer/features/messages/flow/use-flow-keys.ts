import type { KeyboardEvent } from 'react';
import { channelKey, type ChannelRef, type MessageView } from '../../../../shared/domain.ts';
import { canReact } from '../../../../shared/content/can-react.ts';
import { openMedia } from '../../../state/media/media-actions.ts';
import { openFlame } from '../../../state/messages/flames.ts';
import { requestReaction } from '../../../state/messages/reactions.ts';
import { togglePin } from '../../../state/messages/pins.ts';
import { loadedMessage } from '../../../state/messages/message-store.ts';
import { useComposerBlock } from '../../../state/composer/composer-block.ts';
import {
  isPlaying,
  nextSpeed,
  stepVoice,
  toggleVoice,
  VOICE_STEP_SECONDS,
} from '../../../state/voice/voice-player.ts';
import { focusComposer } from '../../../state/window/ui-store.ts';
import type { MessageActions } from '../menu/use-message-actions.tsx';
import { type FlowCommands, handleFlowKey } from './flow-keys.ts';
import { type FlowRow, stopsOfRow } from '../row/flow-row.ts';
import { useMayReact } from '../reactions/use-may-react.ts';
import { bubbleBox } from './flow-lookup.ts';
import type { FlowMenu } from './use-flow-menu.ts';
import type { FlowSelection } from './use-flow-selection.ts';

/** What the keys do in the flow. The message is looked up when a key is pressed, and nothing keeps it. */
export function useFlowKeys({
  channel,
  rows,
  currentKey,
  moveTo,
  jumpToSeq,
  toLatest,
  menu,
  selection,
  actions,
}: {
  channel: ChannelRef;
  rows: readonly FlowRow[];
  /** Of the row, or the image of an album, that has the focus; null = the newest. */
  currentKey: string | null;
  /** Shows a row and focuses it, or what of it has this key. */
  moveTo: (index: number, stop: string) => void;
  jumpToSeq: (messageSeq: number) => void;
  toLatest: () => void;
  menu: FlowMenu;
  selection: FlowSelection;
  actions: MessageActions;
}): (event: KeyboardEvent) => void {
  const key = channelKey(channel);
  const open = useComposerBlock(channel) === null;
  const mayReact = useMayReact(channel);
  const { selecting, pick, pickUpTo } = selection;
  const goTo = (to: Stop | undefined): void => {
    if (to) moveTo(to.index, to.stop);
  };
  const commands: FlowCommands = {
    step: (by, extend) => {
      const stops = stopsOf(rows);
      const at = stops.findIndex(({ stop }) => stop === currentKey);
      const next = at + by;
      if (extend) {
        const from = stops[at];
        if (!selecting && from) pick(from.stop);
        const to = stops[Math.min(stops.length - 1, Math.max(0, next))];
        if (to) {
          moveTo(to.index, to.stop);
          pickUpTo(to.stop);
        }
      } else if (next >= stops.length) {
        if (!selecting) focusComposer();
      } else goTo(stops[Math.max(0, next)]);
    },
    stepInAlbum: (by) => {
      const row = rows.find((each) => each.kind === 'album' && stopsOfRow(each).includes(currentKey ?? ''));
      const stops = row ? stopsOfRow(row) : [];
      const next = stops[stops.indexOf(currentKey ?? '') + by];
      if (row && next !== undefined) moveTo(rows.indexOf(row), next);
      return row !== undefined && stops.length > 1;
    },
    first: () => goTo(stopsOf(rows)[0]),
    latest: () => {
      toLatest();
      goTo(stopsOf(rows).at(-1));
    },
    leave: focusComposer,
    openMenu: menu.openBeside,
    react: (message, article) => {
      if (!mayReact || !canReact(message)) return;
      const avoid = bubbleBox(article);
      requestReaction({
        what: 'quick',
        channel,
        key: message.key,
        anchor: { x: avoid.left, y: avoid.bottom, avoid },
      });
    },
    pin: togglePin,
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
    toggleVoice,
    voiceKey,
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

function voiceKey(message: MessageView, key: 'back' | 'on' | 'speed'): boolean {
  if (!isPlaying(message)) return false;
  if (key === 'speed') nextSpeed();
  else stepVoice(key === 'back' ? -VOICE_STEP_SECONDS : VOICE_STEP_SECONDS);
  return true;
}

interface Stop {
  /** Of the row. */
  index: number;
  stop: string;
}

/** What the arrows walk over. */
const stopsOf = (rows: readonly FlowRow[]): Stop[] =>
  rows.flatMap((row, index) => stopsOfRow(row).map((stop) => ({ index, stop })));
