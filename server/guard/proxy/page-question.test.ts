/** What TSDD is asked: what this call says, also when the one before it on the connection said nearly the same. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { ApiError } from '../../business/http/errors.ts';
import { questionBytes } from './page-question.ts';

const TSDD = 'http://tsdd:8090';

function world() {
  const socket = { remoteAddress: '10.0.0.9' } as Socket;
  const asked = (rawHeaders: string[], body: string, url = '/v1/message/sync', upstream = TSDD): string => {
    const names = rawHeaders.flatMap((name, at) =>
      at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1]]] : [],
    );
    const request = {
      socket,
      rawHeaders,
      url,
      headers: Object.fromEntries(names) as object,
    } as IncomingMessage;
    return questionBytes(request, upstream, Buffer.from(body)).toString('latin1');
  };
  return { asked };
}

const written = (lines: readonly string[], body: string): string =>
  [
    'POST /v1/message/sync HTTP/1.1',
    'Host: tsdd:8090',
    ...lines,
    'X-Forwarded-Proto: http',
    'Accept-Encoding: identity',
    'Connection: keep-alive',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');

const said = (token: string, more: string[] = []): string[] => [
  'Token',
  token,
  'Content-Length',
  '2',
  ...more,
];
const lines = (token: string, more: string[] = []): string[] => [
  `Token: ${token}`,
  ...more,
  'X-Forwarded-For: 10.0.0.9',
];

test('lines of the connection are replaced, all others are passed on', () => {
  const { asked } = world();
  const head = ['Host', 'guard', 'Token', 't', 'Connection', 'close', 'accept-encoding', 'gzip', 'A', '\xe4'];
  expect(asked([...head, 'Content-Length', '2'], '{}')).toBe(
    written(['Token: t', 'A: \xe4', 'X-Forwarded-For: 10.0.0.9'], '{}'),
  );
});

test('a call that differs from the last in any line, its path, its node or its body is asked as it is', () => {
  const { asked } = world();
  expect(asked(said('a'), '{}')).toBe(written(lines('a'), '{}'));
  expect(asked(said('a'), '{}')).toBe(written(lines('a'), '{}'));
  expect(asked(['Token', 'a', 'content-length', '9'], '{"a":"b"}')).toBe(written(lines('a'), '{"a":"b"}'));
  expect(asked(said('b'), '{}')).toBe(written(lines('b'), '{}'));
  expect(asked(said('b', ['X', '1']), '{}')).toBe(written(lines('b', ['X: 1']), '{}'));
  expect(asked(said('b', ['Y', '1']), '{}')).toBe(written(lines('b', ['Y: 1']), '{}'));
  expect(asked(['Token', 'b', 'X-Forwarded-For', '10.0.0.1'], '{}')).toBe(
    written(['Token: b', 'X-Forwarded-For: 10.0.0.1, 10.0.0.9'], '{}'),
  );
  expect(asked(said('b'), '{}', '/v1/message/sync?a=1')).toContain('POST /v1/message/sync?a=1 HTTP/1.1\r\n');
  expect(asked(said('b'), '{}', '/v1/message/sync', 'http://other:1')).toContain('\r\nHost: other:1\r\n');
});

test('what would be a line of its own is refused, also after a call that was taken', () => {
  const { asked } = world();
  asked(['Token', 'a'], '{}');
  expect(() => asked(['Token', 'a\r\nX: 1'], '{}')).toThrow(ApiError);
  expect(() => asked(['Token', 'a'], '{}', '/v1 HTTP/1.1\r\n')).toThrow(ApiError);
});
