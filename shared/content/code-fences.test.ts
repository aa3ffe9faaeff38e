import { describe, expect, it } from 'vitest';
import { growsFasterThanText } from '../testing/slow-text.ts';
import { languageName, textParts, withBlankFences, withoutFences } from './code-fences.ts';

const code = (words: string, language = '') => ({ kind: 'code', language, code: words });
const text = (words: string) => ({ kind: 'text', text: words });

describe('code between fences', () => {
  it.each([
    ['no code', [text('no code')]],
    ['```\na\n  b\n```', [code('a\n  b')]],
    ['before\n```ts\nconst a = 1\n```\nafter', [text('before'), code('const a = 1', 'ts'), text('after')]],
    ['```\na\n```\n```js\nb\n```', [code('a'), code('b', 'js')]],
    // Never closed, on one line, or inside a line: text.
    ['```\nopen', [text('```\nopen')]],
    ['```a```', [text('```a```')]],
    ['say ``` here\nand ```', [text('say ``` here\nand ```')]],
    ['```', [text('```')]],
    // A longer fence holds a shorter one.
    ['````\n```\nx\n```\n````', [code('```\nx\n```')]],
    // What follows the backticks and is no word of a language opens nothing.
    ['```<img src=x onerror=y>\na\n```', [text('```<img src=x onerror=y>\na\n```')]],
    ['```\r\na\r\n```', [code('a\r')]],
    ['```\n```', [code('')]],
  ])('%j', (written, parts) => expect(textParts(written)).toEqual(parts));
  it('that is cut by the fold goes to its end', () => {
    expect(textParts('x\n```go\nlong', true)).toEqual([text('x'), code('long', 'go')]);
  });
  it('says the language by its name, and none that is no own key', () => {
    expect(['ts', 'TS', 'zig', 'constructor', '__proto__', ''].map(languageName)).toEqual([
      'TypeScript',
      'TypeScript',
      'zig',
      'constructor',
      '__proto__',
      '',
    ]);
  });
  it.each([
    ['no code', 'no code'],
    ['```ts\nconst a = 1\n```', 'const a = 1'],
    ['before\n```\na\nb\n```\nafter', 'before\na\nb\nafter'],
    ['```\na\n```\n````js\n```\n````', 'a\n```'],
    ['```\nopen', '```\nopen'],
    ['```\n```', '```\n```'],
  ])('is one line without its fences: %j', (written, shown) => {
    expect(withoutFences(written)).toBe(shown);
    const blank = withBlankFences(written);
    expect(blank).toHaveLength(written.length);
    expect(blank.split(/\s+/).join(' ').trim()).toBe(shown.split(/\s+/).join(' '));
    for (const word of ['const a', 'after', 'b'])
      expect(blank.indexOf(word)).toBe(written.lastIndexOf(word) < 0 ? -1 : written.indexOf(word));
  });
  it('is found in linear time', () => {
    expect(growsFasterThanText(withoutFences, '```\n', '`', '```x\n\n')).toEqual([]);
    expect(growsFasterThanText(textParts, '```\n', '`', '```x\n\n')).toEqual([]);
    expect(growsFasterThanText((spaces) => textParts(`${spaces}\n\`\`\``), ' ')).toEqual([]);
  });
});
