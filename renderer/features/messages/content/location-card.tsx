import { Copy, Globe, MapPin } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Place } from '../../../../shared/content/named-content.ts';
import type { MessageView } from '../../../../shared/domain.ts';
import { type Translate, useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { attempt } from '../../../state/errors.ts';
import { openLink } from '../../../state/window/open-link.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Menu, type MenuAnchor, type MenuEntry } from '../../../ui/menu.tsx';
import { showToast } from '../../../ui/toast.tsx';
import type { MediaBubbleProps } from './media-bubble-props.ts';
import { MessagePicture } from './message-picture.tsx';
import { mapLinks, pointText } from './map-links.ts';
import { useFocusOnRow } from './use-focus-on-row.ts';
import css from './location-card.module.css';

/**
 * A place (more.md 7): the map that the message brings, never one that is asked for elsewhere, and what it is called. A
 * click leads to what can be done with it; a browser gets the coordinates, nothing else.
 */
export function LocationCard({ message, tabIndex, meta }: MediaBubbleProps) {
  const t = useT();
  const [menu, setMenu] = useState<MenuAnchor | null>(null);
  const { content } = message;
  if (content.kind !== 'named' || !content.place) return null;
  const { place } = content;
  const name = place.title || place.address;
  const { address } = place;
  return (
    <div className={css['card']} data-testid="location">
      <button
        type="button"
        className={css['main']}
        tabIndex={tabIndex}
        aria-haspopup="menu"
        aria-label={[t('place.label'), place.title, address]
          .filter(Boolean)
          .reduce((a, b) => t('words.and', { a, b }))}
        onClick={({ currentTarget }) => {
          const avoid = currentTarget.getBoundingClientRect();
          setMenu({ x: avoid.left, y: avoid.bottom, avoid });
        }}
      />
      <div className={css['map']}>
        <MessagePicture
          message={message}
          tabIndex={tabIndex}
          empty={<Icon of={MapPin} size={32} />}
          fit="cover"
        />
      </div>
      <div className={css['title']}>
        <bdi>{name || t('place.unnamed')}</bdi>
      </div>
      {address !== '' && address !== name && (
        <div className={css['address']}>
          <bdi>{address}</bdi>
        </div>
      )}
      {meta}
      {menu && <PlaceMenu {...{ message, place, anchor: menu, t }} onClose={() => setMenu(null)} />}
    </div>
  );
}

function PlaceMenu({
  message,
  place,
  anchor,
  t,
  onClose,
}: {
  message: MessageView;
  place: Place;
  anchor: MenuAnchor;
  t: Translate;
  onClose: () => void;
}): ReactNode {
  useFocusOnRow(message.key);
  const { address, point, title } = place;
  const words = [title, address].filter(Boolean).join('\n');
  const entries: MenuEntry[] = [];
  const copies = (id: string, label: string, text: string): void =>
    void entries.push({ id, label, icon: Copy, onSelect: () => void copy(text, t) });
  if (words !== '') copies('address', t('place.copyAddress'), words);
  if (point) {
    copies('point', t('place.copyPoint'), pointText(point));
    entries.push('separator');
    for (const { href, shown } of mapLinks(point))
      entries.push({
        id: href,
        label: t('place.open', { link: shown }),
        icon: Globe,
        onSelect: () => openLink(href),
      });
  }
  if (entries.length === 0)
    entries.push({
      id: 'none',
      label: t('place.copyAddress'),
      icon: Copy,
      disabledReason: t('place.unnamed'),
      onSelect: onClose,
    });
  return <Menu label={t('place.label')} entries={entries} anchor={anchor} onClose={onClose} />;
}

async function copy(text: string, t: Translate): Promise<void> {
  if (await attempt(() => call('shell.copyText', { text })))
    showToast({ text: t('prof.copied'), tone: 'success' });
}
