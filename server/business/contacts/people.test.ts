/** What is done with one person: remark, blacklist, codes, reports (tsdd-api.md 2.2). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Harness, type Person } from '../testing/harness.ts';

let h: Harness;
let alice: Person;
let bob: Person;
beforeEach(async () => {
  h = await new Harness().start();
  alice = await h.person('alice');
  bob = await h.person('bob');
});
afterEach(() => h.close());

describe('one person', () => {
  test('the own code is an address that says who it is, and a request from it is taken', async () => {
    const { data } = (await h.get('/v1/user/qrcode', bob)).json as { data: string };
    const code = /\/v1\/qrcode\/(vercode_[0-9a-f]+)$/.exec(data)?.[1] ?? '';
    const scanned = (await h.get(`/v1/qrcode/${code}`, alice)).json;
    expect(scanned).toMatchObject({ forward: 'native', type: 'userInfo', data: { uid: bob.uid } });
    const { vercode } = (scanned as { data: { vercode: string } }).data;
    expect((await h.post('/v1/friend/apply', alice, { to_uid: bob.uid, remark: '', vercode })).status).toBe(
      200,
    );
    for (const odd of ['vercode_', 'vercode_00', 'user_x', 'x', "vercode_' OR 1"])
      expect((await h.get(`/v1/qrcode/${encodeURIComponent(odd)}`, alice)).status).toBe(400);
  });

  test('who is blocked is on the list of the IM server until unblocked, and both sides are told', async () => {
    h.server.context.friends.befriend(alice.uid, bob.uid);
    h.im.calls.length = 0;
    expect((await h.post(`/v1/user/blacklist/${bob.uid}`, alice)).status).toBe(200);
    const entry = { channel_id: alice.uid, channel_type: 1, uids: [bob.uid] };
    expect(h.im.to('/channel/blacklist_add')).toEqual([entry]);
    expect((await h.get('/v1/user/blacklists', alice)).json).toMatchObject([{ uid: bob.uid }]);
    expect((await h.get(`/v1/users/${bob.uid}`, alice)).json).toMatchObject({ status: 2 });
    expect((await h.get(`/v1/users/${alice.uid}`, bob)).json).toMatchObject({ be_blacklist: 1 });
    expect((await h.call('DELETE', `/v1/user/blacklist/${bob.uid}`, { token: alice.token })).status).toBe(
      200,
    );
    expect(h.im.to('/channel/blacklist_remove')).toEqual([entry]);
    expect((await h.get(`/v1/users/${bob.uid}`, alice)).json).toMatchObject({ status: 1 });
  });

  test('a remark is only for who made it', async () => {
    h.server.context.friends.befriend(alice.uid, bob.uid);
    expect(
      (
        await h.call('PUT', '/v1/friend/remark', {
          token: alice.token,
          body: { uid: bob.uid, remark: '小波' },
        })
      ).status,
    ).toBe(200);
    expect((await h.get(`/v1/users/${bob.uid}`, alice)).json).toMatchObject({ name: 'bob', remark: '小波' });
    expect((await h.get(`/v1/users/${alice.uid}`, bob)).json).toMatchObject({ remark: '' });
  });

  test('sex is female, male or unsaid', async () => {
    for (const sex of [0, '0', 1, '1', 2, '2']) {
      expect((await h.call('PUT', '/v1/user/current', { token: alice.token, body: { sex } })).status).toBe(
        200,
      );
      expect((await h.get(`/v1/users/${alice.uid}`, alice)).json).toMatchObject({ sex: Number(sex) });
    }
    expect((await h.call('PUT', '/v1/user/current', { token: alice.token, body: { sex: 3 } })).status).toBe(
      400,
    );
  });

  test('a report needs a reason of the list, is kept, and an endless number is refused', async () => {
    const zh = (await h.get('/v1/report/categories?lang=zh', alice)).json as { category_no: string }[];
    const en = (await h.get('/v1/report/categories?lang=en', alice)).json as { category_name: string }[];
    expect(zh.length).toBe(en.length);
    expect(en[0]?.category_name).toBe('Harassment');
    const report = {
      channel_id: bob.uid,
      channel_type: 1,
      category_no: zh[0]?.category_no,
      imgs: [],
      remark: 'x',
    };
    expect((await h.post('/v1/reports', alice, report)).status).toBe(200);
    for (const odd of [{ channel_id: '' }, { channel_type: 0 }, { category_no: '' }, { category_no: 'none' }])
      expect((await h.post('/v1/reports', alice, { ...report, ...odd })).status).toBe(400);
    const answers: number[] = [];
    for (let n = 0; n < 30; n += 1) answers.push((await h.post('/v1/reports', alice, report)).status);
    expect(answers.at(-1)).not.toBe(200);
  });
});
