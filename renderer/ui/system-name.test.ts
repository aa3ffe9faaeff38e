// Vitest replaces imported style sheets by nothing: the file has to be read.
// oxlint-disable-next-line no-restricted-imports
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { systemName } from './system-name.ts';

it('goes by what Chromium says of the system', () => {
  expect(['MacIntel', 'Win32', 'Linux x86_64', 'Linux aarch64', ''].map(systemName)).toEqual([
    'macos',
    'windows',
    'linux',
    'linux',
    'linux',
  ]);
});

it('asks each system for fonts of its own, and takes the same characters for emoji', () => {
  const css = readFileSync(new URL('fonts.css', import.meta.url), 'utf8');
  const ranges = [...css.matchAll(/unicode-range:([^;]+);/g)].map(([, range]) => range);
  expect(ranges).toHaveLength(3);
  expect(new Set(ranges).size).toBe(1);
  expect([...css.matchAll(/data-system='(\w+)'/g)].map(([, name]) => name)).toEqual(['windows', 'macos']);
  for (const [, fonts = ''] of css.matchAll(/--font-ui:([^;]+);/g)) {
    const [emoji = ''] = /'Emoji of \w+'/.exec(fonts) ?? [];
    expect(css).toContain(`font-family: ${emoji};`);
    expect(fonts.trim().endsWith('sans-serif')).toBe(true);
  }
});
