import { describe, expect, it } from 'vitest';
import { defaultSettings, LOCK_AFTER, type Settings } from '../../../shared/settings.ts';
import type { SignIn } from '../accounts/sign-in.ts';
import { checkServer, isAllowed, managedSignIn, withPolicies } from './enforced.ts';
import { policiesOf } from './policy-values.ts';

const of = (values: Record<string, unknown>) => policiesOf({ kind: 'values', where: 'here', values });
const locked = of({ ServerUrl: 'https://im.corp.example', LockServer: true });

/** Whatever is asked. */
function signInThat(answer: (form: unknown) => Promise<never>): SignIn {
  return {
    probe: answer,
    offers: answer,
    login: answer,
    register: answer,
    requestCode: answer,
    registerPhone: answer,
    requestResetCode: answer,
    resetPassword: answer,
    sendDeviceCode: answer,
    verifyDevice: answer,
    scan: { start: answer, poll: answer, stop: () => undefined, enter: answer },
  };
}

describe('a locked server', () => {
  it.each([
    ['https://im.corp.example', true],
    ['im.corp.example', true],
    ['https://im.corp.example/api', true],
    ['https://im.corp.example/v1/', true],
    ['http://im.corp.example', false],
    ['https://im.corp.example:8443', false],
    ['https://im.corp.example.evil.test', false],
    ['https://evil.test/im.corp.example', false],
    ['evil.test', false],
  ])('%s: %s', (server, allowed) => {
    expect(isAllowed(locked, server)).toBe(allowed);
  });

  it('is asked in the scheme of the policy, and no other is asked at all', async () => {
    const asked: unknown[] = [];
    const answer = async (form: unknown): Promise<never> => asked.push(form) as never;
    const signIn = signInThat(answer);
    const managed = managedSignIn(signIn, locked);
    await managed.probe('im.corp.example');
    await managed.login({ server: 'https://im.corp.example/api', username: 'a', password: 'b' });
    for (const elsewhere of [managed.probe, managed.offers, managed.scan.start])
      await expect(elsewhere('evil.test')).rejects.toMatchObject({ code: 'managed', field: 'server' });
    await expect(
      managed.login({ server: 'http://im.corp.example', username: 'a', password: 'b' }),
    ).rejects.toMatchObject({ code: 'managed' });
    expect(asked).toEqual([
      'https://im.corp.example',
      { server: 'https://im.corp.example/api', username: 'a', password: 'b' },
    ]);
  });

  it('that nobody can read keeps everybody out, and says where and why', () => {
    const unreadable = policiesOf({ kind: 'unreadable', where: '/etc/x', why: 'it is no JSON' });
    expect(() => checkServer(unreadable, 'https://im.corp.example')).toThrow('/etc/x: it is no JSON');
  });
});

const never = async (): Promise<never> => Promise.reject(new Error('asked'));

it('registration that is off is refused in each of its ways', async () => {
  const signIn = signInThat(never);
  const managed = managedSignIn(signIn, of({ DisableRegistration: true }));
  const form = {
    server: 'https://a.test',
    username: 'a',
    password: 'b',
    name: 'c',
    zone: '0086',
    phone: '1',
    code: '',
    inviteCode: '',
  };
  for (const register of [managed.register, managed.requestCode, managed.registerPhone])
    await expect(register(form)).rejects.toMatchObject({ code: 'managed', field: 'registration' });
  await expect(managed.login(form)).rejects.toThrow('asked');
});

describe('settings of an organisation', () => {
  it('hold whatever the user chose, who keeps the choice for later', () => {
    let value: Settings = { ...defaultSettings, notificationText: true, confirmRecall: false };
    const file = {
      get value() {
        return value;
      },
      change: (patch: object) => (value = { ...value, ...patch }),
    };
    const settings = withPolicies(file, of({ HideNotificationText: true, RecallConfirm: true }));
    expect(settings.value).toMatchObject({ notificationText: false, confirmRecall: true });
    expect(() => settings.change({ notificationText: true })).toThrow(
      expect.objectContaining({ code: 'managed' }) as Error,
    );
    expect(settings.change({ fontSize: 16, confirmRecall: true })).toMatchObject({
      fontSize: 16,
      confirmRecall: true,
    });
    expect(value).toMatchObject({ notificationText: true, confirmRecall: false, fontSize: 16 });
  });

  it.each([
    [{ AppLockMinutes: 10 }, 15, 5],
    [{ AppLockMinutes: 60 }, 15, 15],
    [{ AppLockMinutes: 1 }, 0, 0],
    [{ AppLockMinutes: 1 }, 60, 1],
    [{ AppLockMinutes: 0 }, 60, 60],
    [{ AppLockMinutes: 'soon' }, 60, 1],
    [{ RequireAppLock: true }, 60, 60],
  ] as const)('%o leave of %i minutes %i, and nothing longer is taken', (policies, chosen, left) => {
    let value: Settings = { ...defaultSettings, lockAfter: chosen, lockWithSystem: false };
    const file = {
      get value() {
        return value;
      },
      change: (patch: object) => (value = { ...value, ...patch }),
    };
    const settings = withPolicies(file, of(policies));
    expect(settings.value.lockAfter).toBe(left);
    expect(settings.value.lockWithSystem).toBe('RequireAppLock' in policies);
    const longer = LOCK_AFTER.filter((minutes) => minutes > left && minutes === chosen);
    for (const minutes of longer) expect(() => settings.change({ lockAfter: minutes })).toThrow('sooner');
    expect(settings.change({ fontSize: 16 }).lockAfter).toBe(left);
    expect(settings.change({ lockAfter: left })).toMatchObject({ lockAfter: left });
    expect(value.lockAfter).toBe(left);
  });
});
