/** zlib streams inside of pictures, by what both the page and Node bring along. */

type Bytes = Uint8Array<ArrayBuffer>;

export const deflated = (bytes: Bytes): Promise<Bytes | null> =>
  through(bytes, new CompressionStream('deflate'), Number.POSITIVE_INFINITY);

/** null for what is no such stream, or becomes longer than `most`: it may be made to fill the memory. */
export const inflated = (bytes: Bytes, most: number): Promise<Bytes | null> =>
  through(bytes, new DecompressionStream('deflate'), most);

async function through(bytes: Bytes, stream: GenericTransformStream, most: number): Promise<Bytes | null> {
  const reader = (new Blob([bytes]).stream().pipeThrough(stream) as ReadableStream<Bytes>).getReader();
  const parts: Bytes[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
      length += value.length;
      if (length > most) {
        await reader.cancel();
        return null;
      }
      parts.push(value);
    }
  } catch {
    return null;
  }
}
