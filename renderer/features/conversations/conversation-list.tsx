import { MessageSquare } from 'lucide-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useRef, useState } from 'react';
import { type ChannelRef, channelKey, parseChannelKey } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { useServerNow } from '../../state/session/server-clock.ts';
import { useSession } from '../../state/session/session-store.ts';
import { useSettings } from '../../state/session/settings.ts';
import { openChannel, openDialog, useUi } from '../../state/window/ui-store.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { MenuAnchor } from '../../ui/menu.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { TypeAhead } from '../../ui/type-ahead.ts';
import { nameStartsWith } from '../../text/name-match.ts';
import { useFileDrop } from '../../state/composer/use-file-drop.ts';
import { ConversationMenu } from './conversation-menu.tsx';
import { ConversationRow } from './conversation-row.tsx';
import css from './conversation-list.module.css';

/** Above this many rows only those on screen are in the document. */
const VIRTUAL_FROM = 200;
const MINUTE_MS = 60_000;

/** The conversations: one listbox, one tab stop; arrows move, Enter opens, Shift+F10 shows the row's menu. */
export function ConversationList() {
  const t = useT();
  const phase = useSession((state) => state.phase);
  const order = useSession((state) => state.order);
  const active = useUi((state) => state.activeChannel);
  const { compactList } = useSettings();
  const nowMs = useServerNow(MINUTE_MS);
  const scroller = useRef<HTMLDivElement>(null);
  const typeAhead = useRef(new TypeAhead(nameStartsWith));
  const [focused, setFocused] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ channel: ChannelRef; anchor: MenuAnchor } | null>(null);

  const activeKey = active ? channelKey(active) : null;
  const tabStop = [focused, activeKey].find((key) => key !== null && order.includes(key)) ?? order[0];
  const height = compactList ? 52 : 64;
  const virtual = order.length > VIRTUAL_FROM;
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer is read in this component only
  const virtualizer = useVirtualizer({
    count: virtual ? order.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
    getItemKey: (index) => order[index] ?? index,
  });

  // Files can be dropped onto a chat: it opens with them in its composer.
  const drop = useFileDrop(
    (event) => {
      const key = keyOf(event.target);
      return key === null ? null : parseChannelKey(key);
    },
    (channel) => openChannel(channel, { focusComposer: true }),
  );

  if (phase === 'opening') return <SkeletonRows rows={8} />;
  if (order.length === 0) {
    return (
      <EmptyState
        icon={MessageSquare}
        text={t('empty.chats')}
        action={<Button onClick={() => openDialog({ kind: 'newGroup' })}>{t('group.new.title')}</Button>}
      />
    );
  }

  const focusIndex = (index: number): void => {
    const key = order[index];
    if (key === undefined) return;
    setFocused(key);
    if (virtual) virtualizer.scrollToIndex(index);
    // In a long list the row may come into the document only with the next frame.
    const focus = (): boolean => {
      const element = rowElement(scroller.current, key);
      element?.focus();
      return element !== null;
    };
    if (!focus()) requestAnimationFrame(() => requestAnimationFrame(focus));
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const key = keyOf(event.target);
    if (key === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = order.indexOf(key);
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? height) / height) - 1);
    const target = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: order.length - 1,
      PageDown: Math.min(order.length - 1, at + page),
      PageUp: Math.max(0, at - page),
    }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      focusIndex(Math.min(order.length - 1, Math.max(0, target)));
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      openChannel(parseChannelKey(key), { focusComposer: true });
    } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      event.preventDefault();
      const box = rowElement(scroller.current, key)?.getBoundingClientRect();
      if (box)
        setMenu({ channel: parseChannelKey(key), anchor: { x: box.left + 50, y: box.bottom, avoid: box } });
    } else if (event.key.length === 1) {
      const { conversations } = useSession.getState();
      const labels = order.map((entry) => conversations.get(entry)?.name ?? '');
      const found = typeAhead.current.find(event.key, labels, at);
      if (found >= 0) focusIndex(found);
    }
  };
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
        {virtual ? (
          <div role="presentation" className={css['canvas']} style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map((item) => (
              <div
                key={item.key}
                role="presentation"
                className={css['slot']}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {rowAt(item.index)}
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

function keyOf(target: EventTarget): string | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[role="option"]') : null;
  return row?.dataset['key'] ?? null;
}

function rowElement(root: HTMLElement | null, key: string): HTMLElement | null {
  return root?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
}
