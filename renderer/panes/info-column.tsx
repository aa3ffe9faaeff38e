import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { channelKey, type ChannelRef } from '../../shared/domain.ts';
import { GroupPages } from '../features/groups/group-pages.tsx';
import { InfoPane } from '../features/groups/info-pane.tsx';
import { FilterButtons } from '../features/search/filter-buttons.tsx';
import { filterArgs, noFilters } from '../features/search/search-filters.ts';
import { useChatSenders } from '../features/search/senders.ts';
import { SharedContent } from '../features/shared-content/shared-content.tsx';
import { serverNow } from '../state/session/server-clock.ts';
import { infoRowId, useUi } from '../state/window/ui-store.ts';

/** The right column: what there is to know about the open chat, or a page of that. */
export function InfoColumn({ channel }: { channel: ChannelRef }) {
  const page = useUi((state) => state.infoPage);
  const before = useRef(page);
  // Who comes back from a page goes on where it was asked for.
  useLayoutEffect(() => {
    if (page === 'info' && before.current !== 'info')
      document.querySelector<HTMLElement>(`#${infoRowId(before.current)}`)?.focus();
    before.current = page;
  }, [page]);
  // Of another chat everything begins anew.
  if (page === 'shared') return <SharedPage key={channelKey(channel)} channel={channel} />;
  if (page !== 'info') return <GroupPages key={channelKey(channel)} channel={channel} page={page} />;
  return <InfoPane channel={channel} />;
}

/** The shared content with the choices of the search: by whom, and when. */
function SharedPage({ channel }: { channel: ChannelRef }) {
  const [filters, setFilters] = useState(noFilters);
  const senders = useChatSenders(channel);
  const { fromUid, since, until } = useMemo(() => filterArgs(filters, serverNow()), [filters]);
  return (
    <SharedContent
      channel={channel}
      fromUid={fromUid}
      since={since}
      until={until}
      choices={<FilterButtons scope={null} filters={filters} senders={senders} onChange={setFilters} />}
    />
  );
}
