import { crc32 } from 'node:zlib';

/**
 * Storage ("fake") id of the person channel of two users: the uid with the greater CRC32 first, `to` first when they
 * are equal (wukongim.md B.5).
 */
export function personChannelId(from: string, to: string): string {
  return crc32(from) > crc32(to) ? `${from}@${to}` : `${to}@${from}`;
}
