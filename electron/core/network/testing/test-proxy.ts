/**
 * A proxy for tests: HTTP (whole addresses and CONNECT) or SOCKS5, with and without sign-in. It alone knows where the
 * names of `hosts` are, so that what arrives there came through it.
 */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { freePort } from '../../../../shared/testing/free-port.ts';

export interface TestProxyOptions {
  kind?: 'http' | 'socks5';
  /** `name:port` -> `address:port`. Other servers are reached as they are written. */
  hosts?: Readonly<Record<string, string>>;
  /** What it lets in; null = everybody. */
  signIn?: { user: string; password: string } | null;
  /** `Proxy-Authenticate`. */
  challenges?: readonly string[];
}

export class TestProxy {
  /** `CONNECT host:port`, `GET http://host:port/…`, `SOCKS host:port`: what was let through, in order. */
  readonly passed: string[] = [];
  /** User and password that came with each request, `''` where none did. */
  readonly offered: string[] = [];
  /** Answered with 403 (SOCKS5: not allowed): `host:port`. */
  readonly refused = new Set<string>();
  readonly hosts: Map<string, string>;
  signIn: { user: string; password: string } | null;
  challenges: readonly string[];
  readonly #server: Server | TcpServer;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor({ kind = 'http', hosts = {}, signIn = null, challenges }: TestProxyOptions) {
    this.hosts = new Map(Object.entries(hosts));
    this.signIn = signIn;
    this.challenges = challenges ?? ['Basic realm="test"'];
    if (kind === 'socks5') this.#server = createTcpServer((socket) => void this.#socks(socket));
    else {
      this.#server = createServer((incoming, answer) => this.#forward(incoming, answer));
      this.#server.on('connect', (incoming: IncomingMessage, socket: Socket, head: Buffer) =>
        this.#tunnel(incoming, socket, head),
      );
    }
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(options: TestProxyOptions = {}): Promise<TestProxy> {
    const proxy = new TestProxy(options);
    proxy.#port = await freePort();
    await proxy.revive();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** It is gone, and what went through it ends. */
  async die(): Promise<void> {
    const closed = new Promise<void>((done) => {
      this.#server.close(() => done());
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** At the same port. */
  async revive(): Promise<void> {
    await new Promise<void>((done) => {
      this.#server.listen(this.#port, '127.0.0.1', done);
    });
  }

  #lets(incoming: IncomingMessage): boolean {
    const header = incoming.headers['proxy-authorization'] ?? '';
    const [, base64 = ''] = /^Basic (.*)$/.exec(header) ?? [];
    const offered = Buffer.from(base64, 'base64').toString('utf8');
    this.offered.push(offered);
    return this.signIn === null || offered === `${this.signIn.user}:${this.signIn.password}`;
  }

  #target(asked: string): { host: string; port: number } {
    const at = this.hosts.get(asked) ?? asked;
    const separator = at.lastIndexOf(':');
    return { host: at.slice(0, separator).replace(/^\[|\]$/g, ''), port: Number(at.slice(separator + 1)) };
  }

  #tunnel(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    const asked = incoming.url ?? '';
    const refuse = (status: string, ...headers: string[]): void => {
      socket.end(
        `HTTP/1.1 ${status}\r\n${headers.map((line) => `${line}\r\n`).join('')}content-length: 0\r\n\r\n`,
      );
    };
    if (!this.#lets(incoming)) {
      refuse(
        '407 Proxy Authentication Required',
        ...this.challenges.map((line) => `proxy-authenticate: ${line}`),
      );
      return;
    }
    if (this.refused.has(asked)) {
      refuse('403 Forbidden');
      return;
    }
    const onward = connect(this.#target(asked), () => {
      this.passed.push(`CONNECT ${asked}`);
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket);
      socket.pipe(onward);
    });
    onward.on('error', () => refuse('502 Bad Gateway'));
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
    socket.on('error', () => onward.destroy());
  }

  #forward(incoming: IncomingMessage, answer: ServerResponse): void {
    incoming.on('error', () => undefined);
    if (!this.#lets(incoming)) {
      incoming.resume();
      answer.writeHead(407, { 'proxy-authenticate': [...this.challenges] }).end('<html>sign in');
      return;
    }
    const url = URL.parse(incoming.url ?? '');
    if (!url) {
      answer.writeHead(400).end('not a whole address');
      return;
    }
    const asked = `${url.hostname}:${url.port || '80'}`;
    if (this.refused.has(asked)) {
      incoming.resume();
      answer.writeHead(403, { 'proxy-status': 'test; error=http_request_denied' }).end('<html>');
      return;
    }
    const { 'proxy-authorization': _secret, ...headers } = incoming.headers;
    const onward = request(
      { ...this.#target(asked), method: incoming.method ?? 'GET', path: url.pathname + url.search, headers },
      (reply) => {
        this.passed.push(`${incoming.method ?? ''} ${url.origin}${url.pathname}`);
        answer.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
        reply.on('error', () => answer.destroy());
        reply.pipe(answer);
      },
    );
    onward.on('error', () => {
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502, { 'proxy-status': 'test; error=connection_refused' }).end('<html>');
    });
    answer.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  async #socks(socket: Socket): Promise<void> {
    const take = async (length: number): Promise<Buffer> => {
      for (;;) {
        const bytes = socket.read(length) as Buffer | null;
        if (bytes) return bytes;
        await new Promise((ready, fail) => {
          socket.once('readable', ready);
          socket.once('close', fail);
        });
      }
    };
    try {
      const [, count = 0] = await take(2);
      const methods = await take(count);
      if (this.signIn === null) socket.write(Buffer.of(5, 0));
      else if (!methods.includes(2)) {
        this.offered.push('');
        socket.end(Buffer.of(5, 0xff));
        return;
      } else {
        socket.write(Buffer.of(5, 2));
        const [, length = 0] = await take(2);
        const user = (await take(length)).toString('utf8');
        const password = (await take((await take(1))[0] ?? 0)).toString('utf8');
        this.offered.push(`${user}:${password}`);
        const good = user === this.signIn.user && password === this.signIn.password;
        socket.write(Buffer.of(1, good ? 0 : 1));
        if (!good) {
          socket.end();
          return;
        }
      }
      const [, , , kind = 0] = await take(4);
      const host =
        kind === 1
          ? [...(await take(4))].join('.')
          : kind === 4
            ? `[${(await take(16)).toString('hex').replace(/(....)(?=.)/g, '$1:')}]`
            : (await take((await take(1))[0] ?? 0)).toString('utf8');
      const asked = `${host}:${(await take(2)).readUInt16BE(0)}`;
      if (this.refused.has(asked)) {
        socket.end(Buffer.of(5, 2, 0, 1, 0, 0, 0, 0, 0, 0));
        return;
      }
      const onward = connect(this.#target(asked), () => {
        this.passed.push(`SOCKS ${asked}`);
        socket.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
        onward.pipe(socket);
        socket.pipe(onward);
      });
      onward.on('error', () => socket.end(Buffer.of(5, 5, 0, 1, 0, 0, 0, 0, 0, 0)));
      onward.on('close', () => socket.destroy());
      socket.on('close', () => onward.destroy());
    } catch {
      socket.destroy();
    }
  }
}
