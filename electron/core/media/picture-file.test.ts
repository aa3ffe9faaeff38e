import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { readPictureHeader } from './picture-file.ts';

let dir: string;
beforeEach(() => {
  dir = tempFolder('picture-file-');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** 600 x 400, as many frames, each of some KiB. */
function gif(frames: number): Buffer {
  const block = Buffer.concat([Buffer.from([255]), Buffer.alloc(255, 7)]);
  const frame = Buffer.concat([
    Buffer.from([0x2c, 0, 0, 0, 0, 0x58, 2, 0x90, 1, 0, 8]),
    ...Array<Buffer>(20).fill(block),
    Buffer.from([0]),
  ]);
  const head = Buffer.from([...Buffer.from('GIF89a'), 0x58, 2, 0x90, 1, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
  return Buffer.concat([head, ...Array<Buffer>(frames).fill(frame), Buffer.from(';')]);
}

/** Its frame header behind two segments of 60 KiB, as cameras put a profile and a small picture there. */
function jpeg(): Buffer {
  const segment = Buffer.concat([Buffer.from([0xff, 0xe2, 0xea, 0x62]), Buffer.alloc(60_000, 1)]);
  const sof = Buffer.from([0xff, 0xc0, 0, 17, 8, 0x0b, 0xb8, 0x0f, 0xa0, 3, 1, 0x11, 0, 2, 0x11, 0]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), segment, segment, sof]);
}

describe('a header that is longer than what is read at once', () => {
  it.each([
    ['GIF', gif(60), { width: 600, height: 400 }],
    ['JPEG', jpeg(), { width: 4_000, height: 3_000 }],
  ])('%s', async (name, bytes, size) => {
    const path = join(dir, name);
    writeFileSync(path, bytes);
    expect(bytes.length).toBeGreaterThan(100_000);
    expect(await readPictureHeader(path)).toMatchObject({ ...size, showable: true });
  });
});
