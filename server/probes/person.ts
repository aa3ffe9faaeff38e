/** Somebody with an account: calls the business server, and speaks the wire protocol over one or more connections. */
import { randomUUID } from 'node:crypto';
import { parseExact } from '../../shared/exact-json.ts';
import { isObject, type JsonObject } from '../../shared/json.ts';
import type { ConnackPacket, RecvPacket, SendPacket } from '../../shared/wire/packets.ts';
import { TestClient } from '../im/testing/test-client.ts';
import { type Answer, type Business, type CallOptions, objectOf, rowsOf, textAt } from './business.ts';
import { need, NotTried, Shortcoming } from './shortcoming.ts';
import { settled } from './within.ts';

export const PERSON = 1;
export const GROUP = 2;

const CONNECT_MS = 8_000;

export interface Chat {
  id: string;
  type: typeof PERSON | typeof GROUP;
}

/** Where the IM server is (`GET users/:uid/im`); '' for what it does not offer. */
export interface Route {
  tcp: string;
  ws: string;
  wss: string;
}

/** A message as its SENDACK told of it. */
export interface Sent {
  /** Digits of the int64. */
  messageId: string;
  seq: number;
  clientMsgNo: string;
  reason: number;
}

/** A message as a connection received it. */
export interface Heard {
  packet: RecvPacket;
  messageId: string;
  payload: JsonObject;
}

export class Person {
  readonly business: Business;
  readonly username: string;
  readonly password: string;
  readonly deviceId = randomUUID();
  uid = '';
  token = '';
  /** The connection of this person, once `connect` made it. */
  line: TestClient | null = null;
  route: Route = { tcp: '', ws: '', wss: '' };
  /** What the IM server said when it last let this person in. */
  connack: ConnackPacket | null = null;

  constructor(business: Business, account: { username: string; password: string }) {
    this.business = business;
    this.username = account.username;
    this.password = account.password;
  }

  /** Signs in as a desktop client does. @throws Shortcoming with the server's words */
  async signIn(): Promise<JsonObject> {
    const answer = await this.business.call('POST', 'user/login', {
      body: {
        username: this.username,
        password: this.password,
        flag: 2,
        device: { device_id: this.deviceId, device_name: 'contract check', device_model: 'tool' },
      },
    });
    const user = objectOf('user/login', answer);
    this.uid = textAt(user, 'uid');
    this.token = textAt(user, 'token');
    need(this.uid !== '' && this.token !== '', 'user/login: no uid or no token in the answer');
    return user;
  }

  call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> {
    return this.business.call(method, path, { token: this.token, body, ...options });
  }

  /** The answer's object. @throws Shortcoming unless it is a 200 */
  async ask(method: string, path: string, body?: unknown): Promise<JsonObject> {
    return objectOf(path, await this.call(method, path, body));
  }

  async findRoute(): Promise<Route> {
    const answer = await this.ask('GET', `users/${this.uid}/im`);
    this.route = {
      tcp: textAt(answer, 'tcp_addr'),
      ws: textAt(answer, 'ws_addr'),
      wss: textAt(answer, 'wss_addr'),
    };
    return this.route;
  }

  /**
   * A further connection, over `address` or the first transport that is offered; acknowledges what it receives. Of a
   * device of its own: a second connection of one device makes WuKongIM forget the first without a word
   * (wukongim.md B.6).
   */
  async open(
    address = '',
    fields: { token?: string; deviceId?: string; version?: number } = {},
  ): Promise<TestClient> {
    const { tcp, ws, wss } = this.route;
    const where = address || tcp || wss || ws;
    if (where === '') throw new Shortcoming('users/:uid/im names no address of the IM server');
    const line = await settled(TestClient.open(where), CONNECT_MS, `a connection to ${where}`);
    line.autoAck = true;
    try {
      const connack = await line.signIn({
        uid: this.uid,
        token: this.token,
        deviceId: randomUUID(),
        ...fields,
      });
      this.connack = connack;
      need(connack.reasonCode === 1, `CONNACK with reason ${connack.reasonCode} at ${where}`);
      return line;
    } catch (error) {
      line.close();
      throw error;
    }
  }

  /** The person's own connection, made anew if it is not there. */
  async connect(): Promise<TestClient> {
    if (this.line && !this.line.isClosed) return this.line;
    if (this.route.tcp + this.route.ws + this.route.wss === '') await this.findRoute();
    // Once more, as every client does: a node that is busy closes a connection without a word (wukongim.md B.6).
    const { deviceId } = this;
    this.line = await this.open('', { deviceId }).catch(() => this.open('', { deviceId }));
    return this.line;
  }

  disconnect(): void {
    this.line?.close();
    this.line = null;
  }

  /** Sends a payload over the own connection; whatever the SENDACK says. */
  async send(chat: Chat, payload: JsonObject, fields: Partial<SendPacket> = {}): Promise<Sent> {
    const line = await this.connect();
    const clientMsgNo = fields.clientMsgNo ?? randomUUID();
    const ack = await line.send(chat.id, chat.type, JSON.stringify(payload), { ...fields, clientMsgNo });
    return { messageId: String(ack.messageId), seq: ack.messageSeq, clientMsgNo, reason: ack.reasonCode };
  }

  /** Sends text. @throws Shortcoming when it is not taken */
  async say(chat: Chat, content: string, more: JsonObject = {}): Promise<Sent> {
    const sent = await this.send(chat, { type: 1, content, ...more });
    need(sent.reason === 1, `a text was refused with reason ${sent.reason}`);
    return sent;
  }

  /** Waits for a RECV on `line` (the own one by default) and takes it off. */
  async hear(
    what: string,
    matches: (heard: Heard) => boolean,
    line: TestClient | null = this.line,
  ): Promise<Heard> {
    if (!line) throw new NotTried('no connection');
    try {
      const packet = await line.take('recv', (each) => matches(heardOn(line, each)));
      return heardOn(line, packet);
    } catch (error) {
      throw new Shortcoming(`${what} did not arrive at the receiver`, { cause: error });
    }
  }

  hearMessage(messageId: string, line: TestClient | null = this.line): Promise<Heard> {
    return this.hear(`message ${messageId}`, (each) => each.messageId === messageId, line);
  }

  revoke(chat: Chat, ids: { messageId?: string; clientMsgNo?: string }): Promise<Answer> {
    const query = new URLSearchParams({
      message_id: ids.messageId ?? '',
      client_msg_no: ids.clientMsgNo ?? '',
      channel_id: chat.id,
      channel_type: String(chat.type),
    });
    return this.call('POST', `message/revoke?${query.toString()}`);
  }

  /** @throws Shortcoming when the recall is refused */
  async mustRevoke(chat: Chat, sent: Sent): Promise<void> {
    objectOf('message/revoke', await this.revoke(chat, sent));
  }

  /** A page of history, as it came. */
  async history(
    chat: Chat,
    page: { start?: number; end?: number; limit?: number; pull?: 0 | 1 } = {},
  ): Promise<JsonObject[]> {
    return rowsOf('message/channel/sync', await this.historyAnswer(chat, page), 'messages');
  }

  historyAnswer(
    chat: Chat,
    {
      start = 0,
      end = 0,
      limit = 50,
      pull = 0,
    }: { start?: number; end?: number; limit?: number; pull?: 0 | 1 },
  ): Promise<Answer> {
    return this.call('POST', 'message/channel/sync', {
      channel_id: chat.id,
      channel_type: chat.type,
      start_message_seq: start,
      end_message_seq: end,
      limit,
      pull_mode: pull,
      device_uuid: this.deviceId,
    });
  }

  /** One message in the newest page. @throws Shortcoming when it is not there */
  async row(chat: Chat, sent: Sent): Promise<JsonObject> {
    const found = (await this.history(chat)).find((each) => textAt(each, 'message_idstr') === sent.messageId);
    if (!found) throw new Shortcoming(`message ${sent.messageId} is not in message/channel/sync`);
    return found;
  }

  async extras(
    chat: Chat,
    version: number,
    limit = 100,
    source: string = randomUUID(),
  ): Promise<JsonObject[]> {
    return rowsOf(
      'message/extra/sync',
      await this.call('POST', 'message/extra/sync', {
        channel_id: chat.id,
        channel_type: chat.type,
        extra_version: version,
        source,
        limit,
      }),
    );
  }

  /** The conversation with `chat` in conversation/sync; undefined when it is not listed. */
  async conversation(chat: Chat, messages = 20): Promise<JsonObject | undefined> {
    const rows = rowsOf(
      'conversation/sync',
      await this.call('POST', 'conversation/sync', {
        version: 0,
        last_msg_seqs: '',
        msg_count: messages,
        device_uuid: this.deviceId,
      }),
      'conversations',
    );
    return rows.find((each) => textAt(each, 'channel_id') === chat.id && each['channel_type'] === chat.type);
  }
}

/** A RECV, checked and read. @throws Error on a wrong msgKey */
function heardOn(line: TestClient, packet: RecvPacket): Heard {
  const { text } = line.open(packet);
  let payload: unknown = null;
  try {
    payload = parseExact(text);
  } catch {
    // Whoever waits for it sees that nothing fits.
  }
  return { packet, messageId: String(packet.messageId), payload: isObject(payload) ? payload : {} };
}

/** The recall command among CMDs, for this message. */
export function tellsOfRecall(heard: Heard, messageId: string): boolean {
  const { payload } = heard;
  return (
    payload['type'] === 99 &&
    payload['cmd'] === 'messageRevoke' &&
    isObject(payload['param']) &&
    String(payload['param']['message_id']) === messageId
  );
}
