import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { proxyDetail } from '../../../shared/proxy-detail.ts';
import { translate, type Translate } from '../../../shared/strings/index.ts';

const chinese: Translate = (key, ...params) => translate('zh', key, ...params);
const english: Translate = (key, ...params) => translate('en', key, ...params);
/** Two words of it in a row. */
const ENGLISH = /[A-Za-z]{2,} [A-Za-z]{2,}/;

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** What the sources say of proxies and scripts, as far as it is written down there. */
function written(): string[] {
  const all = ['electron/core/network', 'electron/main/network'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => read(join(folder, name))),
  );
  // What is thrown while a script is loaded becomes the detail of its fault.
  const loading = ['electron/main/network/pac-script.ts', 'electron/core/network/small-file.ts'].map(read);
  const [, replies = ''] =
    /REPLIES[^=]*= \[([^\]]*)\]/.exec(read('electron/core/network/socks.ts').replaceAll('string[]', '')) ??
    [];
  return [
    ...all.flatMap((text) => quoted(text, /new ProxyError\([^;]*?['`]([^'`]+ [^'`]+)['`],?\s*\)/g)),
    ...loading.flatMap((text) => quoted(text, /new Error\(['`]([^'`]+)['`]\)/g)),
    ...quoted(replies, /'([^']*)'/g),
  ].filter((one) => one !== '' && one !== 'not an http, https or file address');
}

const quoted = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, one = '']) =>
    one.replace(/\$\{url\.protocol[^}]*\}/, 'ftp').replace(/\$\{[^}]*\}/g, '502'),
  );

it('there are Chinese words for everything that proxies and scripts do', () => {
  const found = written();
  for (const one of ['it fails while it runs', 'no SOCKS5', 'TTL expired', 'it leads to an ftp address'])
    expect(found).toContain(one);
  for (const detail of found) {
    expect([detail, proxyDetail(detail, chinese)]).toEqual([detail, expect.not.stringMatching(ENGLISH)]);
    expect(proxyDetail(detail, english)).toMatch(/[a-z]/);
  }
});

it.each([
  ['im.corp.test:443: status 403', 'im.corp.test:443：状态码 403', 'im.corp.test:443: status 403'],
  ['[::1]:5100: not allowed by its rules', '[::1]:5100：规则不允许', '[::1]:5100: not allowed by its rules'],
  ['a:1: reply 9', 'a:1：回复 9', 'a:1: reply 9'],
  ['closed: ECONNRESET', '连接被关闭 ECONNRESET', 'it closed the connection, ECONNRESET'],
  ["it is no script: Unexpected token '{'", '它不是脚本', 'it is no script'],
  ['ENOENT', 'ENOENT', 'ENOENT'],
  ['negotiate, ntlm', 'negotiate, ntlm', 'negotiate, ntlm'],
])('%s', (detail, zh, en) => {
  expect(proxyDetail(detail, chinese)).toBe(zh);
  expect(proxyDetail(detail, english)).toBe(en);
});
