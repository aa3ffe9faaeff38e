/** Ways in beside a password: what is asked, and what an answer of any kind comes to. */
import { describe, expect, it } from 'vitest';
import { CodedError } from '../../../shared/ipc/result.ts';
import * as bodies from './fixtures.ts';
import { DeviceCheckError, sendDeviceCode, verifyDevice } from './device-check.ts';
import { faceOf } from './face.ts';
import type { Fetch } from './http.ts';
import { requestResetCode, resetPassword } from './password-reset.ts';
import { newScanCode, scanSignIn, scanState } from './scan-login.ts';
import { signInOffers } from './sign-in-offers.ts';
import { login } from './sign-in.ts';

const server = 'https://im.example';
const device = { id: 'd', name: 'n', model: 'm' };
const number = { server, zone: '0086', phone: '13800138000' };
const refusal = (msg: string, more: object = {}): Response =>
  new Response(JSON.stringify({ msg, status: 400, ...more }), { status: 400 });

function answering(answers: Record<string, () => Response>): {
  fetch: Fetch;
  asked: [path: string, body: unknown][];
} {
  const asked: [string, unknown][] = [];
  const fetch: Fetch = async (url, init) => {
    const path = url.slice(`${server}/v1/`.length);
    asked.push([path, JSON.parse((init.body ?? 'null') as string)]);
    return answers[path.split('?')[0] ?? '']?.() ?? new Response('404 page not found', { status: 404 });
  };
  return { fetch, asked };
}

const open = (): Response => refusal('请求数据格式有误！');

describe('what a server has', () => {
  it.each([
    [
      'everything',
      {
        'user/loginstatus': () => new Response('{"status":"expired"}'),
        'user/usernameregister': () => refusal('用户名不能为空'),
        'user/register': open,
        'user/sms/forgetpwd': () => refusal('区号不能为空！'),
      },
      { scan: true, phone: true, reset: true, register: { username: true, phone: true } },
    ],
    ['nothing', {}, { scan: false, phone: false, reset: false, register: { username: false, phone: false } }],
    [
      'TSDD as it comes',
      {
        'user/loginstatus': () => new Response('{"status":"expired"}'),
        'user/usernameregister': () => refusal('暂不支持用户名注册'),
        'user/register': () => refusal('区号不能为空！'),
        'user/sms/forgetpwd': () => refusal('区号不能为空！'),
      },
      { scan: true, phone: true, reset: true, register: { username: false, phone: true } },
    ],
    [
      'closed',
      {
        'user/usernameregister': () => refusal('注册通道暂不开放'),
        'user/register': () => refusal('注册通道暂不开放'),
        'user/sms/forgetpwd': () => new Response('{"msg":"请先登录！"}', { status: 401 }),
      },
      { scan: false, phone: true, reset: false, register: { username: false, phone: false } },
    ],
  ])('%s', async (_name, answers, offers) => {
    const { fetch, asked } = answering(answers);
    expect(await signInOffers(server, { fetch })).toEqual(offers);
    // Nothing that a server could do anything with.
    expect(asked.filter(([, body]) => body !== null).map(([, body]) => body)).toEqual([{}, {}, {}]);
  });

  it('is not known while one of them does not answer', async () => {
    const { fetch } = answering({ 'user/register': () => new Response('', { status: 502 }) });
    await expect(signInOffers(server, { fetch })).rejects.toMatchObject({ code: 'network' });
  });
});

describe('a new device', () => {
  const asks = { status: 110, msg: '需要验证手机号码！', uid: 'u1', phone: '138******00' };

  it('is told apart from every other refusal', async () => {
    const answers = { 'user/login': () => new Response(JSON.stringify(asks), { status: 400 }) };
    const failed = login({ server, username: 'a', password: 'b', device }, answering(answers));
    await expect(failed).rejects.toBeInstanceOf(DeviceCheckError);
    await expect(failed).rejects.toMatchObject({ uid: 'u1', phone: '138******00' });
    for (const odd of [
      { ...asks, uid: 7 },
      { ...asks, status: 400 },
      { msg: asks.msg, status: 110 },
    ]) {
      const other = { 'user/login': () => new Response(JSON.stringify(odd), { status: 400 }) };
      await expect(
        login({ server, username: 'a', password: 'b', device }, answering(other)),
      ).rejects.not.toBeInstanceOf(DeviceCheckError);
    }
  });

  it.each([
    [refusal('验证码无效！'), { triesLeft: null, lockedSeconds: null }],
    [refusal('验证码无效！', { tries_left: 2 }), { triesLeft: 2, lockedSeconds: null }],
    [refusal('验证码无效！', { tries_left: 'two' }), { triesLeft: null, lockedSeconds: null }],
    [
      refusal('验证码错误次数过多', { code: 'code_locked', retry_after_second: 540 }),
      { triesLeft: null, lockedSeconds: 540 },
    ],
    [refusal('验证码错误次数过多', { code: 'code_locked' }), { triesLeft: null, lockedSeconds: 600 }],
  ])('a code that is wrong: %#', async (answer, wrong) => {
    const { fetch, asked } = answering({ 'user/login/check_phone': () => answer });
    expect(await verifyDevice({ server, uid: 'u1', code: '123456' }, { fetch })).toMatchObject(wrong);
    expect(asked).toEqual([['user/login/check_phone', { uid: 'u1', code: '123456' }]]);
  });

  it('a code that is right signs in; a sign-in that is too old is an error', async () => {
    const good = answering({ 'user/login/check_phone': () => new Response(bodies.LOGIN) });
    expect(await verifyDevice({ server, uid: 'u1', code: '1' }, good)).toMatchObject({
      token: expect.any(String),
    });
    const old = answering({ 'user/login/check_phone': () => refusal('登录设备已过期，请重新登录') });
    await expect(verifyDevice({ server, uid: 'u1', code: '1' }, old)).rejects.toMatchObject({
      code: 'refused',
    });
    const sent = answering({ 'user/sms/login_check_phone': () => new Response('{"status":200}') });
    await sendDeviceCode({ server, uid: 'u1' }, sent);
    expect(sent.asked).toEqual([['user/sms/login_check_phone', { uid: 'u1' }]]);
  });
});

describe('a code to scan', () => {
  const { signal } = new AbortController();

  it('is made for this device, and taken once', async () => {
    const { fetch, asked } = answering({
      'user/loginuuid': () => new Response('{"uuid":"abc","qrcode":"https://im.example/v1/qrcode/abc"}'),
      'user/login_authcode/a%2Fb': () =>
        new Response('{"uid":"u1","name":"A","username":"alice001","short_no":"","token":"t"}'),
    });
    expect(await newScanCode({ server, device }, { fetch })).toEqual({
      uuid: 'abc',
      text: 'https://im.example/v1/qrcode/abc',
    });
    expect(asked[0]?.[0]).toBe('user/loginuuid?device_id=d&device_name=n&device_model=m');
    expect(await scanSignIn({ server, authCode: 'a/b' }, { fetch })).toMatchObject({ uid: 'u1', token: 't' });
    // Any `flag` would make it a session of the phone (tsdd-api.md 1.5).
    expect(asked[1]).toEqual(['user/login_authcode/a%2Fb', null]);
  });

  it.each([
    ['{"status":"waitScan"}', { state: 'waiting' }],
    ['{"status":"scanned","uid":"u1"}', { state: 'scanned', uid: 'u1', name: '' }],
    ['{"status":"scanned","uid":"u1","name":"许\\u202e一诺"}', { state: 'scanned', uid: 'u1' }],
    ['{"status":"authed","uid":"u1","auth_code":"c"}', { state: 'granted', uid: 'u1', authCode: 'c' }],
    ['{"status":"authed","uid":"u1"}', { state: 'expired' }],
    ['{"status":"authed","auth_code":"c"}', { state: 'granted', uid: '', authCode: 'c' }],
    ['{"status":"scanned"}', { state: 'waiting' }],
    ['{"status":"expired"}', { state: 'expired' }],
    ['{"status":"what is this"}', { state: 'expired' }],
  ])('%s', async (body, state) => {
    const { fetch } = answering({ 'user/loginstatus': () => new Response(body) });
    expect(await scanState({ server, uuid: 'abc', signal }, { fetch })).toMatchObject(state);
  });

  it('of the wrong shape names what is wrong', async () => {
    const { fetch } = answering({ 'user/loginuuid': () => new Response('{"uuid":"","qrcode":7}') });
    await expect(newScanCode({ server, device }, { fetch })).rejects.toThrow('user/loginuuid');
    // More than a code for cameras can hold.
    const long = JSON.stringify({ uuid: 'abc', qrcode: '码'.repeat(900) });
    const { fetch: other } = answering({ 'user/loginuuid': () => new Response(long) });
    await expect(newScanCode({ server, device }, { fetch: other })).rejects.toThrow('qrcode');
    // Half a character: a code that is drawn cannot hold it.
    const { fetch: half } = answering({
      'user/loginuuid': () => new Response(String.raw`{"uuid":"abc","qrcode":"\ud800"}`),
    });
    await expect(newScanCode({ server, device }, { fetch: half })).rejects.toThrow('qrcode');
  });

  it('of whoever said yes with half a character is refused by the server, and nothing throws', async () => {
    const { fetch } = answering({ 'user/login_authcode': () => new Response('{}', { status: 400 }) });
    await expect(scanSignIn({ server, authCode: 'a\ud800' }, { fetch })).rejects.toBeInstanceOf(CodedError);
  });
});

describe('a new password', () => {
  it.each([
    ['该手机号未注册', 'username'],
    ['发送短信验证码失败！', 'code'],
    ['操作过于频繁', 'code'],
  ])('no code: %s', async (text, field) => {
    const asking = answering({ 'user/sms/forgetpwd': () => refusal(text) });
    await expect(requestResetCode(number, asking)).rejects.toMatchObject({ message: text, field });
  });
  it.each([
    ['验证码无效！', 'code'],
    ['该账号不存在', 'username'],
    ['密码长度必须大于6位！', 'password'],
  ])('refused: %s', async (text, field) => {
    const { fetch, asked } = answering({ 'user/pwdforget': () => refusal(text) });
    const form = { ...number, code: '123456', password: 'pw654321' };
    await expect(resetPassword(form, { fetch })).rejects.toMatchObject({ message: text, field });
    expect(asked).toEqual([
      ['user/pwdforget', { zone: '0086', phone: '13800138000', code: '123456', pwd: 'pw654321' }],
    ]);
  });
  it('whose answer was lost is tried by signing in', async () => {
    const lost = answering({ 'user/pwdforget': () => new Response('', { status: 502 }) });
    await expect(
      resetPassword({ ...number, code: '1', password: 'pw654321' }, lost),
    ).resolves.toBeUndefined();
  });
});

describe('the face of whoever scanned', () => {
  const PIXEL = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  it.each([
    ['a picture', () => new Response(PIXEL), /^data:image\/png;base64,iVBORw0KG/],
    ['one elsewhere', () => new Response(null, { status: 302 }), null],
    ['a page', () => new Response('<svg onload="alert(1)"/>'), null],
    ['a flood', () => new Response(Buffer.alloc(600 * 1024)), null],
    ['none', () => new Response('', { status: 404 }), null],
  ])('%s', async (_name, answer, shown) => {
    const { fetch } = answering({ 'users/u%2F1/avatar': answer });
    const face = await faceOf({ server, uid: 'u/1' }, { fetch });
    expect(face === null ? null : shown?.test(face)).toBe(shown === null ? null : true);
  });
});
