import { Search, UsersRound } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { ChannelInfoView, MemberView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { toldApart } from '../../text/told-apart.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { cx } from '../../ui/cx.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RoleTag } from '../../ui/role-tag.tsx';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { memberName } from './member-order.ts';
import { memberFacts, useFoundMembers } from './use-found-members.ts';
import css from './pages.module.css';

/** One member out of those that `fits` takes: a filter and a list of which one is chosen. */
export function MemberChoice({
  info,
  label,
  fits,
  chosen,
  onChoose,
}: {
  info: ChannelInfoView;
  label: string;
  fits: (member: MemberView) => boolean;
  chosen: MemberView | null;
  onChoose: (member: MemberView) => void;
}) {
  const t = useT();
  const [filter, setFilter] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const found = useFoundMembers(info, filter);
  const members = found?.filter(fits) ?? null;
  const details = toldApart(
    (members ?? []).map((member) => ({
      id: member.uid,
      name: memberName(member),
      facts: memberFacts(t, member),
    })),
  );
  const known = members ?? [];
  const at = known.findIndex((member) => member.uid === chosen?.uid);
  const moveTo = (index: number): void => {
    const next = known[index];
    if (!next) return;
    onChoose(next);
    list.current?.querySelectorAll<HTMLElement>('[role="radio"]')[index]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    takeRovingKey(event, { count: known.length, at: Math.max(at, 0), edges: true, moveTo });
  };
  return (
    <>
      <TextField
        label={t('grp.transferSearch')}
        hideLabel
        size="small"
        icon={Search}
        value={filter}
        placeholder={t('grp.transferSearch')}
        onChange={(event) => setFilter(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          moveTo(0);
        }}
      />
      {members === null ? (
        <SkeletonRows rows={4} />
      ) : members.length === 0 ? (
        <EmptyState icon={UsersRound} text={t('empty.members')} />
      ) : (
        <div
          ref={list}
          role="radiogroup"
          aria-label={label}
          tabIndex={-1}
          className={css['choices']}
          onKeyDown={onKeyDown}
        >
          {members.map((member, index) => {
            const name = memberName(member);
            const detail = details.get(member.uid);
            const isChosen = member.uid === chosen?.uid;
            return (
              <button
                key={member.uid}
                type="button"
                role="radio"
                aria-checked={isChosen}
                tabIndex={index === Math.max(at, 0) ? 0 : -1}
                className={css['choice']}
                onClick={() => onChoose(member)}
              >
                <Avatar id={member.uid} name={name} size={32} />
                <span className={css['words']}>
                  <bdi className={css['name']}>{name}</bdi>
                  {detail !== undefined && (
                    <span className={css['line']}>
                      <bdi>{detail}</bdi>
                    </span>
                  )}
                </span>
                <RoleTag role={member.role} />
                <span className={cx(css['radio'], isChosen && css['checked'])} aria-hidden="true" />
              </button>
            );
          })}
        </div>
      )}
    </>
  );
}
