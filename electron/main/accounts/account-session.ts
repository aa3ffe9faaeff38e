/**
 * The accounts that are signed in: a worker each, all at work, one of them on the screen. What is said to one stays
 * with it: requests name their account, and what a worker says is passed on with whose it is (docs/accounts.md).
 */
import { rm } from 'node:fs/promises';
import type { AccountOnRail } from '../../../shared/ipc/contract/accounts.ts';
import type { CoreContract } from '../../../shared/ipc/contract/contract.ts';
import type { Exported } from '../../../shared/ipc/contract/chat-export.ts';
import { Diagnostics } from '../../../shared/ipc/contract/diagnostics.ts';
import type { AccountEntry, SessionEnd } from '../../../shared/ipc/contract/shell.ts';
import { CodedError, type Result } from '../../../shared/ipc/result.ts';
import type {
  Attention,
  ExportOrder,
  FollowedSettings,
  MediaPath,
  MediaUse,
  NetworkQuestion,
} from '../../../shared/ipc/worker-protocol.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import { accountMark } from '../diagnostics/log.ts';
import type { AccountSessionOptions } from './account-session-options.ts';
import { AccountWorker } from './account-worker.ts';
import { askAhead, type FirstList } from './first-list.ts';
import { type CoreHost, workerOptions } from './core-host.ts';
import { SpareWorker } from './spare-worker.ts';
import { workerStart } from './worker-start.ts';

const NOBODY = { ok: false, code: 'signedOut', message: 'nobody is signed in' } as const;

export class AccountSession {
  readonly #options: AccountSessionOptions;
  readonly #workers = new Map<string, AccountWorker>();
  #current: string | null = null;
  #switchedTo: string | null = null;
  /** What was told of the rail last: most of what a worker says changes nothing in it. */
  #lastRail = '';
  #attention: Attention = { visible: true, focused: false };
  #presence = { hidden: false, attended: true };
  /** The app ends: nothing is started any more. */
  #isClosed = false;
  readonly #spare: SpareWorker;
  /** The account that is opened next is the first of this start of the app. */
  #pageComes = false;

  constructor(options: AccountSessionOptions) {
    this.#options = options;
    const { codeCache = null, workerScript } = options;
    this.#spare = new SpareWorker(workerScript, () => workerOptions({ codeCache, small: this.#isFurther }));
  }

  /** Somebody is about to sign in: the worker of the account is loaded meanwhile. */
  warmUp(): void {
    if (!this.#isClosed) this.#spare.warmUp();
  }

  /** An account is opened in a moment. */
  loadAhead(): void {
    this.#pageComes = true;
    if (!this.#isClosed) this.#spare.loadAhead();
  }

  /** An account that is opened now is not the only one. */
  get #isFurther(): boolean {
    return this.#workers.size > 0;
  }

  /** The one on the screen. */
  get account(): AccountEntry | null {
    return this.#current === null ? null : this.#options.accounts.find(this.#current);
  }

  /** Whether its worker runs and its session has not ended. */
  isSignedIn(id: string): boolean {
    return this.#workers.get(id)?.hasEnded === false && !this.#options.accounts.isExpired(id);
  }

  /** As the rail shows them. */
  rail(): AccountOnRail[] {
    const { accounts } = this.#options;
    return accounts.rail().map((entry) => {
      const worker = this.#workers.get(entry.id);
      const locked = worker === undefined || accounts.isExpired(entry.id);
      return {
        ...entry,
        ...accounts.ownWords(entry.id),
        unread: worker?.unread ?? 0,
        state: locked ? 'locked' : worker.state,
      };
    });
  }

  /** `account`: of whom; default: of the one on the screen. */
  request(
    channel: keyof CoreContract,
    args: unknown,
    account: string | null = this.#current,
  ): Promise<Result<unknown>> {
    const worker = this.#workers.get(account ?? '');
    return worker?.host.request(channel, args) ?? Promise.resolve(NOBODY);
  }

  /** Figures of the account on the screen; null when nobody is signed in or the worker does not answer. */
  async diagnostics(): Promise<Diagnostics | null> {
    const answer = await this.request('diagnostics.get', undefined);
    return answer.ok ? Diagnostics.parse(answer.value) : null;
  }

  /** The file of a message of an account. Throws the worker's refusal. */
  mediaFile(channel: ChannelRef, key: string, use: MediaUse, account = this.#current): Promise<MediaPath> {
    return this.#ask(account, (host) => host.mediaFile(channel, key, use));
  }

  /** Writes a chat of an account into a file. Throws the worker's refusal. */
  async exportChat(order: ExportOrder, account: string | null): Promise<Exported> {
    return this.#ask(account, (host) => host.exportChat(order));
  }

  async #ask<T>(account: string | null, ask: (host: CoreHost) => Promise<Result<T>>): Promise<T> {
    const worker = this.#workers.get(account ?? '');
    if (!worker) throw new CodedError('signedOut', 'nobody is signed in');
    const result = await ask(worker.host);
    if (!result.ok) throw new CodedError(result.code, result.message, result.field);
    return result.value;
  }

  /** Of somebody who has just signed in: `open` hands it to the worker. */
  askFirstList(person: { server: string; uid: string; token: string }): FirstList {
    return askAhead(this.#options, person);
  }

  /**
   * Puts a remembered account on the screen; the one that was there goes on in the background. Throws `notFound` or
   * `unauthorized`.
   */
  async open(id: string, firstList: FirstList = null): Promise<AccountEntry> {
    const worker = await this.#work(id, true, firstList);
    const before = this.#workers.get(this.#current ?? '');
    if (before && before !== worker) before.show(null);
    this.#current = id;
    this.#show(worker);
    this.#options.mediaTokens.showOnly(id);
    this.#options.accounts.touch(id);
    this.#changed();
    return this.account ?? this.#known(id);
  }

  /**
   * As `open`, after a sign-in: a session that had ended begins anew, also with the token it had. TSDD gives a device
   * class the token of its last sign-in again (tsdd-api.md 1.3).
   */
  async openAnew(id: string, firstList: FirstList): Promise<AccountEntry> {
    if (this.#workers.get(id)?.hasEnded === true) await this.#end(id);
    return this.open(id, firstList);
  }

  /** Its session was replaced by another of the same account: it goes on with the new token, wherever it was. */
  async renew(id: string): Promise<void> {
    if (id === this.#current) {
      await this.#work(id, true);
      this.#options.onRestarted();
    } else await this.#work(id, false);
  }

  /** Opens those of the rail that can be, one after another, in the background. */
  async startOthers(): Promise<void> {
    for (const { id } of this.#options.accounts.rail()) {
      await this.#workers.get(this.#current ?? '')?.ready;
      if (this.#workers.has(id) || this.#isClosed) continue;
      const worker = await this.#work(id, false).catch((error: unknown) => {
        this.#options.log('warn', 'main', `account ${accountMark(id)} not opened: ${String(error)}`);
        return null;
      });
      await worker?.ready;
    }
  }

  /** Ends all workers; the caches stay. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#spare.close();
    await Promise.all([...this.#workers.keys()].map((id) => this.#end(id)));
  }

  /**
   * Ends a session, by default that of the account on the screen, and erases what is stored of the account; it stays in
   * the list, without a token. The server is asked beside it: whatever it answers, and also when something cannot be
   * erased, the token is gone here. The next account of the rail takes its place on the screen.
   */
  async signOut(id: string | null = this.#current): Promise<SessionEnd> {
    const { accounts } = this.#options;
    if (id === null || !accounts.rail().some((entry) => entry.id === id))
      throw new CodedError('signedOut', 'nobody is signed in');
    return this.#leave(id, () => accounts.dropToken(id));
  }

  /** The same, and removes the account from the list. */
  async forget(id: string): Promise<SessionEnd> {
    this.#known(id);
    return this.#leave(id, () => this.#options.accounts.forget(id));
  }

  /** Tells a worker which messages notifications on screen show or count. */
  setAnnounced(
    messages: { channel: ChannelRef; messageKey: string }[],
    account: string | null = this.#current,
  ): void {
    this.#workers.get(account ?? '')?.host.setAnnounced(messages);
  }

  follow(settings: FollowedSettings): void {
    for (const { host } of this.#workers.values()) host.follow(settings);
  }

  setAttention(attention: Attention): void {
    this.#attention = attention;
    this.#show(this.#workers.get(this.#current ?? ''));
  }

  /** `hidden`: no page shows anything of any account. `attended`: somebody may be in front of the app. */
  setPresence(presence: { hidden: boolean; attended: boolean }): void {
    this.#presence = presence;
    this.#show(this.#workers.get(this.#current ?? ''));
    for (const { host } of this.#workers.values()) host.setAttended(presence.attended);
  }

  #show(worker: AccountWorker | undefined): void {
    worker?.show(this.#presence.hidden ? null : this.#attention);
  }

  /** Other proxies or authorities: everything is connected anew. */
  waysChanged(): void {
    const caFile = this.#options.network?.caFile() ?? null;
    for (const { host } of this.#workers.values()) host.waysChanged(caFile);
  }

  networkHint(): void {
    for (const { host } of this.#workers.values()) host.networkHint();
  }

  screenLocked(): void {
    for (const { host } of this.#workers.values()) host.screenLocked();
  }

  /** Another order, tag or silence: told, and counted anew. */
  described(): void {
    const rail = this.rail();
    const text = JSON.stringify(rail);
    if (text !== this.#lastRail) this.#options.onRail(rail);
    this.#lastRail = text;
    let [unread, unreadWithMuted] = [0, 0];
    for (const [id, worker] of this.#workers) {
      if (this.#options.accounts.ownWords(id).muted) continue;
      unread += worker.unread;
      unreadWithMuted += worker.unreadWithMuted;
    }
    this.#options.onUnread(unread, unreadWithMuted);
  }

  #known(id: string): AccountEntry {
    const entry = this.#options.accounts.find(id);
    if (!entry) throw new CodedError('notFound', 'this account is not known on this computer');
    return entry;
  }

  /** The worker of an account; another one if it has signed in anew since. */
  async #work(id: string, onScreen: boolean, firstList: FirstList = null): Promise<AccountWorker> {
    const { accounts, check } = this.#options;
    const entry = this.#known(id);
    check?.(entry.server);
    const token = await accounts.token(id);
    if (token === null) throw new CodedError('unauthorized', 'the password is needed to sign in again');
    const running = this.#workers.get(id);
    if (running?.token === token) return running;
    if (running) await this.#end(id);
    if (this.#isClosed) throw new CodedError('signedOut', 'the app ends');
    // While the token was unsealed somebody else may have been as far.
    const other = this.#workers.get(id);
    if (other) return other;
    const worker = this.#start(entry, token, onScreen, firstList !== null);
    void firstList?.then((answer) => worker.host.bringFirstList(answer));
    this.#workers.set(id, worker);
    this.described();
    return worker;
  }

  #changed(): void {
    const id = this.account?.id ?? null;
    const before = this.#switchedTo;
    if (id !== before) {
      this.#switchedTo = id;
      this.#options.onSwitched(before);
    }
    this.described();
    this.#options.onChanged();
  }

  /** The worker ends; what it had shown outside the page goes with it. */
  async #end(id: string): Promise<void> {
    const worker = this.#workers.get(id);
    if (!worker) return;
    this.#workers.delete(id);
    this.#options.mediaTokens.clear(id);
    this.#options.onClosed(id);
    this.described();
    await worker.shutdown();
  }

  /** `dropToken` is called in any case. Rejects when something could not be erased. */
  async #leave(id: string, dropToken: () => void): Promise<SessionEnd> {
    const { accounts, deviceId, endSession } = this.#options;
    const server = accounts.find(id)?.server ?? '';
    const next = id === this.#current ? this.#neighbour(id) : null;
    // A vault that cannot be opened has no token that anybody could use either.
    const token = await accounts.token(id).catch(() => null);
    // Before the server is asked: the worker would take its own end for one that the server wanted.
    await this.#end(id);
    if (id === this.#current) this.#current = null;
    const ending = token === null ? null : endSession({ server, token, deviceId });
    try {
      await this.#erase(id);
    } finally {
      try {
        dropToken();
      } finally {
        await this.#goOnWith(next);
      }
    }
    return (await ending) ?? 'none';
  }

  /** Who takes the place of an account on the screen: the next below it in the rail, else the one above. */
  #neighbour(id: string): string | null {
    const rail = this.#options.accounts.rail().map((entry) => entry.id);
    const at = rail.indexOf(id);
    const others = [...rail.slice(at + 1), ...rail.slice(0, at).toReversed()];
    return others.find((other) => this.isSignedIn(other)) ?? null;
  }

  async #goOnWith(id: string | null): Promise<void> {
    // Somebody may have chosen one meanwhile.
    if (id === null || this.#current !== null) return this.#changed();
    try {
      await this.open(id);
    } catch {
      // Its token became void meanwhile, or cannot be read any more: the sign-in screen comes up.
      this.#changed();
    }
  }

  async #erase(id: string): Promise<void> {
    // Windows keeps files of a just ended thread busy for a moment.
    const folder = this.#options.accounts.folder(id);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    await this.#options.onErased(id);
  }

  #start(entry: AccountEntry, token: string, onScreen: boolean, listFollows: boolean): AccountWorker {
    const { accounts, mediaTokens, workerScript, codeCache, onRestarted, log } = this.#options;
    const { id } = entry;
    const pageComes = this.#pageComes && onScreen && !listFollows;
    this.#pageComes = false;
    const start = { ...workerStart(this.#options, entry, token), attention: this.#attention, listFollows };
    const worker: AccountWorker = new AccountWorker({
      ...this.#options,
      id,
      script: workerScript,
      codeCache: codeCache ?? null,
      small: this.#isFurther,
      spare: () => this.#spare.take(),
      start: { ...start, pageComes },
      onScreen: onScreen && !this.#presence.hidden,
      isAttended: this.#presence.attended,
      // Deltas of another account than the one on the screen have nobody to go to.
      onDeltas: (account, deltas) => account === this.#current && this.#options.onDeltas(account, deltas),
      onStatus: () => this.#workers.get(id) === worker && this.described(),
      onExpired: () => {
        accounts.expire(id);
        this.#changed();
      },
      onSecureLine: () => accounts.keepSecureLine(id),
      onMediaToken: (media, file) => mediaTokens.add(media, file),
      onMediaTokensDead: (tokens) => mediaTokens.remove(tokens),
      onNetworkQuestion: (host, question, what) => void this.#answerNetwork(host, question, what),
      onRestarted: (died) => {
        if (died) mediaTokens.clear(id);
        if (id === this.#current) onRestarted();
      },
      // Which of them says so; its letters are nobody's name.
      log: (level, scope, message) => log(level, `${scope} ${accountMark(id)}`, message),
    });
    return worker;
  }

  async #answerNetwork(host: CoreHost, id: number, question: NetworkQuestion): Promise<void> {
    const { network } = this.#options;
    host.answerNetwork(id, (await network?.answer(question)) ?? { ways: 'DIRECT' });
  }
}
