import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { scanForResidue } from './residue-scanner.ts';

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  return { ...original, openSync: vi.fn<typeof fs.openSync>(original.openSync) };
});

const SECRET = 'words that must not stay';
let dir: string;
beforeEach(() => {
  dir = fs.mkdtempSync(join(tmpdir(), 'residue-scanner-'));
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

const gone = (path: string): Error =>
  Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });

it('looks again when a file was renamed before its turn', () => {
  const before = join(dir, 'b');
  const after = join(dir, 'a');
  fs.writeFileSync(before, `x${SECRET}`);
  vi.mocked(fs.openSync).mockImplementationOnce(() => {
    fs.renameSync(before, after);
    throw gone(before);
  });
  expect(scanForResidue([dir], [SECRET])).toEqual([{ path: after, secret: 0, form: 'utf-8', offset: 1 }]);
});

it('does not say "nothing" of files that can never be read', () => {
  fs.writeFileSync(join(dir, 'a'), SECRET);
  const open = vi.mocked(fs.openSync);
  const real = open.getMockImplementation();
  open.mockImplementation((path) => {
    throw gone(String(path));
  });
  try {
    expect(() => scanForResidue([dir], [SECRET])).toThrow('ENOENT');
  } finally {
    if (real) open.mockImplementation(real);
  }
});
