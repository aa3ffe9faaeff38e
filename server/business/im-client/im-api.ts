/**
 * Client of the WuKongIM HTTP API (wukongim.md C), the only way this server reaches its IM server. Rows are validated
 * on arrival; message ids are strings throughout.
 */
import { z } from 'zod';
import { reasonOf } from '../../../shared/errors.ts';
import { parseExact, rawInteger } from '../../../shared/exact-json.ts';
import { type Channel, isInChannel } from './channel-address.ts';
import { type ImTransport, overHttp, withinMs } from './im-transport.ts';
import { ImError, ImMessage } from './im-message.ts';
import { SentAs } from './sent-as.ts';

export { ImError, ImMessage };

const MessagePage = z.object({ messages: z.array(ImMessage).nullish() });
export const ImConversation = z.object({
  channel_id: z.string(),
  channel_type: z.number(),
  unread: z.number().default(0),
  timestamp: z.number().default(0),
  last_msg_seq: z.number().default(0),
  last_client_msg_no: z.string().default(''),
  offset_msg_seq: z.number().default(0),
  version: z.union([z.number(), z.string()]).default(0),
  recents: z.array(ImMessage).nullish(),
});
export type ImConversation = z.infer<typeof ImConversation>;
export const ImRoute = z.object({
  tcp_addr: z.string().default(''),
  ws_addr: z.string().default(''),
  wss_addr: z.string().default(''),
});
const OnlineRow = z.object({ uid: z.string(), device_flag: z.number(), online: z.number() });

export interface SendRequest {
  noPersist?: boolean;
  redDot?: boolean;
  syncOnce?: boolean;
  clientMsgNo?: string;
  /** Absent: the system user. */
  fromUid?: string;
  channelId?: string;
  channelType?: number;
  /** Instead of a channel; only with `syncOnce`. */
  subscribers?: readonly string[];
  payload: unknown;
}

export interface HistoryRange {
  startSeq: number;
  endSeq: number;
  limit: number;
  /** 0 down (towards older), 1 up. */
  pullMode: number;
}

/** The body of `POST /message/send` for a request. */
export function sendBody(request: SendRequest): Record<string, unknown> {
  return {
    header: {
      no_persist: request.noPersist ? 1 : 0,
      red_dot: request.redDot ? 1 : 0,
      sync_once: request.syncOnce ? 1 : 0,
    },
    ...(request.clientMsgNo === undefined ? {} : { client_msg_no: request.clientMsgNo }),
    ...(request.fromUid === undefined ? {} : { from_uid: request.fromUid }),
    ...(request.channelId === undefined
      ? {}
      : { channel_id: request.channelId, channel_type: request.channelType ?? 1 }),
    ...(request.subscribers === undefined ? {} : { subscribers: request.subscribers }),
    payload: Buffer.from(JSON.stringify(request.payload)).toString('base64'),
  };
}

/** Body of `POST /message/erase`, an addition of the embedded IM server: blanks payloads at rest. */
export function eraseBody(
  loginUid: string,
  channelId: string,
  channelType: number,
  messageIds: readonly string[],
) {
  return {
    login_uid: loginUid,
    channel_id: channelId,
    channel_type: channelType,
    message_ids: messageIds.map(rawInteger),
  };
}

/** It looks through many messages. */
const NAMING_TIMEOUT_MS = 60_000;

export class ImApi {
  readonly #base: string;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;
  readonly #transport: ImTransport | null;
  readonly #sentAs = new SentAs((path, body) => this.call('POST', path, body));

  /** `managerToken`: sent with every call when the IM server asks for one. `transport`: instead of sockets. */
  constructor(base: string, managerToken?: string, timeoutMs = 5_000, transport: ImTransport | null = null) {
    this.#base = base.replace(/\/+$/, '');
    this.#headers = managerToken === undefined ? {} : { token: managerToken };
    this.#timeoutMs = timeoutMs;
    this.#transport = transport;
  }

  /** Sends a call as it stands. Throws ImError. */
  async call(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    timeoutMs = this.#timeoutMs,
  ): Promise<unknown> {
    const request = {
      method,
      path,
      headers: { ...this.#headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    let answer: { status: number; text: string };
    try {
      answer = await (this.#transport
        ? withinMs(this.#transport(request), timeoutMs)
        : overHttp(this.#base, request, timeoutMs));
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new ImError(0, `${method} ${path}: IM server unreachable (${reasonOf(cause)})`);
    }
    const { status, text } = answer;
    if (status < 200 || status > 299) throw new ImError(status, `${method} ${path}: HTTP ${status}`);
    if (text === '') return null;
    try {
      return parseExact(text);
    } catch {
      throw new ImError(status, `${method} ${path}: the answer is not JSON`);
    }
  }

  async #read<T extends z.ZodType>(
    schema: T,
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    timeoutMs?: number,
  ): Promise<z.infer<T>> {
    const result = schema.safeParse(await this.call(method, path, body, timeoutMs));
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw new ImError(
      502,
      `${method} ${path}: unexpected answer at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    );
  }

  /** Registers the connection token of one device class; `deviceLevel` 1 = one device at a time. */
  async setToken(uid: string, token: string, deviceFlag: number, deviceLevel: 0 | 1): Promise<void> {
    const answer = await this.#read(z.object({ status: z.number().default(200) }), 'POST', '/user/token', {
      uid,
      token,
      device_flag: deviceFlag,
      device_level: deviceLevel,
    });
    if (answer.status !== 200) throw new ImError(answer.status, `POST /user/token: status ${answer.status}`);
  }

  /**
   * Adds a token beside the class's others, by its SHA-256: an addition of the embedded IM server. False when the
   * server does not know the call.
   */
  async addToken(uid: string, digest: Buffer, deviceFlag: number, deviceLevel: 0 | 1): Promise<boolean> {
    const body = {
      uid,
      token_digest: digest.toString('hex'),
      device_flag: deviceFlag,
      device_level: deviceLevel,
    };
    let answer;
    try {
      answer = await this.#read(z.object({ status: z.number() }), 'POST', '/user/token_add', body);
    } catch (error) {
      if (error instanceof ImError && error.status === 404) return false;
      throw error;
    }
    if (answer.status !== 200)
      throw new ImError(answer.status, `POST /user/token_add: status ${answer.status}`);
    return true;
  }

  /**
   * Which of these texts stand in stored messages since a time (s): an addition of the embedded IM server. Null when
   * the server does not know the call.
   */
  async namedInMessages(since: number, texts: readonly string[]): Promise<Set<string> | null> {
    try {
      const Answer = z.object({ found: z.array(z.string()) });
      const body = { since, texts };
      return new Set((await this.#read(Answer, 'POST', '/message/naming', body, NAMING_TIMEOUT_MS)).found);
    } catch (error) {
      if (error instanceof ImError && error.status === 404) return null;
      throw error;
    }
  }

  async deviceQuit(uid: string, deviceFlag: number): Promise<void> {
    await this.call('POST', '/user/device_quit', { uid, device_flag: deviceFlag });
  }

  /** One row per online connection class; offline users are absent. */
  async onlineStatus(uids: readonly string[]): Promise<z.infer<typeof OnlineRow>[]> {
    if (uids.length === 0) return [];
    return this.#read(z.array(OnlineRow), 'POST', '/user/onlinestatus', uids);
  }

  async route(uid: string): Promise<z.infer<typeof ImRoute>> {
    return this.#read(ImRoute, 'GET', `/route?uid=${encodeURIComponent(uid)}`);
  }

  /** Sends one message; the answer has an id only for channel sends. */
  async send(request: SendRequest): Promise<{ messageId: string; clientMsgNo: string } | null> {
    const Answer = z.object({
      data: z
        .object({ message_id: z.union([z.string(), z.number()]), client_msg_no: z.string().default('') })
        .optional(),
    });
    const answer = await this.#read(Answer, 'POST', '/message/send', sendBody(request));
    return answer.data
      ? { messageId: String(answer.data.message_id), clientMsgNo: answer.data.client_msg_no }
      : null;
  }

  /** A page of history, ascending by seq. `channelId` as the caller `loginUid` names it. */
  async history(
    loginUid: string,
    channelId: string,
    channelType: number,
    range: HistoryRange,
  ): Promise<ImMessage[]> {
    const page = await this.#read(MessagePage, 'POST', '/channel/messagesync', {
      login_uid: loginUid,
      channel_id: channelId,
      channel_type: channelType,
      start_message_seq: range.startSeq,
      end_message_seq: range.endSeq,
      limit: range.limit,
      pull_mode: range.pullMode,
    });
    return page.messages ?? [];
  }

  /**
   * First stored message per sequence number, id or client number in one channel. WuKongIM finds an id wherever it is
   * stored and does not look at the channel (wukongim.md C.6); what lies elsewhere is left out here.
   */
  async lookup(
    loginUid: string,
    channelId: string,
    channelType: number,
    keys: {
      messageSeqs?: readonly number[];
      messageIds?: readonly string[];
      clientMsgNos?: readonly string[];
    },
  ): Promise<ImMessage[]> {
    const page = await this.#read(MessagePage, 'POST', '/messages', {
      login_uid: loginUid,
      channel_id: channelId,
      channel_type: channelType,
      message_seqs: keys.messageSeqs ?? [],
      message_ids: (keys.messageIds ?? []).map(rawInteger),
      client_msg_nos: keys.clientMsgNos ?? [],
    });
    return (page.messages ?? []).filter((row) => isInChannel(row, loginUid, { channelId, channelType }));
  }

  /** See SentAs. */
  sentAs(loginUid: string, channel: Channel, messageId: string): Promise<ImMessage[] | null> {
    return this.#sentAs.ask(loginUid, channel, messageId);
  }

  async maxMessageSeq(loginUid: string, channelId: string, channelType: number): Promise<number> {
    const query = new URLSearchParams({
      channel_id: channelId,
      channel_type: String(channelType),
      login_uid: loginUid,
    });
    const answer = await this.#read(
      z.object({ message_seq: z.number().default(0) }),
      'GET',
      `/channel/max_message_seq?${query.toString()}`,
    );
    return answer.message_seq;
  }

  async conversations(
    uid: string,
    request: { version: number; lastMsgSeqs: string; msgCount: number },
  ): Promise<ImConversation[]> {
    const rows = await this.#read(z.array(ImConversation).nullable(), 'POST', '/conversation/sync', {
      uid,
      version: request.version,
      last_msg_seqs: request.lastMsgSeqs,
      msg_count: request.msgCount,
    });
    return rows ?? [];
  }

  async setUnread(
    uid: string,
    channelId: string,
    channelType: number,
    unread: number,
    messageSeq: number,
  ): Promise<void> {
    await this.call('POST', '/conversations/setUnread', {
      uid,
      channel_id: channelId,
      channel_type: channelType,
      unread,
      ...(messageSeq > 0 ? { message_seq: messageSeq } : {}),
    });
  }

  async deleteConversation(uid: string, channelId: string, channelType: number): Promise<void> {
    await this.call('POST', '/conversations/delete', {
      uid,
      channel_id: channelId,
      channel_type: channelType,
    });
  }

  /** Offline CMDs of a user. */
  async offlineCommands(uid: string, messageSeq: number, limit: number): Promise<ImMessage[]> {
    const rows = await this.#read(z.array(ImMessage).nullable(), 'POST', '/message/sync', {
      uid,
      message_seq: messageSeq,
      limit,
    });
    return rows ?? [];
  }

  async ackOfflineCommands(uid: string, lastMessageSeq: number): Promise<void> {
    await this.call('POST', '/message/syncack', { uid, last_message_seq: lastMessageSeq });
  }

  async createChannel(channelId: string, channelType: number, subscribers: readonly string[]): Promise<void> {
    await this.call('POST', '/channel', { channel_id: channelId, channel_type: channelType, subscribers });
  }
}
