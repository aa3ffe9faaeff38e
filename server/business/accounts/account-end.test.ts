/** Closing an account: what others see of it, and what it can do no more. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../../shared/json.ts';
import { Harness, type Person } from '../testing/harness.ts';

const h = new Harness();
let gone: Person;
let friend: Person;
let owner: Person;
let no: string;
beforeAll(async () => {
  await h.start();
  [gone, friend, owner] = (await Promise.all(
    ['gone-1', 'friend-1', 'owner-1'].map((name) => h.person(name)),
  )) as [Person, Person, Person];
  h.server.context.friends.befriend(gone.uid, friend.uid);
  no = await h.group(owner, [], [gone, friend]);
});
afterAll(() => h.close());

const destroy = (code: string) => h.call('DELETE', `/v1/user/destroy/${code}`, { token: gone.token });

test('only with the right code', async () => {
  expect(await destroy('000000')).toMatchObject({ status: 400, json: { msg: '验证码无效！' } });
  expect((await h.get('/v1/group/my', gone)).status).toBe(200);
});

test('the session ends, the name stays, and others are told that nobody is there any more', async () => {
  const version = Math.max(
    ...((await h.get(`/v1/groups/${no}/membersync?version=0`, owner)).json as JsonObject[]).map((row) =>
      Number(row['version']),
    ),
  );
  expect((await destroy('123456')).json).toEqual({ status: 200 });
  expect((await h.get('/v1/group/my', gone)).status).toBe(401);
  expect((await h.get(`/v1/users/${gone.uid}`, friend)).json).toMatchObject({
    name: 'gone-1',
    is_destroy: 1,
  });
  expect((await h.get(`/v1/groups/${no}/membersync?version=${version}`, owner)).json).toMatchObject([
    { uid: gone.uid, is_destroy: 1, is_deleted: 0 },
  ]);
  const friends = (await h.get('/v1/friend/sync?version=0&limit=10&api_version=1', friend))
    .json as JsonObject[];
  expect(friends).toMatchObject([{ uid: gone.uid, is_destroy: 1 }]);
  // Told, not only to be asked.
  expect(h.im.commands('memberUpdate').at(-1)?.param).toEqual({ group_no: no, uid: gone.uid });
  expect(h.im.commands('channelUpdate').at(-1)?.param).toEqual({ channel_id: gone.uid, channel_type: 1 });
});

test("it signs in no more, is found by nobody, joins nothing and is nobody's heir", async () => {
  const body = { username: 'gone-1-account', password: 'pw123456', flag: 2 };
  expect(await h.call('POST', '/v1/user/login', { body })).toMatchObject({
    status: 400,
    json: { msg: '用户不存在' },
  });
  expect((await h.call('GET', '/v1/user/search?keyword=gone-1-account')).json).toEqual({ exist: 0 });
  const elsewhere = await h.group(owner, [], [friend]);
  expect(await h.post(`/v1/groups/${elsewhere}/members`, owner, { members: [gone.uid] })).toMatchObject({
    status: 400,
    json: { msg: '添加用户已注销无法加入群聊' },
  });
  expect((await h.post(`/v1/groups/${no}/transfer/${gone.uid}`, owner)).status).toBe(400);
  expect((await h.post('/v1/group/create', owner, { members: [gone.uid] })).status).toBe(400);
  await h.post(`/v1/groups/${no}/exit`, owner);
  const rows = (await h.get(`/v1/groups/${no}/membersync?version=0`, friend)).json as JsonObject[];
  expect(rows.find((row) => row['role'] === 1)?.['uid']).toBe(friend.uid);
  // Its user name is free again.
  const again = { username: 'gone-1-account', password: 'pw123456', name: 'new', flag: 2 };
  expect((await h.call('POST', '/v1/user/usernameregister', { body: again })).status).toBe(200);
});
