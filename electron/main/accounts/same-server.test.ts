import { expect, it } from 'vitest';
import { isSameServer } from './same-server.ts';

it.each([
  ['http://127.0.0.1:8090', 'http://localhost:8090'],
  ['http://[::1]:8090', 'http://127.0.0.2:8090'],
  ['http://im.example.com', 'https://im.example.com'],
  ['https://im.example.com/', 'https://IM.example.com.:443'],
  ['https://im.example.com/chat', 'https://im.example.com/chat/api'],
])('%s and %s are one server', (a, b) => expect(isSameServer(a, b)).toBe(true));

it.each([
  ['http://127.0.0.1:8090', 'http://127.0.0.1:8091'],
  ['https://im.example.com', 'https://chat.example.com'],
  ['https://im.example.com/a', 'https://im.example.com/b'],
  ['https://im.example.com', 'https://im.example.com:8443'],
  ['not an address', 'https://im.example.com'],
])('%s and %s are two servers', (a, b) => expect(isSameServer(a, b)).toBe(false));
