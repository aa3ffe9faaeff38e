import { useEffect, useMemo, useState } from 'react';
import { type ChannelInfoView, channelKey, type MemberView } from '../../../shared/domain.ts';
import { MAX_MEMBER_PAGE } from '../../../shared/ipc/contract/limits.ts';
import { type Translate, useLanguage } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { isLargeGroup, useMembers } from '../../state/session/session-store.ts';
import { matchesName } from '../../text/name-match.ts';
import { memberName, sortedMembers } from './member-order.ts';

/**
 * Members whose name has the words in it, in the order of the list; null until they are known. Of a large group the
 * core finds the first.
 */
export function useFoundMembers(info: ChannelInfoView, filter: string): readonly MemberView[] | null {
  const language = useLanguage();
  const members = useMembers(channelKey(info.channel));
  const large = isLargeGroup(info);
  const [found, setFound] = useState<readonly MemberView[] | null>(null);
  const { channelId, channelType } = info.channel;
  const search = filter.trim();
  useEffect(() => {
    if (!large) return undefined;
    let current = true;
    const channel = { channelId, channelType };
    void call('channels.findMembers', { channel, search, offset: 0, limit: MAX_MEMBER_PAGE }).then(
      (page) => current && setFound(page.members),
      () => undefined,
    );
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- asked again when the members changed
  }, [large, channelId, channelType, search, members]);
  const local = useMemo(
    () =>
      sortedMembers(members, language).filter(
        (member) => search === '' || matchesName(search, [memberName(member), member.name]),
      ),
    [members, language, search],
  );
  return large ? found : local;
}

/** What tells members of one name apart. */
export const memberFacts = (t: Translate, { name, remark, shortNo = '' }: MemberView): string[] => [
  remark ? name : '',
  shortNo && t('prof.shortNo', { no: shortNo }),
];
