/** Sign-in by a scanned code: the way of a code from the screen of one to the session of the other. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, Harness, type Person } from '../testing/harness.ts';

let h: Harness;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  h = await new Harness({ scanHoldMs: 60 }).start();
  [alice, bob] = await Promise.all([h.person('alice'), h.person('bob')]);
});
afterEach(() => h.close());

async function shown(): Promise<string> {
  const answer = await h.call(
    'GET',
    '/v1/user/loginuuid?device_id=desk-1&device_name=Desk&device_model=Linux',
  );
  const { uuid, qrcode } = answer.json as { uuid: string; qrcode: string };
  expect(uuid).toMatch(/^[0-9a-f]{32}$/);
  expect(qrcode).toBe(`${h.server.api}/v1/qrcode/${uuid}`);
  return uuid;
}
const status = (uuid: string): Promise<Answer> => h.call('GET', `/v1/user/loginstatus?uuid=${uuid}`);
const scan = (uuid: string, person: Person): Promise<Answer> => h.get(`/v1/qrcode/${uuid}`, person);
const grant = (code: string, person: Person): Promise<Answer> =>
  h.get(`/v1/user/grant_login?auth_code=${code}&encrypt=`, person);
const take = (code: string): Promise<Answer> => h.call('POST', `/v1/user/login_authcode/${code}`);
const codeIn = (answer: Answer): string => (answer.json as { data: { auth_code: string } }).data.auth_code;

test('waits, is scanned, is granted, signs in once, as a session of the web', async () => {
  const uuid = await shown();
  expect((await status(uuid)).json).toEqual({ status: 'waitScan', app_id: 'wukongchat', pub_key: '' });
  const waiting = status(uuid);
  const confirm = await scan(uuid, alice);
  expect(confirm.json).toEqual({
    forward: 'native',
    type: 'loginConfirm',
    data: { auth_code: expect.stringMatching(/^[0-9a-f]{32}$/), pub_key: '' },
  });
  const code = codeIn(confirm);
  expect((await waiting).json).toMatchObject({ status: 'scanned', uid: alice.uid, name: 'alice' });
  // Nothing that a sign-in could be made from before somebody said yes.
  expect((await waiting).text).not.toContain(code);
  expect((await take(code)).status).toBe(400);
  expect((await grant(code, bob)).json).toMatchObject({ msg: '扫描者与授权者不是同一个用户！' });
  const held = status(uuid);
  expect((await grant(code, alice)).json).toEqual({ status: 200 });
  expect((await held).json).toMatchObject({ status: 'authed', uid: alice.uid, auth_code: code, encrypt: '' });
  expect((await status(uuid)).json).toMatchObject({ status: 'authed' });
  const signedIn = await take(code);
  expect(signedIn.json).toEqual({
    app_id: '',
    name: 'alice',
    username: 'alice-account',
    uid: alice.uid,
    token: expect.stringMatching(/^[0-9a-f]{32}$/),
    short_no: expect.any(String),
    avatar: `users/${alice.uid}/avatar`,
    im_pub_key: '',
  });
  const { token } = signedIn.json as { token: string };
  expect(h.server.context.sessions.find(token)).toMatchObject({ uid: alice.uid, flag: 1 });
  const devices = (await h.call('GET', '/v1/user/devices', { token })).json as { device_id: string }[];
  expect(devices.map(({ device_id }) => device_id)).toContain('desk-1');
  expect((await take(code)).json).toMatchObject({ msg: '授权码失效或不存在！' });
  expect((await status(uuid)).json).toEqual({ status: 'expired' });
});

test('who scanned it keeps others away, and a code ends after a minute, a scanned one after five', async () => {
  const uuid = await shown();
  await scan(uuid, alice);
  expect((await scan(uuid, bob)).json).toMatchObject({ msg: '二维码已被扫描！' });
  expect((await scan(uuid, alice)).status).toBe(200);
  const old = await shown();
  h.clock += 60_000;
  expect((await status(old)).json).toEqual({ status: 'expired' });
  expect((await scan(old, bob)).json).toMatchObject({ msg: '二维码或已过期！' });
  const again = await scan(uuid, alice);
  h.clock += 5 * 60_000;
  expect((await grant(codeIn(again), alice)).json).toMatchObject({ msg: '授权码失效或不存在！' });
  expect((await status('')).json).toEqual({ status: 'expired' });
  expect((await status('made-up')).json).toEqual({ status: 'expired' });
});

test('a server that ends keeps nobody waiting', async () => {
  await h.restart({ scanHoldMs: 60_000 });
  const waiting = status(await shown()).catch(() => null);
  const startedAt = performance.now();
  await h.restart();
  await waiting;
  expect(performance.now() - startedAt).toBeLessThan(30_000);
});
