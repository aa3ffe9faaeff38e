/** Published notices: author, history, who has read them (embedded-servers.md). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../../shared/json.ts';
import { Harness, type Answer, type Person } from '../testing/harness.ts';

const h = new Harness();
let owner: Person;
let manager: Person;
let member: Person;
let other: Person;
let group: string;
beforeAll(async () => {
  await h.start();
  [owner, manager, member, other] = (await Promise.all(
    ['owner-n', 'manager-n', 'member-n', 'other-n'].map((name) => h.person(name)),
  )) as [Person, Person, Person, Person];
  group = `/v1/groups/${await h.group(owner, [manager], [member, other])}`;
});
afterAll(() => h.close());

const publish = (by: Person, notice: string): Promise<Answer> =>
  h.call('PUT', group, { token: by.token, body: { notice } });
const list = async (who: Person): Promise<JsonObject[]> =>
  (await h.get(`${group}/notices`, who)).json as JsonObject[];

test('who wrote it, when, and who has read it', async () => {
  await publish(owner, '第一条');
  h.clock += 60_000;
  await publish(manager, '第二条');
  const [current, before] = await list(member);
  expect(current).toMatchObject({
    content: '第二条',
    uid: manager.uid,
    name: manager.name,
    created_at: Math.floor(h.clock / 1000),
    read_count: 1,
    unread_count: 3,
    read: 0,
  });
  expect(before).toMatchObject({ content: '第一条', uid: owner.uid });
  const at = `${group}/notices/${String(current?.['id'])}`;
  expect((await h.post(`${at}/readed`, member)).status).toBe(200);
  expect((await list(member))[0]).toMatchObject({ read_count: 2, unread_count: 2, read: 1 });
  const readers = (await h.get(`${at}/receipt?readed=1`, owner)).json as JsonObject[];
  expect(readers.map((row) => row['uid'])).toEqual([manager.uid, member.uid]);
  const unread = (await h.get(`${at}/receipt?readed=0`, owner)).json as JsonObject[];
  expect(unread.map((row) => row['uid'])).toEqual([owner.uid, other.uid]);
  expect((await h.get(`${at}/receipt?readed=1`, member)).status).toBe(400);

  // Once a day.
  expect((await h.post(`${at}/remind`, manager)).json).toEqual({ uids: [owner.uid, other.uid] });
  expect((await h.post(`${at}/remind`, owner)).status).toBe(400);
  h.clock += 24 * 3_600_000;
  expect((await h.post(`${at}/remind`, owner)).json).toEqual({ uids: [other.uid] });
  expect((await h.post(`${at}/remind`, member)).status).toBe(400);
});

test('what is taken down is in no history', async () => {
  const [current, before] = await list(owner);
  expect(
    (await h.call('DELETE', `${group}/notices/${String(before?.['id'])}`, { token: member.token })).status,
  ).toBe(400);
  expect(
    (await h.call('DELETE', `${group}/notices/${String(before?.['id'])}`, { token: manager.token })).status,
  ).toBe(200);
  expect(await list(owner)).toMatchObject([{ content: '第二条' }]);
  expect(
    (await h.call('DELETE', `${group}/notices/${String(current?.['id'])}`, { token: owner.token })).status,
  ).toBe(200);
  expect(await list(owner)).toEqual([]);
  expect((await h.get(group, owner)).json).toMatchObject({ notice: '' });
  await publish(owner, '第三条');
  await publish(owner, '');
  expect(await list(owner)).toEqual([]);
  const said = h.im.sent().filter(({ payload }) => payload['type'] === 1005);
  expect(said.at(-1)?.payload).toMatchObject({ content: '{0}清空了群公告', data: { notice: '' } });
});

test('the oldest go when there are many', async () => {
  for (let n = 0; n < 55; n += 1) await publish(owner, `公告 ${n}`);
  const rows = await list(owner);
  expect(rows).toHaveLength(50);
  expect(rows.at(-1)).toMatchObject({ content: '公告 5' });
});
