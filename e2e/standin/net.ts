/**
 * `net.request` on Node's own http and https: enough for a GET whose redirects the app follows itself. No proxy, no
 * cookies, no cache; certificates as Node checks them.
 */
import { EventEmitter } from 'node:events';
import { type ClientRequest as NodeRequest, type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';

interface RequestOptions {
  url: string;
  method?: string;
  redirect?: 'follow' | 'error' | 'manual';
}

class ClientRequest extends EventEmitter {
  readonly #options: RequestOptions;
  readonly #headers: Record<string, string> = {};
  #request: NodeRequest | null = null;
  #ended = false;

  constructor(options: RequestOptions) {
    super();
    this.#options = options;
  }

  setHeader(name: string, value: string): void {
    this.#headers[name] = value;
  }

  end(): void {
    const { url, method = 'GET' } = this.#options;
    const send = url.startsWith('https:') ? secure : plain;
    // Aborted before it was sent.
    if (this.#ended) return;
    this.#request = send(url, { method, headers: this.#headers, agent: false }, (response) =>
      this.#answered(response),
    );
    this.#request.on('error', (error) => this.#failed(error));
    this.#request.end();
  }

  abort(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#request?.destroy();
    setImmediate(() => this.emit('abort', {}));
  }

  #answered(response: IncomingMessage): void {
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      const to = new URL(headers.location, this.#options.url).href;
      this.emit('redirect', statusCode, 'GET', to, headers);
      // Electron ends what nobody followed while it was told.
      if (!this.#ended) this.#failed(new Error('Redirect was cancelled'));
      return;
    }
    response.on('error', () => undefined);
    this.emit('response', response);
  }

  #failed(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#request?.destroy();
    this.emit('error', error);
  }
}

export const net = {
  request: (options: RequestOptions): ClientRequest => new ClientRequest(options),
  isOnline: (): boolean => true,
};
