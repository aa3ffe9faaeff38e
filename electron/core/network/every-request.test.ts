import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const IMPORT =
  /^import (type )?([^;]*?) from '(?:node:(?:http|https|http2|tls|net|dgram|dns)(?:\/promises)?|ws|electron)';/gm;
/** Of these modules, what only reads, or stands for something that is open already. */
const HARMLESS = /^(?:type .*|isIP|BlockList|[gs]et\w*CACertificates)$/;
const OF_ELECTRON = /^(?:net|autoUpdater)$/;

function opensConnections(text: string): boolean {
  if (/globalThis\.fetch\(|\bnew (?:WebSocket|EventSource|XMLHttpRequest)\(/.test(text)) return true;
  // Of a file that calls something of its own `fetch` its imports say more.
  const isOwn = /\bfetch[,:?=]|\bfetch [=}]|(?:const|function|async) fetch\b/.test(text);
  if (!isOwn && /(?<![.#\w])fetch\(/.test(text)) return true;
  return [...text.matchAll(IMPORT)].some(([whole, onlyTypes, names = '']) => {
    if (onlyTypes !== undefined) return false;
    const each = names
      .replace(/[{}]/g, '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    return whole.endsWith("'electron';")
      ? each.some((name) => OF_ELECTRON.test(name))
      : each.some((name) => !HARMLESS.test(name));
  });
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|\/testing\//.test(path));
}

it('every place of the app that can open a connection stands in the list of docs/network.md', () => {
  const found = ['electron', 'renderer', 'shared']
    .flatMap(sources)
    .filter((path) => opensConnections(readFileSync(join(ROOT, path), 'utf8')));
  const page = readFileSync(join(ROOT, 'docs', 'network.md'), 'utf8');
  const [, after = ''] = page.split('## Every request');
  const [list = ''] = after.split('\n## ');
  const named = [...list.matchAll(/`((?:electron|renderer|shared)\/[\w./-]+)`/g)].map(
    ([, path = '']) => path,
  );
  expect(new Set(found)).toEqual(new Set(named));
});

it.each([
  ["import { request } from 'node:https';", true],
  ["import { type Socket, connect as dial } from 'node:net';", true],
  ["import {\n  app,\n  net,\n} from 'electron';", true],
  ["const answer = await fetch('https://x');", true],
  ["new WebSocket('wss://x');", true],
  ["import { isIP, type Socket } from 'node:net';", false],
  ["import type { IncomingMessage } from 'node:http';", false],
  ["import { app } from 'electron';", false],
  ['const { fetch } = parts;\nawait fetch(url);', false],
])('%j opens one: %s', (text, does) => expect(opensConnections(text)).toBe(does));
