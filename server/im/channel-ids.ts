import { createHash } from 'node:crypto';
import { personChannelId } from '../../shared/wire/person-channel.ts';

export { personChannelId };

export const CHANNEL_PERSON = 1;
export const CHANNEL_GROUP = 2;
/** Channel of a message to a list of subscribers. */
export const CHANNEL_TEMP = 8;

/** Sender of messages that no user sent; clients see it as ''. */
export const SYSTEM_UID = '____system';
export const CMD_SUFFIX = '____cmd';
/** Channel id that unpersisted messages to a subscriber list show. */
export const SUBSCRIBER_LIST_CHANNEL = 'systemcmdonline';

/** Whether the id may be a uid or channel id: not empty and none of the separators `@ # &`. */
export function isPlainId(id: string): boolean {
  return id !== '' && !/[@#&]/.test(id);
}

/** Storage id of the channel that keeps the sync_once messages of `storageId`. */
export function cmdChannelId(storageId: string): string {
  return storageId.endsWith(CMD_SUFFIX) ? storageId : storageId + CMD_SUFFIX;
}

export function isCmdChannelId(storageId: string): boolean {
  return storageId.endsWith(CMD_SUFFIX);
}

/** Storage id without the CMD suffix. */
export function plainChannelId(storageId: string): string {
  return storageId.endsWith(CMD_SUFFIX) ? storageId.slice(0, -CMD_SUFFIX.length) : storageId;
}

/** Storage id for what a client or a business server calls (channel id, type), seen by `uid`. */
export function storageChannelId(uid: string, channelId: string, channelType: number): string {
  if (channelType !== CHANNEL_PERSON || channelId.includes('@')) return channelId;
  if (isCmdChannelId(channelId)) return cmdChannelId(personChannelId(uid, plainChannelId(channelId)));
  return personChannelId(uid, channelId);
}

/** The two users of a person channel's storage id. */
export function personParties(storageId: string): [string, string] {
  const plain = plainChannelId(storageId);
  const at = plain.indexOf('@');
  return at < 0 ? [plain, plain] : [plain.slice(0, at), plain.slice(at + 1)];
}

/**
 * channel_id of a message in HTTP answers. The real server computes it from the sender, not from who asks: for person
 * channels the first party that is not the sender, a CMD suffix only where that party stands last (wukongim.md C.5,
 * C.8).
 */
export function displayChannelId(storageId: string, channelType: number, fromUid: string): string {
  if (channelType !== CHANNEL_PERSON) return storageId;
  return storageId.split('@').find((part) => part !== fromUid) ?? fromUid;
}

/** The other party of a person channel as `uid` sees it; the id itself for other channels. */
export function channelIdSeenBy(uid: string, storageId: string, channelType: number): string {
  if (channelType !== CHANNEL_PERSON) return storageId;
  const [a, b] = personParties(storageId);
  return a === uid ? b : a;
}

/** Storage id of persisted messages to a subscriber list: a number made of the list, as on the real server. */
export function subscriberListChannelId(uids: readonly string[]): string {
  const digest = createHash('sha256')
    .update([...uids].sort().join('\n'))
    .digest();
  return cmdChannelId(digest.readBigUInt64BE(0).toString());
}

/** uid as others see it. */
export function shownUid(uid: string): string {
  return uid === SYSTEM_UID ? '' : uid;
}
