/** `accounts.json`: the sign-ins known on this computer, most recent first, tokens only as sealed by the vault. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
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
});
type StoredAccount = z.infer<typeof StoredAccount>;
const AccountsFile = z.object({ version: z.literal(1), accounts: z.array(StoredAccount) });

export interface NewSignIn {
  server: string;
  uid: string;
  username: string;
  name: string;
  token: string;
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

export interface Accounts {
  /** Most recently used first. */
  list: () => AccountEntry[];
  find: (id: string) => AccountEntry | null;
  /** The address the last sign-in used. */
  lastServer: () => string | null;
  /** Remembers the account at the top; `keep` stores the token if it can be protected. */
  remember: (signIn: NewSignIn, keep: boolean) => Promise<AccountEntry>;
  /** The token from memory or the vault; null = a password is needed. */
  token: (id: string) => Promise<string | null>;
  /** The token is void; the account stays in the list. */
  dropToken: (id: string) => void;
  /** Whether this account may only be connected over an encrypted line. */
  hasSecureLine: (id: string) => boolean;
  keepSecureLine: (id: string) => void;
  touch: (id: string) => void;
  forget: (id: string) => void;
  /** Folder with the account's databases. */
  folder: (id: string) => string;
}

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
  let accounts = file.read().accounts;
  const inMemory = new Map<string, string>();

  const stored = (id: string): StoredAccount | undefined => accounts.find((account) => idOf(account) === id);
  const save = (next: StoredAccount[]): void => {
    file.write({ version: 1, accounts: next });
    accounts = next;
  };
  /** A full disk must not keep the account closed; what is lost is set again next time. */
  const trySave = (next: StoredAccount[]): void => {
    try {
      save(next);
    } catch (error) {
      warn(`accounts.json not written: ${String(error)}`);
    }
  };
  const others = (id: string): StoredAccount[] => accounts.filter((account) => idOf(account) !== id);

  return {
    list: () => accounts.map(entry),
    find(id) {
      const account = stored(id);
      return account ? entry(account) : null;
    },
    lastServer: () => accounts[0]?.server ?? null,
    async remember({ token, ...person }, keep) {
      const id = accountId(person.server, person.uid);
      inMemory.set(id, token);
      const sealedToken = keep ? await vault.seal(token) : null;
      const secureLine = stored(id)?.secureLine === true;
      const account: StoredAccount = { ...person, sealedToken, ...(secureLine ? { secureLine } : {}) };
      save([account, ...others(id)]);
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
      if (resealed !== null) {
        save(accounts.map((other) => (idOf(other) === id ? { ...other, sealedToken: resealed } : other)));
      }
      return unsealed.token;
    },
    dropToken(id) {
      inMemory.delete(id);
      const account = stored(id);
      if (account && account.sealedToken !== null) {
        save(accounts.map((other) => (other === account ? { ...account, sealedToken: null } : other)));
      }
    },
    hasSecureLine: (id) => stored(id)?.secureLine === true,
    keepSecureLine(id) {
      const account = stored(id);
      if (!account || account.secureLine === true) return;
      trySave(accounts.map((other) => (other === account ? { ...account, secureLine: true } : other)));
    },
    touch(id) {
      const account = stored(id);
      if (account && accounts[0] !== account) trySave([account, ...others(id)]);
    },
    forget(id) {
      inMemory.delete(id);
      save(others(id));
    },
    folder: (id) => join(userDataDir, 'accounts', id),
  };
}
