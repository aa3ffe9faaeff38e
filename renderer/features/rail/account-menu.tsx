import { Ellipsis, GripVertical, Lock, LogOut, Moon, Plus, Settings } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { AccountOnRail } from '../../../shared/ipc/contract/accounts.ts';
import { isolated } from '../../../shared/display-name.ts';
import { MAX_ACCOUNTS } from '../../../shared/ipc/contract/limits.ts';
import { useT } from '../../i18n/i18n.ts';
import { moveAccount, moved, orderAccounts } from '../../state/account-order.ts';
import { switchAccount } from '../../state/account-switch.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { lockNow } from '../../state/lock.ts';
import { hostOf, useAccounts, useNameWithTag, useSignOutLabel } from '../../state/session/accounts.ts';
import { useSession } from '../../state/session/session-store.ts';
import { changeSettings, useSettings } from '../../state/session/settings.ts';
import { useQuietNow } from '../../state/session/quiet-now.ts';
import { useKeys } from '../../state/window/keys.ts';
import { requestSignIn } from '../../state/window/sign-in-request.ts';
import { openDialog, openSettings } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Badge } from '../../ui/badge.tsx';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu, type MenuAnchor, type MenuEntry } from '../../ui/menu.tsx';
import { placeMenu } from '../../ui/menu-placement.ts';
import { usePressElsewhere } from '../../ui/use-press-elsewhere.ts';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { Item } from './account-menu-item.tsx';
import css from './account-menu.module.css';

const ROW_HEIGHT = 52;
/** Remembered, and not signed in. */
const OTHERS_SHOWN = 3;

interface AccountMenuProps {
  label: string;
  anchor: MenuAnchor;
  onClose: () => void;
}

/** Behind the own avatar: the accounts in their order, a further one, silence, settings, signing out. */
export function AccountMenu({ label, anchor, onClose }: AccountMenuProps) {
  const t = useT();
  const { root, opener } = useMenuOnScreen(anchor, onClose);
  const [more, setMore] = useState<{ account: AccountOnRail; anchor: MenuAnchor } | null>(null);
  const accounts = useAccounts();
  const signOutLabel = useSignOutLabel();
  const shell = useSession((state) => state.shell);
  const { notifications } = useSettings();
  const quietNow = useQuietNow();
  const current = shell?.account?.id ?? null;
  const currentAccount = accounts.find(({ id }) => id === current);
  const isFull = accounts.length >= MAX_ACCOUNTS;
  const keys = useKeys();

  const close = (restoreFocus: boolean): void => {
    if (restoreFocus && opener.current instanceof HTMLElement) opener.current.focus();
    onClose();
  };
  const closeAndThen = (run: () => void): void => {
    close(true);
    run();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const items = [...(root.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const id = items[at]?.dataset['account'];
    if (id !== undefined && event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      void moveAccount(id, event.key === 'ArrowUp' ? -1 : 1);
      return;
    }
    const moveTo = (index: number): void => items[index]?.focus();
    if (takeRovingKey(event, { count: items.length, at, wrap: true, edges: true, moveTo })) return;
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      close(true);
    }
  };

  const others = (shell?.recentAccounts ?? []).filter(({ id }) =>
    accounts.every((account) => account.id !== id),
  );
  return createPortal(
    <div
      ref={root}
      role="menu"
      aria-label={label}
      tabIndex={-1}
      className={css['menu']}
      onKeyDown={onKeyDown}
      onContextMenu={(event) => event.preventDefault()}
    >
      <AccountRows
        accounts={accounts}
        current={current}
        onChoose={(id) =>
          closeAndThen(() => (id === current ? openSettings('account') : void switchAccount(id)))
        }
        onMore={(account, box) => setMore({ account, anchor: { x: box.left, y: box.bottom + 4 } })}
      />
      {others.slice(0, OTHERS_SHOWN).map((entry) => (
        <Item
          key={entry.id}
          leading={<Avatar id={entry.uid} name={entry.name} size={24} picture={false} />}
          label={t('nav.switchTo', { name: entry.name })}
          disabledReason={isFull ? t('acct.full') : undefined}
          onSelect={() => closeAndThen(() => requestSignIn(entry))}
        />
      ))}
      <Item
        icon={Plus}
        label={t('nav.addAccount')}
        shortcut={keys('addAccount')}
        disabledReason={isFull ? t('acct.full') : undefined}
        onSelect={() => closeAndThen(() => requestSignIn(null))}
      />
      <hr className={css['separator']} />
      <Item
        icon={Moon}
        label={t('acct.quiet')}
        detail={notifications ? quietNow : null}
        checked={!notifications}
        onSelect={() => closeAndThen(() => void changeSettings({ notifications: !notifications }))}
      />
      <Item
        icon={Settings}
        label={t('acct.devices')}
        onSelect={() => closeAndThen(() => openSettings('account'))}
      />
      {shell?.hasPasscode === true && (
        <Item
          icon={Lock}
          label={t('lock.now')}
          shortcut={keys('lock')}
          onSelect={() => closeAndThen(lockNow)}
        />
      )}
      <Item
        icon={LogOut}
        danger
        label={signOutLabel(currentAccount)}
        onSelect={() => closeAndThen(() => openDialog({ kind: 'signOut' }))}
      />
      {more && (
        <MoreMenu
          account={more.account}
          anchor={more.anchor}
          onClose={() => setMore(null)}
          onChosen={(run) => closeAndThen(run)}
        />
      )}
    </div>,
    document.body,
  );
}

/** Places the menu, moves the focus into it, and closes it when somebody does something else. */
function useMenuOnScreen(anchor: MenuAnchor, onClose: () => void) {
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<Element | null>(null);
  useLayoutEffect(() => {
    opener.current ??= document.activeElement;
    root.current?.querySelector<HTMLElement>('[role^="menuitem"]')?.focus({ preventScroll: true });
  }, []);
  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    const place = placeMenu(anchor, { width, height }, window);
    element.style.left = `${place.left}px`;
    element.style.top = `${place.top}px`;
  });
  usePressElsewhere(root, onClose, {
    // A menu that was opened out of this one is part of it.
    isPart: (at) => at.closest('[role="menu"]') !== null,
    also: ['resize', 'blur'],
  });
  return { root, opener };
}

interface AccountRowsProps {
  accounts: readonly AccountOnRail[];
  current: string | null;
  onChoose: (id: string) => void;
  onMore: (account: AccountOnRail, box: DOMRect) => void;
}

/** One row an account. The handle drags it; so do Alt and the arrows. */
function AccountRows({ accounts, current, onChoose, onMore }: AccountRowsProps) {
  const t = useT();
  const nameWithTag = useNameWithTag();
  const ownServer = accounts.find((account) => account.id === current)?.server;
  /** Which row is held, where it would go, and how far the pointer has moved. */
  const [drag, setDrag] = useState<{ from: number; to: number; startY: number; y: number } | null>(null);
  const shown = drag ? moved(accounts, drag.from, drag.to) : accounts;
  const heldId = drag ? accounts[drag.from]?.id : undefined;
  const under = (held: { from: number; startY: number }, y: number): number => {
    const steps = Math.round((y - held.startY) / ROW_HEIGHT);
    return Math.min(accounts.length - 1, Math.max(0, held.from + steps));
  };
  const onDrag = ({ clientY: y }: PointerEvent): void => {
    if (drag) setDrag({ ...drag, to: under(drag, y), y });
  };
  // Where it is let go: the last moves may not have been drawn yet.
  const drop = ({ clientY }: PointerEvent): void => {
    if (drag) void orderAccounts(moved(accounts, drag.from, under(drag, clientY)).map(({ id }) => id));
    setDrag(null);
  };
  return (
    <div role="group" aria-label={t('acct.group')}>
      {shown.map((account) => {
        const { id, muted, name, state, uid, unread } = account;
        const from = accounts.findIndex((other) => other.id === id);
        const held = id === heldId && drag !== null;
        const offset = held ? drag.y - drag.startY - (drag.to - drag.from) * ROW_HEIGHT : 0;
        const where = whereOf(account, t);
        const counts = id !== current && state !== 'locked';
        const said = [
          isolated(nameWithTag(account)),
          where,
          t('acct.position', { n: from + 1, of: accounts.length }),
          ...(counts && unread > 0 ? [t('nav.unread', { n: unread })] : []),
        ];
        return (
          <div
            key={id}
            data-testid="account-row"
            className={cx(css['row'], id === current && css['on'], held && css['held'])}
            style={held ? { transform: `translateY(${offset}px)` } : undefined}
          >
            {accounts.length > 1 && (
              // The keyboard has Alt and the arrows for it.
              <span
                className={css['handle']}
                data-testid="account-handle"
                aria-hidden="true"
                onPointerDown={(event) => {
                  event.preventDefault();
                  event.currentTarget.setPointerCapture(event.pointerId);
                  setDrag({ from, to: from, startY: event.clientY, y: event.clientY });
                }}
                onPointerMove={onDrag}
                onPointerUp={drop}
                onPointerCancel={() => setDrag(null)}
              >
                <Icon of={GripVertical} size={14} />
              </span>
            )}
            <button
              type="button"
              role="menuitemradio"
              aria-checked={id === current}
              aria-label={said.reduce((a, b) => t('words.and', { a, b }))}
              aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
              data-account={id}
              tabIndex={-1}
              className={css['choose']}
              onClick={() => onChoose(id)}
            >
              <Avatar
                id={uid}
                name={name}
                size={32}
                online={state === 'online' && id === current}
                picture={account.server === ownServer}
              />
              <span className={css['words']}>
                <bdi className={cx(css['name'], 'ellipsis')}>{nameWithTag(account)}</bdi>
                <span className={cx(css['where'], 'ellipsis')}>{where}</span>
              </span>
              {counts && <Badge count={unread} muted={muted} />}
            </button>
            <button
              type="button"
              role="menuitem"
              aria-haspopup="menu"
              aria-label={t('acct.more', { name: isolated(nameWithTag(account)) })}
              tabIndex={-1}
              className={css['more']}
              onClick={(event) => onMore(account, event.currentTarget.getBoundingClientRect())}
            >
              <Icon of={Ellipsis} size={16} />
            </button>
          </div>
        );
      })}
    </div>
  );
}

/** Its server, and what is the matter with it. */
function whereOf({ muted, server, state }: AccountOnRail, t: ReturnType<typeof useT>): string {
  const matter =
    state === 'locked'
      ? t('acct.state.locked')
      : state === 'offline'
        ? t('acct.state.offline')
        : muted
          ? t('acct.state.muted')
          : null;
  return matter === null ? hostOf(server) : `${hostOf(server)} · ${matter}`;
}

interface MoreMenuProps {
  account: AccountOnRail;
  anchor: MenuAnchor;
  onClose: () => void;
  /** Something of it was chosen: the menu below closes as well. */
  onChosen: (run: () => void) => void;
}

/** ⋯ of a row. */
function MoreMenu({ account, anchor, onClose, onChosen }: MoreMenuProps) {
  const t = useT();
  const nameWithTag = useNameWithTag();
  const signOutLabel = useSignOutLabel();
  const { id, muted } = account;
  const entries: MenuEntry[] = [
    {
      id: 'tag',
      label: t('acct.rename'),
      onSelect: () => onChosen(() => openDialog({ kind: 'accountTag', account: id })),
    },
    {
      id: 'mute',
      label: t('acct.mute'),
      checked: muted,
      onSelect: () => onChosen(() => void attempt(() => call('accounts.describe', { id, muted: !muted }))),
    },
    {
      id: 'signOut',
      label: signOutLabel(account),
      tone: 'danger',
      onSelect: () => onChosen(() => openDialog({ kind: 'signOut', account: id })),
    },
  ];
  return <Menu label={nameWithTag(account)} entries={entries} anchor={anchor} onClose={onClose} />;
}
