/** Once an encrypted line was offered, or is known of the account, the token leaves over no other one. */
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecureLine, transportOrder } from './secure-line.ts';
import { type Harness, harness as makeHarness, until } from './testing/harness.ts';
import { ScriptedServer } from './testing/scripted-server.ts';

const all = { wss: 'wss://s', tcp: 's:1', ws: 'ws://s' };
const plain = { ...all, wss: null };
const kinds = (...args: Parameters<typeof transportOrder>): string[] =>
  transportOrder(...args).map((t) => t.kind);

describe('the order of attempts', () => {
  it('is TCP, then WebSocket, what worked first', () => {
    expect(kinds(plain, null, false)).toEqual(['tcp', 'ws']);
    expect(kinds({ wss: '', tcp: null, ws: 'ws://s' }, null, false)).toEqual(['ws']);
    expect(kinds(plain, 'ws', false)).toEqual(['ws', 'tcp']);
    expect(kinds(plain, 'unheard of', false)).toEqual(['tcp', 'ws']);
  });

  it('has what was of no use last, and never what is less secure instead', () => {
    expect(kinds(plain, 'tcp', false, 'tcp')).toEqual(['ws', 'tcp']);
    expect(kinds(plain, 'ws', false, 'ws')).toEqual(['tcp', 'ws']);
    expect(kinds({ ...plain, ws: null }, 'tcp', false, 'tcp')).toEqual(['tcp']);
    expect(kinds(all, 'wss', true, 'wss')).toEqual(['wss']);
  });

  it.each([null, 'tcp', 'ws', 'wss'])(
    'is the encrypted one alone where one is offered (worked: %s)',
    (first) => {
      expect(kinds(all, first, false)).toEqual(['wss']);
      expect(kinds(all, first, true)).toEqual(['wss']);
      expect(kinds(plain, first, true)).toEqual([]);
    },
  );

  it('stays so when it is offered no more, and says once that it was', () => {
    let said = 0;
    const line = new SecureLine({ onSecure: () => (said += 1), preferredTransport: 'tcp' });
    expect(line.order(plain, 'tcp').map(({ kind }) => kind)).toEqual(['tcp', 'ws']);
    expect(line.problem(2)).toBeNull();
    expect(line.order(all, 'tcp').map(({ kind }) => kind)).toEqual(['wss']);
    expect(line.problem(1)).toBe('secureFailed');
    expect([line.order(plain, 'tcp'), line.problem(0)]).toEqual([[], 'secureMissing']);
    line.order(all, 'wss');
    expect(said).toBe(1);
  });

  it('a server with nothing but the encrypted one that fails is an ordinary failure', () => {
    const line = new SecureLine({});
    line.order({ wss: 'wss://s', tcp: null, ws: '' }, null);
    expect(line.problem(1)).toBeNull();
  });
});

describe('a connection', () => {
  let server: ScriptedServer;
  const closers: (() => Promise<unknown>)[] = [];
  beforeEach(async () => {
    server = await ScriptedServer.start();
    closers.push(() => server.stop());
  });
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  function started(...args: Parameters<typeof makeHarness>): Harness {
    const h = makeHarness(...args);
    closers.push(() => h.connection.close());
    h.connection.start();
    return h;
  }

  /** A port that nobody answers at, that hangs up, or that speaks another protocol. */
  async function portThat(does: 'refuses' | 'hangs up' | 'speaks plain HTTP'): Promise<string> {
    const listener = createServer((socket) => {
      socket.on('error', () => undefined);
      if (does === 'hangs up') socket.destroy();
      else socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as { port: number };
    const close = (): Promise<unknown> => new Promise((resolve) => listener.close(resolve));
    if (does === 'refuses') await close();
    else closers.push(close);
    return `127.0.0.1:${port}`;
  }

  it.each(['refuses', 'hangs up', 'speaks plain HTTP'] as const)(
    'sends nothing in plain text when the port of wss %s, and says what is missing',
    async (does) => {
      let said = 0;
      const offered = { wss: `wss://${await portThat(does)}`, tcp: server.tcp, ws: server.ws };
      const h = started(offered, { onSecure: () => (said += 1), preferredTransport: 'tcp' });
      await until('two series', () => h.http.asked >= 3);
      expect(h.states).toContainEqual(expect.objectContaining({ state: 'offline', detail: 'secureFailed' }));
      expect([server.peers, said]).toEqual([[], 1]);
      h.http.verdict = 'unreachable';
      await h.state('unreachable');
      expect(h.connection.state).not.toHaveProperty('detail');
    },
  );

  it('of an account that had an encrypted line is not made over what is offered instead', async () => {
    const h = started({ tcp: server.tcp, ws: server.ws }, { secureOnly: true });
    await until('two series', () => h.http.asked >= 3);
    expect(h.states).toContainEqual(expect.objectContaining({ state: 'offline', detail: 'secureMissing' }));
    expect(server.peers).toEqual([]);
  });

  it('that was online in plain text goes over to the encrypted line for good once one is offered', async () => {
    const offered = { tcp: server.tcp, ws: server.ws, wss: null as string | null };
    const h = started({}, { resolveAddresses: async () => ({ ...offered }) });
    await h.online();
    offered.wss = `wss://${await portThat('refuses')}`;
    server.peer.close();
    await h.state('offline');
    await until('the encrypted line was tried', () => h.logs.some((line) => line.includes('wss connection')));
    offered.wss = null;
    await until('it is missing', () =>
      h.states.some((state) => state.state === 'offline' && state.detail === 'secureMissing'),
    );
    expect(server.peers).toHaveLength(1);
  });
});
