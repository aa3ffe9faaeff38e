import { Sticker } from 'lucide-react';
import { useEffect } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { collect, isCollectable, loadStickers, useStickers } from '../../../state/composer/sticker-store.ts';
import type { MenuItem } from '../../../ui/menu.tsx';

/** Puts the sticker of a message into the own collection; none where it is none, or the server keeps no collections. */
export function useCollecting(message: MessageView): MenuItem[] {
  const t = useT();
  const offered = useStickers((state) => state.offered);
  const possible = isCollectable(message);
  useEffect(() => {
    if (possible && offered === null) void loadStickers();
  }, [possible, offered]);
  if (!possible || offered !== true) return [];
  const { channel, key } = message;
  return [
    { id: 'sticker', label: t('sticker.add'), icon: Sticker, onSelect: () => void collect({ channel, key }) },
  ];
}
