import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import { Emitter } from '../../../shared/emitter.ts';
import type { MessageWindow } from './message-window.ts';

/** Something that happened just now, for announcements and notices. Handed to listeners, never stored. */
export interface LiveEvent {
  channel: ChannelRef;
  /** Whether the conversation is open. */
  open: boolean;
  arrived: MessageView[];
  /** Loaded messages that became recalled with this delta. */
  recalled: MessageView[];
  /** Ids of everything that is recalled according to this delta, loaded or not. */
  recalledIds: string[];
  /** Own recalls that were refused with this delta. */
  denied: MessageView[];
  removed: string[];
  /** Ids of loaded messages that were removed. */
  removedIds: string[];
  /** Loaded messages that say something else now. */
  edited: MessageView[];
}

export const liveEvents = new Emitter<LiveEvent>();

/** Tells about arrivals, recalls and refusals, after they were applied. */
export const onLiveEvent = liveEvents.on;

/** What a delta tells; `window`: what was loaded before it, null = the conversation is not open. */
export function eventOf(
  delta: Extract<CoreDelta, { kind: 'messages' }>,
  window: MessageWindow | null,
): LiveEvent {
  const event: LiveEvent = {
    channel: delta.channel,
    open: window !== null,
    arrived: [],
    recalled: [],
    recalledIds: [],
    denied: [],
    removed: delta.removed,
    removedIds: delta.removed.flatMap((key) => window?.byKey.get(key)?.messageId ?? []),
    edited: [],
  };
  for (const message of delta.upserts) {
    const known = window?.byKey.get(message.key);
    const state = message.recall?.state;
    if (known && message.edited && saysOther(known, message)) event.edited.push(message);
    if (state === 'done') {
      if (message.messageId !== null) event.recalledIds.push(message.messageId);
      if (known && known.recall?.state !== 'done') event.recalled.push(message);
    } else if (state === 'denied') {
      if (known?.recall?.state !== 'denied') event.denied.push(message);
    } else if (delta.live && window && !known && !message.own && state === undefined) {
      event.arrived.push(message);
    }
  }
  return event;
}

const saysOther = (a: MessageView, b: MessageView): boolean =>
  a.content.kind !== b.content.kind ||
  (a.content.kind === 'text' && b.content.kind === 'text' && a.content.text !== b.content.text);
