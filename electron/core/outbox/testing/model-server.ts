/** A server that stores what it is sent, as a real WuKongIM does: a resend is stored again. Each step can go wrong. */
import { channelKey, type ChannelRef, type ConnectionState } from '../../../../shared/domain.ts';
import { CodedError } from '../../../../shared/ipc/result.ts';
import { ConnectionLost, type SendOutcome, SendUnanswered } from '../../connection/connection-api.ts';
import type { OutboxApi, OutboxOptions, OutboxTimings, RecallAnswer } from '../outbox-api.ts';
import { createOutbox } from '../outbox.ts';
import { type Disk, ME, MemoryStore } from './memory-store.ts';

export type SendFate =
  | 'ack'
  /** Stored, but the answer is lost with the connection. */
  | 'loseAck'
  /** Lost on the way to the server. */
  | 'loseSend'
  /** Read and forgotten, on a connection that lives. */
  | 'silent'
  /** The same, and stored. */
  | 'storedSilent'
  | { refuse: number };

export class ModelServer {
  /** What is stored, in order. */
  readonly log: { channel: string; clientMsgNo: string; messageId: string; messageSeq: number }[] = [];
  /** Calls as text, e.g. `revoke 7`. */
  readonly calls: string[] = [];
  /** Setting byte of each SEND. */
  readonly settings: number[] = [];
  readonly expires: number[] = [];
  /** Seconds that every chat has set. */
  autoDelete = 0;
  flame: number | null = null;
  online = true;
  httpDown = false;
  inFlight = 0;
  maxInFlight = 0;
  readonly inFlightOf = new Map<string, number>();
  maxInFlightOfOneChannel = 0;
  fate: (clientMsgNo: string) => SendFate = () => 'ack';
  /** Holds answers back until resolved. */
  gate: Promise<void> = Promise.resolve();
  revoke: (messageId: string) => RecallAnswer | Promise<RecallAnswer> = () => ({ ok: true, verify: false });
  /** Thrown by every HTTP call while set. */
  error: Error | null = null;
  /** Called when the connection is lost; the test decides when it is back. */
  onLost: () => void = () => undefined;

  get state(): ConnectionState {
    return this.online ? { state: 'online' } : { state: 'offline', nextTryAtMs: 0 };
  }

  async send(channel: ChannelRef, clientMsgNo: string): Promise<SendOutcome> {
    if (!this.online) throw new ConnectionLost('not connected');
    const key = channelKey(channel);
    this.maxInFlight = Math.max(this.maxInFlight, ++this.inFlight);
    this.inFlightOf.set(key, (this.inFlightOf.get(key) ?? 0) + 1);
    this.maxInFlightOfOneChannel = Math.max(this.maxInFlightOfOneChannel, this.inFlightOf.get(key) ?? 0);
    const fate = this.fate(clientMsgNo);
    let stored: SendOutcome | null = null;
    if (fate === 'ack' || fate === 'loseAck' || fate === 'storedSilent') {
      const messageSeq = this.log.filter((row) => row.channel === key).length + 1;
      const messageId = `${9_000_000_000_000_000_000n + BigInt(this.log.length)}`;
      this.log.push({ channel: key, clientMsgNo, messageId, messageSeq });
      stored = { messageId, messageSeq, reasonCode: 1 };
    }
    await this.gate;
    await Promise.resolve();
    this.inFlight--;
    this.inFlightOf.set(key, (this.inFlightOf.get(key) ?? 0) - 1);
    if (typeof fate === 'object') return { messageId: '1', messageSeq: 0, reasonCode: fate.refuse };
    if (fate === 'ack' && stored) return stored;
    if (fate === 'silent' || fate === 'storedSilent') throw new SendUnanswered('no SENDACK');
    this.online = false;
    this.onLost();
    throw new ConnectionLost('connection reset');
  }

  async #call(text: string): Promise<void> {
    this.calls.push(text);
    await this.gate;
    if (this.error) throw this.error;
    if (this.httpDown) throw new CodedError('network', 'unreachable');
  }

  readonly api: OutboxApi = {
    revoke: async ({ messageId }) => {
      await this.#call(`revoke ${messageId}`);
      return this.revoke(messageId);
    },
    edit: ({ messageId }) => this.#call(`edit ${messageId}`),
    togglePin: (_, messageId) => this.#call(`pin ${messageId}`),
    unpinAll: (channel) => this.#call(`unpinAll ${channelKey(channel)}`),
    react: (_, messageId, emoji) => this.#call(`react ${messageId} ${emoji}`),
    deleteMessages: (_, messages) => this.#call(`delete ${messages.map((m) => m.messageId).join()}`),
    clearUnread: (channel, unread, messageSeq) =>
      this.#call(`clearUnread ${channelKey(channel)} ${unread} ${messageSeq}`),
    remindersDone: (ids) => this.#call(`remindersDone ${ids.join()}`),
    reportPlayed: (channel, { messageId }) => this.#call(`played ${channelKey(channel)} ${messageId}`),
    reportRead: (channel, messageIds) => this.#call(`readed ${channelKey(channel)} ${messageIds.join()}`),
    endsOf: async (channel) => {
      await this.#call(`autoDelete ${channelKey(channel)}`);
      return { autoDelete: this.autoDelete, flame: this.flame };
    },
    findByClientMsgNo: async (channel, clientMsgNo, uid) => {
      await this.#call(`find ${clientMsgNo}`);
      if (uid !== ME) return null;
      return (
        this.log.find((row) => row.channel === channelKey(channel) && row.clientMsgNo === clientMsgNo) ?? null
      );
    },
  };
}

export const FAST: Partial<OutboxTimings> = {
  backoffFirstMs: 1,
  backoffMaxMs: 4,
  settleMs: 0,
  kickGapMs: 0,
  closeGraceMs: 0,
};

/** A process with an outbox over the given disk and server. */
export function startOutbox(disk: Disk, server: ModelServer, change: Partial<OutboxOptions> = {}) {
  const store = new MemoryStore(disk);
  const logs: string[] = [];
  const extraRequests: string[] = [];
  const outbox = createOutbox({
    store,
    connection: {
      get state() {
        return server.state;
      },
      send: ({ channel, clientMsgNo, setting, expire }) => {
        server.settings.push(setting ?? 0);
        server.expires.push(expire ?? 0);
        return server.send(channel, clientMsgNo);
      },
    },
    api: server.api,
    attachments: { upload: () => Promise.reject(new Error('nothing to upload in this test')) },
    me: { uid: ME },
    serverNowMs: () => 1_795_424_770_000,
    extraSync: {
      request: (channel) => {
        extraRequests.push(channelKey(channel));
        return Promise.resolve();
      },
    },
    pinSync: { request: () => Promise.resolve() },
    reactionSync: { request: () => Promise.resolve() },
    onUnauthorized: () => logs.push('unauthorized'),
    log: (level, message) => logs.push(`${level}: ${message}`),
    timings: FAST,
    ...change,
  });
  return { outbox, store, logs, extraRequests };
}
