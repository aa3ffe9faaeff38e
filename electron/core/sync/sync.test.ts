import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import { type BusinessApi, createBusinessApi } from '../api/business-api.ts';
import type { ReceivedMessage } from '../connection/connection-api.ts';
import { openStore, type OpenStore } from '../account-store/open-store.ts';
import { createSyncEngine, type SyncEngine } from './sync-engine.ts';
import { ScriptedBusiness } from './testing/scripted-business.ts';
import { BOB as bob, idOf, messages, received } from './testing/sync-harness.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';

const me = { uid: 'u1', name: 'Me' };
const team: ChannelRef = { channelId: 'g1', channelType: 2 };

let dir: string;
let store: OpenStore;
let server: ScriptedBusiness;
let api: BusinessApi;
let engine: SyncEngine;
let logs: string[];
let deltas: CoreDelta[];
let open: ChannelRef[];
let ownCards = 0;
let unauthorized: number;

function start(): void {
  store = openStore({
    accountDir: dir,
    me,
    now: () => 1_795_400_100_000,
    serverOffsetMs: () => 0,
    offerReedit: () => true,
    log: () => {},
  });
  api = createBusinessApi({
    server: 'http://s',
    token: 't',
    fetch: server.fetch,
    log: (_l, m) => logs.push(m),
  });
  engine = createSyncEngine({
    me,
    store,
    api,
    deviceId: 'dev',
    log: (_level, message) => logs.push(message),
    push: (delta) => deltas.push(delta),
    serverNowMs: () => 1_795_400_100_000,
    isOnline: () => true,
    openChannels: () => open,
    onUnauthorized: () => {
      unauthorized += 1;
    },
    rulesChanged: () => {},
    ownMessagesStored: () => {},
    deliveryDead: () => undefined,
    refreshMe: () => {
      ownCards += 1;
      return Promise.resolve();
    },
  });
}

function stop(): void {
  engine.close();
  store.close();
}

beforeEach(() => {
  dir = tempFolder('wk-sync-');
  server = new ScriptedBusiness();
  logs = [];
  deltas = [];
  open = [];
  unauthorized = 0;
  start();
});

afterEach(() => {
  vi.useRealTimers();
  stop();
  rmSync(dir, { recursive: true, force: true });
});

function command(
  cmd: string,
  param: Record<string, unknown>,
  over: Partial<ReceivedMessage> = {},
): ReceivedMessage {
  return received(1, {
    messageId: '99',
    clientMsgNo: `cmd-${cmd}`,
    syncOnce: true,
    payload: { type: 99, cmd, param },
    ...over,
  });
}

async function connect(): Promise<void> {
  const before = logs.filter((line) => line === 'in sync').length;
  engine.connected();
  await vi.waitFor(() => expect(logs.filter((line) => line === 'in sync').length).toBe(before + 1), {
    timeout: 5_000,
  });
}

const settle = (): Promise<void> => engine.extraSync.request(bob, 'extra', 0);
const recallOf = (seq: number) => store.messages.byId(idOf(seq))?.recall?.state ?? null;
const textsOf = (channel: ChannelRef): string =>
  JSON.stringify([store.messages.page(channel, { at: 'latest' }, 200).messages, store.conversations.list()]);

describe('after connecting', () => {
  it('reads rules, the list with recents, and extras from version 1 with a source of this database', async () => {
    server.add(bob, ...messages(1, 5));
    server.revoke(bob, idOf(2), 7);
    await connect();
    expect(store.state.rules()).toEqual({ revokeSecond: 120 });
    expect(server.asked.find((a) => a.call === 'GET /common/appconfig')?.query).toEqual({});
    expect(server.bodies('POST /conversation/sync')).toEqual([
      { version: 0, last_msg_seqs: '', msg_count: 20, device_uuid: '' },
    ]);
    expect(recallOf(2)).toBe('done');
    expect(textsOf(bob)).not.toContain(`text ${idOf(2)}`);
    expect(server.bodies('POST /message/extra/sync')[0]).toMatchObject({ extra_version: 1, limit: 500 });
    expect(server.bodies('POST /message/extra/sync')[0]?.['source']).toMatch(/^dev:.{8}$/);
    expect(store.messages.extraVersion(bob)).toBe(7);
  });

  it('asks incrementally after a reconnect and fetches what lies between', async () => {
    server.add(bob, ...messages(1, 5));
    await connect();
    engine.disconnected();
    server.add(bob, ...messages(6, 60));
    await connect();
    expect(server.bodies('POST /conversation/sync')[1]).toMatchObject({
      last_msg_seqs: 'u2:1:5',
      msg_count: 20,
    });
    expect(store.messages.gaps(bob, 5)).toEqual([]);
    expect(store.messages.page(bob, { at: 'latest' }, 100).messages).toHaveLength(60);
  });

  it('learns recalls of old messages in channels where nothing else happened', async () => {
    server.add(bob, ...messages(1, 5));
    await connect();
    engine.disconnected();
    server.revoke(bob, idOf(3), 9);
    await connect();
    expect(recallOf(3)).toBe('done');
  });

  it('tries again while connected when the business server fails, and stops at a refused token', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    server.overrides.set('GET /common/appconfig', () => new Response('', { status: 500 }));
    engine.connected();
    await vi.waitFor(() => expect(logs.join()).toContain('again in 2 s'));
    server.overrides.set('GET /common/appconfig', () => new Response('{"msg":"x"}', { status: 401 }));
    await vi.advanceTimersByTimeAsync(2_000);
    await vi.waitFor(() => expect(unauthorized).toBe(1));
  });

  it('applies offline commands once, acknowledges, and never loops without end', async () => {
    server.add(bob, ...messages(1, 3));
    const row = {
      message_idstr: '77',
      message_seq: 4,
      from_uid: 'u2',
      channel_id: 'u1____cmd',
      channel_type: 1,
      timestamp: 1,
      payload: { type: 99, cmd: 'messageRevoke', param: { message_id: idOf(3) } },
    };
    const full = Array.from({ length: 200 }, (_, i) => ({ ...row, message_idstr: String(77 + i) }));
    server.offlineCommands = [full, full, full, full, full];
    server.revoke(bob, idOf(3), 3);
    await connect();
    expect(server.count('POST /message/sync')).toBe(2);
    expect(server.count('POST /message/syncack/4')).toBe(2);
    expect(recallOf(3)).toBe('done');
  });

  it('keeps what the first start cached when the server cannot be reached', async () => {
    server.add(bob, ...messages(1, 3));
    await connect();
    stop();
    server.offline = true;
    start();
    expect(store.state.rules()).toEqual({ revokeSecond: 120 });
    const page = await engine.history.page(bob, { at: 'latest' }, 50);
    expect(page.messages).toHaveLength(3);
  });
});

describe('extra sync', () => {
  beforeEach(async () => {
    server.add(bob, ...messages(1, 5));
    await connect();
  });

  it('pages until a short page and keeps the cursor', async () => {
    for (let v = 1; v <= 1_200; v += 1) {
      server.extras.set('1/u2', [
        ...(server.extras.get('1/u2') ?? []),
        { messageId: String(v), version: v + 1 },
      ]);
    }
    server.asked.length = 0;
    await engine.extraSync.request(bob, 'extra', 0);
    expect(server.bodies('POST /message/extra/sync').map((b) => b['extra_version'])).toEqual([1, 500, 999]);
    expect(store.messages.extraVersion(bob)).toBe(1_201);
  });

  it('loses no row of a version that two pages share', async () => {
    // 499 rows of different versions, then three of one version: the first page ends between them.
    server.extras.set(
      '1/u2',
      Array.from({ length: 502 }, (_, i) => ({ messageId: String(i + 1), version: Math.min(i + 2, 501) })),
    );
    const seen = new Set<string>();
    const apply = store.messages.applyExtras.bind(store);
    vi.spyOn(store.messages, 'applyExtras').mockImplementation((channel, extras, source, startedAt) => {
      for (const extra of extras) seen.add(extra.messageId);
      apply(channel, extras, source, startedAt);
    });
    await engine.extraSync.request(bob, 'extra', 0);
    expect(seen.size).toBe(502);
    expect(store.messages.extraVersion(bob)).toBe(501);
  });

  it('of 10,000 recalls after a month: right everywhere, in one go, with 21 requests', async () => {
    server.add(bob, ...messages(6, 10_000));
    await connect();
    await engine.history.page(bob, { at: 'around', messageSeq: 5_000 }, 50);
    const texts = () =>
      store.messages.page(bob, { at: 'latest' }, 200).messages.filter((m) => m.content.kind === 'text');
    expect(texts().length).toBeGreaterThan(100);
    engine.disconnected();
    // Versions with holes, in the order the messages were recalled in: backwards.
    server.extras.set(
      '1/u2',
      Array.from({ length: 10_000 }, (_, i) => ({
        messageId: idOf(10_000 - i),
        version: 1_795_000_000_000_000 + i * 997,
        revoke: true,
      })),
    );
    for (const message of server.messages.get('1/u2') ?? []) message.revoke = true;
    server.asked.length = 0;
    await connect();
    expect(server.count('POST /message/extra/sync')).toBe(21);
    expect(texts()).toEqual([]);
    expect(recallOf(5_000)).toBe('done');
    expect(store.conversations.get(bob)).toMatchObject({ preview: { recall: { state: 'done' } } });
    expect(store.messages.extraVersion(bob)).toBe(1_795_000_000_000_000 + 9_999 * 997);
    // What was never cached arrives recalled, although the server still sends its payload.
    const old = await engine.history.page(bob, { at: 'around', messageSeq: 200 }, 50);
    expect(old.messages.length).toBeGreaterThan(20);
    expect(old.messages.every((m) => m.recall?.state === 'done' && m.content.kind === 'recalled')).toBe(true);
    // And nothing is asked for twice.
    server.asked.length = 0;
    await connect();
    expect(server.bodies('POST /message/extra/sync').map((b) => b['extra_version'])).toEqual([
      1_795_000_000_000_000 + 9_999 * 997,
    ]);
  });

  it('takes an answer that starts from 0 again as the repetition it is', async () => {
    server.revoke(bob, idOf(1), 100);
    server.revoke(bob, idOf(2), 200);
    await engine.extraSync.request(bob, 'extra', 0);
    // The server ignores the cursor, and has one recall more.
    server.revoke(bob, idOf(3), 300);
    const rows = () =>
      (server.extras.get('1/u2') ?? []).map((extra) => ({
        message_id_str: extra.messageId,
        revoke: 1,
        revoker: 'u2',
        extra_version: extra.version,
      }));
    server.overrides.set('POST /message/extra/sync', () => new Response(JSON.stringify(rows())));
    server.asked.length = 0;
    await engine.extraSync.request(bob, 'extra', 0);
    expect([recallOf(1), recallOf(2), recallOf(3), recallOf(4)]).toEqual(['done', 'done', 'done', null]);
    expect(store.messages.extraVersion(bob)).toBe(300);
    expect(server.asked).toHaveLength(1);
    const log = store.messages.recallLog().length;
    await engine.extraSync.request(bob, 'extra', 0);
    expect(store.messages.recallLog()).toHaveLength(log);
  });

  it('stops at a server whose full page brings no higher version', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => ({ message_id_str: String(i + 1), extra_version: 1 }));
    server.overrides.set('POST /message/extra/sync', () => new Response(JSON.stringify(rows)));
    server.asked.length = 0;
    await engine.extraSync.request(bob, 'extra', 0);
    expect(server.count('POST /message/extra/sync')).toBe(1);
    expect(store.messages.extraVersion(bob)).toBe(1);
  });

  it('does not move the cursor when the rows could not be stored', async () => {
    server.revoke(bob, idOf(4), 50);
    const apply = vi.spyOn(store.messages, 'applyExtras').mockImplementation(() => {
      throw new Error('disk full');
    });
    await expect(engine.extraSync.request(bob, 'extra', 0)).rejects.toThrow('disk full');
    expect(store.messages.extraVersion(bob)).toBe(1);
    apply.mockRestore();
    await engine.extraSync.request(bob, 'extra', 0);
    expect(recallOf(4)).toBe('done');
  });

  it('starts again under a new source when the server’s versions went backwards', async () => {
    server.revoke(bob, idOf(1), 1_000);
    await engine.extraSync.request(bob, 'extra', 0);
    const source = server.bodies('POST /message/extra/sync').at(-1)?.['source'];
    // The server was restored from a backup: the next recall gets a lower version than our cursor.
    server.revoke(bob, idOf(2), 10);
    engine.onMessages([command('messageRevoke', { message_id: idOf(2) })]);
    await vi.waitFor(() => expect(recallOf(2)).toBe('done'), { timeout: 5_000 });
    await vi.waitFor(() =>
      expect(server.bodies('POST /message/extra/sync').at(-1)?.['extra_version']).toBe(1),
    );
    expect(server.bodies('POST /message/extra/sync').at(-1)?.['source']).not.toBe(source);
  });
});

describe('recall hints', () => {
  beforeEach(async () => {
    server.add(bob, ...messages(1, 5));
    await connect();
    server.asked.length = 0;
  });

  it.each([
    ['CMD', () => command('messageRevoke', { message_id: idOf(5) })],
    [
      'CMD with channel in its parameters',
      () => command('messageRevoke', { message_id: idOf(5), channel_id: 'u1', channel_type: 1 }),
    ],
    [
      '1006',
      () =>
        received(6, {
          messageId: '98',
          payload: { type: 1006, message_id: idOf(5), content: '{0}撤回了一条消息' },
        }),
    ],
  ])('%s: what the server confirms is applied', async (_name, packet) => {
    server.revoke(bob, idOf(5), 20);
    engine.onMessages([packet()]);
    await vi.waitFor(() => expect(recallOf(5)).toBe('done'));
    expect(textsOf(bob)).not.toContain(`text ${idOf(5)}`);
  });

  it.each([
    ['CMD', () => command('messageRevoke', { message_id: idOf(5) })],
    ['1006', () => received(6, { messageId: '98', payload: { type: 1006, message_id: idOf(5) } })],
    [
      'persisted CMD',
      () => command('messageRevoke', { message_id: idOf(5) }, { syncOnce: false, messageSeq: 6 }),
    ],
  ])('%s forged: nothing is applied, no row appears', async (_name, packet) => {
    engine.onMessages([packet()]);
    await settle();
    await vi.waitFor(() => expect(server.count('POST /message/channel/sync')).toBe(1));
    expect(recallOf(5)).toBeNull();
    expect(textsOf(bob)).toContain(`text ${idOf(5)}`);
    expect(store.messages.page(bob, { at: 'latest' }, 50).messages).toHaveLength(5);
  });

  it('a flood of hints costs a few requests', async () => {
    for (let i = 0; i < 300; i += 1) {
      engine.onMessages([
        command('messageRevoke', { message_id: idOf(5) }),
        command('messageRevoke', { message_id: '424242' }),
      ]);
    }
    await settle();
    expect(server.count('POST /message/extra/sync')).toBeLessThanOrEqual(3);
    expect(server.count('POST /message/channel/sync')).toBeLessThanOrEqual(1);
  });

  it('is asked again when the server could not be reached just then', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    server.revoke(bob, idOf(5), 20);
    server.offline = true;
    engine.onMessages([command('messageRevoke', { message_id: idOf(5) })]);
    await vi.waitFor(() => expect(logs.join('\n')).toContain('again in 1 s'));
    server.offline = false;
    expect(recallOf(5)).toBeNull();
    await vi.advanceTimersByTimeAsync(1_000);
    await vi.waitFor(() => expect(recallOf(5)).toBe('done'));
  });

  it('ignores hints about channels I am not in', async () => {
    engine.onMessages([
      command('messageRevoke', { message_id: '4' }, { channel: { channelId: 'gX', channelType: 2 } }),
    ]);
    await settle();
    expect(server.bodies('POST /message/extra/sync').map((b) => b['channel_id'])).toEqual(['u2']);
    expect(logs.join('\n')).toContain('not in');
  });
});

describe('live messages', () => {
  beforeEach(async () => {
    server.add(bob, ...messages(1, 5));
    await connect();
    server.asked.length = 0;
  });

  it('are stored before the call returns, in one go, in any order and repeated', () => {
    engine.onMessages([received(7), received(6), received(7)]);
    const page = store.messages.page(bob, { at: 'latest' }, 50);
    expect(page.messages.map((m) => m.messageSeq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('throw when they cannot be stored, so that they are not acknowledged', () => {
    vi.spyOn(store.messages, 'ingest').mockImplementation(() => {
      throw new Error('disk full');
    });
    expect(() => engine.onMessages([received(6)])).toThrow('disk full');
  });

  it('that the server does not keep never enter history', () => {
    engine.onMessages([received(6, { noPersist: true }), received(0, { messageSeq: 0 })]);
    expect(store.messages.page(bob, { at: 'latest' }, 50).messages).toHaveLength(5);
  });

  it('fetch a hole after two seconds, unless redelivery filled it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    server.add(bob, ...messages(6, 12));
    engine.onMessages([received(8)]);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(server.count('POST /message/channel/sync')).toBe(0);
    engine.onMessages([received(6), received(7)]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.count('POST /message/channel/sync')).toBe(0);
    engine.onMessages([received(12)]);
    await vi.advanceTimersByTimeAsync(2_100);
    await vi.waitFor(() => expect(store.messages.gaps(bob, 5)).toEqual([]));
    expect(server.bodies('POST /message/channel/sync')).toMatchObject([
      { start_message_seq: 11, end_message_seq: 8 },
    ]);
  });

  it.each([['{0}已解散该群聊'], ['群主已解散该群']])(
    'close a group at once when the server says "%s"',
    async (content) => {
      const blockOf = () => store.people.channelInfo(team).composerBlock;
      await engine.directory.refreshChannel(team);
      const tip = { channel: team, payload: { type: 2000, content, extra: [{ uid: 'u2', name: 'Bob' }] } };
      engine.onMessages([received(1, { ...tip, messageId: '500', clientMsgNo: 'x', fromUid: 'u2' })]);
      await settle();
      expect(blockOf()).toBeNull();
      server.overrides.set('GET /groups/g1', () => Response.json({ group_no: 'g1', name: 'G', status: 2 }));
      engine.onMessages([received(2, { ...tip, messageId: '501', clientMsgNo: 'y', fromUid: '' })]);
      await settle();
      expect(blockOf()).toBe('disbanded');
      await vi.waitFor(() => expect(server.count('GET /groups/g1')).toBeGreaterThan(1));
      expect(blockOf()).toBe('disbanded');
    },
  );

  it('read the own card again when my own channel changed', () => {
    const before = ownCards;
    engine.onMessages([command('channelUpdate', { channel_id: 'u1', channel_type: 1 }, { fromUid: '' })]);
    return vi.waitFor(() => expect(ownCards).toBe(before + 1));
  });

  it('refresh a group after its system messages and look up people once', async () => {
    engine.onMessages([
      received(1, {
        channel: team,
        messageId: '500',
        clientMsgNo: 'x',
        fromUid: '',
        payload: { type: 1002, content: 'x' },
      }),
      received(2, { channel: team, messageId: '501', clientMsgNo: 'y', fromUid: 'u9' }),
      received(3, { channel: team, messageId: '502', clientMsgNo: 'z', fromUid: 'u9' }),
    ]);
    await vi.waitFor(() => expect(server.count('GET /groups/g1/membersync')).toBe(1));
    await vi.waitFor(() => expect(store.people.userName('u9')).toBe('N'));
    expect(server.count('GET /users/u9')).toBe(1);
  });
});

describe('commands', () => {
  beforeEach(async () => {
    server.add(bob, ...messages(1, 5));
    await connect();
    server.asked.length = 0;
  });
  const ownChannel = { channel: { channelId: '', channelType: 1 }, fromUid: '' };

  it('takes read positions and deletions from the server only', async () => {
    store.messages.ingest([], 'live');
    engine.onMessages([received(6)]);
    expect(store.conversations.get(bob)?.unread).toBeGreaterThan(0);
    const clear = { channel_id: 'u2', channel_type: 1, unread: 0 };
    engine.onMessages([command('unreadClear', clear), command('conversationDeleted', clear)]);
    await Promise.resolve();
    expect(store.conversations.get(bob)?.unread).toBeGreaterThan(0);
    engine.onMessages([command('unreadClear', clear, { ...ownChannel, timestamp: received(6).timestamp })]);
    await vi.waitFor(() => expect(store.conversations.get(bob)?.unread).toBe(0));
    engine.onMessages([
      command(
        'messageDeleted',
        { messages: [{ message_id: idOf(6), channel_id: 'u2', channel_type: 1 }] },
        ownChannel,
      ),
    ]);
    await vi.waitFor(() => expect(store.messages.byId(idOf(6))).toBeNull());
    const after = { ...ownChannel, timestamp: received(7).timestamp };
    engine.onMessages([command('conversationDeleted', clear, after)]);
    await vi.waitFor(() => expect(store.conversations.list()).toEqual([]));
  });

  it('take what was read elsewhere in part, and nothing that is none', async () => {
    engine.onMessages([received(6), received(7), received(8)]);
    const position = (): number | undefined => store.conversations.get(bob)?.readSeq;
    const before = position() ?? 0;
    const tell = (unread: unknown, seq: number): void =>
      engine.onMessages([
        command(
          'unreadClear',
          { channel_id: 'u2', channel_type: 1, unread },
          { ...ownChannel, timestamp: received(seq).timestamp },
        ),
      ]);
    for (const odd of [-1, 1.5, 1e300, Number.NaN, '1', null, 8, 9]) tell(odd, 9);
    await new Promise(setImmediate);
    expect(position()).toBe(before);
    tell(1, 9);
    await vi.waitFor(() => expect(position()).toBe(7));
    expect(store.conversations.get(bob)?.unread).toBe(1);
    // It goes forward only, and not where something was said since: then the list says it.
    tell(2, 9);
    await new Promise(setImmediate);
    expect(position()).toBe(7);
    engine.onMessages([received(9), received(10)]);
    tell(1, 9);
    await new Promise(setImmediate);
    expect(position()).toBe(7);
  });

  it('read as far as they say, whatever was said since', async () => {
    engine.onMessages([received(6), received(7)]);
    const tell = (params: object): void =>
      engine.onMessages([
        command(
          'unreadClear',
          { channel_id: 'u2', channel_type: 1, unread: 0, ...params },
          { ...ownChannel, timestamp: received(9).timestamp },
        ),
      ]);
    tell({ message_seq: 6 });
    await vi.waitFor(() => expect(store.conversations.get(bob)?.readSeq).toBe(6));
    expect(store.conversations.get(bob)?.unread).toBe(1);
    // By two words that do not fit, the one that reads less; by odd ones, nothing.
    for (const odd of [
      { unread: 1, message_seq: 7 },
      { unread: Number.NaN, message_seq: 7 },
      { unread: -1, message_seq: 7 },
    ])
      tell(odd);
    await new Promise(setImmediate);
    expect(store.conversations.get(bob)?.readSeq).toBe(6);
    // Read elsewhere before it came here.
    tell({ message_seq: 8 });
    engine.onMessages([received(8)]);
    await vi.waitFor(() => expect(store.conversations.get(bob)?.lastMessageSeq).toBe(8));
    expect(store.conversations.get(bob)?.unread).toBe(0);
  });

  it('of what was asked for here read nothing that was said meanwhile; the same from elsewhere does', async () => {
    await api.clearUnread(bob, 0, 5);
    engine.onMessages([received(6)]);
    const clear = command(
      'unreadClear',
      { channel_id: 'u2', channel_type: 1, unread: 0 },
      { ...ownChannel, timestamp: received(6).timestamp },
    );
    engine.onMessages([clear]);
    await new Promise(setImmediate);
    expect(store.conversations.get(bob)?.unread).toBe(1);
    engine.onMessages([clear]);
    await vi.waitFor(() => expect(store.conversations.get(bob)?.unread).toBe(0));
  });

  it('of a history that was cleared elsewhere empty preview, counts and cache at once, rows marked or not', async () => {
    const clear = { channel_id: 'u2', channel_type: 1, unread: 0 };
    const own = { ...ownChannel, timestamp: received(6).timestamp };
    for (const rows of [[], messages(1, 5)]) {
      for (const cmd of ['unreadClear', 'messageEerase']) {
        server.replace(bob, ...messages(1, 5));
        await engine.history.latest(bob);
        store.conversations.markRead(bob, 2);
        server.replace(bob, ...rows.map((row) => ({ ...row, deleted: true })));
        engine.onMessages([command(cmd, clear, own)]);
        await vi.waitFor(() => expect(store.messages.byId(idOf(5))).toBeNull());
        expect(store.conversations.get(bob)).toMatchObject({
          unread: 0,
          preview: { kind: 'none', text: '' },
        });
        store.rebuild();
        await engine.resync();
      }
    }
  });

  it('of a position that was only read cost one row', async () => {
    const clear = { channel_id: 'u2', channel_type: 1, unread: 0 };
    engine.onMessages([command('unreadClear', clear, { ...ownChannel, timestamp: received(6).timestamp })]);
    await vi.waitFor(() => expect(server.bodies('POST /message/channel/sync')).toMatchObject([{ limit: 1 }]));
    expect(store.messages.byId(idOf(5))).not.toBeNull();
  });

  it('that come late, or once more, hide and read nothing that was said since', async () => {
    engine.onMessages([received(6)]);
    const clear = { channel_id: 'u2', channel_type: 1, unread: 0 };
    const before = { ...ownChannel, timestamp: received(5).timestamp };
    engine.onMessages([command('unreadClear', clear, before), command('conversationDeleted', clear, before)]);
    await Promise.resolve();
    expect(store.conversations.list()).toMatchObject([{ channel: bob, unread: 1 }]);
  });

  it('shows typing of the peer, not of others in its name', async () => {
    const param = { from_uid: 'u2', from_name: 'Bob', channel_id: 'u2', channel_type: 1 };
    engine.onMessages([command('typing', param, { fromUid: 'u7', noPersist: true })]);
    engine.onMessages([command('typing', param, { ...ownChannel, noPersist: true })]);
    await vi.waitFor(() => expect(deltas.filter((d) => d.kind === 'typing')).toHaveLength(1));
    expect(deltas.find((d) => d.kind === 'typing')).toMatchObject({ typing: { channel: bob, uid: 'u2' } });
  });

  it('logs unknown ones and survives odd parameters', async () => {
    for (const param of [null, 1, [], { channel_id: 5 }, { messages: 7 }]) {
      for (const cmd of [
        'messageRevoke',
        'unreadClear',
        'typing',
        'onlineStatus',
        'messageDeleted',
        'memberUpdate',
        'nonsense',
        '__proto__',
      ]) {
        engine.onMessages([command(cmd, param as Record<string, unknown>, ownChannel)]);
      }
    }
    await vi.waitFor(() => expect(logs.filter((line) => line.includes('unknown command'))).toHaveLength(10));
    expect(logs.some((line) => line.includes('TypeError'))).toBe(false);
    // A member can choose any text as the name.
    engine.onMessages([command('planted words', {}, { channel: bob, fromUid: 'u2' })]);
    await vi.waitFor(() => expect(logs.at(-1)).toBe('unknown command (a name of 13 characters)'));
  });
});

describe('history pages', () => {
  it('fetches what is missing, decides completeness by seq, and pages to the beginning', async () => {
    server.maxRows = 30;
    server.add(bob, ...messages(1, 100));
    await connect();
    const latest = await engine.history.page(bob, { at: 'latest' }, 50);
    expect(latest.messages.map((m) => m.messageSeq)).toEqual(Array.from({ length: 50 }, (_, i) => 51 + i));
    expect(latest).toMatchObject({ hasOlder: true, hasNewer: false, offline: false });
    const older = await engine.history.page(bob, { at: 'before', order: latest.messages[0]?.order ?? 0 }, 60);
    expect(older.messages).toHaveLength(50);
    expect(older.hasOlder).toBe(false);
    expect(store.messages.gaps(bob, 5)).toEqual([]);
  });

  it('is complete below a history offset although the server’s page is short', async () => {
    server.add(bob, ...messages(71, 100));
    await connect();
    const page = await engine.history.page(bob, { at: 'latest' }, 50);
    expect(page.messages).toHaveLength(30);
    expect(page.hasOlder).toBe(false);
    server.asked.length = 0;
    await engine.history.page(bob, { at: 'latest' }, 50);
    expect(server.asked).toEqual([]);
  });

  it('jumps into the middle of a long channel with few requests', async () => {
    server.add(bob, ...messages(1, 2_000));
    await connect();
    server.asked.length = 0;
    const page = await engine.history.page(bob, { at: 'around', messageSeq: 500 }, 40);
    expect(page.messages.map((m) => m.messageSeq)).toContain(500);
    expect(server.count('POST /message/channel/sync')).toBeLessThanOrEqual(3);
  });

  it('gives what is cached when the server cannot be asked', async () => {
    server.add(bob, ...messages(1, 100));
    await connect();
    server.offline = true;
    const page = await engine.history.page(bob, { at: 'latest' }, 50);
    expect(page.offline).toBe(true);
    expect(page.messages.length).toBeGreaterThanOrEqual(20);
  });

  it('keeps commands and recall notices out, and scrubs recalled rows that still carry their payload', async () => {
    server.add(
      bob,
      { messageId: '1', seq: 1, fromUid: 'u2', payload: { type: 99, cmd: 'messageRevoke' } },
      { messageId: '2', seq: 2, fromUid: 'u2', payload: { type: 1006, message_id: '3' } },
      { messageId: '3', seq: 3, fromUid: 'u2', payload: { type: 1, content: 'SECRET' }, revoke: true },
      { messageId: '4', seq: 4, fromUid: 'u2' },
    );
    await connect();
    const page = await engine.history.page(bob, { at: 'latest' }, 50);
    expect(page.messages.map((m) => m.messageId)).toEqual(['3', '4']);
    expect(JSON.stringify(page)).not.toContain('SECRET');
  });
});
