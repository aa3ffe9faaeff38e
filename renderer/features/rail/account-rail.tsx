import { Lock, Plus } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import type { AccountOnRail } from '../../../shared/ipc/contract/accounts.ts';
import { MAX_ACCOUNTS } from '../../../shared/ipc/contract/limits.ts';
import { isolated } from '../../../shared/display-name.ts';
import { useT } from '../../i18n/i18n.ts';
import { switchAccount } from '../../state/account-switch.ts';
import { moveAccount } from '../../state/account-order.ts';
import { hostOf, useAccounts, useIsOwnServer, useNameWithTag } from '../../state/session/accounts.ts';
import { useSession } from '../../state/session/session-store.ts';
import { requestSignIn } from '../../state/window/sign-in-request.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { avatarHue, avatarInitial } from '../../ui/avatar-look.ts';
import { Badge } from '../../ui/badge.tsx';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import type { MenuAnchor } from '../../ui/menu.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { AccountMenu } from './account-menu.tsx';
import css from './account-rail.module.css';

/**
 * The accounts that are signed in, one below the other; that on the screen opens the account menu. `form`: it stands
 * beside the sign-in form, which hides that account; `back` leads to it.
 */
export function AccountRail({ form = null }: { form?: { back: (() => void) | null } | null }) {
  const t = useT();
  const accounts = useAccounts();
  const current = useSession((state) => state.shell?.account?.id ?? null);
  const several = accounts.length > 1;
  return (
    <div className={css['accounts']} role="group" aria-label={t('acct.group')}>
      {accounts.length === 0 && form === null && <CurrentAccount />}
      {accounts.map((account, index) =>
        account.id === current && form === null ? (
          <CurrentAccount
            key={account.id}
            position={several ? t('acct.position', { n: index + 1, of: accounts.length }) : null}
            ring={several}
          />
        ) : (
          <OtherAccount
            key={account.id}
            account={account}
            index={index}
            accounts={accounts}
            onChoose={account.id === current ? form?.back : undefined}
          />
        ),
      )}
      {several && form === null && accounts.length < MAX_ACCOUNTS && (
        <Tooltip text={t('nav.addAccount')}>
          <button
            type="button"
            className={css['add']}
            aria-label={t('nav.addAccount')}
            onClick={() => requestSignIn(null)}
          >
            <Icon of={Plus} size={16} />
          </button>
        </Tooltip>
      )}
      {several && form === null && <hr className={css['line']} />}
    </div>
  );
}

function CurrentAccount({ position = null, ring = false }: { position?: string | null; ring?: boolean }) {
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
          className={cx(css['account'], ring && css['current'])}
          data-account={account?.id}
          aria-label={position === null ? label : t('words.and', { a: label, b: position })}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          aria-current={ring || undefined}
          aria-keyshortcuts={ring ? 'Alt+ArrowUp Alt+ArrowDown' : undefined}
          onKeyDown={(event) => account && moveByKey(event, account.id)}
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            setAnchor({ x: box.right + 10, y: box.top });
          }}
        >
          <Avatar id={me?.uid ?? account?.uid ?? ''} name={name} size={36} online={online} />
        </button>
      </Tooltip>
      {anchor && <AccountMenu label={label} anchor={anchor} onClose={() => setAnchor(null)} />}
    </>
  );
}

interface OtherAccountProps {
  account: AccountOnRail;
  index: number;
  accounts: readonly AccountOnRail[];
  /** Default: it comes on the screen. */
  onChoose?: (() => void) | null | undefined;
}

function OtherAccount({ account, index, accounts, onChoose }: OtherAccountProps) {
  const t = useT();
  const { id, muted, name, state, uid, unread } = account;
  const locked = state === 'locked';
  const picture = useIsOwnServer(account.server);
  const nameWithTag = useNameWithTag();
  const said = [
    isolated(nameWithTag(account)),
    t('acct.position', { n: index + 1, of: accounts.length }),
    ...(locked ? [t('acct.state.locked')] : unread > 0 ? [t('nav.unread', { n: unread })] : []),
    ...(state === 'offline' ? [t('acct.state.offline')] : []),
    ...(muted ? [t('acct.state.muted')] : []),
  ];
  const mark = markOf(account, accounts);
  return (
    <Tooltip text={`${nameWithTag(account)} · ${hostOf(account.server)}`}>
      <button
        type="button"
        className={cx(css['account'], state === 'offline' && css['offline'])}
        data-account={id}
        data-state={state}
        aria-label={said.reduce((a, b) => t('words.and', { a, b }))}
        aria-keyshortcuts={`Control+Alt+${index + 1} Alt+ArrowUp Alt+ArrowDown`}
        onKeyDown={(event) => moveByKey(event, id)}
        onClick={() => (onChoose === undefined ? void switchAccount(id) : onChoose?.())}
      >
        <Avatar id={uid} name={name} size={36} picture={picture} />
        {locked ? (
          <span className={css['lock']}>
            <Icon of={Lock} size={14} />
          </span>
        ) : (
          <Badge count={unread} muted={muted} className={css['badge']} />
        )}
        {mark !== null && (
          <span
            className={css['tag']}
            aria-hidden="true"
            style={{ '--tag-hue': avatarHue(account.tag ?? account.server) } as React.CSSProperties}
          >
            {mark}
          </span>
        )}
      </button>
    </Tooltip>
  );
}

/** What tells it from the others at a glance: the first character of its tag, or of its server where they differ. */
function markOf({ server, tag }: AccountOnRail, accounts: readonly AccountOnRail[]): string | null {
  if (tag !== null) return avatarInitial(tag);
  return accounts.some((other) => other.server !== server) ? avatarInitial(hostOf(server)) : null;
}

function moveByKey(event: KeyboardEvent, id: string): void {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
  // Not to the next chat, which the same keys lead to elsewhere.
  event.preventDefault();
  event.stopPropagation();
  void moveAccount(id, event.key === 'ArrowUp' ? -1 : 1);
}
