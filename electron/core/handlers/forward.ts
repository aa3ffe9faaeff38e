/** Copies of messages for other conversations, one by one or in one message, and what is read of the latter. */
import { Buffer } from 'node:buffer';
import { MERGE_FORWARD } from '../../../shared/content/merged-forward.ts';
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { HistoryLevel, messageContract } from '../../../shared/ipc/contract/messages.ts';
import { albumsOfCopies, copyForForward, textPayload } from './compose-payload.ts';
import { type CoreContext, requireWritable } from './core-context.ts';
import { type Composed, enqueue } from './enqueue.ts';

interface Copies {
  composed: Composed[];
  /** How many of the messages cannot be sent on. */
  skipped: number;
  /** They do not fit into one message. */
  tooMuch?: true;
}

export function forwardHandlers(
  context: CoreContext,
): Pick<
  Handlers<typeof messageContract>,
  'messages.closed' | 'messages.forward' | 'messages.history' | 'messages.inForwards'
> {
  return {
    'messages.forward'({ channel, keys, to, merged = false, note = '' }) {
      requireWritable(context);
      const { composed, ...rest } = merged
        ? mergedCopies(context, channel, keys, to)
        : forwardCopies(context, channel, keys, to);
      enqueue(context, composed.length > 0 ? [...composed, ...notes(note, to)] : []);
      context.outbox.kick();
      return { sent: composed.length, ...rest };
    },
    'messages.closed': ({ channels }) =>
      channels.flatMap((channel) => {
        const block = context.store.people.channelInfo(channel).composerBlock;
        return block === null ? [] : [{ channel, block }];
      }),
    'messages.inForwards': ({ channel, keys }) => context.store.messages.inForwards(channel, keys),
    'messages.history'({ channel, key, path }) {
      const level = context.store.messages.level(channel, key, path);
      if (level) askAboutEntries(context, level);
      return level;
    },
  };
}

/** Of one that somebody made up; what a person forwards is of one chat. */
const MOST_ORIGINS = 4;

/**
 * What is read is asked about: a recall that nobody told of here takes its entry out while it is read. Of messages that
 * are not cached nobody here knows which chat to ask about.
 */
function askAboutEntries({ log, store, sync }: CoreContext, { entries }: HistoryLevel): void {
  const ids = entries.flatMap(({ messageId }) => messageId ?? []);
  for (const origin of store.messages.originsOf(ids, MOST_ORIGINS))
    sync.extraSync
      .request(origin, 'extra', performance.now())
      .catch((error: unknown) =>
        log('info', `what is read was not compared with the server: ${reasonOf(error)}`),
      );
}

/** One copy of each message for each target, in the order of the conversation, whatever order they were picked in. */
function forwardCopies(
  { store }: CoreContext,
  channel: ChannelRef,
  keys: readonly string[],
  to: readonly ChannelRef[],
): Copies {
  const targets = different(to);
  const views = inOrder(store, channel, keys);
  const sent: { original: Record<string, unknown>; copy: Record<string, unknown>; of: string | null }[] = [];
  for (const view of views) {
    // An upload that no sent message names may still be taken back.
    const uploading =
      view.messageId === null && ['image', 'file', 'voice', 'video'].includes(view.content.kind);
    const payload = view.recall || uploading ? null : store.messages.payloadOf(channel, view.key);
    const copy = payload ? copyForForward(payload) : null;
    if (payload && copy) sent.push({ original: payload, copy, of: view.messageId });
  }
  const byTarget = targets.map((channelOf) => ({ channelOf, payloads: albumsOfCopies(sent) }));
  const composed = sent.flatMap(({ of }, at) =>
    byTarget.map(({ channelOf, payloads }): Composed => ({
      channel: channelOf,
      payload: payloads[at] ?? {},
      forwardOf: of,
    })),
  );
  return { composed, skipped: keys.length - composed.length / Math.max(1, targets.length) };
}

/**
 * What somebody adds is a message of their own: it comes after the copies in each chat, and stays when they are
 * recalled before they leave.
 */
function notes(note: string, to: readonly ChannelRef[]): Composed[] {
  const text = note.trim();
  if (text === '') return [];
  return different(to).map((channel) => ({
    channel,
    payload: textPayload(text, { all: false, uids: [] }, null),
  }));
}

const different = (to: readonly ChannelRef[]): ChannelRef[] => [
  ...new Map(to.map((target) => [channelKey(target), target])).values(),
];

function inOrder(store: CoreContext['store'], channel: ChannelRef, keys: readonly string[]): MessageView[] {
  const views = [...new Set(keys)]
    .map((key) => store.messages.get(channel, key))
    .filter((view) => view !== null);
  return views.sort((a, b) => a.order - b.order);
}

/**
 * Bytes of the payload of a merged forward, as JSON: what WuKongIM takes in one packet is more, and TSDD's web client
 * stops at about 120 kB of cipher text (wukongim.md A).
 */
const MOST_MERGED_BYTES = 80_000;

/**
 * One message for each target, with copies of all of these in it, as TSDD's clients write it: in the order of the
 * conversation, under the names by which people call themselves. What was not sent yet, is recalled or burns is left
 * out.
 */
function mergedCopies(
  { store }: CoreContext,
  channel: ChannelRef,
  keys: readonly string[],
  to: readonly ChannelRef[],
): Copies {
  const users = new Map<string, string>();
  const msgs = inOrder(store, channel, keys).flatMap((view) => {
    const payload =
      view.recall || view.messageId === null ? null : store.messages.payloadOf(channel, view.key);
    const copy = payload && copyForForward(payload);
    if (!copy) return [];
    const { fromUid, messageId, timestamp } = view;
    users.set(fromUid, store.people.publicName(channel, fromUid));
    return [{ message_id: messageId, from_uid: fromUid, timestamp, payload: copy }];
  });
  if (msgs.length === 0) return { composed: [], skipped: keys.length };
  const payload = {
    type: MERGE_FORWARD,
    channel_type: channel.channelType,
    users: [...users].map(([uid, name]) => ({ uid, name })),
    msgs,
  };
  if (Buffer.byteLength(JSON.stringify(payload)) > MOST_MERGED_BYTES)
    return { composed: [], skipped: 0, tooMuch: true };
  const composed = different(to).map((target): Composed => ({ channel: target, payload }));
  return { composed, skipped: keys.length - msgs.length };
}
