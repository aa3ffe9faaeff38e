import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { MAX_REMAINING_LENGTH } from '../../shared/wire/packets.ts';
import type { Log } from './options.ts';
import type { Transport } from './transport.ts';

/** Time a peer has to answer our end of the connection. */
const CLOSE_GRACE_MS = 2000;
/** A WebSocket message may carry several packets. */
const MAX_WS_MESSAGE = 4 * MAX_REMAINING_LENGTH;

/** What becomes of an accepted socket. */
export interface Acceptor {
  /** Null: no room, the socket is destroyed. */
  accept(
    transport: Transport,
  ): { onData(chunk: Uint8Array): void; onSocketClosed(): void; abort(reason: string): void } | null;
}

export interface Listener {
  port: number;
  close(): Promise<void>;
}

/** Gathers the writes of one tick into one system call. */
function corker(socket: Socket): () => void {
  let corked = false;
  return () => {
    if (corked) return;
    corked = true;
    socket.cork();
    process.nextTick(() => {
      corked = false;
      socket.uncork();
    });
  };
}

function remoteOf(socket: Socket): string {
  return `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? '?'}`;
}

export async function listenTcp(host: string, port: number, acceptor: Acceptor, log: Log): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createTcpServer({ noDelay: true }, (socket) => {
    const cork = corker(socket);
    let closeTimer: NodeJS.Timeout | null = null;
    const connection = acceptor.accept({
      kind: 'tcp',
      remote: remoteOf(socket),
      send: (frame) => {
        cork();
        socket.write(frame);
      },
      bufferedBytes: () => socket.writableLength,
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      close: () => {
        socket.end();
        closeTimer = setTimeout(() => socket.destroy(), CLOSE_GRACE_MS);
      },
      destroy: () => socket.destroy(),
    });
    if (!connection) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('data', (chunk) => connection.onData(chunk));
    socket.on('error', (error) => log('debug', `tcp socket ${remoteOf(socket)}: ${error.message}`));
    socket.on('close', () => {
      if (closeTimer) clearTimeout(closeTimer);
      sockets.delete(socket);
      connection.onSocketClosed();
    });
  });
  const bound = await listen(server, host, port);
  return {
    port: bound,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await closeServer(server);
    },
  };
}

export async function listenWs(
  host: string,
  port: number,
  acceptor: Acceptor,
  log: Log,
  upgradeTimeoutMs: number,
): Promise<Listener> {
  const server = createHttpServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain' }).end('WebSocket expected');
  });
  /** Open sockets with the timer that ends those which do not become WebSockets. */
  const sockets = new Map<Socket, NodeJS.Timeout>();
  server.on('connection', (socket) => {
    sockets.set(
      socket,
      setTimeout(() => {
        log('info', `ws socket ${remoteOf(socket)}: closed: no upgrade in time`);
        socket.destroy();
      }, upgradeTimeoutMs),
    );
    socket.once('close', () => {
      clearTimeout(sockets.get(socket));
      sockets.delete(socket);
    });
  });
  const wss = new WebSocketServer({ noServer: true, maxPayload: MAX_WS_MESSAGE, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    clearTimeout(sockets.get(socket as Socket));
    wss.handleUpgrade(request, socket, head, (ws) => acceptWs(ws, socket as Socket, acceptor, log));
  });
  const bound = await listen(server, host, port);
  return {
    port: bound,
    close: async () => {
      for (const socket of sockets.keys()) socket.destroy();
      wss.close();
      await closeServer(server);
    },
  };
}

function acceptWs(ws: WebSocket, socket: Socket, acceptor: Acceptor, log: Log): void {
  const cork = corker(socket);
  let closeTimer: NodeJS.Timeout | null = null;
  const connection = acceptor.accept({
    kind: 'ws',
    remote: remoteOf(socket),
    send: (frame) => {
      if (ws.readyState !== ws.OPEN) return;
      cork();
      ws.send(frame, { binary: true });
    },
    bufferedBytes: () => ws.bufferedAmount,
    pause: () => ws.pause(),
    resume: () => ws.resume(),
    close: () => {
      ws.close(1000);
      closeTimer = setTimeout(() => ws.terminate(), CLOSE_GRACE_MS);
    },
    destroy: () => ws.terminate(),
  });
  if (!connection) {
    ws.terminate();
    return;
  }
  ws.on('message', (data: RawData, isBinary) => {
    if (!isBinary) {
      connection.abort('text message: JSON-RPC is not supported');
      return;
    }
    connection.onData(
      Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data,
    );
  });
  ws.on('error', (error) => log('info', `ws socket ${remoteOf(socket)}: ${error.message}`));
  ws.on('close', () => {
    if (closeTimer) clearTimeout(closeTimer);
    connection.onSocketClosed();
  });
}

async function listen(server: TcpServer | HttpServer, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function closeServer(server: TcpServer | HttpServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
