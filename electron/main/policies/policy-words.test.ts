import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { policyProblem } from '../../../shared/policy-problem.ts';
import { translate } from '../../../shared/strings/index.ts';

/** Why policies cannot be read, as the sources say it. */
function written(): string[] {
  const texts = ['file-policies', 'registry-policies', 'managed-preferences', 'policy-values'].map((name) =>
    readFileSync(join(import.meta.dirname, `${name}.ts`), 'utf8'),
  );
  return texts
    .flatMap((text) => [...text.matchAll(/['`]((?:it|LockServer|reg\.exe:|\$\{what\}) [^'`]+)['`]/g)])
    .flatMap(([, one = '']) =>
      one.includes('${what}') ? ['it', 'its folder'].map((what) => one.replace('${what}', what)) : [one],
    )
    .map((one) =>
      one
        .replace('${placeOf(error)}', ' (line 3, column 1)')
        .replace(/\$\{statusText\([^}]*\}/, 'status 1')
        .replace(/\$\{[^}]*\}/g, 'LockServer'),
    );
}

it('there are Chinese words for every reason why nobody may sign in', () => {
  const found = written();
  for (const why of [
    'it is no JSON (line 3, column 1)',
    'reg.exe: status 1',
    'its folder is writable to others',
    'it names LockServer twice',
  ])
    expect(found).toContain(why);
  for (const why of [...found, 'it is no JSON', 'reg.exe: not started'])
    expect([why, policyProblem(why, (key, ...params) => translate('zh', key, ...params))]).toEqual([
      why,
      expect.not.stringMatching(/[A-Za-z]{2,} [A-Za-z]{2,}/),
    ]);
});
