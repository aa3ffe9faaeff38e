import { CircleAlert, Inbox, X } from 'lucide-react';
import { useState } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { InvitationView } from '../../../shared/ipc/contract/joining.ts';
import { nameList } from '../../../shared/strings/name-list.ts';
import { type Translate, useLanguage, useT } from '../../i18n/i18n.ts';
import { listTime } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useOffline } from '../../state/session/offline.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Chip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useInvitations } from './use-invitations.ts';
import css from './pages.module.css';

/** Who waits to be let in, and what became of the others. */
export function RequestsPage({ channel }: { channel: ChannelRef }) {
  const t = useT();
  const offline = useOffline();
  const { invitations, failed, refresh } = useInvitations(channel);
  if (invitations === null)
    return failed ? (
      <EmptyState
        icon={CircleAlert}
        text={t('grp.requestsFailed')}
        action={<Button onClick={refresh}>{t('error.retry')}</Button>}
      />
    ) : (
      <SkeletonRows rows={4} />
    );
  if (invitations.length === 0) return <EmptyState icon={Inbox} text={t('grp.requestsNone')} />;
  return (
    <>
      <Card dense>
        <ul aria-label={t('grp.requests')}>
          {invitations.map((invitation) => (
            <Request
              key={invitation.inviteNo}
              channel={channel}
              invitation={invitation}
              onAnswered={refresh}
            />
          ))}
        </ul>
      </Card>
      {offline && <p className={css['note']}>{t('off.need')}</p>}
    </>
  );
}

function whoOf(t: Translate, { people }: InvitationView): string {
  const [first] = people;
  if (people.length <= 1) return first?.name ?? '';
  return t('grp.requestSeveral', { name: first?.name ?? '', n: people.length });
}

function Request({
  channel,
  invitation,
  onAnswered,
}: {
  channel: ChannelRef;
  invitation: InvitationView;
  onAnswered: () => void;
}) {
  const t = useT();
  const language = useLanguage();
  const offline = useOffline();
  const [busy, setBusy] = useState(false);
  const { inviteNo, state, people, inviter, byCode, answeredBy, remark, timestamp } = invitation;
  const who = whoOf(t, invitation);
  const face = people[0] ?? inviter;
  const answer = async (channelName: 'joining.confirm' | 'joining.refuse'): Promise<void> => {
    setBusy(true);
    await attempt(() => call(channelName, { channel, inviteNo }));
    setBusy(false);
    onAnswered();
  };
  const how = byCode ? t('grp.requestByCode') : t('grp.requestBy', { name: inviter.name });
  const why = offline ? t('off.need') : null;
  const line =
    state === 'confirmed' && answeredBy !== ''
      ? t('grp.requestAcceptedBy', { name: answeredBy })
      : state === 'refused' && answeredBy !== ''
        ? t('grp.requestRefusedBy', { name: answeredBy })
        : state === 'expired'
          ? t('grp.requestEnded', {
              t: listTime(language, timestamp * 1000, serverNow(), t('flow.yesterday')),
            })
          : how;
  return (
    <li className={css['person']} data-state={state}>
      <Avatar id={face.uid} name={face.name} size={36} />
      <span className={css['words']}>
        <bdi
          className={css['name']}
          title={nameList(
            language,
            people.map(({ name }) => name),
          )}
        >
          {who}
        </bdi>
        <span className={css['line']}>
          <bdi>{line}</bdi>
        </span>
        {remark !== '' && state === 'waiting' && (
          <span className={css['line']} dir="auto">
            {remark}
          </span>
        )}
      </span>
      {state === 'waiting' ? (
        <>
          {invitation.canRefuse && (
            <IconButton
              icon={X}
              label={t('grp.requestRefuse', { name: who })}
              size={28}
              iconSize={16}
              why={why}
              aria-busy={busy || undefined}
              className={css['bordered']}
              onClick={() => void (busy || answer('joining.refuse'))}
            />
          )}
          <Button
            size="small"
            variant="primary"
            busy={busy}
            why={why}
            onClick={() => void answer('joining.confirm')}
          >
            {t('grp.requestAccept')}
          </Button>
        </>
      ) : (
        <Chip tone={state === 'confirmed' ? 'success' : 'neutral'}>
          {t(
            state === 'confirmed'
              ? 'grp.requestJoined'
              : state === 'refused'
                ? 'grp.requestRefused'
                : 'grp.requestExpired',
          )}
        </Chip>
      )}
    </li>
  );
}
