import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { saveTable } from './saved-tables.ts';

const system = vi.hoisted(() => ({
  asked: [] as { defaultPath?: string }[],
  answer: { canceled: true, filePath: '' },
}));
vi.mock('electron', () => ({
  app: { getPath: () => '/downloads' },
  dialog: {
    async showSaveDialog(options: { defaultPath?: string }) {
      system.asked.push(options);
      return system.answer;
    },
  },
}));

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tables-'));
  system.asked = [];
  system.answer = { canceled: true, filePath: '' };
});
afterEach(() => rmSync(dir, { recursive: true }));

it('asks where to, with a name that is one file, and writes nothing when that is cancelled', async () => {
  expect(await saveTable('../撤回记录', '"a"', null)).toEqual({ saved: false });
  expect(system.asked[0]?.defaultPath).toMatch(/^\/downloads\/[^/]+\.csv$/);
});

it('writes the text as UTF-8, with its mark, and says when it cannot', async () => {
  const filePath = join(dir, 'log.csv');
  system.answer = { canceled: false, filePath };
  expect(await saveTable('log', '\u{feff}"陈屿"\r\n', null)).toEqual({ saved: true });
  expect(readFileSync(filePath, 'utf8')).toBe('\u{feff}"陈屿"\r\n');
  system.answer = { canceled: false, filePath: join(filePath, 'log.csv') };
  await expect(saveTable('log', 'x', null)).rejects.toThrow(/^not saved: E[A-Z]+$/);
});
