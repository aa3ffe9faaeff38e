/** What a stranger may try against passwords and codes, and what his trying costs the others. */
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Harness, type Person } from '../testing/harness.ts';
import { HashQueue } from './hash-queue.ts';
import { DEFAULT_PASSWORD_COST, Passwords } from './passwords.ts';

const AT_ONCE = 300;
const KEY = Buffer.alloc(32).toString('base64');
let h: Harness;
let alice: Person;
beforeEach(async () => {
  h = await new Harness().start();
  alice = await h.person('alice');
});
afterEach(() => h.close());

const login = (username: string, password: string) =>
  h.call('POST', '/v1/user/login', { body: { username, password, flag: 2 } });
const many = <T>(run: (i: number) => Promise<T>, count = AT_ONCE): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => run(i)));
const codes = (answers: { json: unknown }[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { json } of answers) {
    const { code, msg } = json as { code?: string; msg?: string };
    const key = code ?? msg ?? 'ok';
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

/** From another address of this computer; Linux has them all. */
function loginFrom(localAddress: string, username: string, password: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${h.server.api}/v1/user/login`, { method: 'POST', localAddress }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify({ username, password, flag: 2 }));
  });
}

describe('guesses at the same moment are counted before their hashes', () => {
  test('at one account', async () => {
    expect(codes(await many((i) => login('alice-account', `guess${i}`)))).toEqual({
      '密码不正确！': 20,
      rate_limited: 280,
    });
    expect((await login('ALICE-account', 'pw123456')).json).toMatchObject({
      status: 400,
      msg: '登录过于频繁，请稍后再试！',
    });
    h.clock += 60_000;
    expect((await login('alice-account', 'pw123456')).status).toBe(200);
  });

  test('at made-up accounts; real ones go on being used from here', async () => {
    expect(codes(await many((i) => login(`made-up-${i}`, 'guess')))).toEqual({
      用户不存在: 100,
      rate_limited: 200,
    });
    expect((await login('alice-account', 'pw123456')).status).toBe(200);
  });

  test.skipIf(process.platform !== 'linux')(
    'from one address: others sign in where they never did',
    async () => {
      await many((i) => loginFrom('127.0.0.9', i % 2 ? 'alice-account' : `made-up-${i}`, 'guess'));
      expect(await loginFrom('127.0.0.9', 'alice-account', 'pw123456')).toBe(400);
      const bob = await h.person('bob');
      expect(await loginFrom('127.0.0.9', `${bob.name}-account`, 'pw123456')).toBe(400);
      expect(await loginFrom('127.0.0.8', `${bob.name}-account`, 'pw123456')).toBe(200);
    },
  );

  test('at the password of a stolen session', async () => {
    const change = (password: string) =>
      h.call('PUT', '/v1/user/updatepassword', {
        token: alice.token,
        body: { password, new_password: 'pw654321' },
      });
    expect(codes(await many((i) => change(`guess${i}`)))).toEqual({ '密码不正确！': 10, rate_limited: 290 });
    expect((await change('pw123456')).json).toMatchObject({ code: 'rate_limited' });
    h.clock += 60_000;
    expect((await change('pw123456')).status).toBe(200);
    expect((await login('alice-account', 'pw654321')).status).toBe(200);
  });

  test('at the code of phone registration', async () => {
    const register = (i: number, code: string) =>
      h.call('POST', '/v1/user/register', {
        body: { zone: '0086', phone: `1380000${1000 + i}`, code, password: 'pw123456', flag: 2 },
      });
    expect(codes(await many((i) => register(i, String(i))))).toEqual({
      '验证码无效！': 20,
      rate_limited: 280,
    });
    h.clock += 60_000;
    expect((await register(1, '123456')).status).toBe(200);
  });
});

test('accounts and questions about them are limited per address', async () => {
  await h.close();
  h = await new Harness({ requestsPerSecond: 100 }).start();
  const register = (i: number) =>
    h.call('POST', '/v1/user/usernameregister', {
      body: { username: `account-${i}`, password: 'pw123456', flag: 2 },
    });
  expect(codes(await many(register))).toEqual({ ok: 240, rate_limited: 60 });
  h.clock += 600_000;
  expect((await register(AT_ONCE)).status).toBe(200);
  expect(codes(await many((i) => h.call('GET', `/v1/user/search?keyword=account-${i}`)))).toEqual({
    ok: 20,
    rate_limited: 280,
  });
  const isTaken = (i: number) =>
    h.call('POST', '/v1/user/sms/registercode', { body: { zone: '0086', phone: `1380000${1000 + i}` } });
  expect(codes(await many(isTaken))).toEqual({ ok: 20, rate_limited: 280 });
});

const stored = (): string =>
  h.server.context.db.get<{ password: string }>('SELECT password FROM user WHERE uid = ?', alice.uid)
    ?.password ?? '';

describe('hashes at rest', () => {
  test('an older one verifies and is replaced at the next sign-in, a wrong password replaces nothing', async () => {
    const before = stored();
    expect(before).toMatch(/^scrypt\$16\$8\$1\$/);
    await h.restart({ passwordCost: 64 });
    expect((await login('alice-account', 'wrong')).status).toBe(400);
    expect(stored()).toBe(before);
    expect((await login('alice-account', 'pw123456')).status).toBe(200);
    expect(stored()).toMatch(/^scrypt\$64\$8\$1\$/);
    const upgraded = stored();
    expect((await login('alice-account', 'pw123456')).status).toBe(200);
    expect(stored()).toBe(upgraded);
  });

  test.each([
    '',
    'md5$x',
    `scrypt$15$8$1$c2FsdA==$${KEY}`,
    `scrypt$1e9$8$1$c2FsdA==$${KEY}`,
    `scrypt$1048576$32$1$c2FsdA==$${KEY}`,
    'scrypt$16$8$1$c2FsdA==$a2V5',
    'scrypt$16$8$1$$',
  ])('a damaged one ("%s") is a wrong password', async (text) => {
    h.server.context.db.run('UPDATE user SET password = ? WHERE uid = ?', text, alice.uid);
    expect((await login('alice-account', 'pw123456')).json).toMatchObject({ msg: '密码不正确！' });
  });
});

test('a wrong password and a made-up name cost the same hashes, also beside an account of older parameters', async () => {
  const derive = vi.spyOn(HashQueue.prototype, 'derive');
  const work = async (username: string): Promise<string[]> => {
    derive.mockClear();
    await login(username, 'wrong');
    return derive.mock.calls.map(([, { N, r, p, keyBytes }]) => [N, r, p, keyBytes].join());
  };
  expect(await work('alice-account')).toEqual(['16,8,1,32']);
  expect(await work('made-up-name')).toEqual(['16,8,1,32']);
  await h.restart({ passwordCost: 64 });
  // The older hash has to be made too; it is the smaller part by far.
  expect(await work('alice-account')).toEqual(['16,8,1,32', '64,8,1,32']);
  expect(await work('made-up-name')).toEqual(['64,8,1,32']);
  derive.mockRestore();
});

test('during a flood of costly hashes nobody else waits: requests, files, a sign-in from a known address', async () => {
  const upload = new FormData();
  upload.append('file', new Blob(['bytes']), 'f.bin');
  await h.call('POST', '/v1/file/upload?type=chat&path=/1/u/f.bin', { token: alice.token, body: upload });
  await h.restart({ passwordCost: 2 ** 15 });
  await login('alice-account', 'pw123456');
  const answers: string[] = [];
  const flood = many(async (i) => {
    // Those that still wait at the end lose their connection.
    const json = await login(`made-up-${i}`, 'guess').then(
      (answer) => answer.json,
      () => ({ msg: 'cut off' }),
    );
    answers.push((json as { code?: string; msg: string }).code ?? (json as { msg: string }).msg);
    // As many as one address may try: 65 find a place, whom the others are refused for.
  }, 100);
  await vi.waitFor(() => expect(answers).toContain('busy'), { timeout: 30_000 });
  for (let i = 0; i < 8; i++) {
    expect((await h.get('/v1/group/my', alice)).status).toBe(200);
    expect((await h.call('GET', '/v1/file/preview/chat/1/u/f.bin')).text).toBe('bytes');
  }
  expect((await login('alice-account', 'pw123456')).status).toBe(200);
  // Of the 65 hashes that were taken on, most are still to come: all this overtook them.
  expect(answers.filter((each) => each === '用户不存在').length).toBeLessThan(45);
  expect(answers.filter((each) => each === 'busy').length).toBeGreaterThan(30);
  await h.restart();
  await flood;
});

test('passwords are hashed with parameters of today', async () => {
  const passwords = new Passwords(DEFAULT_PASSWORD_COST);
  expect(await passwords.hash('pw123456', { address: 'test', account: '' })).toMatch(
    /^scrypt\$131072\$8\$1\$/,
  );
  await passwords.close();
});
