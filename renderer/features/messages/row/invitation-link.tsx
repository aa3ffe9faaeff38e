import { useState } from 'react';
import { type ChannelRef, channelKey, Role } from '../../../../shared/domain.ts';
import type { Value } from '../../../../shared/ipc/contract/contract.ts';
import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { nameList } from '../../../../shared/strings/name-list.ts';
import { call } from '../../../state/bridge.ts';
import { attempt } from '../../../state/errors.ts';
import { useChannelInfo } from '../../../state/session/session-store.ts';
import { IsolatedText } from '../../../ui/bdi.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { TextButton } from '../../../ui/text-button.tsx';

const DONE = {
  confirmed: 'group.invitation.done',
  refused: 'grp.requestRefused',
  expired: 'grp.requestExpired',
} as const;

/** Opens an invitation that waits for owner or managers; nothing for the others. */
export function InvitationLink({
  channel,
  inviteNo,
  tabIndex,
}: {
  channel: ChannelRef;
  inviteNo: string;
  tabIndex: 0 | -1;
}) {
  const t = useT();
  const language = useLanguage();
  const role = useChannelInfo(channelKey(channel))?.myRole;
  const [opened, setOpened] = useState<Value<'joining.invitation'> | null>(null);
  if (role !== Role.owner && role !== Role.manager) return null;
  return (
    <>
      {' '}
      <TextButton
        tabIndex={tabIndex}
        onClick={() =>
          void attempt(async () => setOpened(await call('joining.invitation', { channel, inviteNo })))
        }
      >
        {t('group.invitation.open')}
      </TextButton>
      {opened && (
        <ConfirmDialog
          title={t('group.invitation.title')}
          confirmLabel={t('group.invitation.confirm')}
          why={opened.state === 'waiting' ? null : t(DONE[opened.state])}
          onCancel={() => setOpened(null)}
          onConfirm={async (isOpen) => {
            await call('joining.confirm', { channel, inviteNo });
            if (isOpen()) setOpened(null);
          }}
        >
          <p>
            {opened.byCode ? (
              <IsolatedText
                of={{ key: 'group.invitation.byCode', params: { X: opened.inviter.name } }}
                strong={['X']}
              />
            ) : (
              <IsolatedText
                of={{
                  key: 'group.invitation.who',
                  params: {
                    X: opened.inviter.name,
                    Y: nameList(
                      language,
                      opened.people.map(({ name }) => name),
                    ),
                  },
                }}
                strong={['X', 'Y']}
              />
            )}
          </p>
          {opened.remark && <p dir="auto">{opened.remark}</p>}
        </ConfirmDialog>
      )}
    </>
  );
}
