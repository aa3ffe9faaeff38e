/** A business server over a fake IM server, with accounts, groups and a clock that tests move. */
import { rmSync } from 'node:fs';
import { type BusinessServer, type BusinessServerOptions, startBusinessServer } from '../business-server.ts';
import { parseExact } from '../../../shared/exact-json.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { FakeIm, type FakeMessage } from './fake-im.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';

export interface Answer {
  status: number;
  /** Parsed with exact 64-bit integers as strings. */
  json: unknown;
  text: string;
  type: string;
}

export interface Person {
  uid: string;
  token: string;
  name: string;
}

export class Harness {
  /** Server clock, ms; starts at a whole second. */
  clock = 1_795_424_770_000;
  readonly im: FakeIm;
  readonly dataDir = tempFolder('wk-business-');
  server!: BusinessServer;
  readonly #options: Partial<BusinessServerOptions>;

  constructor(options: Partial<BusinessServerOptions> = {}) {
    this.#options = options;
    this.im = new FakeIm(() => this.clock);
  }

  async start(): Promise<this> {
    await this.im.start();
    await this.boot();
    return this;
  }

  async boot(options: Partial<BusinessServerOptions> = {}): Promise<void> {
    this.server = await startBusinessServer({
      dataDir: this.dataDir,
      imApi: this.im.api,
      requestsPerSecond: 100_000,
      passwordCost: 16,
      smsCode: '123456',
      now: () => this.clock,
      ...this.#options,
      ...options,
    });
  }

  async restart(options: Partial<BusinessServerOptions> = {}): Promise<void> {
    await this.server.close();
    await this.boot(options);
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.im.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  async call(
    method: string,
    path: string,
    options: { token?: string | undefined; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const raw =
      typeof options.body === 'string' || options.body instanceof FormData
        ? options.body
        : JSON.stringify(options.body);
    const response = await fetch(`${this.server.api}${path}`, {
      method,
      headers: {
        ...(options.body === undefined || options.body instanceof FormData
          ? {}
          : { 'content-type': 'application/json' }),
        ...(options.token === undefined ? {} : { token: options.token }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: raw }),
    });
    const text = await response.text();
    let json: unknown = null;
    try {
      json = parseExact(text);
    } catch {
      // Not every answer is JSON; the test looks at `text` then.
    }
    return { status: response.status, json, text, type: response.headers.get('content-type') ?? '' };
  }

  post(path: string, person: Person, body?: unknown): Promise<Answer> {
    return this.call('POST', path, { token: person.token, body });
  }

  get(path: string, person: Person): Promise<Answer> {
    return this.call('GET', path, { token: person.token });
  }

  async person(name: string): Promise<Person> {
    const answer = await this.call('POST', '/v1/user/usernameregister', {
      body: { username: `${name}-account`, password: 'pw123456', name, flag: 2 },
    });
    if (answer.status !== 200) throw new Error(`registering ${name}: ${answer.text}`);
    const data = (answer.json as { data: { uid: string; token: string } }).data;
    return { uid: data.uid, token: data.token, name };
  }

  /** A group with an owner, managers and members. */
  async group(owner: Person, managers: readonly Person[], members: readonly Person[]): Promise<string> {
    const answer = await this.post('/v1/group/create', owner, {
      members: [...managers, ...members].map((each) => each.uid),
      name: 'Team',
    });
    const groupNo = (answer.json as { group_no: string }).group_no;
    if (managers.length > 0) {
      const made = await this.post(
        `/v1/groups/${groupNo}/managers`,
        owner,
        managers.map((each) => each.uid),
      );
      if (made.status !== 200) throw new Error(`managers: ${made.text}`);
    }
    return groupNo;
  }

  say(
    from: Person,
    to: string,
    type: 1 | 2,
    content: string,
    more: { clientMsgNo?: string; payload?: JsonObject } = {},
  ): FakeMessage {
    return this.im.store({
      from: from.uid,
      to,
      type,
      payload: { type: 1, content, ...more.payload },
      ...(more.clientMsgNo === undefined ? {} : { clientMsgNo: more.clientMsgNo }),
    });
  }

  revoke(
    by: Person,
    to: string,
    type: 1 | 2,
    ids: { messageId?: string; clientMsgNo?: string },
  ): Promise<Answer> {
    const query = new URLSearchParams({
      message_id: ids.messageId ?? '',
      client_msg_no: ids.clientMsgNo ?? '',
      channel_id: to,
      channel_type: String(type),
    });
    return this.post(`/v1/message/revoke?${query.toString()}`, by);
  }

  async history(reader: Person, to: string, type: 1 | 2): Promise<JsonObject[]> {
    const answer = await this.post('/v1/message/channel/sync', reader, {
      channel_id: to,
      channel_type: type,
      start_message_seq: 0,
      end_message_seq: 0,
      limit: 100,
      pull_mode: 0,
    });
    return (answer.json as { messages: JsonObject[] }).messages;
  }

  async extras(reader: Person, to: string, type: 1 | 2, version = 0, limit = 100): Promise<JsonObject[]> {
    const answer = await this.post('/v1/message/extra/sync', reader, {
      channel_id: to,
      channel_type: type,
      extra_version: version,
      source: '',
      limit,
    });
    return answer.json as JsonObject[];
  }

  /** A call of the IM server's webhook. */
  webhook(event: string, options: { body: unknown; headers?: Record<string, string> }): Promise<Answer> {
    return this.call('POST', `${new URL(this.server.webhook).pathname}?event=${event}`, options);
  }

  /** Delivers messages to the webhook as WuKongIM does. */
  notify(...messages: FakeMessage[]): Promise<Answer> {
    return this.webhook('msg.notify', {
      body: messages.map((each) => this.im.row(each)),
    });
  }
}
