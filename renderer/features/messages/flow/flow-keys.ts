/** The keys of the flow (ui.md 7), apart from what they do. */
import type { KeyboardEvent } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import { canOpen } from '../../../state/messages/flames.ts';
import { isRecalled } from '../../../state/messages/is-recalled.ts';
import type { MessageCommandId } from '../../../../shared/commands.ts';
import { pressedMessageCommand } from '../../../state/window/keys.ts';
import { latinKey } from '../../../ui/latin-key.ts';
import type { MessageActions } from '../menu/use-message-actions.tsx';

/** Those about a message are what its menu offers; X, and Space while messages are selected, is `select`. */
export interface FlowCommands extends Pick<
  MessageActions,
  'copy' | 'reply' | 'edit' | 'forward' | 'select' | 'remove'
> {
  /** Up and Down; `extend`: the selection grows along. */
  step: (by: 1 | -1, extend: boolean) => void;
  /** Left and Right; false: the focus is not in an album. */
  stepInAlbum: (by: 1 | -1) => boolean;
  first: () => void;
  latest: () => void;
  /** Esc; a selection was left before this is asked. */
  leave: () => void;
  openMenu: (message: MessageView, article: HTMLElement) => void;
  /** Pins it, or no longer; nothing where that is not mine to do. */
  pin: (message: MessageView) => void;
  /** `+`: a few emoji to react with. */
  react: (message: MessageView, article: HTMLElement) => void;
  jumpToQuote: (messageSeq: number) => void;
  /** Enter on an image, a video or a file. */
  openMedia: (message: MessageView) => void;
  /** Space or Enter on a voice message. */
  toggleVoice: (message: MessageView) => void;
  /** Left, Right and S on a voice message; false: it is not the one that is heard. */
  voiceKey: (message: MessageView, key: 'back' | 'on' | 'speed') => boolean;
  /** Enter on what burns after reading and is covered. */
  openFlame: (message: MessageView) => void;
  selecting: boolean;
}

/** Runs what the key asks for; `article` is the row the event comes from. Returns whether the key was used. */
export function handleFlowKey(
  event: KeyboardEvent,
  message: MessageView | undefined,
  article: HTMLElement | null,
  commands: FlowCommands,
): boolean {
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  const plain = !modified && !event.shiftKey;
  switch (event.key) {
    case 'ArrowUp':
    case 'ArrowDown':
      if (modified) return false;
      commands.step(event.key === 'ArrowUp' ? -1 : 1, event.shiftKey);
      return true;
    case 'ArrowLeft':
    case 'ArrowRight':
      if (!plain || event.target !== article) return false;
      if (message?.content.kind === 'voice')
        return commands.voiceKey(message, event.key === 'ArrowLeft' ? 'back' : 'on');
      return commands.stepInAlbum(event.key === 'ArrowLeft' ? -1 : 1);
    case 'Home':
      if (!plain) return false;
      commands.first();
      return true;
    case 'End':
      if (!plain) return false;
      commands.latest();
      return true;
    case 'Escape':
      commands.leave();
      return true;
    default:
      break;
  }
  if (!message || isRecalled(message) || message.content.kind === 'system') return false;
  if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
    if (!article || commands.selecting) return false;
    commands.openMenu(message, article);
    return true;
  }
  if ((event.ctrlKey || event.metaKey) && latinKey(event) === 'c') {
    // A selection in the text is what the user means.
    if (!window.getSelection()?.isCollapsed) return false;
    commands.copy(message);
    return true;
  }
  if (event.target !== article) return false;
  if (plain && !commands.selecting && message.content.kind === 'voice') {
    if (event.key === ' ') {
      commands.toggleVoice(message);
      return true;
    }
    if (latinKey(event) === 's' && commands.voiceKey(message, 'speed')) return true;
  }
  if (event.key === '+' && !modified && !commands.selecting) {
    commands.react(message, article);
    return true;
  }
  const command = pressedMessageCommand(event);
  return handleMessageKey(plain ? event.key : '', command, message, commands);
}

/** `key`: pressed without modifiers. */
function handleMessageKey(
  key: string,
  command: MessageCommandId | null,
  message: MessageView,
  commands: FlowCommands,
): boolean {
  const acknowledged = message.messageId !== null;
  if (command === 'select' || (key === ' ' && commands.selecting)) {
    commands.select(message);
    return true;
  }
  // The others are about one message: the bar has what concerns the selected ones.
  if (commands.selecting) return false;
  switch (command) {
    case 'reply':
      if (acknowledged) commands.reply(message);
      return true;
    case 'edit':
      if (message.own && acknowledged) commands.edit(message);
      return true;
    case 'forward':
      if (acknowledged) commands.forward(message);
      return true;
    case 'pin':
      commands.pin(message);
      return true;
    case 'deleteForMe':
      commands.remove(message);
      return true;
    default:
      return key === 'Enter' && openOrJump(message, commands);
  }
}

/** Enter: what burns is opened, an image or a file too; else what is quoted is shown. */
function openOrJump(message: MessageView, commands: FlowCommands): boolean {
  const { kind } = message.content;
  if (kind === 'covered') {
    if (canOpen(message)) commands.openFlame(message);
    return true;
  }
  if (kind === 'voice') {
    commands.toggleVoice(message);
    return true;
  }
  if (kind === 'image' || kind === 'file' || kind === 'video') {
    commands.openMedia(message);
    return true;
  }
  if (!message.quote) return false;
  commands.jumpToQuote(message.quote.messageSeq);
  return true;
}
