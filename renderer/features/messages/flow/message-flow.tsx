import { AtSign, ChevronDown } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { ChannelType, channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import { useChannelInfo, useConversation } from '../../../state/session/session-store.ts';
import { useLatest } from '../../../ui/use-latest.ts';
import { LiveMessageMenu } from '../menu/message-menu.tsx';
import type { MessageActions } from '../menu/use-message-actions.tsx';
import { MessageRow, type RowActions } from '../row/message-row.tsx';
import type { Names } from '../row/use-names.ts';
import { FlowAnnouncer } from './flow-announcer.tsx';
import { firstUnreadMention } from './flow-lookup.ts';
import { FlowNotice, JumpButton, OfflineNote } from './flow-overlay.tsx';
import { useAtEnd, useBoundedHeights, useFollowEnd, useReadingPlace, useToday } from './flow-scroll.ts';
import { useFlash } from './use-flash.ts';
import { useFlowKeys } from './use-flow-keys.ts';
import { useFlowMenu } from './use-flow-menu.ts';
import { type FlowState, useFlowRows } from './use-flow-rows.ts';
import { useFlowSelection } from './use-flow-selection.ts';
import { useFlowVirtualizer } from './use-flow-virtualizer.ts';
import { useJumps } from './use-jumps.ts';
import { useMarkRead } from './use-mark-read.ts';
import { usePaging } from './use-paging.ts';
import { usePlacing } from './use-placing.ts';
import { useRowFocus } from './use-row-focus.ts';
import css from './message-flow.module.css';

/**
 * The messages of the open conversation, virtualised, with roving focus, menu, jumps and paging. Knows its messages by
 * key only: rows and menu read theirs, handlers look theirs up. Callbacks live as long as the chat is open, so what they
 * could see would stay in memory after a recall.
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
  const conversation = useConversation(key);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(() => new Set());
  const rows = useFlowRows(key, names, unfolded);
  const todayMs = useToday();

  const scroller = useRef<HTMLDivElement>(null);
  const { currentIndex: focusedIndex, focusRow } = useRowFocus(rows, scroller);
  const virtualizer = useFlowVirtualizer(rows, state, focusedIndex, scroller);
  const items = virtualizer.getVirtualItems();
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
  useFollowEnd(scroller, rows.at(-1)?.key, atEnd, virtualizer);
  useBoundedHeights(rows, virtualizer);
  useMarkRead(channel, atEnd);

  const menu = useFlowMenu(scroller, focusRow);
  const selection = useFlowSelection(channel, rowsRef);
  const moveTo = (index: number): void => {
    const row = rows[index];
    if (!row) return;
    leave();
    virtualizer.scrollToIndex(index, { align: 'auto' });
    focusRow(row.key);
  };
  const onKeyDown = useFlowKeys({
    channel,
    rows,
    focusedIndex,
    moveTo,
    jumpToSeq,
    toLatest,
    menu,
    selection,
    actions,
  });
  const { pick, pickUpTo } = selection;
  const { openAt } = menu;
  const rowActions = useMemo<RowActions>(
    () => ({
      select: ({ key: messageKey }, extend) => {
        focusRow(messageKey);
        if (extend) pickUpTo(messageKey);
        else pick(messageKey);
      },
      jumpToSeq: (messageSeq) => jumpToSeq(messageSeq),
      reedit: actions.reedit,
      unfold: (rowKey) => {
        setUnfolded((before) => new Set(before).add(rowKey));
        focusRow(rowKey);
      },
      openMenu: ({ key: messageKey }, at) => {
        focusRow(messageKey);
        openAt(messageKey, at);
      },
    }),
    [actions, focusRow, jumpToSeq, openAt, pick, pickUpTo],
  );
  const mentionSeq = useMemo(
    () => firstUnreadMention(rows, conversation?.readSeq ?? 0),
    [rows, conversation?.readSeq],
  );
  const unread = conversation?.unread ?? 0;

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
          <div className={css['canvas']} style={{ height: virtualizer.getTotalSize() }}>
            {items.map((item) => {
              const row = rows[item.index];
              if (!row) return null;
              return (
                <div
                  key={item.key}
                  ref={virtualizer.measureElement}
                  data-index={item.index}
                  className={css['row']}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <MessageRow
                    flowKey={key}
                    row={row}
                    names={names}
                    actions={rowActions}
                    current={
                      item.index === focusedIndex || (focusedIndex < 0 && item.index === rows.length - 1)
                    }
                    flash={flashKey === row.key}
                    menuOpen={menu.messageKey === row.key}
                    selecting={selection.selecting}
                    selected={selection.selectedKeys.has(row.key)}
                    query={query}
                    todayMs={todayMs}
                    personChat={channel.channelType === ChannelType.person}
                  />
                </div>
              );
            })}
          </div>
        </div>
      </div>
      <FlowNotice
        state={state}
        empty={rows.length === 0}
        onRetry={() => void useMessageStore.getState().loadLatest(channel)}
      />
      {placed && !atEnd && rows.length > 0 && (
        <div className={css['jumps']}>
          {mentionSeq !== null && (
            <JumpButton icon={AtSign} label={t('flow.jumpToMention')} onClick={() => jumpToSeq(mentionSeq)} />
          )}
          <JumpButton
            icon={ChevronDown}
            label={unread > 0 ? t('flow.newCount', { n: unread }) : t('flow.jumpToLatest')}
            count={unread}
            onClick={toLatest}
          />
        </div>
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
