/** A TSDD behind a door: what it answers to pages is made at once, and comes when a test lets it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface HeldTsdd {
  url: string;
  /** From now on pages are kept back; `made`: the next one is. */
  hold(): { made: Promise<void>; letGo: () => void };
  close(): Promise<void>;
}

const PAGE = '/v1/message/channel/sync';

async function passed(tsdd: string, request: IncomingMessage): Promise<{ response: Response; body: Buffer }> {
  const body = await buffer(request);
  const { token, 'content-type': type } = request.headers;
  const headers = {
    ...(typeof token === 'string' ? { token } : {}),
    ...(type === undefined ? {} : { 'content-type': type }),
  };
  const response = await fetch(tsdd + (request.url ?? ''), {
    method: request.method ?? 'GET',
    headers,
    ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
  });
  return { response, body: Buffer.from(await response.arrayBuffer()) };
}

export async function startHeldTsdd(tsdd: string): Promise<HeldTsdd> {
  let open = Promise.resolve();
  let made: (() => void) | null = null;
  const answerOne = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const { response, body } = await passed(tsdd, request);
    if (request.url === PAGE) {
      const until = open;
      made?.();
      await until;
    }
    const type = response.headers.get('content-type') ?? 'application/json';
    answer.writeHead(response.status, { 'content-type': type });
    answer.end(body);
  };
  const server = createServer((request, answer) => void answerOne(request, answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: () => {
      const held = Promise.withResolvers<void>();
      const next = Promise.withResolvers<void>();
      open = held.promise;
      made = next.resolve;
      const letGo = (): void => {
        open = Promise.resolve();
        held.resolve();
      };
      return { made: next.promise, letGo };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
