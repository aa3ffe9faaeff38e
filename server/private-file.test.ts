import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase as openBusiness } from './business/store/database.ts';
import { openDatabase as openIm } from './im/store/database.ts';
import { writePrivateFile } from './private-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wk-private-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const rights = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test.skipIf(process.platform === 'win32')(
  'a private file replaces what was there; a shared folder keeps its rights',
  () => {
    chmodSync(dir, 0o755);
    const file = join(dir, 'secret');
    writeFileSync(file, 'old', { mode: 0o644 });
    writePrivateFile(file, 'new');
    expect([rights(file), readFileSync(file, 'utf8'), rights(dir)]).toEqual(['600', 'new', '755']);
  },
);

test.skipIf(process.platform === 'win32').each([
  ['im', 'im.db', (folder: string) => openIm(folder)],
  ['business', 'business.db', (folder: string) => openBusiness(folder, () => undefined)],
])(
  '%s: database, log and folder are readable to their owner alone, also ones that were open to others',
  (name, file, open) => {
    const folder = join(dir, name);
    mkdirSync(folder, { mode: 0o755 });
    chmodSync(folder, 0o755);
    const db = open(folder);
    expect([rights(folder), rights(join(folder, file)), rights(join(folder, `${file}-wal`))]).toEqual([
      '700',
      '600',
      '600',
    ]);
    db.close();
    chmodSync(join(folder, file), 0o644);
    open(folder).close();
    expect(rights(join(folder, file))).toBe('600');
  },
);
