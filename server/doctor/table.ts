/** The doctor's table and its exit code. */
import type { Diagnosis } from './diagnosis.ts';
import type { Examination } from './examine.ts';

const MARK = { good: 'ok', note: 'note', bad: 'BAD', unknown: '?' } as const;
const WIDTH = 100;

/** Lines of at most `width` characters, broken between words. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

export function tableOf({ url, stopped, diagnoses, leftBehind, tookMs }: Examination): string {
  if (stopped !== '' && diagnoses.length === 0) return `${url} could not be looked at: ${stopped}`;
  const label = Math.max(...diagnoses.map(({ what }) => what.length));
  const indent = ' '.repeat(label + 8);
  const block = ({ what, verdict, found, remedy }: Diagnosis): string => {
    const lines = wrapped(found, WIDTH - indent.length + 20);
    if (remedy !== '') lines.push(...wrapped(`→ ${remedy}`, WIDTH - indent.length + 20));
    return `${MARK[verdict].padEnd(6)}${what.padEnd(label)}  ${lines.join(`\n${indent}`)}`;
  };
  const count = (verdict: Diagnosis['verdict']): number =>
    diagnoses.filter((each) => each.verdict === verdict).length;
  const rows = diagnoses.map(block);
  if (stopped !== '') return [...rows, '', `More of ${url} could not be looked at: ${stopped}`].join('\n');
  return [
    ...rows,
    '',
    `${count('bad')} to be mended, ${count('note')} to be known, ${count('unknown')} not to be told from here, ${count('good')} good; ${(tookMs / 1000).toFixed(1)} s at ${url}`,
    ...leftBehind.map((what) => `Left behind: ${what}`),
  ].join('\n');
}

/** 0 nothing to be mended (with `strict`: nothing unknown either), 1 something, or nothing could be looked at. */
export function exitCodeOf({ stopped, diagnoses }: Examination, strict: boolean): 0 | 1 {
  const counts = (each: Diagnosis): boolean =>
    each.verdict === 'bad' || (strict && each.verdict === 'unknown');
  return stopped !== '' || diagnoses.some(counts) ? 1 : 0;
}
