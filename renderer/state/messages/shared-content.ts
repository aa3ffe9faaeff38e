/** The shared content of a chat as it is shown, and what a change of messages does to it. Pure. */
import { type SharedKind, sharedKindOf } from '../../../shared/content/shared-kind.ts';
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';

export interface SharedFilters {
  /** In the name of a file, or the words around a link. */
  text: string;
  fromUid: string | null;
  /** Unix seconds, inclusive / exclusive. */
  since: number | null;
  until: number | null;
}

export interface ItemsAfter {
  items: MessageView[];
  /** Something may be in it that was not, or is no longer found: it is to be read again. */
  stale: boolean;
}

/**
 * The items that are left after these deltas, in the same turn: without what was recalled, is being recalled, was
 * deleted, or says something else now. Of a chat that is loaded again nobody knows: nothing is left.
 */
export function itemsAfter(
  items: MessageView[],
  of: { channel: ChannelRef; kind: SharedKind },
  deltas: readonly CoreDelta[],
): ItemsAfter {
  const key = channelKey(of.channel);
  let left = items;
  let stale = false;
  for (const delta of deltas) {
    if (delta.kind === 'reload' && channelKey(delta.channel) === key) return { items: [], stale: true };
    if (delta.kind !== 'messages' || channelKey(delta.channel) !== key) continue;
    const known = new Set(left.map((item) => item.key));
    const gone = new Set(delta.removed.filter((one) => known.has(one)));
    const changed = new Map<string, MessageView>();
    for (const message of delta.upserts) {
      const fits = message.flame === null && sharedKindOf(message.content) === of.kind;
      if (!known.has(message.key)) stale ||= fits && message.messageId !== null;
      else if (!fits) gone.add(message.key);
      else changed.set(message.key, message);
    }
    if (gone.size === 0 && changed.size === 0) continue;
    // What it is found by may be another thing now.
    stale = true;
    left = left.flatMap((item) => (gone.has(item.key) ? [] : [changed.get(item.key) ?? item]));
  }
  return { items: left, stale };
}

/** The first page once more, before what was loaded beyond it. */
export function mergeFirstPage(
  before: readonly MessageView[],
  page: readonly MessageView[],
  isLast: boolean,
): MessageView[] {
  const end = page.at(-1);
  if (isLast || !end) return [...page];
  return [...page, ...before.filter((item) => item.messageSeq < end.messageSeq)];
}

/** What lists and handlers hold of an item: which it is and from when, none of its words. */
export interface SharedHead {
  key: string;
  timestamp: number;
}

const heads = new WeakMap<readonly MessageView[], readonly SharedHead[]>();
export function headsOf(items: readonly MessageView[]): readonly SharedHead[] {
  const known = heads.get(items) ?? items.map(({ key, timestamp }) => ({ key, timestamp }));
  heads.set(items, known);
  return known;
}

export type SharedRow =
  | { kind: 'month'; key: string; atMs: number }
  /** One line of items: three in a grid, else one. */
  | { kind: 'items'; key: string; items: readonly SharedHead[]; first: number };

const monthOf = (atMs: number): string => {
  const date = new Date(atMs);
  return `${date.getFullYear()}-${date.getMonth()}`;
};

/** Lines under the months of the local calendar. */
export function sharedRows(items: readonly SharedHead[], columns: number): SharedRow[] {
  const rows: SharedRow[] = [];
  let month = '';
  let line: SharedHead[] = [];
  for (const [index, item] of items.entries()) {
    const atMs = item.timestamp * 1000;
    const own = monthOf(atMs);
    if (own !== month) {
      month = own;
      line = [];
      rows.push({ kind: 'month', key: `month-${own}`, atMs });
    }
    if (line.length === 0 || line.length === columns) {
      line = [];
      rows.push({ kind: 'items', key: item.key, items: line, first: index });
    }
    line.push(item);
  }
  return rows;
}
