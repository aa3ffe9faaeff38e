/**
 * The three names of a channel (tsdd-api.md 7): clients name a person channel by the peer's uid, storage by the "fake"
 * id that both sides share, WuKongIM's rows by whichever party is not the sender.
 */
import { personChannelId } from '../../../shared/wire/person-channel.ts';

export const ChannelType = { person: 1, group: 2 } as const;

export interface Channel {
  channelId: string;
  channelType: number;
}

/** The form in which tables key a channel; the same for every member. */
export function storedChannelId(uid: string, channel: Channel): string {
  return channel.channelType === ChannelType.person
    ? personChannelId(uid, channel.channelId)
    : channel.channelId;
}

/** The parties of a stored person channel id; null for other forms. */
export function partiesOf(storedId: string): [string, string] | null {
  const [a, b, rest] = storedId.split('@');
  return a && b && rest === undefined ? [a, b] : null;
}

/**
 * Whether a row, as WuKongIM writes it, lies in the channel that `loginUid` names so. Rows of a person channel are
 * addressed by the party that is not the sender; the system's have no sender.
 */
export function isInChannel(
  row: { from_uid: string; channel_id: string; channel_type: number },
  loginUid: string,
  { channelId, channelType }: Channel,
): boolean {
  if (row.channel_type !== channelType) return false;
  if (channelType !== ChannelType.person) return row.channel_id === channelId;
  if (loginUid === channelId) return row.channel_id === personChannelId(loginUid, channelId);
  const parties = [loginUid, channelId];
  return (
    parties.includes(row.channel_id) &&
    (row.from_uid === '' || (row.from_uid !== row.channel_id && parties.includes(row.from_uid)))
  );
}
