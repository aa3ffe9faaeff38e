/** What the accounts that are signed in stand on, and who hears what becomes of them. */
import type { AccountOnRail } from '../../../shared/ipc/contract/accounts.ts';
import type { SessionEnd } from '../../../shared/ipc/contract/shell.ts';
import type {
  FollowedSettings,
  NetworkAnswer,
  NetworkQuestion,
} from '../../../shared/ipc/worker-protocol.ts';
import type { MediaTokens } from '../files/media-tokens.ts';
import type { WorkerListeners } from './account-worker.ts';
import type { Accounts } from './accounts.ts';

export interface AccountSessionOptions extends WorkerListeners {
  accounts: Accounts;
  workerScript: string | URL;
  codeCache?: string | null;
  deviceId: string;
  /** Folder of the whole profile. */
  profileDir: string;
  followed: () => FollowedSettings;
  /** Ends a session at its server if that can be done; never rejects. */
  endSession: (session: { server: string; token: string; deviceId: string }) => Promise<SessionEnd>;
  /** The list of an account that has none here yet, as it came; default: its worker asks itself. */
  askFirstList?: (session: { server: string; token: string }) => Promise<unknown>;
  /** Addresses of images; void with the worker that made them. */
  mediaTokens: MediaTokens;
  /** Of all accounts that are not muted: without and with the messages of muted chats. */
  onUnread: (unread: number, unreadWithMuted: number) => void;
  /** What the rail shows of the accounts changed. */
  onRail: (accounts: AccountOnRail[]) => void;
  /**
   * Another account is on the screen, or none: what was known of the last one is void. Comes before `onChanged`.
   * `before`: the one that was there until then.
   */
  onSwitched: (before: string | null) => void;
  /** An account is closed: what was told of it outside the page is void. */
  onClosed: (account: string) => void;
  /** Another account is on the screen, or none, or a token became void. */
  onChanged: () => void;
  /** What was stored of an account is being erased: so is what belongs to no account alone. */
  onErased: (account: string) => Promise<void>;
  /** Of the account on the screen: the page must load its snapshot anew. */
  onRestarted: () => void;
  /** Throws for the server of an account that may not be opened. */
  check?: (server: string) => void;
  /** Older messages are removed from this computer; null = none. */
  localStorageDays?: number | null;
  /** Answers what a worker asks about the network; without, nothing but direct connections. */
  network?: {
    answer: (question: NetworkQuestion) => Promise<NetworkAnswer>;
    caFile: () => string | null;
  };
  log: (level: 'debug' | 'info' | 'warn' | 'error', scope: string, message: string) => void;
}
