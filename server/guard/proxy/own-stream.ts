/** The body of a call as a stream of its own, apart from the connection it comes over. */
import { PassThrough, type Readable } from 'node:stream';

/**
 * TSDD may answer before it has all of a body (a refusal), and what sends it then ends its stream. Were that the
 * request itself, its connection would end before the answer was written. So what nobody wants any more is read and
 * thrown away; a client that goes in the middle ends the stream, too.
 */
export function ownStream(body: Readable): Readable {
  const own = new PassThrough();
  own.on('error', () => undefined);
  own.once('close', () => {
    body.unpipe(own);
    body.resume();
  });
  body.once('error', (error) => own.destroy(error));
  body.once('close', () => {
    if (!body.readableEnded) own.destroy(new Error('the client has gone'));
  });
  body.pipe(own);
  return own;
}
