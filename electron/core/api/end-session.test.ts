import { expect, it } from 'vitest';
import { endSession } from './end-session.ts';
import type { Fetch } from './http.ts';

const session = { server: 'https://im.example.com/api', token: 'secret', deviceId: 'd/1' };
const OK = (): Response => new Response('{"status":200}');
const VOID = (): Response => new Response('{"msg":"请先登录"}', { status: 401 });

/** Answers in this order; null = no answer. Keeps what was asked. */
function server(...answers: (Response | null)[]): { fetch: Fetch; asked: string[] } {
  const asked: string[] = [];
  const fetch: Fetch = async (url, init) => {
    const { token } = init.headers as Record<string, string>;
    asked.push(`${init.method} ${url} ${token}`);
    const answer = answers[asked.length - 1];
    if (!answer) throw new TypeError('fetch failed');
    return answer;
  };
  return { fetch, asked };
}

it.each([
  ['a server that ends the session with its device', [OK(), VOID()], 'ended'],
  ['a session that was over', [VOID()], 'ended'],
  ['TSDD, which only shortens its list', [OK(), new Response('[]')], 'kept'],
  ['a server that refuses', [new Response('{"msg":"x","status":400}', { status: 400 }), OK()], 'kept'],
  ['a server without the route', [new Response('404 page not found', { status: 404 }), OK()], 'kept'],
  ['no network', [null], 'unreachable'],
  ['a server that fails', [new Response('', { status: 503 })], 'unreachable'],
  ['a network that goes in between', [OK(), null], 'unreachable'],
] as const)('%s', async (_which, answers, end) => {
  const { fetch } = server(...answers);
  expect(await endSession(session, { fetch })).toBe(end);
});

it('asks for the device of this profile, then looks', async () => {
  const { fetch, asked } = server(OK(), VOID());
  await endSession(session, { fetch });
  expect(asked).toEqual([
    'DELETE https://im.example.com/api/v1/user/devices/d%2F1 secret',
    'GET https://im.example.com/api/v1/user/devices?page_index=1&page_size=1 secret',
  ]);
});

const silent: Fetch = (_url, init) =>
  new Promise((_resolve, reject) => {
    init.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
  });

it('does not wait for a server that says nothing', async () => {
  expect(await endSession(session, { fetch: silent, timeoutMs: 5 })).toBe('unreachable');
});
