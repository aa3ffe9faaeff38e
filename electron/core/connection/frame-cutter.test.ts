import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameCutter, FrameSyncLost, MAX_INCOMING_LENGTH } from './frame-cutter.ts';

function frame(type: number, length: number): Buffer {
  if (type === 7 || type === 8) return Buffer.of(type << 4);
  const lengthBytes: number[] = [];
  let left = length;
  do {
    const more = left > 0x7f;
    lengthBytes.push((left & 0x7f) | (more ? 0x80 : 0));
    left >>= 7;
  } while (left > 0);
  return Buffer.concat([Buffer.of(type << 4, ...lengthBytes), Buffer.alloc(length, type)]);
}

function cut(chunks: Uint8Array[]): { frames: Buffer[]; dropped: string[] } {
  const frames: Buffer[] = [];
  const dropped: string[] = [];
  const cutter = new FrameCutter({
    frame: (f) => frames.push(Buffer.from(f)),
    dropped: (note) => dropped.push(note),
  });
  for (const chunk of chunks) cutter.push(chunk);
  return { frames, dropped };
}

describe('frame cutter', () => {
  it('gives the same frames however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(15), fc.oneof(fc.nat(300), fc.constant(20_000))), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 10 }),
        (packets, cuts) => {
          const whole = packets.map(([type, length]) => frame(type, length));
          const stream = Buffer.concat(whole);
          const chunks: Buffer[] = [];
          for (let at = 0, i = 0; at < stream.length; i++) {
            const size = cuts[i % cuts.length] as number;
            chunks.push(stream.subarray(at, at + size));
            at += size;
          }
          const known = new Set([2, 4, 5, 7, 8, 9, 12]);
          const result = cut(chunks);
          expect(result.frames).toEqual(whole.filter((f) => known.has((f[0] as number) >> 4)));
          expect(result.dropped).toHaveLength(whole.length - result.frames.length);
        },
      ),
    );
  });

  it('takes the largest RECV a server can make of the largest SEND, and skips what is larger', () => {
    const largest = frame(5, MAX_INCOMING_LENGTH);
    const { frames, dropped } = cut([largest, frame(5, MAX_INCOMING_LENGTH + 1), frame(4, 3)]);
    expect(frames.map((f) => f.length)).toEqual([largest.length, 5]);
    expect(dropped).toHaveLength(1);
  });

  it('gives up at a length of five bytes', () => {
    expect(() => cut([Buffer.from('5280808080', 'hex')])).toThrow(FrameSyncLost);
  });

  it('announced lengths reserve no memory', () => {
    const before = process.memoryUsage().arrayBuffers;
    const cutters = Array.from({ length: 200 }, () => {
      const cutter = new FrameCutter({ frame: () => undefined, dropped: () => undefined });
      cutter.push(Buffer.from('52808040ff', 'hex'));
      return cutter;
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200 * 64 * 1024);
    expect(cutters).toHaveLength(200);
  });
});
