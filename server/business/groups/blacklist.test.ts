/** The blacklist of a group (tsdd-api.md 3.2): who is on it is silent, and comes in on no way. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../../shared/json.ts';
import { Harness, type Person } from '../testing/harness.ts';

const h = new Harness();
let owner: Person;
let manager: Person;
let member: Person;
let other: Person;
let group: string;
let no: string;
beforeAll(async () => {
  await h.start();
  [owner, manager, member, other] = (await Promise.all(
    ['owner-b', 'manager-b', 'member-b', 'other-b'].map((name) => h.person(name)),
  )) as [Person, Person, Person, Person];
});
afterAll(() => h.close());
beforeEach(async () => {
  no = await h.group(owner, [manager], [member, other]);
  group = `/v1/groups/${no}`;
  h.im.calls.length = 0;
});

const block = (by: Person, uid: string, action: 'add' | 'remove' = 'add') =>
  h.post(`${group}/blacklist/${action}`, by, { uids: [uid] });
const lists = (path: string): JsonObject[] =>
  h.im.calls.filter((call) => call.path === path).map(({ body }) => body);
const statusOf = async (uid: string): Promise<unknown> => {
  const rows = (await h.get(`${group}/membersync?version=0`, owner)).json as JsonObject[];
  return rows.find((row) => row['uid'] === uid)?.['status'];
};

test('as with TSDD it silences and removes nobody; the member list leaves them out', async () => {
  expect((await block(manager, member.uid)).json).toEqual({ status: 200 });
  expect(lists('/channel/blacklist_add')).toEqual([{ channel_id: no, channel_type: 2, uids: [member.uid] }]);
  expect(lists('/message/send').map((body) => JSON.stringify(body))).toHaveLength(1);
  expect(await statusOf(member.uid)).toBe(2);
  const listed = (await h.get(`${group}/members`, owner)).json as JsonObject[];
  expect(listed.map((row) => row['uid'])).toEqual([owner.uid, manager.uid, other.uid]);
  expect((await block(manager, member.uid, 'remove')).status).toBe(200);
  expect(lists('/channel/blacklist_remove')).toHaveLength(1);
  expect(await statusOf(member.uid)).toBe(1);
});

test('who was removed comes back neither by a member, nor by a code, nor by an invitation, until it is lifted', async () => {
  await block(owner, member.uid);
  await h.call('DELETE', `${group}/members`, { token: owner.token, body: { members: [member.uid] } });
  expect(await h.post(`${group}/members`, owner, { members: [member.uid] })).toMatchObject({
    status: 400,
    json: { msg: '添加的成员已在群内或在群黑名单内', code: 'blacklisted' },
  });
  // Others come in beside them.
  const more = await h.person('more-b');
  expect((await h.post(`${group}/members`, owner, { members: [member.uid, more.uid] })).status).toBe(200);
  expect((await h.post(`${group}/member/invite`, other, { uids: [member.uid] })).status).toBe(400);
  const { qrcode } = (await h.get(`${group}/qrcode`, other)).json as { qrcode: string };
  const scanned = (await h.get(new URL(qrcode).pathname, member)).json as { data: { url: string } };
  const code = new URL(scanned.data.url).searchParams.get('auth_code') ?? '';
  expect(await h.call('GET', `${group}/scanjoin?auth_code=${code}`)).toMatchObject({
    status: 400,
    json: { code: 'blacklisted' },
  });
  const uids = (): Promise<unknown[]> =>
    h.get(`${group}/members`, owner).then(({ json }) => (json as JsonObject[]).map((row) => row['uid']));
  expect(await uids()).not.toContain(member.uid);
  expect((await block(owner, member.uid, 'remove')).status).toBe(200);
  expect((await h.post(`${group}/members`, other, { members: [member.uid] })).status).toBe(200);
  expect(await uids()).toContain(member.uid);
  // Nothing of it is left at the IM server either.
  expect(lists('/channel/blacklist_remove').at(-1)).toMatchObject({ uids: [member.uid] });
});

test('managers over members, the owner over managers, nobody over the owner or themselves', async () => {
  expect((await block(manager, owner.uid)).status).toBe(400);
  expect((await block(manager, manager.uid)).status).toBe(400);
  expect((await block(owner, owner.uid)).status).toBe(400);
  expect((await block(member, other.uid)).status).toBe(400);
  expect((await block(owner, 'of-nobody')).status).toBe(400);
  expect((await block(owner, manager.uid)).status).toBe(200);
});

test('a mute that ends leaves the blacklist as it is, and the other way round', async () => {
  await h.post(`${group}/forbidden_with_member`, owner, { member_uid: member.uid, action: 1, key: 2 });
  await block(owner, member.uid);
  h.im.calls.length = 0;
  h.clock += 600_000;
  h.server.context.groups.releaseExpiredMutes();
  await h.server.context.jobs.flush();
  expect(lists('/channel/blacklist_remove')).toEqual([]);
  await h.post(`${group}/forbidden_with_member`, owner, { member_uid: member.uid, action: 1, key: 2 });
  await block(owner, member.uid, 'remove');
  expect(lists('/channel/blacklist_remove')).toEqual([]);
  await h.post(`${group}/forbidden_with_member`, owner, { member_uid: member.uid, action: 0, key: 0 });
  expect(lists('/channel/blacklist_remove')).toHaveLength(1);
});

test('who leaves muted and is added again may speak', async () => {
  await h.post(`${group}/forbidden_with_member`, owner, { member_uid: member.uid, action: 1, key: 4 });
  await h.post(`${group}/exit`, member);
  h.im.calls.length = 0;
  await h.post(`${group}/members`, owner, { members: [member.uid] });
  expect(lists('/channel/blacklist_remove')).toMatchObject([{ uids: [member.uid] }]);
});

test('a group passes to nobody on the blacklist', async () => {
  await block(owner, member.uid);
  expect((await h.post(`${group}/transfer/${member.uid}`, owner)).status).toBe(400);
  await h.post(`${group}/exit`, owner);
  const rows = (await h.get(`${group}/membersync?version=0`, manager)).json as JsonObject[];
  expect(rows.find((row) => row['role'] === 1)?.['uid']).not.toBe(member.uid);
});
