import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isAppUrl } from './app-origin.ts';
import { answerAppRequest, CONTENT_SECURITY_POLICY, readFirstFiles, registerAppScheme } from './protocol.ts';

const registered = vi.hoisted(() => [] as unknown[]);
vi.mock('electron', () => ({
  protocol: { registerSchemesAsPrivileged: (schemes: unknown[]) => registered.push(...schemes) },
}));

let root: string;
let rendererDir: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'wukong-protocol-'));
  rendererDir = join(root, 'renderer');
  mkdirSync(join(rendererDir, 'assets'), { recursive: true });
  writeFileSync(join(rendererDir, 'index.html'), '<html>');
  writeFileSync(join(rendererDir, 'assets/app 1.js'), 'code');
  writeFileSync(join(rendererDir, 'assets/source.map'), '{}');
  writeFileSync(join(root, 'secret.js'), 'secret');
  mkdirSync(join(root, 'renderer-evil'));
  writeFileSync(join(root, 'renderer-evil/x.js'), 'secret');
  symlinkSync(join(root, 'secret.js'), join(rendererDir, 'assets/link.js'));
});
afterAll(() => rmSync(root, { recursive: true }));

const get = (url: string, method = 'GET'): Promise<Response> =>
  answerAppRequest(rendererDir, new Request(url, { method }));
/** As Chromium may hand it over: `new Request` would tidy the path up. */
const getRaw = (url: string): Promise<Response> =>
  answerAppRequest(rendererDir, { method: 'GET', url } as Request);

describe('the app scheme', () => {
  it('serves files with their type and the policy', async () => {
    const page = await get('app://wukong/');
    expect([page.status, await page.text()]).toEqual([200, '<html>']);
    expect(page.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const script = await get('app://wukong/assets/app%201.js?v=2#x');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await (await get('app://wukong/index.html', 'HEAD')).text()).toBe('');
  });

  it('answers the first time with what was read ahead, then with what is there', async () => {
    const at = join(rendererDir, 'assets/first.css');
    writeFileSync(at, 'old{}');
    writeFileSync(
      join(rendererDir, 'index.html'),
      '<link href="./assets/first.css"><link href="./assets/link.js">',
    );
    const first = readFirstFiles(rendererDir);
    const ask = async (url: string): Promise<[number, string]> => {
      const answer = await answerAppRequest(rendererDir, new Request(url), undefined, first);
      return [answer.status, await answer.text()];
    };
    expect((await ask('app://wukong/index.html'))[1]).toContain('first.css');
    expect(await first.take('app://wukong/assets/link.js')).toBeNull();
    const read = await ask('app://wukong/assets/first.css');
    writeFileSync(at, 'new{}');
    expect([read, await ask('app://wukong/assets/first.css')]).toEqual([
      [200, 'old{}'],
      [200, 'new{}'],
    ]);
    // A link out of the folder is as little read ahead as it is answered.
    expect(await ask('app://wukong/assets/link.js')).toEqual([404, 'not found']);
    writeFileSync(join(rendererDir, 'index.html'), '<html>');
  });

  it.each([
    'app://wukong/missing.js',
    'app://wukong/favicon.ico',
    'app://wukong/assets',
    'app://wukong/assets/',
    'app://wukong/assets/source.map',
    'app://wukong/assets/link.js',
    'app://wukong/../secret.js',
    'app://wukong/%2e%2e/secret.js',
    'app://wukong/..%2fsecret.js',
    'app://wukong/assets/..%2f..%2fsecret.js',
    'app://wukong/..%5csecret.js',
    'app://wukong/../renderer-evil/x.js',
    'app://wukong/%2fetc/passwd',
    'app://wukong/C:/secret.js',
    'app://wukong/index.html%00.js',
    'app://wukong/%zz',
    'app://other/index.html',
    'https://wukong/index.html',
    'not an address',
  ])('answers 404 for %s', async (url) => {
    const answer = await getRaw(url);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('not found');
  });

  it('answers a range of a file', async () => {
    const asked = new Request('app://wukong/index.html', { headers: { range: 'bytes=1-4' } });
    const part = await answerAppRequest(rendererDir, asked);
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      'bytes 1-4/6',
      'html',
    ]);
    expect(part.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
  });

  it('only reads', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await get('app://wukong/', method)).status).toBe(405);
  });

  it('allows no inline code, no eval, no markup from text and no foreign host', () => {
    const directives = CONTENT_SECURITY_POLICY.split('; ').map((directive) => directive.split(' '));
    expect(Object.fromEntries(directives.map(([name, ...values]) => [name, values.join(' ')]))).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data: blob:",
      'media-src': "'self' blob:",
      'font-src': "'self'",
      'connect-src': "'none'",
      'object-src': "'none'",
      'frame-src': "'none'",
      'worker-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    });
  });

  it('has the privileges of a secure origin and no other', () => {
    registerAppScheme();
    expect(registered).toEqual([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: false, codeCache: true, stream: true },
      },
    ]);
  });
});

it.each(['app://wukong:80/', 'app://wukong@evil/', 'app://a:b@wukong/', 'http://wukong/', 'APP', ''])(
  '%s is not an address of the app',
  (url) => expect(isAppUrl(url)).toBe(false),
);
