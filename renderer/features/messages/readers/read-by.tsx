import { useCallback, useId, useState } from 'react';
import { t as translateNow, useT } from '../../../i18n/i18n.ts';
import { call, codeOf } from '../../../state/bridge.ts';
import {
  endReactionRequest,
  type ReactionRequest,
  useReactionRequest,
} from '../../../state/messages/reactions.ts';
import { useOffline } from '../../../state/session/offline.ts';
import { useLoaded } from '../../../state/use-loaded.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Button } from '../../../ui/button.tsx';
import { Popover } from '../../../ui/popover.tsx';
import { SegmentedTabs } from '../../../ui/segmented-tabs.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
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
  const panel = useId();
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
  const people = value?.[side] ?? [];
  return (
    <>
      <div className={css['tabs']}>
        <SegmentedTabs
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
          panelId={panel}
        />
      </div>
      <div
        id={panel}
        role="tabpanel"
        aria-label={t('readby.title')}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls
        tabIndex={0}
        className={css['people']}
        aria-busy={value === null && !failed}
      >
        {value === null && !failed && <SkeletonRows rows={3} />}
        {failed && value === null && (
          <div className={css['note']} role="alert">
            <p>{t(offline ? 'off.need' : 'error.network')}</p>
            <Button size="small" onClick={() => setTries(tries + 1)}>
              {t('error.retry')}
            </Button>
          </div>
        )}
        {value && people.length === 0 && (
          <p className={css['note']}>{t(side === 'read' ? 'readby.nobody' : 'readby.everybody')}</p>
        )}
        <ul>
          {people.slice(0, MOST_ROWS).map(({ uid, name }) => (
            <li key={uid} className={css['person']} data-testid="reader">
              <Avatar id={uid} name={name} size={28} />
              <bdi className="ellipsis">{name}</bdi>
            </li>
          ))}
        </ul>
        {value && (value.more || people.length > MOST_ROWS) && (
          <p className={css['note']}>{t('readby.more')}</p>
        )}
      </div>
    </>
  );
}
