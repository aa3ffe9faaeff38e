import { isObject } from '../../../shared/json.ts';
import { parseExact, stringifyExact } from '../../../shared/exact-json.ts';

/**
 * The payload without what it repeats of the message it quotes (`reply.payload`, wukongim.md F), if that is
 * `messageId`; null when it does not quote it. Who was quoted and which message stay, so that clients can show the
 * quote as recalled.
 */
export function withoutQuoteOf(payload: Buffer, messageId: bigint): Buffer | null {
  let value: unknown;
  try {
    value = parseExact(payload.toString('utf8'), 'bigint');
  } catch {
    return null;
  }
  if (!isObject(value) || !isObject(value['reply'])) return null;
  const reply = value['reply'];
  if (String(reply['message_id']) !== messageId.toString() || !('payload' in reply)) return null;
  const type =
    isObject(reply['payload']) && typeof reply['payload']['type'] === 'number' ? reply['payload']['type'] : 1;
  return Buffer.from(stringifyExact({ ...value, reply: { ...reply, payload: { type, content: '' } } }));
}
