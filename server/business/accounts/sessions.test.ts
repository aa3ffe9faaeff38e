/** Sessions: a token per device, digests at rest, an end that is one at once (TSDD: tsdd-api.md 1.3). */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../secret-text.ts';
import { MIGRATIONS } from '../store/migrations.ts';
import { Harness, type Person } from '../testing/harness.ts';

let h: Harness;
let alice: Person;
beforeEach(async () => {
  h = await new Harness().start();
  alice = await h.person('alice');
});
afterEach(() => h.close());

async function login(flag: number, device?: string, password = 'pw123456'): Promise<string> {
  const answer = await h.call('POST', '/v1/user/login', {
    body: {
      username: 'alice-account',
      password,
      flag,
      ...(device === undefined ? {} : { device: { device_id: device } }),
    },
  });
  expect(answer.status).toBe(200);
  return (answer.json as { token: string }).token;
}
const isAlive = async (token: string): Promise<boolean> => {
  const { status } = await h.call('GET', '/v1/user/devices', { token });
  expect([200, 401]).toContain(status);
  return status === 200;
};
const alive = (...tokens: string[]): Promise<boolean[]> => Promise.all(tokens.map(isAlive));
const removeDevice = (token: string, device: string) =>
  h.call('DELETE', `/v1/user/devices/${device}`, { token });
const hex = (token: string): string => digestOf(token).toString('hex');
const removedAtIm = (): unknown[] => h.im.to('/user/token_remove').flatMap((body) => body['token_digests']);

/** A real WuKongIM: one token per device flag. */
function likeWuKongIm(): void {
  h.im.missing.add('/user/token_add').add('/user/token_remove');
}

const devicesOf = (token: string) =>
  h.call('GET', '/v1/user/devices', { token }).then(({ json }) => json as Record<string, unknown>[]);

describe('with a server that keeps a token per device', () => {
  test('each device has its own; signing in again replaces the own one only', async () => {
    const [a, b] = [await login(2, 'a'), await login(2, 'b')];
    const web = await login(1, 'a');
    expect(new Set([alice.token, a, b, web]).size).toBe(4);
    const again = await login(2, 'a');
    expect(await alive(alice.token, a, b, web, again)).toEqual([true, false, true, true, true]);
    expect(removedAtIm()).toEqual([hex(a)]);
    expect(h.im.to('/user/token_add').at(-1)).toEqual({
      uid: alice.uid,
      token_digest: hex(again),
      device_flag: 2,
      device_level: 0,
    });
    expect(h.im.to('/user/token')).toEqual([]);
  });

  test('a phone is one: its sign-in ends the other phone', async () => {
    const [first, second] = [await login(0, 'p'), await login(0, 'q')];
    expect(await alive(first, second, alice.token)).toEqual([false, true, true]);
    expect(h.im.to('/user/token_add').at(-1)).toMatchObject({ device_flag: 0, device_level: 1 });
  });

  test('a removed device is out at once, here and at the IM server; others stay', async () => {
    const [a, b] = [await login(2, 'a'), await login(2, 'b')];
    expect((await removeDevice(b, 'a')).json).toEqual({ status: 200 });
    expect(await alive(a, b, alice.token)).toEqual([false, true, true]);
    expect(removedAtIm()).toEqual([hex(a)]);
    expect((await h.call('GET', '/v1/user/devices', { token: b })).json).toMatchObject([{ device_id: 'b' }]);
    // Nobody removes what is somebody else's.
    const bob = await h.person('bob');
    await removeDevice(bob.token, 'b');
    expect(await alive(b)).toEqual([true]);
  });

  test('the list of devices says which is the own one', async () => {
    const [a] = [await login(2, 'a'), await login(2, 'b')];
    expect(await devicesOf(a)).toMatchObject([
      { device_id: 'b', self: 0 },
      { device_id: 'a', self: 1 },
    ]);
    expect((await devicesOf(alice.token)).map((each) => each['self'])).toEqual([0, 0]);
  });

  test('ends with "quit" (the own one, and all of web and pc), a password change and its time', async () => {
    const [a, b, web, phone] = [
      await login(2, 'a'),
      await login(2, 'b'),
      await login(1, 'w'),
      await login(0, 'p'),
    ];
    await h.call('POST', '/v1/user/quit', { token: a });
    expect(await alive(a, b, web, phone)).toEqual([false, false, false, true]);
    const again = await login(2, 'a');
    await h.call('POST', '/v1/user/quit', { token: phone });
    expect(await alive(phone, again, alice.token)).toEqual([false, false, false]);
    const [c, d] = [await login(2, 'c'), await login(1, 'd')];
    await h.call('PUT', '/v1/user/updatepassword', {
      token: c,
      body: { password: 'pw123456', new_password: 'other-pw' },
    });
    expect(await alive(c, d)).toEqual([false, false]);
    const last = await login(2, 'c', 'other-pw');
    h.clock += 30 * 86_400_000;
    expect(await alive(last)).toEqual([false]);
  });

  test('none is left to who signed in with a password that was changed meanwhile', async () => {
    let changed = false;
    h.im.meanwhile = async (path) => {
      if (path !== '/user/token_add' || changed) return;
      changed = true;
      await h.call('PUT', '/v1/user/updatepassword', {
        token: alice.token,
        body: { password: 'pw123456', new_password: 'other-pw' },
      });
    };
    const answer = await h.call('POST', '/v1/user/login', {
      body: { username: 'alice-account', password: 'pw123456', flag: 2 },
    });
    expect(answer.json).toMatchObject({ status: 400, msg: '密码不正确！' });
    expect(h.server.context.db.all('SELECT 1 FROM session')).toEqual([]);
    expect(removedAtIm()).toEqual([h.im.to('/user/token_add').at(-1)?.['token_digest']]);
  });

  test('an IM server that is down is told later; the session has ended all the same', async () => {
    const [a, b] = [await login(2, 'a'), await login(2, 'b')];
    h.im.failWith = 503;
    expect((await removeDevice(b, 'a')).status).toBe(200);
    expect(await alive(a, b)).toEqual([false, true]);
    h.im.failWith = null;
    h.clock += 60_000;
    await h.server.context.jobs.flush();
    expect(removedAtIm()).toEqual([hex(a)]);
    h.im.failWith = 503;
    const answer = await h.call('POST', '/v1/user/login', {
      body: { username: 'alice-account', password: 'pw123456', flag: 2 },
    });
    expect(answer.json).toMatchObject({ status: 400, msg: '更新IM的token失败！' });
  });

  test('50 devices are kept of a user, the one that signed in longest ago goes', async () => {
    const tokens: string[] = [];
    for (let i = 0; i < 51; i++) {
      h.clock += 1000;
      tokens.push(await login(2, `device-${i}`));
    }
    const [first = '', second = ''] = tokens;
    expect(await alive(alice.token, first, second, tokens.at(-1) ?? '')).toEqual([false, false, true, true]);
    const { json } = await h.call('GET', '/v1/user/devices', { token: second });
    expect(json).toHaveLength(50);
  });
});

describe('with a real WuKongIM, one token per device class', () => {
  test('the class shares one, which no restart changes; removing a device ends it for the class', async () => {
    likeWuKongIm();
    const a = await login(2, 'a');
    await h.restart();
    const [b, web] = [await login(2, 'b'), await login(1, 'w')];
    expect(b).toBe(a);
    expect(web).not.toBe(a);
    expect(h.im.to('/user/token').at(-2)).toEqual({
      uid: alice.uid,
      token: a,
      device_flag: 2,
      device_level: 0,
    });
    await removeDevice(web, 'b');
    expect(await alive(a, web)).toEqual([false, true]);
    expect(h.im.to('/user/device_quit').at(-1)).toEqual({ uid: alice.uid, device_flag: 2 });
    expect(await login(2, 'a')).not.toBe(a);
  });

  test('a phone gets a new one each time', async () => {
    likeWuKongIm();
    const [first, second] = [await login(0, 'p'), await login(0, 'p')];
    expect(await alive(first, second)).toEqual([false, true]);
    expect(h.im.to('/user/token').at(-1)).toMatchObject({ token: second, device_flag: 0, device_level: 1 });
  });
});

/** Files of the server that hold the text. */
const filesWith = (text: string): string[] =>
  readdirSync(h.dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));

describe('at rest', () => {
  test.each([false, true])('no file holds a token (real WuKongIM: %s)', async (real) => {
    if (real) likeWuKongIm();
    // A real one begins with the first sign-in of the class: what an embedded one was told before ends then.
    const first = real ? (await h.person('bob')).token : alice.token;
    const tokens = [first, await login(2, 'a'), await login(1, 'w'), await login(0, 'p')];
    for (const token of tokens) expect(filesWith(token)).toEqual([]);
    await h.server.close();
    for (const token of tokens) expect(filesWith(token)).toEqual([]);
    await h.boot();
    expect(await alive(...tokens)).toEqual([true, true, true, true]);
  });

  test('a database with tokens in it keeps its sessions and forgets the tokens', async () => {
    const token = '0123456789abcdef0123456789abcdef';
    const user = h.server.context.db.get<Record<string, unknown>>('SELECT * FROM user') ?? {};
    await h.server.close();
    for (const end of ['', '-wal', '-shm']) rmSync(join(h.dataDir, `business.db${end}`), { force: true });
    const sqlite = new Database(join(h.dataDir, 'business.db'));
    for (const sql of MIGRATIONS.slice(0, 3)) sqlite.exec(sql);
    // What that version had no column for.
    delete user['destroyed'];
    const names = Object.keys(user);
    sqlite
      .prepare(`INSERT INTO user(${names.join()}) VALUES(${names.map(() => '?').join()})`)
      .run(...Object.values(user));
    sqlite.exec(`INSERT INTO device(uid, device_id, device_name, device_model, last_login)
      VALUES('${alice.uid}', 'a', '', '', 1)`);
    sqlite
      .prepare('INSERT INTO session(token_hash, token, uid, flag, expires_at) VALUES (?, ?, ?, 2, ?)')
      .run(digestOf(token), token, alice.uid, h.clock + 1000);
    sqlite.pragma('user_version = 3');
    sqlite.close();
    expect(filesWith(token)).toHaveLength(1);
    await h.boot();
    expect(filesWith(token)).toEqual([]);
    expect(await alive(token)).toEqual([true]);
    // A sign-in leaves what others may still use; the removal of any device does not.
    const b = await login(2, 'b');
    expect(await alive(token, b)).toEqual([true, true]);
    await removeDevice(b, 'a');
    expect(await alive(token, b)).toEqual([false, true]);
    expect(removedAtIm()).toEqual([hex(token)]);
  });
});
