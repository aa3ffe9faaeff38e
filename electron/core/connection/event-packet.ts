import { decodePacket, LATEST_VERSION, WireError } from '../../../shared/wire/codec.ts';
import type { ReceivedEvent } from './connection-api.ts';

/**
 * The EVENT in this frame; its layout is the same in all versions.
 * @throws WireError
 */
export function eventOf(frame: Uint8Array): ReceivedEvent {
  const packet = decodePacket(frame, LATEST_VERSION);
  if (packet.type !== 'event')
    throw new WireError('unsupportedType', `${packet.type.toUpperCase()} is no EVENT`);
  // (The frame may be a view of a buffer that is used again.)
  return { id: packet.id, type: packet.eventType, data: Uint8Array.from(packet.data) };
}
