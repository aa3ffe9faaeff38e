import { rmSync } from 'node:fs';
import { type ImServer, startImServer } from '../im-server.ts';
import type { ImServerOptions } from '../options.ts';
import { parseExact, stringifyExact } from '../../../shared/exact-json.ts';
import { type ConnectFields, TestClient } from './test-client.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';

export interface HttpAnswer {
  status: number;
  /** int64 values as bigint. */
  body: unknown;
  text: string;
}

/** A server with a data folder of its own, its log, and clients that end with it. */
export class ImFixture {
  readonly dataDir = tempFolder('wukong-im-');
  readonly log: string[] = [];
  #server: ImServer | null = null;
  readonly #clients: TestClient[] = [];

  static async start(options: Partial<ImServerOptions> = {}): Promise<ImFixture> {
    const fixture = new ImFixture();
    await fixture.restart(options);
    return fixture;
  }

  get server(): ImServer {
    if (!this.#server) throw new Error('server is not running');
    return this.#server;
  }

  /** Starts again on the same data folder. */
  async restart(options: Partial<ImServerOptions> = {}): Promise<void> {
    await this.#server?.close();
    this.#server = await startImServer({
      dataDir: this.dataDir,
      log: (level, message) => this.log.push(`${level} ${message}`),
      ...options,
    });
  }

  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    return this.#http(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', token: this.server.apiToken, ...headers },
      body: typeof body === 'string' ? body : stringifyExact(body),
    });
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    return this.#http(path, { headers: { token: this.server.apiToken, ...headers } });
  }

  async #http(path: string, init: RequestInit): Promise<HttpAnswer> {
    const response = await fetch(this.server.api + path, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, body: isJson ? parseExact(text, 'bigint') : text, text };
  }

  /** Gives the user a token for deviceFlag and connects. */
  async client(
    uid: string,
    fields: Partial<ConnectFields> & { transport?: 'tcp' | 'ws'; level?: number } = {},
  ): Promise<TestClient> {
    const { transport = 'tcp', level = 0, ...connect } = fields;
    const token = `token-${uid}`;
    await this.post('/user/token', { uid, token, device_flag: connect.deviceFlag ?? 2, device_level: level });
    const client = await TestClient.connect(this.server[transport], { uid, token, ...connect });
    this.#clients.push(client);
    return client;
  }

  /** Opens a socket that is closed with the fixture. */
  async open(transport: 'tcp' | 'ws'): Promise<TestClient> {
    const client = await TestClient.open(this.server[transport]);
    this.#clients.push(client);
    return client;
  }

  async group(id: string, members: string[]): Promise<void> {
    await this.post('/channel', { channel_id: id, channel_type: 2, subscribers: members });
  }

  /** POST /message/send with a JSON payload. */
  async apiSend(fields: Record<string, unknown>, payload: unknown): Promise<HttpAnswer> {
    return this.post('/message/send', {
      ...fields,
      payload: Buffer.from(JSON.stringify(payload)).toString('base64'),
    });
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.#server?.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
