/** Registration by phone number: what is asked, and which field a refusal is about. */
import { describe, expect, it } from 'vitest';
import * as bodies from './fixtures.ts';
import type { Fetch } from './http.ts';
import { registerPhone, requestRegisterCode } from './phone-registration.ts';
import { probeServer, register } from './sign-in.ts';

const server = 'https://im.example';
const device = { id: 'd', name: 'n', model: 'm' };
const form = {
  server,
  zone: '0086',
  phone: '13800138000',
  code: '123456',
  inviteCode: '',
  password: 'pw123456',
  name: '新来的',
  device,
};
const refusal = (msg: string): Response =>
  new Response(JSON.stringify({ msg, status: 400 }), { status: 400 });

function answering(answers: Record<string, () => Response>): {
  fetch: Fetch;
  asked: [path: string, body: Record<string, unknown>][];
} {
  const asked: [string, Record<string, unknown>][] = [];
  const fetch: Fetch = async (url, init) => {
    const path = url.slice(`${server}/v1/`.length);
    asked.push([path, JSON.parse((init.body ?? '{}') as string) as Record<string, unknown>]);
    return answers[path]?.() ?? new Response('not found', { status: 404 });
  };
  return { fetch, asked };
}

describe('a code', () => {
  it.each([
    ['{"exist":0}', false],
    ['{"exist":1}', true],
    ['{}', false],
  ])('%s', async (body, exists) => {
    const { fetch, asked } = answering({ 'user/sms/registercode': () => new Response(body) });
    expect(await requestRegisterCode({ server, zone: '0086', phone: '13800138000' }, { fetch })).toEqual({
      exists,
    });
    expect(asked).toEqual([['user/sms/registercode', { zone: '0086', phone: '13800138000' }]]);
  });
  it.each([
    ['发送过于频繁，请稍后再试！', 'code'],
    ['短信服务未配置', 'code'],
    ['不是有效的手机号', 'username'],
  ])('refused: %s', async (text, field) => {
    const { fetch } = answering({ 'user/sms/registercode': () => refusal(text) });
    await expect(requestRegisterCode({ server, zone: '0086', phone: '1' }, { fetch })).rejects.toMatchObject({
      code: 'refused',
      message: text,
      field,
    });
  });
});

describe('registering a number', () => {
  it('gives zone, number and code, and signs in for the token that lasts', async () => {
    const { fetch, asked } = answering({
      'user/register': () => new Response(bodies.LOGIN.replace('9fb83f0c', 'deadbeef')),
      'user/login': () => new Response(bodies.LOGIN),
    });
    expect((await registerPhone(form, { fetch })).token).toBe('9fb83f0cc0344d9783775f81c8fe7dd8');
    expect(asked.map(([path]) => path)).toEqual(['user/register', 'user/login']);
    expect(asked[0]?.[1]).toEqual({
      zone: '0086',
      phone: '13800138000',
      code: '123456',
      password: 'pw123456',
      name: '新来的',
      flag: 2,
      device: { device_id: 'd', device_name: 'n', device_model: 'm' },
    });
    expect(asked[1]?.[1]['username']).toBe('008613800138000');
  });
  it('gives the invitation code where one was wanted', async () => {
    const { fetch, asked } = answering({
      'user/register': () => new Response(bodies.LOGIN),
      'user/login': () => new Response(bodies.LOGIN),
    });
    await registerPhone({ ...form, inviteCode: 'K7' }, { fetch });
    expect(asked[0]?.[1]['invite_code']).toBe('K7');
  });
  it.each([
    ['is there', bodies.LOGIN, 200, null],
    ['is not there', '{"msg":"用户不存在","status":400}', 400, 'noAnswer'],
    ['cannot be seen', '{}', 503, 'unsure'],
  ])('that was not answered and %s', async (_what, answer, status, code) => {
    const { fetch, asked } = answering({
      'user/register': () => new Response('', { status: 502 }),
      'user/login': () => new Response(answer, { status }),
    });
    const end = await registerPhone(form, { fetch }).catch((error: unknown) => error);
    expect(end).toMatchObject(code === null ? { uid: bodies.ALICE } : { code });
    expect(asked.filter(([path]) => path === 'user/register')).toHaveLength(1);
  });
  it.each([
    ['验证码无效！', 'code'],
    ['邀请码不存在', 'inviteCode'],
    ['该用户已存在', 'username'],
    ['密码长度必须大于6位！', 'password'],
    ['注册通道暂不开放', undefined],
  ])('refused: %s', async (text, field) => {
    const { fetch, asked } = answering({ 'user/register': () => refusal(text) });
    await expect(registerPhone(form, { fetch })).rejects.toMatchObject({
      code: 'refused',
      message: text,
      field,
    });
    expect(asked).toHaveLength(1);
  });
});

it('a server that has no registration by user name is known by its refusal', async () => {
  const { fetch } = answering({ 'user/usernameregister': () => refusal('暂不支持用户名注册') });
  await expect(
    register({ server, username: 'alice001', password: 'pw123456', name: 'A', device }, { fetch }),
  ).rejects.toMatchObject({ code: 'refused', field: 'byPhone' });
});

it.each([
  [0, false],
  [1, true],
])('register_invite_on %i asks for an invitation code', async (on, inviteCode) => {
  const config = bodies.APP_CONFIG.replace('"register_invite_on":0', `"register_invite_on":${on}`);
  const { fetch } = answering({ 'common/appconfig': () => new Response(config) });
  expect(await probeServer(server, { fetch })).toMatchObject({ inviteCode });
});
