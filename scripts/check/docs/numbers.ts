/** Numbers that pages repeat from the code: the page is read by a pattern, the constant by its name. */
import { filesNamed, type Repository } from './repository.ts';

export interface NumberClaim {
  page: string;
  /** Finds the sentence; its first group is the number as written ("1,000", "0.5", "three"). */
  says: RegExp;
  /** The file of the constant; the end of its path is enough. */
  file: string;
  /** `NAME` of `const NAME = 5 * 60` or of a property `NAME: 5_000`. */
  constant: string;
  /** What one of the page's units is in the constant's: 1_000 for seconds against ms. */
  unit?: number;
}

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

export function numberProblems(repository: Repository, claims: readonly NumberClaim[]): string[] {
  return claims.flatMap((claim) => {
    const { page, says, file, constant, unit = 1 } = claim;
    const written = says.exec(repository.read(page).replaceAll(/\s+/g, ' '))?.[1];
    if (written === undefined) return [`${page} does not say ${String(says)} any more (number-claims.ts)`];
    const [path, another] = filesNamed(repository, file);
    if (path === undefined || another !== undefined)
      return [`${file} of number-claims.ts is ${path === undefined ? 'no file' : 'more than one file'}`];
    const value = constantIn(repository.read(path), constant);
    if (value === null) return [`${path} has no number ${constant} any more (number-claims.ts)`];
    return numberOf(written) * unit === value
      ? []
      : [`${page} says ${written} where ${constant} in ${path} is ${value / unit}`];
  });
}

/** `5,000`, `5 000`, `0.5`, `three`. NaN for other words. */
function numberOf(written: string): number {
  const word = WORDS.indexOf(written.toLowerCase());
  return word === -1 ? Number(written.replaceAll(/[, ]/g, '')) : word;
}

/** The number that `NAME = …` or `NAME: …` gives: literals and products of them. null = not there, or no number. */
export function constantIn(source: string, name: string): number | null {
  const declared = new RegExp(
    String.raw`\b${name}(?:: number)?(?: =|:) (-?[\d_.]+(?: \*\*? [\d_.]+)*)[;,\s]`,
  ).exec(source);
  if (!declared) return null;
  return (declared[1] ?? '')
    .replaceAll('_', '')
    .split(' * ')
    .map((factor) => {
      const [base = '', exponent = '1'] = factor.split(' ** ');
      return Number(base) ** Number(exponent);
    })
    .reduce((product, factor) => product * factor, 1);
}
