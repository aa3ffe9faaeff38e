/** What one user can make the server keep has an end, also when everything is asked for at the same moment. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, Harness, type Person } from './testing/harness.ts';

const QUOTAS = {
  uploadBytes: 10_000,
  uploads: 20,
  uploadsPerDay: 60,
  groupsPerDay: 3,
  groups: 5,
  groupLinesPerHour: 4,
  openFriendRequests: 3,
  friendRequestsPerHour: 6,
};
const DAY_MS = 86_400_000;
let h: Harness;
let alice: Person;
let bob: Person;
beforeEach(async () => {
  h = await new Harness({ quotas: QUOTAS }).start();
  [alice, bob] = [await h.person('alice'), await h.person('bob')];
});
afterEach(() => h.close());

const codeOf = ({ json, status }: Answer): string =>
  status === 200 ? 'ok' : ((json as { code?: string }).code ?? String(status));
const codes = (answers: Answer[]): string[] => answers.map(codeOf).toSorted();
const times = (count: number, code: string): string[] => Array.from({ length: count }, () => code);

let serial = 0;
function upload(by: Person, bytes: number, to?: string): Promise<Answer> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)]), 'f.bin');
  const path = to ?? `/1/u/object-${(serial += 1)}.bin`;
  return h.call('POST', `/v1/file/upload?type=chat&path=${path}`, { token: by.token, body: form });
}
const discard = (by: Person, uploaded: Answer) =>
  h.call(
    'DELETE',
    `/v1/file/upload?path=${(uploaded.json as { path: string }).path.slice('file/preview/'.length)}`,
    {
      token: by.token,
    },
  );

describe('uploads', () => {
  test('end at so many bytes; what is taken back makes room; others have their own', async () => {
    const first = await upload(alice, 6000);
    expect(codeOf(first)).toBe('ok');
    expect(codeOf(await upload(alice, 6000))).toBe('quota_exceeded');
    expect(readdirSync(join(h.dataDir, 'files/chat/1/u'))).toHaveLength(1);
    expect(codeOf(await upload(alice, 4000))).toBe('ok');
    expect(codeOf(await upload(alice, 1))).toBe('quota_exceeded');
    expect(codeOf(await upload(bob, 6000))).toBe('ok');
    await discard(alice, first);
    expect(codeOf(await upload(alice, 6000))).toBe('ok');
  });

  test('count while they come in: ten at once get no further than one after the other', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => upload(alice, 3000)));
    expect(answers.filter((each) => each.status === 200).length).toBeLessThanOrEqual(3);
    expect(new Set(codes(answers))).toEqual(new Set(['ok', 'quota_exceeded']));
    const kept = answers.filter((each) => each.status === 200).length;
    // Refused ones gave their share back.
    expect(codeOf(await upload(alice, 10_000 - kept * 3000))).toBe('ok');
  });

  test('end at so many files, empty ones too', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => upload(alice, 0)));
    expect(codes(answers)).toEqual([...times(20, 'ok'), ...times(10, 'quota_exceeded')]);
  });

  test('end at so many a day, also when they are taken back; their folders go with them', async () => {
    for (let i = 0; i < 60; i++) await discard(alice, await upload(alice, 10, `/made-up-${i}/u/f.bin`));
    expect(codeOf(await upload(alice, 10))).toBe('quota_exceeded');
    expect(readdirSync(join(h.dataDir, 'files'))).toEqual([]);
    // A refused one leaves no folder either.
    expect(codeOf(await upload(bob, 10, '/refused/u/f.png'))).toBe('bad_file_type');
    expect(readdirSync(join(h.dataDir, 'files'))).toEqual([]);
    h.clock += DAY_MS;
    expect(codeOf(await upload(alice, 10))).toBe('ok');
  });

  test('a new avatar replaces the old one', async () => {
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(3000)]);
    const groupNo = await h.group(alice, [], [bob]);
    for (const path of [`/v1/users/${alice.uid}/avatar`, `/v1/groups/${groupNo}/avatar`]) {
      for (let i = 0; i < 5; i++) {
        const form = new FormData();
        form.append('file', new Blob([png], { type: 'image/png' }), 'a.png');
        expect(codeOf(await h.call('POST', path, { token: alice.token, body: form }))).toBe('ok');
      }
      expect((await fetch(`${h.server.api}${path}`)).headers.get('content-type')).toBe('image/png');
    }
    expect(readdirSync(join(h.dataDir, 'files/avatar'))).toHaveLength(2);
  });
});

const create = () => h.post('/v1/group/create', alice, { members: [bob.uid], name: 'G' });

describe('groups', () => {
  test('so many a day, those being made at the same moment included, and so many in all', async () => {
    expect(codes(await Promise.all(Array.from({ length: 10 }, create)))).toEqual([
      ...times(3, 'ok'),
      ...times(7, 'quota_exceeded'),
    ]);
    expect((await create()).json).toMatchObject({ status: 400, msg: '今天创建的群已达上限，请明天再试！' });
    h.clock += DAY_MS;
    expect(codes([await create(), await create(), await create()])).toEqual(['ok', 'ok', 'quota_exceeded']);
    h.clock += DAY_MS;
    expect((await create()).json).toMatchObject({ msg: '创建的群已达上限！' });
  });

  test('one that came to nothing does not count', async () => {
    h.im.failWith = 503;
    for (let i = 0; i < 5; i++) expect((await create()).json).toMatchObject({ msg: '创建IM频道失败！' });
    h.im.failWith = null;
    expect(codeOf(await create())).toBe('ok');
  });
});

test('changes that a line in the group tells of: so many an hour', async () => {
  const no = await h.group(alice, [], [bob]);
  const change = (body: unknown) => h.call('PUT', `/v1/groups/${no}`, { token: alice.token, body });
  const members = (method: string) =>
    h.call(method, `/v1/groups/${no}/members`, { token: alice.token, body: { members: [bob.uid] } });
  const answers = [await members('DELETE'), await change({ name: 'A' }), await change({ notice: 'B' })];
  expect(codes([...answers, await members('POST')])).toEqual(times(4, 'ok'));
  expect(codes([await change({ name: 'C' }), await members('DELETE')])).toEqual(times(2, 'rate_limited'));
  h.clock += 3_600_000;
  expect(codeOf(await change({ name: 'C' }))).toBe('ok');
});

test('friend requests: so many open, so many an hour', async () => {
  const others: Person[] = [];
  for (let i = 0; i < 5; i++) others.push(await h.person(`other${i}`));
  const apply = async (to: Person): Promise<Answer> => {
    const found = await h.get(`/v1/user/search?keyword=${to.name}-account`, alice);
    const { vercode } = (found.json as { data: { vercode: string } }).data;
    return h.post('/v1/friend/apply', alice, { to_uid: to.uid, remark: '', vercode });
  };
  const answers: Answer[] = [];
  for (const to of others) answers.push(await apply(to));
  expect(answers.map(codeOf)).toEqual(['ok', 'ok', 'ok', 'quota_exceeded', 'quota_exceeded']);
  const [first = bob, second = bob] = others;
  await h.call('PUT', `/v1/friend/refuse/${alice.uid}`, { token: first.token });
  // Asking the same person again opens none; it is a command to him all the same.
  expect([codeOf(await apply(second)), codeOf(await apply(second))]).toEqual(['ok', 'ok']);
  expect([codeOf(await apply(second)), codeOf(await apply(second))]).toEqual(['ok', 'rate_limited']);
  h.clock += 3_600_000;
  expect(codeOf(await apply(others[3] ?? bob))).toBe('ok');
});

test('deleting messages that are not there keeps nothing', async () => {
  const said = h.say(alice, bob.uid, 1, 'hello');
  const item = (message_id: string) => ({
    message_id,
    channel_id: bob.uid,
    channel_type: 1,
    message_seq: 1,
  });
  const made = Array.from({ length: 999 }, (_, i) => item(String(1000 + i)));
  const answer = await h.call('DELETE', '/v1/message', {
    token: alice.token,
    body: [...made, item(said.messageId)],
  });
  expect(answer.json).toEqual({ status: 200 });
  expect(h.server.context.db.all('SELECT message_id FROM message_deleted_for')).toEqual([
    { message_id: said.messageId },
  ]);
});
