import { isolated } from '../../../shared/display-name.ts';
import { UserPlus } from 'lucide-react';
import type { MouseEvent } from 'react';
import type { FriendRequestView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useSession } from '../../state/session/session-store.ts';
import { openProfile } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useFriendRequests } from '../../state/session/use-contacts.ts';
import css from './friend-requests.module.css';

/** Read the list again after an answer; the core's own delta may come later. */
const refresh = (): void => useSession.setState((state) => ({ requestsVersion: state.requestsVersion + 1 }));

export function FriendRequests() {
  const t = useT();
  const requests = useFriendRequests();
  if (requests === null) return <SkeletonRows rows={3} />;
  if (requests.length === 0) return <EmptyState icon={UserPlus} text={t('empty.requests')} />;
  return (
    <ul aria-label={t('contacts.requests')}>
      {requests.map((request) => (
        <RequestRow key={`${request.uid}/${request.token}`} request={request} />
      ))}
    </ul>
  );
}

function RequestRow({ request }: { request: FriendRequestView }) {
  const t = useT();
  // Who is it? The card has the number, and with who is a friend by now, the way to a chat.
  const open = (event: MouseEvent): void => openProfile(event.currentTarget, { uid: request.uid });
  return (
    <li className={css['row']}>
      <button
        type="button"
        className={css['face']}
        aria-label={t('prof.open', { name: request.name })}
        onClick={open}
      >
        <Avatar id={request.uid} name={request.name} size={36} />
      </button>
      <div className={css['words']}>
        <button
          type="button"
          className={css['name']}
          // The face beside it is the one stop of Tab, and of readers.
          tabIndex={-1}
          aria-hidden="true"
          onClick={open}
        >
          <bdi className="ellipsis">{request.name}</bdi>
        </button>
        {request.remark && (
          <div className={css['remark']} dir="auto">
            {request.remark}
          </div>
        )}
        {request.status === 'new' ? (
          <div className={css['actions']}>
            <Button
              size="small"
              variant="primary"
              aria-label={t('words.of', { what: t('contacts.accept'), whom: isolated(request.name) })}
              onClick={() =>
                void attempt(() => call('contacts.accept', { token: request.token }).then(refresh))
              }
            >
              {t('contacts.accept')}
            </Button>
            <Button
              size="small"
              aria-label={t('words.of', { what: t('contacts.refuse'), whom: isolated(request.name) })}
              onClick={() => void attempt(() => call('contacts.refuse', { uid: request.uid }).then(refresh))}
            >
              {t('contacts.refuse')}
            </Button>
          </div>
        ) : (
          <div className={css['remark']}>
            {t(request.status === 'accepted' ? 'contacts.accepted' : 'contacts.refused')}
          </div>
        )}
      </div>
    </li>
  );
}
