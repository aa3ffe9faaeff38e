import { describe, expect, it } from 'vitest';
import { compareVersions, isVersion } from './app-version.ts';

/** As semver.org lists them (11), and some more, from old to new. */
const ORDERED = [
  '0.0.1',
  '0.1.0-1',
  '0.1.0-9',
  '0.1.0-10',
  '0.1.0-99999999999999999998',
  '0.1.0-99999999999999999999',
  '0.1.0-alpha',
  '0.1.0-alpha.1',
  '0.1.0-alpha.beta',
  '0.1.0-beta',
  '0.1.0-beta.2',
  '0.1.0-beta.11',
  '0.1.0-rc.1',
  '0.1.0',
  '0.1.1',
  '0.2.0',
  '0.10.0',
  '1.0.0-alpha',
  '1.0.0',
  '2.0.0',
  '10.0.0',
];

describe('versions', () => {
  it('are ordered as semver says', () => {
    ORDERED.forEach((a, i) =>
      ORDERED.forEach((b, j) => {
        expect([a, b, Math.sign(compareVersions(a, b))]).toEqual([a, b, Math.sign(i - j)]);
      }),
    );
  });

  it.each([
    '',
    '1',
    '1.2',
    '1.2.3.4',
    'v1.2.3',
    '01.2.3',
    '1.2.3-',
    '1.2.3+build',
    '1.2.3 ',
    '1.2.x',
    '-1.2.3',
    '1e3.0.0',
  ])('%j is none', (text) => {
    expect(isVersion(text)).toBe(false);
    expect(() => compareVersions(text, '1.0.0')).toThrow('not a version');
  });
});
