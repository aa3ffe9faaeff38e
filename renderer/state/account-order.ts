/** The order of the rail: drawn at once, kept by the shell. */
import { call } from './bridge.ts';
import { attempt } from './errors.ts';
import { accountsOf, setAccounts } from './session/accounts.ts';
import { useSession } from './session/session-store.ts';

export async function orderAccounts(ids: readonly string[]): Promise<void> {
  const before = [...accountsOf(useSession.getState().shell)];
  const after = ids
    .map((id) => before.find((account) => account.id === id))
    .filter((found) => found !== undefined);
  if (after.length !== before.length || after.every((account, index) => account === before[index])) return;
  setAccounts(after);
  if (await attempt(() => call('accounts.order', { ids: [...ids] }))) return;
  // Only the order as it was: what is known of each may be newer.
  const now = accountsOf(useSession.getState().shell);
  const placeOf = (id: string): number => before.findIndex((account) => account.id === id);
  setAccounts(now.toSorted((a, b) => placeOf(a.id) - placeOf(b.id)));
}

/** One place up (-1) or down (1); at the end of the rail nothing. */
export async function moveAccount(id: string, step: 1 | -1): Promise<void> {
  const ids = accountsOf(useSession.getState().shell).map((account) => account.id);
  const at = ids.indexOf(id);
  if (at < 0 || at + step < 0 || at + step >= ids.length) return;
  await orderAccounts(moved(ids, at, at + step));
}

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.toSpliced(from, 1);
  const what = list[from];
  return what === undefined ? [...list] : rest.toSpliced(to, 0, what);
}
