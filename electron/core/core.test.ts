import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ConnectionState, MessageView } from '../../shared/domain.ts';
import {
  type Args,
  coreContract,
  type CoreContract,
  type Value,
} from '../../shared/ipc/contract/contract.ts';
import { CoreDelta } from '../../shared/ipc/contract/events.ts';
import { checkArguments } from '../../shared/ipc/check-arguments.ts';
import type { Result } from '../../shared/ipc/result.ts';
import type { FromWorker } from '../../shared/ipc/worker-protocol.ts';
import {
  type Connection,
  ConnectionLost,
  type ConnectionOptions,
  type SendOutcome,
} from './connection/connection-api.ts';
import { type Core, createCore } from './core.ts';
import { coreParts } from './core-parts.ts';
import { PROBE_FIRST_MS } from './account-store/disk-probe.ts';
import { scanForResidue } from './residue/residue-scanner.ts';
import { ScriptedBusiness } from './sync/testing/scripted-business.ts';
import { tempFolder } from '../../shared/testing/temp-folder.ts';

const bob = { channelId: 'u2', channelType: 1 };
const team = { channelId: 'g1', channelType: 2 };
const NO_MENTION = { all: false, uids: [] };
const BASE_ID = 2_124_791_608_111_960_000n;

type Sent = Parameters<Connection['send']>[0];

class FakeConnection implements Connection {
  state: ConnectionState = { state: 'connecting' };
  transport = 'tcp';
  lastPingMs: number | null = 3;
  readonly sent: Sent[] = [];
  retries = 0;
  closed = false;
  /** Answers the next SENDs; default: success with the next seq. */
  answer: ((message: Sent) => Promise<SendOutcome>) | null = null;
  #seq = 100;
  readonly options: ConnectionOptions;
  constructor(options: ConnectionOptions) {
    this.options = options;
  }
  start(): void {}
  replaced: string[] = [];
  replace(reason: string): void {
    this.replaced.push(reason);
  }
  retryNow(): void {
    this.retries += 1;
  }
  send(message: Sent): Promise<SendOutcome> {
    this.sent.push(message);
    if (this.answer) return this.answer(message);
    this.#seq += 1;
    return Promise.resolve({
      messageId: String(BASE_ID + BigInt(this.#seq)),
      messageSeq: this.#seq,
      reasonCode: 1,
    });
  }
  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
  set(state: ConnectionState): void {
    this.state = state;
    this.options.onState(state);
  }
  online(): void {
    this.set({ state: 'online' });
    this.options.onConnected(1_500);
  }
}

let dir: string;
let server: ScriptedBusiness;
let core: Core;
let connection: FakeConnection;
let posted: FromWorker[];
let nextId = 0;

/** Everything below speaks of the account that was started last. */
function start(uid = 'u1', accountDir = dir): void {
  const said: FromWorker[] = [];
  posted = said;
  core = createCore(
    {
      accountDir,
      server: 'http://s',
      uid,
      username: 'me000001',
      name: 'Me',
      token: 't',
      deviceId: 'dev',
      offerReedit: true,
    },
    (message) => said.push(message),
    {
      ...coreParts,
      fetch: server.fetch,
      createConnection: (options) => (connection = new FakeConnection(options)),
    },
  );
}

beforeEach(() => {
  dir = tempFolder('wk-core-');
  server = new ScriptedBusiness();
  start();
});

afterEach(async () => {
  await core.close();
  rmSync(dir, { recursive: true, force: true });
});

async function ask<K extends keyof CoreContract>(channel: K, args: Args<K>): Promise<Result<Value<K>>> {
  // As the main thread does before it forwards a call.
  const checked = checkArguments(channel, args);
  if (!checked.ok) return checked;
  nextId += 1;
  const id = nextId;
  core.handle({ kind: 'request', id, channel, args: checked.args });
  return vi.waitFor(() => {
    const answer = posted.find((message) => message.kind === 'answer' && message.id === id);
    if (answer?.kind !== 'answer') throw new Error(`no answer from ${channel}`);
    return answer.result as Result<Value<K>>;
  });
}

async function value<K extends keyof CoreContract>(channel: K, args: Args<K>): Promise<Value<K>> {
  const result = await ask(channel, args);
  if (!result.ok) throw new Error(`${channel}: ${result.code} ${result.message}`);
  // What is answered must fit the contract the renderer relies on.
  return coreContract[channel].result.parse(result.value) as Value<K>;
}

const deltas = (): CoreDelta[] =>
  posted.flatMap((message) => (message.kind === 'deltas' ? message.deltas : []));
const lastView = (key: string): MessageView | undefined =>
  deltas()
    .flatMap((delta) => (delta.kind === 'messages' ? delta.upserts : []))
    .findLast((view) => view.key === key);

async function online(): Promise<void> {
  connection.online();
  await vi.waitFor(() => expect(posted.some((m) => m.kind === 'log' && m.message === 'in sync')).toBe(true));
}

async function sent(text: string): Promise<MessageView> {
  const view = await value('messages.send', {
    channel: bob,
    text,
    mention: NO_MENTION,
    replyToMessageId: null,
  });
  await vi.waitFor(() => expect(lastView(view.key)?.send.state).toBe('sent'));
  return lastView(view.key) as MessageView;
}

/** What the disk has at this moment is all that the next process gets; `last` is what this one still goes through. */
async function die(last: () => void = () => undefined): Promise<void> {
  const left = dir;
  dir = tempFolder('wk-core-');
  for (const file of readdirSync(left).filter((name) => /^(cache|outbox)\.db(-wal)?$/.test(name)))
    copyFileSync(join(left, file), join(dir, file));
  last();
  await core.close();
  rmSync(left, { recursive: true });
}

/** Answers to these calls wait until the returned function is called. */
function holding(...calls: string[]): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  const before = server.hold;
  server.hold = (call) => (calls.includes(call) ? promise : before(call));
  return resolve;
}

const history = (...seqs: number[]) =>
  seqs.map((seq) => ({ messageId: String(BASE_ID + BigInt(seq)), seq, fromUid: 'u2' }));

/** The auto-delete time of what was sent to this chat; undefined = nothing was. */
const went = (id: string) => connection.sent.find(({ channel }) => channel.channelId === id)?.expire;

describe('requests', () => {
  it('are checked against the contract and name the field', async () => {
    const bad = await ask('messages.page', {
      channel: { channelId: '', channelType: 1 },
      anchor: { at: 'latest' },
      limit: 10,
    });
    expect(bad).toMatchObject({ ok: false, code: 'badArgument', field: 'channel.channelId' });
    expect(await ask('messages.nothing' as 'core.bootstrap', undefined)).toMatchObject({
      ok: false,
      code: 'badArgument',
    });
    expect(await ask('toString' as 'core.bootstrap', undefined)).toMatchObject({
      ok: false,
      code: 'badArgument',
    });
  });

  it('bootstrap works before the first connection and after a restart without one', async () => {
    expect(await value('core.bootstrap', undefined)).toMatchObject({
      rules: null,
      conversations: [],
      connection: { state: 'connecting' },
    });
    server.add(bob, ...history(1, 2));
    await online();
    await core.close();
    server.offline = true;
    start();
    expect(await value('core.bootstrap', undefined)).toMatchObject({
      me: { uid: 'u1', server: 'http://s' },
      rules: { revokeSecond: 120 },
      serverOffsetMs: 1_500,
      conversations: [{ channel: bob }],
    });
  });

  it('answer signedOut while closing', async () => {
    await core.close();
    expect(await ask('core.bootstrap', undefined)).toMatchObject({ ok: false, code: 'signedOut' });
  });

  it('end the session when the business server refuses the token', async () => {
    server.overrides.set('GET /friend/apply', () => new Response('{"msg":"请先登录！"}', { status: 401 }));
    connection.set({ state: 'online' });
    expect(await ask('contacts.requests', undefined)).toMatchObject({ ok: false, code: 'unauthorized' });
    expect(posted).toContainEqual({ kind: 'connection', connection: { state: 'sessionExpired' } });
    expect(connection.closed).toBe(true);
    connection.set({ state: 'offline', nextTryAtMs: 1 });
    expect((await value('core.bootstrap', undefined)).connection).toEqual({ state: 'sessionExpired' });
  });

  it('pass hints and the retry button to the connection', async () => {
    core.handle({ kind: 'networkHint' });
    await value('connection.retry', undefined);
    expect(connection.retries).toBe(2);
  });
});

describe('a server that elects', () => {
  it('is waited for, and said so until it has taken the message', async () => {
    await online();
    let refusals = 2;
    const taken = connection.answer;
    connection.answer = () => {
      refusals -= 1;
      if (refusals === 0) connection.answer = taken;
      return Promise.resolve({ messageId: '0', messageSeq: 0, reasonCode: 15 });
    };
    const channel = { channelId: 'u2', channelType: 1 };
    const view = await value('messages.send', {
      channel,
      text: 'x',
      mention: NO_MENTION,
      replyToMessageId: null,
    });
    const states = (): unknown[] =>
      deltas()
        .flatMap((delta) => (delta.kind === 'messages' ? delta.upserts : []))
        .filter(({ key }) => key === view.key)
        .map(({ send }) => send);
    await vi.waitFor(() => expect(states().at(-1)).toEqual({ state: 'sent' }), { timeout: 10_000 });
    expect(states()).toContainEqual({ state: 'queued', waiting: true });
    expect(states()).not.toContainEqual(expect.objectContaining({ state: 'failed' }));
    expect(connection.sent).toHaveLength(3);
  });
});

describe('a group that is gone', () => {
  it.each([
    [24, 'disbanded'],
    [3, 'left'],
  ])('SENDACK %i closes its composer at once: %s', async (reasonCode, block) => {
    const team = { channelId: 'g1', channelType: 2 };
    server.add(team, { messageId: String(BASE_ID + 900n), seq: 1, fromUid: 'u2' });
    await online();
    await value('channels.open', { channel: team });
    // The server has nothing more to say of it.
    server.overrides.set('GET /groups/g1', () => new Response('{"msg":"群不存在"}', { status: 400 }));
    connection.answer = () => Promise.resolve({ messageId: '0', messageSeq: 0, reasonCode });
    await value('messages.send', { channel: team, text: 'x', mention: NO_MENTION, replyToMessageId: null });
    await vi.waitFor(async () =>
      expect((await value('channels.open', { channel: team })).composerBlock).toBe(block),
    );
  });
});

describe('sending', () => {
  it('answers queued, then sends the payload other clients understand', async () => {
    await online();
    const view = await value('messages.send', {
      channel: team,
      text: 'hi @all',
      mention: { all: true, uids: ['u2', 'u2'] },
      replyToMessageId: null,
    });
    expect(view).toMatchObject({
      send: { state: 'queued' },
      own: true,
      content: { kind: 'text', text: 'hi @all' },
    });
    await vi.waitFor(() => expect(connection.sent).toHaveLength(1));
    expect(connection.sent[0]).toMatchObject({
      channel: team,
      payload: { type: 1, content: 'hi @all', mention: { all: 1, uids: ['u2'] } },
    });
  });

  it('takes effect before what is asked for after it, and before the end', async () => {
    const send = (text: string): Promise<unknown> =>
      value('messages.send', { channel: bob, text, mention: NO_MENTION, replyToMessageId: null });
    const first = send('first');
    const page = value('messages.page', { channel: bob, anchor: { at: 'latest' }, limit: 10 });
    const second = send('second');
    const closed = core.close();
    expect((await page).messages.map(({ content }) => content)).toMatchObject([{ text: 'first' }]);
    await Promise.all([first, second, closed]);
    start();
    const after = await value('messages.page', { channel: bob, anchor: { at: 'latest' }, limit: 10 });
    expect(after.messages.map(({ content }) => content)).toMatchObject([
      { text: 'first' },
      { text: 'second' },
    ]);
  });

  it('quotes with a string id and a copy of the quoted, and drops a quote that was recalled meanwhile', async () => {
    server.add(bob, ...history(1, 2));
    await online();
    const quotedId = String(BASE_ID + 1n);
    await value('messages.send', {
      channel: bob,
      text: 'a',
      mention: NO_MENTION,
      replyToMessageId: quotedId,
    });
    await vi.waitFor(() => expect(connection.sent).toHaveLength(1));
    expect(connection.sent[0]?.payload['reply']).toMatchObject({
      message_id: quotedId,
      message_seq: 1,
      from_uid: 'u2',
      payload: { type: 1, content: `text ${quotedId}` },
    });
    server.revoke(bob, quotedId, 9);
    connection.options.onMessages([
      {
        channel: bob,
        messageId: '5',
        messageSeq: 1,
        clientMsgNo: 'x',
        fromUid: 'u2',
        timestamp: 1,
        expire: 0,
        setting: 0,
        noPersist: false,
        redDot: false,
        syncOnce: true,
        payload: { type: 99, cmd: 'messageRevoke', param: { message_id: quotedId } },
      },
    ]);
    await vi.waitFor(() =>
      expect(
        deltas().some((d) => d.kind === 'messages' && d.upserts.some((m) => m.recall?.state === 'done')),
      ).toBe(true),
    );
    await value('messages.send', {
      channel: bob,
      text: 'b',
      mention: NO_MENTION,
      replyToMessageId: quotedId,
    });
    await vi.waitFor(() => expect(connection.sent).toHaveLength(2));
    expect(connection.sent[1]?.payload).toEqual({ type: 1, content: 'b' });
  });

  it('keeps what was written offline over a restart and sends it once', async () => {
    connection.set({ state: 'offline', nextTryAtMs: 0 });
    const view = await value('messages.send', {
      channel: bob,
      text: 'later',
      mention: NO_MENTION,
      replyToMessageId: null,
    });
    await core.close();
    start();
    await online();
    await vi.waitFor(() => expect(connection.sent.map((m) => m.payload['content'])).toEqual(['later']));
    expect(connection.sent[0]?.clientMsgNo).toBe(view.clientMsgNo);
    await vi.waitFor(() => expect(lastView(view.key)?.send.state).toBe('sent'));
  });

  it('retries and discards only what failed or waits', async () => {
    await online();
    connection.answer = () => Promise.resolve({ messageId: '0', messageSeq: 0, reasonCode: 3 });
    const view = await value('messages.send', {
      channel: team,
      text: 'x',
      mention: NO_MENTION,
      replyToMessageId: null,
    });
    await vi.waitFor(() =>
      expect(lastView(view.key)?.send).toMatchObject({ state: 'failed', reason: 'notMember' }),
    );
    connection.answer = null;
    await value('messages.retry', { channel: team, key: view.key });
    await vi.waitFor(() => expect(lastView(view.key)?.send.state).toBe('sent'));
    expect(await ask('messages.retry', { channel: team, key: view.key })).toMatchObject({
      ok: false,
      code: 'notFound',
    });
    expect(await ask('messages.discard', { channel: team, key: 'nope' })).toMatchObject({
      ok: false,
      code: 'notFound',
    });
  });
});

const item = (attachmentId: string, kind: 'image' | 'file') => ({
  attachmentId,
  kind,
  width: 4,
  height: 3,
});
const stagedFiles = (): string[] => readdirSync(join(dir, 'outbox-media'));

describe('attachments', () => {
  const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(84)]);
  const staged = async (name: string, channel = bob): Promise<string> => {
    const { id } = await value('attachments.begin', { channel, name, size: PNG.length, mime: '' });
    await value('attachments.append', { id, offset: 0, bytes: new Uint8Array(PNG) });
    return id;
  };
  beforeEach(() => {
    let count = 0;
    server.overrides.set('POST /file/upload', () => {
      count += 1;
      return new Response(JSON.stringify({ path: `file/preview/chat/1/u2/${count}` }));
    });
  });

  it('are sent in order with the payloads of tsdd-api.md 6.2, the quote with the first, the words last', async () => {
    server.add(bob, ...history(1));
    await online();
    const quotedId = String(BASE_ID + 1n);
    const items = [item(await staged('a.png'), 'image'), item(await staged('报告.PDF'), 'file')];
    const views = await value('messages.sendAttachments', {
      channel: bob,
      items,
      text: 'words',
      mention: NO_MENTION,
      replyToMessageId: quotedId,
    });
    expect(views.map(({ content, quote }) => [content.kind, quote?.messageId ?? null])).toEqual([
      ['image', quotedId],
      ['file', null],
      ['text', null],
    ]);
    await vi.waitFor(() => expect(connection.sent).toHaveLength(3));
    expect(connection.sent.map(({ payload }) => payload)).toEqual([
      {
        type: 2,
        url: expect.stringMatching(/^file\/preview\//) as string,
        width: 4,
        height: 3,
        name: 'a.png',
        reply: expect.objectContaining({ message_id: quotedId }) as object,
      },
      {
        type: 8,
        url: expect.stringMatching(/^file\/preview\//) as string,
        name: '报告.PDF',
        size: 100,
        extension: 'pdf',
      },
      { type: 1, content: 'words' },
    ]);
    await vi.waitFor(() => expect(stagedFiles()).toEqual([]));
  });

  it('one that cannot be sent stops all before anything is stored', async () => {
    const [image, elsewhere] = [await staged('a.png'), await staged('b.png', team)];
    const { id: open } = await value('attachments.begin', { channel: bob, name: 'c', size: 5, mime: '' });
    for (const [items, code] of [
      [[item(image, 'image'), item(elsewhere, 'image')], 'badArgument'],
      [[item(image, 'image'), item(image, 'image')], 'badArgument'],
      [[item(image, 'image'), item(open, 'file')], 'invalidState'],
      [[item(image, 'image'), item('unknown', 'file')], 'notFound'],
    ] as const) {
      const call = {
        channel: bob,
        items: [...items],
        text: 'x',
        mention: NO_MENTION,
        replyToMessageId: null,
      };
      expect(await ask('messages.sendAttachments', call)).toMatchObject({ ok: false, code });
    }
    expect((await value('diagnostics.get', undefined)).outboxJobs).toBe(0);
    expect(stagedFiles()).toHaveLength(3);
    await value('attachments.discard', { id: image });
    expect(stagedFiles()).toHaveLength(2);
  });

  it('are not sent on before they are sent; discarded, their file and their upload go', async () => {
    await online();
    const held = Promise.withResolvers<SendOutcome>();
    connection.answer = () => held.promise;
    const call = { channel: bob, text: '', mention: NO_MENTION, replyToMessageId: null };
    const items = [item(await staged('a.png'), 'image'), item(await staged('b.png'), 'image')];
    const views = await value('messages.sendAttachments', { ...call, items });
    const key = views[1]?.key ?? '';
    await vi.waitFor(() => expect(lastView(key)?.content).toMatchObject({ url: 'file/preview/chat/1/u2/2' }));
    await vi.waitFor(() => expect(connection.sent).toHaveLength(1));
    expect(await value('messages.forward', { channel: bob, keys: [key], to: [team] })).toEqual({
      sent: 0,
      skipped: 1,
    });
    await value('messages.discard', { channel: bob, key });
    await vi.waitFor(() => expect(stagedFiles()).toHaveLength(1));
    await vi.waitFor(() =>
      expect(server.asked).toContainEqual({
        call: 'DELETE /file/upload',
        body: {},
        query: { path: 'chat/1/u2/2' },
      }),
    );
    held.resolve({ messageId: String(BASE_ID + 500n), messageSeq: 500, reasonCode: 1 });
    await vi.waitFor(() => expect(stagedFiles()).toEqual([]));
    expect(
      await value('messages.forward', { channel: bob, keys: [views[0]?.key ?? ''], to: [team] }),
    ).toEqual({
      sent: 1,
      skipped: 0,
    });
  });
});

describe('recalling', () => {
  it('withholds at once, sends both true ids and ends as done', async () => {
    await online();
    const message = await sent('secret words');
    await value('messages.recall', { channel: bob, key: message.key });
    await vi.waitFor(() =>
      expect(lastView(message.key)?.recall).toMatchObject({ state: 'done', revokerUid: 'u1' }),
    );
    expect(server.asked.find((a) => a.call === 'POST /message/revoke')?.query).toMatchObject({
      message_id: message.messageId,
      client_msg_no: message.clientMsgNo,
    });
    const page = await value('messages.page', { channel: bob, anchor: { at: 'latest' }, limit: 50 });
    expect(JSON.stringify(page)).not.toContain('secret words');
    expect(await value('messages.reedit', { channel: bob, key: message.key })).toMatchObject({
      text: 'secret words',
    });
    // Again: nothing more happens.
    await value('messages.recall', { channel: bob, key: message.key });
    expect(server.count('POST /message/revoke')).toBe(1);
  });

  it('brings the message back with the reason when the server refuses', async () => {
    await online();
    const message = await sent('too late');
    server.overrides.set(
      'POST /message/revoke',
      () => new Response('{"msg":"晚了","status":400,"code":"recall_too_late"}', { status: 400 }),
    );
    await value('messages.recall', { channel: bob, key: message.key });
    await vi.waitFor(() =>
      expect(lastView(message.key)?.recall).toMatchObject({ state: 'denied', reason: 'late' }),
    );
    expect(lastView(message.key)?.content).toMatchObject({ kind: 'text', text: 'too late' });
  });

  it('waits for the network and can be cancelled then', async () => {
    await online();
    const message = await sent('hold on');
    server.offline = true;
    await value('messages.recall', { channel: bob, key: message.key });
    await vi.waitFor(() => expect(lastView(message.key)?.recall?.state).toBe('queued'));
    await value('messages.cancelRecall', { channel: bob, key: message.key });
    await vi.waitFor(() => expect(lastView(message.key)?.recall).toBeNull());
  });

  it('of an unsent message just drops it', async () => {
    connection.set({ state: 'offline', nextTryAtMs: 0 });
    const view = await value('messages.send', {
      channel: bob,
      text: 'never',
      mention: NO_MENTION,
      replyToMessageId: null,
    });
    await value('messages.recall', { channel: bob, key: view.key });
    await online();
    expect(connection.sent).toEqual([]);
    expect(server.count('POST /message/revoke')).toBe(0);
  });

  it('of a message on the wire follows its acknowledgement', async () => {
    await online();
    const { promise, resolve } = Promise.withResolvers<SendOutcome>();
    connection.answer = () => promise;
    const view = await value('messages.send', {
      channel: bob,
      text: 'on the wire',
      mention: NO_MENTION,
      replyToMessageId: null,
    });
    await vi.waitFor(() => expect(connection.sent).toHaveLength(1));
    await value('messages.recall', { channel: bob, key: view.key });
    expect(server.count('POST /message/revoke')).toBe(0);
    resolve({ messageId: String(BASE_ID + 150n), messageSeq: 150, reasonCode: 1 });
    await vi.waitFor(() => expect(lastView(view.key)?.recall?.state).toBe('done'));
  });

  it('of a message whose acknowledgement was lost is not just forgotten: it is looked for and recalled', async () => {
    await online();
    connection.answer = () => {
      connection.set({ state: 'offline', nextTryAtMs: 0 });
      return Promise.reject(new ConnectionLost('no SENDACK'));
    };
    const view = await value('messages.send', {
      channel: bob,
      text: 'lost ack',
      mention: NO_MENTION,
      replyToMessageId: null,
    });
    await vi.waitFor(() => expect(lastView(view.key)?.send.state).toBe('queued'));
    await vi.waitFor(() => expect(connection.sent).toHaveLength(1));
    server.add(bob, {
      messageId: String(BASE_ID + 7n),
      seq: 7,
      fromUid: 'u1',
      clientMsgNo: view.clientMsgNo,
    });
    await value('messages.recall', { channel: bob, key: view.key });
    connection.answer = null;
    await online();
    await vi.waitFor(() => expect(server.count('POST /message/revoke')).toBe(1), { timeout: 5_000 });
    expect(connection.sent).toHaveLength(1);
    expect(server.asked.find((a) => a.call === 'POST /message/revoke')?.query).toMatchObject({
      message_id: String(BASE_ID + 7n),
    });
  });
});

const ack = (n: number): Promise<SendOutcome> =>
  Promise.resolve({ messageId: String(BASE_ID + BigInt(n)), messageSeq: n, reasonCode: 1 });
/** What the server was told of edits, reactions and pins. */
const toldOf = () => [
  server.bodies('POST /message/edit').map((body) => body['message_id']),
  server.count('POST /reactions'),
  server.count('POST /message/pinned'),
];
const isManager = (delta: CoreDelta): boolean => delta.kind === 'channelInfo' && delta.info.myRole === 2;

describe('a recall that meets what waits', () => {
  const WORDS = '改成的口令 tiger-4711';
  const PINS = 'POST /message/pinned/sync';
  const WAIT = { timeout: 5_000 };
  const canPinAndReact = (): Promise<void> =>
    vi.waitFor(() => {
      const told = deltas().findLast(({ kind }) => kind === 'abilities');
      expect(told).toMatchObject({ abilities: { pins: true, reactions: true } });
    }, WAIT);

  /** An edit of `message`, a reaction to it and its pin wait behind something else, and `other` behind them. */
  async function everythingWaits(): Promise<{ message: MessageView; other: MessageView; goOn: () => void }> {
    server.overrides.set(PINS, () => Response.json({ pinned_messages: [], messages: [] }));
    await online();
    await value('channels.open', { channel: team });
    await canPinAndReact();
    const first = await sent('one');
    const [message, other] = [await sent('two'), await sent('three')];
    const goOn = holding('DELETE /message');
    await value('messages.deleteForMe', { channel: bob, keys: [first.key] });
    const of = { channel: bob, key: message.key };
    await value('messages.edit', { ...of, text: WORDS, mention: NO_MENTION });
    await value('messages.react', { ...of, emoji: '👍' });
    await value('messages.pin', { ...of, on: true });
    await value('messages.edit', { ...of, key: other.key, text: 'three!', mention: NO_MENTION });
    await vi.waitFor(() => expect(server.count('DELETE /message')).toBe(1), WAIT);
    return { message, other, goOn };
  }

  it('takes the edit, the reaction and the pin of its message along: no server hears of them', async () => {
    const { goOn, message, other } = await everythingWaits();
    const answer = holding('POST /message/revoke');
    await value('messages.recall', { channel: bob, key: message.key });
    await vi.waitFor(() => expect(server.count('POST /message/revoke')).toBe(1), WAIT);
    // Before the answer is there: what is asked for next is the edit of the other message.
    goOn();
    await vi.waitFor(() => expect(toldOf()).toEqual([[other.messageId], 0, 0]), WAIT);
    answer();
    await vi.waitFor(() => expect(lastView(message.key)?.recall?.state).toBe('done'), WAIT);
    await core.close();
    expect(scanForResidue([dir], [WORDS, 'tiger-4711'])).toEqual([]);
    start();
    await online();
    expect(toldOf()).toEqual([[other.messageId], 0, 0]);
    expect(JSON.stringify(server.asked)).not.toContain('tiger-4711');
  });

  it.each(['refused', 'cancelled'])('is %s: they go out then, by themselves', async (how) => {
    const { goOn, message, other } = await everythingWaits();
    const answer = holding('POST /message/revoke');
    if (how === 'cancelled') connection.set({ state: 'offline', nextTryAtMs: 0 });
    const late = '{"msg":"晚了","status":400,"code":"recall_too_late"}';
    server.overrides.set('POST /message/revoke', () =>
      how === 'refused' ? new Response(late, { status: 400 }) : new Response('', { status: 503 }),
    );
    await value('messages.recall', { channel: bob, key: message.key });
    goOn();
    await vi.waitFor(() => expect(toldOf()).toEqual([[other.messageId], 0, 0]), WAIT);
    answer();
    const denied = how === 'refused' ? 'denied' : 'queued';
    await vi.waitFor(() => expect(lastView(message.key)?.recall?.state).toBe(denied), WAIT);
    if (how === 'cancelled') await value('messages.cancelRecall', { channel: bob, key: message.key });
    await vi.waitFor(() => expect(toldOf()).toEqual([[other.messageId, message.messageId], 1, 1]), WAIT);
  });

  it.each(['refused', 'done'])(
    '%s: a forward of its message waits for that, what follows does not',
    async (how) => {
      await online();
      const source = await sent(WORDS);
      const revoked = holding('POST /message/revoke');
      if (how === 'refused')
        server.overrides.set('POST /message/revoke', () => new Response('{"msg":"no"}', { status: 400 }));
      const { promise: gate, resolve } = Promise.withResolvers<void>();
      let next = 300;
      connection.answer = () => gate.then(() => ack((next += 1)));
      // It comes behind what is under way, and the disk knows already that it may be.
      const say = (text: string) =>
        value('messages.send', { channel: team, text, mention: NO_MENTION, replyToMessageId: null });
      const before = connection.sent.length;
      const went = (): unknown[] => connection.sent.slice(before).map(({ payload }) => payload['content']);
      await say('before');
      await vi.waitFor(() => expect(went()).toEqual(['before']), WAIT);
      await value('messages.forward', { channel: bob, keys: [source.key], to: [team] });
      await say('after');
      await value('messages.recall', { channel: bob, key: source.key });
      await vi.waitFor(() => expect(server.count('POST /message/revoke')).toBe(1), WAIT);
      resolve();
      await vi.waitFor(() => expect(went()).toEqual(['before', 'after']), WAIT);
      revoked();
      const state = how === 'refused' ? 'denied' : 'done';
      await vi.waitFor(() => expect(lastView(source.key)?.recall?.state).toBe(state), WAIT);
      await say('last');
      const expected = how === 'refused' ? ['before', 'after', WORDS, 'last'] : ['before', 'after', 'last'];
      await vi.waitFor(() => expect(went()).toEqual(expected), WAIT);
      if (how === 'refused') return;
      await core.close();
      expect(scanForResidue([dir], [WORDS, 'tiger-4711'])).toEqual([]);
    },
  );

  it('of what two managers pin at the same time: neither shows it, the line about it has no words', async () => {
    const [row] = history(1);
    const id = row?.messageId ?? '';
    server.add(team, { messageId: id, seq: 1, fromUid: 'u2', payload: { type: 1, content: WORDS } });
    server.overrides.set('GET /groups/g1', () => Response.json({ group_no: 'g1', name: 'G', role: 2 }));
    const packet = (messageSeq: number, payload: Record<string, unknown>) => ({
      channel: team,
      messageId: String(BASE_ID + BigInt(900 + messageSeq)),
      messageSeq,
      clientMsgNo: `packet-${messageSeq}`,
      fromUid: 'u3',
      timestamp: Math.floor(Date.now() / 1000),
      expire: 0,
      setting: 0,
      noPersist: messageSeq === 0,
      redDot: true,
      syncOnce: false,
      payload,
    });
    const command = (cmd: string): ReturnType<typeof packet> =>
      packet(0, { type: 99, cmd, param: { channel_id: 'g1', channel_type: 2, message_id: id } });
    // As TSDD: it toggles what was recalled, too, goes on listing it, and writes the words into the line.
    let on = false;
    const managers: { core: Core; connection: FakeConnection; posted: FromWorker[] }[] = [];
    server.overrides.set('POST /message/pinned', () => {
      on = !on;
      const tip = { type: 2000, content: `{0} 置顶了\`${WORDS}\``, extra: [{ uid: 'u3', name: 'N' }] };
      for (const manager of managers) manager.connection.options.onMessages([packet(2, tip)]);
      return Response.json({ status: 200 });
    });
    const pin = { message_id: id, message_seq: 1, is_deleted: 0, version: 9, created_at: '' };
    server.overrides.set(PINS, () => Response.json({ pinned_messages: on ? [pin] : [], messages: [] }));
    const other = tempFolder('wk-core-');
    onTestFinished(async () => {
      for (const manager of managers) await manager.core.close();
      rmSync(other, { recursive: true, force: true });
    });
    const key = `u2:c${id}`;
    const isRecalled = (): Promise<void> =>
      vi.waitFor(() => expect(lastView(key)?.recall?.state).toBe('done'), WAIT);
    for (const [uid, folder] of [
      ['u1', dir],
      ['u3', other],
    ] as const) {
      if (uid === 'u3') start(uid, folder);
      managers.push({ core, connection, posted });
      await online();
      await value('channels.open', { channel: team });
      await canPinAndReact();
      await vi.waitFor(() => expect(deltas().some(isManager)).toBe(true), WAIT);
    }
    const [first, second] = managers;
    if (!first || !second) throw new Error('two were started');
    const as = (manager: typeof first): void => void ({ core, connection, posted } = manager);
    // Both wishes are in their outboxes, and both have asked what is pinned.
    const goOn = holding(PINS);
    const asked = server.count(PINS);
    for (const manager of managers) {
      as(manager);
      await value('messages.pin', { channel: team, key, on: true });
    }
    await vi.waitFor(() => expect(server.count(PINS)).toBe(asked + 2), WAIT);
    // One of them hears of the recall in time.
    server.revoke(team, id, 7);
    as(first);
    connection.options.onMessages([command('messageRevoke')]);
    await isRecalled();
    goOn();
    await vi.waitFor(() => expect(server.count('POST /message/pinned')).toBe(1), WAIT);
    as(second);
    connection.options.onMessages([command('messageRevoke')]);
    await isRecalled();
    for (const manager of managers) {
      as(manager);
      const before = server.count(PINS);
      connection.options.onMessages([command('syncPinnedMessage')]);
      await vi.waitFor(() => expect(server.count(PINS)).toBeGreaterThan(before), WAIT);
      const page = await value('messages.page', { channel: team, anchor: { at: 'latest' }, limit: 50 });
      expect(page.messages.map(({ content }) => content.kind)).toEqual(['recalled', 'system']);
      expect(await value('messages.pins', { channel: team })).toEqual([]);
      const { conversations } = await value('core.bootstrap', undefined);
      expect(JSON.stringify([page, conversations])).not.toContain('tiger');
    }
    expect([on, server.count('POST /message/pinned')]).toEqual([true, 1]);
    for (const manager of managers) await manager.core.close();
    expect(scanForResidue([dir, other], [WORDS, 'tiger-4711'])).toEqual([]);
  });

  it('of what was forwarded with a note, after a crash between the chats: no more copies, each note once', async () => {
    const to = ['u5', 'u6', 'u7'].map((channelId) => ({ channelId, channelType: 1 }));
    await online();
    const source = await sent(WORDS);
    const { promise: unanswered, reject } = Promise.withResolvers<SendOutcome>();
    // The first copy is taken; the others, and its note, are under way.
    connection.answer = ({ channel, payload }) =>
      channel.channelId === 'u5' && payload['content'] === WORDS ? ack(300) : unanswered;
    await value('messages.forward', { channel: bob, keys: [source.key], to, note: 'look at this' });
    await vi.waitFor(() => expect(connection.sent).toHaveLength(1 + to.length + 1), WAIT);
    const isStored = (delta: CoreDelta): boolean =>
      delta.kind === 'messages' &&
      delta.channel.channelId === 'u5' &&
      delta.upserts.some(
        ({ content, send }) => content.kind === 'text' && content.text === WORDS && send.state === 'sent',
      );
    await vi.waitFor(() => expect(deltas().some(isStored)).toBe(true), WAIT);
    await die(() => reject(new ConnectionLost('died')));
    start();
    let next = 400;
    connection.answer = () => ack((next += 1));
    await value('messages.recall', { channel: bob, key: source.key });
    await vi.waitFor(() => expect(lastView(source.key)?.recall?.state).toBe('done'), WAIT);
    await online();
    await vi.waitFor(() => expect(connection.sent).toHaveLength(to.length), WAIT);
    const went = connection.sent.map(({ channel, payload }) => [channel.channelId, payload['content']]);
    expect(new Map(went as [string, string][])).toEqual(
      new Map(to.map(({ channelId }) => [channelId, 'look at this'])),
    );
    await core.close();
    const files = readdirSync(dir).filter((name) => name.startsWith('outbox.db'));
    expect(files).not.toEqual([]);
    for (const file of files) expect(readFileSync(join(dir, file), 'utf8')).not.toContain('tiger-4711');
  });
});

describe('other message actions', () => {
  it('forwards copies without quote and mention, in order, and skips recalled ones', async () => {
    const rows = history(1, 2, 3);
    server.add(
      bob,
      ...rows.map((row) => ({
        ...row,
        payload: { type: 1, content: `t${row.seq}`, reply: { message_id: '1' }, mention: { all: 1 } },
      })),
    );
    server.revoke(bob, String(BASE_ID + 2n), 5);
    await online();
    const page = await value('messages.page', { channel: bob, anchor: { at: 'latest' }, limit: 50 });
    const keys = page.messages.map((m) => m.key).toReversed();
    const result = await value('messages.forward', { channel: bob, keys, to: [team, team] });
    expect(result).toEqual({ sent: 2, skipped: 1 });
    await vi.waitFor(() =>
      expect(connection.sent.map((m) => m.payload)).toEqual([
        { type: 1, content: 't1' },
        { type: 1, content: 't3' },
      ]),
    );
  });

  it('deletes for me here at once and on the server', async () => {
    server.add(bob, ...history(1, 2));
    await online();
    const page = await value('messages.page', { channel: bob, anchor: { at: 'latest' }, limit: 50 });
    await value('messages.deleteForMe', { channel: bob, keys: [page.messages[0]?.key ?? '', 'unknown'] });
    expect(
      (await value('messages.page', { channel: bob, anchor: { at: 'latest' }, limit: 50 })).messages,
    ).toHaveLength(1);
    await vi.waitFor(() => expect(server.count('DELETE /message')).toBe(1));
    expect(server.bodies('DELETE /message')[0]).toEqual([
      { message_id: page.messages[0]?.messageId, message_seq: 1, channel_id: 'u2', channel_type: 1 },
    ]);
  });

  it('edits with the complete new payload as a JSON string', async () => {
    await online();
    const message = await sent('typo');
    await value('messages.edit', { channel: bob, key: message.key, text: 'fixed', mention: NO_MENTION });
    await vi.waitFor(() => expect(server.count('POST /message/edit')).toBe(1));
    expect(server.bodies('POST /message/edit')[0]).toMatchObject({
      message_id: message.messageId,
      content_edit: '{"type":1,"content":"fixed"}',
    });
  });

  it('adds and removes mentions with an edit; one that changes nothing is none', async () => {
    await online();
    const message = await sent('@Bob typo');
    const edit = (text: string, ...uids: string[]) =>
      value('messages.edit', { channel: bob, key: message.key, text, mention: { all: false, uids } });
    await edit('@Bob typo');
    await edit('@Bob typo', 'u2');
    await vi.waitFor(() => expect(server.count('POST /message/edit')).toBe(1));
    await edit('nobody');
    await vi.waitFor(() => expect(server.count('POST /message/edit')).toBe(2));
    expect(server.bodies('POST /message/edit').map((body) => body['content_edit'])).toEqual([
      '{"type":1,"content":"@Bob typo","mention":{"uids":["u2"]}}',
      '{"type":1,"content":"nobody"}',
    ]);
  });

  it('tells the window when an edit is refused', async () => {
    await online();
    const message = await sent('typo');
    server.overrides.set(
      'POST /message/edit',
      () => new Response('{"msg":"无权限编辑此消息！","status":400}', { status: 400 }),
    );
    await value('messages.edit', { channel: bob, key: message.key, text: 'fixed', mention: NO_MENTION });
    await vi.waitFor(() => expect(deltas().some((d) => d.kind === 'actionRefused')).toBe(true));
    const refused = deltas().find((d) => d.kind === 'actionRefused');
    expect(refused).toEqual({
      kind: 'actionRefused',
      action: 'edit',
      channel: bob,
      key: message.key,
      message: '无权限编辑此消息！',
    });
    expect(CoreDelta.safeParse(refused).success).toBe(true);
  });

  it('asks for read receipts where the channel wants them, also for what was written offline', async () => {
    await online();
    await sent('nobody asked');
    expect(connection.sent.at(-1)?.setting).toBe(0);
    server.overrides.set('GET /users/u2', () => new Response('{"uid":"u2","name":"Bob","receipt":1}'));
    await value('channels.open', { channel: bob });
    await vi.waitFor(() => expect(deltas().some((d) => d.kind === 'channelInfo')).toBe(true));
    const view = await sent('did you see this?');
    expect(connection.sent.at(-1)?.setting).toBe(0x80);
    expect(view.readCount).toBe(0);
    connection.set({ state: 'offline', nextTryAtMs: 0 });
    const offline = await value('messages.send', {
      channel: bob,
      text: 'and this?',
      mention: NO_MENTION,
      replyToMessageId: null,
    });
    await core.close();
    start();
    await online();
    await vi.waitFor(() => expect(lastView(offline.key)?.readCount).toBe(0));
    expect(connection.sent.at(-1)?.setting).toBe(0x80);
  });

  it('deletes own messages after the time of the chat, also what was written offline or was forwarded', async () => {
    await online();
    await sent('for ever');
    expect(connection.sent.at(-1)?.expire).toBe(0);
    server.overrides.set('GET /channels/u2/1', () => new Response('{"extra":{"msg_auto_delete":3600}}'));
    await value('channels.open', { channel: bob });
    const asked = (): number => server.count('GET /channels/u2/1');
    // (Once before the first message, which went to a chat that was never opened.)
    await vi.waitFor(() => expect(asked()).toBe(2));
    const view = await vi.waitFor(async () => {
      const message = await sent('for an hour');
      expect(connection.sent.at(-1)?.expire).toBe(3_600);
      return message;
    });
    connection.set({ state: 'offline', nextTryAtMs: 0 });
    const words = { channel: bob, text: 'later', mention: NO_MENTION, replyToMessageId: null };
    const offline = await value('messages.send', words);
    await value('messages.forward', { channel: bob, keys: [view.key], to: [bob] });
    await core.close();
    start();
    await online();
    await vi.waitFor(() => expect(lastView(offline.key)?.messageId).not.toBe(null));
    await vi.waitFor(() => expect(connection.sent).toHaveLength(2));
    expect(connection.sent.map(({ expire }) => expire)).toEqual([3_600, 3_600]);
  });

  it('lets the time of a chat be set where the server does, and nowhere else', async () => {
    const at = 'POST /channels/u2/1/message/autodelete';
    const offer = 'POST /channels/u1/1/message/autodelete';
    const shown = async (): Promise<number | undefined> =>
      (await value('channels.open', { channel: bob })).autoDelete;
    server.overrides.set(offer, () => new Response('404 page not found', { status: 404 }));
    await online();
    expect(await shown()).toBeUndefined();
    await vi.waitFor(() => expect(server.count(offer)).toBe(1));
    expect(await shown()).toBeUndefined();
    await core.close();

    server.overrides.set(offer, () => new Response('{"status":400,"msg":"数据格式有误！"}', { status: 400 }));
    server.overrides.set(at, () => {
      server.overrides.set('GET /channels/u2/1', () => new Response('{"extra":{"msg_auto_delete":3600}}'));
      return new Response('{"status":200}');
    });
    start();
    await online();
    await shown();
    await vi.waitFor(async () => expect(await shown()).toBe(0));
    await value('conversations.setAutoDelete', { channel: bob, seconds: 3_600 });
    expect(server.bodies(at)).toEqual([{ msg_auto_delete: 3_600 }]);
    expect(await shown()).toBe(3_600);
    await sent('for an hour');
    expect(connection.sent.at(-1)?.expire).toBe(3_600);
    // Who may not is told in the server's words, and what holds stays.
    server.overrides.set(at, () => new Response('{"status":400,"msg":"没有权限！"}', { status: 400 }));
    await expect(value('conversations.setAutoDelete', { channel: bob, seconds: 60 })).rejects.toThrow(
      '没有权限！',
    );
    expect(await shown()).toBe(3_600);
  });

  it('deletes the first message to a chat that was never opened here after the time of the chat', async () => {
    await online();
    const source = await sent('secret');
    server.overrides.set('GET /channels/u3/1', () => new Response('{"extra":{"msg_auto_delete":60}}'));
    server.overrides.set('GET /channels/g7/2', () => new Response('busy', { status: 503 }));
    const to = [
      { channelId: 'u3', channelType: 1 },
      { channelId: 'g7', channelType: 2 },
      { channelId: 'u4', channelType: 1 },
    ];
    server.overrides.set('GET /channels/u4/1', () => new Response('{}', { status: 404 }));
    await value('messages.forward', { channel: bob, keys: [source.key], to });
    await vi.waitFor(() => expect([went('u3'), went('u4')]).toEqual([60, 0]));
    expect(went('g7')).toBeUndefined();
    server.overrides.set('GET /channels/g7/2', () => new Response('{"extra":{"msg_auto_delete":7200}}'));
    await vi.waitFor(() => expect(went('g7')).toBe(7_200), { timeout: 10_000 });
  });

  it('reports what was read to the authors who asked, once, and not what was recalled or is older', async () => {
    server.add(
      bob,
      ...history(1, 2, 3, 4, 5, 6).map((m) => ({ ...m, ...(m.seq === 3 ? {} : { setting: 0x80 }) })),
    );
    server.revoke(bob, String(BASE_ID + 5n), 5);
    server.conversations = [{ channel: bob, unread: 5 }];
    await online();
    await value('messages.page', { channel: bob, anchor: { at: 'latest' }, limit: 50 });
    for (const seq of [4, 6]) await value('conversations.markRead', { channel: bob, messageSeq: seq });
    await vi.waitFor(() => expect(server.count('POST /message/readed')).toBe(1));
    expect(server.bodies('POST /message/readed')).toEqual([
      {
        channel_id: 'u2',
        channel_type: 1,
        message_ids: [6n, 4n, 2n].map((seq) => String(BASE_ID + seq)),
      },
    ]);
    await value('conversations.markRead', { channel: bob, messageSeq: 5 });
    await sent('later');
    expect(server.count('POST /message/readed')).toBe(1);
  });

  it('throttles typing and says nothing offline', async () => {
    await value('messages.typing', { channel: bob });
    await online();
    for (let i = 0; i < 5; i += 1) await value('messages.typing', { channel: bob });
    expect(server.count('POST /message/typing')).toBe(1);
  });

  it('opens a folder that takes no writes, refuses new words, and goes on by itself once it does', async () => {
    await value('messages.send', {
      channel: bob,
      text: 'unsent',
      mention: NO_MENTION,
      replyToMessageId: null,
    });
    await core.close();
    const log = join(dir, 'cache.db-wal');
    rmSync(log, { force: true });
    mkdirSync(log);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      start();
      const { storage } = await value('core.bootstrap', undefined);
      expect(storage).toEqual({ readOnly: 'notWritable', cacheReplaced: null, outboxDamage: null });
      expect(
        await ask('drafts.set', {
          channel: bob,
          draft: { text: 'x', mention: NO_MENTION, mentionNames: {}, replyToMessageId: null },
        }),
      ).toMatchObject({ ok: false, code: 'readOnly' });
      await online();
      await vi.advanceTimersByTimeAsync(PROBE_FIRST_MS);
      expect(connection.sent).toEqual([]);
      rmSync(log, { recursive: true });
      await vi.advanceTimersByTimeAsync(PROBE_FIRST_MS);
      expect(
        deltas()
          .filter((delta) => delta.kind === 'storage')
          .at(-1),
      ).toMatchObject({
        storage: { readOnly: null },
      });
      await vi.waitFor(() =>
        expect(connection.sent.map(({ payload }) => payload['content'])).toEqual(['unsent']),
      );
    } finally {
      vi.useRealTimers();
    }
  });

  it('announces the last read position once, and withdraws notifications', async () => {
    server.add(bob, ...history(1, 2, 3));
    server.conversations = [{ channel: bob, unread: 3 }];
    await online();
    for (const seq of [1, 2, 3]) await value('conversations.markRead', { channel: bob, messageSeq: seq });
    await vi.waitFor(() => expect(server.count('PUT /coversation/clearUnread')).toBe(1));
    expect(server.bodies('PUT /coversation/clearUnread')[0]).toMatchObject({ unread: 0, message_seq: 3 });
    expect(posted.some((m) => m.kind === 'withdraw' && m.readSeq === 3)).toBe(true);
  });

  it('a read position written just before closing is announced after the restart', async () => {
    server.add(bob, ...history(1, 2));
    server.conversations = [{ channel: bob, unread: 2 }];
    await online();
    await value('conversations.markRead', { channel: bob, messageSeq: 2 });
    await core.close();
    start();
    await online();
    await vi.waitFor(() => expect(server.count('PUT /coversation/clearUnread')).toBe(1));
  });

  it('a read position is announced after the process died right after it was shown', async () => {
    server.add(bob, ...history(1, 2));
    server.conversations = [{ channel: bob, unread: 2 }];
    await online();
    // However slow this test is, the first process is not the one that announces it.
    server.overrides.set('PUT /coversation/clearUnread', () => new Response('', { status: 503 }));
    await value('conversations.markRead', { channel: bob, messageSeq: 2 });
    await die();
    server.overrides.delete('PUT /coversation/clearUnread');
    const before = server.count('PUT /coversation/clearUnread');
    start();
    await online();
    await vi.waitFor(() => expect(server.count('PUT /coversation/clearUnread')).toBe(before + 1));
    expect(server.bodies('PUT /coversation/clearUnread').at(-1)).toMatchObject({ unread: 0, message_seq: 2 });
  });

  it('rebuilds the cache and keeps unsent words', async () => {
    server.add(bob, ...history(1, 2));
    await online();
    await value('channels.open', { channel: bob });
    connection.set({ state: 'offline', nextTryAtMs: 0 });
    await value('messages.send', {
      channel: bob,
      text: 'unsent',
      mention: NO_MENTION,
      replyToMessageId: null,
    });
    await value('storage.rebuildCache', undefined);
    await vi.waitFor(async () => {
      const page = await value('messages.page', { channel: bob, anchor: { at: 'latest' }, limit: 50 });
      expect(page.messages).toHaveLength(3);
    });
    expect(deltas().some((d) => d.kind === 'reload')).toBe(true);
  });
});

describe('groups and contacts', () => {
  it('creates a group and says who was dropped', async () => {
    server.overrides.set('POST /group/create', () => new Response('{"group_no":"g9","name":"G"}'));
    server.overrides.set(
      'GET /groups/g9/membersync',
      () =>
        new Response('[{"uid":"u1","name":"Me","role":1,"version":1},{"uid":"u2","name":"Bob","version":2}]'),
    );
    await online();
    expect(await value('groups.create', { memberUids: ['u2', 'u3', 'u2'], name: 'G' })).toEqual({
      channel: { channelId: 'g9', channelType: 2 },
      dropped: 1,
    });
    expect(server.bodies('POST /group/create')[0]).toEqual({ members: ['u2', 'u3'], name: 'G' });
    expect(
      (await value('channels.members', { channel: { channelId: 'g9', channelType: 2 } })).map((m) => m.role),
    ).toEqual([1, 0]);
  });

  it('gives the server\u2019s own text when it refuses', async () => {
    server.overrides.set(
      'PUT /groups/g1',
      () => new Response('{"msg":"只有群管理者才能修改！","status":400}', { status: 400 }),
    );
    expect(await ask('groups.update', { channel: team, name: 'x' })).toMatchObject({
      ok: false,
      code: 'refused',
      message: '只有群管理者才能修改！',
    });
    expect(await ask('groups.update', { channel: bob, name: 'x' })).toMatchObject({
      ok: false,
      code: 'badArgument',
    });
  });

  it('remembers that I left although the server says nothing about the group afterwards', async () => {
    server.add(team, { messageId: '9', seq: 1, fromUid: 'u2' });
    await online();
    await value('groups.leave', { channel: team });
    expect((await value('core.bootstrap', undefined)).conversations).toEqual([]);
    server.overrides.set('GET /groups/g1', () => new Response('{"msg":"x","status":400}', { status: 400 }));
    expect(await value('channels.open', { channel: team })).toMatchObject({ composerBlock: 'left' });
    expect(await value('messages.closed', { channels: [bob, team] })).toEqual([
      { channel: team, block: 'left' },
    ]);
  });

  it('says network, not internal, when the server cannot be reached', async () => {
    server.offline = true;
    expect(await ask('contacts.requests', undefined)).toMatchObject({ ok: false, code: 'network' });
    expect(await ask('conversations.setPinned', { channel: bob, on: true })).toMatchObject({
      ok: false,
      code: 'network',
    });
  });
});
