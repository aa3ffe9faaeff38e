/** Both HTTP servers end connections that keep them waiting, and take no more than they can have. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Harness } from './business/testing/harness.ts';
import type { HttpLimits } from './http-limits.ts';
import { ImFixture } from './im/testing/fixture.ts';

const SHORT = { connections: 3, headersMs: 200, requestMs: 400, idleMs: 200 };
const LONG = { connections: 3, headersMs: 60_000, requestMs: 60_000, idleMs: 60_000 };

describe.each(['business', 'im'])('%s server', (name) => {
  let url: URL;
  /** What gets a request past the first checks. */
  let token: string;
  let close: (() => Promise<unknown>) | null = null;
  const sockets: Socket[] = [];
  async function start(httpLimits: HttpLimits): Promise<void> {
    if (name === 'business') {
      const harness = await new Harness({ httpLimits }).start();
      url = new URL(harness.server.api);
      token = '';
      close = () => harness.close();
    } else {
      const fixture = await ImFixture.start({ httpLimits });
      url = new URL(fixture.server.api);
      token = fixture.server.apiToken;
      close = () => fixture.stop();
    }
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await close?.();
    close = null;
  });

  /** Writes `head` and then `drip` every 20 ms; resolves with the answer once the server has ended it. */
  function slow(head: string, drip: string): Promise<string> {
    const socket = connect(Number(url.port), url.hostname);
    sockets.push(socket);
    socket.write(head);
    const dripping = drip === '' ? undefined : setInterval(() => socket.write(drip), 20);
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('error', () => undefined);
    return new Promise((resolve) =>
      socket.once('close', () => {
        clearInterval(dripping);
        resolve(answer);
      }),
    );
  }
  const body = (): string =>
    `POST /x HTTP/1.1\r\nhost: localhost\r\ntoken: ${token}\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{`;

  test('ends headers and bodies that come too slowly, and connections that say nothing', async () => {
    await start(SHORT);
    expect(await slow('GET /x HTTP/1.1\r\nhost: localhost\r\n', 'a: b\r\n')).toMatch(/^HTTP\/1.1 408 /);
    expect(await slow(body(), ' ')).toMatch(/^(HTTP\/1.1 408 |$)/);
    await slow(body(), '');
    await slow('', '');
  });

  test('takes no more connections than allowed; a place that becomes free is given again', async () => {
    await start(LONG);
    const asking = 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n';
    for (let count = 0; count < LONG.connections; count += 1) {
      const taken = connect(Number(url.port), url.hostname);
      sockets.push(taken);
      taken.write(asking);
      await new Promise((answered) => taken.once('data', answered));
    }
    expect(await slow(asking, '')).toBe('');
    const gone = new Promise((closed) => sockets[0]?.once('close', closed));
    sockets[0]?.end();
    await gone;
    expect((await fetch(new URL('/health', url))).status).toBeLessThan(500);
  });
});
