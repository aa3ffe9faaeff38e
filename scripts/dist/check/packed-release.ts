/**
 * The feed and the keys that a packed app believes (electron/main/updates/release.json): read back from its code,
 * because a package with other ones takes updates from somebody else, or never again from us.
 */
import type { Release } from '../../release-define.ts';

/** As the build writes the constant, whatever it does to blanks and quotes. */
const PACKED = /\{\s*"?feed"?:\s*("(?:[^"\\]|\\.)*"),\s*"?keys"?:\s*(\[[^\]]*\])\s*\}/g;
/** Nobody outside of tests and documents is at these (RFC 2606, RFC 6761), or at addresses of one computer. */
const NOBODYS =
  /(?:^|\.)(?:test|invalid|example|localhost|example\.(?:com|net|org))$|^127\.|^\[::1\]$|^0\.0\.0\.0$/;

/** What stands in the code of the main process; null = not once, or more than once. */
export function packedRelease(code: readonly string[]): Release | null {
  // The fallback of a build without the constant is the same as an empty release.json.
  const found = code.flatMap((text) => [...text.matchAll(PACKED)].map(([, feed, keys]) => ({ feed, keys })));
  const filled = found.filter(({ feed, keys }) => feed !== '""' || keys !== '[]');
  const [first] = filled.length > 0 ? filled : found;
  if (first === undefined || filled.length > 1) return null;
  try {
    return { feed: JSON.parse(first.feed ?? '') as string, keys: JSON.parse(first.keys ?? '') as string[] };
  } catch {
    return null;
  }
}

/** `expected`: what the build was given. `isReal`: on Electron's own runtime, to be given away. */
export function releaseProblems(code: readonly string[], expected: Release, isReal: boolean): string[] {
  const packed = packedRelease(code);
  if (packed === null) return ['the feed and the keys of updates cannot be found in its code'];
  const problems: string[] = [];
  if (packed.feed !== expected.feed)
    problems.push(`it takes updates from "${packed.feed}", release.json says "${expected.feed}"`);
  problems.push(
    ...packed.keys
      .filter((key) => !expected.keys.includes(key))
      .map((key) => `it believes updates signed by ${key}, a key that release.json does not have`),
    ...expected.keys
      .filter((key) => !packed.keys.includes(key))
      .map((key) => `it does not know the key ${key} of release.json`),
  );
  if (problems.length === 0 && packed.keys.join() !== expected.keys.join())
    problems.push('it has the keys of release.json in another order');
  const host = URL.parse(packed.feed)?.hostname ?? '';
  if (isReal && NOBODYS.test(host)) problems.push(`its feed is at ${host}, an address for tests`);
  return problems;
}
