import { LogKeeper } from '../../shared/sqlite/log-keeper.ts';
import { ReasonCode } from '../../shared/wire/packets.ts';
import { CHANNEL_PERSON, SYSTEM_UID } from './channel-ids.ts';
import { type Admission, Connection, type ConnectionHost, type Identity } from './connection.ts';
import { ConnectionRegistry } from './connection-registry.ts';
import { MessagePipeline, type SendRequest, type SendResult } from './message-pipeline.ts';
import type { ImLimits, ImTimings, Log } from './options.ts';
import { Snowflake } from './snowflake.ts';
import { ChannelStore } from './store/channel-store.ts';
import { ConversationStore } from './store/conversation-store.ts';
import { openDatabase } from './store/database.ts';
import { type Erasure, MessageFlag, MessageStore, type StoredMessage } from './store/message-store.ts';
import { NobodyQuota } from './store/nobody-quota.ts';
import { UserStore } from './store/user-store.ts';
import type { Transport } from './transport.ts';
import { Webhook } from './webhook.ts';

export interface CoreOptions {
  dataDir: string;
  nodeId: number;
  tokenAuth: boolean;
  storeRepeats: boolean;
  takeAnyType: boolean;
  timings: ImTimings;
  limits: ImLimits;
  log: Log;
}

/** Everything of the IM server but its sockets and its HTTP API: stores, connections, delivery. */
export class ImCore implements ConnectionHost {
  readonly timings: ImTimings;
  readonly limits: ImLimits;
  readonly nodeId: number;
  readonly log: Log;
  readonly pipeline: MessagePipeline;
  readonly users: UserStore;
  readonly channels: ChannelStore;
  readonly messages: MessageStore;
  readonly conversations: ConversationStore;
  readonly registry: ConnectionRegistry;
  readonly webhook: Webhook;
  readonly #logKeeper: LogKeeper;
  readonly #tokenAuth: boolean;
  readonly #connections = new Set<Connection>();
  #erasing: {
    erasures: readonly Erasure[];
    done: (count: number) => void;
    failed: (error: unknown) => void;
  }[] = [];
  #eraseTurn: NodeJS.Immediate | null = null;
  readonly #ticker: NodeJS.Timeout;
  readonly #purger: NodeJS.Timeout;

  constructor(options: CoreOptions) {
    this.timings = options.timings;
    this.limits = options.limits;
    this.nodeId = options.nodeId;
    this.log = options.log;
    this.#tokenAuth = options.tokenAuth;
    const db = openDatabase(options.dataDir);
    this.#logKeeper = new LogKeeper(db, (error) => {
      options.log('error', `the write-ahead log could not be emptied: ${String(error)}`);
    });
    const nobody = new NobodyQuota(db, {
      messages: options.limits.maxMessagesToNobody,
      bytes: options.limits.maxBytesToNobody,
    });
    this.users = new UserStore(db, nobody);
    this.channels = new ChannelStore(db);
    this.messages = new MessageStore(db, () => this.#logKeeper.erased());
    this.conversations = new ConversationStore(db, this.channels);
    this.webhook = new Webhook(db, this.messages, options.timings, options.log);
    this.registry = new ConnectionRegistry((change) => this.webhook.onPresence(change));
    this.pipeline = new MessagePipeline({
      db,
      channels: this.channels,
      users: this.users,
      messages: this.messages,
      conversations: this.conversations,
      ids: new Snowflake(options.nodeId, this.messages.greatestId()),
      storeRepeats: options.storeRepeats,
      takeAnyType: options.takeAnyType,
      // Without tokens nobody is known: everybody may be somebody.
      nobody: options.tokenAuth ? nobody : null,
      log: options.log,
    });
    const { connectTimeoutMs, idleTimeoutMs, redeliverAfterMs, purgeIntervalMs } = options.timings;
    const shortest = Math.min(connectTimeoutMs, idleTimeoutMs, redeliverAfterMs);
    this.#ticker = setInterval(() => this.#tick(), Math.max(10, Math.min(500, shortest / 4)));
    this.#purger = setInterval(() => this.#purge(), purgeIntervalMs);
    this.#purge();
  }

  #purge(): void {
    this.messages.purgeExpired();
    this.messages.purgeCommands(this.limits.maxCommands);
  }

  #tick(): void {
    const now = Date.now();
    for (const connection of this.#connections) connection.tick(now);
    this.#boundBuffers();
  }

  /** Many slow readers, each within its own limit, must not use up the memory together. */
  #boundBuffers(): void {
    let inAll = 0;
    for (const connection of this.#connections) inAll += connection.bufferedBytes;
    if (inAll <= this.limits.maxBufferedInAll) return;
    const largestFirst = [...this.#connections]
      .map((connection) => ({ connection, bytes: connection.bufferedBytes }))
      .sort((a, b) => b.bytes - a.bytes);
    for (const { connection, bytes } of largestFirst) {
      if (inAll <= this.limits.maxBufferedInAll / 2) return;
      connection.abort('reads too slowly, and so do others');
      inAll -= bytes;
    }
  }

  /** Takes a new socket; null when there is no room. */
  accept(transport: Transport): Connection | null {
    if (this.#connections.size >= this.limits.maxConnections) {
      this.log(
        'warn',
        `${transport.kind} ${transport.remote}: refused, ${this.#connections.size} connections are open`,
      );
      return null;
    }
    const connection = new Connection(transport, this);
    this.#connections.add(connection);
    return connection;
  }

  authenticate(uid: string, deviceFlag: number, token: string): Admission | { reason: number } {
    if (this.isBanned(uid)) return { reason: ReasonCode.ban };
    if (!this.#tokenAuth) return { level: 0, digest: null };
    return this.users.checkToken(uid, deviceFlag, token) ?? { reason: ReasonCode.authFail };
  }

  /** A user is banned by `ban` on its person channel. */
  isBanned(uid: string): boolean {
    return this.channels.find(uid, CHANNEL_PERSON)?.ban ?? false;
  }

  onSignedIn(connection: Connection, identity: Identity): void {
    this.registry.add(connection, identity);
  }

  onClosed(connection: Connection): void {
    this.#connections.delete(connection);
    this.registry.remove(connection);
  }

  onCmdAcknowledged(uid: string, channelId: string, channelType: number, seq: number): void {
    const channel = this.channels.find(channelId, channelType);
    if (channel) this.conversations.advance(uid, channel, seq);
  }

  deliver(message: StoredMessage, recipients: Iterable<string>, except: Connection | null): void {
    const offline: string[] = [];
    for (const uid of recipients) {
      if (!this.registry.isOnline(uid)) {
        if (uid !== message.fromUid && uid !== SYSTEM_UID) offline.push(uid);
        continue;
      }
      for (const connection of this.registry.of(uid)) {
        if (connection !== except) connection.deliver(message);
      }
    }
    if (message.seq === 0) return;
    this.webhook.onStored();
    // Pushes are for what a person reads: CMDs wait in their channel.
    if (offline.length > 0 && (message.flags & MessageFlag.syncOnce) === 0)
      this.webhook.onOffline(message, offline);
  }

  /** Stores and delivers a message of the HTTP API. */
  send(request: SendRequest): Promise<SendResult> {
    return new Promise((resolve) => {
      this.pipeline.submit(request, (result) => {
        if (result.message) this.deliver(result.message, result.recipients, null);
        resolve(result);
      });
    });
  }

  /**
   * Blanks stored payloads and what waits for redelivery; answers how many. Erasures that are asked for in the same
   * moment share a transaction.
   */
  erase(erasures: readonly Erasure[]): Promise<number> {
    const ids = erasures.flatMap(({ messageIds }) => messageIds);
    for (const connection of this.#connections) connection.forget(ids);
    return new Promise((done, failed) => {
      this.#erasing.push({ erasures, done, failed });
      this.#eraseTurn ??= setImmediate(() => this.#eraseAll());
    });
  }

  #eraseAll(): void {
    if (this.#eraseTurn) clearImmediate(this.#eraseTurn);
    this.#eraseTurn = null;
    const asked = this.#erasing;
    this.#erasing = [];
    if (asked.length === 0) return;
    try {
      const counts = this.messages.erase(asked.map(({ erasures }) => erasures));
      asked.forEach(({ done }, i) => done(counts[i] ?? 0));
    } catch (error) {
      for (const { failed } of asked) failed(error);
    }
  }

  /** Commits what is queued, ends all connections, closes the database. */
  close(): void {
    clearInterval(this.#ticker);
    clearInterval(this.#purger);
    this.pipeline.flush();
    this.#eraseAll();
    for (const connection of this.#connections) connection.abort('server stops');
    this.webhook.close();
    this.#logKeeper.close();
  }
}
