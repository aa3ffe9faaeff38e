import { expect, it } from 'vitest';
import { scanSignInWith } from './scan-sign-in.ts';

const DEVICE = { id: 'd', name: 'n', model: 'm' };

/** A server that answers with these, by the first words of the path. */
function scanning(answers: Record<string, object[]>) {
  const fetch = async (url: string): Promise<Response> => {
    const [, path = ''] = /\/v1\/([^?]*)/.exec(url) ?? [];
    const name = Object.keys(answers).find((each) => path.startsWith(each));
    const next = name === undefined ? undefined : answers[name]?.shift();
    return next === undefined ? new Response('', { status: 404 }) : Response.json(next);
  };
  return scanSignInWith(
    DEVICE,
    async (server) => server,
    (_server, uid) => `name of ${uid}`,
    { fetch },
  );
}
const CODE = { uuid: 'abc', qrcode: 'https://im.example/v1/qrcode/abc' };
const granted = { status: 'authed', uid: 'u1', auth_code: 'c' };
const signedIn = (uid: string) => ({ uid, name: uid, username: uid, short_no: '', token: 't' });

it('lets in who said yes, once', async () => {
  const scan = scanning({
    'user/loginuuid': [CODE],
    'user/loginstatus': [{ status: 'scanned', uid: 'u1', name: '许一诺' }, granted],
    'user/login_authcode': [signedIn('u1')],
  });
  const { id } = await scan.start('https://im.example');
  await expect(scan.enter(id)).rejects.toMatchObject({ code: 'invalidState' });
  expect(await scan.poll(id)).toMatchObject({ state: 'scanned', person: { name: '许一诺' } });
  expect(await scan.poll(id)).toMatchObject({ state: 'granted', person: { name: '许一诺' } });
  expect(await scan.enter(id)).toMatchObject({ uid: 'u1', token: 't' });
  await expect(scan.enter(id)).rejects.toMatchObject({ code: 'invalidState' });
});

it.each([
  ['after it said who scanned', [{ status: 'scanned', uid: 'u1', name: '许一诺' }], { name: '许一诺' }],
  ['and never said who scanned', [], null],
])('lets in who said yes where the server does not say again who it is, %s', async (_how, before, person) => {
  const scan = scanning({
    'user/loginuuid': [CODE],
    'user/loginstatus': [...before, { status: 'authed', auth_code: 'c' }],
    'user/login_authcode': [signedIn('u1')],
  });
  const { id } = await scan.start('https://im.example');
  for (const _ of before) await scan.poll(id);
  const answer = await scan.poll(id);
  expect(answer.state).toBe('granted');
  expect(answer.person?.name).toBe(person?.name);
  expect(await scan.enter(id)).toMatchObject({ uid: 'u1' });
});

it('lets nobody in as another than was shown', async () => {
  const scan = scanning({
    'user/loginuuid': [CODE],
    'user/loginstatus': [{ status: 'scanned', uid: 'u2', name: 'Bob' }, granted],
    'user/login_authcode': [signedIn('u3')],
  });
  const { id } = await scan.start('https://im.example');
  await scan.poll(id);
  // Another phone was faster: its face, not the one of before.
  expect(await scan.poll(id)).toMatchObject({ person: { uid: 'u1', name: 'name of u1' } });
  await expect(scan.enter(id)).rejects.toMatchObject({ code: 'notCompatible' });
});
