import { ChevronRight, Megaphone, Pencil } from 'lucide-react';
import { useState } from 'react';
import { type ChannelInfoView, Role, channelKey } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useMembers } from '../../state/session/session-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { ActionRow, Card, SwitchRow } from '../../ui/card.tsx';
import { IsolatedText } from '../../ui/bdi.tsx';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ChatSwitches } from './chat-switches.tsx';
import { ChatTools } from './chat-tools.tsx';
import { GroupQuestion, type GroupQuestionKind } from './group-question.tsx';
import { MemberSection } from './member-section.tsx';
import { memberName } from './member-order.ts';
import css from './group-info.module.css';

export function GroupInfo({ info }: { info: ChannelInfoView }) {
  const t = useT();
  const { channel } = info;
  const members = useMembers(channelKey(channel));
  const owner = members.find((member) => member.role === Role.owner);
  const [question, setQuestion] = useState<GroupQuestionKind | null>(null);
  const [managing, setManaging] = useState(false);
  const leads = info.myRole === Role.owner || info.myRole === Role.manager;

  return (
    <>
      <div className={css['top']}>
        <Avatar id={channel.channelId} name={info.name} channelType={channel.channelType} size={52} />
        <div className={css['words']}>
          <div className={css['name']}>
            <bdi className="ellipsis">{info.name}</bdi>
            {leads && <EditButton label={t('group.editName')} onClick={() => setQuestion('name')} />}
          </div>
          <div className={css['meta']}>
            {t('chat.members', { n: info.memberCount })}
            {owner && (
              <>
                <i className="dot-separator" />
                <IsolatedText of={{ key: 'group.createdBy', params: { name: memberName(owner) } }} />
              </>
            )}
          </div>
        </div>
      </div>

      {(leads || info.notice) && (
        <Card dense>
          <div className={css['notice']}>
            <div className={css['noticeHead']}>
              <Icon of={Megaphone} size={16} />
              <h3>{t('group.notice')}</h3>
              {leads && <EditButton label={t('group.editNotice')} onClick={() => setQuestion('notice')} />}
            </div>
            <p className={css['noticeText']} dir="auto">
              {info.notice || t('group.noticeEmpty')}
            </p>
          </div>
        </Card>
      )}

      <MemberSection info={info} members={members} />
      <ChatTools />
      <ChatSwitches info={info} />

      {info.myRole !== null && (
        <Card dense>
          {leads && (
            <ActionRow
              label={t('group.manage')}
              trailing={
                <span className={css['trailing']}>
                  {t('group.manageHint')}
                  <Icon of={ChevronRight} size={14} className={managing ? css['turned'] : undefined} />
                </span>
              }
              onClick={() => setManaging(!managing)}
            />
          )}
          {leads && managing && (
            <SwitchRow
              label={t('group.muteAll')}
              detail={t('group.muteAllHint')}
              checked={info.forbidden}
              onChange={(on) => void attempt(() => call('groups.setForbidden', { channel, on }))}
            />
          )}
          {info.myRole === Role.owner ? (
            <ActionRow label={t('group.disband')} tone="danger" onClick={() => setQuestion('disband')} />
          ) : (
            <ActionRow label={t('group.leave')} tone="danger" onClick={() => setQuestion('leave')} />
          )}
        </Card>
      )}

      {question && <GroupQuestion info={info} question={question} onClose={() => setQuestion(null)} />}
    </>
  );
}

function EditButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <IconButton
      icon={Pencil}
      label={label}
      size={28}
      iconSize={14}
      className={css['edit']}
      onClick={onClick}
    />
  );
}
