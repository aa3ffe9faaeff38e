/**
 * The three names of a channel (tsdd-api.md 7): clients name a person channel by the peer's uid, storage by the "fake" id that both sides
 * share, WuKongIM's rows by whichever party is not the sender.
 */
import { crc32 } from 'node:zlib';

export const ChannelType = { person: 1, group: 2 } as const;

export interface Channel {
  channelId: string;
  channelType: number;
}

/** `hi@lo`: the uid with the greater CRC32 first (wukongim.md B.5). */
export function fakePersonId(a: string, b: string): string {
  return crc32(a) > crc32(b) ? `${a}@${b}` : `${b}@${a}`;
}

/** The form in which tables key a channel; the same for every member. */
export function storedChannelId(uid: string, channel: Channel): string {
  return channel.channelType === ChannelType.person
    ? fakePersonId(uid, channel.channelId)
    : channel.channelId;
}

/** The parties of a stored person channel id; null for other forms. */
export function partiesOf(storedId: string): [string, string] | null {
  const [a, b, rest] = storedId.split('@');
  return a && b && rest === undefined ? [a, b] : null;
}
