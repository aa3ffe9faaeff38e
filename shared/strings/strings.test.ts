import { describe, expect, it } from 'vitest';
import { type StringEntry, type StringKey, stringParts, tableOf, translate } from './index.ts';

const forms = (entry: StringEntry): string[] =>
  typeof entry === 'string' ? [entry] : [entry.one, entry.other];
const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();
const keys = Object.keys(tableOf('zh')) as StringKey[];

describe('the tables', () => {
  it('have the same keys', () => {
    expect(Object.keys(tableOf('en')).sort()).toEqual([...keys].sort());
  });
  it('are never empty and have the same placeholders in both languages', () => {
    const wrong = keys.filter((key) => {
      const texts = [...forms(tableOf('zh')[key]), ...forms(tableOf('en')[key])];
      const wanted = placeholders(texts[0] ?? '').join();
      return texts.some((text) => text.trim() === '' || placeholders(text).join() !== wanted);
    });
    expect(wrong).toEqual([]);
  });
  it('have a form for one in English, wherever things are counted', () => {
    /** Never one: a fold begins at three, others at two, and limits are what the code says. */
    const many = ['tip.folded', 'tip.foldedMe', 'typing.many', 'search.viewAllN', 'set.storage.after'];
    const counted =
      /\{n\} (?!(?:s|ms|min|in|are shown)\b)(?:(?:\w+ )?(?:[a-z]+s|are|people)|.*\b(?:stay|wait))\b/;
    const wrong = keys.filter((key) => {
      const text = tableOf('en')[key];
      return typeof text === 'string' && counted.test(text) && !/^At (?:most|least)/.test(text);
    });
    expect(wrong.filter((key) => !many.includes(key))).toEqual([]);
  });
  it('keep English to ASCII quotes and no full-width characters', () => {
    const wide = /[‘’“”·\u3000-\u9fff\uff00-\uffef]/;
    expect(keys.filter((key) => forms(tableOf('en')[key]).some((text) => wide.test(text)))).toEqual([]);
  });
});

describe('translate', () => {
  it('fills values, also ones that look like placeholders', () => {
    expect(translate('zh', 'tip.meOther', { Y: '{X}' })).toBe('你撤回了 {X} 的一条消息');
    expect(translate('en', 'recall.why.late', { n: 2 })).toBe('Over 2 minutes, cannot recall');
  });
  it('picks the form for one', () => {
    expect(translate('en', 'chat.members', { n: 1 })).toBe('1 member');
    expect(translate('en', 'chat.members', { n: 2 })).toBe('2 members');
  });
  it('writes counts in thousands, and no codes', () => {
    expect(translate('zh', 'export.done', { n: 1_204 })).toBe('已导出 1,204 条');
    expect(translate('en', 'export.count', { n: 1_234_567, m: 999 })).toContain('1,234,567 exported; 999');
    expect(translate('en', 'send.rejectedCode', { code: 1_204 })).toContain('1204');
  });
  it('splits a text at its values', () => {
    expect(
      stringParts('zh', { key: 'tip.roleOther', params: { role: '群主', X: '陈屿', Y: '苏航' } }),
    ).toEqual([
      { text: '群主', param: 'role' },
      { text: ' ', param: null },
      { text: '陈屿', param: 'X' },
      { text: ' 撤回了 ', param: null },
      { text: '苏航', param: 'Y' },
      { text: ' 的一条消息', param: null },
    ]);
  });
});
