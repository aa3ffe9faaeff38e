/** The picture as large as it is on the screen: made once for each place of it, not with every move of a mark. */
import type { Size } from './geometry.ts';
import type { Context } from './paint.ts';
import type { Placed } from './stage-view.ts';

export class Backdrop {
  readonly #image: ImageBitmap;
  readonly #size: Size;
  readonly #canvas = new OffscreenCanvas(1, 1);
  #drawn = '';

  constructor(image: ImageBitmap, size: Size) {
    this.#image = image;
    this.#size = size;
  }

  /** Draws it on a canvas of `room` px, of which `density` are one of the screen. */
  draw(context: Context, room: Size, { scale, left, top }: Placed, density: number): void {
    const wanted = [room.width, room.height, scale, left, top, density].join(' ');
    if (wanted !== this.#drawn) {
      this.#drawn = wanted;
      this.#canvas.width = room.width;
      this.#canvas.height = room.height;
      const own = this.#canvas.getContext('2d');
      own?.setTransform(scale * density, 0, 0, scale * density, left * density, top * density);
      if (own) own.imageSmoothingQuality = 'high';
      own?.drawImage(this.#image, 0, 0, this.#size.width, this.#size.height);
    }
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.#canvas, 0, 0);
    context.restore();
  }

  close(): void {
    this.#canvas.width = 0;
    this.#canvas.height = 0;
  }
}
