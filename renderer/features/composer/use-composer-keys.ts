import type { KeyboardEvent } from 'react';
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import { cancelReply, endEdit, type Writing } from '../../state/composer/composer-store.ts';
import { mentionBefore } from '../../state/composer/mention-tokens.ts';
import { enterFlow } from '../../state/messages/flow-entry.ts';
import { burns } from '../../state/messages/flames.ts';
import { isRecalled } from '../../state/messages/is-recalled.ts';
import { useMessageStore } from '../../state/messages/message-store.ts';
import { useSession } from '../../state/session/session-store.ts';
import { setChatSearchOpen, useUi } from '../../state/window/ui-store.ts';
import type { MentionPopupState } from './use-mention-popup.ts';
import type { TextField } from './use-text-field.ts';

/** The keys of the text field (ui.md 7). */
export function useComposerKeys({
  channel,
  writing,
  field,
  popup,
  submit,
  onEdit,
}: {
  channel: ChannelRef;
  writing: Writing;
  field: TextField;
  popup: MentionPopupState;
  submit: () => void;
  onEdit: (message: MessageView) => void;
}): (event: KeyboardEvent<HTMLTextAreaElement>) => void {
  const sendKey = useSession((state) => state.shell?.settings.sendKey ?? 'enter');
  const { text, picked, editing, reply } = writing;

  function takeKey(event: KeyboardEvent<HTMLTextAreaElement>): boolean {
    if (popup.takeKey(event)) return true;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    switch (event.key) {
      case 'Enter': {
        const modified = event.ctrlKey || event.metaKey;
        if (event.shiftKey || event.altKey) return false;
        if (sendKey === 'enter' ? plain : modified) submit();
        else if (modified) field.insert('\n');
        else return false;
        return true;
      }
      case 'Escape':
        return closeTopLayer();
      case 'ArrowUp':
        if (!plain || text !== '' || editing) return false;
        return editLast();
      case 'End':
        if (!plain || text !== '') return false;
        enterFlow('showLatest');
        return true;
      case 'Tab':
        if (!event.shiftKey) return false;
        enterFlow('focusNewest');
        return true;
      case 'Backspace': {
        const { selectionStart, selectionEnd } = event.currentTarget;
        if (!plain || selectionStart !== selectionEnd) return false;
        const range = mentionBefore(text, selectionStart, picked);
        if (!range) return false;
        field.write(text.slice(0, range.start) + text.slice(range.end), range.start);
        return true;
      }
      default:
        return false;
    }
  }
  function closeTopLayer(): boolean {
    if (editing) endEdit(channel);
    else if (reply) cancelReply(channel);
    else if (useUi.getState().chatSearchOpen) setChatSearchOpen(false);
    else return false;
    return true;
  }
  function editLast(): boolean {
    const loaded = useMessageStore.getState().channels[channelKey(channel)]?.window;
    const message = loaded?.keys
      .map((key) => loaded.byKey.get(key))
      .findLast(
        (m) => m?.own && m.messageId !== null && m.content.kind === 'text' && !burns(m) && !isRecalled(m),
      );
    if (message) onEdit(message);
    return message !== undefined;
  }

  return (event) => {
    if (takeKey(event)) event.preventDefault();
  };
}
