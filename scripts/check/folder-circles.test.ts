import { expect, it } from 'vitest';
import { circlesIn, type SourceFile } from './folder-circles.ts';

const file = (path: string, ...imports: string[]): SourceFile => ({
  path: `place/${path}`,
  text: imports.map((from) => `import { a } from '${from}';\n`).join(''),
});

it('lets folders import in one direction', () => {
  const files = [
    file('a/x.ts', './y.ts', '../b/x.ts', '../c/deep/x.ts', '../../other/a/x.ts', 'node:fs'),
    file('b/x.ts', '../c/x.ts'),
    file('c/x.ts', '../loose.ts'),
    file('loose.ts', './a/x.ts', './b/x.ts'),
  ];
  expect(circlesIn('place', files)).toEqual([]);
});

it('names both directions of a circle', () => {
  expect(circlesIn('place', [file('a/x.ts', '../b/x.ts'), file('b/deep/x.ts', '../../a/x.ts')])).toEqual([
    'place: a imports b, which leads back to a (place/a/x.ts: ../b/x.ts)',
    'place: b imports a, which leads back to b (place/b/deep/x.ts: ../../a/x.ts)',
  ]);
});

it('finds a circle through other folders, by types or by a later import', () => {
  const files = [
    file('a/x.ts', '../b/x.ts'),
    { path: 'place/b/x.ts', text: "import type { A } from '../c/x.ts';" },
    { path: 'place/c/x.ts', text: "const later = () => import('../a/x.ts');" },
  ];
  expect(circlesIn('place', files)).toHaveLength(3);
});

it('takes no notice of tests', () => {
  const files = [
    file('a/x.ts', '../b/x.ts'),
    file('b/x.test.ts', '../a/x.ts'),
    file('b/testing/x.ts', '../../a/x.ts'),
  ];
  expect(circlesIn('place', files)).toEqual([]);
});
