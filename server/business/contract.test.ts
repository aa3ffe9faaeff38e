/** The answers against bodies captured from a real TSDD: same keys, same types, same texts and statuses. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../shared/json.ts';
import { CAPTURED, shapeOf } from './testing/captures.ts';
import { Harness, type Person } from './testing/harness.ts';

let h: Harness;
let alice: Person;
let bob: Person;
let carl: Person;

beforeAll(async () => {
  h = await new Harness({ adminPassword: 'admin-pw' }).start();
  [alice, bob, carl] = await Promise.all([h.person('alice'), h.person('bob'), h.person('carl')]);
});
afterAll(() => h.close());

const sameShape = (actual: unknown, captured: unknown): void =>
  expect(shapeOf(actual)).toEqual(shapeOf(captured));

test('account answers', async () => {
  const login = await h.call('POST', '/v1/user/login', {
    body: {
      username: 'ALICE-account',
      password: 'pw123456',
      flag: 2,
      device: { device_id: 'd1', device_name: 'n', device_model: 'm' },
    },
  });
  expect(login.status).toBe(200);
  expect(login.type).toBe('application/json; charset=utf-8');
  sameShape(login.json, CAPTURED.login);
  expect(login.json).toMatchObject({ uid: alice.uid, token: expect.stringMatching(/^[0-9a-f]{32}$/) });
  const byUsername = (
    await h.call('POST', '/v1/user/usernamelogin', {
      body: { username: 'alice-account', password: 'pw123456', flag: 2 },
    })
  ).json as { data: unknown };
  sameShape(byUsername.data, CAPTURED.login);
  const byPhone = await h.call('POST', '/v1/user/register', {
    body: { zone: '0086', phone: '13800000001', code: '123456', password: 'pw123456', name: 'P', flag: 2 },
  });
  sameShape(byPhone.json, CAPTURED.login);
  expect(byPhone.json).toMatchObject({ username: '008613800000001', zone: '0086', phone: '13800000001' });
  expect(
    (
      await h.call('POST', '/v1/user/register', {
        body: { zone: '0086', phone: '13800000002', code: '1', password: 'pw123456', flag: 2 },
      })
    ).status,
  ).toBe(400);
  // One key more than TSDD's: what clients show of it before anybody signs in.
  sameShape((await h.call('GET', '/v1/common/appconfig?version=999')).json, {
    ...CAPTURED.appConfig,
    recall_enforced: 1,
  });
  expect((await h.call('GET', '/v1/common/appconfig?version=999')).json).toMatchObject({
    revoke_second: 120,
  });
  expect((await h.call('GET', `/v1/users/${alice.uid}/im`)).json).toEqual(CAPTURED.route);
  expect((await h.get('/v1/user/devices/d1', alice)).json).toMatchObject({
    device_id: 'd1',
    id: expect.any(Number),
    self: 0,
  });
});

test('user and channel answers', async () => {
  sameShape((await h.get(`/v1/users/${bob.uid}`, alice)).json, CAPTURED.user);
  sameShape((await h.get(`/v1/channels/${bob.uid}/1`, alice)).json, CAPTURED.personChannel);
  expect((await h.get(`/v1/users/${bob.uid}`, alice)).json).toMatchObject({
    short_no: '',
    follow: 0,
    be_deleted: 0,
    receipt: 1,
    screenshot: 1,
  });
});

test('group answers, system messages and commands', async () => {
  h.im.calls.length = 0;
  const created = await h.post('/v1/group/create', alice, { members: [bob.uid, carl.uid], name: 'Golden' });
  sameShape(created.json, CAPTURED.group);
  expect(created.json).toMatchObject({ role: 0, member_count: 0 });
  const { group_no: no, version } = created.json as { group_no: string; version: number };
  expect(h.im.sent()[0]?.payload).toEqual({
    content: 'alice邀请{0},{1}加入群聊',
    creator: alice.uid,
    creator_name: 'alice',
    extra: [
      { uid: bob.uid, name: 'bob' },
      { uid: carl.uid, name: 'carl' },
    ],
    type: 1001,
    version,
  });
  const got = await h.get(`/v1/groups/${no}`, alice);
  sameShape(got.json, CAPTURED.group);
  expect(got.json).toMatchObject({ role: 1, member_count: 3, quit: 0 });
  const members = (await h.get(`/v1/groups/${no}/membersync?version=0`, bob)).json as JsonObject[];
  expect(members).toHaveLength(3);
  for (const member of members) sameShape(member, CAPTURED.member);
  expect(members.at(-1)).toMatchObject({ uid: alice.uid, role: 1 });
  expect(
    await h.call('GET', '/v1/groups/00000000000000000000000000000000', { token: alice.token }),
  ).toMatchObject({ status: 200, text: 'null' });

  const last = () => h.im.sent().map((each) => each.payload);
  h.im.calls.length = 0;
  await h.post(`/v1/groups/${no}/managers`, alice, [bob.uid]);
  expect(last()).toEqual([{ cmd: 'memberUpdate', param: { group_no: no }, type: 99 }]);
  h.im.calls.length = 0;
  await h.call('PUT', `/v1/groups/${no}`, { token: alice.token, body: { name: 'Gold2' } });
  expect(last()).toEqual([
    {
      content: '{0}修改群名为"Gold2"',
      data: { name: 'Gold2' },
      extra: [{ uid: alice.uid, name: 'alice' }],
      type: 1005,
    },
    { cmd: 'channelUpdate', param: { channel_id: no, channel_type: 2 }, type: 99 },
  ]);
  h.im.calls.length = 0;
  const dora = await h.person('dora');
  h.im.calls.length = 0;
  await h.post(`/v1/groups/${no}/members`, alice, { members: [dora.uid] });
  expect(h.im.calls.map((call) => call.path)).toEqual(['/channel/subscriber_add', '/message/send']);
  expect(last()).toEqual([
    {
      content: 'alice邀请{0}加入群聊',
      extra: [{ uid: dora.uid, name: 'dora' }],
      from_name: 'alice',
      from_uid: alice.uid,
      type: 1002,
    },
  ]);
  h.im.calls.length = 0;
  await h.call('DELETE', `/v1/groups/${no}/members`, { token: alice.token, body: { members: [dora.uid] } });
  const inGroup = h.im.calls.filter((call) => call.body['channel_id'] === no).map((call) => call.path);
  expect(inGroup).toEqual(['/message/send', '/channel/subscriber_remove']);
  expect(last()[0]).toEqual({
    content: 'alice将{0}移除群聊',
    extra: [{ uid: dora.uid, name: 'dora' }],
    type: 1003,
  });
  h.im.calls.length = 0;
  await h.post(`/v1/groups/${no}/transfer/${carl.uid}`, alice);
  expect(last()[0]).toEqual({
    content: '“{0}”已成为新群主',
    extra: [{ uid: carl.uid, name: 'carl' }],
    type: 1008,
  });
  h.im.calls.length = 0;
  await h.post(`/v1/groups/${no}/forbidden/1`, carl);
  expect(h.im.to('/channel/whitelist_set')).toEqual([
    { channel_id: no, channel_type: 2, uids: [carl.uid, bob.uid] },
  ]);
  expect(last()[0]).toMatchObject({ type: 1005, data: { forbidden: '1' } });
  h.im.calls.length = 0;
  await h.post(`/v1/groups/${no}/forbidden_with_member`, carl, { member_uid: alice.uid, action: 1, key: 1 });
  expect(h.im.to('/channel/blacklist_add')).toEqual([{ channel_id: no, channel_type: 2, uids: [alice.uid] }]);
  expect(last()).toEqual([{ cmd: 'memberUpdate', param: { group_no: no, uid: alice.uid }, type: 99 }]);
});

test('message answers', async () => {
  const m = h.say(alice, bob.uid, 1, 'one');
  const n = h.im.store({
    from: alice.uid,
    to: bob.uid,
    type: 1,
    payload: { type: 1, content: 'two' },
    expire: 3600,
  });
  await h.revoke(alice, bob.uid, 1, { messageId: m.messageId, clientMsgNo: m.clientMsgNo });
  await h.post('/v1/message/readed', bob, {
    channel_id: alice.uid,
    channel_type: 1,
    message_ids: [n.messageId],
  });
  await h.post('/v1/message/edit', alice, {
    message_id: n.messageId,
    message_seq: 2,
    channel_id: bob.uid,
    channel_type: 1,
    content_edit: '{"content":"2","type":1}',
  });
  const sync = await h.post('/v1/message/channel/sync', alice, {
    channel_id: bob.uid,
    channel_type: 1,
    start_message_seq: 0,
    end_message_seq: 0,
    limit: 10,
    pull_mode: 1,
  });
  expect(sync.json).toMatchObject({ start_message_seq: 0, end_message_seq: 0, pull_mode: 0, more: 0 });
  const rows = (sync.json as { messages: JsonObject[] }).messages;
  sameShape(rows[0], CAPTURED.recalledRow);
  sameShape(rows[1], CAPTURED.editedRow);
  // The digits of an int64 as a bare JSON number.
  expect(sync.text).toContain(`"message_id":${m.messageId},"message_idstr":"${m.messageId}"`);
  const extras = await h.extras(alice, bob.uid, 1);
  sameShape(extras[0], CAPTURED.recalledExtra);
  sameShape(extras[1], CAPTURED.editedExtra);
  const conversations = (await h.post('/v1/conversation/sync', bob, { msg_count: 1 })).json as {
    conversations: JsonObject[];
    users: unknown[];
  };
  sameShape(conversations, CAPTURED.conversationSync);
  const conversation = conversations.conversations.find((each) => each['channel_id'] === alice.uid);
  const { unread, ...rest } = conversation ?? {};
  expect(unread).toBeTypeOf('number');
  sameShape(rest, CAPTURED.conversation);
  sameShape(conversations.users[0], CAPTURED.user);
  expect(conversations.users[0]).toMatchObject({ be_deleted: 1, receipt: 0, screenshot: 0 });
});

test('reminders, drafts, read position', async () => {
  const no = await h.group(alice, [], [bob]);
  await h.notify(h.say(alice, no, 2, '@bob', { payload: { mention: { uids: [bob.uid] } } }));
  const reminders = (
    await h.post('/v1/message/reminder/sync', bob, { version: 0, limit: 100, channel_ids: [no] })
  ).json as JsonObject[];
  sameShape(reminders[0], CAPTURED.reminder);
  h.im.calls.length = 0;
  expect((await h.post('/v1/message/reminder/done', bob, [reminders[0]?.['id']])).json).toEqual({
    status: 200,
  });
  expect(
    (await h.post('/v1/message/reminder/sync', bob, { version: 0, limit: 100, channel_ids: [no] })).json,
  ).toEqual([]);
  expect(h.im.sent()).toMatchObject([
    { payload: { cmd: 'syncReminders', type: 99 }, body: { channel_id: bob.uid } },
  ]);
  const draft = await h.post(`/v1/conversations/${alice.uid}/1/extra`, bob, {
    browse_to: 2,
    keep_message_seq: 1,
    keep_offset_y: 7,
    draft: 'draft',
  });
  expect(draft.json).toEqual({ version: expect.any(Number) });
  const extras = (await h.post('/v1/conversation/extra/sync', bob, { version: 0 })).json as JsonObject[];
  sameShape(extras[0], CAPTURED.conversationExtra);
  for (const path of ['/v1/coversation/clearUnread', '/v1/conversation/clearUnread']) {
    h.im.calls.length = 0;
    const cleared = await h.call('PUT', path, {
      token: bob.token,
      body: { channel_id: alice.uid, channel_type: 1, unread: 0 },
    });
    expect(cleared.json).toEqual({ status: 200 });
    expect(h.im.sent()[0]?.payload).toEqual({
      cmd: 'unreadClear',
      param: { channel_id: alice.uid, channel_type: 1, unread: 0 },
      type: 99,
    });
    expect(h.im.to('/conversations/setUnread')).toEqual([
      { uid: bob.uid, channel_id: alice.uid, channel_type: 1, unread: 0 },
    ]);
    // Whoever says how far has that said to all devices.
    h.im.calls.length = 0;
    await h.call('PUT', path, {
      token: bob.token,
      body: { channel_id: alice.uid, channel_type: 1, unread: 0, message_seq: 7 },
    });
    expect(h.im.sent()[0]?.payload).toMatchObject({ param: { unread: 0, message_seq: 7 } });
    expect(h.im.to('/conversations/setUnread')).toMatchObject([{ unread: 0, message_seq: 7 }]);
  }
});

test('friends: search, apply, accept, remove', async () => {
  const found = (await h.call('GET', '/v1/user/search?keyword=bob-account')).json as {
    data: { uid: string; vercode: string };
  };
  expect(found).toMatchObject({
    exist: 1,
    data: { uid: bob.uid, name: 'bob', vercode: expect.stringMatching(/^[0-9a-f]{32}@1$/) },
  });
  expect((await h.call('GET', '/v1/user/search?keyword=nobody')).json).toEqual({ exist: 0 });
  const apply = (vercode: string) =>
    h.post('/v1/friend/apply', alice, { to_uid: bob.uid, remark: 'hi', vercode });
  expect((await apply('made-up')).json).toEqual({ msg: '来源不匹配', status: 400 });
  expect((await apply('')).json).toEqual({ msg: '好友信息不存在', status: 400 });
  h.im.calls.length = 0;
  expect((await apply(found.data.vercode)).json).toEqual({ status: 200 });
  expect((await h.get('/v1/user/reddot/friendApply', bob)).json).toEqual({ count: 1, is_dot: 1 });
  const [request] = (await h.get('/v1/friend/apply?page_index=1&page_size=20', bob)).json as {
    token: string;
    to_uid: string;
    status: number;
  }[];
  expect(request).toMatchObject({
    uid: bob.uid,
    to_uid: alice.uid,
    to_name: 'alice',
    remark: 'hi',
    status: 0,
  });
  const [cmd] = h.im.commands('friendRequest');
  expect(cmd?.param).toEqual({
    apply_name: 'alice',
    apply_uid: alice.uid,
    remark: 'hi',
    to_uid: bob.uid,
    token: request?.token,
  });
  const sure = (who: Person) => h.post('/v1/friend/sure', who, { token: request?.token });
  expect((await sure(carl)).json).toEqual({ msg: '获取token信息错误', status: 400 });
  h.im.calls.length = 0;
  expect((await sure(bob)).json).toEqual({ status: 200 });
  expect((await sure(bob)).json).toEqual({ msg: '获取token信息错误', status: 400 });
  expect(h.im.commands('friendAccept')[0]).toMatchObject({
    body: { subscribers: [bob.uid, alice.uid] },
    param: { from_name: 'bob', from_uid: bob.uid, to_uid: alice.uid },
  });
  expect(h.im.sent().map((each) => each.payload)).toContainEqual({
    content: '我们已经是好友了，可以愉快的聊天了！',
    type: 2000,
  });
  expect((await h.get('/v1/friend/sync?version=0', alice)).json).toEqual({
    msg: '旧API已被废弃',
    status: 400,
  });
  const friends = (await h.get('/v1/friend/sync?version=0&api_version=1', alice)).json as JsonObject[];
  sameShape(friends[0], { ...CAPTURED.user, created_at: '', updated_at: '', is_deleted: 0, version: 1 });
  expect(friends[0]).toMatchObject({ uid: bob.uid, follow: 1, is_deleted: 0 });
  expect((await h.call('DELETE', `/v1/friends/${bob.uid}`, { token: alice.token })).json).toEqual({
    status: 200,
  });
  expect((await h.get('/v1/friend/sync?version=0&api_version=1', alice)).json).toMatchObject([
    { uid: bob.uid, follow: 0, is_deleted: 1 },
  ]);
});

describe('errors', () => {
  test.each([
    ['no token', 'GET', '/v1/friend/sync', undefined, undefined, 401, '{"msg":"token不能为空，请先登录！"}'],
    ['bad token', 'GET', '/v1/friend/sync', 'nonsense', undefined, 401, '{"msg":"请先登录！"}'],
    [
      'wrong password',
      'POST',
      '/v1/user/login',
      undefined,
      { username: 'alice-account', password: 'wrong', flag: 2 },
      400,
      '{"msg":"密码不正确！","status":400}',
    ],
    [
      'unknown user',
      'POST',
      '/v1/user/login',
      undefined,
      { username: 'nobody-here', password: 'x', flag: 2 },
      400,
      '{"msg":"用户不存在","status":400}',
    ],
    [
      'short name',
      'POST',
      '/v1/user/usernameregister',
      undefined,
      { username: 'short', password: 'pw123456', flag: 2 },
      400,
      '{"msg":"用户名必须在8-22位","status":400}',
    ],
    [
      'taken name',
      'POST',
      '/v1/user/usernameregister',
      undefined,
      { username: 'Alice-Account', password: 'pw123456', flag: 2 },
      400,
      '{"msg":"该用户名已存在","status":400}',
    ],
    ['unknown route', 'GET', '/v1/nothing/here', undefined, undefined, 404, '404 page not found'],
    [
      'unparsable body',
      'POST',
      '/v1/user/login',
      undefined,
      '{"username":',
      400,
      '{"msg":"请求数据格式有误！","status":400,"code":"bad_request"}',
    ],
  ])('%s', async (_name, method, path, token, body, status, text) => {
    const answer = await h.call(method, path, { token, body });
    expect([answer.status, answer.text]).toEqual([status, text]);
  });

  test('CORS as TSDD', async () => {
    const answer = await fetch(`${h.server.api}/v1/user/login`, {
      method: 'OPTIONS',
      headers: { origin: 'http://x', 'access-control-request-method': 'POST' },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-headers')).toContain('token');
  });
});

test('no newer version of any client is announced', async () => {
  const answer = await h.call('GET', '/v1/common/appversion/web/0.0.1', { token: alice.token });
  expect([answer.status, answer.json]).toEqual([200, {}]);
});

test('the administrator replaces the rules; nobody else does', async () => {
  const login = (password: string) =>
    h.call('POST', '/v1/manager/login', { body: { username: 'superAdmin', password } });
  expect((await login('wrong')).status).toBe(400);
  const admin = (await login('admin-pw')).json as { uid: string; token: string; name: string; role: string };
  expect(admin).toMatchObject({ uid: 'admin', role: 'superAdmin' });
  const path = '/v1/manager/common/appconfig';
  expect((await h.call('POST', path, { token: alice.token, body: { revoke_second: 1 } })).status).toBe(401);
  expect(
    (await h.call('POST', path, { token: admin.token, body: { revoke_second: 'soon' } })).json,
  ).toMatchObject({ field: 'revoke_second' });
  expect((await h.call('POST', path, { token: admin.token, body: { revoke_second: 60 } })).json).toEqual({
    status: 200,
  });
  expect((await h.call('GET', '/v1/common/appconfig')).json).toMatchObject({ revoke_second: 60 });
  expect((await h.call('POST', path, { token: admin.token, body: {} })).json).toEqual({ status: 200 });
  expect((await h.call('GET', '/v1/common/appconfig')).json).toMatchObject({ revoke_second: -1 });
});
