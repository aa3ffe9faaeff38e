import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError } from '../../../shared/ipc/result.ts';
import { createBusinessApi } from './business-api.ts';
import * as bodies from './fixtures.ts';
import type { Fetch } from './http.ts';
import { parseExact } from '../../../shared/exact-json.ts';

interface Call {
  method: string;
  url: URL;
  token: string | null;
  body: unknown;
}

function scripted(answers: (string | Response | Error)[]) {
  const calls: Call[] = [];
  const logs: string[] = [];
  const fetch: Fetch = (url, init) => {
    const headers = new Headers(init.headers);
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined;
    calls.push({ method: init.method ?? '', url: new URL(url), token: headers.get('token'), body });
    const answer = answers.shift();
    if (answer === undefined) throw new Error('no answer scripted');
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(typeof answer === 'string' ? new Response(answer) : answer);
  };
  const api = createBusinessApi({
    server: 'http://tsdd.test/api',
    token: 'tok',
    fetch,
    log: (_level, message) => logs.push(message),
  });
  return { api, calls, logs };
}

it('reads the devices, leaves rows without an id out, and names a device in the address as one segment', async () => {
  const row = {
    id: 1,
    device_id: 'd/1',
    // TSDD marks its first row so, whoever asks.
    device_name: 'n（本机）',
    device_model: 'm',
    last_login: '2026-11-23 09:02',
    self: 1,
  };
  const { api, calls, logs } = scripted([
    JSON.stringify([row, { ...row, device_id: '' }, {}]),
    '{"status":200}',
  ]);
  expect(await api.devices()).toEqual([
    { deviceId: 'd/1', name: 'n', model: 'm', lastLogin: '2026-11-23 09:02' },
  ]);
  expect(logs).toHaveLength(2);
  await api.removeDevice('d/1');
  expect(calls.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
    'GET /api/v1/user/devices',
    'DELETE /api/v1/user/devices/d%2F1',
  ]);
});

const hanging: Fetch = (_url, init) =>
  new Promise((_resolve, reject) => {
    init.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
  });

/** Long numbers become strings, so texts are compared without quotes. */
const bare = (value: unknown): string => JSON.stringify(value).replaceAll('"', '');

const bob = { channelId: bodies.ALICE, channelType: 1 };
const refusal = (text: string, code?: string): Response =>
  new Response(JSON.stringify({ msg: text, status: 400, ...(code ? { code } : {}) }), {
    status: 400,
    headers: { 'content-type': 'text/plain' },
  });

describe('lossless JSON', () => {
  it('keeps every int64 exact and everything else as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.jsonValue(), (id, other) => {
        const parsed = parseExact(`{"id":${id},"other":${JSON.stringify(other)}}`) as {
          id: unknown;
          other: unknown;
        };
        expect(String(parsed.id)).toBe(id.toString());
        fc.pre(!/\d{16}/.test(bare(other)));
        expect(parsed.other).toEqual(JSON.parse(JSON.stringify(other)));
      }),
    );
  });

  it('looks into no string, keeps fractions and exponents, and reads any depth', () => {
    const deep = `${'['.repeat(9_000)}1234567890123456789${']'.repeat(9_000)}`;
    const text = `{"a":"x\\",1234567890123456789","b":1.2345678901234567,"c":1e1234567890123456,"d":-9007199254740993,"e":9007199254740991}`;
    expect(parseExact(text)).toEqual({
      a: 'x",1234567890123456789',
      b: 1.2345678901234567,
      c: Number.POSITIVE_INFINITY,
      d: '-9007199254740993',
      e: 9007199254740991,
    });
    let inner = parseExact(deep);
    while (Array.isArray(inner)) [inner] = inner as unknown[];
    expect(inner).toBe('1234567890123456789');
  });
});

const page = (from: number, to: number, ...own: ReturnType<typeof historyRow>[]): string => {
  const rows = Array.from({ length: to - from + 1 }, (_, i) => historyRow(from + i, 10_000));
  return JSON.stringify({
    messages: rows.map((one) => own.find((o) => o.message_seq === one.message_seq) ?? one),
  });
};

describe('one odd row', () => {
  const deep = `{"type":1,"content":"c","x":${'['.repeat(9_000)}${']'.repeat(9_000)}}`;

  it('nested too deeply is kept without its deep fields, and its page is read', async () => {
    const page = bodies.CHANNEL_SYNC.replace('{"content":"second","type":1}', deep);
    const { api } = scripted([page]);
    const answer = await api.history({ channel: bob, mode: 'latest', fromSeq: 0, toSeq: 0, limit: 10 });
    expect(answer.messages.map(({ payload }) => payload)).toEqual([
      { content: '你好 👋', type: 1 },
      { type: 1, content: 'c' },
    ]);
  });

  it('whose id is no well-formed text is asked for all the same', async () => {
    const { api, calls } = scripted([bodies.USER]);
    await api.user('a\ud800/b');
    expect(calls[0]?.url.pathname).toBe('/api/v1/users/a%EF%BF%BD%2Fb');
  });

  it('with an id too long for IPC is left out', async () => {
    const { api, logs } = scripted([`[${bodies.USER},${bodies.USER.replace(bodies.BOB, 'x'.repeat(201))}]`]);
    expect((await api.friendSync(0, 10)).users.map(({ uid }) => uid)).toEqual([bodies.BOB]);
    expect(logs).toEqual(['friend/sync: row 1 left out (uid: too_big)']);
  });
});

/** A history row; seq and message id are the same. */
const historyRow = (seq: number, timestamp: number, clientMsgNo = `other-${seq}`, fromUid = bodies.BOB) => ({
  message_id: seq,
  message_idstr: String(seq),
  message_seq: seq,
  client_msg_no: clientMsgNo,
  from_uid: fromUid,
  channel_id: bodies.ALICE,
  channel_type: 1,
  timestamp,
  payload: { type: 1, content: 'x' },
});

describe('answers of a real TSDD', () => {
  it('reads history with the channel that was asked for, exact ids, recall state and edits', async () => {
    const { api, calls } = scripted([bodies.CHANNEL_SYNC]);
    const answer = await api.history({ channel: bob, mode: 'latest', fromSeq: 0, toSeq: 0, limit: 10 });
    expect(calls[0]).toMatchObject({
      method: 'POST',
      token: 'tok',
      body: {
        channel_id: bodies.ALICE,
        channel_type: 1,
        start_message_seq: 0,
        end_message_seq: 0,
        limit: 10,
        pull_mode: 0,
      },
    });
    expect(calls[0]?.url.href).toBe('http://tsdd.test/api/v1/message/channel/sync');
    expect(answer.seqs).toEqual({ low: 1, high: 2 });
    const [first, second] = answer.messages;
    // Its own channel_id says Bob: computed from the sender.
    expect(first).toMatchObject({
      channel: bob,
      messageId: '2124791608111960064',
      messageSeq: 1,
      fromUid: bodies.ALICE,
    });
    expect(first?.extra).toMatchObject({ revoke: true, revoker: bodies.ALICE, version: 1795424770782710 });
    expect(second).toMatchObject({ setting: 128, expire: 3600, timestamp: 1795424770 });
    expect(second?.extra).toMatchObject({
      revoke: false,
      readCount: 1,
      contentEdit: { content: 'second, edited', type: 1 },
      editedAt: 1795424770,
    });
  });

  it('asks for ranges as the pull modes want them', async () => {
    const { api, calls } = scripted(['{"messages":[]}', '{"messages":[]}']);
    await api.history({ channel: bob, mode: 'down', fromSeq: 96, toSeq: 100, limit: 10 });
    await api.history({ channel: bob, mode: 'up', fromSeq: 96, toSeq: 100, limit: 10 });
    expect(calls.map((call) => call.body)).toMatchObject([
      { start_message_seq: 100, end_message_seq: 95, pull_mode: 0 },
      { start_message_seq: 96, end_message_seq: 101, pull_mode: 1 },
    ]);
  });

  describe('finds an own message by its number', () => {
    it('behind any number of newer ones', async () => {
      const { api, calls } = scripted([
        page(901, 1_000),
        page(401, 900),
        page(1, 400, historyRow(77, 9_990, 'mine', bodies.ALICE)),
      ]);
      expect(await api.findByClientMsgNo(bob, 'mine', bodies.ALICE, 9_990)).toEqual({
        messageId: '77',
        messageSeq: 77,
        storedAt: 9_990,
      });
      expect(calls.slice(1).map((call) => call.body)).toMatchObject([
        { start_message_seq: 900, end_message_seq: 0, pull_mode: 0 },
        { start_message_seq: 400, end_message_seq: 0, pull_mode: 0 },
      ]);
    });

    it('not where another sender used the number', async () => {
      const { api } = scripted([page(1, 100, historyRow(50, 10_000, 'mine', bodies.BOB))]);
      expect(await api.findByClientMsgNo(bob, 'mine', bodies.ALICE, 0)).toBeNull();
    });

    it('no further back than when it was written, and not beyond the beginning', async () => {
      const old = scripted([page(901, 1_000), page(401, 900, historyRow(401, 9_000))]);
      expect(await old.api.findByClientMsgNo(bob, 'mine', bodies.ALICE, 9_990)).toBeNull();
      expect(old.calls).toHaveLength(2);
      const empty = scripted(['{"messages":[]}']);
      expect(await empty.api.findByClientMsgNo(bob, 'mine', bodies.ALICE, 0)).toBeNull();
    });

    it('and says so when the server answers with other rows than asked for', async () => {
      const { api } = scripted([page(901, 1_000), page(901, 1_000)]);
      await expect(api.findByClientMsgNo(bob, 'mine', bodies.ALICE, 0)).rejects.toThrow('outside the range');
    });
  });

  it('reads extras by their string ids and never asks from version 0', async () => {
    const { api, calls } = scripted([bodies.EXTRA_SYNC]);
    const { extras } = await api.extraSync(bob, 0, 'dev:1', 500);
    expect(calls[0]?.body).toEqual({
      channel_id: bodies.ALICE,
      channel_type: 1,
      extra_version: 1,
      source: 'dev:1',
      limit: 500,
    });
    expect(extras.map((extra) => [extra.messageId, extra.revoke])).toEqual([
      ['2124791608111960064', true],
      ['2124791608153903104', false],
    ]);
  });

  it('reads the conversation list with exact versions and version 0 in recents', async () => {
    const { api } = scripted([bodies.CONVERSATION_SYNC]);
    const sync = await api.conversationSync('', 1);
    expect(sync.conversations).toHaveLength(1);
    expect(sync.conversations[0]).toMatchObject({
      channel: bob,
      unread: 0,
      lastMessageSeq: 2,
      version: '1795424770000000000',
    });
    expect(sync.conversations[0]?.recents[0]).toMatchObject({
      channel: bob,
      extra: { version: 0, readCount: 1 },
    });
    expect(sync.users[0]).toMatchObject({
      uid: bodies.ALICE,
      name: 'Alice',
      friend: false,
      showRecallNotes: true,
    });
  });

  it('reads people, groups, members, reminders, addresses, rules and offline commands', async () => {
    const { api } = scripted([
      bodies.USER,
      bodies.GROUP,
      bodies.MEMBER_SYNC,
      bodies.REMINDERS,
      bodies.IM_ROUTE,
      bodies.APP_CONFIG,
      bodies.OFFLINE_COMMANDS,
      bodies.GROUP_CREATE,
      'null',
    ]);
    expect(await api.user(bodies.BOB)).toMatchObject({ name: 'Bob', online: true, blocked: false });
    expect(await api.group('g')).toMatchObject({
      name: 'Golden',
      memberCount: 3,
      myRole: 1,
      quit: false,
      disbanded: false,
    });
    expect((await api.memberSync('g', 0, 10)).members.map((m) => [m.name, m.role])).toEqual([
      ['Bob', 0],
      ['Carl', 0],
      ['Alice', 1],
    ]);
    expect((await api.reminders(0, ['g'], 100)).reminders).toMatchObject([
      { id: 19, messageId: '2124791623718965248', done: false },
    ]);
    expect(await api.imAddresses(bodies.BOB)).toEqual({
      tcp: '127.0.0.1:5100',
      ws: 'ws://127.0.0.1:5200',
      wss: null,
    });
    expect(await api.appConfig()).toEqual({ revokeSecond: -1 });
    expect(await api.offlineCommands(10)).toMatchObject([
      {
        channel: { channelId: bodies.BOB, channelType: 1 },
        payload: { cmd: 'messageRevoke' },
        messageSeq: 1,
      },
    ]);
    expect(await api.createGroup(['a'], 'Golden')).toMatchObject({
      memberCount: null,
      myRole: null,
      quit: null,
    });
    expect(await api.group('gone')).toBeNull();
  });
});

describe('hostile answers', () => {
  const row =
    '{"message_idstr":"7","message_seq":3,"from_uid":"u","timestamp":5,"payload":{"type":1,"content":"SECRET"}';

  it('tells the range of a page of any size', async () => {
    const rows = Array.from({ length: 150_000 }, (_, at) => `{"message_seq":${at + 1}}`);
    const { api } = scripted([`{"messages":[${rows.join(',')}]}`]);
    const answer = await api.history({ channel: bob, mode: 'latest', fromSeq: 0, toSeq: 0, limit: 10 });
    expect(answer).toMatchObject({ messages: [], rowCount: 150_000, seqs: { low: 1, high: 150_000 } });
  });

  it('leaves out a bad row, says which field, and keeps the content out of the log', async () => {
    const bad = [
      '{"message_idstr":7.5,"message_seq":1,"from_uid":"u","timestamp":5,"payload":{"content":"SECRET"}}',
      '{"message_idstr":"9","message_seq":"SECRET","from_uid":"u","timestamp":5}',
      '{"message_idstr":"9","message_seq":1,"from_uid":["SECRET"],"timestamp":5}',
      '"SECRET"',
      'null',
    ];
    const { api, logs } = scripted([`{"messages":[${bad.join(',')},${row}}]}`]);
    const answer = await api.history({ channel: bob, mode: 'latest', fromSeq: 0, toSeq: 0, limit: 10 });
    expect(answer.messages.map((m) => m.messageId)).toEqual(['7']);
    expect(answer.rowCount).toBe(6);
    expect(logs).toHaveLength(5);
    expect(logs[0]).toContain('message_idstr');
    expect(logs[1]).toContain('message_seq');
    expect(logs[2]).toContain('from_uid');
    expect(logs.join()).not.toContain('SECRET');
  });

  it.each([
    ['flat flag only', `${row},"revoke":1,"revoker":"m"}`],
    ['nested only', `${row},"message_extra":{"message_id_str":"7","revoke":1,"revoker":"m"}}`],
    ['flag as boolean', `${row},"revoke":true,"revoker":"m"}`],
    ['flag as text', `${row},"revoke":"1","revoker":"m"}`],
    ['nested of another id', `${row},"message_extra":{"message_id_str":"8","revoke":1,"revoker":"m"}}`],
  ])('takes a recall from a row: %s', async (_name, text) => {
    const { api } = scripted([`{"messages":[${text}]}`]);
    const { messages } = await api.history({ channel: bob, mode: 'latest', fromSeq: 0, toSeq: 0, limit: 1 });
    expect(messages[0]?.extra).toMatchObject({ messageId: '7', revoke: true, revoker: 'm' });
  });

  it.each([
    ['a list instead of an object', '[1]'],
    ['a text', '"x"'],
  ])('refuses an answer that is %s', async (_name, body) => {
    const { api } = scripted([body]);
    await expect(api.imAddresses('u')).rejects.toMatchObject({ code: 'notCompatible' });
  });

  it('never throws anything but CodedError, whatever JSON comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const text = JSON.stringify(value);
        const calls = [
          (api: ReturnType<typeof scripted>['api']) =>
            api.history({ channel: bob, mode: 'latest', fromSeq: 0, toSeq: 0, limit: 1 }),
          (api: ReturnType<typeof scripted>['api']) => api.conversationSync('', 1),
          (api: ReturnType<typeof scripted>['api']) => api.extraSync(bob, 1, 's', 1),
          (api: ReturnType<typeof scripted>['api']) => api.friendSync(0, 1),
          (api: ReturnType<typeof scripted>['api']) => api.group('g'),
        ];
        for (const call of calls) {
          const { api } = scripted([text]);
          const outcome: unknown = await call(api).then(
            () => null,
            (error: unknown) => error,
          );
          expect(outcome === null || outcome instanceof CodedError).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('errors', () => {
  it.each([
    ['401', new Response('{"msg":"请先登录！"}', { status: 401 }), 'unauthorized'],
    ['a refusal as text/plain', refusal('群不存在'), 'refused'],
    ['500 without a body', new Response('', { status: 500 }), 'network'],
    ['502 with the page of a proxy', new Response('<html>Bad Gateway</html>', { status: 502 }), 'network'],
    ['503 with a reason', new Response('{"msg":"系统繁忙","status":503}', { status: 503 }), 'network'],
    ['429', new Response('{"msg":"too many"}', { status: 429, headers: { 'retry-after': '7' } }), 'network'],
    ['408 with a page', new Response('<h1>Request Timeout</h1>', { status: 408 }), 'network'],
    ['200 with the page of a captive portal', new Response('<html>Sign in</html>'), 'network'],
    ['200 with other words', new Response('ok'), 'network'],
    ['401 with a page of somebody between', new Response('<p>Who?</p>', { status: 401 }), 'network'],
    ['403 with a page', new Response('\n <html>Blocked</html>', { status: 403 }), 'network'],
    ['407', new Response('<html>Proxy</html>', { status: 407 }), 'network'],
    ['401 without a body', new Response('', { status: 401 }), 'unauthorized'],
    ['403 of the server', new Response('{"msg":"无权限"}', { status: 403 }), 'refused'],
    ['an unknown route', new Response('404 page not found', { status: 404 }), 'notCompatible'],
    [
      'no connection',
      Object.assign(new TypeError('fetch failed'), {
        cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
      }),
      'network',
    ],
  ])('%s', async (_name, answer, code) => {
    const { api } = scripted([answer]);
    await expect(api.group('g')).rejects.toMatchObject({ code });
  });

  it('gives the server’s own text of a refusal', async () => {
    const { api } = scripted([refusal('没有权限！')]);
    await expect(api.leaveGroup('g')).rejects.toThrow('没有权限！');
  });

  it('gives up after its time limit', async () => {
    const api = createBusinessApi({
      server: 'http://tsdd.test',
      token: 't',
      fetch: hanging,
      timeoutMs: 5,
      log: () => {},
    });
    await expect(api.appConfig()).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('timed out') as string,
    });
  });
});

describe('revoke', () => {
  const args = { channel: bob, messageId: '2124791608111960064', clientMsgNo: 'c1' };

  it('sends both ids in the query string', async () => {
    const { api, calls } = scripted(['{"status":200}']);
    expect(await api.revoke(args)).toEqual({ ok: true, verify: false });
    expect(calls[0]?.method).toBe('POST');
    expect(Object.fromEntries(calls[0]?.url.searchParams ?? [])).toEqual({
      message_id: '2124791608111960064',
      client_msg_no: 'c1',
      channel_id: bodies.ALICE,
      channel_type: '1',
    });
  });

  it.each([
    ['撤回主键参数错误！', undefined, { ok: false, reason: 'rejected' }],
    ['未查询到撤回消息！', undefined, { ok: false, reason: 'missing', doubtful: true }],
    ['权限判断失败！', undefined, { ok: false, reason: 'rejected', doubtful: true }],
    ['查询消息扩展错误', undefined, { ok: false, reason: 'rejected', doubtful: true }],
    ['开启事务失败！', undefined, { ok: false, reason: 'rejected', doubtful: true }],
    ['更新消息为撤回状态失败！', undefined, { ok: false, reason: 'rejected', doubtful: true }],
    ['未查询到撤回消息！', 'recall_not_found', { ok: false, reason: 'missing' }],
    ['无权限撤回此消息！', undefined, { ok: false, reason: 'denied' }],
    ['新增消息为撤回状态失败！', undefined, { ok: true, verify: false }],
    ['发送撤回消息失败！', undefined, { ok: true, verify: true }],
    ['数据格式有误！', undefined, { ok: false, reason: 'rejected' }],
    ['消息已超过可撤回时间！', 'recall_too_late', { ok: false, reason: 'late' }],
    ['x', 'recall_denied', { ok: false, reason: 'denied' }],
    ['x', 'recall_not_found', { ok: false, reason: 'missing' }],
    ['x', 'recall_wrong_channel', { ok: false, reason: 'wrongChannel' }],
    ['x', 'recall_bad_ids', { ok: false, reason: 'rejected' }],
  ])('%s (%s)', async (text, code, outcome) => {
    const { api } = scripted([refusal(text, code)]);
    const { detail: _, ...answer } = { detail: '', ...(await api.revoke(args)) };
    expect(answer).toEqual(outcome);
  });

  it.each([
    ['the IM look-up failed', refusal('查询IM消息错误'), 'network'],
    ['panic', new Response('', { status: 500 }), 'network'],
    ['session over', new Response('{"msg":"x"}', { status: 401 }), 'unauthorized'],
  ])('rejects, to be tried again: %s', async (_name, answer, code) => {
    const { api } = scripted([answer]);
    await expect(api.revoke(args)).rejects.toMatchObject({ code });
  });
});

describe('an invitation that waits for owner or managers', () => {
  it('is read, and confirmed with the code of the page', async () => {
    const { api, calls } = scripted([
      '{"invite_no":"i1","inviter":"u2","inviter_name":"Bob","remark":"hi","status":0,"items":[{"uid":"u3","name":"Ann"}]}',
      '{"url":"http://h5.example/invite_detail.html?invite_no=i1&auth_code=c0de"}',
      '{"status":200}',
    ]);
    expect(await api.invitation('i1')).toMatchObject({
      inviter: 'u2',
      items: [{ uid: 'u3', name: 'Ann' }],
      status: 0,
    });
    await api.confirmInvitation('g1', 'i1');
    expect(calls.map(({ method, url }) => `${method} ${url.host}${url.pathname}${url.search}`)).toEqual([
      'GET tsdd.test/api/v1/group/invites/i1',
      'GET tsdd.test/api/v1/groups/g1/member/h5confirm?invite_no=i1',
      // Never the page's own host.
      'POST tsdd.test/api/v1/group/invite/sure?auth_code=c0de',
    ]);
  });

  it.each([
    '{"url":"http://h5.example/x"}',
    '{"url":"no address"}',
    '{"url":"http://h5.example/?auth_code=a%2Fb"}',
  ])('is not confirmed after %s', async (page) => {
    const { api, calls } = scripted([page]);
    await expect(api.confirmInvitation('g1', 'i1')).rejects.toThrow('holds no code');
    expect(calls).toHaveLength(1);
  });
});
