import type { ShellState } from '../../../shared/ipc/contract/shell.ts';
import type { Translate } from '../../../shared/strings/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { useMe, useSession } from '../../state/session/session-store.ts';
import { openDialog } from '../../state/window/ui-store.ts';
import { Button } from '../../ui/button.tsx';
import { Card, ValueRow } from '../../ui/card.tsx';
import { ManagedNote } from '../../ui/managed-note.tsx';
import { DeviceList } from './device-list.tsx';
import { OwnProfileCard } from './own-profile.tsx';
import css from './settings.module.css';

/** What a keychain is called; the system's own word for one that is not known here. */
function storeName(t: Translate, store: string): string {
  const known = store.startsWith('kwallet') ? 'kwallet' : store;
  const isKnown = (KNOWN_STORES as readonly string[]).includes(known);
  return isKnown ? t(`set.account.store.${known as (typeof KNOWN_STORES)[number]}`) : store;
}
const KNOWN_STORES = ['gnome_libsecret', 'kwallet', 'dpapi', 'keychain'] as const;

function protectionText(t: Translate, protection: ShellState['tokenProtection'], store: string): string {
  return protection === 'keychain'
    ? t('set.account.protection.keychain', { store: storeName(t, store) })
    : t(`set.account.protection.${protection}`);
}

export function AccountPage() {
  const t = useT();
  const me = useMe();
  const locked = useSession((state) => state.shell !== null && state.shell.managed.server !== null);
  const protection = useSession((state) => state.shell?.tokenProtection ?? 'none');
  const store = useSession((state) => state.shell?.tokenStore ?? '');
  return (
    <>
      <h2 className={css['section']}>{t('set.account.profile')}</h2>
      {me && <OwnProfileCard me={me} />}
      {me && (
        <div className={css['more']}>
          <Card>
            <ValueRow label={t('set.account.username')} value={<bdi>{me.username}</bdi>} />
            <ValueRow
              label={t('set.account.server')}
              {...(locked ? { detail: <ManagedNote /> } : {})}
              value={me.server}
            />
            <ValueRow label={t('set.account.protection')} value={protectionText(t, protection, store)} />
          </Card>
        </div>
      )}
      <DeviceList />
      <div className={css['buttons']}>
        <Button variant="dangerText" onClick={() => openDialog({ kind: 'signOut' })}>
          {t('nav.signOut')}
        </Button>
      </div>
    </>
  );
}
