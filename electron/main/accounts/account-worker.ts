/** One signed-in account at work: its worker, what it last said of itself, and who hears what it says. */
import type { Worker } from 'node:worker_threads';
import type { AccountState } from '../../../shared/ipc/contract/accounts.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { ChannelRef, ConnectionState } from '../../../shared/domain.ts';
import type {
  Attention,
  AwayChat,
  NetworkQuestion,
  NotificationCandidate,
  ReminderNotice,
  WorkerStart,
} from '../../../shared/ipc/worker-protocol.ts';
import type { MediaOfToken } from '../files/media-tokens.ts';
import { CoreHost, type CoreHostOptions, type WorkerEvent } from './core-host.ts';

/** `account` is the id of whose worker said it. */
export interface WorkerListeners {
  /** false = there is no page that takes them. */
  onDeltas: (account: string, deltas: CoreDelta[]) => boolean;
  onNotify: (account: string, candidate: NotificationCandidate) => void;
  onRenotify: (account: string, candidate: NotificationCandidate) => void;
  onAway: (account: string, chats: AwayChat[], isLong: boolean) => void;
  onRemind: (account: string, notice: ReminderNotice) => void;
  onWithdraw: (account: string, channel: ChannelRef, messageKeys: string[], readSeq: number | null) => void;
}

export interface AccountWorkerOptions extends WorkerListeners {
  id: string;
  script: string | URL;
  codeCache: CoreHostOptions['codeCache'];
  small: boolean;
  spare: () => Worker | null;
  start: WorkerStart;
  /** Somebody may be in front of the app. */
  isAttended: boolean;
  /** Its page is on screen, or about to be. */
  onScreen: boolean;
  /** It counts something else, or stands elsewhere with its server. */
  onStatus: () => void;
  onExpired: () => void;
  onSecureLine: () => void;
  onMediaToken: (token: string, file: MediaOfToken) => void;
  onMediaTokensDead: (tokens: string[]) => void;
  onNetworkQuestion: (host: CoreHost, id: number, question: NetworkQuestion) => void;
  /** The page must load its snapshot anew; `died`: with another worker. */
  onRestarted: (died: boolean) => void;
  log: CoreHostOptions['log'];
}

/** A worker that cannot open its databases says so only when somebody asks. */
const READY_WITHIN_MS = 5_000;
/** Nobody sees it. */
const UNSEEN: Attention = { visible: false, focused: false };

export class AccountWorker {
  readonly id: string;
  readonly token: string;
  readonly host: CoreHost;
  readonly #options: AccountWorkerOptions;
  /** Its databases are open, or it said why they are not. */
  readonly #ready = Promise.withResolvers<void>();
  #isOver = false;
  #connection: ConnectionState['state'] = 'connecting';
  unread = 0;
  unreadWithMuted = 0;

  constructor(options: AccountWorkerOptions) {
    this.#options = options;
    this.id = options.id;
    this.token = options.start.token;
    setTimeout(this.#ready.resolve, READY_WITHIN_MS).unref();
    this.host = new CoreHost({
      script: options.script,
      codeCache: options.codeCache ?? null,
      small: options.small,
      spare: options.spare,
      start: options.onScreen ? options.start : { ...options.start, attention: UNSEEN },
      onScreen: options.onScreen,
      isAttended: options.isAttended,
      onEvent: (event) => this.#onEvent(event),
      onRestarted: () => {
        this.#setConnection('connecting');
        options.onRestarted(true);
      },
      log: options.log,
    });
  }

  get state(): AccountState {
    switch (this.#connection) {
      case 'online':
      case 'connecting':
        return this.#connection;
      case 'sessionExpired':
        return 'locked';
      default:
        return 'offline';
    }
  }

  /** Its session has ended, or was taken by another device: only signing in again brings it back. */
  get hasEnded(): boolean {
    return this.#connection === 'kicked' || this.#connection === 'sessionExpired';
  }

  /** Resolves when another worker may be started without both being busy with their beginnings. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Its page comes on the screen, where somebody is as attentive as this says; or leaves it (null). */
  show(attention: Attention | null): void {
    this.host.setOnScreen(attention !== null);
    this.host.setAttention(attention ?? UNSEEN);
  }

  async shutdown(): Promise<void> {
    this.#isOver = true;
    this.#ready.resolve();
    await this.host.shutdown();
  }

  #setConnection(state: ConnectionState['state']): void {
    if (state === this.#connection) return;
    this.#connection = state;
    this.#options.onStatus();
  }

  #fileOf({ token, path, mime, size }: Extract<WorkerEvent, { kind: 'mediaToken' }>): MediaOfToken {
    if (size === undefined) return { path, mime };
    return { path, mime, growing: { size, until: (from) => this.host.filmUntil(token, from) } };
  }

  #onEvent(event: WorkerEvent): void {
    const { id } = this;
    const listeners = this.#options;
    if (event.kind === 'networkQuestion') {
      listeners.onNetworkQuestion(this.host, event.id, event.question);
      return;
    }
    // A worker that is being shut down no longer speaks for its account.
    if (this.#isOver) return;
    switch (event.kind) {
      case 'deltas':
        if (!listeners.onDeltas(id, event.deltas)) void this.host.request('core.deltasTaken', undefined);
        break;
      case 'notify':
        listeners.onNotify(id, event.candidate);
        break;
      case 'renotify':
        listeners.onRenotify(id, event.candidate);
        break;
      case 'away':
        listeners.onAway(id, event.chats, event.isLong);
        break;
      case 'remind':
        listeners.onRemind(id, event.notice);
        break;
      case 'withdraw':
        listeners.onWithdraw(id, event.channel, event.messageKeys, event.readSeq);
        break;
      case 'badge':
        this.unread = event.unread;
        this.unreadWithMuted = event.unreadWithMuted;
        listeners.onStatus();
        break;
      case 'connection':
        this.#setConnection(event.connection.state);
        if (event.connection.state === 'sessionExpired') listeners.onExpired();
        break;
      case 'mediaToken':
        listeners.onMediaToken(event.token, this.#fileOf(event));
        break;
      case 'mediaTokensDead':
        listeners.onMediaTokensDead(event.tokens);
        break;
      case 'secureLine':
        // Also for the next start of the worker after a crash.
        this.host.setSecureLine();
        listeners.onSecureLine();
        break;
      case 'openedLate':
        listeners.onRestarted(false);
        break;
      case 'ready':
        this.#ready.resolve();
        break;
    }
  }
}
