/**
 * A request whose body is taken as the HTTP parser hands it over: the stream around it, with its events and the ticks
 * between them, costs more than reading a page's question. Whoever does not ask for that has the stream.
 */
import { IncomingMessage } from 'node:http';

export class WholeRequest extends IncomingMessage {
  #taken: ((body: Buffer) => void) | null = null;
  #pieces: Buffer[] = [];
  /** Something of it is in the stream. */
  #hasBegun = false;

  /**
   * The body, whose length the head has said to be bearable. Null: some of it is in the stream already.
   * @throws when the client leaves before its end
   */
  whole(): Promise<Buffer> | null {
    if (this.#hasBegun) return null;
    return new Promise((resolve, reject) => {
      this.#taken = resolve;
      this.once('close', () => reject(new Error('it ended early')));
    });
  }

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    this.#hasBegun = true;
    if (this.#taken === null) return super.push(chunk, encoding);
    if (chunk !== null) {
      this.#pieces.push(chunk);
      return true;
    }
    const [only] = this.#pieces;
    this.#taken(this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces));
    this.#taken = null;
    this.#pieces = [];
    return super.push(null);
  }
}
