/**
 * A request whose body is taken as the HTTP parser hands it over: the stream around it, with its events and the ticks
 * between them, costs more than reading a page's question. Whoever does not ask for that has the stream.
 */
import { IncomingMessage } from 'node:http';

interface Taker {
  taken: (body: Buffer) => void;
  left: (reason: Error) => void;
}

export class WholeRequest extends IncomingMessage {
  #taker: Taker | null = null;
  readonly #pieces: Buffer[] = [];
  /** Something of it is in the stream. */
  #hasBegun = false;

  /**
   * The body goes to `taken` as soon as it is whole; the head has said that its length is bearable. `left` is told when
   * the client leaves before. False: some of it is in the stream already.
   */
  takeBody(taken: Taker['taken'], left: Taker['left']): boolean {
    if (this.#hasBegun) return false;
    this.#taker = { taken, left };
    this.once('close', () => this.#taker?.left(new Error('it ended early')));
    return true;
  }

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    this.#hasBegun = true;
    if (this.#taker === null) return super.push(chunk, encoding);
    if (chunk !== null) {
      this.#pieces.push(chunk);
      return true;
    }
    const { taken } = this.#taker;
    this.#taker = null;
    const [only] = this.#pieces;
    taken(this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces));
    return super.push(null);
  }
}
