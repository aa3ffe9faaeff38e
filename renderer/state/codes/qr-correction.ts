/** Reed-Solomon over 256 elements as QR codes use it: mends codewords that were read wrong. Pure. */

const EXP = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power += 1) {
  EXP[power] = value;
  EXP[power + 255] = value;
  LOG[value] = power;
  value = (value << 1) ^ (value >= 128 ? 0x11d : 0);
}

const at = (list: ArrayLike<number>, index: number): number => list[index] ?? 0;
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : at(EXP, at(LOG, a) + at(LOG, b)));
const inverse = (a: number): number => at(EXP, 255 - at(LOG, a));

/** Coefficients from the constant on. */
function valueAt(polynomial: readonly number[], x: number): number {
  return polynomial.reduceRight((sum, each) => times(sum, x) ^ each, 0);
}

/**
 * Mends `block` (text, then `correction` codewords) where it stands. False: too much of it is wrong, and nothing is
 * mended.
 */
export function correct(block: number[], correction: number): boolean {
  const backwards = block.toReversed();
  const syndromes = Array.from({ length: correction }, (_, power) => valueAt(backwards, at(EXP, power)));
  if (syndromes.every((each) => each === 0)) return true;
  const locator = locatorOf(syndromes);
  const errors = locator.length - 1;
  if (errors * 2 > correction) return false;
  const places: number[] = [];
  for (let place = 0; place < block.length; place += 1)
    if (valueAt(locator, at(EXP, (255 - place) % 255)) === 0) places.push(place);
  if (places.length !== errors) return false;
  const evaluator = Array.from({ length: correction }, (_, power) =>
    locator.slice(0, power + 1).reduce((sum, each, of) => sum ^ times(each, at(syndromes, power - of)), 0),
  );
  for (const place of places) {
    const root = at(EXP, (255 - place) % 255);
    // The derivative: only odd powers stay.
    const slope = valueAt(
      locator.map((_, power) => (power % 2 === 0 ? at(locator, power + 1) : 0)),
      root,
    );
    if (slope === 0) return false;
    const size = times(times(valueAt(evaluator, root), inverse(slope)), at(EXP, place % 255));
    const index = block.length - 1 - place;
    block[index] = at(block, index) ^ size;
  }
  const mended = block.toReversed();
  return syndromes.every((_, power) => valueAt(mended, at(EXP, power)) === 0);
}

/** Berlekamp and Massey: the shortest polynomial whose roots say where the errors are. */
function locatorOf(syndromes: readonly number[]): number[] {
  let locator = [1];
  let before = [1];
  let length = 0;
  let gap = 1;
  let last = 1;
  for (const [n, syndrome] of syndromes.entries()) {
    let off = syndrome;
    for (let i = 1; i <= length; i += 1) off ^= times(at(locator, i), at(syndromes, n - i));
    if (off === 0) {
      gap += 1;
      continue;
    }
    const factor = times(off, inverse(last));
    const next = Array.from(
      { length: Math.max(locator.length, before.length + gap) },
      (_, i) => at(locator, i) ^ times(factor, at(before, i - gap)),
    );
    if (2 * length <= n) {
      [before, last, length, gap] = [locator, off, n + 1 - length, 1];
    } else gap += 1;
    locator = next;
  }
  return locator.slice(0, length + 1);
}
