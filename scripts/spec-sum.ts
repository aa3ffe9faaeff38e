/**
 * What a run of the specs came to, from Playwright's JSON report. A skipped spec counts as failed, like one that never
 * ran, unless it says by itself why it cannot run here: those of the project `electron` where that runtime is not, and
 * those that need an installer or another system.
 */

/** These specs are run by the stage of the packages, which packs the app for them (scripts/dist/smoke). */
const PACKED_LATER = 'needs WUKONG_DIST=fake';

interface ReportedTest {
  projectName: string;
  status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
  annotations: readonly { type: string; description?: string }[];
}
interface ReportedSpec {
  title: string;
  file: string;
  tests: readonly ReportedTest[];
}
export interface ReportedSuite {
  specs?: readonly ReportedSpec[];
  suites?: readonly ReportedSuite[];
}
export interface SpecReport {
  suites: readonly ReportedSuite[];
  errors: readonly unknown[];
}

export interface SpecSum {
  passed: number;
  failed: number;
  /** `file › title`, of those that ran and failed. */
  failures: string[];
  /** `file › title: why`, of those that may be skipped here. */
  skipped: string[];
  /** The same, of those that count as failed. */
  wronglySkipped: string[];
}

export function sumOfSpecs(report: SpecReport, runtime: 'electron' | 'installed' | 'standin'): SpecSum {
  const sum: SpecSum = {
    passed: 0,
    failed: report.errors.length,
    failures: [],
    skipped: [],
    wronglySkipped: [],
  };
  for (const spec of specsOf(report.suites)) {
    for (const test of spec.tests) {
      if (test.status === 'expected') sum.passed += 1;
      else if (test.status !== 'skipped') {
        sum.failed += 1;
        sum.failures.push(`${spec.file} › ${spec.title}`);
      } else {
        const why = test.annotations.find(({ type }) => type === 'skip')?.description ?? '';
        const name = `${spec.file} › ${spec.title}: ${why || 'no reason given'}`;
        const elsewhere = test.projectName === 'electron' || why === PACKED_LATER;
        const may = why !== '' && (runtime !== 'standin' || elsewhere);
        (may ? sum.skipped : sum.wronglySkipped).push(name);
      }
    }
  }
  sum.failed += sum.wronglySkipped.length;
  return sum;
}

function specsOf(suites: readonly ReportedSuite[]): ReportedSpec[] {
  return suites.flatMap((suite) => [...(suite.specs ?? []), ...specsOf(suite.suites ?? [])]);
}
