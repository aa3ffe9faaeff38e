// oxlint-disable-next-line no-restricted-imports -- looks through the sources
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { en } from '../../shared/strings/en.ts';
import { zh } from '../../shared/strings/zh.ts';

/** What a dialog, a pane or a menu is called, where its words stand in the source. */
const TITLE = /\btitle=\{t\('([^']+)'|<(?:Menu|Dialog|ActionDialog|SidePane)\s+label=\{t\('([^']+)'/g;

it('what leads to a question has an ellipsis, the question itself has none', () => {
  const files = Object.keys(import.meta.glob('../**/*.tsx'));
  const keys = files.flatMap((path) => {
    const source = readFileSync(new URL(path, import.meta.url), 'utf8');
    return [...source.matchAll(TITLE)].map(([, title, label]) => title ?? label ?? '');
  });
  expect(keys.length).toBeGreaterThan(60);
  const tables: Record<string, unknown>[] = [zh(), en()];
  const words = (key: string): string[] => tables.map((texts) => String(texts[key]));
  expect(keys.filter((key) => words(key).some((text) => text.endsWith('…')))).toEqual([]);
});
