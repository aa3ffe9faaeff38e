/**
 * What a run of the unit tests came to, from Vitest's JSON report. A skipped test counts as failed, unless its name
 * says what is missing here: `(WUKONG_…)`, a variable that names a server or program, or `(skipped: no …)`.
 */
import { relative } from 'node:path';

interface ReportedTest {
  fullName: string;
  status: string;
}
export interface UnitReport {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
  testResults: readonly { name: string; status: string; assertionResults: readonly ReportedTest[] }[];
}

export interface UnitSum {
  passed: number;
  failed: number;
  /** `file › name`, of those that ran and failed. */
  failures: string[];
  /** The same, of those that may be skipped here. */
  skipped: string[];
  /** The same, of those that count as failed. */
  wronglySkipped: string[];
}

const NAMES_WHAT_IS_MISSING = /\((?:WUKONG_[A-Z_]+|skipped: no [^)]+)\)/;

/**
 * `exitCode`: of Vitest, null when it was ended; an error outside any test shows only there. `root`: what names of
 * files begin at.
 */
export function sumOfUnitTests(report: UnitReport, exitCode: number | null, root: string): UnitSum {
  const failures: string[] = [];
  const skipped: string[] = [];
  const wronglySkipped: string[] = [];
  for (const { name: file, status, assertionResults } of report.testResults) {
    const named = (name: string): string => `${relative(root, file)} › ${name}`;
    const failed = assertionResults.filter((test) => test.status === 'failed');
    failures.push(...failed.map((test) => named(test.fullName)));
    // A file that cannot be loaded has no tests.
    if (status === 'failed' && failed.length === 0) failures.push(named('could not be loaded'));
    for (const { fullName, status: ended } of assertionResults) {
      if (ended === 'passed' || ended === 'failed') continue;
      (NAMES_WHAT_IS_MISSING.test(fullName) ? skipped : wronglySkipped).push(named(fullName));
    }
  }
  const failed = report.numFailedTests + wronglySkipped.length;
  const hidden =
    failed === 0 && (exitCode !== 0 || report.numFailedTestSuites > 0)
      ? Math.max(1, report.numFailedTestSuites)
      : 0;
  return { passed: report.numPassedTests, failed: failed + hidden, failures, skipped, wronglySkipped };
}
