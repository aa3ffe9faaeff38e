import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { parseExact, stringifyExact } from '../../shared/exact-json.ts';
import { ImFixture } from './testing/fixture.ts';

let fixture: ImFixture;
afterEach(() => fixture.stop());

const OK = { status: 200, body: { status: 200 } };
const payload = Buffer.from('{"type":1,"content":"hi"}').toString('base64');
const b64 = (text: string): string => Buffer.from(text).toString('base64');

interface Row {
  message_seq: number;
  message_id: bigint;
  message_idstr: string;
  channel_id: string;
  client_msg_no: string;
}

describe('JSON', () => {
  it('carries 64-bit integers exactly in both directions', async () => {
    fixture = await ImFixture.start();
    const text =
      '{"id":2124791608111960064,"list":[-9223372036854775808,1.5,1e3,12],"s":"2124791608111960064"}';
    const value = parseExact(text, 'bigint');
    expect(value).toEqual({
      id: 2124791608111960064n,
      list: [-9223372036854775808n, 1.5, 1000, 12],
      s: '2124791608111960064',
    });
    expect(stringifyExact(value)).toBe(text.replace('1e3', '1000'));
    // A number that nothing holds is written again as it came, not computed with.
    const long = `{"n":${'9'.repeat(1_000_000)}}`;
    const parsed = parseExact(long, 'bigint') as { n: unknown };
    expect(typeof parsed.n).toBe('object');
    expect(stringifyExact(parsed) === long).toBe(true);
  });
});

describe('errors', () => {
  it('name the field, are 400 with msg and status, and unknown routes are 404 text', async () => {
    fixture = await ImFixture.start();
    const cases: [string, unknown, RegExp][] = [
      ['/user/token', { uid: 7, token: 't' }, /^uid: /],
      ['/user/token', { uid: 'a@b', token: 't' }, /^uid: /],
      ['/user/token', { uid: 'a' }, /^token: /],
      ['/message/send', { channel_id: 'b', channel_type: '1', payload }, /^channel_type: /],
      ['/message/send', { channel_id: 'b', channel_type: 1, payload: 'not base64!' }, /^payload: /],
      ['/message/send', { channel_id: 'b', channel_type: 1 }, /^payload: /],
      ['/message/send', { channel_id: 'a@b', channel_type: 1, payload }, /^channel_id: /],
      ['/message/send', { channel_type: 1, payload }, /^channel_id: /],
      ['/message/send', { subscribers: ['a'], payload }, /^header.sync_once: /],
      [
        '/message/send',
        { subscribers: ['a'], channel_id: 'b', channel_type: 2, payload, header: { sync_once: 1 } },
        /^channel_id: /,
      ],
      [
        '/message/send',
        { channel_id: 'b', channel_type: 1, payload, header: { red_dot: 'yes' } },
        /^header.red_dot: /,
      ],
      ['/channel/messagesync', { channel_id: 'b', channel_type: 1, limit: 1 }, /^login_uid: /],
      ['/channel/messagesync', { login_uid: 'a', channel_id: 'b', channel_type: 1, limit: 'x' }, /^limit: /],
      ['/channel/subscriber_add', { channel_id: 'g', subscribers: [1] }, /^subscribers.0: /],
      [
        '/messages',
        { login_uid: 'a', channel_id: 'b', channel_type: 1, message_ids: ['x'] },
        /^message_ids.0: /,
      ],
      ['/conversation/sync', {}, /^uid: /],
      ['/user/onlinestatus', { uids: ['a'] }, /^body: /],
      ['/message/sync', null, /^uid: /],
      ['/message/send', '{broken', /数据格式有误/],
    ];
    for (const [path, body, msg] of cases) {
      const answer = await fixture.post(path, body);
      expect({ path, status: answer.status, body: answer.body }).toMatchObject({
        path,
        status: 400,
        body: { msg: expect.stringMatching(msg) as string, status: 400 },
      });
    }
    expect(await fixture.get('/nothing')).toMatchObject({ status: 404, text: '404 page not found' });
    expect(fixture.log.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('no page of a browser is answered, and no request without the token', async () => {
    fixture = await ImFixture.start();
    const { api, apiToken } = fixture.server;
    const { port } = new URL(api);
    const user = JSON.stringify({ uid: 'victim', token: 'mine', device_flag: 2, device_level: 1 });
    const ask = (headers: Record<string, string>, body: string = user): Promise<number> =>
      new Promise((resolve, reject) => {
        const outgoing = request(`${api}/user/token`, { method: 'POST', headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        });
        outgoing.on('error', reject);
        outgoing.end(body);
      });
    const json = { 'content-type': 'application/json' };
    const token = { token: apiToken };
    expect(await ask(json)).toBe(401);
    expect(await ask({ ...json, token: `${apiToken}x` })).toBe(401);
    expect(await ask({ ...json, token: '' })).toBe(401);
    // What a form can send, even if it knew the token.
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
    ])
      expect([type, await ask({ ...token, 'content-type': type })]).toEqual([type, 415]);
    expect(await ask(token)).toBe(415);
    expect(await ask({ ...json, ...token, origin: 'http://127.0.0.1' })).toBe(403);
    expect(await ask({ ...json, ...token, origin: 'null' })).toBe(403);
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example'])
      expect([host, await ask({ ...json, ...token, host })]).toEqual([host, 403]);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, '[::1]'])
      expect([host, await ask({ ...json, ...token, host })]).toEqual([host, 200]);
    expect(await ask({ 'content-type': 'application/json; charset=utf-8', ...token })).toBe(200);
    // Nothing of what was refused was done.
    expect((await fixture.get('/user/systemuids')).body).toEqual([]);
  });

  it('a manager token is asked for', async () => {
    fixture = await ImFixture.start({ managerToken: 'secret' });
    expect((await fixture.get('/route', { token: '' })).status).toBe(401);
    expect((await fixture.get('/route', { token: 'wrong' })).status).toBe(401);
    expect((await fixture.get('/route', { token: 'secret' })).status).toBe(200);
    expect((await fixture.get('/health')).status).toBe(200);
  });
});

describe('users and routes', () => {
  it('answer in the shapes of the real server', async () => {
    fixture = await ImFixture.start();
    const addresses = { tcp_addr: fixture.server.tcp, ws_addr: fixture.server.ws, wss_addr: '' };
    expect((await fixture.get('/route?uid=alice')).body).toEqual(addresses);
    expect((await fixture.post('/route/batch', ['a', 'b'])).body).toEqual([
      { uids: ['a', 'b'], ...addresses },
    ]);
    expect(
      await fixture.post('/user/token', { uid: 'alice', token: 't', device_flag: 0, device_level: 1 }),
    ).toMatchObject(OK);
    expect(await fixture.post('/user/onlinestatus', [])).toMatchObject(OK);
    expect((await fixture.post('/user/onlinestatus', ['alice'])).body).toEqual([]);
    await fixture.post('/channel/info', { channel_id: 'alice', channel_type: 1, ban: 1 });
    expect((await fixture.post('/user/token', { uid: 'alice', token: 't' })).body).toEqual({ status: 19 });
    expect(await fixture.post('/user/systemuids_add', { uids: ['s1', 's2'] })).toMatchObject(OK);
    await fixture.post('/user/systemuids_remove', { uids: ['s1'] });
    expect((await fixture.get('/user/systemuids')).body).toEqual(['s2']);
  });
});

describe('channels', () => {
  it('are created, changed and deleted; resets replace the members', async () => {
    fixture = await ImFixture.start();
    const alice = await fixture.client('alice');
    const canSend = async (): Promise<boolean> => (await alice.send('g', 2, 'x')).reasonCode === 1;
    const g = { channel_id: 'g', channel_type: 2 };
    expect(await fixture.post('/channel', { ...g, subscribers: ['alice'] })).toMatchObject(OK);
    expect(await canSend()).toBe(true);
    await fixture.post('/channel/subscriber_add', {
      channel_id: 'g',
      channel_type: 0,
      reset: 1,
      subscribers: ['bob'],
    });
    expect(await canSend()).toBe(false);
    await fixture.post('/channel/subscriber_add', { channel_id: 'g', subscribers: ['alice'] });
    expect(await canSend()).toBe(true);
    await fixture.post('/channel/subscriber_remove_all', g);
    expect(await canSend()).toBe(false);
    await fixture.post('/channel/subscriber_add', { ...g, subscribers: ['alice'] });
    await fixture.post('/channel/delete', g);
    expect(await canSend()).toBe(false);
    await fixture.post('/channel/whitelist_add', { ...g, uids: ['bob', 'carol'] });
    await fixture.post('/channel/whitelist_remove', { ...g, uids: ['bob'] });
    expect((await fixture.get('/channel/whitelist?channel_id=g&channel_type=2')).body).toEqual(['carol']);
    await fixture.post('/channel', { ...g, reset: 1, subscribers: ['alice'] });
    await fixture.post('/channel/whitelist_set', { ...g, uids: [] });
    expect(await canSend()).toBe(true);
    expect((await fixture.get('/channel/max_message_seq?channel_id=g&channel_type=2')).body).toEqual({
      message_seq: 3,
    });
  });
});

describe('messages', () => {
  it('/message/send answers with exact digits; the row looks as on the real server', async () => {
    fixture = await ImFixture.start();
    const sent = await fixture.post('/message/send', {
      header: { no_persist: 0, red_dot: 1, sync_once: 0 },
      from_uid: 'alice',
      channel_id: 'bob',
      channel_type: 1,
      expire: 60,
      payload,
      setting: 128,
    });
    expect(sent.text).toMatch(
      /^\{"status":200,"data":\{"message_id":\d{19},"client_msg_no":"[0-9a-f]{33}"\}\}$/,
    );
    const { data } = sent.body as { data: { message_id: bigint; client_msg_no: string } };
    const page = await fixture.post('/channel/messagesync', {
      login_uid: 'bob',
      channel_id: 'alice',
      channel_type: 1,
      limit: 10,
    });
    const row = {
      header: { no_persist: 0, red_dot: 1, sync_once: 0 },
      setting: 0,
      message_id: data.message_id,
      message_idstr: data.message_id.toString(),
      client_msg_no: data.client_msg_no,
      message_seq: 1,
      from_uid: 'alice',
      channel_id: 'bob',
      channel_type: 1,
      expire: 60,
      timestamp: expect.any(Number) as number,
      payload,
    };
    expect(page.body).toEqual({ start_message_seq: 0, end_message_seq: 0, more: 0, messages: [row] });

    const place = { login_uid: 'bob', channel_id: 'alice', channel_type: 1 };
    const one = async (by: object) => (await fixture.post('/message', { ...place, ...by })).body;
    expect(await one({ message_id: data.message_id })).toEqual(row);
    expect(await one({ message_id: data.message_id.toString() })).toEqual(row);
    expect(await one({ client_msg_no: data.client_msg_no })).toEqual(row);
    expect(await one({ message_id: data.message_id + 1n })).toEqual({ status: 404 });
    expect(await one({ client_msg_no: data.client_msg_no, channel_id: 'carol' })).toEqual({ status: 404 });
    const lookup = {
      message_seqs: [1, 9],
      message_ids: [data.message_id],
      client_msg_nos: [data.client_msg_no, 'x'],
    };
    expect((await fixture.post('/messages', { ...place, ...lookup })).body).toMatchObject({
      more: 0,
      messages: [row],
    });
    const [max, last] = [
      await fixture.get('/channel/max_message_seq?channel_id=alice&channel_type=1&login_uid=bob'),
      await fixture.get('/channel/last_message?channel_id=alice&channel_type=1&login_uid=bob'),
    ];
    expect(max.body).toEqual({ message_seq: 1 });
    expect(last.body).toEqual(row);
    const byNo = (id: string) =>
      fixture.get(
        `/message/byclientmsgno?channel_id=${id}&channel_type=1&client_msg_no=${data.client_msg_no}`,
      );
    expect([(await byNo('alice@bob')).body, (await byNo('bob@alice')).body]).toContainEqual(row);
  });

  it('/message/sendbatch sends one person message each', async () => {
    fixture = await ImFixture.start();
    const bob = await fixture.client('bob');
    const answer = await fixture.post('/message/sendbatch', {
      header: {},
      subscribers: ['bob', 'carol'],
      payload,
    });
    expect(answer.body).toEqual({ fail_uids: [], reason: [] });
    expect(await bob.recv()).toMatchObject({ fromUid: '', channelId: '', channelType: 1, messageSeq: 1 });
  });

  it('/channel/messagesync pages as measured on the real server', async () => {
    fixture = await ImFixture.start({ tokenAuth: false });
    await fixture.group('g', ['alice']);
    const alice = await fixture.client('alice');
    for (let i = 1; i <= 99; i++) alice.packet(alice.sendPacket('g', 2, `m${i}`));
    await alice.send('g', 2, 'm100');
    const page = async (start: number, end: number, limit: number, pull: number) => {
      const answer = await fixture.post('/channel/messagesync', {
        channel_id: 'g',
        channel_type: 2,
        start_message_seq: start,
        end_message_seq: end,
        limit,
        pull_mode: pull,
      });
      const body = answer.body as { messages: Row[]; more: number };
      const seqs = body.messages.map((row) => row.message_seq);
      return [seqs.at(0) ?? 0, seqs.at(-1) ?? 0, seqs.length, body.more];
    };
    expect(await page(0, 0, 10, 0)).toEqual([91, 100, 10, 1]);
    expect(await page(0, 0, 10, 1)).toEqual([91, 100, 10, 1]);
    expect(await page(0, 0, 100, 1)).toEqual([1, 100, 100, 0]);
    expect(await page(5, 0, 10, 1)).toEqual([5, 14, 10, 1]);
    expect(await page(5, 9, 10, 1)).toEqual([5, 8, 4, 0]);
    expect(await page(0, 9, 10, 1)).toEqual([1, 8, 8, 0]);
    expect(await page(95, 0, 10, 1)).toEqual([95, 100, 6, 0]);
    expect(await page(100, 0, 10, 0)).toEqual([91, 100, 10, 1]);
    expect(await page(100, 95, 10, 0)).toEqual([96, 100, 5, 0]);
    expect(await page(10, 0, 20, 0)).toEqual([1, 10, 10, 0]);
    expect(await page(5, 9, 10, 0)).toEqual([0, 0, 0, 0]);
    expect(await page(0, 0, 0, 1)).toEqual([0, 0, 0, 0]);
    const unknown = { channel_id: 'nope', channel_type: 2, start_message_seq: 5, limit: 5 };
    expect((await fixture.post('/channel/messagesync', unknown)).body).toEqual({
      start_message_seq: 0,
      end_message_seq: 0,
      more: 0,
      messages: [],
    });
  });
});

describe('conversations', () => {
  it('count unread by seqs, move forward only, and come back after deletion with the next message', async () => {
    fixture = await ImFixture.start();
    await fixture.group('g', ['alice', 'bob']);
    const alice = await fixture.client('alice');
    for (let i = 1; i <= 5; i++) await alice.send('bob', 1, `m${i}`);
    await alice.send('g', 2, 'group');
    await fixture.apiSend(
      { header: { sync_once: 1 }, from_uid: 'alice', channel_id: 'bob', channel_type: 1 },
      {},
    );
    const sync = async (uid: string, fields: object = {}) =>
      (await fixture.post('/conversation/sync', { uid, msg_count: 2, ...fields })).body as {
        channel_id: string;
        unread: number;
        recents: Row[];
        version: bigint;
      }[];
    const unread = async (uid: string): Promise<Record<string, number>> =>
      Object.fromEntries((await sync(uid)).map((c) => [c.channel_id, c.unread]));

    const [person] = (await sync('bob')).filter((c) => c.channel_id === 'alice');
    expect(person).toMatchObject({
      channel_type: 1,
      unread: 5,
      timestamp: expect.any(Number) as number,
      last_msg_seq: 5,
      last_client_msg_no: person?.recents[0]?.client_msg_no,
      offset_msg_seq: 0,
      readed_to_msg_seq: 0,
      recents: [{ message_seq: 5 }, { message_seq: 4 }],
    });
    expect((person?.version ?? 0n) % 1_000_000_000n).toBe(0n);
    expect(await unread('bob')).toEqual({ alice: 5, g: 1 });
    expect(await unread('alice')).toEqual({ bob: 0, g: 0 });

    const where = { uid: 'bob', channel_id: 'alice', channel_type: 1 };
    await fixture.post('/conversations/setUnread', { ...where, unread: 2 });
    expect(await unread('bob')).toMatchObject({ alice: 2 });
    await fixture.post('/conversations/setUnread', { ...where, unread: 4 });
    expect(await unread('bob')).toMatchObject({ alice: 2 });
    // What came behind the one that was read stays unread.
    await fixture.post('/conversations/setUnread', { ...where, unread: 0, message_seq: 4 });
    expect(await unread('bob')).toMatchObject({ alice: 1 });
    await fixture.post('/conversations/clearUnread', { ...where, message_seq: 4 });
    expect(await unread('bob')).toMatchObject({ alice: 1 });
    expect(await fixture.post('/conversations/clearUnread', where)).toMatchObject(OK);
    expect(await unread('bob')).toMatchObject({ alice: 0 });
    expect(await sync('bob', { only_unread: 1 })).toHaveLength(1);
    expect(await sync('bob', { exclude_channel_types: [2] })).toHaveLength(1);
    expect(await sync('bob', { last_msg_seqs: 'alice:1:5|g:2:1' })).toEqual([]);
    expect(await sync('bob', { last_msg_seqs: 'alice:1:3|g:2:1' })).toMatchObject([
      { channel_id: 'alice', recents: [{ message_seq: 5 }, { message_seq: 4 }] },
    ]);
    expect(await sync('bob', { page: 2, page_size: 1 })).toHaveLength(1);
    expect(await sync('bob', { version: (person?.version ?? 0n) + 3_600_000_000_000n })).toEqual([]);
    expect(await sync('bob', { version: person?.version })).toHaveLength(2);

    await fixture.post('/conversations/delete', where);
    expect(await unread('bob')).toEqual({ g: 1 });
    await alice.send('bob', 1, 'again');
    expect(await sync('bob')).toMatchObject([
      { channel_id: 'alice', unread: 1, recents: [{ message_seq: 6 }] },
      { channel_id: 'g' },
    ]);
    expect(await unread('alice')).toMatchObject({ bob: 0 });
    // A member who joins later starts with the next message.
    await fixture.post('/channel/subscriber_add', { channel_id: 'g', subscribers: ['carol'] });
    await alice.send('g', 2, 'welcome');
    expect(await unread('carol')).toEqual({ g: 1 });
    expect(b64('{}')).toBe('e30=');
  });
});
