import { Plus, UsersRound } from 'lucide-react';
import { useId, useState } from 'react';
import { type ChannelInfoView, channelKey, type MemberView, Role } from '../../../shared/domain.ts';
import { MAX_MANAGERS } from '../../../shared/ipc/contract/groups.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useMuteEnd } from '../../state/session/mute-end.ts';
import { useOffline } from '../../state/session/offline.ts';
import { useMe, useMembers } from '../../state/session/session-store.ts';
import { openInfoPage } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SegmentedTabs } from '../../ui/segmented-tabs.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { toldApart } from '../../text/told-apart.ts';
import { memberName, memberPowers } from './member-order.ts';
import { PickMembersDialog, type PickFor } from './pick-members-dialog.tsx';
import { useBlacklist } from './use-blacklist.ts';
import { memberFacts } from './use-found-members.ts';
import { useMutedMembers } from './use-muted-members.ts';
import css from './pages.module.css';

export type PeopleTab = 'managers' | 'muted' | 'blacklist';

/** Managers, the muted and the blacklist: one page with a tab for each that I may open. */
export function PeoplePage({ info, tab }: { info: ChannelInfoView; tab: PeopleTab }) {
  const t = useT();
  const panelId = useId();
  const owns = info.myRole === Role.owner;
  const tabs = [
    ...(owns ? [{ id: 'managers' as const, label: t('grp.managers') }] : []),
    { id: 'muted' as const, label: t('grp.mutedTab') },
    { id: 'blacklist' as const, label: t('grp.blacklist') },
  ];
  return (
    <>
      <SegmentedTabs
        label={t('grp.peopleTitle')}
        tabs={tabs}
        selected={tab}
        onSelect={openInfoPage}
        panelId={panelId}
      />
      <div id={panelId} role="tabpanel" aria-label={tabs.find(({ id }) => id === tab)?.label ?? ''}>
        {tab === 'managers' && <Managers info={info} />}
        {tab === 'muted' && <Muted info={info} />}
        {tab === 'blacklist' && <Blacklist info={info} />}
      </div>
    </>
  );
}

function Managers({ info }: { info: ChannelInfoView }) {
  const t = useT();
  const { channel } = info;
  const managers = useMembers(channelKey(channel)).filter((member) => member.role === Role.manager);
  const full = managers.length >= MAX_MANAGERS;
  return (
    <People
      info={info}
      people={managers}
      list={t('grp.managers')}
      empty={t('grp.noManagers')}
      add={{ for: 'manager', label: t('grp.addManager') }}
      closed={full ? t('grp.managersFull', { n: MAX_MANAGERS }) : undefined}
      action={t('grp.unset')}
      onAct={(member) => call('groups.setManager', { channel, uid: member.uid, on: false })}
    />
  );
}

function Muted({ info }: { info: ChannelInfoView }) {
  const t = useT();
  const me = useMe();
  const { channel } = info;
  const muted = useMutedMembers(useMembers(channelKey(channel)));
  return (
    <People
      info={info}
      people={muted}
      list={t('grp.muted')}
      empty={t('grp.noMuted')}
      add={{ for: 'mute', label: t('grp.addMuted') }}
      mutes
      action={t('grp.lift')}
      mayAct={(member) => memberPowers(info.myRole, member, me?.uid ?? '').mute}
      onAct={(member) => call('groups.mute', { channel, uid: member.uid, minutes: 0 })}
    />
  );
}

const MuteLine = ({ until }: { until: number }) => useMuteEnd(until).text;

function Blacklist({ info }: { info: ChannelInfoView }) {
  const t = useT();
  const { channel } = info;
  const { listed, failed } = useBlacklist(channel);
  if (listed === null)
    return failed ? <EmptyState icon={UsersRound} text={t('error.network')} /> : <SkeletonRows rows={4} />;
  return (
    <People
      info={info}
      people={listed}
      list={t('grp.blacklist')}
      empty={t('grp.noBlocked')}
      add={{ for: 'blacklist', label: t('grp.addBlocked') }}
      action={t('grp.unblock')}
      onAct={(member) => call('groups.setBlacklisted', { channel, uid: member.uid, on: false })}
    />
  );
}

interface PeopleProps {
  info: ChannelInfoView;
  people: readonly MemberView[];
  list: string;
  empty: string;
  add: { for: PickFor; label: string };
  /** Why nobody can be added. */
  closed?: string | undefined;
  /** Says until when each is muted. */
  mutes?: boolean;
  action: string;
  mayAct?: (member: MemberView) => boolean;
  onAct: (member: MemberView) => Promise<unknown>;
}

/** A list with what can be done about each, and a way to add to it. */
function People({
  info,
  people,
  list,
  empty,
  add,
  closed,
  mutes = false,
  action,
  mayAct,
  onAct,
}: PeopleProps) {
  const t = useT();
  const offline = useOffline();
  const [adding, setAdding] = useState(false);
  const [busy, setBusy] = useState<string | null>(null);
  const reason = offline ? t('off.need') : closed;
  const reasonId = useId();
  const details = toldApart(
    people.map((member) => ({ id: member.uid, name: memberName(member), facts: memberFacts(t, member) })),
  );
  const act = async (member: MemberView): Promise<void> => {
    setBusy(member.uid);
    await attempt(() => onAct(member));
    setBusy(null);
  };
  return (
    <>
      <Card dense>
        {people.length === 0 ? (
          <p className={css['none']}>{empty}</p>
        ) : (
          <ul aria-label={list}>
            {people.map((member) => {
              const name = memberName(member);
              const detail = details.get(member.uid);
              return (
                <li key={member.uid} className={css['person']}>
                  <Avatar id={member.uid} name={name} size={32} />
                  <span className={css['words']}>
                    <bdi className={css['name']}>{name}</bdi>
                    {detail !== undefined && (
                      <span className={css['line']}>
                        <bdi>{detail}</bdi>
                      </span>
                    )}
                    {mutes && (
                      <span className={css['line']}>
                        <MuteLine until={member.mutedUntil} />
                      </span>
                    )}
                  </span>
                  {(mayAct?.(member) ?? true) && (
                    <Button
                      size="small"
                      busy={busy === member.uid}
                      why={offline ? t('off.need') : null}
                      aria-label={`${action} ${name}`}
                      onClick={() => void act(member)}
                    >
                      {action}
                    </Button>
                  )}
                </li>
              );
            })}
          </ul>
        )}
        <button
          type="button"
          className={css['add']}
          aria-disabled={reason !== undefined || undefined}
          aria-describedby={reason === undefined ? undefined : reasonId}
          onClick={() => reason === undefined && setAdding(true)}
        >
          <Icon of={Plus} size={16} />
          {add.label}
        </button>
      </Card>
      {reason !== undefined && (
        <p id={reasonId} className={css['note']}>
          {reason}
        </p>
      )}
      {adding && <PickMembersDialog info={info} purpose={add.for} onClose={() => setAdding(false)} />}
    </>
  );
}
