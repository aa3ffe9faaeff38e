/**
 * One connection to a server, directly or through one proxy: HTTP CONNECT (RFC 9110, 9.3.6), also of a proxy that is
 * reached over TLS, or SOCKS5. What comes out carries bytes like a socket of its own.
 */
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { errorCode, reasonOf } from '../../../shared/errors.ts';
import { hostPort } from '../../../shared/network.ts';
import { ProxyError } from '../../../shared/proxy-error.ts';
import { isCertificateError } from '../connection/certificate-error.ts';
import { basicHeader, checkChallenges, type Credentials, type ProxySignIn } from './proxy-sign-in.ts';
import { type Proxy, proxyAddress, type Route } from './route.ts';
import { socksConnect, SocksSignInError } from './socks.ts';

/** A proxy that is there accepts a connection at once; the next one of a list is not to wait for long. */
const PROXY_CONNECT_MS = 5_000;
/** It may have to resolve a name and wait for the server. */
const PROXY_ANSWER_MS = 20_000;
/** Another request for another sign-in may have come between. */
const MAX_TRIES = 3;
const FORWARD_FAILED: ReadonlySet<number> = new Set([500, 502, 503, 504]);

export interface Wire {
  /** What is read and written. */
  socket: Socket;
  /** The TCP connection below it: the same, or what a TLS connection to the proxy runs over. */
  pipe: Socket;
}

interface Target {
  host: string;
  port: number;
}

/** Rejects with `ProxyError`, with what the system says of a direct connection, or with the reason of the signal. */
export async function openTunnel(
  route: Route,
  target: Target,
  signIn: ProxySignIn,
  signal: AbortSignal,
): Promise<Wire> {
  signal.throwIfAborted();
  if (route.kind === 'direct') {
    const socket = await connected(target, signal);
    return { socket, pipe: socket };
  }
  if (route.kind === 'socks4') throw new ProxyError('unsupported', proxyAddress(route), 'SOCKS4');
  return route.kind === 'socks5'
    ? throughSocks(route, target, signIn, signal)
    : throughHttp(route, target, signIn, signal);
}

/** The connection to a proxy itself. */
export async function connectToProxy(proxy: Proxy, signal: AbortSignal): Promise<Wire> {
  const address = proxyAddress(proxy);
  const late = AbortSignal.timeout(PROXY_CONNECT_MS);
  try {
    const pipe = await connected(proxy, AbortSignal.any([signal, late]));
    if (proxy.kind !== 'https') return { socket: pipe, pipe };
    return { socket: await secured(pipe, proxy.host, AbortSignal.any([signal, late])), pipe };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const code = errorCode(error);
    if (isCertificateError(code)) throw new ProxyError('certificate', address, code);
    throw new ProxyError('unreachable', address, late.aborted ? 'timed out' : code || reasonOf(error));
  }
}

async function connected({ host, port }: Target, signal: AbortSignal): Promise<Socket> {
  const socket = connectTcp({ host, port, noDelay: true, keepAlive: true });
  return opened(socket, 'connect', signal, () => socket.destroy());
}

async function secured(pipe: Socket, host: string, signal: AbortSignal): Promise<Socket> {
  const socket = connectTls({ socket: pipe, host, servername: isIP(host) ? '' : host });
  return opened(socket, 'secureConnect', signal, () => pipe.destroy());
}

async function opened(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
  drop: () => void,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  socket.once(event, () => resolve(socket));
  socket.once('close', () => reject(new Error('the connection was closed')));
  // Also later: whoever reads the socket hears of it by its end.
  socket.on('error', reject);
  try {
    return await promise;
  } catch (error) {
    drop();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function throughHttp(
  proxy: Proxy,
  target: Target,
  signIn: ProxySignIn,
  signal: AbortSignal,
): Promise<Wire> {
  const address = proxyAddress(proxy);
  const asked = hostPort(target.host, target.port);
  for (let tries = 1; ; tries += 1) {
    const wire = await connectToProxy(proxy, signal);
    const sent = signIn.knownFor(proxy);
    let answer: IncomingMessage;
    try {
      answer = await connectRequest(wire, asked, sent, address, signal);
    } catch (error) {
      wire.pipe.destroy();
      throw error;
    }
    const { statusCode = 0 } = answer;
    if (statusCode >= 200 && statusCode < 300) return wire;
    wire.pipe.destroy();
    if (statusCode !== 407) {
      const why = `${asked}: status ${statusCode}`;
      throw new ProxyError(FORWARD_FAILED.has(statusCode) ? 'target' : 'refused', address, why);
    }
    checkChallenges(proxy, challengesOf(answer));
    await signIn.next(proxy, sent);
    if (tries >= MAX_TRIES) throw new ProxyError('wrongPassword', address);
  }
}

export const challengesOf = (answer: IncomingMessage): string[] =>
  answer.headersDistinct['proxy-authenticate'] ?? [];

/** The answer to CONNECT; of a refusal without its page. */
async function connectRequest(
  { socket }: Wire,
  asked: string,
  credentials: Credentials | null,
  address: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const late = AbortSignal.timeout(PROXY_ANSWER_MS);
  const ended = AbortSignal.any([signal, late]);
  const request = requestHttp({
    method: 'CONNECT',
    path: asked,
    headers: {
      host: asked,
      ...(credentials ? { 'proxy-authorization': basicHeader(credentials) } : {}),
    },
    createConnection: () => socket,
    signal: ended,
  });
  request.once('connect', (answer, _socket, head) => {
    // Bytes of the server that came with the proxy's answer.
    if (head.length > 0) socket.unshift(head);
    resolve(answer);
  });
  request.once('response', resolve);
  request.on('error', reject);
  request.end();
  try {
    return await promise;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (late.aborted) throw new ProxyError('unreachable', address, 'timed out');
    const code = errorCode(error);
    if (code.startsWith('HPE_')) throw new ProxyError('notProxy', address, code);
    throw new ProxyError('notProxy', address, code === '' ? reasonOf(error) : `closed: ${code}`);
  }
}

async function throughSocks(
  proxy: Proxy,
  target: Target,
  signIn: ProxySignIn,
  signal: AbortSignal,
): Promise<Wire> {
  const address = proxyAddress(proxy);
  let credentials: Credentials | null = signIn.knownFor(proxy);
  for (let tries = 1; ; tries += 1) {
    const wire = await connectToProxy(proxy, signal);
    const late = AbortSignal.timeout(PROXY_ANSWER_MS);
    const ended = AbortSignal.any([signal, late]);
    const abort = (): void => void wire.pipe.destroy();
    ended.addEventListener('abort', abort, { once: true });
    try {
      await socksConnect(wire.socket, address, target, credentials);
      return wire;
    } catch (error) {
      wire.pipe.destroy();
      if (signal.aborted) throw signal.reason;
      if (late.aborted) throw new ProxyError('unreachable', address, 'timed out');
      if (error instanceof SocksSignInError && tries < MAX_TRIES)
        credentials = await signIn.next(proxy, credentials);
      else if (error instanceof SocksSignInError) throw new ProxyError('wrongPassword', address);
      else if (error instanceof ProxyError) throw error;
      else throw new ProxyError('unreachable', address, errorCode(error) || reasonOf(error));
    } finally {
      ended.removeEventListener('abort', abort);
    }
  }
}
