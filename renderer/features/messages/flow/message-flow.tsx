import { AtSign, ChevronDown } from 'lucide-react';
import { useVirtualizer, defaultRangeExtractor, type Range } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { ChannelType, channelKey, type ChannelRef, type MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { loadedMessage, useMessageStore } from '../../../state/messages/message-store.ts';
import { useChannelInfo, useConversation } from '../../../state/session/session-store.ts';
import { clearJump, focusComposer, useUi } from '../../../state/window/ui-store.ts';
import { openMedia } from '../../../state/media/media-actions.ts';
import {
  extendSelection,
  isSelectable,
  toggleSelected,
  useSelection,
} from '../../../state/messages/selection-store.ts';
import { articleOf, bubbleBox, firstUnreadMention, indexOfSeq } from './flow-lookup.ts';
import { type FlowCommands, handleFlowKey } from './flow-keys.ts';
import { FlowNotice, JumpButton, OfflineNote } from './flow-overlay.tsx';
import {
  afterPaint,
  END_THRESHOLD,
  useAtEnd,
  useBoundedHeights,
  useFollowEnd,
  useReadingPlace,
  useToday,
} from './flow-scroll.ts';
import { onFlowEntry } from '../../../state/messages/flow-entry.ts';
import { FlowAnnouncer } from './flow-announcer.tsx';
import { LiveMessageMenu } from '../menu/message-menu.tsx';
import { MessageRow, type RowActions } from '../row/message-row.tsx';
import { estimateHeight } from './row-height.ts';
import { type FlowState, useFlowRows } from './use-flow-rows.ts';
import { useMarkRead } from './use-mark-read.ts';
import type { MessageActions } from '../menu/use-message-actions.tsx';
import { usePaging } from './use-paging.ts';
import { useRowFocus } from './use-row-focus.ts';
import type { Names } from '../row/use-names.ts';
import css from '../messages.module.css';

const FLASH_MS = 1_200;

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
  const canvas = useRef<HTMLDivElement>(null);
  // Appending follows only at the live end: a page of newer history must not pull the reader along.
  const wasLive = useRef(false);
  const focus = useRowFocus(rows, scroller);
  const focusedIndex = focus.currentIndex;
  // eslint-disable-next-line react/incompatible-library -- the flow is not compiled; rows are memoised by hand
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateHeight(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
    paddingStart: 8,
    paddingEnd: 10,
    anchorTo: 'end',
    followOnAppend: wasLive.current && !state.hasNewer,
    scrollEndThreshold: END_THRESHOLD,
    // A focused row stays in the document, or the focus would fall to the body while scrolling.
    rangeExtractor: (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      if (focusedIndex < 0 || indexes.includes(focusedIndex)) return indexes;
      return [...indexes, focusedIndex].sort((a, b) => a - b);
    },
  });
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = (item, _delta, instance) =>
    item.start < (instance.scrollOffset ?? 0);
  useLayoutEffect(() => {
    wasLive.current = !state.hasNewer && state.count > 0;
  });

  const items = virtualizer.getVirtualItems();
  // Until the place in a replaced window is found and painted, the scroll position means nothing.
  const [placedGeneration, setPlaced] = useState(0);
  const placed = state.generation > 0 && placedGeneration === state.generation;
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

  // ---- place after the window was replaced
  const placing = useRef(0);
  const [flashKey, setFlashKey] = useState<string | null>(null);
  const flash = useCallback((rowKey: string) => {
    setFlashKey(rowKey);
    window.setTimeout(() => setFlashKey((current) => (current === rowKey ? null : current)), FLASH_MS);
  }, []);
  useLayoutEffect(() => {
    if (state.generation === 0 || placing.current === state.generation) return;
    placing.current = state.generation;
    const { generation, target } = state;
    afterPaint(() => setPlaced(generation));
    if (rows.length === 0) return;
    const unreadIndex = target === 'unread' ? rows.findIndex((row) => row.unread) : -1;
    if (typeof target === 'object') {
      const index = indexOfSeq(rows, target.seq);
      if (index >= 0) {
        virtualizer.scrollToIndex(index, { align: 'center' });
        flash(rows[index]?.key ?? '');
        return;
      }
    }
    if (unreadIndex >= 0) virtualizer.scrollToIndex(unreadIndex, { align: 'start' });
    else virtualizer.scrollToEnd();
  }, [state, rows, virtualizer, flash]);

  // ---- an own message is always shown
  const lastRow = rows.at(-1);
  const lastOwnKey = lastRow?.kind === 'bubble' && lastRow.own ? lastRow.key : null;
  const seenOwnKey = useRef(lastOwnKey);
  useLayoutEffect(() => {
    if (lastOwnKey === seenOwnKey.current) return;
    const known = seenOwnKey.current !== null || placing.current > 0;
    seenOwnKey.current = lastOwnKey;
    if (lastOwnKey !== null && known && loadedMessage(key, lastOwnKey)?.send.state !== 'sent') {
      virtualizer.scrollToEnd();
    }
  }, [lastOwnKey, key, virtualizer]);

  // ---- jumps
  const rowsRef = useRef(rows);
  const focusRef = useRef(focus.focusRow);
  useLayoutEffect(() => {
    rowsRef.current = rows;
    focusRef.current = focus.focusRow;
  });
  const jumpToSeq = useCallback(
    (messageSeq: number, takeFocus = true) => {
      const index = indexOfSeq(rowsRef.current, messageSeq);
      const row = rowsRef.current[index];
      if (row) {
        leave();
        virtualizer.scrollToIndex(index, { align: 'center' });
        flash(row.key);
        if (takeFocus) focusRef.current(row.key);
      } else if (messageSeq > 0) void useMessageStore.getState().loadAround(channel, messageSeq);
    },
    [channel, flash, leave, virtualizer],
  );
  const jump = useUi((ui) => ui.jump);
  useEffect(() => {
    if (!jump || channelKey(jump.channel) !== key || state.generation === 0) return;
    // The search bar keeps the focus while it steps through its hits.
    jumpToSeq(jump.messageSeq, !useUi.getState().chatSearchOpen);
    clearJump();
  }, [jump, key, jumpToSeq, state.generation]);
  const toLatest = useCallback(() => {
    if (useMessageStore.getState().channels[key]?.window.hasNewer)
      void useMessageStore.getState().loadLatest(channel);
    else virtualizer.scrollToEnd();
  }, [channel, key, virtualizer]);
  useEffect(
    () =>
      onFlowEntry((entry) => {
        toLatest();
        const newest = rowsRef.current.at(-1);
        if (entry === 'focusNewest' && newest) focusRef.current(newest.key);
      }),
    [toLatest],
  );
  const mentionSeq = useMemo(
    () => firstUnreadMention(rows, conversation?.readSeq ?? 0),
    [rows, conversation?.readSeq],
  );

  useFollowEnd(scroller, lastRow?.key, atEnd, virtualizer);
  useBoundedHeights(rows, virtualizer);
  useMarkRead(channel, atEnd);

  // ---- menu
  const [menu, setMenu] = useState<{ key: string; x: number; y: number } | null>(null);
  const { focusRow } = focus;
  const menuGone = useCallback(
    (messageKey: string) => {
      // Its message was recalled: the menu goes, the focus moves to the placeholder.
      setMenu(null);
      focusRow(messageKey);
    },
    [focusRow],
  );

  // ---- selection
  const selection = useSelection((state) =>
    state.selection && channelKey(state.selection.channel) === key ? state.selection : null,
  );
  const selectedKeys = useMemo(() => new Set(selection?.picks.keys), [selection]);
  const selectableKeys = useCallback(
    () =>
      rowsRef.current.filter((row) => row.kind === 'bubble' && canSelect(key, row.key)).map((row) => row.key),
    [key],
  );

  const rowActions = useMemo<RowActions>(
    () => ({
      select: (message, extend) => {
        focusRef.current(message.key);
        if (!isSelectable(message)) return;
        if (extend) extendSelection(channel, message.key, selectableKeys());
        else toggleSelected(channel, message.key);
      },
      jumpToSeq: (messageSeq) => jumpToSeq(messageSeq),
      reedit: actions.reedit,
      unfold: (rowKey) => {
        setUnfolded((before) => new Set(before).add(rowKey));
        focusRef.current(rowKey);
      },
      openMenu: (message, at) => {
        focusRef.current(message.key);
        setMenu({ key: message.key, ...at });
      },
    }),
    [actions, channel, jumpToSeq, selectableKeys],
  );

  const commands: FlowCommands = {
    step: (by, extend) => {
      const next = focusedIndex + by;
      if (extend) {
        const row = rows[Math.min(rows.length - 1, Math.max(0, next))];
        const from = rows[focusedIndex];
        if (!selection && from?.kind === 'bubble' && canSelect(key, from.key))
          toggleSelected(channel, from.key);
        if (row) moveTo(rows.indexOf(row));
        if (row?.kind === 'bubble' && canSelect(key, row.key))
          extendSelection(channel, row.key, selectableKeys());
      } else if (next >= rows.length) {
        if (!selection) focusComposer();
      } else moveTo(Math.max(0, next));
    },
    first: () => moveTo(0),
    latest: () => {
      toLatest();
      moveTo(rows.length - 1);
    },
    leave: focusComposer,
    openMenu: openMenuAt,
    copy: actions.copy,
    reply: (message) => {
      if (open) actions.reply(message);
    },
    edit: (message) => {
      if (open) actions.edit(message);
    },
    forward: actions.forward,
    select: (message) => {
      if (isSelectable(message)) toggleSelected(channel, message.key);
    },
    remove: actions.remove,
    jumpToQuote: jumpToSeq,
    openMedia,
    selecting: selection !== null,
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || !(event.target instanceof HTMLElement)) return;
    const article = event.target.closest<HTMLElement>('[data-message-key]');
    const message = article ? loadedMessage(key, article.dataset['messageKey'] ?? '') : undefined;
    if (handleFlowKey(event, message, article, commands)) event.preventDefault();
  };

  function openMenuAt(message: MessageView, article: HTMLElement): void {
    const box = bubbleBox(article);
    setMenu({ key: message.key, x: message.own ? box.right : box.left, y: box.bottom });
  }
  function moveTo(index: number): void {
    const row = rows[index];
    if (!row) return;
    leave();
    virtualizer.scrollToIndex(index, { align: 'auto' });
    focus.focusRow(row.key);
  }
  const open = !info?.composerBlock;
  const unread = conversation?.unread ?? 0;
  const menuArticle = menu ? articleOf(scroller.current, menu.key) : null;

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
          {!state.hasOlder && state.loading === null && rows.length > 0 && rows.length > 30 && (
            <div className={css['edge']}>{t('flow.start')}</div>
          )}
          <div ref={canvas} className={css['canvas']} style={{ height: virtualizer.getTotalSize() }}>
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
                    menuOpen={menu?.key === row.key}
                    selecting={selection !== null}
                    selected={selectedKeys.has(row.key)}
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
      <FlowNotice state={state} empty={rows.length === 0} onRetry={toLatestPage} />
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
      {menu && (
        <LiveMessageMenu
          channel={channel}
          messageKey={menu.key}
          info={info}
          anchor={{ x: menu.x, y: menu.y, ...(menuArticle ? { avoid: bubbleBox(menuArticle) } : {}) }}
          actions={actions}
          onClose={() => setMenu(null)}
          onGone={menuGone}
        />
      )}
    </div>
  );

  function toLatestPage(): void {
    void useMessageStore.getState().loadLatest(channel);
  }
}

function canSelect(key: string, messageKey: string): boolean {
  const message = loadedMessage(key, messageKey);
  return message !== undefined && isSelectable(message);
}
