import { Copy, Download, Forward, LocateFixed, StarOff } from 'lucide-react';
import type { FavouriteView } from '../../../shared/ipc/contract/bookmarks.ts';
import { type Translate, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useForgetting } from '../../state/forget.ts';
import { saveMedia } from '../../state/media/media-actions.ts';
import { useFavourites } from '../../state/messages/favourites-store.ts';
import { startForward } from '../../state/messages/forward-store.ts';
import { Menu, type MenuAnchor, type MenuEntry } from '../../ui/menu.tsx';
import { drop, locate } from './favourite-actions.ts';

/** The menu of a favourite; it goes with it. */
export function FavouriteMenu({
  id,
  anchor,
  onClose,
}: {
  id: number;
  anchor: MenuAnchor;
  onClose: () => void;
}) {
  const t = useT();
  const item = useFavourites((state) => state.items.find((one) => one.id === id));
  useForgetting();
  return item ? (
    <Menu label={t('menu.message')} entries={entriesOf(item, t)} anchor={anchor} onClose={onClose} />
  ) : null;
}

function entriesOf(item: FavouriteView, t: Translate): MenuEntry[] {
  const { message } = item;
  const entries: MenuEntry[] = [];
  if (message) {
    const { channel, content } = message;
    entries.push({
      id: 'locate',
      label: t('shared.locate'),
      icon: LocateFixed,
      onSelect: () => locate(item),
    });
    if (content.kind === 'text') {
      entries.push({
        id: 'copy',
        label: t('menu.copy'),
        icon: Copy,
        onSelect: () => void attempt(() => call('shell.copyText', { text: content.text })),
      });
    }
    if (content.kind === 'image' || content.kind === 'file' || content.kind === 'video') {
      entries.push({
        id: 'save',
        label: t('media.saveAs'),
        icon: Download,
        onSelect: () => void saveMedia(message),
      });
    }
    entries.push(
      {
        id: 'forward',
        label: t('menu.forward'),
        icon: Forward,
        onSelect: () => startForward(channel, [message]),
      },
      'separator',
    );
  }
  entries.push({ id: 'drop', label: t('fav.remove'), icon: StarOff, onSelect: () => drop(item) });
  return entries;
}
