import { expect, it } from 'vitest';
import { filmPatches } from './clean-film.ts';
import { joined, u32beBytes } from './pieces.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (char) => char.charCodeAt(0));
const zeros = (n: number): Uint8Array<ArrayBuffer> => new Uint8Array(n);
const box = (type: string, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const content = joined(...parts);
  return joined(u32beBytes(content.length + 8), bytes(type), content);
};
const SECRET = 'SECRET-place-59.3293+018.0686';
const secret = bytes(SECRET);
const TIME = u32beBytes(0xe1234567);

const timed = (type: string): Uint8Array<ArrayBuffer> => box(type, zeros(4), TIME, TIME, bytes('kept'));
const handler = (kind: string): Uint8Array<ArrayBuffer> =>
  box('hdlr', zeros(4), bytes('mhlr'), bytes(kind), bytes('appl'), zeros(8), secret, zeros(1));
const table = (
  type: string,
  ...numbers: readonly (number | readonly number[])[]
): Uint8Array<ArrayBuffer> => {
  const all = numbers.flat();
  const content = new DataView(new ArrayBuffer(4 + all.length * 4));
  for (const [at, number] of all.entries()) content.setUint32(4 + at * 4, number);
  return box(type, new Uint8Array(content.buffer));
};
const entry = (kind: string): Uint8Array<ArrayBuffer> =>
  box(
    kind === 'vide' ? 'avc1' : 'mp4a',
    zeros(12),
    bytes('appl'),
    zeros(26),
    kind === 'vide' ? joined(Uint8Array.of(11), bytes('SECRET-cam1'), zeros(20)) : zeros(0),
    bytes('more'),
  );
const track = (kind: string, chunks: readonly number[], size = 10): Uint8Array<ArrayBuffer> =>
  box(
    'trak',
    timed('tkhd'),
    box('tref', table('tmcd', 3), table('chap', 4)),
    box('udta', box('\u00a9xyz', secret)),
    box('meta', secret),
    box(
      'mdia',
      timed('mdhd'),
      handler(kind),
      box(
        'minf',
        handler('alis'),
        box(
          'stbl',
          box('stsd', zeros(4), u32beBytes(1), entry(kind)),
          table('stsc', 1, 1, 1, 1),
          table('stsz', size, chunks.length),
          table('stco', chunks.length, chunks),
        ),
      ),
    ),
  );

/** As a telephone writes one: pictures, positions, tables behind them, and what other programs added. */
function telephoneFilm(change: (moov: Uint8Array[]) => Uint8Array[] = (parts) => parts): Uint8Array {
  const head = box('ftyp', bytes('qt  '), zeros(4));
  const media = box('mdat', bytes('PICTURE001'), bytes('SECRET-gps'), bytes('PICTURE002'));
  const first = head.length + 8;
  const moov = box(
    'moov',
    ...change([
      timed('mvhd'),
      track('vide', [first, first + 20]),
      track('meta', [first + 10]),
      box('meta', box('keys', bytes('com.apple.quicktime.location.ISO6709')), box('ilst', secret)),
      box('udta', box('\u00a9xyz', secret), box('\u00a9mod', bytes('SECRET-camera'))),
    ]),
  );
  return joined(head, media, moov, box('uuid', secret), box('free', secret), bytes('\u0001SECRET-tail'));
}

async function cleaned(film: Uint8Array, piece = film.length): Promise<Uint8Array | string> {
  const patches = await filmPatches(async (at, length) => film.slice(at, at + length), film.length);
  if (typeof patches === 'string') return patches;
  const copy = film.slice();
  for (let at = 0; at < copy.length; at += piece) patches.apply(at, copy.subarray(at, at + piece));
  return copy;
}
const outcomeOf = (found: Uint8Array | string): string => (typeof found === 'string' ? found : 'blanked');
const text = (found: Uint8Array | string): string =>
  typeof found === 'string' ? found : String.fromCharCode(...found);

it('leaves pictures, tables and their places, and nothing that a camera wrote beside them', async () => {
  const film = telephoneFilm();
  const after = text(await cleaned(film));
  expect(after).toHaveLength(film.length);
  expect(after).not.toContain('SECRET');
  expect(after).not.toContain('appl');
  expect(after).not.toContain(text(TIME));
  for (const kept of ['PICTURE001', 'PICTURE002', 'vide', 'stsd', 'avc1', 'kept', 'more', 'chap'])
    expect(after).toContain(kept);
  for (const gone of ['udta', 'meta', 'keys', 'uuid', 'tmcd', 'location']) expect(after).not.toContain(gone);
  expect(after.indexOf('moov')).toBe(text(film).indexOf('moov'));
  expect(after.indexOf('stco')).toBe(text(film).indexOf('stco'));
});

it('is the same in pieces of any size', async () => {
  const film = telephoneFilm();
  const whole = await cleaned(film);
  for (const piece of [1, 7, 64, 1_000]) expect(await cleaned(film, piece)).toEqual(whole);
});

it('knows large boxes, one without an end, and a film whose pictures were cut off', async () => {
  const film = telephoneFilm();
  const moov = film.subarray(text(film).indexOf('moov') - 4, text(film).indexOf('uuid') - 4);
  // (The places in its tables lie in this, too.)
  const before = joined(u32beBytes(1), bytes('mdat'), u32beBytes(0), u32beBytes(16 + 60), zeros(60));
  for (const end of [
    joined(u32beBytes(0), bytes('udta'), secret),
    joined(u32beBytes(9_999), bytes('mdat'), bytes('rest')),
  ]) {
    const after = text(await cleaned(joined(before, moov, end)));
    expect(after).not.toContain('SECRET');
    expect(after).toContain('stco');
  }
});

it('says of what it does not understand that it does not', async () => {
  const film = telephoneFilm();
  const at = text(film).indexOf('moov') - 4;
  const broken = (...changes: readonly [number, Uint8Array][]): Uint8Array => {
    const copy = film.slice();
    for (const [place, change] of changes) copy.set(change, place);
    return copy;
  };
  const cases: Record<string, Uint8Array> = {
    'a box of four bytes': broken([at, u32beBytes(4)]),
    'longer than the file': broken([at, u32beBytes(0x7fffffff)]),
    'a child longer than its box': broken([at + 8, u32beBytes(0x7fffffff)]),
    'a size beyond all numbers': broken([at, joined(u32beBytes(1), bytes('moov'), u32beBytes(0xffffffff))]),
    'two tables': joined(film.subarray(0, -12), film.subarray(at)),
    'no tables': film.subarray(0, at),
    'a table longer than its box': broken([text(film).indexOf('stco') + 8, u32beBytes(0xffffffff)]),
    'positions that lie nowhere': telephoneFilm((parts) => [...parts, track('meta', [0])]),
    'positions in fragments': telephoneFilm((parts) => [...parts, box('mvex')]),
    'pictures in what is blanked': telephoneFilm((parts) => [
      ...parts,
      track('vide', [film.length + track('vide', [0]).length - 20]),
    ]),
    'more boxes than a film has': joined(
      film.subarray(0, 20),
      ...Array.from({ length: 20_001 }, () => box('x')),
    ),
  };
  for (const [name, hostile] of Object.entries(cases))
    expect({ [name]: outcomeOf(await cleaned(hostile)) }).toEqual({ [name]: 'unreadable' });
  expect(await cleaned(bytes('RIFF....AVI and more'))).toBe('unreadable');
  expect(await cleaned(bytes('some words that are no film'))).toBe('not a film');
});

it('takes any bytes for what they are: blanked or refused, never longer, never an error', async () => {
  const film = telephoneFilm();
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  const lengths: [number, number][] = [];
  for (let round = 0; round < 2_000; round += 1) {
    const hostile = (round % 2 === 0 ? film : webm()).slice();
    for (let n = random(4); n >= 0; n -= 1) hostile[random(hostile.length)] = random(256);
    const after = await cleaned(hostile, 50);
    if (typeof after !== 'string') lengths.push([after.length, hostile.length]);
  }
  expect(lengths.length).toBeGreaterThan(200);
  expect(lengths.filter(([after, before]) => after !== before)).toEqual([]);
});

it('reads heads and tables only: of two gigabytes less than a megabyte', async () => {
  const small = telephoneFilm();
  const split = text(small).indexOf('moov') - 4;
  const size = 2 * 1024 ** 3;
  const head = box('ftyp', bytes('qt  '), zeros(4));
  const large = joined(
    head,
    u32beBytes(size - head.length - (small.length - split)),
    bytes('mdat'),
    small.slice(28, split),
  );
  const end = small.slice(split);
  let read = 0;
  const patches = await filmPatches(async (at, length) => {
    read += length;
    const found = zeros(Math.min(length, size - at));
    found.set(large.subarray(at, at + length));
    if (at + length > size - end.length)
      found.set(
        end.subarray(Math.max(0, at - size + end.length)).subarray(0, length),
        Math.max(0, size - end.length - at),
      );
    return found;
  }, size);
  expect(patches).toMatchObject({ count: expect.any(Number) });
  expect(read).toBeLessThan(1024 * 1024);
});

it('gives up on tables that have no end, before they have taken long', async () => {
  const many = box('mdat', zeros(100_000));
  const chunks = Array.from({ length: 250_000 }, (_, at) => 36 + ((at * 2) % 90_000));
  const film = joined(many, box('moov', track('meta', chunks, 1)));
  const before = process.cpuUsage();
  expect(await cleaned(film, film.length)).toBe('unreadable');
  const { user } = process.cpuUsage(before);
  expect(user / 1_000).toBeLessThan(3_000);
});

const ebml = (id: readonly number[], ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const content = joined(...parts);
  const size = Uint8Array.of(
    0x10 | (content.length >>> 24),
    content.length >>> 16,
    content.length >>> 8,
    content.length,
  );
  return joined(Uint8Array.from(id), size, content);
};
const CLUSTER = [0x1f, 0x43, 0xb6, 0x75];
const parts = (): Uint8Array[] => [
  ebml(
    [0x15, 0x49, 0xa9, 0x66],
    ebml([0xbf], zeros(4)),
    ebml([0x2a, 0xd7, 0xb1], bytes('unit')),
    ebml([0x44, 0x61], bytes('SECRETat')),
    ebml([0x7b, 0xa9], secret),
    ebml([0x4d, 0x80], secret),
    ebml([0x57, 0x41], secret),
    ebml([0x44, 0x89], bytes('long')),
  ),
  ebml([0x16, 0x54, 0xae, 0x6b], ebml([0xae], ebml([0x53, 0x6e], secret), ebml([0x86], bytes('V_VP8')))),
  ebml(CLUSTER, bytes('PICTURE001')),
  ebml([0x12, 0x54, 0xc3, 0x67], secret, zeros(200), secret),
  ebml([0x19, 0x41, 0xa4, 0x69], secret),
];
const webm = (inside: readonly Uint8Array[] = parts()): Uint8Array<ArrayBuffer> =>
  joined(ebml([0x1a, 0x45, 0xdf, 0xa3], bytes('webm')), ebml([0x18, 0x53, 0x80, 0x67], ...inside), secret);

it('leaves of WebM its pictures, and nothing that says who made it, when and with what', async () => {
  const film = webm();
  const after = text(await cleaned(film));
  expect(after).toHaveLength(film.length);
  expect(after).not.toContain('SECRET');
  for (const kept of ['PICTURE001', 'V_VP8', 'unit', 'long']) expect(after).toContain(kept);
});

it('leaves a WebM that was recorded as it came as it is behind its first pictures', async () => {
  const [info = zeros(0), tracks = zeros(0)] = parts();
  const open = joined(
    Uint8Array.from(CLUSTER),
    Uint8Array.of(0x01),
    new Uint8Array(7).fill(0xff),
    bytes('PICTURE'),
  );
  const film = joined(
    ebml([0x1a, 0x45, 0xdf, 0xa3], bytes('webm')),
    Uint8Array.of(0x18, 0x53, 0x80, 0x67, 0x01),
    new Uint8Array(7).fill(0xff),
    info,
    tracks,
    open,
  );
  const after = text(await cleaned(film));
  expect(after).toContain('PICTURE');
  expect(after).not.toContain('SECRET');
});

it.each([
  ['MP4', telephoneFilm],
  ['WebM', webm],
])('reads %s from memory that a Buffer shares, and leaves it as it is', async (_name, make) => {
  const film = Buffer.from(make());
  const before = Buffer.from(film);
  const read = (at: number, length: number) => Promise.resolve(film.subarray(at, at + length));
  const patches = await filmPatches(read, film.length);
  expect(film.equals(before)).toBe(true);
  if (typeof patches === 'string') throw new Error(patches);
  patches.apply(0, film);
  expect(film.includes('SECRET')).toBe(false);
});
