/**
 * The accounts of the rail, as this page sees them. A page is of one account as long as somebody is signed in: another
 * account gets a page of its own, that holds nothing of this one.
 */
import { useShallow } from 'zustand/shallow';
import type { AccountOnRail } from '../../../shared/ipc/contract/accounts.ts';
import type { ShellState } from '../../../shared/ipc/contract/shell.ts';
import { useT } from '../../i18n/i18n.ts';
import { useSession } from './session-store.ts';

const NONE: readonly AccountOnRail[] = [];

export const accountsOf = (shell: ShellState | null): readonly AccountOnRail[] => shell?.accounts ?? NONE;

/** In the order of the rail. */
export const useAccounts = (): readonly AccountOnRail[] =>
  useSession(useShallow((state) => accountsOf(state.shell)));

export function setAccounts(accounts: AccountOnRail[]): void {
  const { shell } = useSession.getState();
  if (shell) useSession.setState({ shell: { ...shell, accounts } });
}

/** Whether the open account's server knows the people of this one. */
export const useIsOwnServer = (server: string): boolean =>
  useSession((state) => state.shell?.account?.server === server);

/** What the user calls an account, with its own name in front. */
export function useNameWithTag(): (account: Pick<AccountOnRail, 'name' | 'tag'>) => string {
  const t = useT();
  return ({ name, tag }) => (tag === null ? name : t('acct.named', { name, tag }));
}

/** Of what signs an account out: it is named where there are others. */
export function useSignOutLabel(): (account: Pick<AccountOnRail, 'name' | 'tag'> | undefined) => string {
  const t = useT();
  const nameWithTag = useNameWithTag();
  const several = useAccounts().length > 1;
  return (account) =>
    several && account ? t('acct.signOutOf', { name: nameWithTag(account) }) : t('nav.signOut');
}

/** Host of an account's server, as people know it. */
export const hostOf = (server: string): string => URL.parse(server)?.host ?? server;
