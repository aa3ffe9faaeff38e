/** What can be done with a favourite. */
import type { FavouriteView } from '../../../shared/ipc/contract/bookmarks.ts';
import { openMedia } from '../../state/media/media-actions.ts';
import { loadMedia, useMediaStore } from '../../state/media/media-store.ts';
import { mediaKey } from '../../state/media/transfer-store.ts';
import { openViewer } from '../../state/media/viewer-store.ts';
import { removeFavourite } from '../../state/messages/bookmarks.ts';
import { toggleVoice } from '../../state/voice/voice-player.ts';
import { jumpTo, openProfile } from '../../state/window/ui-store.ts';

/** Shows it in its chat. */
export function locate({ channel, message }: FavouriteView): void {
  if (message) jumpTo(channel, message.messageSeq);
}

export const drop = ({ id, channel, message }: FavouriteView): void =>
  void removeFavourite(id, message ? { channel, key: message.key } : undefined);

/** Enter, or a click: the image large, the file, the person; anything else in its chat. `from`: what was clicked. */
export function openItem(item: FavouriteView, from: Element): void {
  const { message } = item;
  if (!message) return;
  const { content, channel, key } = message;
  if (content.kind === 'image') {
    const state = useMediaStore.getState().loaded.get(mediaKey(channel, key))?.state;
    if (state === 'failed') void loadMedia(channel, key, { asked: true });
    else if (state === 'held' || state === 'foreign' || state === 'hidden') openMedia(message);
    else openViewer(message, 'favourites');
  } else if (content.kind === 'video') openViewer(message, 'favourites');
  else if (content.kind === 'file') openMedia(message);
  else if (content.kind === 'voice') toggleVoice(message);
  else if (content.kind === 'named' && content.person)
    openProfile(from, { ...content.person, card: { channel, key } });
  else locate(item);
}
