/** A business server behind a gate: bytes of uploads and downloads stop half-way until a test lets them pass. */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Readable, Writable } from 'node:stream';

export class GatedProxy {
  /** Base URL, as the server's own. */
  url = '';
  /** What is held half-way until `open`. */
  gated: 'nothing' | 'uploads' | 'downloads' = 'nothing';
  /** Uploads and downloads that were asked for. */
  uploads = 0;
  downloads = 0;
  /** Range headers of downloads. */
  readonly ranges: (string | undefined)[] = [];
  readonly #target: URL;
  readonly #server: Server;
  #opened = Promise.withResolvers<void>();
  readonly #held = new Set<() => void>();

  constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, answer) => void this.#pass(incoming, answer));
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  /** Lets everything pass from now on. */
  open(): void {
    this.gated = 'nothing';
    this.#opened.resolve();
    this.#opened = Promise.withResolvers<void>();
  }

  /** Breaks the connections that are held. */
  cut(): void {
    for (const end of this.#held) end();
    this.#held.clear();
  }

  async close(): Promise<void> {
    this.open();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = incoming.url ?? '/';
    const upload = incoming.method === 'POST' && path.startsWith('/v1/file/upload');
    const download = path.startsWith('/v1/file/preview');
    if (upload) this.uploads += 1;
    if (download) {
      this.downloads += 1;
      this.ranges.push(incoming.headers.range);
    }
    const out = request({
      host: this.#target.hostname,
      port: this.#target.port,
      method: incoming.method,
      path,
      headers: incoming.headers,
    });
    out.on('error', () => answer.destroy());
    incoming.on('error', () => out.destroy());
    answer.on('close', () => out.destroy());
    out.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      void this.#pipe(response, answer, download && this.gated === 'downloads', () => answer.destroy());
    });
    await this.#pipe(incoming, out, upload && this.gated === 'uploads', () => incoming.destroy());
  }

  async #pipe(from: Readable, to: Writable, held: boolean, cut: () => void): Promise<void> {
    try {
      let passed = 0;
      for await (const chunk of from as AsyncIterable<Buffer>) {
        if (held && passed > 0) {
          this.#held.add(cut);
          await this.#opened.promise;
        }
        passed += chunk.length;
        if (!to.write(chunk)) await once(to, 'drain');
      }
      to.end();
    } catch {
      to.destroy();
    }
  }
}
