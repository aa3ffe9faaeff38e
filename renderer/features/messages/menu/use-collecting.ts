import { Sticker } from 'lucide-react';
import { useEffect } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { collect, collectedAs, loadStickers, useStickers } from '../../../state/composer/sticker-store.ts';
import type { MenuItem } from '../../../ui/menu.tsx';

/** Puts a message's sticker or image into the own collection; none where it has none, or the server keeps none. */
export function useCollecting(message: MessageView): MenuItem[] {
  const t = useT();
  const offered = useStickers((state) => state.offered);
  const possible = collectedAs(message) !== null;
  useEffect(() => {
    if (possible && offered === null) void loadStickers();
  }, [possible, offered]);
  if (!possible || offered !== true) return [];
  return [{ id: 'sticker', label: t('sticker.add'), icon: Sticker, onSelect: () => void collect(message) }];
}
