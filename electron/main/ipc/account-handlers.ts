/** Answers to the channels of the rail: which account is on the screen, in what order, signed in and out. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { AccountsContract } from '../../../shared/ipc/contract/contract.ts';
import type { Arrival, Place } from '../../../shared/ipc/contract/accounts.ts';
import { MAX_ACCOUNTS } from '../../../shared/ipc/contract/limits.ts';
import type { Bootstrap } from '../../../shared/ipc/contract/session.ts';
import type { AccountEntry, Beginning, SessionEnd } from '../../../shared/ipc/contract/shell.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { AccountSession } from '../accounts/account-session.ts';
import type { Accounts, NewSignIn } from '../accounts/accounts.ts';
import { isSameServer } from '../accounts/same-server.ts';

export interface AccountHandlerOptions {
  accounts: Accounts;
  session: AccountSession;
  /** What outlives a page in the main thread. */
  places: Places;
}

/** Where somebody was in an account that is not on the screen, and what its next page is to open. In memory only. */
export class Places {
  readonly #left = new Map<string, Place>();
  #next: { account: string; to: NonNullable<Arrival['target']> } | null = null;
  #ended: SessionEnd | null = null;

  leave(account: string, place: Place | null): void {
    if (place === null) this.#left.delete(account);
    else this.#left.set(account, place);
  }

  openNext(account: string, to: Arrival['target']): void {
    this.#next = to === null ? null : { account, to };
  }

  /** The account on the screen was signed out, and the page that asked for it is gone. */
  ended(session: SessionEnd): void {
    this.#ended = session;
  }

  forget(account: string): void {
    this.#left.delete(account);
    if (this.#next?.account === account) this.#next = null;
  }

  take(account: string): Arrival {
    const place = this.#left.get(account) ?? null;
    const target = this.#next?.account === account ? this.#next.to : null;
    const ended = this.#ended;
    this.forget(account);
    this.#ended = null;
    return { place, target, ended };
  }
}

export function accountHandlers({
  accounts,
  session,
  places,
}: AccountHandlerOptions): Handlers<AccountsContract, string | null> {
  return {
    async 'accounts.switch'({ id, place, target }, from) {
      if (from !== null) places.leave(from, place);
      places.openNext(id, target);
      await session.open(id);
      return null;
    },
    'accounts.arrive': (_nothing, from) => places.take(from ?? ''),
    'accounts.order'({ ids }) {
      accounts.order(ids);
      session.described();
      return null;
    },
    'accounts.describe'({ id, ...change }) {
      const { tag } = change;
      accounts.describe(id, { ...change, ...(tag === '' ? { tag: null } : {}) });
      session.described();
      return null;
    },
    async 'accounts.signOut'({ id }) {
      return { session: await leave(() => session.signOut(id), { id, session, places }) };
    },
  };
}

/** Signs out; whoever is told of it is the page that asked, or the one that took its place. */
export async function leave(
  signOut: () => Promise<SessionEnd>,
  { id, session, places }: { id: string | null; session: AccountSession; places: Places },
): Promise<SessionEnd> {
  const wasOnScreen = id !== null && session.account?.id === id;
  const end = await signOut();
  if (id !== null) places.forget(id);
  if (wasOnScreen && session.account !== null) places.ended(end);
  return end;
}

/** Refuses what is known before a server is asked: a further account beyond the last, or one that is signed in. */
export function checkRoom(
  form: { server: string; username: string },
  { accounts, session }: Pick<AccountHandlerOptions, 'accounts' | 'session'>,
): void {
  const rail = accounts.rail();
  const known = rail.find(
    (entry) => entry.username === form.username.trim() && isSameServer(entry.server, form.server),
  );
  if (known && session.isSignedIn(known.id)) throw alreadySignedIn();
  if (!known && rail.length >= MAX_ACCOUNTS)
    throw new CodedError('invalidState', `${MAX_ACCOUNTS} accounts are signed in already`, 'accounts');
}

const alreadySignedIn = (): CodedError =>
  new CodedError('invalidState', 'this account is signed in here already', 'signedIn');

/**
 * Somebody has signed in. One account is one entry, also by another address of its server. Whoever is signed in here
 * already under another name of theirs (a phone number) is refused; but the server has replaced the session that runs
 * here, so that one goes on with the new token.
 */
export async function enter(
  person: NewSignIn,
  keep: boolean,
  { accounts, session }: Pick<AccountHandlerOptions, 'accounts' | 'session'>,
): Promise<AccountEntry> {
  const known = accounts
    .rail()
    .find((entry) => entry.uid === person.uid && isSameServer(entry.server, person.server));
  const wasSignedIn = known !== undefined && session.isSignedIn(known.id);
  const { server, username } = known ?? person;
  // On its way while the account is written down and its worker opens its databases.
  const firstList = wasSignedIn ? null : session.askFirstList({ ...person, server });
  const { id } = await accounts.remember(
    { ...person, server, ...(wasSignedIn ? { username } : {}) },
    wasSignedIn ? known.keepSignedIn : keep,
  );
  if (!wasSignedIn) return session.openAnew(id, firstList);
  await session.renew(id);
  throw alreadySignedIn();
}

/**
 * What a page begins with, of the account on the screen. Nothing may be waited for once the core has answered: its
 * deltas are about changes of this snapshot, and would come before it.
 */
export async function beginning(
  account: string | null,
  { session, places }: Pick<AccountHandlerOptions, 'session' | 'places'>,
): Promise<Beginning['account']> {
  if (account === null) return null;
  const answer = await session.request('core.bootstrap', undefined, account);
  // (Of the contract: what the worker answers is not checked again.)
  return answer.ok ? { bootstrap: answer.value as Bootstrap, arrival: places.take(account) } : null;
}
