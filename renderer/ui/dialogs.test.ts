// oxlint-disable-next-line no-restricted-imports -- looks through the sources
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** What stands between the braces that open at `from`. */
function braced(source: string, from: number): string {
  let depth = 0;
  for (let at = from; at < source.length; at += 1) {
    if (source[at] === '{') depth += 1;
    else if (source[at] === '}') depth -= 1;
    if (depth === 0) return source.slice(from, at);
  }
  return source.slice(from);
}

it('no dialog says in a corner behind it what went wrong: what its action throws is said in it', () => {
  const files = Object.keys(import.meta.glob('../**/*.tsx'));
  const acting = files.flatMap((path) => {
    const source = readFileSync(new URL(path, import.meta.url), 'utf8');
    return [...source.matchAll(/\bon(?:Action|Confirm|Save|Use)=\{/g)].map(({ index }) => ({
      path,
      action: braced(source, source.indexOf('{', index)),
    }));
  });
  expect(acting.length).toBeGreaterThan(30);
  expect(acting.filter(({ action }) => action.includes('attempt(')).map(({ path }) => path)).toEqual([]);
});
