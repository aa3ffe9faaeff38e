import { type MouseEvent, useEffect, useRef, useState } from 'react';
import { type ChannelRef, channelKey, parseChannelKey } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { useChatDetails } from '../../state/session/chat-details.ts';
import { useServerNow } from '../../state/session/server-clock.ts';
import { useSession } from '../../state/session/session-store.ts';
import { useSettings } from '../../state/session/settings.ts';
import { isElsewhere } from '../../state/window/own-window.ts';
import { openChannel, useUi, wentBack } from '../../state/window/ui-store.ts';
import type { MenuAnchor } from '../../ui/menu.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useFileDrop } from '../../state/composer/use-file-drop.ts';
import { useLatest } from '../../ui/use-latest.ts';
import { ConversationMenu } from './conversation-menu.tsx';
import { ConversationRow } from './conversation-row.tsx';
import { NoChats } from './no-chats.tsx';
import { keyOf, rowElement } from './row-lookup.ts';
import { useConversationKeys } from './use-conversation-keys.ts';
import { useListRows } from './use-list-rows.ts';
import css from './conversation-list.module.css';

/** Somebody came back from a chat: its row gets the focus. */
function useGoingBack(focusRow: (key: string) => void): void {
  const backTo = useUi((state) => state.backTo);
  const focus = useLatest(focusRow);
  useEffect(() => {
    if (!backTo) return;
    focus.current(channelKey(backTo));
    wentBack();
  }, [backTo, focus]);
}

const MINUTE_MS = 60_000;

/** The conversations: one listbox, one tab stop; arrows move, Enter opens, Shift+F10 shows the row's menu. */
export function ConversationList() {
  const t = useT();
  const phase = useSession((state) => state.phase);
  const order = useSession((state) => state.order);
  const active = useUi((state) => state.activeChannel);
  const { compactList } = useSettings();
  const nowMs = useServerNow(MINUTE_MS);
  const details = useChatDetails();
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ channel: ChannelRef; anchor: MenuAnchor } | null>(null);

  const activeKey = active ? channelKey(active) : null;
  const tabStop = [focused, activeKey].find((key) => key !== null && order.includes(key)) ?? order[0];
  const height = compactList ? 52 : 64;
  const rows = useListRows(order, height, tabStop === undefined ? -1 : order.indexOf(tabStop), scroller);
  const focusIndex = (index: number): void => {
    const key = order[index];
    if (key !== undefined) setFocused(key);
    rows.focusRow(index);
  };
  useGoingBack((key) => {
    const index = order.indexOf(key);
    if (index >= 0) focusIndex(index);
  });
  const onKeyDown = useConversationKeys({
    order,
    pageRows: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? height) / height) - 1),
    focusIndex,
    openMenu: (key) => {
      const box = rowElement(scroller.current, key)?.getBoundingClientRect();
      if (box)
        setMenu({ channel: parseChannelKey(key), anchor: { x: box.left + 50, y: box.bottom, avoid: box } });
    },
  });

  // Files can be dropped onto a chat: it opens with them in its composer.
  const drop = useFileDrop(
    (event) => {
      const key = keyOf(event.target);
      if (key === null || isElsewhere(parseChannelKey(key))) return null;
      return parseChannelKey(key);
    },
    (channel) => openChannel(channel, { focusComposer: true }),
  );

  if (phase === 'opening') return <SkeletonRows rows={8} />;
  if (order.length === 0) return <NoChats />;

  const onContextMenu = (event: MouseEvent): void => {
    const key = keyOf(event.target);
    if (key === null) return;
    event.preventDefault();
    setFocused(key);
    rowElement(scroller.current, key)?.focus();
    setMenu({ channel: parseChannelKey(key), anchor: { x: event.clientX, y: event.clientY } });
  };
  const onClick = (event: MouseEvent): void => {
    const key = keyOf(event.target);
    if (key === null) return;
    setFocused(key);
    openChannel(parseChannelKey(key), { focusComposer: true });
  };

  const dropKey = drop.over ? channelKey(drop.over) : null;

  const rowAt = (index: number) => {
    const key = order[index];
    if (key === undefined) return null;
    return (
      <ConversationRow
        key={key}
        channelKey={key}
        selected={key === activeKey}
        dropTarget={key === dropKey}
        tabStop={key === tabStop}
        compact={compactList}
        detail={details.get(key)}
        nowMs={nowMs}
        position={index + 1}
        total={order.length}
      />
    );
  };

  return (
    <>
      <div
        ref={scroller}
        role="listbox"
        aria-label={t('conv.label')}
        tabIndex={-1}
        className={css['list']}
        onKeyDown={onKeyDown}
        onContextMenu={onContextMenu}
        onClick={onClick}
        onFocus={(event) => setFocused(keyOf(event.target))}
        {...drop.handlers}
      >
        {rows.drawn ? (
          <div role="presentation" className={css['canvas']} style={{ height: rows.totalHeight }}>
            {rows.drawn.map(({ index, start }) => (
              <div
                key={order[index] ?? index}
                role="presentation"
                className={css['slot']}
                style={{ transform: `translateY(${start}px)` }}
              >
                {rowAt(index)}
              </div>
            ))}
          </div>
        ) : (
          order.map((_, index) => rowAt(index))
        )}
      </div>
      {menu && <ConversationMenu channel={menu.channel} anchor={menu.anchor} onClose={() => setMenu(null)} />}
    </>
  );
}
