/** Codes by SMS: who gets one, how often, what a wrong one costs, and what each of them is good for. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../shared/json.ts';
import { type Answer, Harness } from '../testing/harness.ts';

let h: Harness;
const notes: string[] = [];
const NUMBER = { zone: '0086', phone: '13800006620' };
const ADMIN = 'admin-pw';

beforeEach(async () => {
  notes.length = 0;
  h = await new Harness({
    smsDemo: true,
    adminPassword: ADMIN,
    verifyNewDevices: true,
    log: { info: (message) => notes.push(message), warn: () => undefined },
  }).start();
  // Without the fixed code of the other tests.
  await h.restart({ smsCode: undefined as unknown as string });
});
afterEach(() => h.close());

const post = (path: string, body: unknown): Promise<Answer> => h.call('POST', `/v1/user/${path}`, { body });
const codes = async (): Promise<JsonObject[]> => {
  const admin = await h.call('POST', '/v1/manager/login', {
    body: { username: 'superAdmin', password: ADMIN },
  });
  const { token } = admin.json as { token: string };
  return (await h.call('GET', '/v1/manager/sms/codes', { token })).json as JsonObject[];
};
const newest = async (): Promise<string> => String((await codes())[0]?.['code']);
const otherThan = (code: string): string => (code === '000000' ? '000001' : '000000');
const device = (id: string) => ({ device_id: id, device_name: 'Desk', device_model: 'Linux' });

async function registered(): Promise<string> {
  await post('sms/registercode', NUMBER);
  const answer = await post('register', {
    ...NUMBER,
    code: await newest(),
    password: 'pw123456',
    name: '许一诺',
    flag: 2,
    device: device('first'),
  });
  expect(answer.status).toBe(200);
  return (answer.json as { uid: string }).uid;
}

test('a registration takes the code that was sent, and stands in the log for whoever tries things out', async () => {
  expect((await post('sms/registercode', NUMBER)).json).toEqual({ exist: 0 });
  const code = await newest();
  expect(code).toMatch(/^\d{6}$/);
  expect(notes.filter((note) => note.includes(code))).toEqual([
    `sms: ${code} for +86 13800006620 (register)`,
  ]);
  const body = { ...NUMBER, password: 'pw123456', flag: 2 };
  expect((await post('register', { ...body, code: otherThan(code) })).json).toEqual({
    msg: '验证码无效！',
    status: 400,
    tries_left: 2,
  });
  expect((await post('register', { ...body, code })).status).toBe(200);
  expect((await post('sms/registercode', NUMBER)).json).toEqual({ exist: 1 });
  expect(await codes()).toHaveLength(1);
});

test('one a minute, each for five, the third wrong one locks the number for ten', async () => {
  await post('sms/registercode', NUMBER);
  expect((await post('sms/registercode', NUMBER)).json).toMatchObject({
    code: 'rate_limited',
    retry_after_second: 60,
  });
  h.clock += 60_000;
  const first = await newest();
  await post('sms/registercode', NUMBER);
  const second = await newest();
  const register = (code: string) =>
    post('register', { ...NUMBER, code, password: 'pw123456', flag: 2 }).then(({ json }) => json);
  // The one before is void as soon as there is another. (Once in a million they are the same.)
  const voided = first === second ? otherThan(second) : first;
  expect(await register(voided)).toMatchObject({ tries_left: 2 });
  h.clock += 5 * 60_000;
  expect(await register(second)).toEqual({ msg: '验证码无效！', status: 400 });
  await post('sms/registercode', NUMBER);
  const third = await newest();
  expect(await register(otherThan(third))).toMatchObject({ tries_left: 2 });
  expect(await register(otherThan(third))).toMatchObject({ tries_left: 1 });
  const locked = { code: 'code_locked', retry_after_second: 600 };
  expect(await register(otherThan(third))).toMatchObject(locked);
  expect(await register(third)).toMatchObject(locked);
  h.clock += 60_000;
  expect((await post('sms/registercode', NUMBER)).json).toMatchObject({
    code: 'code_locked',
    retry_after_second: 540,
  });
  h.clock += 9 * 60_000;
  await post('sms/registercode', NUMBER);
  expect(await register(await newest())).toMatchObject({ phone: NUMBER.phone });
});

test('a new password ends what was signed in with the old one', async () => {
  const uid = await registered();
  const before = await post('login', {
    username: '008613800006620',
    password: 'pw123456',
    flag: 2,
    device: device('first'),
  });
  const { token } = before.json as { token: string };
  expect((await post('sms/forgetpwd', { zone: '0086', phone: '13900000000' })).json).toMatchObject({
    msg: '该手机号未注册',
  });
  expect((await post('sms/forgetpwd', NUMBER)).json).toEqual({ status: 200 });
  const code = await newest();
  const reset = (pwd: string, with_: string) => post('pwdforget', { ...NUMBER, code: with_, pwd });
  expect((await reset('short', code)).json).toMatchObject({ msg: '密码长度必须大于6位！' });
  expect((await reset('pw654321', otherThan(code))).json).toMatchObject({ tries_left: 2 });
  expect((await reset('pw654321', code)).json).toEqual({ status: 200 });
  // Once.
  expect((await reset('pw999999', code)).json).toMatchObject({ msg: '验证码无效！' });
  expect((await h.call('GET', `/v1/users/${uid}`, { token })).status).toBe(401);
  const login = (password: string) =>
    post('login', { username: '008613800006620', password, flag: 2, device: device('first') });
  expect((await login('pw123456')).json).toMatchObject({ msg: '密码不正确！' });
  expect((await login('pw654321')).status).toBe(200);
});

const login = (id: string, flag = 2, password = 'pw123456'): Promise<Answer> =>
  post('login', { username: '008613800006620', password, flag, device: device(id) });

describe('a new device', () => {
  test('proves the number first, once; the session is of the class that asked', async () => {
    const uid = await registered();
    expect((await login('first')).status).toBe(200);
    expect((await login('other')).json).toEqual({
      msg: '需要验证手机号码！',
      status: 110,
      uid,
      phone: '138******20',
    });
    expect((await post('sms/login_check_phone', { uid })).json).toEqual({ status: 200 });
    const code = await newest();
    const check = (with_: string) => post('login/check_phone', { uid, code: with_ });
    expect((await check(otherThan(code))).json).toMatchObject({ msg: '验证码无效！', tries_left: 2 });
    const opened = await check(code);
    expect(opened.json).toMatchObject({ uid, phone: NUMBER.phone });
    const { token } = opened.json as { token: string };
    expect(h.server.context.sessions.find(token)).toMatchObject({ uid, flag: 2 });
    expect((await check(code)).json).toMatchObject({ msg: '登录设备已过期，请重新登录' });
    expect((await login('other')).status).toBe(200);
  });

  test('is asked for by nobody who does not know the password', async () => {
    const uid = await registered();
    expect((await login('other', 2, 'wrong')).json).toMatchObject({ msg: '密码不正确！' });
    const sent = (await codes()).length;
    expect((await post('sms/login_check_phone', { uid })).status).toBe(400);
    expect(await codes()).toHaveLength(sent);
    await login('other');
    await post('sms/login_check_phone', { uid });
    h.clock += 10 * 60_000;
    expect((await post('login/check_phone', { uid, code: await newest() })).status).toBe(400);
  });

  test('of a password that was changed meanwhile gets nothing', async () => {
    const uid = await registered();
    await login('other');
    await post('sms/login_check_phone', { uid });
    const code = await newest();
    await h.server.context.accounts.setPassword(uid, 'pw654321', '127.0.0.1');
    expect((await post('login/check_phone', { uid, code })).json).toMatchObject({ msg: '密码不正确！' });
  });

  test('as TSDD has it only phones of those who want it are asked', async () => {
    const uid = await registered();
    const { token } = (await login('first')).json as { token: string };
    await h.restart({ verifyNewDevices: false, smsCode: undefined as unknown as string });
    expect((await login('desk-2')).status).toBe(200);
    expect((await login('phone-1', 0)).status).toBe(200);
    await h.call('PUT', '/v1/user/my/setting', { token, body: { device_lock: 1 } });
    expect((await login('desk-3')).status).toBe(200);
    expect((await login('phone-2', 0)).json).toMatchObject({ status: 110, uid });
    expect((await login('phone-1', 0)).status).toBe(200);
  });
});

test('without a way to send codes these routes are not there', async () => {
  await h.restart({
    smsDemo: false,
    verifyNewDevices: true,
    smsCode: undefined as unknown as string,
  });
  for (const path of ['register', 'sms/registercode', 'sms/forgetpwd', 'pwdforget', 'login/check_phone'])
    expect([path, (await post(path, {})).status]).toEqual([path, 404]);
  expect((await h.call('GET', '/v1/manager/sms/codes')).status).toBe(404);
});

test('a fixed code proves a number, never a device', async () => {
  await h.restart({ smsDemo: false, verifyNewDevices: true, smsCode: '246810' });
  const body = { ...NUMBER, code: '246810', password: 'pw123456', flag: 2, device: device('first') };
  expect((await post('register', body)).status).toBe(200);
  expect((await post('pwdforget', { ...NUMBER, code: '246810', pwd: 'pw654321' })).status).toBe(200);
  expect((await login('other', 2, 'pw654321')).status).toBe(200);
  expect((await post('login/check_phone', {})).status).toBe(404);
});

const byName = (more: object = {}): Promise<Answer> =>
  post('usernameregister', { username: 'newcomer-1', password: 'pw123456', flag: 2, ...more });

describe('who may register', () => {
  test('an empty body tells which ways are open, and makes nothing', async () => {
    const told = async (registration: ('username' | 'phone')[]): Promise<unknown[]> => {
      await h.restart({ registration, smsCode: '246810' });
      return Promise.all(
        ['usernameregister', 'register'].map(
          async (path) => ((await post(path, {})).json as JsonObject)['msg'],
        ),
      );
    };
    expect(await told([])).toEqual(['注册通道暂不开放', '注册通道暂不开放']);
    expect(await told(['phone'])).toEqual([
      '暂不支持用户名注册',
      expect.stringMatching(/^请求数据格式有误！/),
    ]);
    expect(await told(['username'])).toEqual([
      expect.stringMatching(/^请求数据格式有误！/),
      '注册通道暂不开放',
    ]);
    expect(h.server.context.accounts.isEmpty()).toBe(true);
  });

  test('those who are invited, while an administrator says so', async () => {
    await h.restart({ inviteCodes: ['peach-2026'], smsCode: '246810' });
    expect((await byName()).status).toBe(200);
    h.server.context.appConfig.replace({ ...h.server.context.appConfig.get(), register_invite_on: 1 });
    const second = { username: 'newcomer-2' };
    expect((await byName(second)).json).toMatchObject({ msg: '邀请码不能为空！' });
    expect((await byName({ ...second, invite_code: 'plum-2026' })).json).toMatchObject({
      msg: '邀请码无效！',
    });
    expect((await byName({ ...second, invite_code: 'peach-2026' })).status).toBe(200);
    const byPhone = { ...NUMBER, code: '246810', password: 'pw123456', flag: 2 };
    expect((await post('register', byPhone)).json).toMatchObject({ msg: '邀请码不能为空！' });
    expect((await post('register', { ...byPhone, invite_code: 'peach-2026' })).status).toBe(200);
  });
});
