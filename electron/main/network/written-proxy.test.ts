import { describe, expect, it } from 'vitest';
import { proxyEnvironment } from '../../core/network/environment.ts';
import { environmentProxy, writtenProxy } from './written-proxy.ts';

describe('a proxy as somebody writes it', () => {
  it.each([
    ['proxy.corp:3128', 'PROXY proxy.corp:3128'],
    ['http://proxy.corp', 'PROXY proxy.corp:80'],
    ['HTTP://proxy.corp:3128/', 'PROXY proxy.corp:3128'],
    ['https://proxy.corp', 'HTTPS proxy.corp:443'],
    ['socks5://10.0.0.1', 'SOCKS5 10.0.0.1:1080'],
    ['socks5h://proxy:1', 'SOCKS5 proxy:1'],
    ['socks4://proxy', 'SOCKS4 proxy:1080'],
    ['http://[::1]:8080', 'PROXY [::1]:8080'],
  ])('%s', (text, way) => {
    expect(writtenProxy(text)).toMatchObject({ way, credentials: null });
  });

  it('may bring a user name and password, escaped or not', () => {
    expect(writtenProxy('http://eva:p%40ss%20w@proxy:1')).toEqual({
      way: 'PROXY proxy:1',
      address: 'proxy:1',
      credentials: { user: 'eva', password: 'p@ss w' },
    });
    expect(writtenProxy('http://eva:100%@proxy:1')?.credentials).toEqual({ user: 'eva', password: '100%' });
    expect(writtenProxy('http://eva:a:b@proxy:1')?.credentials).toEqual({ user: 'eva', password: 'a:b' });
  });

  it.each([
    '',
    ' ',
    'ftp://proxy:1',
    'http://',
    'proxy:0',
    'proxy:65536',
    'http://a b:1',
    'http://proxy:1/path',
  ])('"%s" is none', (text) => expect(writtenProxy(text)).toBeNull());
});

const way = (url: string, all: Record<string, string>): string | null =>
  environmentProxy(new URL(url), proxyEnvironment(all))?.way ?? null;

describe('the environment', () => {
  const both = { HTTP_PROXY: 'http://plain:1', https_proxy: 'http://secure:2' };

  it('names a proxy for each kind of connection, in either spelling', () => {
    expect(way('http://a.test/', both)).toBe('PROXY plain:1');
    expect(way('ws://a.test/', both)).toBe('PROXY plain:1');
    expect(way('https://a.test/', both)).toBe('PROXY secure:2');
    expect(way('wss://a.test/', both)).toBe('PROXY secure:2');
    expect(way('https://a.test/', { all_proxy: 'socks5://s:3' })).toBe('SOCKS5 s:3');
    expect(way('https://a.test/', {})).toBeNull();
    expect(way('https://a.test/', { https_proxy: 'nonsense://' })).toBeNull();
  });

  it.each([
    ['*', 'https://a.test/', true],
    ['a.test', 'https://a.test/', true],
    ['a.test', 'https://b.a.test/', true],
    ['.a.test', 'https://b.a.test/', true],
    ['*.a.test', 'https://b.a.test/', true],
    ['a.test', 'https://ba.test/', false],
    ['A.TEST , other', 'https://a.test/', true],
    ['a.test:8443', 'https://a.test/', false],
    ['a.test:443', 'https://a.test/', true],
    ['10.0.0.0/8', 'http://10.1.2.3/', true],
    ['10.0.0.0/8', 'http://11.1.2.3/', false],
    ['10.0.0.0/99', 'http://10.1.2.3/', false],
    ['fd00::/8', 'http://[fd12::1]/', true],
    ['::1', 'http://[::1]/', true],
    ['0.0.1', 'http://10.0.0.1/', false],
    ['', 'https://a.test/', false],
  ])('NO_PROXY=%s: %s goes directly: %s', (no_proxy, url, direct) => {
    expect(way(url, { all_proxy: 'p:1', no_proxy }) === null).toBe(direct);
  });
});
