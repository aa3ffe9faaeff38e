/** Uploads and downloads against real HTTP servers: a business server and an object store on another origin. */
import { createServer, type IncomingMessage, type ServerResponse, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fileCalls } from './file-calls.ts';
import type { DownloadRequest } from './file-download.ts';
import type { UploadRequest } from './file-upload.ts';
import { isOwnFile, resolveFileUrl } from './file-url.ts';

const TOKEN = 'secret-token';
let business: Server;
let store: Server;
let [base, storeBase] = ['', ''];
type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;
let answer: Answer;
let storeAnswer: Answer;
const asked: {
  path: string;
  token: string | undefined;
  where: 'business' | 'store';
  range: string | undefined;
}[] = [];

async function listen(where: 'business' | 'store', listener: () => Answer): Promise<Server> {
  const server = createServer((request, response) => {
    const { token, range } = request.headers;
    asked.push({ path: request.url ?? '', token: token as string | undefined, where, range });
    void listener()(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  business = await listen('business', () => answer);
  store = await listen('store', () => storeAnswer);
  [base, storeBase] = [urlOf(business), urlOf(store)];
});
afterAll(() => {
  for (const server of [business, store]) {
    server.closeAllConnections();
    server.close();
  }
});
beforeEach(() => {
  asked.length = 0;
  answer = (_request, response) => response.writeHead(404).end();
  storeAnswer = (_request, response) => response.end('from the store');
});

const calls = () => fileCalls({ server: base, token: TOKEN, log: () => undefined });
const download = (change: Partial<DownloadRequest> = {}) =>
  calls().downloadFile({
    url: 'file/preview/chat/1/u/x.png',
    offset: 0,
    validator: null,
    maxBytes: 1_000,
    signal: new AbortController().signal,
    ...change,
  });
async function textOf(change: Partial<DownloadRequest> = {}): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await download(change)).body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('download', () => {
  it('asks the server below /v1/ with the token', async () => {
    answer = (_request, response) => response.end('bytes');
    expect(await textOf()).toBe('bytes');
    expect(await textOf({ url: '/file/preview/chat/1/u/x.png' })).toBe('bytes');
    expect(asked.map(({ path, token }) => [path, token])).toEqual(
      [1, 2].map(() => ['/v1/file/preview/chat/1/u/x.png', TOKEN]),
    );
  });

  it('follows to an object store on another origin, which never sees the token', async () => {
    answer = (_request, response) => response.writeHead(302, { location: `${storeBase}/o?sig=1` }).end();
    expect(await textOf()).toBe('from the store');
    expect(asked.map(({ where, token }) => [where, token])).toEqual([
      ['business', TOKEN],
      ['store', undefined],
    ]);
  });

  it('also not when the message itself names the store', async () => {
    expect(await textOf({ url: `${storeBase}/o` })).toBe('from the store');
    expect(asked).toEqual([{ where: 'store', path: '/o', token: undefined, range: undefined }]);
  });

  it.each([
    ['file:///etc/passwd', 'no http'],
    ['data:text/plain,x', 'no http'],
    ['/loop', 'circle'],
  ])('does not follow to %s', async (location, reason) => {
    answer = (_request, response) => response.writeHead(302, { location }).end();
    await expect(download()).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringContaining(reason) as string,
    });
    expect(asked.length).toBeLessThan(8);
  });

  it('the token goes to the first address only, also when the redirects lead home', async () => {
    answer = (request, response) =>
      request.url?.endsWith('home')
        ? response.end('at home')
        : response.writeHead(302, { location: `${storeBase}/o` }).end();
    storeAnswer = (_request, response) =>
      response.writeHead(302, { location: `${base}/v1/file/preview/home` }).end();
    expect(await textOf()).toBe('at home');
    expect(asked.map(({ where, token }) => [where, token])).toEqual([
      ['business', TOKEN],
      ['store', undefined],
      ['business', undefined],
    ]);
  });

  it.each(['/v1/file/preview/b', 'b', '?x=1'])('also at home: %s', async (location) => {
    let first = true;
    answer = (_request, response) => {
      if (first) response.writeHead(307, { location }).end();
      else response.end('bytes');
      first = false;
    };
    expect(await textOf()).toBe('bytes');
    expect(asked.map(({ token }) => token)).toEqual([TOKEN, undefined]);
  });

  it.each(['user/current', 'message/sync', 'file/previews/x', 'file/upload?type=chat', '/'])(
    'no other address of the server is asked in the name of the account: %s',
    async (url) => {
      answer = (_request, response) => response.end('bytes');
      await textOf({ url });
      await textOf({ url: `${base}/v1/${url}` });
      expect(asked.map(({ token }) => token)).toEqual([undefined, undefined]);
    },
  );

  it('another port or scheme of the host is another server', async () => {
    await textOf({ url: `${storeBase}/v1/file/preview/x` });
    expect(asked.map(({ token }) => token)).toEqual([undefined]);
  });

  it.each([
    'http://10.0.0.1/x',
    'http://localhost.:PORT/x',
    'http://a.localhost:PORT/x',
    'http://127.0.0.2:PORT/x',
    'http://[::ffff:127.0.0.1]:PORT/x',
    'http://[64:ff9b::7f00:1]:PORT/x',
    'http://169.254.169.254/latest',
    'http://100.64.0.1/x',
    'http://198.18.0.1/x',
    'http://router/x',
    'http://u:p@127.0.0.1:PORT/x',
  ])('is not led to %s', async (location) => {
    const { port } = new URL(storeBase);
    answer = (_request, response) =>
      response.writeHead(302, { location: location.replace('PORT', port) }).end();
    await expect(download()).rejects.toMatchObject({ reason: 'refused' });
    expect(asked.map(({ where }) => where)).toEqual(['business']);
  });

  it('whoever is not the server leads nowhere inside', async () => {
    storeAnswer = (request, response) =>
      request.url === '/first'
        ? response.writeHead(302, { location: `${storeBase}/second` }).end()
        : response.end('inside');
    await expect(download({ url: `${storeBase}/first` })).rejects.toMatchObject({ reason: 'refused' });
    expect(asked.map(({ path }) => path)).toEqual(['/first']);
  });

  it('knows the store of the server once it was sent there; others are foreign', async () => {
    const files = fileCalls({
      server: 'http://im.example.com',
      token: TOKEN,
      log: () => undefined,
      fetch: async (url) =>
        url.startsWith('http://im.example.com/')
          ? new Response(null, { status: 302, headers: { location: 'http://store.example.com/o' } })
          : new Response('bytes'),
    });
    expect(files.foreignHost('file/preview/x')).toBeNull();
    expect(files.foreignHost('http://store.example.com/x')).toBe('store.example.com');
    const { signal } = new AbortController();
    await files.downloadFile({ url: 'file/preview/x', offset: 0, validator: null, maxBytes: 9, signal });
    expect(files.foreignHost('http://store.example.com/x')).toBeNull();
    expect(files.foreignHost('http://tracker.example.net:81/x')).toBe('tracker.example.net:81');
    expect(files.foreignHost('ftp://x/')).toBeNull();
  });

  it.each([
    ['http://im.example.com:9000/x', 'im.example.com:9000'],
    ['https://im.example.com/v1/file/preview/x', 'im.example.com'],
    ['http://im.example.com:443/v1/file/preview/x', 'im.example.com:443'],
    ['http://im.example.com./v1/file/preview/x', 'im.example.com.'],
    ['http://im.example.com.:80/x', 'im.example.com.'],
    ['http://im.example.com.evil.net/x', 'im.example.com.evil.net'],
    ['http://\u0456m.example.com/x', 'xn--m-evb.example.com'],
    ['http://im\u200d.example.com/x', null],
    ['http://im.example.com:80/x', null],
    ['HTTP://IM.example.com/x', null],
    ['http://\uff49m.example.com/x', null],
    ['http://%69m.example.com/x', null],
  ])('by itself only the server in its own scheme and at its own port: %s', (url, host) => {
    const files = fileCalls({ server: 'http://im.example.com', token: TOKEN, log: () => undefined });
    expect(files.foreignHost(url)).toBe(host);
  });

  it.each([
    ['http://[2001:470:0:0:0:0:0:1]:8090/x', null],
    ['http://[2001:0470::1]:8090/x', null],
    ['http://[2001:470::1]/x', '[2001:470::1]'],
    ['http://[2001:470::1]:8091/x', '[2001:470::1]:8091'],
  ])('a server that is named by a number: %s', (url, host) => {
    const files = fileCalls({ server: 'http://[2001:470::1]:8090', token: TOKEN, log: () => undefined });
    expect(files.foreignHost(url)).toBe(host);
  });

  it('a store on the own host is known once the server led there', async () => {
    const files = calls();
    answer = (_request, response) => response.writeHead(302, { location: `${storeBase}/o` }).end();
    expect(files.foreignHost(`${storeBase}/o`)).toBe(new URL(storeBase).host);
    const { signal } = new AbortController();
    await files.downloadFile({ url: 'file/preview/x', offset: 0, validator: null, maxBytes: 99, signal });
    expect(files.foreignHost(`${storeBase}/o`)).toBeNull();
  });

  it('what is not a file of the server leads to no other host, nor to another port of its own', async () => {
    answer = (_request, response) => response.writeHead(302, { location: `${storeBase}/o` }).end();
    await expect(download({ url: 'go?to=somewhere' })).rejects.toMatchObject({ reason: 'refused' });
    expect(asked.map(({ where }) => where)).toEqual(['business']);
  });

  it('goes on from an offset, and from the start when the server says so', async () => {
    answer = (request, response) => {
      if (request.headers.range === 'bytes=4-' && request.headers['if-range'] === '"v1"')
        response.writeHead(206, { 'content-range': 'bytes 4-8/9', etag: '"v1"' }).end('56789');
      else response.writeHead(200, { etag: '"v2"' }).end('whole');
    };
    const rest = await download({ offset: 4, validator: '"v1"' });
    expect(rest).toMatchObject({ start: 4, totalBytes: 9, validator: '"v1"' });
    const whole = await download({ offset: 4, validator: '"old"' });
    expect(whole).toMatchObject({ start: 0, totalBytes: null, validator: '"v2"' });
    answer = (_request, response) =>
      response.writeHead(206, { 'content-range': 'bytes 0-8/9' }).end('123456789');
    await expect(download({ offset: 4 })).rejects.toMatchObject({ reason: 'refused' });
    answer = (request, response) =>
      request.headers.range ? response.writeHead(416).end() : response.end('new');
    expect(await textOf({ offset: 4 })).toBe('new');
  });

  it.each([
    [404, 'missing', 'notFound'],
    [410, 'missing', 'notFound'],
    [403, 'refused', 'refused'],
    [401, 'refused', 'refused'],
    [500, 'network', 'network'],
    [429, 'network', 'network'],
  ])('status %i is %s', async (status, reason, code) => {
    answer = (_request, response) => response.writeHead(status).end('x');
    await expect(download()).rejects.toMatchObject({ reason, code });
  });

  it('stops at the limit, whether the server announces the size or not', async () => {
    answer = (_request, response) =>
      response.writeHead(200, { 'content-length': '2000' }).end('x'.repeat(2_000));
    await expect(download()).rejects.toMatchObject({ reason: 'tooLarge' });
    answer = (_request, response) => {
      response.write('x'.repeat(600));
      response.end('x'.repeat(600));
    };
    await expect(textOf()).rejects.toMatchObject({ reason: 'tooLarge' });
  });

  it('a connection that breaks is a broken network, not the end of the file', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    };
    await expect(textOf()).rejects.toMatchObject({ reason: 'network' });
  });

  it('ends with the reason of whoever stops it', async () => {
    const stop = new AbortController();
    answer = (_request, response) => void response.write('half', () => stop.abort(new Error('stopped')));
    await expect(textOf({ signal: stop.signal })).rejects.toThrow('stopped');
    expect(stop.signal.aborted).toBe(true);
  });
});

describe('addresses in messages', () => {
  it.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:image/png;base64,AA',
    'http://user:pw@example.com/x',
    '../../manager/x',
    'http://localhost/x',
    'http://127.0.0.1/x',
    'http://192.168.0.1/x',
    'http://[::1]/x',
    'http://169.254.169.254/latest',
    'http://printer.local/x',
    'http://10.1.2.3/x',
    'http://2130706433/x',
    'http://0x7f.1/x',
    'http://0177.0.0.1/x',
    'http://localhost./x',
    'http://x.localhost/x',
    'http://router/x',
    'http://100.64.0.1/x',
    'http://198.18.0.1/x',
    'http://[::ffff:10.0.0.1]/x',
    'http://[64:ff9b::a00:1]/x',
    'http://[2002:a00:1::]/x',
    'http://[fe80::1]/x',
    'https://im.example.com\\@evil.example.com/x',
    'file\\preview\\x',
    'file/preview/..%2f..%2fuser',
    'file/preview/%2e%2e%2f%2e%2e%2fuser',
    'file/preview/..%252f..%252fuser',
    'file/preview/..%5c..%5cuser',
    'file/preview/..;/..;/user',
    'https://im.example.com/v1/file/preview/..%2f..%2fuser',
  ])('%s is refused', (url) =>
    expect(() => resolveFileUrl('https://im.example.com', url)).toThrow(
      expect.objectContaining({ reason: 'refused' }) as Error,
    ),
  );

  it('takes relative ones below /v1/, http(s) ones as they are, and the network the server is in', () => {
    expect(resolveFileUrl('https://im.example.com/api', 'file/preview/x y.png').href).toBe(
      'https://im.example.com/api/v1/file/preview/x%20y.png',
    );
    expect(resolveFileUrl('https://im.example.com', 'https://cdn.example.com/x').host).toBe(
      'cdn.example.com',
    );
    expect(resolveFileUrl('http://192.168.0.9:8090', 'http://192.168.0.9:9000/x').port).toBe('9000');
    expect(resolveFileUrl('https://im.example.com', '//evil.example.com/x').host).toBe('im.example.com');
  });

  it.each([
    ['file/preview/chat/1/u/x.png', true],
    ['file/preview/chat/1/u/100%25 .png?filename=a/../b', true],
    ['https://im.example.com/api/v1/file/preview/x', true],
    ['https://IM.example.com:443/api/v1/file/preview/x', true],
    ['file/preview/../../v1/user', false],
    ['file/preview/%2e%2e/%2e%2e/v1/user', false],
    ['file/previewer', false],
    ['//evil.example.com/file/preview/x', false],
    ['https://im.example.com/v1/file/preview/x', false],
    ['https://im.example.com:444/api/v1/file/preview/x', false],
    ['http://im.example.com/api/v1/file/preview/x', false],
    ['https://im.example.com./api/v1/file/preview/x', false],
    ['https://im.example.com.evil.net/api/v1/file/preview/x', false],
  ])('%s is a file of the server: %s', (url, own) => {
    const server = 'https://im.example.com/api';
    expect(isOwnFile(server, resolveFileUrl(server, url))).toBe(own);
  });
});

const upload = (change: Partial<UploadRequest> = {}, content = ['one ', 'two']) => {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (const text of content) yield Buffer.from(text);
  }
  return calls().uploadFile({
    channel: { channelId: 'group-1', channelType: 2 },
    name: 'f'.repeat(32),
    extension: 'png',
    mime: 'image/png',
    size: 7,
    content: chunks(),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...change,
  });
};

describe('upload', () => {
  it('posts one multipart field "file" under a random name and reports progress', async () => {
    let [head, body, type] = ['', '', ''];
    answer = async (request, response) => {
      head = request.url ?? '';
      type = request.headers['content-type'] ?? '';
      expect(Number(request.headers['content-length'])).toBeGreaterThan(7);
      body = (await bodyOf(request)).toString();
      response.end('{"path":"file/preview/chat/2/group-1/x.png"}');
    };
    const progress: number[] = [];
    expect(await upload({ onProgress: (bytes) => progress.push(bytes) })).toBe(
      'file/preview/chat/2/group-1/x.png',
    );
    expect(head).toBe(`/v1/file/upload?type=chat&path=%2F2%2Fgroup-1%2F${'f'.repeat(32)}.png`);
    const form = await new Response(body, { headers: { 'content-type': type } }).formData();
    expect([...form.keys()]).toEqual(['contenttype', 'file']);
    expect(await (form.get('file') as File).text()).toBe('one two');
    expect(progress).toEqual([4, 7]);
    expect(asked[0]?.token).toBe(TOKEN);
  });

  it('an odd channel id or extension becomes part of no path', async () => {
    answer = (request, response) => void bodyOf(request).then(() => response.end('{"path":"p"}'));
    await upload({ channel: { channelId: '../../x?', channelType: 1 }, extension: '../x' });
    expect(asked[0]?.path).toContain(`path=%2F1%2F_%2F${'f'.repeat(32)}.bin`);
  });

  it.each([
    [413, '', 'tooLarge', 'refused'],
    [400, '{"msg":"上传内容过大！","code":"too_large"}', 'tooLarge', 'refused'],
    [400, '{"msg":"文件类型错误"}', 'refused', 'refused'],
    [200, '{"nothing":1}', 'refused', 'refused'],
    [302, '', 'network', 'network'],
  ])('status %i %s fails as %s', async (status, text, reason, code) => {
    answer = (request, response) =>
      void bodyOf(request).then(() => response.writeHead(status, { location: storeBase }).end(text));
    await expect(upload()).rejects.toMatchObject({ reason, code });
    expect(asked.every(({ where }) => where === 'business')).toBe(true);
  });

  it('a refused token, a failing server and a page of somebody between say so', async () => {
    answer = (request, response) => void bodyOf(request).then(() => response.end('<html>'));
    await expect(upload()).rejects.toMatchObject({ code: 'network' });
    answer = (request, response) =>
      void bodyOf(request).then(() => response.writeHead(401).end('{"msg":"x"}'));
    await expect(upload()).rejects.toMatchObject({ code: 'unauthorized' });
    answer = (request, response) => void bodyOf(request).then(() => response.writeHead(502).end());
    await expect(upload()).rejects.toMatchObject({ code: 'network' });
    answer = (request, response) =>
      void bodyOf(request).then(() => response.writeHead(429, { 'retry-after': '7' }).end());
    await expect(upload()).rejects.toMatchObject({ code: 'network', retryAfterMs: 7_000 });
  });

  it('a staged file that has changed is not sent as it is', async () => {
    answer = (request, response) =>
      void bodyOf(request).then(
        () => response.end('{"path":"p"}'),
        () => undefined,
      );
    await expect(upload({}, ['short'])).rejects.toMatchObject({ reason: 'missing' });
  });

  it('ends with the reason of whoever stops it', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    answer = () => stop.abort(reason);
    await expect(upload({ signal: stop.signal })).rejects.toBe(reason);
  });
});

it('an upload nobody names is taken back by its object path', async () => {
  answer = (_request, response) => response.end('{"status":200}');
  await calls().discardUpload('file/preview/chat/1/u/x.png');
  await calls().discardUpload('https://elsewhere/x');
  expect(asked.map(({ path }) => path)).toEqual(['/v1/file/upload?path=chat%2F1%2Fu%2Fx.png']);
});

describe('a large upload', () => {
  it('is read as the connection takes it: of half a gigabyte less than 16 MiB are on their way', async () => {
    const size = 512 * 1024 * 1024;
    const chunk = new Uint8Array(256 * 1024);
    let most = 0;
    let taken = 0;
    answer = (request, response) => {
      request.on('data', (bytes: Buffer) => (taken += bytes.length));
      request.on('end', () => response.end('{"path":"file/preview/chat/1/u/x.bin"}'));
    };
    const content = async function* read(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < size; at += chunk.length) {
        yield chunk;
        most = Math.max(most, at + chunk.length - taken);
      }
    };
    const done: number[] = [];
    await calls().uploadFile({
      channel: { channelId: 'g', channelType: 2 },
      name: 'large',
      extension: 'bin',
      mime: '',
      size,
      content: content(),
      signal: new AbortController().signal,
      onProgress: (bytes) => done.push(bytes),
    });
    expect(done.at(-1)).toBe(size);
    expect(most / 1024 / 1024).toBeLessThan(16);
  }, 60_000);

  it('is refused before its bytes are sent by whoever says so at its head', async () => {
    const size = 1024 * 1024 * 1024;
    let read = 0;
    answer = (_request, response) => response.writeHead(413, { connection: 'close' }).end();
    const content = async function* endless(): AsyncGenerator<Uint8Array> {
      for (; read < size; read += 65_536) {
        yield new Uint8Array(65_536);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const upload = calls().uploadFile({
      channel: { channelId: 'g', channelType: 2 },
      name: 'large',
      extension: 'bin',
      mime: '',
      size,
      content: content(),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    await expect(upload).rejects.toMatchObject({ reason: 'tooLarge' });
    expect(read).toBeLessThan(size / 8);
  });

  it('asks for the limit, which a TSDD server does not say', async () => {
    const said: unknown[] = ['{"url":"u","max_bytes":1000}', '{"url":"u"}', '{"url":"u","max_bytes":"many"}'];
    answer = (_request, response) => response.end(said.shift());
    expect(await calls().uploadLimit()).toBe(1_000);
    expect(await calls().uploadLimit()).toBeNull();
    expect(await calls().uploadLimit()).toBeNull();
  });
});
