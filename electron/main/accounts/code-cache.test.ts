import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { codeCacheOf, removeOlderCaches } from './code-cache.ts';
import { CoreHost, type WorkerEvent } from './core-host.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-code-cache-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Keeps what it is told in memory and in code that it makes of it. */
const SCRIPT = `
const { parentPort } = require('node:worker_threads');
const kept = ['literal of the program'];
const make = (words) => new Function('return ' + JSON.stringify(words));
parentPort.on('message', (message) => {
  if (message.kind === 'shutdown') return parentPort.close();
  kept.push(message.args, make(message.args.text));
  parentPort.postMessage({ kind: 'answer', id: message.id, result: { ok: true, value: kept.at(-1)() } });
});
`;

async function run(script: string, codeCache: string | null, text: string): Promise<void> {
  const events: WorkerEvent[] = [];
  const host = new CoreHost({
    script,
    codeCache,
    start: {
      accountDir: dir,
      server: 's',
      uid: 'u',
      username: 'u',
      name: 'u',
      token: 't',
      deviceId: 'd',
      offerReedit: true,
    },
    onEvent: (event) => events.push(event),
    onRestarted: () => undefined,
    log: () => undefined,
  });
  const answer = await host.request('drafts.set', { text });
  expect(answer).toEqual({ ok: true, value: text });
  await host.shutdown();
}

it('a worker leaves what was made of its own code, and no word that it worked on', async () => {
  const script = join(dir, 'worker.cjs');
  writeFileSync(script, SCRIPT);
  const folder = codeCacheOf(dir, {}) ?? '';
  const words = 'Qv7kPlantedWords 绝密底价';
  for (let start = 0; start < 2; start += 1) await run(script, folder, words);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const contents = files.map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  // Its own literals are found, in the same form in which words would be.
  expect(contents.some((bytes) => bytes.includes('literal of the program'))).toBe(true);
  for (const bytes of contents) {
    expect(bytes.includes('PlantedWords')).toBe(false);
    for (const encoding of ['utf8', 'utf16le'] as const)
      expect(bytes.includes(Buffer.from('绝密底价', encoding))).toBe(false);
  }
});

it('a cache that is damaged is not used', async () => {
  const script = join(dir, 'worker.cjs');
  writeFileSync(script, SCRIPT);
  const folder = codeCacheOf(dir, {}) ?? '';
  await run(script, folder, 'one');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) writeFileSync(join(entry.parentPath, entry.name), 'damaged');
  await run(script, folder, 'two');
  writeFileSync(script, SCRIPT.replace('kept.at(-1)()', '"changed"'));
  await expect(run(script, folder, 'changed')).resolves.toBeUndefined();
});

it('an AppImage keeps none, and no worker fails where none can be kept', async () => {
  expect(codeCacheOf(dir, { APPIMAGE: '/home/me/WuKong.AppImage' })).toBeNull();
  const script = join(dir, 'worker.cjs');
  writeFileSync(script, SCRIPT);
  await run(script, null, 'none');
  writeFileSync(join(dir, 'code-cache'), 'a file in its place');
  await run(script, codeCacheOf(dir, {}), 'still none');
});

it('what an earlier runtime left goes', async () => {
  const own = `${process.version}-${process.arch}-0123abcd-0`;
  for (const name of ['v22.1.0-x64-0123abcd-0', own]) mkdirSync(join(dir, name));
  await removeOlderCaches(dir);
  expect(readdirSync(dir)).toEqual([own]);
  await expect(removeOlderCaches(join(dir, 'missing'))).resolves.toBeUndefined();
});
