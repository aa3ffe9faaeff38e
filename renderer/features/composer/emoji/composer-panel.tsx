import { ImagePlay, Smile, Sticker } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { ChannelRef } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { loadPacks, usePacks } from '../../../state/composer/pack-store.ts';
import { loadStickers, useStickers } from '../../../state/composer/sticker-store.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { latePart } from '../../../ui/late-part.tsx';
import { takeRovingKey } from '../../../ui/roving-keys.ts';
import { EmojiPanel } from './emoji-panel.tsx';
import css from './emoji-panel.module.css';

const GifPanel = latePart(async () => (await import('./gif-panel.tsx')).GifPanel);
const StickerPanel = latePart(async () => (await import('./sticker-panel.tsx')).StickerPanel);

const TABS = [
  ['emoji', Smile, 'emoji.tab'],
  ['stickers', Sticker, 'sticker.tab'],
  ['gifs', ImagePlay, 'gif.tab'],
] as const;
type Tab = (typeof TABS)[number][0];

/** Over the composer: every emoji and, where the server has them, stickers and pictures that move (more.md 3). */
export function ComposerPanel({
  channel,
  onPick,
  onClose,
}: {
  channel: ChannelRef;
  onPick: (emoji: string) => void;
  onClose: () => void;
}) {
  const [tab, setTab] = useState<Tab>('emoji');
  const collects = useStickers((state) => state.offered === true);
  const hasPacks = usePacks((state) => state.offered === true);
  const offered = collects || hasPacks;
  useEffect(() => {
    void loadStickers();
    void loadPacks();
    // Their tabs go with this panel: the next one has to be there at once. (Who opens it is told if that fails.)
    void Promise.allSettled([StickerPanel.preload(), GifPanel.preload()]);
  }, []);
  const there = TABS.filter(([id]) => id !== 'gifs' || collects);
  const tabs = offered && <PanelTabs shown={there} current={tab} onTab={setTab} />;
  if (tab === 'gifs' && collects) return <GifPanel channel={channel} tabs={tabs} onClose={onClose} />;
  return tab === 'stickers' && offered ? (
    <StickerPanel channel={channel} tabs={tabs} onClose={onClose} />
  ) : (
    <EmojiPanel tabs={tabs} onPick={onPick} onClose={onClose} />
  );
}

function PanelTabs({
  shown,
  current,
  onTab,
}: {
  shown: readonly (typeof TABS)[number][];
  current: Tab;
  onTab: (tab: Tab) => void;
}): ReactNode {
  const t = useT();
  const ids = shown.map(([id]) => id);
  const all = { count: ids.length, at: ids.indexOf(current), wrap: true, horizontal: true };
  const moveTo = (index: number): void => onTab(ids[index] ?? current);
  return (
    <div role="tablist" aria-label={t('composer.emoji')} className={css['tabs']}>
      {shown.map(([id, icon, label]) => (
        <button
          key={id}
          type="button"
          role="tab"
          aria-selected={id === current}
          tabIndex={id === current ? 0 : -1}
          aria-label={t(label)}
          title={t(label)}
          className={cx(css['tab'], id === current && css['current'])}
          onClick={() => onTab(id)}
          onKeyDown={(event) => {
            if (takeRovingKey(event, { ...all, moveTo })) event.stopPropagation();
          }}
        >
          <Icon of={icon} />
        </button>
      ))}
    </div>
  );
}
