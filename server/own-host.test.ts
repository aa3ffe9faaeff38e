import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { isOwnHost, ownHosts } from './own-host.ts';

test.each([
  '127.0.0.1',
  '127.0.0.1:8080',
  '127.8.9.1:80',
  'localhost',
  'LOCALHOST:1',
  'localhost.:5001',
  '[::1]:5001',
  '192.0.2.7:80',
  'chat.example.org',
])('%s is an own host', (host) => {
  expect(isOwnHost(host, ownHosts('192.0.2.7', ['Chat.example.org']))).toBe(true);
});

test.each([
  undefined,
  '',
  'evil.example',
  'evil.example:8080',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  '192.0.2.8',
  '[::2]:80',
  '::1',
  'a b',
  '127.0.0.1:80:80',
])('%s is not', (host) => {
  expect(isOwnHost(host, ownHosts('192.0.2.7', ['chat.example.org']))).toBe(false);
});

const entry = (at: string) => ({ address: at }) as NetworkInterfaceInfo;

test('on every address, those of now are own ones', () => {
  let address = '192.0.2.7';
  const own = ownHosts('0.0.0.0', ['chat.example.org'], () => ({ eth0: [entry(address)] }));
  expect(['192.0.2.7:80', 'chat.example.org', 'localhost'].map((host) => isOwnHost(host, own))).toEqual([
    true,
    true,
    true,
  ]);
  address = '192.0.2.9';
  expect(['192.0.2.7', '192.0.2.9', '0.0.0.0', 'evil.example'].map((host) => isOwnHost(host, own))).toEqual([
    false,
    true,
    false,
    false,
  ]);
});
