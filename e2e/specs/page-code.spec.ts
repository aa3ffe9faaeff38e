/** What the built page loads before its list of chats (docs/packaging.md, "Weight"). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OUT } from '../../scripts/paths.ts';
import { expect, test } from '../fixtures/test.ts';

test('the code that the list waits for holds no schemas and no screen that is opened later', () => {
  const folder = join(OUT, 'renderer');
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/assets\/[^"]+\.js/g)].map(([path]) => path);
  expect(scripts.length).toBeGreaterThan(0);
  const code = scripts.map((path) => readFileSync(join(folder, path), 'utf8')).join('\n');
  // (A reader that hears nothing: the list itself is in it.)
  expect(code).toContain('listbox');
  for (const sign of ['ZodError', '~standard', 'toneType', 'hexcode']) expect(code).not.toContain(sign);
});
