/**
 * Recall announcements (CMD `messageRevoke`, system message 1006). Any member can send one through the socket, so they
 * only ask the business server: one coalesced, rate-bounded extra/sync of the channel (docs/sync.md, "Extras").
 */
import { channelKey, type ChannelRef, ChannelType, MessageId } from '../../../../shared/domain.ts';
import type { ExtraSync } from '../extras/extra-sync.ts';
import type { SyncContext } from '../sync-context.ts';

const MINE_FOR_MS = 1_000;

export interface RecallHint {
  /** Where the packet came from; null when its envelope names no conversation (subscriber lists, own channel). */
  envelope: ChannelRef | null;
  /** What the packet's own parameters claim. */
  params: Record<string, unknown>;
  source: 'cmd' | 'notice';
  /** performance.now() at arrival. */
  startedAt: number;
}

/** Channel named by `channel_id`/`channel_type` (or `group_no`) of a CMD's parameters; null if they name none. */
export function channelOfParams(params: Record<string, unknown>): ChannelRef | null {
  const group = params['group_no'];
  if (typeof group === 'string' && group !== '') return { channelId: group, channelType: ChannelType.group };
  const id = params['channel_id'];
  const type = params['channel_type'];
  if (typeof id !== 'string' || id === '' || id.length > 200) return null;
  if (type !== ChannelType.person && type !== ChannelType.group) return null;
  return { channelId: id, channelType: type };
}

/** A decimal id as string; numbers have lost their digits unless they are small. */
function hintedId(params: Record<string, unknown>): string | undefined {
  const value = params['message_id'];
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && MessageId.safeParse(text).success ? text : undefined;
}

export function createHints(context: SyncContext, extraSync: ExtraSync): (hint: RecallHint) => void {
  const { store, log } = context;

  /** Channels found to be mine; looking that up for each of thousands of hints would keep the thread busy. */
  const mine = new Map<string, number>();

  /** A channel of mine: its conversation is listed, its extras were read, or I am in the group. */
  function isMine(channel: ChannelRef): boolean {
    const key = channelKey(channel);
    const now = Date.now();
    const foundAt = mine.get(key);
    if (foundAt !== undefined && now - foundAt >= 0 && now - foundAt < MINE_FOR_MS) return true;
    const found =
      store.messages.extraVersion(channel) > 1 ||
      store.conversations.get(channel) !== null ||
      store.people.groups().some((group) => channelKey(group.channel) === key);
    if (found) mine.set(key, now);
    return found;
  }

  const mineOf = (channel: ChannelRef | null): ChannelRef | null =>
    channel !== null && isMine(channel) ? channel : null;

  return ({ envelope, params, source, startedAt }) => {
    const claimed = channelOfParams(params);
    const id = hintedId(params);
    // In person chats the claimed channel may be my own uid (tsdd-api.md 7); the envelope is then right.
    const claimedPeer =
      claimed?.channelType === ChannelType.person && claimed.channelId === context.me.uid ? null : claimed;
    const known = (): ChannelRef | null =>
      id === undefined ? null : (store.messages.byId(id)?.channel ?? null);
    // The message is looked up only when nothing else names a channel of mine.
    const channel = mineOf(envelope) ?? mineOf(claimedPeer) ?? mineOf(known());
    if (!channel) {
      log('info', `a recall was announced (${source}) for a channel this account is not in; ignored`);
      return;
    }
    extraSync.requestUntilAnswered(channel, source, startedAt, id);
  };
}
