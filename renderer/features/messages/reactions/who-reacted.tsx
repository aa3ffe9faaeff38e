import { useCallback, useState } from 'react';
import { reactionKey, type ReactorView } from '../../../../shared/content/reaction.ts';
import { useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { endReactionRequest, ownReaction, type ReactionRequest } from '../../../state/messages/reactions.ts';
import { useOffline } from '../../../state/session/offline.ts';
import { useMe } from '../../../state/session/session-store.ts';
import { useLoaded } from '../../../state/use-loaded.ts';
import { PeopleList, PeopleTabs, PersonRow } from '../../../ui/people-tabs.tsx';
import { Popover } from '../../../ui/popover.tsx';
import { useRequestedMessage } from './use-requested-message.ts';
import css from './reaction-popovers.module.css';

const ALL = 'all';
/** Tabs beside "all"; whoever chose something rarer stands there. */
const MOST_TABS = 4;

/** Everybody who reacted to a message, by emoji. It goes with the message. */
export function WhoReacted({ request }: { request: ReactionRequest }) {
  const t = useT();
  const message = useRequestedMessage(request);
  if (!message) return null;
  return (
    <Popover label={t('rx.who')} anchor={request.anchor} className={css['who']} onClose={endReactionRequest}>
      <Reactors
        request={request}
        kinds={(message.reactions ?? []).map(({ emoji, count }) => ({ emoji, count }))}
        mine={ownReaction(message) !== ''}
      />
    </Popover>
  );
}

function Reactors({
  request,
  kinds,
  mine,
}: {
  request: ReactionRequest;
  kinds: readonly { emoji: string; count: number }[];
  mine: boolean;
}) {
  const t = useT();
  const me = useMe();
  const offline = useOffline();
  const [tries, setTries] = useState(0);
  const { channel, key } = request;
  const load = useCallback(() => call('messages.reactors', { channel, key }), [channel, key]);
  const version = kinds.map(({ emoji, count }) => `${emoji}${count}`).join(' ');
  const { value, failed } = useLoaded(load, `${version} ${tries}`);
  const [chosen, setChosen] = useState(ALL);
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  const selected = kinds.slice(0, MOST_TABS).some(({ emoji }) => emoji === chosen) ? chosen : ALL;
  const isShown = ({ emoji }: ReactorView): boolean =>
    selected === ALL || reactionKey(emoji) === reactionKey(selected);
  return (
    <>
      <PeopleTabs
        label={t('rx.who')}
        tabs={[
          { id: ALL, label: t('rx.all', { n: total }) },
          ...kinds.slice(0, MOST_TABS).map(({ emoji, count }) => ({ id: emoji, label: `${emoji} ${count}` })),
        ]}
        selected={selected}
        onSelect={setChosen}
      >
        <PeopleList
          rows={
            value?.filter(isShown).map(({ uid, name, emoji }) => (
              <PersonRow
                key={uid}
                uid={uid}
                name={name}
                shown={uid === me?.uid ? t('rx.me', { X: name }) : name}
                testId="reactor"
              >
                <span className={css['theirs']}>{emoji}</span>
              </PersonRow>
            )) ?? null
          }
          problem={failed ? t(offline ? 'off.need' : 'error.generic') : null}
          onRetry={() => setTries(tries + 1)}
          nobody={null}
        />
      </PeopleTabs>
      {mine && <p className={css['note']}>{t('rx.again')}</p>}
    </>
  );
}
