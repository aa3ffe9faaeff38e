import { describe, expect, it } from 'vitest';
import { CodedError } from '../../../shared/ipc/result.ts';
import { type LoginValues, errorsOf, leftOf, validate } from './form-errors.ts';

const say = (key: string): string => key;
const good: LoginValues = {
  mode: 'register',
  server: 'https://im.example',
  name: 'Anna',
  username: 'anna-1234',
  password: 'secret1',
  repeat: 'secret1',
  byPhone: null,
  passwordOptional: false,
};
const number = { zone: '0086', phone: '13800138000' };
const byPhone: LoginValues = {
  ...good,
  username: '138 0013 8000',
  byPhone: { number, code: '123456', inviteCode: null },
};

describe('validate', () => {
  it('accepts a good form', () => {
    expect(validate(good, say)).toEqual({});
  });
  it.each([
    [{ server: ' ' }, 'server', 'login.required.server'],
    [{ name: '' }, 'name', 'login.required.name'],
    [{ username: 'short12' }, 'username', 'login.reg.usernameRule'],
    [{ username: 'x'.repeat(23) }, 'username', 'login.reg.usernameRule'],
    [{ username: '+86 138-0013-8000' }, 'username', 'login.reg.phone'],
    [{ username: '13800138000' }, 'username', 'login.reg.phone'],
    [{ password: '12345' }, 'password', 'login.reg.passwordRule'],
    [{ repeat: 'other' }, 'repeat', 'login.reg.mismatch'],
  ] as const)('%j', (patch, field, key) => {
    expect(validate({ ...good, ...patch }, say)).toEqual({ [field]: key });
  });
  it.each([
    [{}, null, {}],
    [{}, { number: null }, { username: 'login.reg.phoneWrong' }],
    [{ username: ' ' }, { number: null }, { username: 'login.required.phone' }],
    [{}, { code: ' ' }, { code: 'login.required.code' }],
    [{}, { inviteCode: 'K7' }, {}],
    [{}, { inviteCode: '' }, { inviteCode: 'login.required.invite' }],
    [{ password: '12345' }, {}, { password: 'login.reg.passwordRule' }],
    [{ name: '' }, { code: '' }, { name: 'login.required.name', code: 'login.required.code' }],
  ])('by phone: %j %j', (patch, phone, errors) => {
    const values = { ...byPhone, ...patch, byPhone: { ...byPhone.byPhone!, ...phone } };
    expect(validate(values, say)).toEqual(errors);
  });
  it('lets a stored token stand in for the password, at sign-in only', () => {
    const login = { ...good, mode: 'login' as const, password: '', passwordOptional: true };
    expect(validate(login, say)).toEqual({});
    expect(validate({ ...login, passwordOptional: false }, say)).toEqual({
      password: 'login.required.password',
    });
  });
});

describe('errorsOf', () => {
  it.each([
    [new CodedError('credentials', 'x'), { password: 'login.err' }],
    [new CodedError('credentials', 'x', 'username'), { username: 'login.err.username' }],
    [new CodedError('credentials', 'x', 'password'), { password: 'login.err.password' }],
    [new CodedError('network', 'x'), { server: 'login.probeErr.unreachable' }],
    [new CodedError('noAnswer', 'x'), { server: 'error.noAnswer' }],
    [new CodedError('unsure', 'x'), { username: 'login.reg.unsure' }],
    [new CodedError('badArgument', 'x', 'server'), { server: 'login.probeErr.badAddress' }],
    [new CodedError('managed', 'x', 'server'), { server: 'pol.server' }],
    [new CodedError('managed', 'x', 'blocked'), { server: 'login.probeErr.blocked' }],
    [new CodedError('managed', 'x', 'registration'), { server: 'pol.registration' }],
    [new CodedError('insecure', 'x'), { server: 'login.probeErr.insecure' }],
    [new CodedError('certificate', 'x', 'server'), { server: 'login.probeErr.certificate' }],
    [new CodedError('notCompatible', 'x'), { server: 'login.probeErr.notCompatible' }],
    [new CodedError('refused', '该用户名已存在', 'username'), { username: 'said.nameTaken' }],
    [new CodedError('refused', '验证码无效！', 'code'), { code: '验证码无效！' }],
    [new CodedError('refused', '不行'), { password: '不行' }],
    [new CodedError('internal', 'stack'), { password: 'error.generic' }],
  ])('%s', (error, errors) => {
    expect(errorsOf(error, { mode: 'login', byPhone: false }, say)).toEqual(errors);
  });
  it('says it of the number where one was typed', () => {
    const asked = { mode: 'login', byPhone: true } as const;
    const of = (field?: string) => errorsOf(new CodedError('credentials', 'x', field), asked, say);
    expect(of('username')).toEqual({ username: 'login.err.phone' });
    expect(of('password')).toEqual({ password: 'login.err.password' });
    expect(of()).toEqual({ password: 'login.err.either' });
  });
  it('puts a refusal without a field under the user name when registering', () => {
    expect(errorsOf(new CodedError('refused', '不行'), { mode: 'register', byPhone: false }, say)).toEqual({
      username: '不行',
    });
  });
});

describe('leftOf', () => {
  const all = { server: 'a', name: 'b', username: 'c', code: 'd', password: 'e', repeat: 'f' };
  it.each([
    ['server', []],
    ['username', ['server', 'name', 'repeat']],
    ['password', ['server', 'name', 'username', 'code', 'repeat']],
  ] as const)('%s', (edited, left) => {
    expect(Object.keys(leftOf(all, edited))).toEqual(left);
  });
});
