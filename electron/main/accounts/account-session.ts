/** The open account: one worker, its events turned into deltas, notifications and the unread total. */
import { rm } from 'node:fs/promises';
import type { CoreContract } from '../../../shared/ipc/contract/contract.ts';
import { Diagnostics } from '../../../shared/ipc/contract/diagnostics.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { AccountEntry, SessionEnd } from '../../../shared/ipc/contract/shell.ts';
import { CodedError, type Result } from '../../../shared/ipc/result.ts';
import type {
  Attention,
  AwayChat,
  MediaPath,
  NetworkAnswer,
  NetworkQuestion,
  NotificationCandidate,
} from '../../../shared/ipc/worker-protocol.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { Accounts } from './accounts.ts';
import { CoreHost, type WorkerEvent } from './core-host.ts';
import type { MediaTokens } from '../files/media-tokens.ts';

export interface AccountSessionOptions {
  accounts: Accounts;
  workerScript: string | URL;
  codeCache?: string | null;
  deviceId: string;
  /** Folder of the whole profile. */
  profileDir: string;
  offerReedit: () => boolean;
  /** Ends a session at its server if that can be done; never rejects. */
  endSession: (session: { server: string; token: string; deviceId: string }) => Promise<SessionEnd>;
  /** Addresses of images; void with the worker that made them. */
  mediaTokens: MediaTokens;
  /** false = there is no page that takes them. */
  onDeltas: (deltas: CoreDelta[]) => boolean;
  onNotify: (candidate: NotificationCandidate) => void;
  onRenotify: (candidate: NotificationCandidate) => void;
  onAway: (chats: AwayChat[]) => void;
  onWithdraw: (channel: ChannelRef, messageKeys: string[], readSeq: number | null) => void;
  /** Without and with the messages of muted chats. */
  onUnread: (unread: number, unreadWithMuted: number) => void;
  /** Another account is open, or none: what was known of the last one is void. Comes before `onChanged`. */
  onSwitched: () => void;
  /** Another account is open, or none, or a token became void. */
  onChanged: () => void;
  /** What was stored of an account is being erased: so is what belongs to no account alone. */
  onErased: () => Promise<void>;
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

export class AccountSession {
  readonly #options: AccountSessionOptions;
  #open: { id: string; host: CoreHost } | null = null;
  #switchedTo: string | null = null;
  #attention: Attention = { visible: true, focused: false };

  constructor(options: AccountSessionOptions) {
    this.#options = options;
  }

  get account(): AccountEntry | null {
    return this.#open === null ? null : this.#options.accounts.find(this.#open.id);
  }

  request(channel: keyof CoreContract, args: unknown): Promise<Result<unknown>> {
    if (this.#open === null)
      return Promise.resolve({ ok: false, code: 'signedOut', message: 'nobody is signed in' });
    return this.#open.host.request(channel, args);
  }

  /** Figures of the open account; null when nobody is signed in or the worker does not answer. */
  async diagnostics(): Promise<Diagnostics | null> {
    const answer = await this.request('diagnostics.get', undefined);
    return answer.ok ? Diagnostics.parse(answer.value) : null;
  }

  /** The file of a message of the open account. Throws the worker's refusal. */
  async mediaFile(channel: ChannelRef, key: string, toOpen: boolean): Promise<MediaPath> {
    if (this.#open === null) throw new CodedError('signedOut', 'nobody is signed in');
    const result = await this.#open.host.mediaFile(channel, key, toOpen);
    if (!result.ok) throw new CodedError(result.code, result.message, result.field);
    return result.value;
  }

  /** Opens a remembered account with its token; closes the open one first. Throws `notFound` or `unauthorized`. */
  async open(id: string): Promise<AccountEntry> {
    const { accounts } = this.#options;
    const entry = accounts.find(id);
    if (!entry) throw new CodedError('notFound', 'this account is not known on this computer');
    this.#options.check?.(entry.server);
    const token = await accounts.token(id);
    if (token === null) throw new CodedError('unauthorized', 'the password is needed to sign in again');
    await this.close();
    accounts.touch(id);
    this.#start(entry, token);
    this.#changed();
    return entry;
  }

  /** Ends the worker; the cache stays. */
  async close(): Promise<void> {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    this.#options.mediaTokens.clear();
    this.#options.onUnread(0, 0);
    await open.host.shutdown();
  }

  /**
   * Ends the session and erases what is stored of the account; it stays in the list, without a token. The server is
   * asked beside it: whatever it answers, and also when something cannot be erased, the token is gone here.
   */
  async signOut(): Promise<SessionEnd> {
    const id = this.#open?.id;
    if (id === undefined) throw new CodedError('signedOut', 'nobody is signed in');
    return this.#leave(id, () => this.#options.accounts.dropToken(id));
  }

  /** The same, and removes the account from the list. */
  async forget(id: string): Promise<SessionEnd> {
    if (!this.#options.accounts.find(id))
      throw new CodedError('notFound', 'this account is not known on this computer');
    return this.#leave(id, () => this.#options.accounts.forget(id));
  }

  /** Tells the worker which messages notifications on screen show or count. */
  setAnnounced(messages: { channel: ChannelRef; messageKey: string }[]): void {
    this.#open?.host.setAnnounced(messages);
  }

  setOfferReedit(on: boolean): void {
    this.#open?.host.setOfferReedit(on);
  }

  setAttention(attention: Attention): void {
    this.#attention = attention;
    this.#open?.host.setAttention(attention);
  }

  /** Other proxies or authorities: everything is connected anew. */
  waysChanged(): void {
    this.#open?.host.waysChanged(this.#options.network?.caFile() ?? null);
  }

  networkHint(): void {
    this.#open?.host.networkHint();
  }

  screenLocked(): void {
    this.#open?.host.screenLocked();
  }

  #changed(): void {
    const id = this.account?.id ?? null;
    if (id !== this.#switchedTo) {
      this.#switchedTo = id;
      this.#options.onSwitched();
    }
    this.#options.onChanged();
  }

  /** `dropToken` is called in any case. Rejects when something could not be erased. */
  async #leave(id: string, dropToken: () => void): Promise<SessionEnd> {
    const { accounts, deviceId, endSession } = this.#options;
    const server = accounts.find(id)?.server ?? '';
    // A vault that cannot be opened has no token that anybody could use either.
    const token = await accounts.token(id).catch(() => null);
    // Before the server is asked: the worker would take its own end for one that the server wanted.
    if (this.#open?.id === id) await this.close();
    const ending = token === null ? null : endSession({ server, token, deviceId });
    try {
      await this.#erase(id);
    } finally {
      try {
        dropToken();
      } finally {
        this.#changed();
      }
    }
    return (await ending) ?? 'none';
  }

  async #erase(id: string): Promise<void> {
    // Windows keeps files of a just ended thread busy for a moment.
    await rm(this.#options.accounts.folder(id), {
      recursive: true,
      force: true,
      maxRetries: 10,
      retryDelay: 100,
    });
    await this.#options.onErased();
  }

  #start(entry: AccountEntry, token: string): void {
    const { accounts, workerScript, codeCache, deviceId, profileDir } = this.#options;
    const { offerReedit, onRestarted, log, network } = this.#options;
    const host = new CoreHost({
      script: workerScript,
      codeCache: codeCache ?? null,
      start: {
        accountDir: accounts.folder(entry.id),
        profileDir,
        server: entry.server,
        uid: entry.uid,
        username: entry.username,
        name: entry.name,
        token,
        deviceId,
        offerReedit: offerReedit(),
        secureLine: accounts.hasSecureLine(entry.id),
        attention: this.#attention,
        caFile: network?.caFile() ?? null,
        localStorageDays: this.#options.localStorageDays ?? null,
      },
      onEvent: (event) => {
        // A worker that is being shut down no longer speaks for the open account.
        if (event.kind === 'networkQuestion') void this.#answerNetwork(host, event.id, event.question);
        else if (this.#open?.host === host) this.#onEvent(entry.id, event);
      },
      onRestarted: () => {
        this.#options.mediaTokens.clear();
        onRestarted();
      },
      log,
    });
    this.#open = { id: entry.id, host };
  }

  async #answerNetwork(host: CoreHost, id: number, question: NetworkQuestion): Promise<void> {
    const { network } = this.#options;
    host.answerNetwork(id, (await network?.answer(question)) ?? { ways: 'DIRECT' });
  }

  #onEvent(id: string, event: Exclude<WorkerEvent, { kind: 'networkQuestion' }>): void {
    const { accounts, onAway, onDeltas, onNotify, onRenotify, onWithdraw, onUnread } = this.#options;
    switch (event.kind) {
      case 'deltas':
        if (!onDeltas(event.deltas)) void this.#open?.host.request('core.deltasTaken', undefined);
        break;
      case 'notify':
        onNotify(event.candidate);
        break;
      case 'renotify':
        onRenotify(event.candidate);
        break;
      case 'away':
        onAway(event.chats);
        break;
      case 'withdraw':
        onWithdraw(event.channel, event.messageKeys, event.readSeq);
        break;
      case 'badge':
        onUnread(event.unread, event.unreadWithMuted);
        break;
      case 'connection':
        if (event.connection.state === 'sessionExpired') {
          accounts.dropToken(id);
          this.#changed();
        }
        break;
      case 'mediaToken':
        this.#options.mediaTokens.add(event.token, event.path, event.mime);
        break;
      case 'mediaTokensDead':
        this.#options.mediaTokens.remove(event.tokens);
        break;
      case 'secureLine':
        // Also for the next start of the worker after a crash.
        this.#open?.host.setSecureLine();
        accounts.keepSecureLine(id);
        break;
      case 'openedLate':
        this.#options.onRestarted();
        break;
      case 'ready':
        break;
    }
  }
}
