import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { signInWith } from './sign-in.ts';

const asked: string[] = [];
let up: (url: string) => boolean;
beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    if (!up(url)) throw new TypeError('fetch failed');
    return new Response('{"revoke_second":120}');
  });
});
afterEach(() => vi.unstubAllGlobals());

const form = { username: 'alice001', password: 'pw123456' };
const overPlain = (): string[] => asked.filter((url) => url.startsWith('http:'));

it('a server that was seen over https gets no password over http when https is blocked afterwards', async () => {
  const signIn = signInWith('device');
  up = () => true;
  expect(await signIn.probe('chat.example.com')).toMatchObject({ server: 'https://chat.example.com' });
  up = (url) => url.startsWith('http:');
  for (const server of [
    'chat.example.com',
    'http://chat.example.com',
    'http://chat.example.com:8090',
    'http://chat.example.com.',
    'http://CHAT。example.com。:8090/',
    'http:chat.example.com',
  ]) {
    await expect(signIn.login({ server, ...form })).rejects.toMatchObject({ code: 'insecure' });
    await expect(signIn.register({ server, name: 'A', inviteCode: '', ...form })).rejects.toMatchObject({
      code: 'insecure',
    });
  }
  expect(overPlain()).toEqual([]);
});

it('so does one that an account of this computer uses over https, after a restart', async () => {
  up = (url) => url.startsWith('http:');
  const accounts = ['https://chat.example.com/api', 'http://other.example.com'];
  const signIn = signInWith('device', () => accounts.map((server) => ({ server, uid: 'u', name: 'U' })));
  await expect(signIn.probe('chat.example.com')).rejects.toMatchObject({ code: 'insecure' });
  await expect(signIn.login({ server: 'http://chat.example.com', ...form })).rejects.toMatchObject({
    code: 'insecure',
  });
  expect(overPlain()).toEqual([]);
  expect(await signIn.probe('other.example.com')).toMatchObject({ insecure: true });
});

it('a password goes to plain http only where that was typed', async () => {
  up = (url) => url.startsWith('http:');
  const signIn = signInWith('device');
  await expect(signIn.login({ server: 'chat.example.com', ...form })).rejects.toMatchObject({
    code: 'insecure',
  });
  expect(overPlain()).toEqual([]);
});

const loginsAt = (server: string): string[] => [`${server}/v1/user/login`];

it('a server that was probed is not looked for again: signing in is one round trip', async () => {
  const signIn = signInWith('device');
  up = () => true;
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    return new Response(
      url.endsWith('/login')
        ? '{"uid":"u","name":"A","username":"alice001","short_no":"","token":"t"}'
        : '{"revoke_second":120}',
    );
  });
  const { server } = await signIn.probe('chat.example.com');
  asked.length = 0;
  expect(await signIn.login({ server, ...form })).toMatchObject({ server, token: 't' });
  expect(asked).toEqual(loginsAt(server));
  asked.length = 0;
  const known = signInWith('device', () => [{ server, uid: 'u', name: 'A' }]);
  await known.login({ server, ...form });
  expect(asked).toEqual(loginsAt(server));
  asked.length = 0;
  await known.login({ server: 'http://127.0.0.1:8090', ...form });
  expect(asked).toEqual(['http://127.0.0.1:8090/v1/common/appconfig', ...loginsAt('http://127.0.0.1:8090')]);
});
