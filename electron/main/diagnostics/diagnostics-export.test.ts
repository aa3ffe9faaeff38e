import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Diagnostics } from '../../../shared/ipc/contract/diagnostics.ts';
import { exportText, logTail } from './diagnostics-export.ts';

vi.mock('electron', () => ({ dialog: {} }));

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-export-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const figures: Diagnostics = {
  connection: { state: 'online' },
  transport: 'tcp',
  pingMs: 12.4,
  serverOffsetMs: -1_500.2,
  outboxJobs: 3,
  cachedMessages: 1_000,
  cacheBytes: 4_096,
  schemaVersion: 6,
  storage: {
    readOnly: 'diskFull',
    cacheReplaced: null,
    outboxDamage: { keptAs: 'outbox.db.damaged-x', recovered: 7 },
  },
  cursors: { conversations: 5, friends: 10, reminders: 11, extras: 12 },
  versions: { node: '24.0.0' },
  recalls: [{ atMs: 1_795_424_770_000, source: 'own', tookMs: 8.6, surfaces: ['bubbles', 'search'] }],
};

it('holds every figure', () => {
  const text = exportText('0.1.0', figures, 'last line');
  for (const line of [
    'sandbox of Chromium: on',
    'node: 24.0.0',
    'connection: online',
    'ping: 12 ms',
    'server clock minus local clock: -1500 ms',
    'outbox jobs: 3',
    'cached messages: 1000',
    'cache: 4096 bytes, schema 6',
    'read-only: diskFull',
    'outbox damaged: 7 entries recovered',
    'cursors: conversations 5, friends 10, reminders 11, extras 12',
    '  2026-11-23T09:06:10.000Z own 9 ms: bubbles, search',
    'last line',
  ])
    expect(text.split('\n')).toContain(line);
});

it('holds nothing the schema may gain later, and not the name of the home folder', () => {
  const grown = { ...figures, lastMessage: 'planted words' } as Diagnostics;
  const text = exportText('0.1.0', grown, `opened ${homedir()}/x`);
  expect(text).not.toContain('planted');
  expect(text).toContain('opened ~/x');
});

it('works with nobody signed in and no log', async () => {
  expect(exportText('0.1.0', null, await logTail(dir))).toContain('no account is open');
});

it('ends the log at whole lines, over both files', async () => {
  writeFileSync(join(dir, 'main.old.log'), 'one\ntwo 绝\nthree\n');
  writeFileSync(join(dir, 'main.log'), 'four\nfive\n');
  expect(await logTail(dir)).toBe('one\ntwo 绝\nthree\nfour\nfive\n');
  expect(await logTail(dir, 18)).toBe('three\nfour\nfive\n');
});
