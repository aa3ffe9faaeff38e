/** What `test:server` prints, and its exit code. */
import type { Finding } from './check.ts';
import type { ContractReport } from './run-contract.ts';

const MARK = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' } as const;

export function lineOf({ id, chapter, title, outcome, reason }: Finding): string {
  // A shortcoming beyond the contract is no failure of it.
  const mark = outcome === 'failed' && chapter === 'stricter' ? 'weak' : MARK[outcome];
  return `${mark}  ${id.padEnd(30)}  ${title}${reason === '' ? '' : `\n        ${reason}`}`;
}

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

function counted(findings: readonly Finding[]): Count {
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of findings) count[outcome] += 1;
  return count;
}

export function countsOf({ findings }: ContractReport): { contract: Count; stricter: Count } {
  return {
    contract: counted(findings.filter(({ chapter }) => chapter !== 'stricter')),
    stricter: counted(findings.filter(({ chapter }) => chapter === 'stricter')),
  };
}

const inWords = ({ passed, failed, skipped }: Count): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

export function summaryOf(report: ContractReport): string {
  const { contract, stricter } = countsOf(report);
  const lines = [''];
  if (report.stopped !== '') lines.push(`Could not be judged: ${report.stopped}`);
  lines.push(
    `Contract: ${inWords(contract)}`,
    `Stricter than stock TSDD: ${inWords(stricter)}`,
    `${(report.tookMs / 1000).toFixed(1)} s at ${report.url}`,
  );
  for (const what of report.leftBehind) lines.push(`Left behind: ${what}`);
  return lines.join('\n');
}

/** 0 the contract holds (with `strict`: all of it), 1 it does not, or could not be judged. */
export function exitCodeOf(report: ContractReport, strict: boolean): 0 | 1 {
  const { contract, stricter } = countsOf(report);
  const failed = contract.failed + (strict ? stricter.failed : 0);
  return report.stopped !== '' || failed > 0 || contract.passed === 0 ? 1 : 0;
}

export function jsonOf(report: ContractReport, strict: boolean): string {
  return JSON.stringify(
    { ...report, summary: countsOf(report), strict, passed: exitCodeOf(report, strict) === 0 },
    null,
    2,
  );
}
