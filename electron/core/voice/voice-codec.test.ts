import { afterEach, expect, test } from 'vitest';
import { SAMPLE_RATE, wavOf } from '../../../shared/content/samples.ts';
import { checkAmr, levelsOf } from './sound.ts';
import { isAmr, playedType, soundExtension } from '../media/sound-type.ts';
import { VoiceCodec } from './voice-codec.ts';

let codec = new VoiceCodec();
afterEach(() => {
  codec.close();
  codec = new VoiceCodec();
});

const tone = (seconds: number, hertz = 440): Int16Array<ArrayBuffer> =>
  Int16Array.from({ length: seconds * SAMPLE_RATE }, (_, at) =>
    Math.round(Math.sin((at / SAMPLE_RATE) * hertz * 2 * Math.PI) * 12_000),
  );

/** How often it crosses zero upwards, a second. */
function pitch(pcm: Int16Array): number {
  let crossings = 0;
  for (let at = 1; at < pcm.length; at += 1)
    if ((pcm[at - 1] ?? 0) < 0 && (pcm[at] ?? 0) >= 0) crossings += 1;
  return crossings / (pcm.length / SAMPLE_RATE);
}

test('what is encoded is AMR of phones, and sounds the same again', async () => {
  const amr = await codec.encode(tone(2));
  expect(isAmr(amr)).toBe(true);
  // 12.2 kbit/s: 32 bytes for each 20 ms; all of it, and nothing more.
  expect(amr.length).toBe(6 + 100 * 32);
  const pcm = await codec.decode(new Uint8Array(amr));
  expect(pcm.length).toBe(2 * SAMPLE_RATE);
  expect(pitch(pcm)).toBeCloseTo(440, -1);
  expect(Math.max(...levelsOf(pcm, 10))).toBeGreaterThan(5_000);
});

test('every mode a phone may use, and any bytes in its frames: decoded or refused, never stuck', async () => {
  const sizes = [12, 13, 15, 17, 19, 20, 26, 31, 5];
  for (const [mode, size] of sizes.entries()) {
    const frames = Array.from({ length: 50 }, (_, n) => [
      (mode << 3) | 4,
      ...Array.from({ length: size }, (_x, at) => (at * 37 + n * 11) % 256),
    ]);
    const pcm = await codec.decode(Uint8Array.from([...Buffer.from('#!AMR\n'), ...frames.flat()]));
    expect(pcm.length).toBe(SAMPLE_RATE);
  }
});

test('a thread that hangs or dies fails its jobs, and the next one gets another', async () => {
  codec = new VoiceCodec(1);
  await expect(codec.encode(tone(60))).rejects.toMatchObject({ code: 'refused', field: 'format' });
  codec.close();
  codec = new VoiceCodec();
  const stopped = codec.encode(tone(1));
  codec.close();
  await expect(stopped).rejects.toMatchObject({ code: 'refused' });
  await expect(codec.encode(tone(1))).resolves.toHaveLength(6 + 50 * 32);
});

const amr = (...frames: number[]): Uint8Array => Uint8Array.from([...Buffer.from('#!AMR\n'), ...frames]);

test('nothing, what is cut off, and hours are not decoded', () => {
  expect(() => checkAmr(amr())).toThrow('no sound');
  expect(() => checkAmr(amr(0x3c, 1, 2))).toThrow('no sound');
  expect(() => checkAmr(amr(0x7c))).not.toThrow();
  // Frames without data take one byte for 20 ms each: a small file of hours.
  expect(() => checkAmr(new Uint8Array(40_000).fill(0x7c).map((byte, at) => amr()[at] ?? byte))).toThrow(
    'too long',
  );
});

test('kinds of recordings by their bytes', () => {
  expect(playedType(wavOf(new Int16Array(4)))).toBe('audio/wav');
  expect(playedType(Buffer.from('ID3\u0003'))).toBe('audio/mpeg');
  expect(playedType(Buffer.from('\0\0\0\u0018ftypM4A '))).toBe('audio/mp4');
  expect(playedType(Buffer.from('#!AMR-WB\n'))).toBeNull();
  expect(isAmr(Buffer.from('#!AMR-WB\n'))).toBe(false);
  expect(soundExtension(Buffer.from('OggS'))).toBe('ogg');
  expect(soundExtension(Buffer.from('#!AMR\n'))).toBe('amr');
  expect(playedType(Buffer.from('<html>'))).toBeNull();
});
