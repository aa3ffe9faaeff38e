import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { tempFolder } from '../../../../shared/testing/temp-folder.ts';
import { openDatabase } from './database.ts';
import { narrowTree } from './private-files.ts';

const umask = process.umask();
const folders: string[] = [];
const freshFolder = (): string => {
  const dir = tempFolder('wukong-private-');
  folders.push(dir);
  return dir;
};
afterEach(() => {
  process.umask(umask);
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true });
});

const modeOf = (path: string): number => statSync(path).mode & 0o777;
/** Everything below a folder with its rights. */
const rights = (dir: string): Record<string, number> =>
  Object.fromEntries(
    readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => [name, modeOf(join(dir, name))]),
  );

it('the databases, their logs and shared memory are private under any umask, also made by an older version', () => {
  process.umask(0);
  const dir = join(freshFolder(), 'account');
  for (let time = 0; time < 2; time += 1) {
    const { db } = openDatabase(dir, () => undefined);
    expect(modeOf(dir)).toBe(0o700);
    const files = rights(dir);
    expect(Object.keys(files)).toContain('cache.db-wal');
    expect(Object.keys(files)).toContain('outbox.db');
    for (const [name, mode] of Object.entries(files)) expect([name, mode]).toEqual([name, 0o600]);
    db.close();
    for (const name of readdirSync(dir)) chmodSync(join(dir, name), 0o644);
    chmodSync(dir, 0o755);
  }
});

it('takes the rights of others from a whole profile, and gives none', () => {
  process.umask(0);
  const dir = join(freshFolder(), 'profile');
  mkdirSync(join(dir, 'logs'), { recursive: true, mode: 0o777 });
  writeFileSync(join(dir, 'logs', 'main.log'), '', { mode: 0o666 });
  writeFileSync(join(dir, 'settings.json'), '', { mode: 0o644 });
  writeFileSync(join(dir, 'kept'), '', { mode: 0o400 });
  narrowTree(dir);
  expect([modeOf(dir), rights(dir)]).toEqual([
    0o700,
    { logs: 0o700, 'logs/main.log': 0o600, 'settings.json': 0o600, kept: 0o400 },
  ]);
});
