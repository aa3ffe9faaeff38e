/** `store.pins`: which messages of a chat are pinned (docs/pinned-messages.md). */
import { canPin, type PinView } from '../../../shared/content/pin.ts';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { MessageChanges } from '../store/change-log.ts';
import type { StoreContext } from '../store/context.ts';
import { MOST_PINS } from '../store/tables/messages/pin-table.ts';
import type { Parts } from './parts.ts';

/** A message that is pinned, as the server tells it. */
export interface ServerPin {
  messageId: string;
  /** Server time, ms. */
  pinnedAtMs: number;
}

/** `replace`, `putOwn`, `ask` and `askClear` write; everything else reads. */
export interface PinsOf {
  /** All that is pinned in a chat, as the server tells it; of messages that are not there nothing is kept. */
  replace(channel: ChannelRef, pins: readonly ServerPin[]): void;
  /** Whether the server has it pinned, as far as it is known here. */
  has(messageId: string): boolean;
  /** The server took it. */
  putOwn(channel: ChannelRef, messageId: string, on: boolean): void;
  /** The server took that nothing is pinned any more. */
  putClear(channel: ChannelRef): void;
  /** Wishes it: a job in the outbox, in the place of one that waits. */
  ask(channel: ChannelRef, messageId: string, on: boolean): void;
  askClear(channel: ChannelRef): void;
  /** What is pinned, own wishes included. */
  list(channel: ChannelRef): PinView[];
  /**
   * What to tell whoever asked for the pins of this chat: null when nobody did, or nothing of them has changed.
   * `messages`: what has changed of its messages; 'all' when the pins have, or that is not known.
   */
  news(channel: ChannelRef, messages: Pick<MessageChanges, 'upserts' | 'removed'> | 'all'): PinNews | null;
}

export interface PinNews {
  pins: PinView[];
  /** So many of those told before were recalled, or are being recalled. */
  recalled: number;
}

const stays = (key: string, changes: Pick<MessageChanges, 'upserts' | 'removed'>): boolean =>
  !changes.upserts.has(key) && !changes.removed.has(key);

export function createPins(ctx: StoreContext, parts: Parts): PinsOf {
  const { channels, messages, outbox, pins, recalls, views } = parts;
  /** Keys of the pinned messages that were told last, by chat. */
  const told = new Map<string, ReadonlySet<string>>();

  /** Ids in their order, those that wait included. */
  function wished(channel: ChannelRef): Map<string, boolean> {
    const channelNo = channels.find(channel);
    const ids = new Map((channelNo === null ? [] : pins.of(channelNo)).map((id) => [id, false]));
    for (const wish of outbox.actions.pinWishes(channel)) {
      if (wish.messageId === null) ids.clear();
      else if (!wish.on) ids.delete(wish.messageId);
      else if (!ids.has(wish.messageId)) ids.set(wish.messageId, true);
    }
    return ids;
  }

  function list(channel: ChannelRef): PinView[] {
    const shown: PinView[] = [];
    for (const [messageId, pending] of wished(channel)) {
      const row = messages.byId(messageId);
      if (row?.shown !== 1) continue;
      const message = views.ofRow(row);
      if (canPin(message)) shown.push({ message, ...(pending && { pending: true as const }) });
    }
    told.set(channelKey(channel), new Set(shown.map(({ message }) => message.key)));
    return shown;
  }

  return {
    replace(channel, all) {
      const newest = all.toSorted((a, b) => a.pinnedAtMs - b.pinnedAtMs).slice(-MOST_PINS);
      ctx.write(() => {
        const channelNo = channels.no(channel);
        const before = pins.of(channelNo);
        const wanted = new Set(newest.map(({ messageId }) => messageId));
        pins.remove(before.filter((id) => !wanted.has(id)));
        for (const { messageId, pinnedAtMs } of newest)
          if (messages.byId(messageId)?.channel_no === channelNo) pins.put(channelNo, messageId, pinnedAtMs);
        if (pins.of(channelNo).join(' ') !== before.join(' ')) ctx.changes.pins(channel);
      });
    },
    has: (messageId) => pins.has(messageId),
    putOwn(channel, messageId, on) {
      ctx.write(() => {
        if (on) pins.put(channels.no(channel), messageId, ctx.serverNow());
        else pins.remove([messageId]);
        ctx.changes.pins(channel);
      });
    },
    putClear(channel) {
      ctx.write(() => {
        pins.remove(pins.of(channels.no(channel)));
        ctx.changes.pins(channel);
      });
    },
    ask(channel, messageId, on) {
      ctx.write(() => {
        outbox.actions.dropPin(messageId);
        const { seq = 0 } = messages.byId(messageId) ?? {};
        outbox.actions.add({ kind: 'pin', channel, args: { messageId, messageSeq: seq, on } });
        // (Whoever asks may not know yet that it is gone.)
        recalls.eraseStale([messageId], null);
        ctx.changes.pins(channel);
      });
    },
    askClear(channel) {
      ctx.write(() => {
        for (const { messageId } of outbox.actions.pinWishes(channel))
          if (messageId !== null) outbox.actions.dropPin(messageId);
        outbox.actions.add({ kind: 'unpinAll', channel, args: {} });
        ctx.changes.pins(channel);
      });
    },
    list,
    news(channel, changes) {
      const before = told.get(channelKey(channel));
      if (!before || (changes !== 'all' && [...before].every((key) => stays(key, changes)))) return null;
      const now = list(channel);
      const keys = new Set(now.map(({ message }) => message.key));
      const gone = [...before].filter((key) => !keys.has(key));
      return {
        pins: now,
        recalled: gone.filter((key) => {
          const state = rowView(channel, key)?.recall?.state;
          return state !== undefined && state !== 'denied';
        }).length,
      };
    },
  };

  function rowView(channel: ChannelRef, key: string) {
    const channelNo = channels.find(channel);
    const row = channelNo === null ? undefined : messages.byKey(channelNo, key);
    return row && views.ofRow(row);
  }
}
