import { describe, expect, it } from 'vitest';
import { growsFasterThanText } from '../../../shared/testing/slow-text.ts';
import { closedFence, fenced, looksLikeCode } from './code-offer.ts';

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

describe('a fence that was typed and not closed', () => {
  it.each([
    ['```\na;', '```\na;\n```'],
    ['see\n```ts\nconst a = 1;\n', 'see\n```ts\nconst a = 1;\n```'],
    ['````\n```\nx\n```', '````\n```\nx\n```\n````'],
    ['```\na\n```\n```\nb', '```\na\n```\n```\nb\n```'],
    ['```const a = 1;', '```\nconst a = 1;\n```'],
    ['x\n```const a = 1;\nb()', 'x\n```\nconst a = 1;\nb()\n```'],
  ])('%j', (text, block) => expect(closedFence(text)).toEqual({ text: block, caret: block.length }));
  it.each([
    '',
    'no code',
    '```',
    '```\n',
    '```\n  \n',
    '```ts',
    '```\na\n```',
    '```a b```',
    'say ``` here',
    '``\na',
  ])('nothing to offer: %j', (text) => expect(closedFence(text)).toBeNull());
  it('looks at a long text in linear time', () => {
    expect(growsFasterThanText(closedFence, '```\n', '`', '``` a', ' ```a b')).toEqual([]);
  });
});
