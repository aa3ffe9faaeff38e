/** Whom the mention popup offers: looked for in the page, or, in a group too large for that, by the core. */
import { useEffect, useMemo, useState } from 'react';
import { ChannelType, channelKey, type ChannelRef, type MemberView, Role } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { isLargeGroup, useChannelInfo, useMe, useMembers } from '../../state/session/session-store.ts';
import type { Candidate } from './mention-candidates.ts';

type Search = typeof import('./mention-candidates.ts');

/** With the pinyin of all signs: loaded when a group is opened, before anybody has typed an @. */
let loaded: Search | null = null;

function useSearch(wanted: boolean): Search | null {
  const [search, setSearch] = useState(loaded);
  const missing = wanted && search === null;
  useEffect(() => {
    if (!missing) return undefined;
    let current = true;
    const load = async (): Promise<void> => {
      loaded ??= await import('./mention-candidates.ts');
      if (current) setSearch(loaded);
    };
    load().catch(() => {
      // Nobody is offered; the name can be written.
    });
    return () => {
      current = false;
    };
  }, [missing]);
  return search;
}

interface Found {
  key: string;
  query: string;
  members: readonly MemberView[];
}

/** `query`: what was typed after the @; null = nothing is looked for. */
export function useMentionCandidates(channel: ChannelRef, query: string | null): readonly Candidate[] {
  const t = useT();
  const { channelId, channelType } = channel;
  const key = channelKey(channel);
  const me = useMe();
  const info = useChannelInfo(key);
  const members = useMembers(channelType === ChannelType.group ? key : null);
  const large = isLargeGroup(info);
  const canMentionAll = info?.myRole === Role.owner || info?.myRole === Role.manager;
  const everyone = t('composer.mentionAll');
  const meUid = me?.uid ?? '';
  const [answer, setAnswer] = useState<Found | null>(null);

  const search = useSearch(channelType === ChannelType.group);

  const asked = large ? query : null;
  useEffect(() => {
    if (asked === null || search === null) return undefined;
    let current = true;
    const ref = { channelId, channelType };
    const ask = async (): Promise<void> => {
      // One more: the reader is never offered.
      const limit = search.MAX_CANDIDATES + 1;
      const page = await call('channels.findMembers', { channel: ref, search: asked, offset: 0, limit });
      if (current) setAnswer({ key: channelKey(ref), query: asked, members: page.members });
    };
    ask().catch(() => {
      // Logged by `call`; those the page knows are offered.
    });
    return () => {
      current = false;
    };
  }, [channelId, channelType, asked, search]);

  return useMemo(() => {
    if (query === null || search === null) return [];
    const options = { meUid, canMentionAll, everyone };
    // Until the answer is there: what of the last one still fits.
    const found = large && answer?.key === key ? answer : null;
    return search.mentionCandidates(found?.members ?? members, query, {
      ...options,
      matched: found?.query === query,
    });
  }, [search, query, members, answer, large, key, meUid, canMentionAll, everyone]);
}
