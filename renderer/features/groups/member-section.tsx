import { Plus, Search, UsersRound } from 'lucide-react';
import { useMemo, useState } from 'react';
import { type ChannelInfoView, type MemberView, Role } from '../../../shared/domain.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { matchesName } from '../../text/name-match.ts';
import { toldApart } from '../../text/told-apart.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { isLargeGroup } from '../../state/session/session-store.ts';
import { AddMembersDialog } from './add-members-dialog.tsx';
import { LargeMemberList } from './large-member-list.tsx';
import { MemberRow } from './member-row.tsx';
import { memberName, sortedMembers } from './member-order.ts';
import { memberFacts } from './use-found-members.ts';
import css from './member-section.module.css';

/** Rows before 查看全部. */
const SHORT = 5;

export function MemberSection({ info, members }: { info: ChannelInfoView; members: readonly MemberView[] }) {
  const t = useT();
  const language = useLanguage();
  const [searching, setSearching] = useState(false);
  const [filter, setFilter] = useState('');
  const [all, setAll] = useState(false);
  const [adding, setAdding] = useState(false);
  const large = isLargeGroup(info);
  // Of a large group the first are here, in the core's order.
  const sorted = useMemo(
    () => (large ? members : sortedMembers(members, language)),
    [large, members, language],
  );
  const found = filter.trim()
    ? sorted.filter((member) => matchesName(filter, [memberName(member), member.name]))
    : sorted;
  const shown = all || searching ? found : found.slice(0, SHORT);
  const details = toldApart(
    sorted.map((member) => ({ id: member.uid, name: memberName(member), facts: memberFacts(t, member) })),
  );
  const mayAdd = info.myRole !== null;
  const asks = info.inviteOnly && info.myRole === Role.member;

  return (
    <Card dense>
      <div className={css['head']}>
        <h3 className={css['title']}>
          {t('group.members')} <span className={css['count']}>{info.memberCount}</span>
        </h3>
        <IconButton
          icon={Search}
          label={t('group.searchMembers')}
          size={28}
          iconSize={16}
          active={searching}
          aria-expanded={searching}
          onClick={() => {
            setSearching(!searching);
            setFilter('');
          }}
        />
        {mayAdd && (
          <IconButton
            icon={Plus}
            label={t(asks ? 'grp.invite' : 'group.addMembers')}
            size={28}
            iconSize={16}
            onClick={() => setAdding(true)}
          />
        )}
      </div>
      <div className={css['list']}>
        {searching && (
          <div className={css['filter']}>
            <TextField
              label={t('group.searchMembers')}
              hideLabel
              size="small"
              icon={Search}
              // The user has just asked for this field.
              // eslint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              value={filter}
              placeholder={t('group.searchMembers')}
              onChange={(event) => setFilter(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Escape') return;
                event.stopPropagation();
                setSearching(false);
                setFilter('');
              }}
            />
          </div>
        )}
        {large && (all || searching) ? (
          <LargeMemberList info={info} search={filter.trim()} />
        ) : (
          <ul aria-label={t('group.members')}>
            {shown.map((member) => (
              <MemberRow key={member.uid} info={info} member={member} detail={details.get(member.uid)} />
            ))}
          </ul>
        )}
        {!large && shown.length === 0 && members.length > 0 && (
          <EmptyState icon={UsersRound} text={t('empty.members')} />
        )}
        {!all && !searching && sorted.length > SHORT && (
          <MoreButton flush onClick={() => setAll(true)}>
            {t('group.viewAll', { n: large ? info.memberCount : sorted.length })}
          </MoreButton>
        )}
      </div>
      {adding && <AddMembersDialog info={info} members={members} onClose={() => setAdding(false)} />}
    </Card>
  );
}
