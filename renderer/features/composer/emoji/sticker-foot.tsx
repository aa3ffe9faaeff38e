import { Clock, Plus, Star, Sticker } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import type { PackView } from '../../../../shared/ipc/contract/packs.ts';
import { useT } from '../../../i18n/i18n.ts';
import { usePacks } from '../../../state/composer/pack-store.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { takeRovingKey } from '../../../ui/roving-keys.ts';
import emoji from './emoji-panel.module.css';
import { NO_ART, StickerArt, useStickerArt } from './sticker-art.tsx';
import css from './sticker-panel.module.css';
import type { StickerTab } from './sticker-views.ts';

const keyOf = (tab: StickerTab): string => (tab.of === 'pack' ? `pack:${tab.category}` : tab.of);

interface StickerFootProps {
  /** null = none: something is looked for. */
  tab: StickerTab | null;
  /** The server keeps a collection. */
  collects: boolean;
  panelId: string;
  onTab: (tab: StickerTab) => void;
  onStore: () => void;
  /** At the end. */
  children: ReactNode;
}

/** What was sent last, the own collection, packs (more.md 3); without packs nothing but what stands at the end. */
export function StickerFoot({ tab, collects, panelId, onTab, onStore, children }: StickerFootProps) {
  const t = useT();
  const { offered, packs, recent } = usePacks();
  const list = useRef<HTMLDivElement>(null);
  if (offered !== true) return <div className={cx(emoji['foot'], css['foot'])}>{children}</div>;
  const tabs: { tab: StickerTab; label: string; sign: ReactNode }[] = [
    ...(recent.length > 0
      ? [{ tab: { of: 'recent' } as const, label: t('emoji.recent'), sign: <Icon of={Clock} /> }]
      : []),
    ...(collects ? [{ tab: { of: 'own' } as const, label: t('sticker.own'), sign: <Icon of={Star} /> }] : []),
    ...packs.map((pack) => ({
      tab: { of: 'pack', category: pack.category } as const,
      label: pack.title,
      sign: <PackCover pack={pack} />,
    })),
  ];
  const at = tab === null ? -1 : tabs.findIndex((one) => keyOf(one.tab) === keyOf(tab));
  const moveTo = (index: number): void => {
    const next = tabs[index];
    if (!next) return;
    onTab(next.tab);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[index]?.focus();
  };
  return (
    <div className={cx(emoji['foot'], css['foot'])}>
      <div ref={list} role="tablist" aria-label={t('pack.title')} className={css['packs']}>
        {tabs.map((one, index) => (
          <button
            key={keyOf(one.tab)}
            type="button"
            role="tab"
            aria-selected={index === at}
            aria-controls={panelId}
            tabIndex={index === Math.max(0, at) ? 0 : -1}
            aria-label={one.label}
            title={one.label}
            className={cx(css['pack'], index === at && emoji['current'])}
            onClick={() => onTab(one.tab)}
            onKeyDown={(event) => {
              const all = { count: tabs.length, at: index, wrap: true, edges: true, horizontal: true };
              if (takeRovingKey(event, { ...all, moveTo })) event.stopPropagation();
            }}
          >
            {one.sign}
          </button>
        ))}
      </div>
      <IconButton icon={Plus} size={28} label={t('pack.store')} onClick={onStore} />
      {children}
    </div>
  );
}

/** Its picture, or a sign where it has none. */
export function PackCover({ pack, large = false }: { pack: PackView; large?: boolean }) {
  const box = useRef<HTMLSpanElement>(null);
  const [art, setArt] = useStickerArt(pack.cover, box);
  return (
    <span ref={box} className={cx(css['cover'], large && css['largeCover'])} aria-hidden="true">
      <StickerArt art={art} icon={Sticker} onBroken={() => setArt(NO_ART)} />
    </span>
  );
}
