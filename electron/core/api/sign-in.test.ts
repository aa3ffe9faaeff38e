import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
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

  it.each([
    ['https:/chat.example.com', 'https://chat.example.com'],
    ['http:chat.example.com', 'http://chat.example.com'],
    ['HTTPS:\\\\chat.example.com', 'https://chat.example.com'],
    ['https：//chat.example.com', 'https://chat.example.com'],
    ['https：／／chat。example。com', 'https://chat.example.com'],
    ['https: //chat.example.com', 'https://chat.example.com'],
    ['ht\ntps://chat.example.com', 'https://chat.example.com'],
  ])('takes %j for the scheme it is meant to be, and asks no host of that name', (typed, first) => {
    expect(serverCandidates(typed)).toEqual([first, `${first}/api`]);
  });

  it.each(['chat.example.com.', 'chat.example.com..', 'https://chat.example.com%2e', 'CHAT.example.com。'])(
    'is one host with a dot at its end: %s',
    (typed) => expect(serverCandidates(typed)[0]).toBe('https://chat.example.com'),
  );

  it.each(['', '   ', '.', 'ftp://x', 'http://', 'http://user:pw@x'])('refuses "%s"', (typed) => {
    expect(() => serverCandidates(typed)).toThrowError(
      expect.objectContaining({ code: 'badArgument', field: 'server' }) as Error,
    );
  });
});

const answering = (head: Record<string, string>, body: string) => () =>
  Promise.resolve(new Response(body, { headers: head }));

describe('probe', () => {
  it('finds a server and reads its rules', async () => {
    const { fetch } = byUrl({ 'http://127.0.0.1:8090/v1/common/appconfig': bodies.APP_CONFIG });
    expect(await probeServer('127.0.0.1:8090', { fetch })).toMatchObject({
      server: 'http://127.0.0.1:8090',
      rules: { revokeSecond: -1 },
      insecure: false,
    });
  });

  it('reads from the head how far the clocks are apart, and whether the server says that it enforces recall', async () => {
    const late = new Date(Date.now() - 600_000).toUTCString();
    const probed = await probeServer('https://a.test', {
      fetch: answering({ date: late }, '{"revoke_second":120,"recall_enforced":1}'),
    });
    expect(probed.recallEnforced).toBe(true);
    // A header has whole seconds.
    expect(Math.abs((probed.clockOffsetMs ?? 0) + 600_000)).toBeLessThan(5_000);
    const silent = await probeServer('https://b.test', {
      fetch: answering({ date: 'nonsense' }, '{"revoke_second":120,"recall_enforced":"yes"}'),
    });
    expect(silent).toMatchObject({ recallEnforced: false, clockOffsetMs: null });
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

describe('a server that is or was reached over https', () => {
  const PLAIN = 'http://chat.example.com/v1/common/appconfig';
  const answers = { [PLAIN]: '{"revoke_second":120}' };
  const secureHosts = new Set(['chat.example.com']);
  const INSECURE = { code: 'insecure', field: 'server' };

  it.each([
    'chat.example.com',
    'CHAT.example.com/api',
    'http://chat.example.com',
    'http://chat.example.com:80/v1',
    'http://chat.example.com.',
    'http://chat.example.com..:8090',
    'http://chat.example.com%2e/',
    'http://chat。example。com。',
    'http:chat.example.com',
    'http:\\\\chat.example.com.',
  ])('is not asked over plain http: %s', async (typed) => {
    const { fetch, asked } = byUrl(answers);
    await expect(probeServer(typed, { fetch, secureHosts })).rejects.toMatchObject(INSECURE);
    expect(asked.filter(({ url }) => url.startsWith('http:'))).toEqual([]);
  });

  it('is another matter than this computer and other hosts', async () => {
    const { fetch } = byUrl({
      'http://127.0.0.1:8090/v1/common/appconfig': '{"revoke_second":120}',
      'http://other.example.com/v1/common/appconfig': '{"revoke_second":120}',
    });
    const hosts = new Set(['127.0.0.1', 'chat.example.com']);
    for (const server of ['http://127.0.0.1:8090', 'http://other.example.com'])
      expect(await probeServer(server, { fetch, secureHosts: hosts })).toMatchObject({ server });
  });

  it.each(['chat.example.com', 'chat.example.com:8090', '192.168.1.5:8090', '127.evil.example.com:80'])(
    'a password follows only where a scheme was typed, or on this computer: %s',
    async (typed) => {
      const urls = [typed, typed.replace(/:80$/, '')].map((host) => `http://${host}/v1/common/appconfig`);
      const { fetch, asked } = byUrl(Object.fromEntries(urls.map((url) => [url, '{"revoke_second":120}'])));
      await expect(probeServer(typed, { fetch, forPassword: true })).rejects.toMatchObject(INSECURE);
      expect(asked.filter(({ url }) => url.startsWith('http:'))).toEqual([]);
      expect(await probeServer(`http://${typed}`, { fetch, forPassword: true })).toMatchObject({
        insecure: true,
      });
    },
  );

  it('this computer is asked as it is typed', async () => {
    const { fetch } = byUrl({ 'http://localhost:8090/v1/common/appconfig': '{"revoke_second":120}' });
    expect(await probeServer('localhost:8090', { fetch, forPassword: true })).toMatchObject({
      server: 'http://localhost:8090',
      insecure: false,
    });
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])(
    'of a sign-in with status %i is not followed: the password stays',
    async (status) => {
      const received: string[] = [];
      const listen = async (answer: (response: ServerResponse) => void): Promise<string> => {
        const server = createServer((request, response) => {
          request.setEncoding('utf8').on('data', (text: string) => received.push(text));
          request.on('end', () => answer(response));
        }).listen(0, '127.0.0.1');
        await once(server, 'listening');
        onTestFinished(() => {
          server.closeAllConnections();
          server.close();
        });
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      };
      let reached = 0;
      const thief = await listen((response) => {
        reached += 1;
        response.end(bodies.LOGIN);
      });
      const server = await listen((response) =>
        response.writeHead(status, { location: `${thief}/v1/user/login` }).end(),
      );
      await expect(login({ server, username: 'alice001', password: 'pw', device })).rejects.toMatchObject({
        code: 'network',
      });
      expect([reached, received.length]).toEqual([0, 1]);
    },
  );
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
    ['此账号不允许登录！', 'refused', 'username'],
    ['此账号已经被封禁！', 'refused', undefined],
  ])('%s -> %s', async (text, code, field) => {
    const answer = new Response(JSON.stringify({ msg: text, status: 400 }), { status: 400 });
    const { fetch } = byUrl({ 'http://s/v1/user/login': answer });
    await expect(
      login({ server: 'http://s', username: 'a', password: 'b', device }, { fetch }),
    ).rejects.toMatchObject({ code, field });
  });

  it.each([
    ['is there', bodies.LOGIN, null],
    ['is not there', '{"msg":"用户不存在","status":400}', 'noAnswer'],
    ['cannot be seen', '{}', 'unsure'],
  ])('a registration that was not answered and %s', async (_what, answer, code) => {
    const asked: string[] = [];
    const fetch: Fetch = (url) => {
      asked.push(new URL(url).pathname);
      if (url.endsWith('/usernameregister')) return Promise.resolve(new Response('', { status: 502 }));
      const status = answer === '{}' ? 503 : answer.includes('"msg"') ? 400 : 200;
      return Promise.resolve(new Response(answer, { status }));
    };
    const made = register(
      { server: 'http://s', username: 'alice001', password: 'pw123456', name: 'Alice', device },
      { fetch },
    );
    const end = await made.catch((error: unknown) => error);
    expect(end).toMatchObject(code === null ? { uid: bodies.ALICE } : { code });
    expect(asked).toEqual(['/v1/user/usernameregister', '/v1/user/login']);
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

const unknown = (): Response => new Response('{"msg":"用户不存在","status":400}', { status: 400 });
const signIn = (username: string, fetch: Fetch): Promise<unknown> =>
  login({ server: 'https://im.example', username, password: 'pw', device }, { fetch });

describe('a phone number', () => {
  const url = 'https://im.example/v1/user/login';
  /** Answers in turn; keeps the names that were asked for. */
  function names(...answers: Response[]): { fetch: Fetch; asked: string[] } {
    const asked: string[] = [];
    const fetch: Fetch = async (asksFor, init) => {
      expect(asksFor).toBe(url);
      asked.push((JSON.parse(init.body as string) as { username: string }).username);
      return answers[asked.length - 1] ?? unknown();
    };
    return { fetch, asked };
  }

  it('signs in with its zone, however it was typed', async () => {
    for (const typed of ['138 0013 8000', '+86-13800138000', '０086 138.0013.8000']) {
      const { fetch, asked } = names(new Response(bodies.LOGIN));
      await signIn(typed, fetch);
      expect([typed, asked]).toEqual([typed, ['008613800138000']]);
    }
  });

  it('that nobody has may be a user name', async () => {
    const { fetch, asked } = names(unknown(), new Response(bodies.LOGIN));
    await signIn('13800138000', fetch);
    expect(asked).toEqual(['008613800138000', '13800138000']);
  });

  it('is not tried again when the password is wrong, and a user name never', async () => {
    const wrong = names(new Response('{"msg":"密码不正确！","status":400}', { status: 400 }));
    await expect(signIn('13800138000', wrong.fetch)).rejects.toMatchObject({ field: 'password' });
    expect(wrong.asked).toEqual(['008613800138000']);
    const name = names(unknown());
    await expect(signIn(' alice-001 ', name.fetch)).rejects.toMatchObject({ field: 'username' });
    expect(name.asked).toEqual(['alice-001']);
  });
});
