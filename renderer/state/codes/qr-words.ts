/** What a QR code says: from its squares to its text, damaged ones corrected (ISO/IEC 18004). Pure. */
import { correct } from './qr-correction.ts';
import { blocksOf, functionSquares, type Level, versionOf } from './qr-layout.ts';

export interface Squares {
  /** Squares a side. */
  size: number;
  /** Row by row; 1 = dark. */
  dark: Uint8Array;
}

const FORMAT_MASK = 0x5412;
const LEVELS: readonly Level[] = ['M', 'L', 'H', 'Q'];
/** As many of the 15 bits of the format may be wrong. */
const WRONG_BITS = 3;
const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];
const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** null: these are not the squares of a code, or too many of them are wrong. */
export function qrWords({ size, dark }: Squares): string | null {
  const version = versionOf(size);
  const isDark = (x: number, y: number): boolean => dark[y * size + x] === 1;
  const format = formatOf(size, isDark);
  if (version === null || format === null) return null;
  const mask = MASKS[format.mask];
  const codewords = readCodewords(size, version, (x, y) => isDark(x, y) !== mask?.(x, y));
  const bytes = textOf(codewords, blocksOf(version, format.level));
  return bytes && wordsOf(bytes, version);
}

/** It stands there twice: whichever is nearer to one that there is. */
function formatOf(
  size: number,
  isDark: (x: number, y: number) => boolean,
): { level: Level; mask: number } | null {
  const bit = (x: number, y: number, at: number): number => Number(isDark(x, y)) << at;
  let first = 0;
  let second = 0;
  for (let at = 0; at < 15; at += 1) {
    if (at < 8) first |= bit(8, at < 6 ? at : at + 1, at);
    else first |= bit(at === 8 ? 7 : 14 - at, 8, at);
    second |= at < 8 ? bit(size - 1 - at, 8, at) : bit(8, size - 15 + at, at);
  }
  let best: { level: Level; mask: number } | null = null;
  let least = WRONG_BITS + 1;
  for (let value = 0; value < 32; value += 1) {
    const code = ((value << 10) | remainder(value)) ^ FORMAT_MASK;
    const wrong = Math.min(bitsIn(code ^ first), bitsIn(code ^ second));
    const level = LEVELS[value >> 3];
    if (wrong < least && level) [least, best] = [wrong, { level, mask: value & 7 }];
  }
  return best;
}

function remainder(value: number): number {
  let rest = value;
  for (let at = 0; at < 10; at += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  return rest;
}

function bitsIn(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** Upwards and downwards in pairs of columns, from the right. */
function readCodewords(size: number, version: number, bit: (x: number, y: number) => boolean): number[] {
  const isFunction = functionSquares(version);
  const codewords: number[] = [];
  let word = 0;
  let bits = 0;
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (isFunction(x, y)) continue;
        word = word * 2 + Number(bit(x, y));
        bits += 1;
        if (bits < 8) continue;
        codewords.push(word);
        [word, bits] = [0, 0];
      }
    }
  }
  return codewords;
}

/** Codewords of the blocks come in turn: the first of each, the second of each …, then those of correction. */
function textOf(
  codewords: readonly number[],
  { texts, correction }: { texts: readonly number[]; correction: number },
): number[] | null {
  const blocks = texts.map((): number[] => []);
  const longest = Math.max(...texts);
  let next = 0;
  for (let index = 0; index < longest + correction; index += 1)
    for (const [block, length] of texts.entries())
      if (index >= longest || index < length) blocks[block]?.push(codewords[next++] ?? 0);
  const isRight = blocks.every((block) => correct(block, correction));
  return isRight ? blocks.flatMap((block, at) => block.slice(0, texts[at])) : null;
}

/** `null` for what is no text: Chinese by another code page is left to phones. */
function wordsOf(bytes: readonly number[], version: number): string | null {
  let at = 0;
  const left = (): number => bytes.length * 8 - at;
  const take = (count: number): number => {
    let value = 0;
    for (let n = 0; n < count; n += 1, at += 1)
      value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
  const size = version < 10 ? 0 : version < 27 ? 1 : 2;
  const lengthOf = (...lengths: [number, number, number]): number => take(lengths[size] ?? 0);
  let words = '';
  let raw: number[] = [];
  const flush = (): void => {
    words += decode(raw);
    raw = [];
  };
  while (left() >= 4) {
    const mode = take(4);
    if (mode === 0) break;
    if (mode !== 4) flush();
    if (mode === 1) {
      for (let count = lengthOf(10, 12, 14); count > 0 && left() > 0; count -= 3)
        words += String(take(count > 2 ? 10 : count === 2 ? 7 : 4)).padStart(Math.min(3, count), '0');
    } else if (mode === 2) {
      for (let count = lengthOf(9, 11, 13); count > 0 && left() > 0; count -= 2) {
        const pair = take(count > 1 ? 11 : 6);
        words +=
          count > 1
            ? `${ALPHANUMERIC[Math.floor(pair / 45)] ?? ''}${ALPHANUMERIC[pair % 45] ?? ''}`
            : (ALPHANUMERIC[pair] ?? '');
      }
    } else if (mode === 4) {
      for (let count = lengthOf(8, 16, 16); count > 0 && left() > 0; count -= 1) raw.push(take(8));
    } else if (mode === 7) {
      // Which code page the bytes are of: those that are no UTF-8 are read as what there was before it.
      const kind = take(8);
      if (kind >= 0xc0) take(16);
      else if (kind >= 0x80) take(8);
    } else if (mode === 9) take(8);
    else if (mode !== 5) return null;
  }
  flush();
  return words === '' ? null : words;
}

function decode(bytes: readonly number[]): string {
  const whole = Uint8Array.from(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(whole);
  } catch {
    return new TextDecoder('latin1').decode(whole);
  }
}
