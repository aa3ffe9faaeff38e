/** What must not bring the server down or out of its bounds (tsdd-api.md 11). */
import { request } from 'node:http';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Harness, type Person } from './testing/harness.ts';

let h: Harness;
let alice: Person;
let bob: Person;
let no: string;

beforeAll(async () => {
  h = await new Harness({ maxUploadBytes: 1000 }).start();
  [alice, bob] = await Promise.all([h.person('alice'), h.person('bob')]);
  no = await h.group(alice, [], [bob]);
});
afterAll(() => h.close());

describe('wrong JSON types are a 400 that names the field', () => {
  test.each([
    ['POST', '/v1/user/login', { username: 5, password: 'x', flag: 2 }, 'username'],
    ['POST', '/v1/user/login', { username: 'someone1', password: 'x', flag: 7 }, 'flag'],
    ['POST', '/v1/group/create', { members: 'bob' }, 'members'],
    ['POST', '/v1/group/create', { members: [1] }, 'members.0'],
    ['POST', '/v1/message/channel/sync', { channel_id: 'u', channel_type: '1', limit: 5 }, 'channel_type'],
    ['POST', '/v1/message/channel/sync', { channel_id: 'u', channel_type: 1, limit: '5' }, 'limit'],
    ['POST', '/v1/message/channel/sync', { channel_id: 'a@b', channel_type: 1, limit: 5 }, 'channel_id'],
    [
      'POST',
      '/v1/message/extra/sync',
      { channel_id: 'u', channel_type: 1, extra_version: '1' },
      'extra_version',
    ],
    [
      'POST',
      '/v1/message/edit',
      { message_id: 5, channel_id: 'u', channel_type: 1, content_edit: '{}' },
      'message_id',
    ],
    ['POST', '/v1/message/readed', { channel_id: 'u', channel_type: 1, message_ids: [1] }, 'message_ids.0'],
    ['POST', '/v1/message/reminder/done', ['1'], '0'],
    ['POST', '/v1/message/sync', { limit: 'many' }, 'limit'],
    ['POST', '/v1/conversation/sync', { msg_count: 'x' }, 'msg_count'],
    ['PUT', '/v1/coversation/clearUnread', { channel_id: 'u', channel_type: 1, unread: '0' }, 'unread'],
    ['PUT', '/v1/users/UID/setting', { mute: '1' }, 'mute'],
    ['PUT', '/v1/users/UID/setting', { remark: 1 }, 'remark'],
    ['PUT', '/v1/groups/GROUP/setting', { forbidden: '1' }, 'forbidden'],
    ['PUT', '/v1/groups/GROUP', { name: 5 }, 'name'],
    ['PUT', '/v1/user/current', { name: 5 }, 'name'],
    ['PUT', '/v1/user/my/setting', { voice_on: 'yes' }, 'voice_on'],
    ['POST', '/v1/user/online', [5], '0'],
    ['DELETE', '/v1/message', [{ message_id: 1, channel_id: 'u', channel_type: 1 }], '0.message_id'],
    ['GET', '/v1/groups/GROUP/membersync?version=abc', undefined, 'version'],
  ])('%s %s %j', async (method, path, body, field) => {
    const answer = await h.call(method, path.replace('UID', bob.uid).replace('GROUP', no), {
      token: alice.token,
      body,
    });
    expect(answer).toMatchObject({ status: 400, json: { status: 400, code: 'bad_request', field } });
    expect((answer.json as { msg: string }).msg).toContain(field);
  });

  test('a body that is no object, is nested too deeply or is missing', async () => {
    const bodies = ['[]', 'null', '"x"', '5', '{', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, ''];
    for (const path of [
      '/v1/message/channel/sync',
      '/v1/group/create',
      '/v1/user/login',
      '/v1/message/reminder/sync',
      '/v1/friend/sure',
    ]) {
      for (const body of bodies) {
        const answer = await h.call('POST', path, { token: alice.token, body });
        expect([path, body.slice(0, 10), answer.status]).toEqual([path, body.slice(0, 10), 400]);
      }
    }
  });

  test('a body above 2 MiB is refused, one just below is looked at', async () => {
    const who = await h.person('large1');
    const most = 2 * 1024 * 1024;
    expect(
      await h.post('/v1/message/typing', who, JSON.stringify({ draft: 'x'.repeat(most) })),
    ).toMatchObject({
      status: 400,
      json: { code: 'too_large' },
    });
    expect(
      (await h.post('/v1/message/typing', who, JSON.stringify({ draft: 'x'.repeat(most - 100) }))).json,
    ).toMatchObject({
      code: 'bad_request',
      field: 'channel_id',
    });
  });

  test('an unknown profile key is refused by name, an unknown setting key is ignored', async () => {
    expect(
      (await h.call('PUT', '/v1/user/current', { token: alice.token, body: { uid: 'x' } })).json,
    ).toEqual({ msg: '不允许更新【uid】', status: 400 });
    expect(
      (await h.call('PUT', `/v1/users/${bob.uid}/setting`, { token: alice.token, body: { nonsense: 'x' } }))
        .status,
    ).toBe(200);
  });

  test('ids that are no ids: 4xx, never a 500', async () => {
    for (const path of [
      '/v1/users/%00',
      '/v1/users/a%40b',
      '/v1/channels/%23/1',
      '/v1/channels/u/9',
      '/v1/groups/%20',
      `/v1/users/${'x'.repeat(250)}`,
      '/v1/users/%E0%A4%A',
    ]) {
      const answer = await h.get(path, alice);
      expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true]);
    }
  });
});

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const upload = (query: string, content: Buffer, token = alice.token, name = 'f.png') => {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(content)]), name);
  return h.call('POST', `/v1/file/upload?${query}`, { token, body: form });
};

describe('files', () => {
  test('upload and preview', async () => {
    const announced = await h.get('/v1/file/upload?path=/1/u/pic.png&type=chat', alice);
    expect((announced.json as { url: string }).url).toBe(
      `${h.server.api}/v1/file/upload?type=chat&path=${encodeURIComponent('/1/u/pic.png')}`,
    );
    expect((await upload('path=/1/u/pic.png&type=chat', PNG)).json).toEqual({
      path: 'file/preview/chat/1/u/pic.png',
    });
    const response = await fetch(`${h.server.api}/v1/file/preview/chat/1/u/pic.png?filename=a%0d%0ab.png`);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(PNG)).toBe(true);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('an object is never overwritten, not even by its owner', async () => {
    expect((await upload('path=/1/u/once.png&type=chat', PNG)).status).toBe(200);
    expect(
      (await upload('path=/1/u/once.png&type=chat', Buffer.concat([PNG, PNG]), bob.token)).json,
    ).toMatchObject({ msg: '文件已存在！', status: 400 });
    expect(
      (await fetch(`${h.server.api}/v1/file/preview/chat/1/u/once.png`)).headers.get('content-length'),
    ).toBe(String(PNG.length));
  });

  test('a page is offered as a download, never run', async () => {
    expect(
      (await upload('path=/1/u/x.html&type=chat', Buffer.from('<script>1</script>'), alice.token, 'x.html'))
        .status,
    ).toBe(200);
    const response = await fetch(`${h.server.api}/v1/file/preview/chat/1/u/x.html`);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
  });

  test('refused: too large, not what the name says, unknown type, no file, no token; nothing is left behind', async () => {
    expect((await upload('path=/1/u/big.bin&type=chat', Buffer.alloc(2000))).json).toMatchObject({
      msg: '上传内容过大！',
      status: 400,
    });
    expect((await upload('path=/1/u/fake.png&type=chat', Buffer.from('<html>'))).json).toMatchObject({
      msg: '文件类型错误',
      status: 400,
    });
    expect((await upload('path=/1/u/a.png&type=etc', PNG)).json).toMatchObject({ msg: '文件类型错误' });
    expect((await h.post('/v1/file/upload?path=/1/u/a.png&type=chat', alice)).json).toMatchObject({
      msg: '读取文件失败！',
    });
    expect((await upload('path=/1/u/a.png&type=chat', PNG, '')).status).toBe(401);
    const stored = readdirSync(join(h.dataDir, 'files', 'chat', '1', 'u'));
    expect(stored).not.toContain('big.bin');
    expect(stored).not.toContain('fake.png');
    expect((await h.get('/v1/friend/sync?api_version=1', alice)).status).toBe(200);
  });

  test('no path leaves the folder', async () => {
    for (const path of [
      '/../../x',
      '/1/../../../x',
      '/..%2f..%2fx',
      '/1//x',
      '/',
      '',
      '/1/./x',
      '/1/a\\..\\x',
      '/1/%00x',
      `/${'a'.repeat(400)}`,
    ]) {
      const answer = await upload(`type=chat&path=${encodeURIComponent(path)}`, PNG);
      expect([path, answer.status]).toEqual([path, 400]);
    }
    for (const path of [
      'chat/../../business.db',
      'chat/%2e%2e/%2e%2e/business.db',
      '..%2fbusiness.db',
      'chat/..%5c..%5cbusiness.db',
    ]) {
      const response = await fetch(`${h.server.api}/v1/file/preview/${path}`);
      expect([path, response.status >= 400]).toEqual([path, true]);
      expect(await response.text()).not.toContain('SQLite');
    }
    expect(existsSync(join(h.dataDir, 'x'))).toBe(false);
  });

  test('avatars: generated, replaced by an image, only an image', async () => {
    const generated = await fetch(`${h.server.api}/v1/users/${alice.uid}/avatar?v=1`);
    expect(generated.headers.get('content-type')).toContain('image/svg+xml');
    expect(await generated.text()).toContain('>A</text>');
    expect((await fetch(`${h.server.api}/v1/groups/${no}/avatar`)).status).toBe(200);
    expect((await fetch(`${h.server.api}/v1/users/nobody/avatar`)).status).toBe(404);
    const send = (type: string, content: Buffer) => {
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(content)], { type }), 'a.png');
      return h.call('POST', `/v1/users/${alice.uid}/avatar`, { token: alice.token, body: form });
    };
    expect((await send('text/html', PNG)).status).toBe(400);
    expect((await send('image/png', Buffer.from('<html>'))).status).toBe(400);
    expect((await send('image/png', PNG)).json).toEqual({ status: 200 });
    expect((await fetch(`${h.server.api}/v1/users/${alice.uid}/avatar`)).headers.get('content-type')).toBe(
      'image/png',
    );
  });
});

describe('the webhook', () => {
  test('is not taken from a browser', async () => {
    const answer = await h.webhook('msg.notify', {
      body: [],
      headers: { origin: 'http://evil.example' },
    });
    expect(answer.status).toBe(403);
  });

  test('is only taken with the secret of its address, which stays the same', async () => {
    const { webhook } = h.server;
    const row = `${bob.uid}-2-1-77-1-1`;
    for (const path of [
      '/v2/webhook',
      '/v2/webhook/',
      '/v2/webhook/guess',
      `${new URL(webhook).pathname}x`,
    ]) {
      const answer = await h.call('POST', `${path}?event=user.onlinestatus`, { body: [row] });
      expect([path, answer.status >= 400]).toEqual([path, true]);
    }
    expect(h.im.commands('onlineStatus')).toEqual([]);
    await h.restart();
    expect(new URL(h.server.webhook).pathname).toBe(new URL(webhook).pathname);
    expect((await h.webhook('unknown', { body: {} })).status).toBe(200);
  });

  test('survives rows and events it does not understand', async () => {
    expect((await h.webhook('msg.notify', { body: [null, 5, { message_idstr: 'x' }] })).status).toBe(200);
    expect((await h.webhook('user.onlinestatus', { body: ['nonsense', '1-2-3'] })).status).toBe(200);
    expect((await h.webhook('msg.offline', { body: { payload: 'x' } })).status).toBe(200);
    expect((await h.webhook('unknown', { body: {} })).status).toBe(200);
    expect((await h.webhook('msg.notify', { body: { not: 'a list' } })).status).toBe(400);
  });

  test('online status reaches friends and the own devices', async () => {
    h.server.context.friends.befriend(alice.uid, bob.uid);
    await h.webhook('user.onlinestatus', { body: [`${bob.uid}-2-1-77-1-1`] });
    const [cmd] = h.im.commands('onlineStatus');
    expect(cmd?.param).toEqual({ device_flag: 2, main_device_flag: 2, online: 1, uid: bob.uid });
    expect(cmd?.body['subscribers']).toEqual([alice.uid, bob.uid]);
    expect((await h.post('/v1/user/online', alice, [bob.uid])).json).toMatchObject([
      { uid: bob.uid, online: 1, device_flag: 2 },
    ]);
    expect((await h.get(`/v1/channels/${bob.uid}/1`, alice)).json).toMatchObject({ online: 1 });
    await h.webhook('user.onlinestatus', { body: [`${bob.uid}-2-0-77-0-0`] });
    expect(h.im.commands('onlineStatus')[1]?.param).toEqual({
      device_flag: 2,
      main_device_flag: 2,
      online: 0,
      all_offline: 1,
      uid: bob.uid,
    });
    expect((await h.get(`/v1/channels/${bob.uid}/1`, alice)).json).toMatchObject({
      online: 0,
      last_offline: Math.floor(h.clock / 1000),
    });
  });
});

test('requests of one user are limited, those of others are not', async () => {
  const limited = await new Harness({ requestsPerSecond: 2 }).start();
  try {
    const [a, b] = [await limited.person('alice'), await limited.person('bob')];
    const statuses = await Promise.all(Array.from({ length: 25 }, () => limited.get('/v1/group/my', a)));
    expect(statuses.filter((each) => each.status === 429)).toHaveLength(5);
    expect((await limited.get('/v1/group/my', b)).status).toBe(200);
    limited.clock += 1000;
    expect((await limited.get('/v1/group/my', a)).status).toBe(200);
  } finally {
    await limited.close();
  }
});

test('guessing passwords is slowed down for that name and address only', async () => {
  await h.person('guessed');
  const login = (username: string, password: string) =>
    h.call('POST', '/v1/user/login', { body: { username, password, flag: 2 } });
  for (let i = 0; i < 20; i++) await login('guessed-account', 'wrong');
  expect((await login('guessed-account', 'pw123456')).json).toMatchObject({ code: 'rate_limited' });
  expect((await login('alice-account', 'pw123456')).status).toBe(200);
  h.clock += 60_000;
  expect((await login('guessed-account', 'pw123456')).status).toBe(200);
});

test('a page under another name gets no answer, whatever it asks', async () => {
  const { port } = new URL(h.server.api);
  const ask = (host: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const outgoing = request(`${h.server.api}/v1/common/appconfig`, { headers: { host } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  expect(await ask(`evil.example:${port}`)).toBe(403);
  expect(await ask('localhost.evil.example')).toBe(403);
  expect(await ask(`localhost:${port}`)).toBe(200);
  expect(await ask(`127.0.0.1:${port}`)).toBe(200);
});
