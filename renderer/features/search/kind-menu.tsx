import { File, Image, Link, type LucideIcon, Type } from 'lucide-react';
import { useEffect, useState } from 'react';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { KindCounts, SearchKind } from '../../../shared/ipc/contract/search.ts';
import { useT } from '../../i18n/i18n.ts';
import { Newest } from '../../state/answers.ts';
import { call } from '../../state/bridge.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { onMessageDelta } from '../../state/session/session-store.ts';
import { Menu, type MenuAnchor } from '../../ui/menu.tsx';
import { type Filters, filterArgs, KINDS } from './search-filters.ts';
import css from './kind-menu.module.css';

const ICONS: Record<SearchKind, LucideIcon> = { text: Type, media: Image, file: File, link: Link };

/** What is searched: the words, and where; null = everywhere. */
export interface SearchScope {
  text: string;
  channel: ChannelRef | null;
}

/** 类型: each kind with how many of it the search finds with the other filters as they are. */
export function KindMenu({
  scope,
  filters,
  anchor,
  onChange,
  onClose,
}: {
  scope: SearchScope;
  filters: Filters;
  anchor: MenuAnchor;
  onChange: (filters: Filters) => void;
  onClose: () => void;
}) {
  const t = useT();
  const counts = useKindCounts(scope, filters);
  const { kind: chosen = null } = filters;
  return (
    <Menu
      label={t('search.kind')}
      anchor={anchor}
      onClose={onClose}
      entries={[
        {
          id: '',
          label: t('search.anyKind'),
          checked: chosen === null,
          onSelect: () => onChange({ ...filters, kind: null }),
        },
        ...KINDS.map((kind) => ({
          id: kind,
          label: t(`search.kind.${kind}`),
          icon: ICONS[kind],
          checked: chosen === kind,
          trailing: counts && <span className={css['count']}>{countText(counts, kind)}</span>,
          onSelect: () => onChange({ ...filters, kind }),
        })),
      ]}
    />
  );
}

const countText = (counts: KindCounts, kind: SearchKind): string =>
  counts.more && counts[kind] > 0 ? `${counts[kind]}+` : String(counts[kind]);

/** Asked again with every change of the messages: what is recalled is not counted a moment longer. */
function useKindCounts({ text, channel }: SearchScope, filters: Filters): KindCounts | null {
  const [counts, setCounts] = useState<KindCounts | null>(null);
  const { sender, span } = filters;
  const key = channel && channelKey(channel);
  useEffect(() => {
    let current = true;
    const newest = new Newest();
    const ask = async (): Promise<void> => {
      const isNewest = newest.ask();
      const args = filterArgs({ sender, span }, serverNow());
      const answer = await call('search.kinds', { text, channel, ...args }).catch(() => null);
      if (current && isNewest()) setCounts(answer);
    };
    void ask();
    const end = onMessageDelta((deltas) => {
      if (deltas.some((delta) => key === null || channelKey(delta.channel) === key)) void ask();
    });
    return () => {
      current = false;
      end();
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps, react/exhaustive-effect-dependencies -- the channel by its key
  }, [text, key, sender, span]);
  return counts;
}
