import { expect, it } from 'vitest';
import { sumOfUnitTests, type UnitReport } from './unit-sum.ts';

function report(tests: Record<string, string>, more: Partial<UnitReport> = {}): UnitReport {
  const statuses = Object.values(tests);
  const count = (wanted: string): number => statuses.filter((status) => status === wanted).length;
  return {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numFailedTestSuites: 0,
    testResults: [
      {
        name: '/root/a.test.ts',
        status: count('failed') > 0 ? 'failed' : 'passed',
        assertionResults: Object.entries(tests).map(([fullName, status]) => ({ fullName, status })),
      },
    ],
    ...more,
  };
}

it('what failed is named with its file', () => {
  expect(sumOfUnitTests(report({ works: 'passed', breaks: 'failed' }), 1, '/root')).toMatchObject({
    passed: 1,
    failed: 1,
    failures: ['a.test.ts › breaks'],
  });
});

it('a test may be skipped only by a name that says what is missing', () => {
  const tests = {
    'three nodes (WUKONG_CLUSTER_IM) agree': 'skipped',
    'the store (skipped: no MariaDB on this computer) keeps': 'pending',
    'is not done yet': 'todo',
    'was forgotten (for now)': 'skipped',
    'says no reason (skipped: )': 'skipped',
  };
  const sum = sumOfUnitTests(report(tests), 0, '/root');
  expect(sum.skipped).toHaveLength(2);
  expect(sum.wronglySkipped).toEqual([
    'a.test.ts › is not done yet',
    'a.test.ts › was forgotten (for now)',
    'a.test.ts › says no reason (skipped: )',
  ]);
  expect(sum.failed).toBe(3);
});

it('what no test shows is a failure all the same', () => {
  expect(sumOfUnitTests(report({ works: 'passed' }), 1, '/root').failed).toBe(1);
  expect(sumOfUnitTests(report({ works: 'passed' }, { numFailedTestSuites: 2 }), 1, '/root').failed).toBe(2);
  const notLoaded = report(
    {},
    { testResults: [{ name: '/root/b.ts', status: 'failed', assertionResults: [] }] },
  );
  expect(sumOfUnitTests(notLoaded, 1, '/root')).toMatchObject({
    failed: 1,
    failures: ['b.ts › could not be loaded'],
  });
});
