import { expect, test } from 'vitest';
import { DEFAULT_HTTP_LIMITS } from '../../http-limits.ts';
import { ownHosts } from '../../own-host.ts';
import { createHttpApp } from './http-app.ts';
import { RequestLimit } from './rate-limit.ts';

async function app() {
  const created = await createHttpApp({
    sessions: { find: () => null },
    ownHosts: ownHosts('127.0.0.1'),
    requests: new RequestLimit(0.1, () => 0),
    maxUploadBytes: 1,
    limits: DEFAULT_HTTP_LIMITS,
    log: { info: () => undefined, warn: () => undefined },
  });
  created.get('/x', async () => ({}));
  return created;
}

test('the addresses of one IPv6 subscriber share what one may ask for', async () => {
  const server = await app();
  const ask = async (remoteAddress: string) =>
    (await server.inject({ url: '/x', remoteAddress, headers: { host: 'localhost' } })).statusCode;
  expect(await ask('2001:db8:1:2::1')).toBe(200);
  expect(await ask('2001:db8:1:2:ffff::7')).toBe(429);
  expect(await ask('2001:db8:1:3::1')).toBe(200);
});

test('another Host is refused whatever the method', async () => {
  const server = await app();
  for (const method of ['GET', 'POST', 'OPTIONS', 'HEAD'] as const)
    expect((await server.inject({ url: '/x', method, headers: { host: 'evil.example' } })).statusCode).toBe(
      403,
    );
});
