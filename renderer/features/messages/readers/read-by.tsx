import { useCallback, useState } from 'react';
import { t as translateNow, useT } from '../../../i18n/i18n.ts';
import { call, codeOf } from '../../../state/bridge.ts';
import {
  endReactionRequest,
  type ReactionRequest,
  useReactionRequest,
} from '../../../state/messages/reactions.ts';
import { useOffline } from '../../../state/session/offline.ts';
import { useLoaded } from '../../../state/use-loaded.ts';
import { PeopleList, PeopleTabs, PersonRow } from '../../../ui/people-tabs.tsx';
import { Popover } from '../../../ui/popover.tsx';
import { showToast } from '../../../ui/toast.tsx';
import { useRequestedMessage } from '../reactions/use-requested-message.ts';
import css from './read-by.module.css';

/** Drawn of one side. */
const MOST_ROWS = 200;

/** Who has read an own message of a group, and who has not. It goes with the message. */
export function ReadBy() {
  const request = useReactionRequest((state) => state.request);
  return request?.what === 'read' ? <Open key={request.key} request={request} /> : null;
}

function Open({ request }: { request: ReactionRequest }) {
  const t = useT();
  const message = useRequestedMessage(request);
  if (!message) return null;
  return (
    <Popover
      label={t('readby.title')}
      anchor={request.anchor}
      className={css['box']}
      onClose={endReactionRequest}
    >
      <Sides request={request} count={message.readCount ?? 0} />
    </Popover>
  );
}

function Sides({ request, count }: { request: ReactionRequest; count: number }) {
  const t = useT();
  const offline = useOffline();
  const [side, setSide] = useState<'read' | 'unread'>('read');
  const [tries, setTries] = useState(0);
  const { channel, key } = request;
  const load = useCallback(async () => {
    try {
      return await call('messages.readers', { channel, key });
    } catch (error) {
      // From now on nothing offers it.
      if (codeOf(error) === 'notCompatible') {
        endReactionRequest();
        showToast({ text: translateNow('readby.none') });
      }
      throw error;
    }
  }, [channel, key]);
  const { value, failed } = useLoaded(load, `${count} ${tries}`);
  const people = value?.[side];
  return (
    <PeopleTabs
      label={t('readby.title')}
      tabs={[
        { id: 'read', label: t('readby.read', { n: value?.read.length ?? count }) },
        {
          id: 'unread',
          label: value ? t('readby.unread', { n: value.unread.length }) : t('readby.unreadTab'),
        },
      ]}
      selected={side}
      onSelect={setSide}
    >
      <PeopleList
        rows={
          people
            ?.slice(0, MOST_ROWS)
            .map(({ uid, name }) => <PersonRow key={uid} uid={uid} name={name} testId="reader" />) ?? null
        }
        problem={failed ? t(offline ? 'off.need' : 'error.network') : null}
        onRetry={() => setTries(tries + 1)}
        nobody={t(side === 'read' ? 'readby.nobody' : 'readby.everybody')}
        more={value?.more || (people?.length ?? 0) > MOST_ROWS ? t('readby.more') : null}
      />
    </PeopleTabs>
  );
}
