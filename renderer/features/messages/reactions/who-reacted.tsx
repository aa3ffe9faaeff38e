import { useCallback, useId, useState } from 'react';
import { reactionKey, type ReactorView } from '../../../../shared/content/reaction.ts';
import { useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { endReactionRequest, ownReaction, type ReactionRequest } from '../../../state/messages/reactions.ts';
import { useMe } from '../../../state/session/session-store.ts';
import { useLoaded } from '../../../state/use-loaded.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Popover } from '../../../ui/popover.tsx';
import { SegmentedTabs } from '../../../ui/segmented-tabs.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { useRequestedMessage } from './use-requested-message.ts';
import css from './reaction-popovers.module.css';

const ALL = 'all';
/** Tabs beside "all"; whoever chose something rarer stands there. */
const MOST_TABS = 4;
const NOBODY: readonly ReactorView[] = [];

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
  const panel = useId();
  const { channel, key } = request;
  const load = useCallback(() => call('messages.reactors', { channel, key }), [channel, key]);
  const version = kinds.map(({ emoji, count }) => `${emoji}${count}`).join(' ');
  const { value, failed } = useLoaded(load, version);
  const [chosen, setChosen] = useState(ALL);
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  const selected = kinds.slice(0, MOST_TABS).some(({ emoji }) => emoji === chosen) ? chosen : ALL;
  const rows = (value ?? NOBODY).filter(
    ({ emoji }) => selected === ALL || reactionKey(emoji) === reactionKey(selected),
  );
  return (
    <>
      <div className={css['tabs']}>
        <SegmentedTabs
          label={t('rx.who')}
          tabs={[
            { id: ALL, label: t('rx.all', { n: total }) },
            ...kinds
              .slice(0, MOST_TABS)
              .map(({ emoji, count }) => ({ id: emoji, label: `${emoji} ${count}` })),
          ]}
          selected={selected}
          onSelect={setChosen}
          panelId={panel}
        />
      </div>
      <div
        id={panel}
        role="tabpanel"
        aria-label={t('rx.who')}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls
        tabIndex={0}
        className={css['people']}
        aria-busy={value === null && !failed}
      >
        {value === null && !failed && <SkeletonRows rows={3} />}
        {failed && (
          <p role="alert" className={css['note']}>
            {t('error.generic')}
          </p>
        )}
        <ul>
          {rows.map(({ uid, name, emoji }) => (
            <li key={uid} className={css['person']} data-testid="reactor">
              <Avatar id={uid} name={name} size={28} />
              <bdi className="ellipsis">{uid === me?.uid ? t('rx.me', { X: name }) : name}</bdi>
              <span className={css['theirs']}>{emoji}</span>
            </li>
          ))}
        </ul>
      </div>
      {mine && <p className={css['note']}>{t('rx.again')}</p>}
    </>
  );
}
