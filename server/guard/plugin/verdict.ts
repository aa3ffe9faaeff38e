/**
 * Whether a SEND of a client may be delivered: the business server's own rule (payload-guard.ts) over the bytes. Looks
 * at nothing but the payload and waits for nothing: a plug-in that thinks stops all sending.
 */
import { isObject } from '../../../shared/json.ts';
import { ReasonCode } from '../../../shared/wire/packets.ts';
import { clientPayloadFault, isTooDeep } from '../../business/messages/payload-guard.ts';
import { numberField, readFields } from './protobuf.ts';

const PAYLOAD = 4;
const REASON = 5;

/**
 * What is wrong with a payload: `no_json`, `too_deep`, the key of a wrong shape (`type`, `visibles`, `invisibles`,
 * `mention`, `reply`), or `system` for commands and lines of type 1000 to 2000; null = nothing.
 */
export function sendFault(payload: Buffer): string | null {
  const text = payload.toString('utf8');
  if (isTooDeep(text)) return 'too_deep';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'no_json';
  }
  return isObject(value) ? clientPayloadFault(value) : 'no_json';
}

export interface Verdict {
  fault: string | null;
  /** The SendPacket to answer with: the very bytes, with a reason behind them when it is refused. */
  answer: Buffer;
}

/** @throws BrokenMessage when the packet cannot be read */
export function judgeSend(packet: Buffer): Verdict {
  const payload = readFields(packet).get(PAYLOAD);
  const fault = sendFault(Buffer.isBuffer(payload) ? payload : Buffer.alloc(0));
  if (fault === null) return { fault, answer: packet };
  // The last of a field counts, so that nothing of the packet has to be written anew.
  return { fault, answer: Buffer.concat([packet, numberField(REASON, ReasonCode.notAllowSend)]) };
}
