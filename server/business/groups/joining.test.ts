/** QR codes of groups and invitations that have to be confirmed (tsdd-api.md 3.2). */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../../shared/json.ts';
import { Harness, type Answer, type Person } from '../testing/harness.ts';

const h = new Harness();
let owner: Person;
let manager: Person;
let member: Person;
let outside: Person;
let no: string;
let group: string;
let serial = 0;
beforeAll(async () => {
  await h.start();
  [owner, manager, member] = (await Promise.all(
    ['owner-j', 'manager-j', 'member-j'].map((name) => h.person(name)),
  )) as [Person, Person, Person];
});
afterAll(() => h.close());
beforeEach(async () => {
  outside = await h.person(`outside-${(serial += 1)}`);
  no = await h.group(owner, [manager], [member]);
  group = `/v1/groups/${no}`;
  h.im.calls.length = 0;
});

async function codeOf(who: Person): Promise<string> {
  const answer = await h.get(`${group}/qrcode`, who);
  return new URL((answer.json as { qrcode: string }).qrcode).pathname;
}
async function scan(who: Person, path: string): Promise<{ answer: Answer; code: string }> {
  const answer = await h.get(path, who);
  const { data } = answer.json as { data?: { url?: string } };
  return { answer, code: URL.parse(data?.url ?? '')?.searchParams.get('auth_code') ?? '' };
}
const join = (code: string): Promise<Answer> => h.call('GET', `${group}/scanjoin?auth_code=${code}`);
const lines = (type: number): JsonObject[] =>
  h.im
    .sent()
    .map(({ payload }) => payload)
    .filter((payload) => payload['type'] === type);
const uids = async (): Promise<unknown[]> =>
  ((await h.get(`${group}/members`, owner)).json as JsonObject[]).map((row) => row['uid']);

test('a code is valid for seven days, says so, and lets in who scans it', async () => {
  const answer = await h.get(`${group}/qrcode`, member);
  expect(answer.json).toMatchObject({ day: 7, scan_approval: 1 });
  expect((answer.json as JsonObject)['expire']).toMatch(/^\d\d月\d\d日$/);
  const { answer: scanned, code } = await scan(outside, await codeOf(member));
  expect(scanned.json).toMatchObject({ forward: 'h5', type: 'webview' });
  const detail = await h.call('GET', `${group}/detail?auth_code=${code}`);
  expect(detail.json).toMatchObject({ group_no: no, name: 'Team', member_count: 3, notice: '', invite: 0 });
  expect((await join(code)).json).toEqual({ status: 200 });
  expect(await uids()).toContain(outside.uid);
  expect(lines(1007)).toMatchObject([
    { content: '“{0}”通过“{1}”的二维码加入群聊', extra: [{ uid: outside.uid }, { uid: member.uid }] },
  ]);
  // Once; and whoever is in it is led to it.
  expect((await join(code)).status).toBe(400);
  expect((await scan(outside, await codeOf(member))).answer.json).toEqual({
    forward: 'native',
    type: 'group',
    data: { group_no: no },
  });
});

test('a code is over with its time, its maker and its group; asked for again it goes on', async () => {
  const path = await codeOf(member);
  h.clock += 6 * 24 * 3_600_000;
  expect(await codeOf(member)).toBe(path);
  h.clock += 6 * 24 * 3_600_000;
  expect((await scan(outside, path)).answer.status).toBe(200);
  h.clock += 2 * 24 * 3_600_000;
  expect((await scan(outside, path)).answer).toMatchObject({
    status: 400,
    json: { msg: '二维码或已过期！' },
  });
  const another = await codeOf(member);
  const { code } = await scan(outside, another);
  await h.call('DELETE', `${group}/members`, { token: owner.token, body: { members: [member.uid] } });
  expect((await scan(outside, another)).answer.status).toBe(400);
  expect((await join(code)).status).toBe(400);
  expect((await h.get(`${group}/qrcode`, member)).status).toBe(400);
  const last = await codeOf(owner);
  await h.call('DELETE', `${group}/disband`, { token: owner.token });
  expect((await scan(outside, last)).answer.status).toBe(400);
});

test('what a scan allows is for half an hour, for that group and for whoever scanned', async () => {
  const { code } = await scan(outside, await codeOf(owner));
  const elsewhere = await h.group(owner, [], [manager]);
  expect((await h.call('GET', `/v1/groups/${elsewhere}/scanjoin?auth_code=${code}`)).status).toBe(400);
  expect((await h.call('GET', `/v1/groups/${elsewhere}/detail?auth_code=${code}`)).status).toBe(400);
  expect((await h.call('GET', `${group}/detail?auth_code=made-up`)).status).toBe(400);
  expect((await h.get(`${group}/detail`, owner)).status).toBe(400);
  h.clock += 31 * 60_000;
  expect(await join(code)).toMatchObject({ status: 400, json: { msg: '认证信息不存在或已失效！' } });
});

async function invite(): Promise<string> {
  await h.call('PUT', group, { token: owner.token, body: { invite: '1' } });
  expect((await h.post(`${group}/members`, member, { members: [outside.uid] })).status).toBe(400);
  const asked = await h.post(`${group}/member/invite`, member, { uids: [outside.uid], remark: '同事' });
  expect(asked.json).toEqual({ status: 200 });
  const [line] = lines(1009);
  expect(line).toMatchObject({
    content: '“{0}“想邀请1位朋友加入群聊',
    extra: [{ uid: member.uid }],
    visibles: [owner.uid, manager.uid],
  });
  return String(line?.['invite_no']);
}
async function confirmCode(by: Person, inviteNo: string): Promise<string> {
  const answer = await h.get(`${group}/member/h5confirm?invite_no=${inviteNo}`, by);
  return URL.parse((answer.json as { url?: string }).url ?? '')?.searchParams.get('auth_code') ?? '';
}

test('an invitation waits for owner or managers, who see it and confirm it once', async () => {
  const inviteNo = await invite();
  const of = (who: Person): Promise<Answer> => h.get(`/v1/group/invites/${inviteNo}`, who);
  for (const who of [member, outside]) {
    expect((await of(who)).status).toBe(400);
    expect(await confirmCode(who, inviteNo)).toBe('');
  }
  expect((await of(manager)).json).toMatchObject({
    invite_no: inviteNo,
    group_no: no,
    inviter: member.uid,
    inviter_name: member.name,
    remark: '同事',
    status: 0,
    items: [{ uid: outside.uid, name: outside.name }],
    can_refuse: 1,
  });
  const code = await confirmCode(manager, inviteNo);
  expect((await h.call('POST', `/v1/group/invite/sure?auth_code=${code}`)).json).toEqual({ status: 200 });
  expect(await uids()).toContain(outside.uid);
  expect(lines(1002)).toMatchObject([{ from_uid: member.uid, extra: [{ uid: outside.uid }] }]);
  expect((await of(owner)).json).toMatchObject({ status: 1, answered_by: manager.uid });
  const again = await confirmCode(owner, inviteNo);
  expect(await h.call('POST', `/v1/group/invite/sure?auth_code=${again}`)).toMatchObject({
    status: 400,
    json: { msg: '邀请信息不是待邀请状态！' },
  });
});

test('refused, expired, answered by somebody who lost the right: nobody comes in', async () => {
  const refused = await invite();
  const code = await confirmCode(manager, refused);
  expect((await h.call('POST', `/v1/group/invite/refuse?auth_code=${code}`)).status).toBe(200);
  expect((await h.get(`/v1/group/invites/${refused}`, owner)).json).toMatchObject({ status: 2 });
  expect((await h.call('POST', `/v1/group/invite/sure?auth_code=${code}`)).status).toBe(400);

  await h.post(`${group}/member/invite`, member, { uids: [outside.uid] });
  const next = String(lines(1009).at(-1)?.['invite_no']);
  const demoted = await confirmCode(manager, next);
  await h.call('DELETE', `${group}/managers`, { token: owner.token, body: [manager.uid] });
  expect((await h.call('POST', `/v1/group/invite/sure?auth_code=${demoted}`)).status).toBe(400);
  h.clock += 7 * 24 * 3_600_000;
  expect((await h.get(`/v1/group/invites/${next}`, owner)).json).toMatchObject({ status: 3 });
  const late = await confirmCode(owner, next);
  expect((await h.call('POST', `/v1/group/invite/sure?auth_code=${late}`)).status).toBe(400);
  expect(await uids()).not.toContain(outside.uid);
});

test('while invitations have to be confirmed, a code only asks; asking again changes nothing', async () => {
  await h.call('PUT', group, { token: owner.token, body: { invite: '1' } });
  const path = await codeOf(member);
  for (const _ of [1, 2]) {
    const { code } = await scan(outside, path);
    expect(await join(code)).toMatchObject({ status: 400, json: { code: 'waits_for_approval' } });
  }
  expect(lines(1009)).toHaveLength(1);
  const [line] = lines(1009);
  expect(line).toMatchObject({ content: '“{0}”扫描二维码申请加入群聊', extra: [{ uid: outside.uid }] });
  const inviteNo = String(line?.['invite_no']);
  expect((await h.get(`/v1/group/invites/${inviteNo}`, owner)).json).toMatchObject({
    by_code: 1,
    inviter: outside.uid,
  });
  const code = await confirmCode(owner, inviteNo);
  expect((await h.call('POST', `/v1/group/invite/sure?auth_code=${code}`)).status).toBe(200);
  expect(await uids()).toContain(outside.uid);
  expect(lines(1007)).toHaveLength(1);
});

test('owner and managers are reminded of an invitation, and nobody of a forged one', async () => {
  await invite();
  const posted = h.im
    .inChannel(no, 2)
    .filter(({ payload }) => Buffer.from(payload, 'base64').toString().includes('"type":1009'));
  await h.notify(...posted);
  await h.notify(h.say(member, no, 2, 'x', { payload: { type: 1009, invite_no: 'forged' } }));
  const remindersOf = async (who: Person): Promise<unknown[]> =>
    (
      (await h.post('/v1/message/reminder/sync', who, { version: 0, limit: 10, channel_ids: [no] }))
        .json as JsonObject[]
    ).map((row) => row['reminder_type']);
  expect(await remindersOf(owner)).toEqual([2]);
  expect(await remindersOf(manager)).toEqual([2]);
  expect(await remindersOf(member)).toEqual([]);
});

test('invitations of one member that wait are limited', async () => {
  await h.call('PUT', group, { token: owner.token, body: { invite: '1' } });
  await h.restart({ quotas: { openInvitations: 2 } });
  const others = await Promise.all([1, 2, 3].map((n) => h.person(`guest-${n}-${serial}`)));
  const asked: number[] = [];
  for (const { uid } of others)
    asked.push((await h.post(`${group}/member/invite`, manager, { uids: [uid] })).status);
  expect(asked).toEqual([200, 200, 400]);
});
