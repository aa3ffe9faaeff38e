import { ChevronRight, Megaphone, Pencil } from 'lucide-react';
import { useState } from 'react';
import { type ChannelInfoView, Role, channelKey } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useMembers } from '../../state/session/session-store.ts';
import { openChannel, setInfoOpen } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { ActionRow, Card, SwitchRow } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { IsolatedText } from '../../ui/bdi.tsx';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ChatSwitches } from './chat-switches.tsx';
import { EditTextDialog } from './edit-text-dialog.tsx';
import { MemberSection } from './member-section.tsx';
import { memberName } from './member-order.ts';
import css from './group-info.module.css';

type Question = 'name' | 'notice' | 'leave' | 'disband' | null;

export function GroupInfo({ info }: { info: ChannelInfoView }) {
  const t = useT();
  const { channel } = info;
  const members = useMembers(channelKey(channel));
  const owner = members.find((member) => member.role === Role.owner);
  const [question, setQuestion] = useState<Question>(null);
  const [managing, setManaging] = useState(false);
  const leads = info.myRole === Role.owner || info.myRole === Role.manager;
  const done = (): void => setQuestion(null);

  return (
    <>
      <div className={css['top']}>
        <Avatar id={channel.channelId} name={info.name} channelType={channel.channelType} size={52} />
        <div className={css['words']}>
          <div className={css['name']}>
            <bdi className="ellipsis">{info.name}</bdi>
            {leads && (
              <IconButton
                icon={Pencil}
                label={t('group.editName')}
                size={28}
                iconSize={14}
                className={css['edit']}
                onClick={() => setQuestion('name')}
              />
            )}
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
              {leads && (
                <IconButton
                  icon={Pencil}
                  label={t('group.editNotice')}
                  size={28}
                  iconSize={14}
                  className={css['edit']}
                  onClick={() => setQuestion('notice')}
                />
              )}
            </div>
            <p className={css['noticeText']}>{info.notice || t('group.noticeEmpty')}</p>
          </div>
        </Card>
      )}

      <MemberSection info={info} members={members} />
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

      {question === 'name' && (
        <EditTextDialog
          title={t('group.editName')}
          label={t('group.nameLabel')}
          value={info.name}
          maxLength={40}
          required
          onClose={done}
          onSave={(name) => call('groups.update', { channel, name })}
        />
      )}
      {question === 'notice' && (
        <EditTextDialog
          title={t('group.editNotice')}
          label={t('group.notice')}
          value={info.notice}
          maxLength={2_000}
          multiline
          onClose={done}
          onSave={(notice) => call('groups.update', { channel, notice })}
        />
      )}
      {(question === 'leave' || question === 'disband') && (
        <ConfirmDialog
          title={t(question === 'leave' ? 'group.leaveTitle' : 'group.disbandTitle', { name: info.name })}
          confirmLabel={t(question === 'leave' ? 'group.leave' : 'group.disband')}
          danger
          typeToConfirm={
            question === 'disband' ? { label: t('group.nameLabel'), text: info.name } : undefined
          }
          onCancel={done}
          onConfirm={async () => {
            const channelName = question === 'leave' ? 'groups.leave' : 'groups.disband';
            if (!(await attempt(() => call(channelName, { channel })))) return;
            done();
            setInfoOpen(false);
            openChannel(null);
          }}
        >
          {t(question === 'leave' ? 'group.leaveBody' : 'group.disbandBody')}
        </ConfirmDialog>
      )}
    </>
  );
}
