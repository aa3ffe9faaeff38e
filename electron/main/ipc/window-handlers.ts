/** Answers to the channels of windows of chats. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { WindowsContract } from '../../../shared/ipc/contract/contract.ts';
import type { Destination } from '../../../shared/ipc/contract/windows.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { ChatWindows } from '../windows/chat-windows.ts';

export interface WindowHandlerOptions {
  chats: ChatWindows;
  /** The account on the screen. */
  account: () => string | null;
  settings: () => Pick<Settings, 'notificationText'>;
  navigate: (to: Destination) => void;
  /** A page has stored what was typed (last-words.ts). */
  onStored: (page: number) => void;
}

export function windowHandlers({
  account,
  chats,
  navigate,
  onStored,
  settings,
}: WindowHandlerOptions): Handlers<WindowsContract, string | null> {
  return {
    'windows.openChat'({ channel, messageSeq }, from) {
      if (from === null || from !== account())
        throw new CodedError('signedOut', 'this account is not on the screen');
      chats.open(channel, messageSeq);
      return null;
    },
    'windows.closeChat'({ channel }) {
      chats.closed(channel);
      return null;
    },
    'windows.stored'({ page }) {
      onStored(page);
      return null;
    },
    'windows.setTitle'({ channel, title }) {
      // The title is read on task bars and in pictures of the screen, as notifications are.
      chats.setTitle(channel, settings().notificationText ? title : '');
      return null;
    },
    'windows.goTo'(to) {
      navigate(to);
      return null;
    },
  };
}
