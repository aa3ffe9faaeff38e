import { Camera, Users } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { type ChannelInfoView, channelKey, Role } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useOffline } from '../../state/session/offline.ts';
import { useMembers } from '../../state/session/session-store.ts';
import { ImageInput } from '../../ui/image-input.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { ActionRow, Card } from '../../ui/card.tsx';
import { CropDialog } from '../../ui/crop-dialog.tsx';
import { isCroppable } from '../../ui/crop-picture.ts';
import { showToast } from '../../ui/toast.tsx';
import { GroupQuestion } from './group-question.tsx';
import { MosaicDialog } from './mosaic-dialog.tsx';
import { memberName } from './member-order.ts';
import css from './pages.module.css';

/** Picture (the owner's to change, as the server has it) and name of the group. */
export function LookPage({ info }: { info: ChannelInfoView }) {
  const t = useT();
  const offline = useOffline();
  const whyId = useId();
  const why = offline ? t('off.need') : null;
  const { channel } = info;
  const members = useMembers(channelKey(channel));
  const [naming, setNaming] = useState(false);
  const [mosaic, setMosaic] = useState(false);
  /** Address of what was picked. */
  const [picked, setPicked] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const owns = info.myRole === Role.owner;

  const pick = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (await isCroppable(file)) setPicked(URL.createObjectURL(file));
    else showToast({ text: t('crop.bad'), tone: 'error' });
  };
  const use = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    await call('groups.setAvatar', { channel, bytes });
    showToast({ text: t('grp.lookDone'), tone: 'success' });
  };
  return (
    <>
      <Card dense>
        <div className={css['look']}>
          <Avatar id={channel.channelId} name={info.name} channelType={channel.channelType} size={64} />
          {owns && (
            <div className={css['lookButtons']}>
              <Button size="small" icon={Users} why={why} whyAt={whyId} onClick={() => setMosaic(true)}>
                {t('grp.lookMosaic')}
              </Button>
              <Button
                size="small"
                icon={Camera}
                why={why}
                whyAt={whyId}
                onClick={() => input.current?.click()}
              >
                {t('grp.lookUpload')}
              </Button>
            </div>
          )}
          <ImageInput ref={input} testId="pick-group-avatar" onPick={(file) => void pick(file)} />
        </div>
        {(offline || !owns) && (
          <p id={whyId} className={css['reason']}>
            {t(offline ? 'off.need' : 'grp.lookOwner')}
          </p>
        )}
      </Card>
      <Card dense>
        <ActionRow
          label={t('group.nameLabel')}
          trailing={<bdi className={css['value']}>{info.name}</bdi>}
          onClick={() => setNaming(true)}
        />
      </Card>
      {naming && <GroupQuestion info={info} question="name" onClose={() => setNaming(false)} />}
      {mosaic && (
        <MosaicDialog
          people={members.map((member) => ({ id: member.uid, name: memberName(member) }))}
          onUse={use}
          onClose={() => setMosaic(false)}
        />
      )}
      {picked !== null && (
        <CropDialog
          title={t('grp.cropTitle')}
          url={picked}
          square
          onUse={use}
          onClose={() => {
            URL.revokeObjectURL(picked);
            setPicked(null);
          }}
        />
      )}
    </>
  );
}
