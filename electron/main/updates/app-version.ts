/** Which of two versions is the newer one, as semver.org orders them (11). Build metadata (`+…`) is not used here. */

const VERSION =
  /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-((?:[0-9A-Za-z-]{1,20})(?:\.[0-9A-Za-z-]{1,20}){0,4}))?$/;

export const isVersion = (text: string): boolean => VERSION.test(text);

/** Below 0: `a` is older; 0: the same; above 0: `a` is newer. Throws for what is no version. */
export function compareVersions(a: string, b: string): number {
  const left = parts(a);
  const right = parts(b);
  for (let i = 0; i < 3; i += 1) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  // 1.0.0-beta comes before 1.0.0.
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  for (let i = 0; i < Math.max(left.pre.length, right.pre.length); i += 1) {
    const difference = comparePart(left.pre[i], right.pre[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  // Numbers come before words and are compared as numbers, however long they are.
  if (aIsNumber && bIsNumber) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return a < b ? -1 : 1;
}

function parts(version: string): { numbers: number[]; pre: string[] } {
  const match = VERSION.exec(version);
  if (!match) throw new Error(`not a version: ${version.slice(0, 60)}`);
  return { numbers: match.slice(1, 4).map(Number), pre: match[4]?.split('.') ?? [] };
}
