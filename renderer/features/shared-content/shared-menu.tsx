import { Copy, Download, Forward, LocateFixed } from 'lucide-react';
import { findLinks } from '../../../shared/find-links.ts';
import type { MessageView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useForgetting } from '../../state/forget.ts';
import { saveMedia } from '../../state/media/media-actions.ts';
import { startForward } from '../../state/messages/forward-store.ts';
import { useShared } from '../../state/messages/shared-store.ts';
import { Menu, type MenuAnchor, type MenuEntry } from '../../ui/menu.tsx';
import { locate } from './locate.ts';

/** The menu of an item; it goes with it. */
export function SharedMenu({
  itemKey,
  anchor,
  onClose,
}: {
  itemKey: string;
  anchor: MenuAnchor;
  onClose: () => void;
}) {
  const t = useT();
  const message = useShared((state) => state.items.find(({ key }) => key === itemKey));
  useForgetting();
  if (!message) return null;
  return <Menu label={t('menu.message')} entries={entriesOf(message, t)} anchor={anchor} onClose={onClose} />;
}

function entriesOf(message: MessageView, t: ReturnType<typeof useT>): MenuEntry[] {
  const { content } = message;
  const entries: MenuEntry[] = [
    { id: 'locate', label: t('shared.locate'), icon: LocateFixed, onSelect: () => locate(message) },
  ];
  if (content.kind === 'text') {
    const [link] = findLinks(content.text, 1);
    const url = link?.href ?? '';
    entries.push({
      id: 'copy',
      label: t('msg.copyLink'),
      icon: Copy,
      onSelect: () => void attempt(() => call('shell.copyText', { text: url })),
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
  entries.push({
    id: 'forward',
    label: t('menu.forward'),
    icon: Forward,
    onSelect: () => startForward(message.channel, [message]),
  });
  return entries;
}
