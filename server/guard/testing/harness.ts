/** A guard in front of a scripted TSDD over a scripted WuKongIM, with a clock that tests move. */
import { parseExact } from '../../../shared/exact-json.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { FakeIm, type FakeMessage } from '../../business/testing/fake-im.ts';
import { type ScriptedTsdd, startScriptedTsdd } from '../../testing/scripted-tsdd/scripted-tsdd.ts';
import { type GuardOptions, inProcessOptions } from '../command-line.ts';
import { type Guard, startGuard } from '../guard.ts';
import type { Fields } from '../log.ts';
import { ScriptedStore } from './scripted-store.ts';

export interface Answer {
  status: number;
  text: string;
  json: unknown;
  headers: Headers;
}

export type Person = ReturnType<ScriptedTsdd['person']>;

export class GuardHarness {
  /** ms; starts at a whole second. */
  clock = 1_795_424_770_000;
  readonly im = new FakeIm(() => this.clock);
  tsdd!: ScriptedTsdd;
  store!: ScriptedStore;
  guard!: Guard;
  readonly logged: { event: string; fields: Fields }[] = [];

  async start(options: Partial<GuardOptions> = {}): Promise<this> {
    await this.im.start();
    this.tsdd = await startScriptedTsdd({ imApi: this.im.api, now: () => this.clock });
    this.store = new ScriptedStore(this.tsdd.state);
    this.guard = await this.another(options);
    return this;
  }

  /** One more guard in front of the same. */
  another(options: Partial<GuardOptions> = {}): Promise<Guard> {
    const note = (event: string, fields: Fields = {}): void => void this.logged.push({ event, fields });
    return startGuard(
      { ...inProcessOptions(this.tsdd.url, this.im.api), ...options },
      { store: this.store, log: { info: note, warn: note }, now: () => this.clock, repeats: [20, 40] },
    );
  }

  async close(): Promise<void> {
    await this.guard.close();
    await this.tsdd.close();
    await this.im.close();
  }

  /** A call through the guard. */
  call(method: string, path: string, token = '', body?: unknown): Promise<Answer> {
    return callAt(this.guard.url, method, path, token, body);
  }

  direct(method: string, path: string, token = '', body?: unknown): Promise<Answer> {
    return callAt(this.tsdd.url, method, path, token, body);
  }

  revoke(token: string, query: Record<string, string>): Promise<Answer> {
    return this.call('POST', `/v1/message/revoke?${new URLSearchParams(query).toString()}`, token);
  }

  /** Recalls a message as its sender names it. */
  recall(person: Person, message: FakeMessage, to: string): Promise<Answer> {
    return this.revoke(person.token, {
      message_id: message.messageId,
      client_msg_no: message.clientMsgNo,
      channel_id: to,
      channel_type: String(message.channelType),
    });
  }

  history(person: Person, channelId: string, channelType: number, limit = 100): Promise<Answer> {
    return this.call('POST', '/v1/message/channel/sync', person.token, {
      channel_id: channelId,
      channel_type: channelType,
      start_message_seq: 0,
      end_message_seq: 0,
      limit,
      pull_mode: 0,
    });
  }

  say(from: Person, to: string, content: string, more: JsonObject = {}, channelType = 1): FakeMessage {
    return this.im.store({ from: from.uid, to, type: channelType, payload: { type: 1, content, ...more } });
  }
}

/** A recall at a guard, as TSDD's clients ask for it: 'done', or the text of the refusal. */
export async function recallAt(url: string, token: string, query: Record<string, string>): Promise<string> {
  const path = `/v1/message/revoke?${new URLSearchParams(query).toString()}`;
  const { status, json } = await callAt(url, 'POST', path, token, undefined);
  return status === 200 ? 'done' : ((json as { msg?: string }).msg ?? '');
}

async function callAt(
  origin: string,
  method: string,
  path: string,
  token: string,
  body: unknown,
): Promise<Answer> {
  const response = await fetch(origin + path, {
    method,
    headers: {
      ...(token === '' ? {} : { token }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  let json: unknown = null;
  try {
    json = parseExact(text);
  } catch {
    // Asserted by its text.
  }
  return { status: response.status, text, json, headers: response.headers };
}

export function quoteOf(message: FakeMessage, content: string): JsonObject {
  return {
    reply: {
      message_id: message.messageId,
      message_seq: message.seq,
      from_uid: message.fromUid,
      from_name: 'x',
      payload: { type: 1, content },
    },
  };
}
