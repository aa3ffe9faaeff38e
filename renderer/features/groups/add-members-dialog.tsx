import { useEffect, useMemo, useState } from 'react';
import { type ChannelInfoView, type ContactView, type MemberView, Role } from '../../../shared/domain.ts';
import { MAX_INVITATION_REMARK } from '../../../shared/ipc/contract/joining.ts';
import { useT } from '../../i18n/i18n.ts';
import { MAX_MEMBER_PAGE } from '../../../shared/ipc/contract/limits.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { isLargeGroup } from '../../state/session/session-store.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { overBy } from '../../ui/over-by.ts';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { useContacts } from '../../state/session/use-contacts.ts';
import { PeoplePicker } from './people-picker.tsx';
import css from './pages.module.css';

interface AddMembersDialogProps {
  info: ChannelInfoView;
  members: readonly MemberView[];
  onClose: () => void;
}

export function AddMembersDialog({ info, members, onClose }: AddMembersDialogProps) {
  const t = useT();
  const [picked, setPicked] = useState<ContactView[]>([]);
  const [remark, setRemark] = useState('');
  const exclude = useExcluded(info, members);
  // Owner and managers confirm who joins: others ask them.
  const asks = info.inviteOnly && info.myRole === Role.member;
  const add = async (isOpen: () => boolean): Promise<void> => {
    const uids = picked.map((entry) => entry.uid);
    if (asks) {
      await call('joining.invite', { channel: info.channel, uids, remark: remark.trim() });
      showToast({ text: t('grp.invited'), tone: 'success' });
      if (isOpen()) onClose();
      return;
    }
    const { dropped } = await call('groups.addMembers', { channel: info.channel, uids });
    if (dropped > 0) showToast({ text: t('group.dropped', { n: dropped }) });
    if (isOpen()) onClose();
  };
  return (
    <ActionDialog
      title={t(asks ? 'grp.invite' : 'group.addMembers')}
      closeButton
      actionLabel={t(asks ? 'grp.invite' : 'group.addMembers')}
      why={
        picked.length === 0
          ? t('why.pick')
          : overBy(remark, MAX_INVITATION_REMARK) > 0
            ? t('why.tooLong')
            : null
      }
      onAction={add}
      onClose={onClose}
    >
      <PeoplePicker picked={picked} onChange={setPicked} exclude={exclude} />
      {asks && (
        <>
          <TextField
            label={t('grp.inviteRemark')}
            size="small"
            value={remark}
            maxLength={MAX_INVITATION_REMARK}
            onChange={(event) => setRemark(event.target.value)}
          />
          <p className={css['note']}>{t('grp.inviteNote')}</p>
        </>
      )}
    </ActionDialog>
  );
}

/** Those who are members already; of a large group the core says which friends are. */
function useExcluded(info: ChannelInfoView, members: readonly MemberView[]): ReadonlySet<string> {
  const { contacts } = useContacts();
  const [friends, setFriends] = useState<readonly string[]>([]);
  const large = isLargeGroup(info);
  const { channelId, channelType } = info.channel;
  useEffect(() => {
    if (!large || !contacts) return undefined;
    let current = true;
    const ask = async (): Promise<void> => {
      const found: string[] = [];
      for (let at = 0; at < contacts.length; at += MAX_MEMBER_PAGE) {
        const uids = contacts.slice(at, at + MAX_MEMBER_PAGE).map((contact) => contact.uid);
        const asked = await call('channels.members', { channel: { channelId, channelType }, uids });
        found.push(...asked.map((member) => member.uid));
      }
      if (current) setFriends(found);
    };
    void attempt(ask);
    return () => {
      current = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- asked again when the members changed
  }, [large, contacts, channelId, channelType, members]);
  return useMemo(() => new Set([...members.map((member) => member.uid), ...friends]), [members, friends]);
}
