import { randomUUID } from 'node:crypto';
import { ReasonCode } from '../../shared/wire/packets.ts';
import {
  CHANNEL_PERSON,
  CHANNEL_TEMP,
  cmdChannelId,
  isCmdChannelId,
  personParties,
  plainChannelId,
  storageChannelId,
  SUBSCRIBER_LIST_CHANNEL,
  subscriberListChannelId,
} from './channel-ids.ts';
import { speaksAsSystem, visibleTo } from './client-payload.ts';
import type { Log } from './options.ts';
import { sendPermission } from './permission.ts';
import type { Snowflake } from './snowflake.ts';
import { type Channel, type ChannelStore, MemberList } from './store/channel-store.ts';
import type { ConversationStore } from './store/conversation-store.ts';
import type { Db } from './store/database.ts';
import { MessageFlag, type MessageStore, type StoredMessage } from './store/message-store.ts';
import type { NobodyQuota } from './store/nobody-quota.ts';
import type { UserStore } from './store/user-store.ts';

/** Messages per transaction: large enough to share one fsync, small enough to let sockets drain in between. */
const BATCH = 512;

export interface SendRequest {
  fromUid: string;
  /** As the sender names it: the peer's uid, a group id; unused with `subscribers`. */
  channelId: string;
  channelType: number;
  /** Instead of a channel: exactly these users (only with sync_once, HTTP API). */
  subscribers?: readonly string[];
  clientMsgNo: string;
  /** Wire flag bits (MessageFlag). */
  flags: number;
  setting: number;
  /** Seconds, 0 never. */
  expire: number;
  topic: string;
  payload: Buffer;
  /** Sent by a client: permission is checked and syncOnce does not lead to the CMD channel. */
  byClient: boolean;
  /** A reason found before (bad msgKey): nothing is stored, but the answer keeps its place in the order. */
  refused?: number;
}

export interface SendResult {
  /** Given for refused messages too. */
  messageId: bigint;
  /** 0 when refused or not persisted. */
  seq: number;
  reason: number;
  clientMsgNo: string;
  /** What is to be delivered; null when refused or a repetition of a stored message. */
  message: StoredMessage | null;
  /** Users to deliver to. */
  recipients: Iterable<string>;
}

interface Queued {
  request: SendRequest;
  done: (result: SendResult) => void;
}

export interface PipelineParts {
  db: Db;
  channels: ChannelStore;
  users: UserStore;
  messages: MessageStore;
  conversations: ConversationStore;
  ids: Snowflake;
  storeRepeats: boolean;
  takeAnyType: boolean;
  /** null: not counted. */
  nobody: NobodyQuota | null;
  log: Log;
}

/**
 * The one way of every message, from clients and the HTTP API: queued in order of arrival, stored in batches of one
 * durable transaction each (group commit), answered and delivered after the commit, in the same order.
 */
export class MessagePipeline {
  readonly #parts: PipelineParts;
  #queue: Queued[] = [];
  #scheduled: NodeJS.Immediate | null = null;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  /** `done` is called after the commit, in submission order. It must not throw. */
  submit(request: SendRequest, done: (result: SendResult) => void): void {
    this.#queue.push({ request, done });
    this.#scheduled ??= setImmediate(() => this.#run());
  }

  /** Stores what is queued right now; for closing. */
  flush(): void {
    while (this.#queue.length > 0) this.#run();
  }

  #run(): void {
    if (this.#scheduled) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    const batch = this.#queue.length > BATCH ? this.#queue.splice(0, BATCH) : this.#queue;
    if (batch === this.#queue) this.#queue = [];
    else this.#scheduled = setImmediate(() => this.#run());
    if (batch.length === 0) return;
    const results = this.#store(batch);
    batch.forEach((queued, i) => queued.done(results[i] as SendResult));
  }

  #store(batch: readonly Queued[]): SendResult[] {
    const { db, channels, conversations, log } = this.#parts;
    const changes = new BatchChanges();
    try {
      return db.transaction(() => {
        const results = batch.map(({ request }) => this.#storeOne(request, changes));
        for (const channel of changes.channels) channels.saveSeq(channel);
        for (const [channel, readers] of changes.readTo) {
          for (const [uid, seq] of readers) conversations.advance(uid, channel, seq);
        }
        return results;
      })();
    } catch (error) {
      // Nothing of the batch is stored: answer every sender with a failure, and forget counters that ran ahead of the
      // disk.
      channels.forgetCached();
      log('error', `storing ${batch.length} messages failed: ${String(error)}`);
      return batch.map(({ request }) => this.#refusal(request, ReasonCode.systemError));
    }
  }

  #refusal(request: SendRequest, reason: number): SendResult {
    return {
      messageId: this.#parts.ids.next(),
      seq: 0,
      reason,
      clientMsgNo: request.clientMsgNo,
      message: null,
      recipients: [],
    };
  }

  #storeOne(request: SendRequest, changes: BatchChanges): SendResult {
    const { channels, users, messages, ids } = this.#parts;
    if (request.refused !== undefined) return this.#refusal(request, request.refused);
    if (request.byClient) {
      const reason = sendPermission(channels, users, request.fromUid, request.channelId, request.channelType);
      if (reason !== ReasonCode.success) return this.#refusal(request, reason);
      const speaks = !this.#parts.takeAnyType && speaksAsSystem(request.payload);
      if (speaks && !users.isSystemUid(request.fromUid))
        return this.#refusal(request, ReasonCode.notAllowSend);
    }
    const { storageId, channelType, recipients } = this.#target(request);
    const noPersist = (request.flags & MessageFlag.noPersist) !== 0;
    const clientMsgNo = request.clientMsgNo || `${randomUUID().replaceAll('-', '')}0`;
    const channel = noPersist ? null : channels.ensure(storageId, channelType);
    const first =
      channel &&
      !this.#parts.storeRepeats &&
      request.clientMsgNo !== '' &&
      messages.findSent(channel, request.fromUid, clientMsgNo);
    if (first) {
      return {
        messageId: first.messageId,
        seq: first.seq,
        reason: ReasonCode.success,
        clientMsgNo,
        message: null,
        recipients: [],
      };
    }
    if (channel && request.byClient && !this.#hasRoom({ ...request, clientMsgNo }))
      return this.#refusal(request, ReasonCode.notAllowSend);
    const message: StoredMessage = {
      messageId: ids.next(),
      channelId: storageId,
      channelType,
      seq: channel ? channel.lastSeq + 1 : 0,
      fromUid: request.fromUid,
      clientMsgNo,
      timestamp: Math.floor(Date.now() / 1000),
      expire: request.expire,
      setting: request.setting,
      flags: request.flags,
      topic: request.topic,
      payload: request.payload,
    };
    if (channel) {
      messages.insert(channel, message);
      channel.lastSeq = message.seq;
      channel.lastTime = message.timestamp;
      channel.lastMessageId = message.messageId;
      changes.channels.add(channel);
      this.#touchConversations(channel, message, recipients, changes);
    }
    return {
      messageId: message.messageId,
      seq: message.seq,
      reason: ReasonCode.success,
      clientMsgNo,
      message,
      recipients: amongVisible(recipients, request.payload),
    };
  }

  /** False when nobody else would read the message, and its sender has stored enough of such. */
  #hasRoom(request: SendRequest): boolean {
    const { fromUid, channelId, channelType } = request;
    const { nobody, users, channels } = this.#parts;
    if (!nobody || users.isSystemUid(fromUid)) return true;
    const isAlone =
      channelType === CHANNEL_PERSON
        ? channelId === fromUid || !users.isKnown(channelId)
        : (channels.find(channelId, channelType)?.members[MemberList.subscribers].size ?? 0) <= 1;
    return !isAlone || nobody.take(request);
  }

  /** New conversations start with this message unread; the sender has read its own. */
  #touchConversations(
    channel: Channel,
    message: StoredMessage,
    recipients: Iterable<string>,
    changes: BatchChanges,
  ): void {
    const { conversations } = this.#parts;
    const cmd = isCmdChannelId(channel.channelId);
    for (const uid of recipients) {
      conversations.ensure(uid, channel, message.seq - 1);
      if (!cmd && uid === message.fromUid) changes.read(channel, uid, message.seq);
    }
  }

  /** Where the message is stored and who gets it. */
  #target(request: SendRequest): { storageId: string; channelType: number; recipients: Iterable<string> } {
    if (request.subscribers) {
      const noPersist = (request.flags & MessageFlag.noPersist) !== 0;
      return {
        storageId: noPersist ? SUBSCRIBER_LIST_CHANNEL : subscriberListChannelId(request.subscribers),
        channelType: CHANNEL_TEMP,
        recipients: new Set(request.subscribers),
      };
    }
    const plainId = storageChannelId(request.fromUid, request.channelId, request.channelType);
    const toCmdChannel = !request.byClient && (request.flags & MessageFlag.syncOnce) !== 0;
    return {
      storageId: toCmdChannel ? cmdChannelId(plainId) : plainId,
      channelType: request.channelType,
      recipients: this.#recipients(plainChannelId(plainId), request.channelType),
    };
  }

  #recipients(plainId: string, channelType: number): Iterable<string> {
    if (channelType === CHANNEL_PERSON) return new Set(personParties(plainId));
    return this.#parts.channels.find(plainId, channelType)?.members[MemberList.subscribers] ?? [];
  }
}

/** Of `recipients` those who may see the message, as its history shows it. */
function amongVisible(recipients: Iterable<string>, payload: Buffer): Iterable<string> {
  const visibles = visibleTo(payload);
  return visibles === null ? recipients : [...recipients].filter((uid) => visibles.has(uid));
}

/** What a batch changes beside the message rows; written once per batch. */
class BatchChanges {
  readonly channels = new Set<Channel>();
  readonly readTo = new Map<Channel, Map<string, number>>();

  read(channel: Channel, uid: string, seq: number): void {
    let readers = this.readTo.get(channel);
    if (!readers) this.readTo.set(channel, (readers = new Map()));
    readers.set(uid, seq);
  }
}
