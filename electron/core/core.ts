/**
 * One signed-in account: store, connection, outbox, sync and the handlers of the IPC channels, tied together. Runs in
 * a worker thread (worker.ts) but knows nothing about threads: messages come through `handle`, go out through `post`.
 */
import type { ChannelRef, ConnectionState, Me, ServerRules } from '../../shared/domain.ts';
import { reasonOf } from '../../shared/errors.ts';
import type { CoreContract } from '../../shared/ipc/contract/contract.ts';
import type { CoreDelta } from '../../shared/ipc/contract/events.ts';
import { CodedError, failureOf, type Result } from '../../shared/ipc/result.ts';
import type { FromWorker, MediaPath, ToWorker, WorkerStart } from '../../shared/ipc/worker-protocol.ts';
import { createBusinessApi, type BusinessApi } from './api/business-api.ts';
import { createServerClock } from './clock.ts';
import { type Log, NoAnswerError } from './api/http.ts';
import { DEVICE_FLAG } from './api/sign-in.ts';
import type { Connection, ConnectionOptions } from './connection/connection-api.ts';
import type { CoreContext } from './handlers/core-context.ts';
import { createComposer } from './handlers/enqueue.ts';
import { createHandlers } from './handlers/handlers.ts';
import { createReadAnnouncer } from './handlers/read-announcer.ts';
import type { CoreParts } from './core-parts.ts';
import { createDeltaFlow, createNotifyPace } from './delta-flow.ts';
import { Media } from './media/media.ts';
import { createLeakCheck, type AnnouncedMessage } from './leak-check/leak-check.ts';
import { createFingerprints } from './leak-check/leak-check-fingerprints.ts';
import type { ActionJob } from './store/jobs.ts';
import { createSyncEngine } from './sync/sync-engine.ts';

const OFFSET_STATE = 'serverOffsetMs';
const TRANSPORT_STATE = 'transport';
const SHORT_NO_STATE = 'shortNo';

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
  const logFor =
    (scope: string): Log =>
    (level, message) =>
      post({ kind: 'log', level, scope, message });
  const log = logFor('core');

  let offerReedit = start.offerReedit;
  let connectionState: ConnectionState = { state: 'connecting' };
  let sessionExpired = false;
  let ready = false;
  let closing: Promise<void> | null = null;
  const openChannels = new Map<string, ChannelRef>();
  const fingerprints = createFingerprints();
  let announced: readonly AnnouncedMessage[] = [];
  const clock = createServerClock((offsetMs) => {
    log('info', 'the local clock was set back');
    const rules = ready ? store.state.rules() : null;
    if (rules) onRules(rules);
    keepOffset(offsetMs);
  });
  const serverNowMs = (): number => clock.now();
  const flow = createDeltaFlow();
  const notifications = createNotifyPace(post);
  const postDeltas = (deltas: CoreDelta[]): void => {
    flow.sent();
    post({ kind: 'deltas', deltas });
  };
  const push = (delta: CoreDelta): void => {
    if (!closing) postDeltas([delta]);
  };

  const store = parts.openStore({
    accountDir: start.accountDir,
    me: { uid: start.uid, name: start.name },
    now: () => Date.now(),
    serverOffsetMs: () => clock.offsetMs(),
    offerReedit: () => offerReedit,
    log: logFor('store'),
    onContentErased: fingerprints.take,
    onStorageChanged,
  });
  clock.setOffset(Number(store.state.get(OFFSET_STATE) ?? '0') || 0);
  let me: Me = {
    uid: start.uid,
    name: start.name,
    username: start.username,
    shortNo: store.state.get(SHORT_NO_STATE) ?? '',
    server: start.server,
  };
  const publisher = parts.createPublisher({
    store,
    push: postDeltas,
    isShown: (key) => openChannels.has(key),
    schedule: flow.schedule,
    notify: notifications.post,
    badge: (totals) => post({ kind: 'badge', ...totals }),
  });

  const api: BusinessApi = createBusinessApi({
    server: start.server,
    token: start.token,
    fetch: parts.fetch,
    log: logFor('api'),
  });

  const media = new Media({
    accountDir: start.accountDir,
    me: { uid: start.uid },
    store,
    api,
    push: (transfers) => push({ kind: 'transfers', transfers }),
    announce: (event) => post(event),
    log: logFor('media'),
  });

  function setConnectionState(state: ConnectionState): void {
    connectionState = state;
    post({ kind: 'connection', connection: state });
    push({ kind: 'connection', connection: state });
  }

  function onUnauthorized(): void {
    if (sessionExpired || closing) return;
    sessionExpired = true;
    log('warn', 'the business server no longer accepts the token');
    setConnectionState({ state: 'sessionExpired' });
    sync.disconnected();
    void connection.close();
  }

  /** What the user does not see (read marks …) is only logged, by the outbox. */
  function onActionRefused(job: ActionJob, message: string): void {
    const { kind, channel } = job;
    if (kind !== 'edit' && kind !== 'deleteForMe') return;
    const messageId = job.args['messageId'];
    const key = typeof messageId === 'string' ? (store.messages.byId(messageId)?.key ?? null) : null;
    push({ kind: 'actionRefused', action: kind, channel, key, message: message.slice(0, 500) });
  }

  /** The disk is full, is free again, or a damaged file was replaced. */
  function onStorageChanged(again: 'sync' | 'nothing'): void {
    // Before that the snapshot says it.
    if (!ready || closing) return;
    push({ kind: 'storage', storage: store.storage });
    if (again === 'nothing' || connection.state.state !== 'online') return;
    outbox.kick();
    sync.resync().catch((error: unknown) => {
      log('warn', `sync after the files changed: ${reasonOf(error)}`);
      if (!closing && connection.state.state === 'online') sync.connected();
    });
  }

  function keepOffset(offsetMs: number): void {
    if (ready && !closing && !store.readOnly) store.state.set(OFFSET_STATE, String(Math.round(offsetMs)));
  }

  function onRules(rules: ServerRules): void {
    push({ kind: 'rules', rules, serverOffsetMs: clock.offsetMs() });
  }

  const connectionOptions: ConnectionOptions = {
    uid: start.uid,
    token: start.token,
    deviceId: start.deviceId,
    deviceFlag: DEVICE_FLAG,
    resolveAddresses: () => api.imAddresses(start.uid),
    async probeHttp() {
      try {
        await api.ownCard(start.uid);
        return 'ok';
      } catch (error) {
        if (error instanceof NoAnswerError && error.badCertificate) return 'badCertificate';
        if (!(error instanceof CodedError) || error.code === 'network') return 'unreachable';
        return error.code === 'unauthorized' ? 'unauthorized' : 'ok';
      }
    },
    onMessages: (messages) => sync.onMessages(messages),
    onAcknowledged: (channel, messageSeq) => sync.onAcknowledged(channel, messageSeq),
    onState(state) {
      // After a refused token the closing connection has nothing more to say.
      if (sessionExpired || closing) return;
      setConnectionState(state);
      if (state.state !== 'online') sync.disconnected();
    },
    onConnected(offset) {
      clock.setOffset(offset);
      keepOffset(offset);
      const rules = store.state.rules();
      if (rules) onRules(rules);
      sync.connected();
      outbox.kick();
      void refreshMe();
    },
    log: logFor('connection'),
    preferredTransport: store.state.get(TRANSPORT_STATE) ?? undefined,
    onTransport: (transport) => {
      if (!store.readOnly) store.state.set(TRANSPORT_STATE, transport);
    },
  };
  const connection: Connection = parts.createConnection(connectionOptions);

  const sync = createSyncEngine({
    me: { uid: start.uid, name: start.name },
    store,
    api,
    deviceId: start.deviceId,
    log: logFor('sync'),
    push,
    serverNowMs,
    isOnline: () => connection.state.state === 'online',
    openChannels: () => [...openChannels.values()],
    onUnauthorized,
    rulesChanged: onRules,
    ownMessagesStored: () => outbox.kick(),
  });

  const outbox = parts.createOutbox({
    store,
    connection,
    api,
    attachments: media,
    me: { uid: start.uid },
    serverNowMs,
    extraSync: sync.extraSync,
    onUnauthorized,
    onActionRefused,
    log: logFor('outbox'),
  });
  const announcer = createReadAnnouncer(store.conversations, () => outbox.kick());

  async function refreshMe(): Promise<void> {
    try {
      const card = await api.ownCard(start.uid);
      if (closing || (card.name === me.name && card.shortNo === me.shortNo)) return;
      me = { ...me, name: card.name || me.name, shortNo: card.shortNo };
      if (!store.readOnly) store.state.set(SHORT_NO_STATE, card.shortNo);
      push({ kind: 'me', me });
    } catch (error) {
      log('debug', `own card: ${reasonOf(error)}`);
    }
  }

  const composer = createComposer(
    { store, me: () => me, serverNowMs, connectionState: () => connectionState },
    () => outbox.kick(),
  );

  const context: CoreContext = {
    me: () => me,
    store,
    composer,
    api,
    sync,
    outbox,
    media,
    connection,
    connectionState: () => connectionState,
    storage: () => store.storage,
    deviceId: start.deviceId,
    folders: { accountDir: start.accountDir, profileDir: start.profileDir ?? start.accountDir },
    serverOffsetMs: () => clock.offsetMs(),
    serverNowMs,
    push,
    log: logFor('handlers'),
    openChannels,
    deltasTaken: flow.taken,
    readHere: announcer.read,
    leakCheck: createLeakCheck({
      accountDir: start.accountDir,
      profileDir: start.profileDir ?? start.accountDir,
      store,
      fingerprints,
      sweepMedia: () => media.sweep(),
      announced: () => announced,
      withdraw: (channel, messageKeys) => post({ kind: 'withdraw', channel, messageKeys, readSeq: null }),
      now: () => Date.now(),
      log: logFor('recall'),
    }),
  };
  const handlers = createHandlers(context);

  async function answer(name: keyof CoreContract, args: unknown): Promise<Result<unknown>> {
    if (closing) return { ok: false, code: 'signedOut', message: 'the account is closing' };
    if (name === 'core.bootstrap') flow.reset();
    // Requests take effect in the order in which they came.
    if (name !== 'messages.send') composer.flush();
    try {
      // The main thread checked the argument with the schema of this very channel (shared/ipc/check-arguments.ts).
      const handler = handlers[name] as (args: unknown) => unknown;
      return { ok: true, value: await handler(args) };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === 'unauthorized') onUnauthorized();
      if (failure.code === 'internal') log('error', `${name}: ${failure.message}`);
      return failure;
    }
  }

  async function mediaFile(message: Extract<ToWorker, { kind: 'mediaFile' }>): Promise<Result<MediaPath>> {
    if (closing) return { ok: false, code: 'signedOut', message: 'the account is closing' };
    try {
      return { ok: true, value: await media.fileFor(message.channel, message.key, message.toOpen) };
    } catch (error) {
      return failureOf(error);
    }
  }

  function close(): Promise<void> {
    composer.flush();
    closing ??= (async () => {
      announcer.close();
      sync.close();
      await Promise.all([outbox.close(), media.close()]);
      await connection.close();
      publisher.close();
      notifications.close();
      store.close();
    })();
    return closing;
  }

  ready = true;
  post({ kind: 'ready' });
  connection.start();

  return {
    handle(message) {
      switch (message.kind) {
        case 'request':
          void answer(message.channel, message.args).then((result) =>
            post({ kind: 'answer', id: message.id, result }),
          );
          break;
        case 'mediaFile':
          void mediaFile(message).then((result) => post({ kind: 'answer', id: message.id, result }));
          break;
        case 'offerReedit':
          offerReedit = message.on;
          if (!offerReedit) store.messages.forgetReedits();
          break;
        case 'screenLocked':
          store.messages.forgetReedits();
          break;
        case 'announced':
          announced = message.messages;
          break;
        case 'networkHint':
          connection.retryNow();
          break;
        case 'shutdown':
          void close();
          break;
      }
    },
    close,
  };
}
