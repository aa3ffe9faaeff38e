/**
 * `accounts.json`: the sign-ins known on this computer, most recent first, tokens only as sealed by the vault; and
 * those that are signed in side by side, in the order of the rail.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { MAX_ACCOUNTS } from '../../../shared/ipc/contract/limits.ts';
import type { AccountEntry } from '../../../shared/ipc/contract/shell.ts';
import { jsonFile } from '../files/json-file.ts';
import type { TokenVault } from './token-vault.ts';

const StoredAccount = z.object({
  server: z.string().min(1),
  uid: z.string().min(1),
  username: z.string(),
  name: z.string(),
  sealedToken: z.string().nullable(),
  /** The server offered an encrypted line (docs/connection.md). */
  secureLine: z.boolean().exactOptional(),
  /** Class of its session, where it is not that of a computer: a phone let it in (docs/sign-in.md). */
  deviceFlag: z.literal(1).exactOptional(),
  /** What the user calls it. */
  tag: z.string().exactOptional(),
  /** No notifications, and not counted. */
  muted: z.boolean().exactOptional(),
  /** Its token became void by itself: it stays in the rail until somebody signs in again or out. */
  expired: z.boolean().exactOptional(),
});
type StoredAccount = z.infer<typeof StoredAccount>;
const AccountsFile = z.object({
  version: z.literal(1),
  accounts: z.array(StoredAccount),
  /** Ids of those that are signed in, in the order of the rail. Without: all that have a token. */
  rail: z.array(z.string()).exactOptional(),
  /** Which of them is on screen. */
  current: z.string().exactOptional(),
});

export interface NewSignIn {
  server: string;
  uid: string;
  username: string;
  name: string;
  token: string;
  /** Of a session that a phone let in; default: that of a computer. */
  deviceFlag?: 1;
}

/** Name of an account's folder and its id in the contract: safe in file systems, equal for equal server and uid. */
export function accountId(server: string, uid: string): string {
  return createHash('sha256').update(`${server}\n${uid}`).digest('hex').slice(0, 24);
}

function idOf(account: StoredAccount): string {
  return accountId(account.server, account.uid);
}

function entry(account: StoredAccount): AccountEntry {
  return {
    id: idOf(account),
    server: account.server,
    uid: account.uid,
    username: account.username,
    name: account.name,
    keepSignedIn: account.sealedToken !== null,
  };
}

/** What the user said about an account. */
export interface OwnWords {
  /** null = none. */
  tag: string | null;
  muted: boolean;
}

export interface Accounts {
  /** Most recently used first. */
  list: () => AccountEntry[];
  find: (id: string) => AccountEntry | null;
  /** Those that are signed in, or were until their token became void; in the order of the rail. */
  rail: () => AccountEntry[];
  /** Puts the rail into this order; those that are not named keep theirs, at the end. */
  order: (ids: readonly string[]) => void;
  /** Which account is to be on screen at the next start: the last one that was. */
  current: () => string | null;
  ownWords: (id: string) => OwnWords;
  describe: (id: string, change: Partial<OwnWords>) => void;
  /** Its token became void by itself. */
  isExpired: (id: string) => boolean;
  /** The address the last sign-in used. */
  lastServer: () => string | null;
  /** Remembers the account at the top; `keep` stores the token if it can be protected. */
  remember: (signIn: NewSignIn, keep: boolean) => Promise<AccountEntry>;
  /** The token from memory or the vault; null = a password is needed. */
  token: (id: string) => Promise<string | null>;
  /** The token became void; the account stays in the rail. */
  expire: (id: string) => void;
  /** Signed out: no token, not in the rail, nothing of what the user called it; the account stays in the list. */
  dropToken: (id: string) => void;
  /** Whether this account may only be connected over an encrypted line. */
  hasSecureLine: (id: string) => boolean;
  keepSecureLine: (id: string) => void;
  /** Class of its session, which CONNECT has to name. */
  deviceFlag: (id: string) => 1 | 2;
  touch: (id: string) => void;
  forget: (id: string) => void;
  /** Folder with the account's databases. */
  folder: (id: string) => string;
}

/** Who signed in without "stay signed in" is not signed in at the next start. */
const startsSignedIn = (account: StoredAccount | undefined): boolean =>
  account !== undefined && (account.sealedToken !== null || account.expired === true);

export function openAccounts(
  userDataDir: string,
  vault: TokenVault,
  warn: (message: string) => void,
): Accounts {
  const file = jsonFile(
    join(userDataDir, 'accounts.json'),
    AccountsFile,
    () => ({ version: 1 as const, accounts: [] }),
    warn,
  );
  const read = file.read();
  let accounts = read.accounts;
  let current = read.current ?? null;
  const inMemory = new Map<string, string>();

  const stored = (id: string): StoredAccount | undefined => accounts.find((account) => idOf(account) === id);
  let rail = [...new Set(read.rail ?? accounts.map(idOf))]
    .filter((id) => startsSignedIn(stored(id)))
    .slice(0, MAX_ACCOUNTS);

  const save = (next: StoredAccount[], nextRail = rail, nextCurrent = current): void => {
    file.write({
      version: 1,
      accounts: next,
      rail: nextRail,
      ...(nextCurrent === null ? {} : { current: nextCurrent }),
    });
    accounts = next;
    rail = nextRail;
    current = nextCurrent;
  };
  /** A full disk must not keep the account closed; what is lost is set again next time. */
  const trySave: typeof save = (...next) => {
    try {
      save(...next);
    } catch (error) {
      warn(`accounts.json not written: ${String(error)}`);
    }
  };
  const others = (id: string): StoredAccount[] => accounts.filter((account) => idOf(account) !== id);
  const changed = (id: string, change: (account: StoredAccount) => StoredAccount): StoredAccount[] =>
    accounts.map((account) => (idOf(account) === id ? change(account) : account));
  const withoutRail = (id: string): [string[], string | null] => [
    rail.filter((each) => each !== id),
    current === id ? null : current,
  ];

  return {
    list: () => accounts.map(entry),
    find(id) {
      const account = stored(id);
      return account ? entry(account) : null;
    },
    rail: () =>
      rail
        .map(stored)
        .filter((account) => account !== undefined)
        .map(entry),
    order(ids) {
      const named = ids.filter((id) => rail.includes(id));
      save(accounts, [...new Set([...named, ...rail])]);
    },
    current: () => current,
    ownWords(id) {
      const { tag = null, muted = false } = stored(id) ?? {};
      return { tag, muted };
    },
    describe(id, change) {
      const { tag: before, muted: wasMuted, ...account } = stored(id) ?? {};
      const { tag = before ?? null, muted = wasMuted === true } = change;
      const own = { ...(tag === null ? {} : { tag }), ...(muted ? { muted } : {}) };
      save(changed(id, () => StoredAccount.parse({ ...account, ...own })));
    },
    isExpired: (id) => stored(id)?.expired === true,
    lastServer: () => accounts[0]?.server ?? null,
    deviceFlag: (id) => stored(id)?.deviceFlag ?? 2,
    async remember({ token, ...person }, keep) {
      const id = accountId(person.server, person.uid);
      inMemory.set(id, token);
      const sealedToken = keep ? await vault.seal(token) : null;
      const { secureLine, tag, muted } = stored(id) ?? {};
      const account: StoredAccount = {
        ...person,
        sealedToken,
        ...(secureLine === true ? { secureLine } : {}),
        ...(tag === undefined ? {} : { tag }),
        ...(muted === true ? { muted } : {}),
      };
      save([account, ...others(id)], rail.includes(id) ? rail : [...rail, id]);
      return entry(account);
    },
    async token(id) {
      const cached = inMemory.get(id);
      if (cached !== undefined) return cached;
      const account = stored(id);
      if (!account || account.sealedToken === null) return null;
      const unsealed = await vault.unseal(account.sealedToken);
      if (unsealed === null) return null;
      inMemory.set(id, unsealed.token);
      const { resealed } = unsealed;
      if (resealed !== null) save(changed(id, (before) => ({ ...before, sealedToken: resealed })));
      return unsealed.token;
    },
    expire(id) {
      inMemory.delete(id);
      // Also of one that was not to stay signed in: what it says must not depend on that.
      trySave(changed(id, (account) => ({ ...account, sealedToken: null, expired: true })));
    },
    dropToken(id) {
      inMemory.delete(id);
      save(
        changed(id, ({ tag: _tag, muted: _muted, expired: _expired, ...account }) => ({
          ...account,
          sealedToken: null,
        })),
        ...withoutRail(id),
      );
    },
    hasSecureLine: (id) => stored(id)?.secureLine === true,
    keepSecureLine(id) {
      const account = stored(id);
      if (!account || account.secureLine === true) return;
      trySave(changed(id, (before) => ({ ...before, secureLine: true })));
    },
    touch(id) {
      const account = stored(id);
      if (!account || (accounts[0] === account && current === id)) return;
      trySave([account, ...others(id)], rail.includes(id) ? rail : [...rail, id], id);
    },
    forget(id) {
      inMemory.delete(id);
      save(others(id), ...withoutRail(id));
    },
    folder: (id) => join(userDataDir, 'accounts', id),
  };
}
