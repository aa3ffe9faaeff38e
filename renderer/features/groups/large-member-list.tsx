import { useVirtualizer } from '@tanstack/react-virtual';
import { UsersRound } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { type ChannelInfoView, channelKey, type MemberView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useMembers } from '../../state/session/session-store.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { MemberRow } from './member-row.tsx';
import { memberName } from './member-order.ts';
import { memberFacts } from './use-found-members.ts';
import { toldApart } from '../../text/told-apart.ts';
import css from './member-section.module.css';

/** Members of one request. */
const PAGE = 100;
/** Height of a row, px (member-row.module.css). */
const ROW = 42;

interface Loaded {
  search: string;
  total: number;
  /** By position in the list. */
  rows: ReadonlyMap<number, MemberView>;
}

/**
 * Members of a group that the page does not hold whole: the core searches and sorts, the rows on screen are asked for.
 */
export function LargeMemberList({ info, search }: { info: ChannelInfoView; search: string }) {
  const t = useT();
  const { channelId, channelType } = info.channel;
  // A new list means that something changed.
  const members = useMembers(channelKey(info.channel));
  const scroller = useRef<HTMLDivElement>(null);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer is read in this component only
  const virtualizer = useVirtualizer({
    count: loaded?.total ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  const firstPage = Math.floor((first?.index ?? 0) / PAGE);
  const lastPage = Math.floor((last?.index ?? 0) / PAGE);

  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another search begins at the top
  }, [search]);
  useEffect(() => {
    let current = true;
    const load = async (page: number): Promise<void> => {
      const offset = page * PAGE;
      const channel = { channelId, channelType };
      const found = await call('channels.findMembers', { channel, search, offset, limit: PAGE });
      if (!current) return;
      setLoaded((before) => {
        const rows = new Map(before?.search === search ? before.rows : []);
        for (const [index, member] of found.members.entries()) rows.set(offset + index, member);
        return { search, total: found.total, rows };
      });
    };
    for (let page = firstPage; page <= lastPage; page += 1)
      load(page).catch(() => {
        // Logged by `call`; asked for again when the list is scrolled or changes.
      });
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- asked again when the members changed
  }, [channelId, channelType, search, firstPage, lastPage, members]);

  const details = toldApart(
    [...(loaded?.rows.values() ?? [])].map((member) => ({
      id: member.uid,
      name: memberName(member),
      facts: memberFacts(t, member),
    })),
  );

  if (loaded?.total === 0) return <EmptyState icon={UsersRound} text={t('empty.members')} />;
  return (
    <div ref={scroller} className={css['scroller']}>
      {loaded ? (
        <ul
          aria-label={t('group.members')}
          style={{
            paddingTop: first?.start ?? 0,
            paddingBottom: virtualizer.getTotalSize() - (last?.end ?? 0),
          }}
        >
          {items.map(({ index }) => {
            const member = loaded.rows.get(index);
            return member ? (
              <MemberRow
                key={member.uid}
                info={info}
                member={member}
                detail={details.get(member.uid)}
                place={[index + 1, loaded.total]}
              />
            ) : (
              <li key={index} aria-hidden="true" style={{ height: ROW }} />
            );
          })}
        </ul>
      ) : (
        <SkeletonRows rows={5} />
      )}
    </div>
  );
}
