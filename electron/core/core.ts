/**
 * One signed-in account: store, connection, outbox, sync and the handlers of the IPC channels, tied together. Runs in
 * a worker thread (worker.ts) but knows nothing about threads: messages come through `handle`, go out through `post`.
 */
import { reasonOf } from '../../shared/errors.ts';
import type { CoreDelta } from '../../shared/ipc/contract/events.ts';
import type { FromWorker, ToWorker, WorkerStart } from '../../shared/ipc/worker-protocol.ts';
import { AccountFiles } from './account-files.ts';
import type { OpenStore } from './account-store/open-store.ts';
import type { BusinessApi } from './api/business-api.ts';
import type { Log } from './api/http.ts';
import { DEVICE_FLAG } from './api/signed-in.ts';
import type { Connection, ConnectionOptions } from './connection/connection-api.ts';
import type { CoreParts } from './core-parts.ts';
import type { CoreContext } from './handlers/core-context.ts';
import { createComposer } from './handlers/enqueue.ts';
import { createHandlers } from './handlers/handlers.ts';
import { createReadAnnouncer, type ReadAnnouncer } from './handlers/read-announcer.ts';
import { Requests } from './handlers/requests.ts';
import { createLeakCheck, type AnnouncedMessage } from './leak-check/leak-check.ts';
import { Fingerprints } from './leak-check/fingerprints.ts';
import type { Outbox } from './outbox/outbox-api.ts';
import { Announcements } from './publisher/announcements.ts';
import { PageWatch } from './publisher/page-watch.ts';
import { refusedAction } from './outbox/refused-action.ts';
import type { Publisher } from './publisher/publisher.ts';
import { createAccountApi } from './session/account-api.ts';
import { createHttpProbe } from './session/http-probe.ts';
import { keptLine } from './session/kept-line.ts';
import { ServerTime } from './session/server-time.ts';
import { Session } from './session/session.ts';
import type { ActionJob } from './store/jobs.ts';
import { createSyncEngine, type SyncEngine } from './sync/sync-engine.ts';

export interface Core {
  handle: (message: ToWorker) => void;
  /** Ends everything and closes the databases. Safe to call twice. */
  close: () => Promise<void>;
}

/**
 * Opens the account's databases and starts connecting. Throws when the databases cannot be opened.
 * `post` gets `ready` once requests are answered.
 */
export function createCore(start: WorkerStart, post: (message: FromWorker) => void, parts: CoreParts): Core {
  return new AccountCore(start, post, parts);
}

class AccountCore implements Core {
  readonly #start: WorkerStart;
  readonly #post: (message: FromWorker) => void;
  readonly #page = new PageWatch(
    (deltas) => this.#post({ kind: 'deltas', deltas }),
    (isThere) => this.#store.setAtRest(!isThere),
  );
  readonly #fingerprints = new Fingerprints();
  readonly #time: ServerTime;
  readonly #store: OpenStore;
  readonly #api: BusinessApi;
  readonly #session: Session;
  readonly #notifications: Announcements;
  readonly #publisher: Publisher;
  readonly #files: AccountFiles;
  readonly #connection: Connection;
  readonly #sync: SyncEngine;
  readonly #outbox: Outbox;
  readonly #announcer: ReadAnnouncer;
  readonly #requests: Requests;
  #announced: readonly AnnouncedMessage[] = [];
  #offerReedit: boolean;
  #ready = false;
  #closing: Promise<void> | null = null;

  constructor(start: WorkerStart, post: (message: FromWorker) => void, parts: CoreParts) {
    this.#start = start;
    this.#post = post;
    this.#offerReedit = start.offerReedit;
    this.#time = this.#createTime();
    this.#store = this.#openStore(parts);
    this.#time.restore();
    this.#api = createAccountApi(start, this.#store, parts.fetch, this.#logFor('api'), parts.network);
    this.#session = this.#createSession();
    this.#files = this.#createFiles();
    const [pictureOf, log] = [this.#files.avatars.pathOf, this.#logFor('core')] as const;
    const flush = (): void => this.#publisher.flush();
    const to = { post, push: (delta: CoreDelta): void => this.#push(delta), flush };
    this.#notifications = new Announcements({ store: this.#store, ...to, pictureOf, log });
    this.#publisher = this.#createPublisher(parts);
    this.#connection = parts.createConnection(this.#connectionOptions());
    this.#sync = this.#createSync();
    this.#outbox = this.#createOutbox(parts);
    this.#announcer = createReadAnnouncer(this.#store.conversations, () => this.#outbox.kick());
    this.#requests = this.#createRequests();

    this.#ready = true;
    post({ kind: 'ready' });
    // Somebody waits for this list: it does not wait for the end of a frame.
    void this.#sync.begin(start.listFollows).then(() => this.#closing ?? this.#publisher.flush());
    this.#connection.start();
  }

  handle(message: ToWorker): void {
    switch (message.kind) {
      case 'request':
        void this.#requests
          .answer(message.channel, message.args)
          .then((result) => this.#post({ kind: 'answer', id: message.id, result }));
        break;
      case 'mediaFile':
      case 'filmUntil':
      case 'exportChat':
        void this.#files
          .answer(message)
          .then((result) => this.#post({ kind: 'answer', id: message.id, result }));
        break;
      case 'offerReedit':
        this.#offerReedit = message.on;
        if (!message.on) this.#store.messages.forgetReedits();
        break;
      case 'mediaRules':
        this.#files.followRules(message.rules);
        break;
      case 'screenLocked':
        this.#store.messages.forgetReedits();
        this.#store.messages.leaveFlames(null);
        break;
      case 'firstList':
        this.#sync.firstListCame(message.answer);
        break;
      case 'announced':
        this.#announced = message.messages;
        break;
      case 'networkHint':
        this.#store.expireDue();
        this.#connection.retryNow(message.anew);
        break;
      case 'attended':
        this.#notifications.absence.attended(message.on);
        break;
      case 'attention':
        this.#sync.attention(message.attention);
        break;
      case 'left':
        this.#page.leaves((channel) => this.#sync.drafts.left(channel));
        this.#store.messages.leaveFlames(null);
        break;
      case 'shutdown':
        void this.close();
        break;
    }
  }

  close(): Promise<void> {
    this.#requests.flush();
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#announcer.close();
    this.#sync.close();
    await Promise.all([this.#outbox.close(), this.#files.close()]);
    await this.#connection.close();
    this.#publisher.close();
    this.#notifications.close();
    this.#store.close();
  }

  // ---- the parts, in the order in which they are made -----------------------------------------------------------

  #createTime(): ServerTime {
    return new ServerTime({
      store: () => this.#store,
      isOpen: () => this.#ready && !this.#closing,
      rulesChanged: (rules, serverOffsetMs) => this.#push({ kind: 'rules', rules, serverOffsetMs }),
      log: this.#logFor('core'),
    });
  }

  #openStore(parts: CoreParts): OpenStore {
    const { accountDir, localStorageDays = null, name, uid } = this.#start;
    return parts.openStore({
      accountDir,
      localStorageDays,
      me: { uid, name },
      now: () => Date.now(),
      serverOffsetMs: () => this.#time.offsetMs(),
      offerReedit: () => this.#offerReedit,
      log: this.#logFor('store'),
      onContentErased: (erased) => this.#fingerprints.take(erased),
      onBurned: () => this.#ready && this.#outbox.kick(),
      onStorageChanged: (again) => this.#storageChanged(again),
    });
  }

  #createSession(): Session {
    return new Session({
      start: this.#start,
      store: this.#store,
      api: this.#api,
      isClosing: () => this.#closing !== null,
      post: this.#post,
      push: (delta) => this.#push(delta),
      ended: () => {
        this.#sync.disconnected();
        void this.#connection.close();
      },
      log: this.#logFor('core'),
    });
  }

  #createPublisher(parts: CoreParts): Publisher {
    return parts.createPublisher({
      store: this.#store,
      push: (deltas) => this.#page.push(deltas),
      isShown: (key) => this.#page.openChannels.has(key),
      schedule: this.#page.flow.schedule,
      notify: this.#notifications.post,
      passOver: this.#notifications.passOver,
      recalled: this.#notifications.recalled,
      badge: (totals) => this.#post({ kind: 'badge', ...totals }),
    });
  }

  #createFiles(): AccountFiles {
    const history = (): SyncEngine['history'] => this.#sync.history;
    const to = {
      post: this.#post,
      push: (delta: CoreDelta) => this.#push(delta),
      history,
      serverNow: () => this.#time.measuredNow(),
    };
    return new AccountFiles(this.#start, this.#store, this.#api, to, (scope) => this.#logFor(scope));
  }

  #connectionOptions(): ConnectionOptions {
    const { deviceFlag = DEVICE_FLAG, deviceId, token, uid } = this.#start;
    return {
      uid,
      token,
      deviceId,
      deviceFlag,
      resolveAddresses: () => this.#api.imAddresses(uid),
      probeHttp: createHttpProbe(this.#api, uid),
      onMessages: (messages) => this.#sync.onMessages(messages),
      onEvent: (event) => this.#sync.onEvent(event),
      onAcknowledged: (channel, messageSeq) => this.#sync.onAcknowledged(channel, messageSeq),
      onState: (state) => {
        if (!this.#session.connectionChanged(state) || state.state === 'online') return;
        this.#sync.disconnected();
        this.#notifications.disconnected();
      },
      onConnected: (offsetMs) => {
        this.#time.measured(offsetMs);
        this.#store.expireDue();
        this.#notifications.connected();
        this.#files.avatars.connected();
        this.#sync.connected();
        this.#outbox.kick();
        void this.#session.refreshMe();
      },
      log: this.#logFor('connection'),
      ...keptLine(this.#start, this.#store, this.#post),
    };
  }

  #createSync(): SyncEngine {
    const { deviceId, name, uid } = this.#start;
    return createSyncEngine({
      me: { uid, name },
      store: this.#store,
      api: this.#api,
      deviceId,
      log: this.#logFor('sync'),
      push: (delta) => this.#push(delta),
      serverNowMs: () => this.#time.now(),
      isOnline: () => this.#isOnline(),
      openChannels: () => [...this.#page.openChannels.values()],
      onUnauthorized: () => this.#session.expire(),
      rulesChanged: (rules) => this.#time.announceRules(rules),
      ownMessagesStored: () => this.#outbox.kick(),
      deliveryDead: (reason) => this.#connection.replace(reason),
      refreshMe: () => this.#session.refreshMe(),
      settled: this.#notifications.settled,
      avatarChanged: (channel) => this.#files.avatars.changed(channel),
    });
  }

  #createOutbox(parts: CoreParts): Outbox {
    return parts.createOutbox({
      store: this.#store,
      connection: this.#connection,
      api: this.#api,
      attachments: this.#files.media,
      me: { uid: this.#start.uid },
      serverNowMs: () => this.#time.now(),
      extraSync: this.#sync.extraSync,
      pinSync: this.#sync.pins,
      reactionSync: this.#sync.reactions,
      unreadAbove: this.#notifications.unreadAbove,
      onUnauthorized: () => this.#session.expire(),
      onGroupGone: (channel, why) => this.#sync.groupGone(channel, why),
      readRules: () => this.#sync.readRules(),
      onActionRefused: (job, message) => this.#actionRefused(job, message),
      log: this.#logFor('outbox'),
    });
  }

  #createRequests(): Requests {
    const context = this.#handlerContext();
    return new Requests({
      handlers: createHandlers(context),
      composer: context.composer,
      isClosing: () => this.#closing !== null,
      pageStarts: () => this.#page.begins(),
      onUnauthorized: () => this.#session.expire(),
      log: this.#logFor('core'),
    });
  }

  /** What the handlers of the IPC channels work on. */
  #handlerContext(): CoreContext {
    const { accountDir, deviceId, profileDir = accountDir } = this.#start;
    const store = this.#store;
    const me = (): Session['me'] => this.#session.me;
    const connectionState = (): Session['connection'] => this.#session.connection;
    const serverNowMs = (): number => this.#time.now();
    return {
      me,
      store,
      composer: createComposer({ store, me, serverNowMs, connectionState }, () => this.#outbox.kick()),
      api: this.#api,
      sync: this.#sync,
      refreshMe: () => this.#session.refreshMe(),
      outbox: this.#outbox,
      ...this.#files.parts,
      connection: this.#connection,
      connectionState,
      storage: () => store.storage,
      deviceId,
      folders: { accountDir, profileDir },
      serverOffsetMs: () => this.#time.offsetMs(),
      serverNowMs,
      push: (delta) => this.#push(delta),
      log: this.#logFor('handlers'),
      openChannels: this.#page.openChannels,
      deltasTaken: this.#page.flow.taken,
      readHere: this.#announcer.read,
      onCommit: (listener) => store.changes.subscribe(listener),
      absence: this.#notifications.absence,
      leakCheck: createLeakCheck({
        accountDir,
        profileDir,
        store,
        fingerprints: this.#fingerprints,
        sweepMedia: () => this.#files.media.sweep(),
        announced: () => this.#announced,
        withdraw: (channel, messageKeys) =>
          this.#post({ kind: 'withdraw', channel, messageKeys, readSeq: null }),
        now: () => Date.now(),
        serverNow: () => this.#time.now(),
        log: this.#logFor('recall'),
      }),
    };
  }

  // ---- what happens to the account ------------------------------------------------------------------------------

  #storageChanged(again: 'sync' | 'nothing'): void {
    // The disk is full, is free again, or a damaged file was replaced; before `ready` the snapshot says it.
    if (!this.#ready || this.#closing) return;
    this.#push({ kind: 'storage', storage: this.#store.storage });
    if (again === 'nothing' || !this.#isOnline()) return;
    this.#outbox.kick();
    this.#sync.resync().catch((error: unknown) => {
      this.#logFor('core')('warn', `sync after the files changed: ${reasonOf(error)}`);
      if (!this.#closing && this.#isOnline()) this.#sync.connected();
    });
  }

  #actionRefused(job: ActionJob, message: string): void {
    const delta = refusedAction(this.#store, job, message);
    if (delta) this.#push(delta);
  }

  #isOnline(): boolean {
    return this.#connection.state.state === 'online';
  }

  #push(delta: CoreDelta): void {
    if (!this.#closing) this.#page.push([delta]);
  }

  #logFor(scope: string): Log {
    return (level, message) => this.#post({ kind: 'log', level, scope, message });
  }
}
