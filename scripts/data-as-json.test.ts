import { runInThisContext } from 'node:vm';
import { parseSync } from 'vite';
import { expect, it } from 'vitest';
import { withDataAsJson } from './data-as-json.ts';

const PADDING = 'x'.repeat(1_000);

const written = (code: string): string =>
  withDataAsJson(
    code,
    parseSync('table.js', code).program.body as unknown as Parameters<typeof withDataAsJson>[1],
  );

const valueOf = (code: string): unknown => runInThisContext(`(() => { ${code}; return table })()`);

it.each([
  ['names and strings', `const table = { 南宫: 'nán gōng', 'a b': "it's", long: '${PADDING}' };`],
  ['lists', `const table = { 'líng': ['〇', '伶'], numbers: [1, 0.5], long: '${PADDING}' };`],
  ['duplicates, of which the last counts', `const table = { a: '1', b: '2', a: '3', long: '${PADDING}' };`],
])('means the same: %s', (_what, code) => {
  expect(valueOf(written(code))).toEqual(valueOf(code));
});

it('writes data as JSON, in the order it has', () => {
  const code = `const other = 1;\nconst table = { 曲: 'qū', 折: ['zhé', 2], long: '${PADDING}' };\nexport { table };`;
  const json = written(code);
  expect(json).toBe(
    `const other = 1;\nconst table = JSON.parse(${JSON.stringify(
      JSON.stringify({ 曲: 'qū', 折: ['zhé', 2], long: PADDING }),
    )});\nexport { table };`,
  );
});

it.each([
  ['what is run', `const table = { a: make(), long: '${PADDING}' };`],
  ['what has another thing spread into it', `const table = { ...other, long: '${PADDING}' };`],
  ['computed names', `const table = { [name]: 'a', long: '${PADDING}' };`],
  ['a prototype', `const table = { __proto__: 'a', long: '${PADDING}' };`],
  ['a hole', `const table = { a: ['b', , 'c'], long: '${PADDING}' };`],
  ['a method', `const table = { a() {}, long: '${PADDING}' };`],
  ['small ones', `const table = { a: 'b' };`],
])('leaves %s', (_what, code) => {
  expect(written(code)).toBe(code);
});
