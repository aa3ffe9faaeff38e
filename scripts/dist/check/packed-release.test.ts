import { describe, expect, it } from 'vitest';
import { packedRelease, releaseProblems } from './packed-release.ts';

const CURRENT = `${'A'.repeat(43)}=`;
const NEXT = `${'B'.repeat(43)}=`;
const TESTS = `${'C'.repeat(43)}=`;
const FEED = 'https://updates.wukong.chat/desktop/';
const built = (feed: string, keys: readonly string[]): string =>
  `const a = 1;\nconst built = ${JSON.stringify({ feed, keys }, null, 1)};\n`;
const NOTHING = { feed: '', keys: [] };
const RELEASE = { feed: FEED, keys: [CURRENT, NEXT] };

describe('feed and keys in a package', () => {
  it('are read as the build writes them, minified too', () => {
    expect(packedRelease([built(FEED, [CURRENT, NEXT])])).toEqual(RELEASE);
    expect(packedRelease(['x', `y={feed:"${FEED}",keys:["${CURRENT}","${NEXT}"]};`])).toEqual(RELEASE);
    expect(packedRelease([built('', []), 'const other = { feed: "", keys: [] };'])).toEqual(NOTHING);
    expect(packedRelease(['nothing of it'])).toBeNull();
    expect(packedRelease([built(FEED, [CURRENT, NEXT]), built(FEED, [TESTS])])).toBeNull();
  });

  it('are those that the build was given', () => {
    expect(releaseProblems([built(FEED, [CURRENT, NEXT])], RELEASE, true)).toEqual([]);
    expect(releaseProblems([built('', [])], NOTHING, true)).toEqual([]);
  });

  it.each([
    ['a key of tests', FEED, [CURRENT, TESTS], [`signed by ${TESTS}`, `the key ${NEXT}`]],
    ['a key less', FEED, [CURRENT], [`the key ${NEXT}`]],
    ['a key more', FEED, [CURRENT, NEXT, TESTS], [`signed by ${TESTS}`]],
    ['none at all', '', [], ['takes updates from ""', `the key ${CURRENT}`, `the key ${NEXT}`]],
    ['another order', FEED, [NEXT, CURRENT], ['another order']],
    ['another feed', 'https://evil.chat/', [CURRENT, NEXT], ['takes updates from "https://evil.chat/"']],
  ])('with %s are refused, and named', (_what, feed, keys, says) => {
    const problems = releaseProblems([built(feed, keys)], RELEASE, true);
    expect(problems).toHaveLength(says.length);
    for (const [at, part] of says.entries()) expect(problems[at]).toContain(part);
  });

  it.each([
    'https://127.0.0.1:8443/feed/',
    'https://updates.corp.test/',
    'https://wukong.example/',
    'https://[::1]/',
  ])('that only tests have are refused outside of the fake runtime: %s', (feed) => {
    const release = { feed, keys: [CURRENT, NEXT] };
    const code = [built(feed, release.keys)];
    expect(releaseProblems(code, release, false)).toEqual([]);
    expect(releaseProblems(code, release, true)).toEqual([expect.stringContaining('an address for tests')]);
  });

  it('that cannot be found are said', () => {
    expect(releaseProblems(['nothing'], NOTHING, false)).toEqual([
      'the feed and the keys of updates cannot be found in its code',
    ]);
  });
});
