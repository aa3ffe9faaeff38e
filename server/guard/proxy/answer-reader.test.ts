/** Answers read from bytes: the everyday ones whole however they are cut, and of all others none taken for another. */
import { request } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnswerReader, OddAnswer, type RawAnswer } from './answer-reader.ts';
import { TooLarge } from './read-body.ts';

const MOST = 100_000;
const OK = 'HTTP/1.1 200 OK\r\n';
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** The answer of these pieces. @throws when it is not whole */
function read(...pieces: readonly Buffer[]): RawAnswer {
  const reader = new AnswerReader(MOST);
  for (const [at, piece] of pieces.entries()) {
    const answer = reader.push(piece);
    if (answer !== null && at < pieces.length - 1) throw new OddAnswer('whole before its end');
    if (answer !== null) return answer;
  }
  throw new Error('not whole');
}

function outcome(...pieces: readonly Buffer[]): string {
  try {
    return read(...pieces).body.toString();
  } catch (error) {
    return error instanceof OddAnswer ? 'odd' : String(error);
  }
}

const body = '{"messages":[{"content":"\xe4\xbd\xa0"}]}';
const PLAIN = `${OK}Content-Type: application/json; charset=utf-8\r\nX-Empty:\r\nx-odd:  a b\t \r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const CHUNKED = `HTTP/1.1 401\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n5\r\n{"mes\r\n00A\r\nsages":[]}\r\n0\r\n\r\n`;
const WANTED: readonly [string, Omit<RawAnswer, 'body'>, string][] = [
  [
    PLAIN,
    {
      status: 200,
      headers: ['Content-Type', 'application/json; charset=utf-8', 'X-Empty', '', 'x-odd', 'a b'],
      encoding: '',
      isKept: true,
    },
    body,
  ],
  [
    CHUNKED,
    {
      status: 401,
      headers: ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'content-encoding', 'gzip'],
      encoding: 'gzip',
      isKept: false,
    },
    '{"messages":[]}',
  ],
];

test('an answer is the same whole, cut in two at every byte, in single bytes, and never before its end', () => {
  for (const [text, head, content] of WANTED) {
    const all = bytes(text);
    const wanted = { ...head, body: bytes(content) };
    expect(read(all)).toEqual(wanted);
    for (let at = 1; at < all.length; at += 1) {
      expect(read(all.subarray(0, at), all.subarray(at)), `cut at ${at}`).toEqual(wanted);
      expect(new AnswerReader(MOST).push(all.subarray(0, at)), `only ${at}`).toBeNull();
    }
    expect(read(...Array.from(all, (unit) => Buffer.of(unit)))).toEqual(wanted);
  }
});

test('what is not written every day is odd, in one piece and in many', () => {
  const lengths = 'content-length: 2\r\n';
  const chunked = 'transfer-encoding: chunked\r\n';
  const odd = [
    `${OK}${lengths}content-length: 2\r\n\r\nab`,
    `${OK}${lengths}Content-Length: 3\r\n\r\nabc`,
    `${OK}content-length: 2, 2\r\n\r\nab`,
    `${OK}${lengths}${chunked}\r\n2\r\nab\r\n0\r\n\r\n`,
    `${OK}${chunked}${chunked}\r\n0\r\n\r\n`,
    `${OK}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    `${OK}transfer-encoding: identity\r\n${lengths}\r\nab`,
    `${OK}content-length: -2\r\n\r\nab`,
    `${OK}content-length: +2\r\n\r\nab`,
    `${OK}content-length: 0x2\r\n\r\nab`,
    `${OK}content-length: 2e0\r\n\r\nab`,
    `${OK}content-length:\r\n\r\nab`,
    `${OK}content-length: 2\r\n folded\r\n\r\nab`,
    `${OK}x: y\r\n\tcontent-length: 2\r\n\r\nab`,
    `${OK}content-length : 2\r\n\r\nab`,
    `${OK}content-length\r\n${lengths}\r\nab`,
    `${OK}: 2\r\n${lengths}\r\nab`,
    `${OK}x: a\nb: c\r\n${lengths}\r\nab`,
    `${OK}x: a\rb: c\r\n${lengths}\r\nab`,
    `${OK}x: a\0\r\n${lengths}\r\nab`,
    `${OK}x\0: a\r\n${lengths}\r\nab`,
    `${OK}${lengths}\r\nabc`,
    `${OK}${chunked}\r\n2\r\nab\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n`,
    `${OK}${chunked}\r\n2;x=y\r\nab\r\n0\r\n\r\n`,
    `${OK}${chunked}\r\n2 \r\nab\r\n0\r\n\r\n`,
    `${OK}${chunked}\r\n2\nab\n0\n\n`,
    `${OK}${chunked}\r\n3\r\nab\r\n0\r\n\r\n`,
    `${OK}${chunked}\r\n2\r\nabc\r\n0\r\n\r\n`,
    `${OK}${chunked}\r\n-2\r\nab\r\n0\r\n\r\n`,
    `${OK}${chunked}\r\n000000002\r\nab\r\n0\r\n\r\n`,
    `${OK}${chunked}\r\n\r\nab\r\n0\r\n\r\n`,
    `${OK}${chunked}\r\n0\r\nx-sum: 1\r\n\r\n`,
    `${OK}trailer: x-sum\r\n${lengths}\r\nab`,
    `${OK}connection: upgrade\r\nupgrade: x\r\n${lengths}\r\nab`,
    `${OK}connection: keep-alive, x-sum\r\n${lengths}\r\nab`,
    `${OK}content-encoding: gzip\r\ncontent-encoding: br\r\n${lengths}\r\nab`,
    `${OK}\r\nab`,
    `HTTP/1.0 200 OK\r\n${lengths}\r\nab`,
    `HTTP/1.1 2000 OK\r\n${lengths}\r\nab`,
    `HTTP/1.1  200 OK\r\n${lengths}\r\nab`,
    `HTTP/1.1 100 Continue\r\n\r\n${OK}${lengths}\r\nab`,
    `HTTP/1.1 204 None\r\n${lengths}\r\nab`,
    `HTTP/1.1 304 Same\r\n${lengths}\r\nab`,
    `http/1.1 200 OK\r\n${lengths}\r\nab`,
    `\r\n${OK}${lengths}\r\nab`,
    `${OK}x: ${'y'.repeat(17_000)}\r\n${lengths}\r\nab`,
  ];
  for (const text of odd) {
    expect(outcome(bytes(text)), `of ${text.slice(0, 200)}`).toBe('odd');
    expect(outcome(...Array.from(bytes(text), (unit) => Buffer.of(unit)))).toBe('odd');
  }
});

test('a body that is larger than any page ends where that is known', () => {
  expect(() => read(bytes(`${OK}content-length: ${MOST + 1}\r\n\r\n`))).toThrow(TooLarge);
  expect(() => read(bytes(`${OK}content-length: 999999999999999\r\n\r\n`))).toThrow(TooLarge);
  const head = `${OK}transfer-encoding: chunked\r\n\r\n`;
  expect(() => read(bytes(`${head}ffffffff\r\n`))).toThrow(TooLarge);
  const chunk = bytes(`10000\r\n${'x'.repeat(0x10000)}\r\n`);
  const reader = new AnswerReader(MOST);
  expect([reader.push(bytes(head)), reader.push(chunk)]).toEqual([null, null]);
  expect(() => reader.push(chunk)).toThrow(TooLarge);
  expect(() => new AnswerReader(MOST).push(Buffer.alloc(17 * 1024, 'x'))).toThrow(OddAnswer);
});

let server: Server;
let sent = '';
beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(sent, 'latin1'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** The same bytes as Node's client reads them; null = it refuses them. */
function byNode(text: string): Promise<{ status: number; headers: string[]; body: string } | null> {
  sent = text;
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve) => {
    const asking = request({ host: '127.0.0.1', port, method: 'POST', agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', () => resolve(null));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.rawHeaders,
          body: Buffer.concat(chunks).toString('latin1'),
        }),
      );
    });
    asking.on('error', () => resolve(null));
    asking.end();
  });
}

/** Numbers that look random and are the same in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const BITS = [
  '\r\n',
  '\n',
  '\r',
  ' ',
  '\t',
  ':',
  ';',
  '0',
  '5',
  '\r\n\r\n',
  'x',
  ',',
  '\0',
  '\xff',
  'a: b\r\n',
];
const LINES = ['content-length: 3\r\n', 'transfer-encoding: chunked\r\n', 'connection: close\r\n', ' a\r\n'];

test('what is read of bytes that went wrong is what Node reads of them', async () => {
  let whole = 0;
  for (let seed = 1; seed <= 700; seed += 1) {
    const pick = seeded(seed);
    let text = pick(2) === 0 ? PLAIN : CHUNKED;
    for (let count = pick(3); count >= 0; count -= 1) {
      const at = pick(text.length);
      const cut = pick(3);
      const more = pick(4) === 0 ? LINES[pick(LINES.length)] : BITS[pick(BITS.length)];
      const line = pick(2) === 0 ? at : text.indexOf('\r\n', at) + 2;
      text = text.slice(0, line) + (pick(4) === 0 ? '' : more) + text.slice(line + (pick(2) === 0 ? 0 : cut));
    }
    let mine: RawAnswer;
    try {
      mine = read(bytes(text));
    } catch {
      continue;
    }
    whole += 1;
    const other = await byNode(text);
    expect([seed, other?.status, other?.body]).toEqual([seed, mine.status, mine.body.toString('latin1')]);
    const ofBoth = (other?.headers ?? []).map((each) => each.toLowerCase());
    for (const each of mine.headers) expect(ofBoth, `seed ${seed}`).toContain(each.toLowerCase());
  }
  expect(whole).toBeGreaterThan(100);
});

/** What may be the whole body after each piece, and behind the last what it is. */
function said(...pieces: string[]): (string | null)[] {
  const reader = new AnswerReader(MOST);
  const bodies: (Buffer | null)[] = [];
  for (const piece of pieces) {
    const answer = reader.push(bytes(piece));
    bodies.push(answer === null ? reader.maybeWhole() : answer.body);
  }
  const last = bodies.at(-1);
  return bodies.map((each) => each && `${each.toString()}${each === last ? ' whole' : ''}`);
}

test('a body in chunks that may be whole is said once, and is the one that comes if it was', () => {
  const head = `${OK}transfer-encoding: chunked\r\n\r\n`;
  expect(said(head, '4\r\n[{', '}]\r\n', '0\r\n\r\n')).toEqual([null, null, '[{}] whole', '[{}] whole']);
  expect(said(`${head}2\r\n[]`, '\r\n1\r\n ', '\r\n1\r\n]\r\n', '0\r\n\r\n')).toEqual([
    '[]',
    null,
    null,
    '[] ] whole',
  ]);
  expect(said(head.replace('200', '400'), '2\r\n{}', '\r\n0\r\n\r\n')).toEqual([null, null, '{} whole']);
  expect(said(`${OK}content-length: 4\r\n\r\n{}`, '{}')).toEqual([null, '{}{} whole']);
});
