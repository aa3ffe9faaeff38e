import { useCallback, useRef, useState } from 'react';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import { useChannelInfo } from '../../../state/session/session-store.ts';
import { useLatest } from '../../../ui/use-latest.ts';
import { LiveMessageMenu } from '../menu/message-menu.tsx';
import type { MessageActions } from '../menu/use-message-actions.tsx';
import type { Names } from '../names/use-names.ts';
import { FlowAnnouncer } from './flow-announcer.tsx';
import { FlowCanvas } from './flow-canvas.tsx';
import { FlowJumps } from './flow-jumps.tsx';
import { lastKeyOf } from './flow-lookup.ts';
import { FlowNotice, OfflineNote } from './flow-notices.tsx';
import { useAtEnd } from './use-at-end.ts';
import { useFollowEnd } from './use-follow-end.ts';
import { useKeptPlace } from './use-kept-place.ts';
import { useReadingPlace } from './use-reading-place.ts';
import { useFlash } from './use-flash.ts';
import { useFlowKeys } from './use-flow-keys.ts';
import { useFlowMenu } from './use-flow-menu.ts';
import { type FlowState, useFlowRows } from './use-flow-rows.ts';
import { useFlowSelection } from './use-flow-selection.ts';
import { useFlowVirtualizer } from './use-flow-virtualizer.ts';
import { useJumps } from './use-jumps.ts';
import { useMarkRead } from './use-mark-read.ts';
import { useNewReactions } from './use-new-reactions.ts';
import { usePaging } from './use-paging.ts';
import { usePlacing } from './use-placing.ts';
import { useRowActions } from './use-row-actions.ts';
import { useRowFocus } from './use-row-focus.ts';
import { useUnreadPlace } from './use-unread-place.ts';
import css from './message-flow.module.css';

/**
 * The messages of the open conversation, virtualised, with roving focus, menu, jumps and paging. Knows its messages by
 * key only: rows and menu read theirs, handlers look theirs up. Callbacks live as long as the chat is open, so what
 * they could see would stay in memory after a recall.
 */
export function MessageFlow({
  channel,
  state,
  names,
  actions,
  query,
}: {
  channel: ChannelRef;
  state: FlowState;
  names: Names;
  actions: MessageActions;
  query: string;
}) {
  const t = useT();
  const key = channelKey(channel);
  const info = useChannelInfo(key);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(() => new Set());
  const unfold = useCallback((rowKey: string) => setUnfolded((before) => new Set(before).add(rowKey)), []);
  const rows = useFlowRows(key, names, unfolded);

  const scroller = useRef<HTMLDivElement>(null);
  const { currentIndex: focusedIndex, currentKey, focusRow } = useRowFocus(rows, scroller);
  const virtualizer = useFlowVirtualizer(rows, state, focusedIndex, scroller);
  const items = virtualizer.getVirtualItems();
  const unreadPlace = useUnreadPlace(rows, virtualizer.range);
  const { flashKey, flash } = useFlash();
  const placed = usePlacing(key, state, rows, virtualizer, flash);
  const { inView, leave } = useAtEnd(scroller, placed && !state.hasNewer);
  const atEnd = placed && inView && !state.hasNewer;
  const middle = items[Math.floor(items.length / 2)];
  useReadingPlace(key, placed && !atEnd && middle ? rows[middle.index]?.key : undefined);
  usePaging(channel, state, {
    placed,
    firstIndex: items[0]?.index ?? 0,
    lastIndex: items.at(-1)?.index ?? 0,
    rowCount: rows.length,
  });
  const rowsRef = useLatest(rows);
  const { jumpToSeq, toLatest } = useJumps({
    channel,
    generation: state.generation,
    rowsRef,
    virtualizer,
    focusRow,
    leave,
    flash,
  });
  useKeptPlace(channel, scroller, rowsRef, virtualizer, { placed, hasNewer: state.hasNewer });
  const lastRow = rows.at(-1);
  useFollowEnd(scroller, lastRow && lastKeyOf(lastRow), atEnd, virtualizer);
  const { hasOlder, offline } = state;
  useMarkRead(channel, atEnd, placed ? { rows, inView: virtualizer.range, hasOlder, offline } : null);
  const newReactions = useNewReactions(channel, scroller, rows, placed ? virtualizer.range : null, atEnd);

  const menu = useFlowMenu(scroller, focusRow);
  const selection = useFlowSelection(channel, rowsRef);
  const moveTo = (index: number, stop: string): void => {
    leave();
    virtualizer.scrollToIndex(index, { align: 'auto' });
    focusRow(stop);
  };
  const onKeyDown = useFlowKeys({
    channel,
    rows,
    currentKey,
    moveTo,
    jumpToSeq,
    toLatest,
    menu,
    selection,
    actions,
  });
  const rowActions = useRowActions({
    jumpToSeq,
    reedit: actions.reedit,
    unfold,
    focusRow,
    menu,
    selection,
  });

  return (
    <div className={css['flowArea']} data-region="flow">
      {state.offline && rows.length > 0 && (
        <OfflineNote onRetry={() => useMessageStore.getState().reloadOffline()} />
      )}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the roving focus inside */}
      <div
        ref={scroller}
        className={css['flow']}
        role="log"
        aria-live="off"
        aria-label={t('flow.label')}
        aria-busy={state.loading === 'initial'}
        tabIndex={-1}
        onKeyDown={onKeyDown}
      >
        <div className={css['bottom']}>
          {!state.hasOlder && state.loading === null && rows.length > 30 && (
            <div className={css['edge']}>{t('flow.start')}</div>
          )}
          <FlowCanvas
            channel={channel}
            rows={rows}
            virtualizer={virtualizer}
            names={names}
            actions={rowActions}
            query={query}
            focusedIndex={focusedIndex}
            focusedKey={currentKey}
            flashKey={flashKey}
            menuKey={menu.messageKey}
            selection={selection}
          />
        </div>
      </div>
      <FlowNotice
        state={state}
        empty={rows.length === 0}
        onRetry={() => void useMessageStore.getState().loadLatest(channel)}
      />
      {placed && rows.length > 0 && (!atEnd || newReactions.length > 0) && (
        <FlowJumps
          channel={channel}
          rows={rows}
          atEnd={atEnd}
          newReactions={newReactions}
          unreadPlace={unreadPlace}
          unreadAfterSeq={state.unreadAfterSeq}
          jumpToSeq={jumpToSeq}
          toLatest={toLatest}
        />
      )}
      <FlowAnnouncer channel={channel} names={names} />
      {menu.messageKey !== null && (
        <LiveMessageMenu
          channel={channel}
          messageKey={menu.messageKey}
          info={info}
          anchor={menu.anchor()}
          actions={actions}
          onClose={menu.close}
          onGone={menu.gone}
        />
      )}
    </div>
  );
}
