/** What goes from the main window into the window of a chat, and what that one puts away before it closes. */
import { channelKey, type ChannelRef } from '../../shared/domain.ts';
import { CodedError } from '../../shared/ipc/result.ts';
import { MAX_CHAT_WINDOWS } from '../../shared/ipc/contract/windows.ts';
import { t } from '../i18n/i18n.ts';
import { showToast } from '../ui/toast.tsx';
import { call, codeOf } from './bridge.ts';
import { forgetTray } from './composer/attachment-store.ts';
import { allStored } from './composer/tray-copies.ts';
import { forgetWriting, saveAllDrafts } from './composer/composer-store.ts';
import { attempt } from './errors.ts';
import { closeOwnWindow, ownChat } from './window/own-window.ts';
import { openChannel, useUi } from './window/ui-store.ts';

/** Opens a chat in a window of its own; what is being typed in it goes along. */
export async function popOut(channel: ChannelRef): Promise<void> {
  if (ownChat) return;
  await attempt(async () => {
    if (!(await Promise.all([saveAllDrafts(), allStored()])).every(Boolean))
      throw new CodedError('readOnly', 'a draft is not saved');
    const { activeChannel } = useUi.getState();
    if (activeChannel && channelKey(activeChannel) === channelKey(channel)) openChannel(null);
    // Written there from now on: what is known here would be old.
    forgetWriting(channel);
    forgetTray(channel);
    try {
      await call('windows.openChat', { channel, messageSeq: null });
    } catch (error) {
      if (codeOf(error) !== 'refused') throw error;
      showToast({ tone: 'error', text: t('window.tooMany', { n: MAX_CHAT_WINDOWS }) });
    }
  });
}

async function storeAll(): Promise<void> {
  await Promise.allSettled([saveAllDrafts(), allStored()]);
  // Whatever keeps something when the page goes does it now: later it would not be heard.
  window.dispatchEvent(new Event('pagehide'));
}

/** The app is about to end. `page`: what the shell calls this page. */
export async function storeLastWords(page: number): Promise<void> {
  await storeAll();
  await call('windows.stored', { page }).catch(() => undefined);
}

/** The window is about to close: it is hidden already. */
export async function leaveWindow(): Promise<void> {
  await storeAll();
  if (ownChat) await call('channels.close', { channel: ownChat }).catch(() => undefined);
  closeOwnWindow();
}
