import { describe, expect, it } from 'vitest';
import { csvOf } from './csv.ts';

const line = (text: string): string => csvOf([[text]]).slice(1, -2);

describe('a table for spreadsheets', () => {
  it('keeps commas, quotes and line breaks in their cells', () =>
    expect(csvOf([['a,b', 'c"d', 'e\nf'], ['陈屿']])).toBe('\u{feff}"a,b","c""d","e\nf"\r\n"陈屿"\r\n'));

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\r=1', '\n1', '＝1', '\u{a0}=1', '\u{feff}=cmd'])(
    'holds no formula: %j',
    (text) => expect(line(text)).toBe(`"'${text}"`),
  );

  it.each(['Ann', 'a=b', '2026-11-30 10:00', "'x", ''])('leaves alone what is none: %j', (text) =>
    expect(line(text)).toBe(`"${text}"`),
  );
});
