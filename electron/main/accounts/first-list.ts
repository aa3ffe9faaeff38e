/**
 * The list of somebody who has just signed in, asked for over the connection that brought the token: it is on its way
 * while the account is written down and its worker opens its databases (docs/sign-in.md).
 */
import { existsSync } from 'node:fs';
import type { AccountSessionOptions } from './account-session-options.ts';
import { accountId } from './accounts.ts';

/** What `conversation/sync` answered, or null when it did not; null: the worker asks itself, if it has to. */
export type FirstList = Promise<unknown> | null;

/** Of an account that has nothing on this computer. Never rejects. */
export function askAhead(
  { accounts, askFirstList }: Pick<AccountSessionOptions, 'accounts' | 'askFirstList'>,
  { server, uid, token }: { server: string; uid: string; token: string },
): FirstList {
  if (!askFirstList || existsSync(accounts.folder(accountId(server, uid)))) return null;
  return askFirstList({ server, token }).catch(() => null);
}
