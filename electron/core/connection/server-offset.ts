import type * as wire from '../../../shared/wire/packets.ts';
import type { ConnectionOptions } from './connection-api.ts';

/** The year 2200. */
const LATEST_TIME_MS = 7_258_118_400_000;

/** Server clock minus ours, ms; 0 when it leads to no time a computer can show. */
export function serverOffset({ timeDiff }: wire.ConnackPacket, log: ConnectionOptions['log']): number {
  const offset = Number(timeDiff);
  const serverNow = Date.now() + offset;
  if (serverNow > 0 && serverNow < LATEST_TIME_MS) return offset;
  log('warn', `CONNACK announces a time that cannot be (offset ${offset} ms): ignored`);
  return 0;
}
