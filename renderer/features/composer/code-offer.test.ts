import { describe, expect, it } from 'vitest';
import { fenced, looksLikeCode } from './code-offer.ts';

describe('what looks like code', () => {
  it.each([
    ['const r = await recall(id)\nif (!r.ok) {\n  show(r.reason)\n}', true],
    ['def f(x):\n    return x + 1', true],
    ['{\n  "name": "wukong",\n  "private": true\n}', true],
    ['SELECT id FROM t\nWHERE a = 1;', true],
    ['#include <stdio.h>\nint main(void) {\n  return 0;\n}', true],
    ['<div class="a">\n  <b>x</b>\n</div>', true],
    ['const r = 1;', false],
    ['今天下午开会\n记得带上材料', false],
    ['Dear all,\nthe meeting is at 3.\nBest', false],
    ['- milk\n- eggs (six)\n- bread', false],
    ['```\na;\nb;\n```', false],
    ['', false],
  ])('%j: %s', (pasted, code) => expect(looksLikeCode(pasted)).toBe(code));
});

describe('as a block', () => {
  it.each([
    ['a;\nb;', 'a;\nb;', '```\na;\nb;\n```'],
    ['see a;\nb; end', 'a;\nb;', 'see \n```\na;\nb;\n```\n end'],
    ['a;\nb;\n', 'a;\nb;\n', '```\na;\nb;\n```'],
  ])('%j', (text, pasted, block) => expect(fenced(text, pasted)?.text).toBe(block));
  it('is nothing that was changed since', () => expect(fenced('a;\nc;', 'a;\nb;')).toBeNull());
});
