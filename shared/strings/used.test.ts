import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tableOf } from './index.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDERS = ['electron', 'renderer', 'shared'];
/** Where the texts themselves stand, and what is no part of the app. */
const LEFT_OUT = /shared\/strings\/(?:zh|en)\/|\.test\.tsx?$|\/testing\//;

function sources(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !LEFT_OUT.test(`${folder}/${name}`))
      .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
  );
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^$()|[\]\\{}]/g, String.raw`\$&`);

it('every text is used somewhere, by its key or by one that is made of parts', () => {
  const whole = new Set<string>();
  const made: RegExp[] = [];
  for (const source of sources()) {
    for (const [, key = ''] of source.matchAll(/['"`]([\w.]+)['"`]/g)) whole.add(key);
    // (`set.${page}`: it begins or ends with words of a key.)
    for (const [, template = ''] of source.matchAll(/`([\w.]*(?:\$\{[^`{}]*\}[\w.]*)+)`/g)) {
      const words = template.split(/\$\{[^{}]*\}/);
      if (words.join('').replaceAll('.', '').length < 3) continue;
      made.push(new RegExp(`^${words.map(escaped).join(String.raw`[\w.]+`)}$`));
    }
  }
  const unused = Object.keys(tableOf('zh')).filter(
    (key) => !whole.has(key) && !made.some((pattern) => pattern.test(key)),
  );
  expect(unused).toEqual([]);
});
