/** Clients that send calls before they have the answers to those before. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GuardHarness } from '../testing/harness.ts';
import { MOST_UNANSWERED, PAGES_AT_ONCE } from './pipelines.ts';

let h: GuardHarness;
const closings: (() => unknown)[] = [];
beforeEach(async () => {
  h = await new GuardHarness().start();
});
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
  await h.close();
});

const page = (token: string): string =>
  `POST /v1/message/channel/sync HTTP/1.1\r\nhost: x\r\ntoken: ${token}\r\ncontent-length: 2\r\n\r\n{}`;
const saying = (text: string): string => `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`;

/** A TSDD that answers when it is told to, and a client of a guard in front of it. */
async function world() {
  const asked: { token: string; answer: () => void }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      const token = /\r\ntoken: (.*)/i.exec(chunk.toString())?.[1] ?? '';
      asked.push({ token, answer: () => socket.write(saying(`answer of ${token}.`)) });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const guard = await h.another({ tsdd: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`] });
  const client = connect(Number(new URL(guard.url).port), '127.0.0.1');
  let text = '';
  client.on('error', () => undefined);
  client.on('data', (chunk: Buffer) => (text += chunk.toString()));
  closings.push(
    () => server.close(),
    () => sockets.forEach((socket) => socket.destroy()),
    () => guard.close(),
    () => client.destroy(),
  );
  return { asked, client, heard: () => text };
}

test('of what one connection asks for at once so many pages are under way, and all are answered in order', async () => {
  const { asked, client, heard } = await world();
  const tokens = Array.from({ length: 3 * PAGES_AT_ONCE }, (_, at) => `p${at}`);
  client.write(tokens.map(page).join(''));
  await vi.waitFor(() => expect(asked).toHaveLength(PAGES_AT_ONCE));
  let answered = 0;
  while (answered < tokens.length) {
    // The newest first: each makes room for one more.
    asked.splice(-1)[0]?.answer();
    answered += 1;
    const open = Math.min(PAGES_AT_ONCE, tokens.length - answered);
    await vi.waitFor(() => expect(asked).toHaveLength(open));
  }
  await vi.waitFor(() => expect(heard()).toContain(`answer of ${tokens.at(-1)}.`));
  expect(heard().match(/answer of \w+/g)).toEqual(tokens.map((token) => `answer of ${token}`));
});

test('a connection with too many calls without an answer has those before, a refusal, and ends', async () => {
  const { asked, client, heard } = await world();
  const closed = once(client, 'close');
  client.write(Array.from({ length: MOST_UNANSWERED + 5 }, (_, at) => page(`p${at}`)).join(''));
  let answered = 0;
  while (answered < MOST_UNANSWERED) {
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0));
    for (const { answer } of asked.splice(0)) {
      answer();
      answered += 1;
    }
  }
  await closed;
  expect(heard().match(/answer of \w+/g)).toHaveLength(MOST_UNANSWERED);
  expect(heard().match(/HTTP\/1\.1 429 /g)).toHaveLength(1);
  expect(heard()).toMatch(/\r\nconnection: close\r\n[^]*"status":429\}$/i);
});

test('whoever leaves takes along what waits for its turn', async () => {
  const { asked, client } = await world();
  client.write(Array.from({ length: 2 * PAGES_AT_ONCE }, (_, at) => page(`p${at}`)).join(''));
  await vi.waitFor(() => expect(asked).toHaveLength(PAGES_AT_ONCE));
  client.destroy();
  await once(client, 'close');
  const other = await world();
  other.client.write(page('other'));
  await vi.waitFor(() => expect(other.asked).toHaveLength(1));
  for (const { answer } of asked) answer();
  other.asked[0]?.answer();
  await vi.waitFor(() => expect(other.heard()).toContain('answer of other.'));
  expect(asked).toHaveLength(PAGES_AT_ONCE);
});
