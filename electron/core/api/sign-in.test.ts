import { describe, expect, it } from 'vitest';
import * as bodies from './fixtures.ts';
import type { Fetch } from './http.ts';
import { login, probeServer, register, serverCandidates } from './sign-in.ts';

const device = { id: 'd', name: 'n', model: 'm' };

/** Answers by URL; everything else refuses the connection. */
function byUrl(answers: Record<string, string | Response>): {
  fetch: Fetch;
  asked: { url: string; body: unknown }[];
} {
  const asked: { url: string; body: unknown }[] = [];
  const fetch: Fetch = (url, init) => {
    asked.push({ url, body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : null });
    const answer = answers[url];
    if (answer === undefined) return Promise.reject(new TypeError('fetch failed'));
    return Promise.resolve(typeof answer === 'string' ? new Response(answer) : answer.clone());
  };
  return { fetch, asked };
}

describe('a certificate that is not accepted', () => {
  it('ends the search with that reason: the same server in plain text is no way out', async () => {
    const asked: string[] = [];
    const fetch: Fetch = (url) => {
      asked.push(url);
      const cause = Object.assign(new Error('self-signed certificate'), {
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      });
      return url.startsWith('https:')
        ? Promise.reject(new TypeError('fetch failed', { cause }))
        : Promise.resolve(new Response('{"revoke_second":120}'));
    };
    await expect(probeServer('chat.example.com', { fetch })).rejects.toMatchObject({
      code: 'certificate',
      field: 'server',
      message: 'the certificate of chat.example.com is not accepted (DEPTH_ZERO_SELF_SIGNED_CERT)',
    });
    expect(asked).toEqual(['https://chat.example.com/v1/common/appconfig']);
  });
});

describe('server addresses', () => {
  it.each([
    ['chat.example.com', 'https://chat.example.com'],
    [' chat.example.com/api/v1/ ', 'https://chat.example.com/api'],
    ['http://chat.example.com/v1', 'http://chat.example.com'],
    ['https://chat.example.com:8443/im/api/', 'https://chat.example.com:8443/im/api'],
    ['192.168.1.5:8090', 'http://192.168.1.5:8090'],
    ['localhost:8090', 'http://localhost:8090'],
    ['HTTP://[::1]:8090', 'http://[::1]:8090'],
  ])('%s -> %s first', (typed, first) => {
    expect(serverCandidates(typed)[0]).toBe(first);
  });

  it('also tries the other scheme and /api', () => {
    expect(serverCandidates('chat.example.com')).toEqual([
      'https://chat.example.com',
      'http://chat.example.com',
      'https://chat.example.com/api',
      'http://chat.example.com/api',
    ]);
    expect(serverCandidates('https://chat.example.com/im')).toEqual(['https://chat.example.com/im']);
  });

  it.each(['', '   ', 'ftp://x', 'http://', 'http://user:pw@x'])('refuses "%s"', (typed) => {
    expect(() => serverCandidates(typed)).toThrowError(
      expect.objectContaining({ code: 'badArgument', field: 'server' }) as Error,
    );
  });
});

describe('probe', () => {
  it('finds a server and reads its rules', async () => {
    const { fetch } = byUrl({ 'http://127.0.0.1:8090/v1/common/appconfig': bodies.APP_CONFIG });
    expect(await probeServer('127.0.0.1:8090', { fetch })).toMatchObject({
      server: 'http://127.0.0.1:8090',
      rules: { revokeSecond: -1 },
      insecure: false,
    });
  });

  it('falls back to plain http and says so', async () => {
    const { fetch } = byUrl({ 'http://chat.example.com/v1/common/appconfig': '{"revoke_second":120}' });
    expect(await probeServer('chat.example.com', { fetch })).toMatchObject({
      server: 'http://chat.example.com',
      insecure: true,
    });
  });

  it('finds the API of the web image below /api', async () => {
    const { fetch } = byUrl({
      'https://chat.example.com/v1/common/appconfig': '<html>the web client</html>',
      'https://chat.example.com/api/v1/common/appconfig': '{"revoke_second":0}',
    });
    // 0 is what TSDD's clients read as their default.
    expect(await probeServer('chat.example.com', { fetch })).toMatchObject({
      server: 'https://chat.example.com/api',
      rules: { revokeSecond: 120 },
    });
  });

  it('tells another kind of server from no server', async () => {
    const { fetch } = byUrl({ 'https://x.test/v1/common/appconfig': '{"hello":1}' });
    await expect(probeServer('x.test', { fetch })).rejects.toMatchObject({ code: 'notCompatible' });
    await expect(probeServer('y.test', { fetch })).rejects.toMatchObject({ code: 'network' });
  });
});

describe('sign-in', () => {
  it('uses the pc flag and returns the token', async () => {
    const { fetch, asked } = byUrl({ 'http://s/v1/user/login': bodies.LOGIN });
    expect(
      await login({ server: 'http://s', username: 'alice001', password: 'pw', device }, { fetch }),
    ).toEqual({
      uid: bodies.ALICE,
      name: 'Alice',
      username: 'u173262c30b63',
      shortNo: 'DZUOzeAS',
      token: '9fb83f0cc0344d9783775f81c8fe7dd8',
    });
    expect(asked[0]?.body).toMatchObject({ flag: 2, device: { device_id: 'd' } });
  });

  it.each([
    ['密码不正确！', 'credentials', 'password'],
    ['用户不存在', 'credentials', 'username'],
    ['此账号已经被封禁！', 'refused', undefined],
  ])('%s -> %s', async (text, code, field) => {
    const answer = new Response(JSON.stringify({ msg: text, status: 400 }), { status: 400 });
    const { fetch } = byUrl({ 'http://s/v1/user/login': answer });
    await expect(
      login({ server: 'http://s', username: 'a', password: 'b', device }, { fetch }),
    ).rejects.toMatchObject({ code, field });
  });

  it('signs in after registering, because the first token dies', async () => {
    const { fetch, asked } = byUrl({
      'http://s/v1/user/usernameregister': `{"data":${bodies.LOGIN.replace('9fb83f0c', 'deadbeef')},"need_upload_web3publickey":1}`,
      'http://s/v1/user/login': bodies.LOGIN,
    });
    const me = await register(
      { server: 'http://s', username: 'alice001', password: 'pw123456', name: 'Alice', device },
      { fetch },
    );
    expect(me.token).toBe('9fb83f0cc0344d9783775f81c8fe7dd8');
    expect(asked.map((call) => call.url)).toEqual([
      'http://s/v1/user/usernameregister',
      'http://s/v1/user/login',
    ]);
  });

  it('names the field when the user name is taken', async () => {
    const answer = new Response('{"msg":"该用户名已存在","status":400}', { status: 400 });
    const { fetch } = byUrl({ 'http://s/v1/user/usernameregister': answer });
    await expect(
      register(
        { server: 'http://s', username: 'alice001', password: 'pw123456', name: 'A', device },
        { fetch },
      ),
    ).rejects.toMatchObject({ code: 'refused', field: 'username' });
  });
});
