/** Mosaics as the editor shows them while it is open: one small picture each, a px a block. */
import type { Mark } from '../../state/image-editor/marks.ts';
import type { Size } from './geometry.ts';
import { averageBlocks, type Blocks, blocksUnder } from './mosaic.ts';
import { type Brush, type Context, paintMarks } from './paint.ts';

type Mosaic = Extract<Mark, { kind: 'mosaic' }>;

/** Px a side from which the colour of a block is taken. */
const SAMPLES = 4;

interface Tile {
  blocks: Blocks;
  canvas: OffscreenCanvas;
  /** What it was made of. */
  below: readonly Mark[];
}

/** Makes each once, until what lies below is another. `close` gives all of them up. */
export class Tiles {
  readonly #image: ImageBitmap;
  readonly #size: Size;
  readonly #brush: Brush;
  readonly #tiles = new Map<Mosaic, Tile>();

  constructor(image: ImageBitmap, size: Size, brush: Brush) {
    this.#image = image;
    this.#size = size;
    this.#brush = brush;
  }

  /** Covers what is under the mark. */
  cover(context: Context, mark: Mosaic, below: readonly Mark[]): void {
    const { blocks, canvas } = this.#tile(mark, below);
    context.imageSmoothingEnabled = false;
    // The last block of a row may be larger than the others.
    for (const [fromX, toX] of parts(blocks.xs.length - 1))
      for (const [fromY, toY] of parts(blocks.ys.length - 1)) {
        const [left, right] = [blocks.xs[fromX] ?? 0, blocks.xs[toX] ?? 0];
        const [top, bottom] = [blocks.ys[fromY] ?? 0, blocks.ys[toY] ?? 0];
        context.drawImage(
          canvas,
          fromX,
          fromY,
          toX - fromX,
          toY - fromY,
          left,
          top,
          right - left,
          bottom - top,
        );
      }
    context.imageSmoothingEnabled = true;
  }

  /** What is no mark any more needs none. */
  keep(marks: readonly Mark[]): void {
    const there = new Set<Mark>(marks);
    for (const [mark, tile] of this.#tiles) if (!there.has(mark)) this.#drop(mark, tile);
  }

  close(): void {
    for (const [mark, tile] of this.#tiles) this.#drop(mark, tile);
  }

  #drop(mark: Mosaic, { canvas }: Tile): void {
    canvas.width = 0;
    canvas.height = 0;
    this.#tiles.delete(mark);
  }

  #tile(mark: Mosaic, below: readonly Mark[]): Tile {
    const known = this.#tiles.get(mark);
    if (known && known.below.length === below.length && known.below.every((each, at) => each === below[at]))
      return known;
    if (known) this.#drop(mark, known);
    const blocks = blocksUnder(mark.rect, this.#size, mark.width);
    const tile = { blocks, below, canvas: this.#draw(blocks, below) };
    this.#tiles.set(mark, tile);
    return tile;
  }

  #draw({ xs, ys }: Blocks, below: readonly Mark[]): OffscreenCanvas {
    const [columns, rows] = [xs.length - 1, ys.length - 1];
    const [left, top] = [xs[0] ?? 0, ys[0] ?? 0];
    const sample = new OffscreenCanvas(columns * SAMPLES, rows * SAMPLES);
    const context = contextOf(sample);
    context.imageSmoothingQuality = 'high';
    context.scale(sample.width / ((xs.at(-1) ?? 1) - left), sample.height / ((ys.at(-1) ?? 1) - top));
    context.translate(-left, -top);
    context.drawImage(this.#image, 0, 0, this.#size.width, this.#size.height);
    paintMarks(context, below, this.#brush, (mark, lower) => this.cover(context, mark, lower));
    const pixels = context.getImageData(0, 0, sample.width, sample.height);
    const line = (count: number) => Array.from({ length: count + 1 }, (_, at) => at * SAMPLES);
    averageBlocks(pixels.data, sample.width, { xs: line(columns), ys: line(rows) });
    context.putImageData(pixels, 0, 0);
    const tile = new OffscreenCanvas(columns, rows);
    const small = contextOf(tile);
    small.imageSmoothingEnabled = false;
    small.drawImage(sample, 0, 0, columns, rows);
    sample.width = 0;
    sample.height = 0;
    return tile;
  }
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  return context;
}

const parts = (count: number): [number, number][] =>
  count > 1
    ? [
        [0, count - 1],
        [count - 1, count],
      ]
    : [[0, count]];
