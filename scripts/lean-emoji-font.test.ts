import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { withoutSvg } from './lean-emoji-font.ts';

const CMAP = { entry: [0, 3], content: 'map' };
/** Rewritten: 300 bytes in the font, two digits of seven bits, 7 in the stream. */
const GLYF = { entry: [10, 0x82, 0x2c, 7], content: 'outline' };
/** Rewritten to nothing. */
const LOCA = { entry: [11, 4, 0], content: '' };
const SVG = { entry: [36, 5], content: '<svg>' };
/** With a tag that is not in the list. */
const OTHER = { entry: [63, ...Buffer.from('Debg'), 2], content: 'xy' };

function font(tables: readonly { entry: readonly number[]; content: string }[]): Buffer {
  const packed = brotliCompressSync(Buffer.from(tables.map(({ content }) => content).join('')));
  const head = Buffer.alloc(48);
  head.write('wOF2', 'latin1');
  head.writeUInt32BE(0x10000, 4);
  head.writeUInt16BE(tables.length, 12);
  head.writeUInt32BE(1_000, 16);
  head.writeUInt32BE(packed.length, 20);
  // Metadata behind.
  head.writeUInt32BE(4_000, 28);
  return Buffer.concat([
    head,
    Buffer.from(tables.flatMap(({ entry }) => entry)),
    packed,
    Buffer.from('metadata'),
  ]);
}

describe('the font of emoji without SVG', () => {
  it('has the other tables in their order, and sizes that are true', () => {
    const lean = withoutSvg(font([CMAP, GLYF, LOCA, SVG, OTHER]));
    const entries = [CMAP, GLYF, LOCA, OTHER].flatMap(({ entry }) => entry);
    expect(lean.toString('latin1', 0, 4)).toBe('wOF2');
    expect([lean.readUInt32BE(8), lean.length % 4]).toEqual([lean.length, 0]);
    expect(lean.readUInt16BE(12)).toBe(4);
    // A record of 16 bytes, and 5 bytes that took 8.
    expect(lean.readUInt32BE(16)).toBe(1_000 - 16 - 8);
    expect([...lean.subarray(48, 48 + entries.length)]).toEqual(entries);
    const at = 48 + entries.length;
    const stream = brotliDecompressSync(lean.subarray(at, at + lean.readUInt32BE(20)));
    expect(stream.toString()).toBe('mapoutlinexy');
    expect(lean.subarray(28, 48).every((byte) => byte === 0)).toBe(true);
  });

  it('is refused where it is none, is damaged, or has nothing to leave out', () => {
    expect(() => withoutSvg(font([CMAP, GLYF]))).toThrow(/no table of SVG/);
    expect(() => withoutSvg(Buffer.from('wOFF and more'))).toThrow(/no WOFF2 font/);
    expect(() => withoutSvg(font([{ ...CMAP, entry: [0, 4] }, SVG]))).toThrow(/not as long as it says/);
    expect(() => withoutSvg(font([{ ...CMAP, entry: [0, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81] }]))).toThrow(
      /does not end/,
    );
  });
});
