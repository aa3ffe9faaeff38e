/** Who may call what: every route without and with a bad token, and group routes by standing in the group. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Harness, type Person } from './testing/harness.ts';

let h: Harness;
let owner: Person;
let manager: Person;
let member: Person;
let former: Person;
let stranger: Person;
let no: string;

beforeAll(async () => {
  h = await new Harness().start();
  [owner, manager, member, former, stranger] = (await Promise.all(
    ['owner1', 'manager1', 'member1', 'former1', 'stranger1'].map((name) => h.person(name)),
  )) as [Person, Person, Person, Person, Person];
  no = await h.group(owner, [manager], [member, former]);
  await h.call('PUT', `/v1/groups/${no}`, { token: owner.token, body: { notice: 'confidential notice' } });
  await h.post(`/v1/groups/${no}/exit`, former);
  h.say(owner, no, 2, 'confidential message');
});
afterAll(() => h.close());

const NEEDS_TOKEN = [
  'GET /v1/common/appversion/web/1.0.0',
  'GET /v1/users/u',
  'GET /v1/channels/u/1',
  'PUT /v1/users/u/setting',
  'GET /v1/user/online',
  'POST /v1/user/online',
  'GET /v1/friend/sync',
  'GET /v1/friend/search',
  'POST /v1/friend/apply',
  'GET /v1/friend/apply',
  'PUT /v1/friend/refuse/u',
  'DELETE /v1/friend/apply/u',
  'POST /v1/friend/sure',
  'DELETE /v1/friends/u',
  'PUT /v1/friend/remark',
  'POST /v1/user/blacklist/u',
  'DELETE /v1/user/blacklist/u',
  'GET /v1/user/blacklists',
  'GET /v1/user/reddot/friendApply',
  'DELETE /v1/user/reddot/friendApply',
  'POST /v1/user/quit',
  'POST /v1/user/pc/quit',
  'PUT /v1/user/updatepassword',
  'GET /v1/user/devices',
  'GET /v1/user/devices/d',
  'DELETE /v1/user/devices/d',
  'PUT /v1/user/current',
  'PUT /v1/user/my/setting',
  'POST /v1/group/create',
  'GET /v1/group/my',
  'GET /v1/groups/g',
  'GET /v1/groups/g/membersync',
  'GET /v1/groups/g/members',
  'POST /v1/groups/g/members',
  'DELETE /v1/groups/g/members',
  'POST /v1/groups/g/members_delete',
  'POST /v1/groups/g/exit',
  'DELETE /v1/groups/g/disband',
  'POST /v1/groups/g/transfer/u',
  'POST /v1/groups/g/managers',
  'DELETE /v1/groups/g/managers',
  'PUT /v1/groups/g',
  'PUT /v1/groups/g/setting',
  'PUT /v1/groups/g/members/u',
  'POST /v1/groups/g/forbidden/1',
  'POST /v1/groups/g/forbidden_with_member',
  'GET /v1/group/forbidden_times',
  'POST /v1/conversation/sync',
  'PUT /v1/coversation/clearUnread',
  'PUT /v1/conversation/clearUnread',
  'DELETE /v1/conversations/u/1',
  'POST /v1/conversations/u/1/extra',
  'POST /v1/conversation/extra/sync',
  'POST /v1/conversation/syncack',
  'POST /v1/message/channel/sync',
  'POST /v1/message/extra/sync',
  'POST /v1/message/revoke?channel_id=u&channel_type=1',
  'DELETE /v1/message',
  'DELETE /v1/message/mutual',
  'POST /v1/message/edit',
  'POST /v1/message/readed',
  'GET /v1/messages/1/receipt',
  'POST /v1/message/typing',
  'POST /v1/message/sync',
  'POST /v1/message/syncack/1',
  'POST /v1/message/reminder/sync',
  'POST /v1/message/reminder/done',
  'GET /v1/message/prohibit_words/sync',
  'GET /v1/message/sync/sensitivewords',
  'GET /v1/file/upload',
  'POST /v1/file/upload',
  'DELETE /v1/file/upload?path=chat/1/u/x.png',
  'POST /v1/users/u/avatar',
  'POST /v1/groups/g/avatar',
];

test.each(NEEDS_TOKEN)('%s asks for a token', async (route) => {
  const [method, path] = route.split(' ') as [string, string];
  expect(await h.call(method, path)).toMatchObject({
    status: 401,
    text: '{"msg":"token不能为空，请先登录！"}',
  });
  expect(await h.call(method, path, { token: 'nonsense' })).toMatchObject({
    status: 401,
    text: '{"msg":"请先登录！"}',
  });
});

describe('reads by standing in the group', () => {
  const reads: [string, (who: Person) => Promise<{ status: number; text: string }>][] = [
    ['GET groups/:no', (who) => h.get(`/v1/groups/${no}`, who)],
    ['GET membersync', (who) => h.get(`/v1/groups/${no}/membersync?version=0`, who)],
    ['GET members', (who) => h.get(`/v1/groups/${no}/members`, who)],
    ['GET channels', (who) => h.get(`/v1/channels/${no}/2`, who)],
    [
      'POST channel/sync',
      (who) => h.post('/v1/message/channel/sync', who, { channel_id: no, channel_type: 2, limit: 50 }),
    ],
    [
      'POST extra/sync',
      (who) => h.post('/v1/message/extra/sync', who, { channel_id: no, channel_type: 2, extra_version: 0 }),
    ],
    ['POST conversation/sync', (who) => h.post('/v1/conversation/sync', who, { msg_count: 10 })],
  ];
  test.each(reads)('%s', async (_name, read) => {
    for (const who of [owner, manager, member])
      expect([who.name, (await read(who)).status]).toEqual([who.name, 200]);
    for (const who of [former, stranger]) {
      const answer = await read(who);
      expect(answer.text).not.toContain('confidential');
      expect(answer.text).not.toContain(member.uid);
    }
  });

  test('a former member sees that the membership is over, a stranger nothing', async () => {
    expect((await h.get(`/v1/groups/${no}`, former)).json).toMatchObject({
      quit: 1,
      notice: '',
      member_count: 0,
      role: 0,
    });
    expect((await h.get(`/v1/channels/${no}/2`, former)).json).toMatchObject({
      notice: '',
      extra: { quit: 1 },
    });
    expect((await h.get(`/v1/groups/${no}`, stranger)).status).toBe(400);
    expect((await h.get(`/v1/channels/${no}/2`, stranger)).json).toEqual({
      msg: '频道不存在！',
      status: 400,
    });
  });
});

describe('changes by standing in the group', () => {
  /** Standings that must be refused; harmless for those who are not. */
  const refusedFor: [string, (keyof typeof people)[], (who: Person) => Promise<{ status: number }>][] = [
    [
      'rename',
      ['member', 'former', 'stranger'],
      (who) => h.call('PUT', `/v1/groups/${no}`, { token: who.token, body: { name: 'x' } }),
    ],
    [
      'group rule',
      ['member', 'former', 'stranger'],
      (who) => h.call('PUT', `/v1/groups/${no}/setting`, { token: who.token, body: { forbidden: 0 } }),
    ],
    [
      'personal setting',
      ['former', 'stranger'],
      (who) => h.call('PUT', `/v1/groups/${no}/setting`, { token: who.token, body: { mute: 1 } }),
    ],
    [
      'add members',
      ['former', 'stranger'],
      (who) => h.post(`/v1/groups/${no}/members`, who, { members: [owner.uid] }),
    ],
    [
      'remove members',
      ['member', 'former', 'stranger'],
      (who) =>
        h.call('DELETE', `/v1/groups/${no}/members`, { token: who.token, body: { members: [stranger.uid] } }),
    ],
    [
      'remove the owner',
      ['manager', 'member', 'former', 'stranger'],
      (who) =>
        who === owner
          ? Promise.resolve({ status: 200 })
          : h.post(`/v1/groups/${no}/members_delete`, who, { members: [owner.uid] }),
    ],
    ['mute all', ['member', 'former', 'stranger'], (who) => h.post(`/v1/groups/${no}/forbidden/0`, who)],
    [
      'mute a member',
      ['member', 'former', 'stranger'],
      (who) =>
        h.post(`/v1/groups/${no}/forbidden_with_member`, who, { member_uid: member.uid, action: 0, key: 1 }),
    ],
    [
      'nickname of another',
      ['member', 'former', 'stranger'],
      (who) =>
        h.call('PUT', `/v1/groups/${no}/members/${member.uid}`, { token: who.token, body: { remark: 'x' } }),
    ],
    [
      'managers',
      ['manager', 'member', 'former', 'stranger'],
      (who) => h.post(`/v1/groups/${no}/managers`, who, [manager.uid]),
    ],
    [
      'avatar',
      ['manager', 'member', 'former', 'stranger'],
      async (who) =>
        who === owner ? { status: 200 } : h.call('POST', `/v1/groups/${no}/avatar`, { token: who.token }),
    ],
    [
      'transfer',
      ['manager', 'member', 'former', 'stranger'],
      async (who) =>
        who === owner ? { status: 200 } : h.post(`/v1/groups/${no}/transfer/${member.uid}`, who),
    ],
    [
      'disband',
      ['manager', 'member', 'former', 'stranger'],
      async (who) =>
        who === owner ? { status: 200 } : h.call('DELETE', `/v1/groups/${no}/disband`, { token: who.token }),
    ],
    [
      'exit',
      ['former', 'stranger'],
      async (who) =>
        who === former || who === stranger ? h.post(`/v1/groups/${no}/exit`, who) : { status: 200 },
    ],
    [
      'typing',
      ['former', 'stranger'],
      (who) => h.post('/v1/message/typing', who, { channel_id: no, channel_type: 2 }),
    ],
    [
      'draft',
      ['former', 'stranger'],
      (who) => h.post(`/v1/conversations/${no}/2/extra`, who, { draft: 'x' }),
    ],
    [
      'read position',
      ['former', 'stranger'],
      (who) =>
        h.call('PUT', '/v1/coversation/clearUnread', {
          token: who.token,
          body: { channel_id: no, channel_type: 2, unread: 0 },
        }),
    ],
    [
      'delete for me',
      ['former', 'stranger'],
      (who) =>
        h.call('DELETE', '/v1/message', {
          token: who.token,
          body: [{ message_id: '1', channel_id: no, channel_type: 2, message_seq: 1 }],
        }),
    ],
    [
      'message/send',
      ['former', 'stranger'],
      (who) =>
        h.call('POST', '/v1/message/send', {
          body: {
            token: who.token,
            receive_channel_id: no,
            receive_channel_type: 2,
            payload: { type: 1, content: 'x' },
          },
        }),
    ],
  ];
  const people = {
    owner: () => owner,
    manager: () => manager,
    member: () => member,
    former: () => former,
    stranger: () => stranger,
  };

  test.each(refusedFor)('%s', async (name, refused, change) => {
    for (const [standing, person] of Object.entries(people)) {
      // A member may set the own nickname.
      if (name === 'nickname of another' && standing === 'member') continue;
      const expected = refused.includes(standing as keyof typeof people) ? 400 : 200;
      expect([standing, (await change(person())).status]).toEqual([standing, expected]);
    }
  });
});

describe('sessions', () => {
  test('one token per device class, reused; gone after sign-out, password change and expiry', async () => {
    const who = await h.person('session1');
    const login = async (flag: number, password = 'pw123456') =>
      (
        (await h.call('POST', '/v1/user/login', { body: { username: 'session1-account', password, flag } }))
          .json as { token: string }
      ).token;
    const alive = async (token: string) =>
      (await h.call('GET', '/v1/user/devices', { token })).status === 200;
    expect(await login(2)).toBe(who.token);
    const web = await login(1);
    expect(web).not.toBe(who.token);
    const app = await login(0);
    const app2 = await login(0);
    expect([await alive(app), await alive(app2), await alive(web)]).toEqual([false, true, true]);
    expect(h.im.to('/user/token').at(-1)).toEqual({
      uid: who.uid,
      token: app2,
      device_flag: 0,
      device_level: 1,
    });
    await h.call('POST', '/v1/user/quit', { token: who.token });
    expect([await alive(who.token), await alive(web)]).toEqual([false, true]);
    expect(
      await h.call('PUT', '/v1/user/updatepassword', {
        token: web,
        body: { password: 'pw123456', new_password: 'other-pw' },
      }),
    ).toMatchObject({ status: 200 });
    expect([await alive(web), await alive(app2)]).toEqual([false, false]);
    const fresh = await login(2, 'other-pw');
    h.clock += 30 * 86_400_000;
    expect(await alive(fresh)).toBe(false);
    expect(await login(2, 'other-pw')).not.toBe(fresh);
  });
});
