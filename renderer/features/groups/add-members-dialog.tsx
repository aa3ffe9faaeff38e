import { useMemo, useState } from 'react';
import type { ChannelInfoView, ContactView, MemberView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { showToast } from '../../ui/toast.tsx';
import { PeoplePicker } from './people-picker.tsx';

interface AddMembersDialogProps {
  info: ChannelInfoView;
  members: readonly MemberView[];
  onClose: () => void;
}

export function AddMembersDialog({ info, members, onClose }: AddMembersDialogProps) {
  const t = useT();
  const [picked, setPicked] = useState<ContactView[]>([]);
  const [busy, setBusy] = useState(false);
  const exclude = useMemo(() => new Set(members.map((member) => member.uid)), [members]);
  const add = async (): Promise<void> => {
    setBusy(true);
    const added = await attempt(async () => {
      const uids = picked.map((entry) => entry.uid);
      const { dropped } = await call('groups.addMembers', { channel: info.channel, uids });
      if (dropped > 0) showToast({ text: t('group.dropped', { n: dropped }) });
      onClose();
    });
    if (!added) setBusy(false);
  };
  return (
    <Dialog
      title={t('group.addMembers')}
      closeButton
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button variant="primary" busy={busy} disabled={picked.length === 0} onClick={() => void add()}>
            {t('group.addMembers')}
          </Button>
        </>
      }
    >
      <PeoplePicker picked={picked} onChange={setPicked} exclude={exclude} />
    </Dialog>
  );
}
