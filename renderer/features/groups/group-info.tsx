import { ChevronRight, Megaphone, QrCode } from 'lucide-react';
import { useState } from 'react';
import { type ChannelInfoView, channelKey, type MemberView, Role } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { useMe, useMembers } from '../../state/session/session-store.ts';
import { infoRowId, openInfoPage } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Badge } from '../../ui/badge.tsx';
import { IsolatedText } from '../../ui/bdi.tsx';
import { ActionRow, Card } from '../../ui/card.tsx';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ChatSwitches } from './chat-switches.tsx';
import { ChatTools } from './chat-tools.tsx';
import { EditButton } from './edit-button.tsx';
import { GroupQuestion, type GroupQuestionKind } from './group-question.tsx';
import { MemberSection } from './member-section.tsx';
import { memberName } from './member-order.ts';
import { PageRow } from './page-row.tsx';
import { RuleSwitches } from './rule-switches.tsx';
import { useBlacklist } from './use-blacklist.ts';
import { useInvitations } from './use-invitations.ts';
import { useMutedMembers } from './use-muted-members.ts';
import css from './group-info.module.css';

export function GroupInfo({ info }: { info: ChannelInfoView }) {
  const t = useT();
  const { channel, myRole } = info;
  const me = useMe();
  const members = useMembers(channelKey(channel));
  const own = members.find((member) => member.uid === me?.uid);
  const [question, setQuestion] = useState<GroupQuestionKind | null>(null);
  const owns = myRole === Role.owner;
  const leads = owns || myRole === Role.manager;

  return (
    <>
      <div className={css['top']}>
        <Avatar id={channel.channelId} name={info.name} channelType={channel.channelType} size={52} />
        <div className={css['words']}>
          <div className={css['name']}>
            <bdi className={css['wholeName']}>{info.name}</bdi>
            {leads && <EditButton label={t('group.editName')} onClick={() => setQuestion('name')} />}
          </div>
          <div className={css['meta']}>
            {t('chat.members', { n: info.memberCount })}
            <Standing role={myRole} members={members} />
          </div>
        </div>
        {myRole !== null && (
          <IconButton
            id={infoRowId('code')}
            icon={QrCode}
            label={t('grp.code')}
            onClick={() => openInfoPage('code')}
          />
        )}
      </div>

      {(leads || info.notice) && <NoticeCard info={info} />}

      {myRole !== null && (
        <Card dense>
          {leads && <PageRow page="look" label={t('grp.look')} />}
          <PageRow
            page="nickname"
            label={t('grp.nickname')}
            value={<bdi className="ellipsis">{own?.remark || t('grp.nicknameNone')}</bdi>}
          />
          {leads && <RequestsRow info={info} />}
        </Card>
      )}

      <MemberSection info={info} members={members} />
      <ChatTools channel={info.channel} />
      <ChatSwitches info={info} />

      {myRole !== null && (
        <Card dense>
          {leads && <PowerRows info={info} members={members} />}
          {leads && <RuleSwitches info={info} />}
          <ActionRow label={t('group.leave')} tone="danger" onClick={() => setQuestion('leave')} />
          {owns && (
            <ActionRow label={t('group.disband')} tone="danger" onClick={() => setQuestion('disband')} />
          )}
        </Card>
      )}

      {question && <GroupQuestion info={info} question={question} onClose={() => setQuestion(null)} />}
    </>
  );
}

/** What I am in the group, else who owns it. */
function Standing({ role, members }: { role: Role | null; members: readonly MemberView[] }) {
  const t = useT();
  const owner = members.find((member) => member.role === Role.owner);
  if (role !== Role.owner && role !== Role.manager && !owner) return null;
  return (
    <>
      <i className="dot-separator" />
      {role === Role.owner
        ? t('grp.youOwn')
        : role === Role.manager
          ? t('grp.youManage')
          : owner && <IsolatedText of={{ key: 'grp.owner', params: { name: memberName(owner) } }} />}
    </>
  );
}

function NoticeCard({ info }: { info: ChannelInfoView }) {
  const t = useT();
  return (
    <Card dense>
      <button
        type="button"
        id={infoRowId('notice')}
        className={css['notice']}
        onClick={() => openInfoPage('notice')}
      >
        <span className={css['noticeHead']}>
          <Icon of={Megaphone} size={16} />
          <span className={css['noticeTitle']}>{t('group.notice')}</span>
          <Icon of={ChevronRight} size={14} />
        </span>
        <span className={css['noticeText']} dir="auto">
          {info.notice || t('group.noticeEmpty')}
        </span>
      </button>
    </Card>
  );
}

function RequestsRow({ info }: { info: ChannelInfoView }) {
  const t = useT();
  const { invitations } = useInvitations(info.channel);
  const waiting = invitations?.filter(({ state }) => state === 'waiting').length ?? 0;
  if (!info.inviteOnly && !invitations?.length) return null;
  return (
    <PageRow
      page="requests"
      label={t('grp.requests')}
      value={
        waiting > 0 && (
          <>
            <Badge count={waiting} />
            <span className="visually-hidden">{t('grp.people', { n: waiting })}</span>
          </>
        )
      }
    />
  );
}

function PowerRows({ info, members }: { info: ChannelInfoView; members: readonly MemberView[] }) {
  const t = useT();
  const owns = info.myRole === Role.owner;
  const managers = members.filter((member) => member.role === Role.manager).length;
  const muted = useMutedMembers(members).length;
  const blacklist = useBlacklist(info.channel).listed;
  const people = (n: number): string => (n > 0 ? t('grp.people', { n }) : '');
  return (
    <>
      {owns && <PageRow page="managers" label={t('grp.managers')} value={people(managers)} />}
      <PageRow page="muted" label={t('grp.muted')} value={people(muted)} />
      <PageRow page="blacklist" label={t('grp.blacklist')} value={people(blacklist?.length ?? 0)} />
      <PageRow page="recalls" label={t('grp.recalls')} />
      {owns && <PageRow page="transfer" label={t('grp.transfer')} />}
    </>
  );
}
