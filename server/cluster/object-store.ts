/**
 * An object store as TSDD's `seaweedFS` setting speaks with it (tsdd-api.md 9.3): a form with one file, read again by
 * its path.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

const MOST_BYTES = 64 * 1024 * 1024;

export interface ObjectStore {
  url: string;
  close: () => Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > MOST_BYTES) throw new Error('too large');
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

export async function startObjectStore(): Promise<ObjectStore> {
  const files = new Map<string, { type: string; bytes: Buffer }>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://store').pathname.replace(/\/+/g, '/');
    if (request.method !== 'POST') {
      const file = files.get(path);
      // As SeaweedFS and MinIO answer by default: a page of another origin reads a sticker or a voice message itself.
      const cors = { 'access-control-allow-origin': '*' };
      response.writeHead(file ? 200 : 404, file ? { ...cors, 'content-type': file.type } : cors);
      response.end(file?.bytes);
      return;
    }
    const keep = async (): Promise<void> => {
      const bytes = await bodyOf(request);
      const form = await new Response(new Uint8Array(bytes), {
        headers: { 'content-type': request.headers['content-type'] ?? '' },
      }).formData();
      const file = form.get('file');
      if (!(file instanceof File)) throw new Error('no file in the form');
      const kept = { type: file.type, bytes: Buffer.from(await file.arrayBuffer()) };
      files.set(`${path.replace(/\/$/, '')}/${file.name}`, kept);
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ name: file.name, size: kept.bytes.length }));
    };
    keep().catch((error: unknown) => {
      response.writeHead(400);
      response.end(String(error));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
