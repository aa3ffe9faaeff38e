import { expect, it } from 'vitest';
import { type SpecReport, sumOfSpecs } from './spec-sum.ts';

type Status = SpecReport['suites'][number] extends {
  specs?: readonly { tests: readonly { status: infer S }[] }[];
}
  ? S
  : never;

function spec(title: string, status: Status, more: { project?: string; type?: string; why?: string } = {}) {
  const { project = 'app', type = 'skip', why } = more;
  const annotations = why === undefined ? [] : [{ type, description: why }];
  return { title, file: 'a.spec.ts', tests: [{ projectName: project, status, annotations }] };
}
const report = (...specs: ReturnType<typeof spec>[]): SpecReport => ({
  suites: [{ specs: specs.slice(0, 1), suites: [{ specs: specs.slice(1) }] }],
  errors: [],
});

it('counts what passed, failed and was flaky', () => {
  const sum = sumOfSpecs(
    report(spec('a', 'expected'), spec('b', 'unexpected'), spec('c', 'flaky')),
    'standin',
  );
  expect(sum).toEqual({
    passed: 1,
    failed: 2,
    failures: ['a.spec.ts › b', 'a.spec.ts › c'],
    skipped: [],
    wronglySkipped: [],
  });
  expect(sumOfSpecs({ suites: [], errors: ['no file'] }, 'standin').failed).toBe(1);
});

it('on the stand-in only specs of real Electron may be skipped, and they say why', () => {
  const sum = sumOfSpecs(
    report(
      spec('tray', 'skipped', { project: 'electron', why: 'needs Electron' }),
      spec('forgotten', 'skipped', { project: 'electron' }),
      spec('later', 'skipped', { project: 'electron', type: 'fixme', why: 'later' }),
      spec('chat', 'skipped', { why: 'too slow' }),
    ),
    'standin',
  );
  expect(sum).toEqual({
    passed: 0,
    failed: 3,
    failures: [],
    skipped: ['a.spec.ts › tray: needs Electron'],
    wronglySkipped: [
      'a.spec.ts › forgotten: no reason given',
      'a.spec.ts › later: no reason given',
      'a.spec.ts › chat: too slow',
    ],
  });
});

it('what needs a packed app is left to the stage that packs it, by name', () => {
  const sum = sumOfSpecs(report(spec('update', 'skipped', { why: 'needs WUKONG_DIST=fake' })), 'standin');
  expect(sum).toMatchObject({ failed: 0, skipped: ['a.spec.ts › update: needs WUKONG_DIST=fake'] });
});

it('on Electron what belongs to another system or an installer says so', () => {
  const sum = sumOfSpecs(
    report(spec('dock', 'skipped', { project: 'electron', why: 'the dock is macOS' }), spec('x', 'skipped')),
    'electron',
  );
  expect(sum).toMatchObject({ failed: 1, skipped: ['a.spec.ts › dock: the dock is macOS'] });
});
