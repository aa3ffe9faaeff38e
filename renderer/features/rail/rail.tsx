import { MessageSquare, Settings, Star, Users } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { unreadTotal } from '../../state/session/conversation-order.ts';
import { useSession } from '../../state/session/session-store.ts';
import { useKeys } from '../../state/window/keys.ts';
import { type Route, setRoute, useUi } from '../../state/window/ui-store.ts';
import { Badge } from '../../ui/badge.tsx';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { Tooltip } from '../../ui/tooltip.tsx';
import { AccountRail } from './account-rail.tsx';
import css from './rail.module.css';

/** Navigation at the far left: own avatar with the account menu, chats, contacts, settings. */
export function Rail() {
  const t = useT();
  const route = useUi((state) => state.route);
  const unread = useSession((state) => unreadTotal(state.conversations.values(), false));
  const keys = useKeys();
  const requests = useSession((state) => state.friendRequests);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys come from the controls inside
    <nav className={css['rail']} aria-label={t('nav.label')} data-region="rail" onKeyDown={moveByArrow}>
      <AccountRail />
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
      <RailButton route="favourites" current={route} icon={Star} label={t('fav.title')} />
      <span className={css['space']} />
      <RailButton
        route="settings"
        current={route}
        icon={Settings}
        label={t('nav.settings')}
        keys={keys('settings')}
      />
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
  keys?: string;
  /** Said after the label. */
  note?: string | undefined;
  children?: React.ReactNode;
}

function RailButton({ route, current, icon, label, keys = '', note, children }: RailButtonProps) {
  const t = useT();
  const on = route === current;
  return (
    <Tooltip text={keys === '' ? label : `${label} (${keys})`}>
      <button
        type="button"
        className={cx(css['button'], on && css['on'])}
        aria-label={note === undefined ? label : t('words.and', { a: label, b: note })}
        aria-current={on ? 'page' : undefined}
        onClick={() => setRoute(route)}
      >
        <Icon of={icon} size={20} />
        {children}
      </button>
    </Tooltip>
  );
}
