import { MessageSquare, Settings, UserPlus, Users, LogOut } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import type { AccountEntry } from '../../../shared/ipc/contract/shell.ts';
import { useT } from '../../i18n/i18n.ts';
import { call, codeOf } from '../../state/bridge.ts';
import { unreadTotal } from '../../state/session/conversation-order.ts';
import { attempt } from '../../state/errors.ts';
import { requestSignIn } from '../../state/window/sign-in-request.ts';
import { useSession } from '../../state/session/session-store.ts';
import { type Route, openDialog, setRoute, useUi } from '../../state/window/ui-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Badge } from '../../ui/badge.tsx';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu, type MenuAnchor, type MenuEntry } from '../../ui/menu.tsx';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { Tooltip } from '../../ui/tooltip.tsx';
import css from './rail.module.css';

/** Navigation at the far left: own avatar with the account menu, chats, contacts, settings. */
export function Rail() {
  const t = useT();
  const route = useUi((state) => state.route);
  const unread = useSession((state) => unreadTotal(state.conversations.values(), false));
  const requests = useSession((state) => state.friendRequests);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys come from the controls inside
    <nav className={css['rail']} aria-label={t('nav.label')} data-region="rail" onKeyDown={moveByArrow}>
      <AccountButton />
      <RailButton
        route="chats"
        current={route}
        icon={MessageSquare}
        label={t('nav.chats')}
        note={unread > 0 ? t('nav.unread', { n: unread }) : undefined}
      >
        <Badge count={unread} className={css['badge']} />
      </RailButton>
      <RailButton
        route="contacts"
        current={route}
        icon={Users}
        label={t('nav.contacts')}
        note={requests > 0 ? t('nav.requests', { n: requests }) : undefined}
      >
        {requests > 0 && <i className={css['dot']} />}
      </RailButton>
      <span className={css['space']} />
      <RailButton route="settings" current={route} icon={Settings} label={t('nav.settings')} />
    </nav>
  );
}

/** Up and Down move between the buttons; all of them stay tab stops. */
function moveByArrow(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  if (at < 0) return;
  takeRovingKey(event, { count: buttons.length, at, moveTo: (index) => buttons[index]?.focus() });
}

interface RailButtonProps {
  route: Route;
  current: Route;
  icon: LucideIcon;
  label: string;
  /** Said after the label. */
  note?: string | undefined;
  children?: React.ReactNode;
}

function RailButton({ route, current, icon, label, note, children }: RailButtonProps) {
  const on = route === current;
  return (
    <Tooltip text={label}>
      <button
        type="button"
        className={cx(css['button'], on && css['on'])}
        aria-label={note === undefined ? label : `${label}, ${note}`}
        aria-current={on ? 'page' : undefined}
        onClick={() => setRoute(route)}
      >
        <Icon of={icon} size={20} />
        {children}
      </button>
    </Tooltip>
  );
}

function AccountButton() {
  const t = useT();
  const me = useSession((state) => state.me);
  const account = useSession((state) => state.shell?.account);
  const online = useSession((state) => state.connection.state === 'online');
  const [anchor, setAnchor] = useState<MenuAnchor | null>(null);
  const name = me?.name ?? account?.name ?? '';
  const label = t('nav.account', { name });
  return (
    <>
      <Tooltip text={name}>
        <button
          type="button"
          className={css['account']}
          aria-label={label}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            setAnchor({ x: box.left, y: box.bottom + 6 });
          }}
        >
          <Avatar id={me?.uid ?? account?.uid ?? ''} name={name} size={36} online={online} />
        </button>
      </Tooltip>
      {anchor && <AccountMenu label={label} anchor={anchor} onClose={() => setAnchor(null)} />}
    </>
  );
}

function AccountMenu({ label, anchor, onClose }: { label: string; anchor: MenuAnchor; onClose: () => void }) {
  const t = useT();
  const shell = useSession((state) => state.shell);
  const connection = useSession((state) => state.connection.state);
  const status =
    connection === 'online'
      ? t('nav.status.online')
      : connection === 'connecting'
        ? t('nav.status.connecting')
        : t('nav.status.offline');
  const others = (shell?.recentAccounts ?? []).filter((entry) => entry.id !== shell?.account?.id);
  const entries: MenuEntry[] = [
    {
      id: 'profile',
      label: shell?.account?.name ?? '',
      leading: <Avatar id={shell?.account?.uid ?? ''} name={shell?.account?.name ?? ''} size={24} />,
      shortcut: status,
      onSelect: () => useUi.setState({ route: 'settings', settingsPage: 'account' }),
    },
    'separator',
    ...others.map((entry) => ({
      id: `account-${entry.id}`,
      label: t('nav.switchTo', { name: entry.name }),
      // (Perhaps of another server, which has its own picture of that id.)
      leading: <Avatar id={entry.uid} name={entry.name} size={24} picture={false} />,
      onSelect: () => void switchAccount(entry),
    })),
    { id: 'add', label: t('nav.addAccount'), icon: UserPlus, onSelect: () => requestSignIn(null) },
    'separator',
    {
      id: 'signOut',
      label: t('nav.signOut'),
      icon: LogOut,
      tone: 'danger',
      onSelect: () => openDialog({ kind: 'signOut' }),
    },
  ];
  return <Menu label={label} entries={entries} anchor={anchor} onClose={onClose} />;
}

/** Opens another remembered account; without a stored token its sign-in form, filled. */
async function switchAccount(entry: AccountEntry): Promise<void> {
  if (!entry.keepSignedIn) {
    requestSignIn(entry);
    return;
  }
  await attempt(async () => {
    try {
      await call('shell.openAccount', { id: entry.id });
    } catch (error) {
      if (codeOf(error) !== 'unauthorized') throw error;
      requestSignIn(entry);
    }
  });
}
