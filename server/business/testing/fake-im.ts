/**
 * A WuKongIM HTTP API for tests: stores what is sent, records every call, can be made to fail, and stores copies of a
 * resend as v2.2.5 does.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseExact, rawInteger } from '../../../shared/exact-json.ts';
import { isObject, type JsonObject } from '../../../shared/json.ts';
import { personChannelId } from '../../../shared/wire/person-channel.ts';

export interface FakeMessage {
  messageId: string;
  seq: number;
  fromUid: string;
  /** Stored form. */
  channelId: string;
  channelType: number;
  clientMsgNo: string;
  timestamp: number;
  payload: string;
  setting: number;
  expire: number;
  syncOnce: boolean;
}

export interface FakeCall {
  path: string;
  body: JsonObject;
}

const SNOWFLAKE_EPOCH_MS = 1_288_834_974_657n;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const int = (value: unknown): number => Number(value ?? 0);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Additions of the embedded IM server that go without saying with it; WuKongIM answers 404. */
const NOT_IN_WUKONGIM = new Set(['/message/sent_as', '/message/send_many', '/message/erase_many']);

export class FakeIm {
  readonly calls: FakeCall[] = [];
  readonly messages: FakeMessage[] = [];
  /** Answers every call with this status while set. */
  failWith: number | null = null;
  /** Awaited before a call is answered. */
  meanwhile: ((path: string) => Promise<unknown>) | null = null;
  /** Paths that do not exist. */
  readonly missing = new Set<string>();
  api = '';
  readonly #now: () => number;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #serial = 0n;

  constructor(now: () => number) {
    this.#now = now;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.api = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Stores a message as if it came in over a socket; `to` as the sender names the channel. */
  store(message: {
    from: string;
    to: string;
    type: number;
    payload: unknown;
    clientMsgNo?: string;
    expire?: number;
    atMs?: number;
  }): FakeMessage {
    const atMs = message.atMs ?? this.#now();
    const channelId = message.type === 1 ? personChannelId(message.from, message.to) : message.to;
    const raw = message.payload;
    const stored: FakeMessage = {
      messageId: (
        ((BigInt(atMs) - SNOWFLAKE_EPOCH_MS) << 22n) |
        (1001n << 12n) |
        (this.#serial++ % 4096n)
      ).toString(),
      seq: this.inChannel(channelId, message.type).length + 1,
      fromUid: message.from,
      channelId,
      channelType: message.type,
      clientMsgNo: message.clientMsgNo ?? `c${this.#serial}`,
      timestamp: Math.floor(atMs / 1000),
      payload: Buffer.from(typeof raw === 'string' ? raw : JSON.stringify(raw)).toString('base64'),
      setting: 0,
      expire: message.expire ?? 0,
      syncOnce: false,
    };
    this.messages.push(stored);
    return stored;
  }

  inChannel(channelId: string, channelType: number): FakeMessage[] {
    return this.messages.filter(
      (each) => each.channelId === channelId && each.channelType === channelType && !each.syncOnce,
    );
  }

  /** Bodies of the calls to a path. */
  to(path: string): JsonObject[] {
    return this.calls.filter((call) => call.path === path).map((call) => call.body);
  }

  /** Decoded payloads of `/message/send` calls, with their envelope. */
  sent(): { payload: JsonObject; body: JsonObject; header: JsonObject }[] {
    return this.to('/message/send').map((body) => ({
      body,
      header: body['header'] as JsonObject,
      payload: JSON.parse(Buffer.from(text(body['payload']), 'base64').toString()) as JsonObject,
    }));
  }

  commands(cmd: string): { payload: JsonObject; body: JsonObject; header: JsonObject; param: JsonObject }[] {
    return this.sent()
      .filter((each) => each.payload['cmd'] === cmd)
      .map((each) => ({ ...each, param: (each.payload['param'] ?? {}) as JsonObject }));
  }

  /** A stored message as WuKongIM's API and webhook write it. */
  row(message: FakeMessage): JsonObject {
    const parties = message.channelType === 1 ? message.channelId.split('@') : [];
    return {
      header: { no_persist: 0, red_dot: 1, sync_once: 0 },
      setting: message.setting,
      message_id: rawInteger(message.messageId),
      message_idstr: message.messageId,
      client_msg_no: message.clientMsgNo,
      message_seq: message.seq,
      from_uid: message.fromUid,
      channel_id: parties.find((uid) => uid !== message.fromUid) ?? message.channelId,
      channel_type: message.channelType,
      expire: message.expire,
      timestamp: message.timestamp,
      payload: message.payload,
    };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? '/', 'http://fake');
    const parsed = raw === '' ? {} : parseExact(raw);
    const body = isObject(parsed) ? parsed : { list: parsed };
    const answer = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (this.failWith !== null) return answer(this.failWith, { msg: 'down', status: this.failWith });
    if (this.missing.has(url.pathname) || NOT_IN_WUKONGIM.has(url.pathname)) return answer(404, {});
    this.calls.push({ path: url.pathname, body });
    await this.meanwhile?.(url.pathname);
    answer(200, this.#handle(url, body));
  }

  #handle(url: URL, body: JsonObject): unknown {
    const loginUid = text(body['login_uid']);
    const type = int(body['channel_type']);
    const id = type === 1 ? personChannelId(loginUid, text(body['channel_id'])) : text(body['channel_id']);
    switch (url.pathname) {
      case '/route':
        return { tcp_addr: '127.0.0.1:5100', ws_addr: 'ws://127.0.0.1:5200', wss_addr: '' };
      case '/user/onlinestatus':
        return [];
      case '/message/send':
        return this.#send(body);
      case '/channel/messagesync':
        return {
          start_message_seq: 0,
          end_message_seq: 0,
          more: 0,
          messages: this.#page(id, type, body).map((each) => this.row(each)),
        };
      case '/messages': {
        const ids = list(body['message_ids']).map(String);
        const numbers = list(body['client_msg_nos']);
        const all = this.inChannel(id, type);
        const hits = [
          // Wherever it is stored.
          ...ids.map((each) =>
            this.messages.find((message) => message.messageId === each && !message.syncOnce),
          ),
          // One hit per number, the newest, whoever sent it.
          ...numbers.map((each) => all.findLast((message) => message.clientMsgNo === each)),
        ];
        return { messages: hits.filter((each) => each !== undefined).map((each) => this.row(each)) };
      }
      case '/channel/max_message_seq':
        return { message_seq: this.inChannel(url.searchParams.get('channel_id') ?? '', 2).length };
      case '/message/naming':
        return {
          found: list(body['texts']).filter((each) =>
            this.messages.some(({ payload }) => Buffer.from(payload, 'base64').includes(text(each))),
          ),
        };
      case '/conversation/sync':
        return this.#conversations(text(body['uid']), int(body['msg_count']));
      case '/message/sync':
        return this.messages.filter((each) => each.syncOnce).map((each) => this.row(each));
      default:
        return { status: 200 };
    }
  }

  #send(body: JsonObject): unknown {
    const header = body['header'] as JsonObject;
    if (body['channel_id'] === undefined) return { status: 200 };
    const payload = Buffer.from(text(body['payload']), 'base64').toString();
    const stored = this.store({
      from: text(body['from_uid']),
      to: text(body['channel_id']),
      type: int(body['channel_type']),
      payload,
      ...(body['client_msg_no'] === undefined ? {} : { clientMsgNo: text(body['client_msg_no']) }),
    });
    if (header['sync_once'] === 1) this.messages.splice(this.messages.indexOf(stored), 1);
    return {
      status: 200,
      data: { message_id: rawInteger(stored.messageId), client_msg_no: stored.clientMsgNo },
    };
  }

  #page(id: string, type: number, body: JsonObject): FakeMessage[] {
    const [start, end, limit] = [
      int(body['start_message_seq']),
      int(body['end_message_seq']),
      int(body['limit']),
    ];
    const all = this.inChannel(id, type);
    if (start === 0 && end === 0) return all.slice(-limit);
    if (int(body['pull_mode']) === 1)
      return all.filter((each) => each.seq >= start && (end === 0 || each.seq < end)).slice(0, limit);
    return all.filter((each) => each.seq > end && each.seq <= start).slice(-limit);
  }

  #conversations(uid: string, count: number): unknown {
    const channels = new Map<string, FakeMessage[]>();
    for (const message of this.messages) {
      const mine = message.channelType === 2 || message.channelId.split('@').includes(uid);
      if (!mine || message.syncOnce) continue;
      const key = `${message.channelType}/${message.channelId}`;
      channels.set(key, [...(channels.get(key) ?? []), message]);
    }
    return [...channels.values()].map((rows) => {
      const last = rows.at(-1) as FakeMessage;
      return {
        channel_id:
          last.channelType === 1 ? last.channelId.split('@').find((each) => each !== uid) : last.channelId,
        channel_type: last.channelType,
        unread: rows.length,
        timestamp: last.timestamp,
        last_msg_seq: last.seq,
        last_client_msg_no: last.clientMsgNo,
        offset_msg_seq: 0,
        readed_to_msg_seq: 0,
        version: rawInteger(`${last.timestamp}000000000`),
        recents: rows
          .slice(-count)
          .toReversed()
          .map((each) => this.row(each)),
      };
    });
  }
}
