/** The answer to a request of Node's own HTTP client, as `fetch` gives it. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const NO_BODY = new Set([204, 205, 304]);

/** `signal`: the request's; a body that it ended rejects with its reason. */
export function answerOf(message: IncomingMessage, signal: AbortSignal): Response {
  const headers = new Headers();
  const { rawHeaders, statusCode: status = 0 } = message;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    try {
      headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
    } catch {
      // No header a page could read either.
    }
  }
  if (status < 200 || status > 599 || NO_BODY.has(status)) {
    message.resume();
    if (status < 200 || status > 599) throw new TypeError('an answer without a status');
    return new Response(null, { status, headers });
  }
  const body = plain(message);
  // It may break before anybody reads it.
  body.on('error', () => undefined);
  const stream = ReadableStream.from(bytesOf(body, signal));
  // Node's own kind, which is the one that `Response` takes here.
  return new Response(stream as never, { status, headers });
}

async function* bytesOf(body: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body as AsyncIterable<Uint8Array>;
  } catch (error) {
    signal.throwIfAborted();
    // As `fetch` says it.
    throw new TypeError('terminated', { cause: error });
  }
}

/** Some servers compress although they were asked not to. */
function plain(message: IncomingMessage): Readable {
  const encoding = message.headers['content-encoding']?.trim().toLowerCase();
  const decoder =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : encoding === 'br'
          ? createBrotliDecompress()
          : null;
  if (decoder === null) return message;
  message.on('error', (error) => decoder.destroy(error));
  decoder.on('close', () => message.destroy());
  return message.pipe(decoder);
}
