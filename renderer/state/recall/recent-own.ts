/** Messages of somebody in a chat since a time, by kind: none of their words are kept. */
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import type { MessagePage } from '../../../shared/ipc/contract/messages.ts';
import { call } from '../bridge.ts';
import { isRecalled } from '../messages/is-recalled.ts';
import { onMessageDelta } from '../session/session-store.ts';

const PAGE = 100;
/** Of a chat in which others say more than this meanwhile, the older ones are not found. */
const MOST_PAGES = 10;

export const RECENT_KINDS = ['text', 'image', 'voice', 'video', 'file', 'other'] as const;
export type RecentKind = (typeof RECENT_KINDS)[number];

export interface RecentOwn {
  kind: RecentKind;
  /** Without words. */
  message: MessageView;
}

const NAMED: ReadonlySet<string> = new Set(RECENT_KINDS);

const kindOf = ({ content: { kind } }: MessageView): RecentKind =>
  NAMED.has(kind) ? (kind as RecentKind) : 'other';

function withoutWords(message: MessageView): MessageView {
  const { reactions: _, ...rest } = message;
  return { ...rest, content: { kind: 'unsupported', type: 0 }, quote: null };
}

const isMeant = (message: MessageView, of: string | null, since: number): boolean =>
  (of === null ? message.own : message.fromUid === of) &&
  message.timestamp >= since &&
  !isRecalled(message) &&
  message.send.state !== 'failed' &&
  message.content.kind !== 'system';

interface Recent {
  found: RecentOwn[];
  /** The chat was read back to that time. */
  whole: boolean;
}

/** Own messages since a time (Unix seconds), the newest last; those that have not left yet among them. */
export const recentOwn = async (channel: ChannelRef, since: number): Promise<RecentOwn[]> =>
  (await recentOf(channel, null, since)).found;

/** The same of a member; `of`: null = own ones. */
export async function recentOf(channel: ChannelRef, of: string | null, since: number): Promise<Recent> {
  const gone = new Set<string>();
  // Of a page that was read before the next.
  const end = onMessageDelta((deltas) => {
    for (const delta of deltas) {
      if (delta.kind !== 'messages' || channelKey(delta.channel) !== channelKey(channel)) continue;
      for (const key of delta.removed) gone.add(key);
      for (const message of delta.upserts) if (isRecalled(message)) gone.add(message.key);
    }
  });
  try {
    const { found, whole } = await readBack(channel, of, since);
    return { found: found.filter(({ message }) => !gone.has(message.key)), whole };
  } finally {
    end();
  }
}

async function readBack(channel: ChannelRef, of: string | null, since: number): Promise<Recent> {
  const found: RecentOwn[] = [];
  let before: number | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer: MessagePage = await call('messages.page', {
      channel,
      anchor: before === null ? { at: 'latest' } : { at: 'before', order: before },
      limit: PAGE,
    });
    const own = answer.messages.filter((message) => isMeant(message, of, since));
    found.unshift(...own.map((message) => ({ kind: kindOf(message), message: withoutWords(message) })));
    const [oldest] = answer.messages;
    if (!oldest || !answer.hasOlder || oldest.timestamp < since) return { found, whole: true };
    before = oldest.order;
  }
  return { found, whole: false };
}
