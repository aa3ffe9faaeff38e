/** AVIF pictures whose boxes say one size and whose stream holds another: what is decoded is what counts. */
import { describe, expect, it } from 'vitest';
import { pictureHeaderOf } from './picture-size.ts';

type Bits = [value: number, count: number];
function packed(...bits: Bits[]): number[] {
  const all = bits.flatMap(([value, count]) =>
    Array.from({ length: count }, (_, i) => Math.floor(value / 2 ** (count - 1 - i)) % 2),
  );
  return Array.from({ length: Math.ceil(all.length / 8) }, (_, byte) =>
    Array.from({ length: 8 }, (__, i) => all[byte * 8 + i] ?? 0).reduce((sum, bit) => sum * 2 + bit, 0),
  );
}
const be = (value: number, size: number): number[] =>
  Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) % 256);
const text = (name: string): number[] => Array.from(name, (char) => char.charCodeAt(0));
const box = (name: string, ...body: number[][]): number[] => {
  const all = body.flat();
  return [...be(8 + all.length, 4), ...text(name), ...all];
};
const full = (name: string, version: number, ...body: number[][]): number[] =>
  box(name, be(version, 1), be(0, 3), ...body);

/** One unit of an AV1 stream, with its length. */
const unit = (type: number, body: number[]): number[] => [(type << 3) | 2, body.length, ...body];
/** Of a still picture, or of a film with as many bits for its sizes as asked for. */
const stillHeader = (w: number, h: number): number[] =>
  unit(1, packed([0, 3], [1, 1], [1, 1], [0, 5], [15, 4], [15, 4], [w - 1, 16], [h - 1, 16], [0, 16]));
const filmHeader = (w: number, h: number, bits = 16): number[] =>
  unit(
    1,
    packed(
      ...([
        [0, 3],
        [0, 1],
        [0, 1],
      ] as Bits[]),
      // Timing with a model of the decoder: frames carry a time of 10 bits.
      ...([
        [1, 1],
        [1, 32],
        [30, 32],
        [0, 1],
        [1, 1],
        [9, 5],
        [1, 32],
        [9, 5],
        [9, 5],
      ] as Bits[]),
      ...([
        [0, 1],
        [0, 5],
        [0, 12],
        [8, 5],
        [0, 1],
        [1, 1],
        [0, 21],
      ] as Bits[]),
      ...([
        [bits - 1, 4],
        [bits - 1, 4],
        [w - 1, bits],
        [h - 1, bits],
      ] as Bits[]),
      // Ids of frames have 5 bits; an order; each frame says how its screen content is.
      ...([
        [1, 1],
        [2, 4],
        [0, 3],
        [0, 3],
        [0, 4],
        [1, 1],
        [0, 2],
        [1, 1],
        [1, 1],
        [0, 16],
      ] as Bits[]),
    ),
  );
/** A frame that is shown; with a size of its own if it says so. */
const frame = (own: boolean): number[] =>
  unit(
    6,
    packed([0, 1], [0, 2], [1, 1], [77, 10], [0, 1], [1, 1], [0, 1], [9, 5], [own ? 1 : 0, 1], [0, 32]),
  );

interface Item {
  type: string;
  data: number[];
  said?: [number, number];
}
const ftyp = box('ftyp', text('avif'), be(0, 4), text('avifmif1'));
/** A file whose items lie behind its boxes, or in a box of their own (`idat`). */
function avif(items: Item[], { inside = false, version = 1, pieces = 1 } = {}): Uint8Array {
  const body = items.flatMap(({ data }) => data);
  const said = items.map(({ said: [w, h] = [5, 5] }) => full('ispe', 0, be(w, 4), be(h, 4)));
  const boxes = (start: number): number[] => {
    let at = start;
    const places = items.map(({ data }, i) => {
      const length = Math.ceil(data.length / pieces);
      const extents = Array.from({ length: pieces }, (_, k) => {
        const size = Math.min(length, data.length - k * length);
        return [...be(at + k * length, 4), ...be(size, 4)];
      });
      at += data.length;
      const construction = version > 0 ? be(inside ? 1 : 0, 2) : [];
      const id = be(i + 1, version === 2 ? 4 : 2);
      return [...id, ...construction, ...be(0, 2), ...be(pieces, 2), ...extents.flat()];
    });
    const infes = items.map(({ type }, i) => full('infe', 2, be(i + 1, 2), be(0, 2), text(type), [0]));
    return [
      ...ftyp,
      ...full(
        'meta',
        0,
        full('iloc', version, [0x44, 0], be(items.length, version === 2 ? 4 : 2), places.flat()),
        full('iinf', 0, be(items.length, 2), infes.flat()),
        box('iprp', box('ipco', ...said)),
        inside ? box('idat', body) : [],
      ),
    ];
  };
  if (inside) return Uint8Array.from(boxes(0));
  const start = boxes(0).length + 8;
  return Uint8Array.from([...boxes(start), ...box('mdat', body)]);
}
/** A film of these samples, whose track says that it is small. */
function film(samples: number[][], perChunk = 1): Uint8Array {
  const tables = (start: number): number[] => {
    let at = start;
    const chunks: number[] = [];
    for (let i = 0; i < samples.length; i += perChunk) {
      chunks.push(at);
      at += samples.slice(i, i + perChunk).flat().length;
    }
    const stbl = box(
      'stbl',
      full(
        'stsz',
        0,
        be(0, 4),
        be(samples.length, 4),
        samples.flatMap(({ length }) => be(length, 4)),
      ),
      full('stsc', 0, be(1, 4), be(1, 4), be(perChunk, 4), be(1, 4)),
      full(
        'stco',
        0,
        be(chunks.length, 4),
        chunks.flatMap((chunk) => be(chunk, 4)),
      ),
    );
    const size = full(
      'tkhd',
      0,
      Array.from({ length: 72 }, () => 0),
      be(5, 2),
      be(0, 2),
      be(5, 2),
      be(0, 2),
    );
    return [
      ...box('ftyp', text('avis'), be(0, 4), text('avis')),
      ...box('moov', box('trak', size, box('mdia', box('minf', stbl)))),
    ];
  };
  const start = tables(0).length + 8;
  return Uint8Array.from([...tables(start), ...box('mdat', samples.flat())]);
}

const read = (file: Uint8Array) => pictureHeaderOf(async (at, length) => file.subarray(at, at + length));
const grid = (w: number, h: number) => ({ type: 'grid', data: [0, 1, 9, 9, ...be(w, 4), ...be(h, 4)] });
const items = (count: number) =>
  Array.from({ length: count }, () => ({ type: 'av01', data: stillHeader(5_000, 4_000) }));
/** `own`: the frame says its size itself, with so many bits. */
const withFrame = (own: boolean, bits = 16) =>
  read(avif([{ type: 'av01', data: [...filmHeader(64, 48, bits), ...frame(own)] }]));
const [W, H] = [12_000, 8_000];
const huge = { width: W, height: H, showable: false };

describe('an AVIF picture is as large as what is decoded of it', () => {
  it.each([0, 1, 2])('whatever its boxes say (places of version %i)', async (version) => {
    expect(await read(avif([{ type: 'av01', data: stillHeader(W, H) }], { version }))).toMatchObject(huge);
    const small = [{ type: 'av01', data: stillHeader(640, 480), said: [640, 480] as [number, number] }];
    expect(await read(avif(small, { version }))).toMatchObject({ width: 640, height: 480, showable: true });
  });

  it.each([
    ['in a box of its own', { inside: true }],
    ['in pieces', { pieces: 7 }],
  ])('%s', async (_, how) =>
    expect(await read(avif([{ type: 'av01', data: stillHeader(W, H) }], how))).toMatchObject(huge),
  );

  it('in any of its items, and in what tiles are put together to', async () => {
    const small = { type: 'av01', data: stillHeader(64, 48) };
    expect(await read(avif([small, { type: 'av01', data: stillHeader(W, H) }]))).toMatchObject(huge);
    expect(await read(avif([small, grid(W, H)]))).toMatchObject(huge);
    expect(await read(avif([small, grid(W, 8)]))).toMatchObject({ width: W, height: 48, showable: true });
  });

  it('twice 50 megapixels of items are the end, however small each of them is', async () => {
    expect(await read(avif(items(5)))).toMatchObject({ showable: true });
    expect(await read(avif(items(6)))).toMatchObject({ showable: false });
  });

  it('also when a later header of the stream is the large one', async () => {
    const data = [...filmHeader(64, 48), ...frame(false), ...filmHeader(W, H)];
    expect(await read(avif([{ type: 'av01', data }]))).toMatchObject(huge);
  });

  it('a frame with a size of its own may be as large as its bits can say', async () => {
    expect(await withFrame(false)).toMatchObject({ width: 64, height: 48, showable: true });
    expect(await withFrame(true)).toMatchObject({ width: 65_536, height: 65_536, showable: false });
    expect(await withFrame(true, 7)).toMatchObject({ width: 128, height: 128, showable: true });
  });

  it.each([1, 3])('of a film any sample, %i to a piece', async (perChunk) => {
    const first = [...filmHeader(64, 48), ...frame(false)];
    const samples = (last: number[]) => [first, frame(false), frame(false), frame(false), last];
    expect(await read(film(samples(frame(false)), perChunk))).toMatchObject({ width: 64, showable: true });
    expect(await read(film(samples(filmHeader(W, H)), perChunk))).toMatchObject(huge);
    expect(await read(film(samples(frame(true)), perChunk))).toMatchObject({ showable: false });
  });
});

describe('what hides its stream is not decoded', () => {
  const still = { type: 'av01', data: stillHeader(64, 48) };
  it.each([
    ['no header in it', [{ type: 'av01', data: frame(false) }]],
    ['no stream', [{ type: 'av01', data: [0xff, 0xff, 0xff] }]],
    ['a length without an end', [{ type: 'av01', data: [0x0a, ...Array.from({ length: 12 }, () => 0xff)] }]],
    ['a grid without a size', [still, { type: 'grid', data: [0] }]],
  ])('%s', async (_, items) => expect(await read(avif(items))).toMatchObject({ showable: false }));

  it('items that are named or placed twice', async () => {
    const file = avif([still, still]);
    expect(await read(file)).toMatchObject({ showable: true });
    const twice = Buffer.from(file);
    // The id of the second item is that of the first: in the list of names, then in the list of places.
    const names = Buffer.from(twice);
    names[names.lastIndexOf('infe') + 9] = 1;
    expect(await read(names)).toMatchObject({ showable: false });
    const places = Buffer.from(twice);
    places[places.indexOf('iloc') + 12 + 16 + 1] = 1;
    expect(await read(places)).toMatchObject({ showable: false });
  });

  it('tables that send the reader to and fro', async () => {
    const table = Array.from({ length: 20_000 }, (_, i) => be(i % 2 === 0 ? 0 : 60_000_000, 4)).flat();
    const sizes = full('stsz', 0, be(1, 4), be(20_000, 4));
    const runs = full('stsc', 0, be(1, 4), be(1, 4), be(1, 4), be(1, 4));
    const stbl = box('stbl', sizes, runs, full('stco', 0, be(20_000, 4), table));
    const head = [...ftyp, ...full('ispe', 0, be(5, 4), be(5, 4)), ...box('moov', box('trak', stbl))];
    let reads = 0;
    const header = await pictureHeaderOf(async (at, length) => {
      reads += length;
      const bytes = new Uint8Array(length);
      bytes.set(head.slice(at, at + length));
      // (An endless row of short units.)
      bytes.fill(0x12, 0, at >= head.length ? length : 0);
      return bytes;
    });
    expect(header).toMatchObject({ showable: false });
    expect(reads).toBeLessThan(600 * 1024 * 1024);
  });
});
