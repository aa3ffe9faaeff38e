/**
 * The handshake with a SOCKS5 proxy (RFC 1928, user name and password: RFC 1929). Names are sent as they are: the proxy
 * resolves them, this computer does not.
 */
import { isIP, type Socket } from 'node:net';
import { hostPort } from '../../../shared/network.ts';
import type { Credentials } from './proxy-sign-in.ts';
import { bytesOfV6 } from '../api/address-ranges.ts';
import { ProxyError } from '../../../shared/proxy-error.ts';

const VERSION = 5;
const NO_SIGN_IN = 0;
const PASSWORD = 2;
const NONE_OF_THEM = 0xff;
const CONNECT = 1;

/** Codes of a refusal: of the proxy's rules, or of what lies behind it. */
const REPLIES: readonly string[] = [
  '',
  'general failure',
  'not allowed by its rules',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'TTL expired',
  'command not supported',
  'kind of address not supported',
];

/** The proxy wants another user and password, or any at all. */
export class SocksSignInError extends Error {}

/**
 * Resolves once bytes to and from the target pass. Rejects with `ProxyError`, or with `SocksSignInError` when it asks
 * for what was not given, or refused it.
 */
export async function socksConnect(
  socket: Socket,
  proxy: string,
  target: { host: string; port: number },
  credentials: Credentials | null,
): Promise<void> {
  const reader = new Reader(socket, proxy);
  const isProxy = (byte: number, expected: number): void => {
    if (byte !== expected) throw new ProxyError('notProxy', proxy, 'no SOCKS5');
  };
  try {
    const methods = credentials ? [NO_SIGN_IN, PASSWORD] : [NO_SIGN_IN];
    socket.write(Uint8Array.of(VERSION, methods.length, ...methods));
    const [version = 0, method = NONE_OF_THEM] = await reader.take(2);
    isProxy(version, VERSION);
    if (method === PASSWORD && credentials) {
      const user = Buffer.from(credentials.user, 'utf8').subarray(0, 255);
      const password = Buffer.from(credentials.password, 'utf8').subarray(0, 255);
      socket.write(Buffer.concat([Buffer.of(1, user.length), user, Buffer.of(password.length), password]));
      const [, status] = await reader.take(2);
      if (status !== 0) throw new SocksSignInError('refused');
    } else if (method !== NO_SIGN_IN) {
      if (!credentials) throw new SocksSignInError('asked for');
      throw new ProxyError('scheme', proxy, 'no user name and password');
    }
    socket.write(Buffer.concat([Buffer.of(VERSION, CONNECT, 0), addressOf(target)]));
    const [again = 0, reply = 1, , kind = 0] = await reader.take(4);
    isProxy(again, VERSION);
    if (reply !== 0) {
      const why = `${hostPort(target.host, target.port)}: ${REPLIES[reply] ?? `reply ${reply}`}`;
      throw new ProxyError(
        reply === 3 || reply === 4 || reply === 5 || reply === 6 ? 'target' : 'refused',
        proxy,
        why,
      );
    }
    const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await reader.take(1))[0] ?? 0);
    await reader.take(length + 2);
  } finally {
    reader.end();
  }
}

function addressOf({ host, port }: { host: string; port: number }): Buffer {
  const end = Buffer.of(port >> 8, port & 0xff);
  if (isIP(host) === 4) return Buffer.concat([Buffer.of(1, ...host.split('.').map(Number)), end]);
  if (isIP(host) === 6) return Buffer.concat([Buffer.of(4, ...bytesOfV6(host)), end]);
  const name = Buffer.from(host, 'utf8').subarray(0, 255);
  return Buffer.concat([Buffer.of(3, name.length), name, end]);
}

/** Takes as many bytes as are asked for; what came beyond them is put back for whoever reads the socket next. */
class Reader {
  readonly #socket: Socket;
  readonly #proxy: string;
  #waiting: { length: number; resolve: (bytes: Buffer) => void; reject: (error: Error) => void } | null =
    null;
  #ended: Error | null = null;

  constructor(socket: Socket, proxy: string) {
    this.#socket = socket;
    this.#proxy = proxy;
    socket.on('readable', this.#look);
    socket.on('error', this.#failed);
    socket.on('close', this.#closed);
  }

  take(length: number): Promise<Buffer> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    this.#waiting = { length, resolve, reject };
    if (this.#ended) this.#failed(this.#ended);
    else this.#look();
    return promise;
  }

  end(): void {
    this.#socket.off('readable', this.#look);
    this.#socket.off('error', this.#failed);
    this.#socket.off('close', this.#closed);
  }

  readonly #look = (): void => {
    if (!this.#waiting) return;
    const bytes = this.#socket.read(this.#waiting.length) as Buffer | null;
    if (bytes === null) return;
    const { resolve, length } = this.#waiting;
    // At the end of a stream `read` gives what is left.
    if (bytes.length < length) return;
    this.#waiting = null;
    resolve(bytes);
  };

  readonly #closed = (): void =>
    this.#failed(new ProxyError('notProxy', this.#proxy, 'it closed the connection'));

  readonly #failed = (error: Error): void => {
    this.#ended ??= error;
    this.#waiting?.reject(this.#ended);
    this.#waiting = null;
  };
}
