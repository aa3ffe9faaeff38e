import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import { messageView } from '../../../shared/testing/message-view.ts';
import { itemsAfter, mergeFirstPage, sharedRows } from './shared-content.ts';

const channel = { channelId: 'g', channelType: 2 };
const of = { channel, kind: 'link' as const };
const link = (seq: number, change: Partial<MessageView> = {}): MessageView =>
  messageView(seq, {
    content: { kind: 'text', text: `https://a.example/${seq}`, mention: { all: false, uids: [] } },
    ...change,
  });
const delta = (upserts: MessageView[], removed: string[] = []) =>
  ({ kind: 'messages', channel, upserts, removed, live: false }) as const;
const keys = (items: readonly { key: string }[]): string[] => items.map(({ key }) => key);

describe('items of the shared content', () => {
  const items = [link(3), link(2), link(1)];

  it('leave with the update that takes them away', () => {
    const recalled = messageView(2, { content: { kind: 'recalled' } });
    expect(keys(itemsAfter(items, of, [delta([recalled])]).items)).toEqual(['k3', 'k1']);
    expect(keys(itemsAfter(items, of, [delta([], ['k3'])]).items)).toEqual(['k2', 'k1']);
    // Edited into something without a link.
    expect(keys(itemsAfter(items, of, [delta([messageView(1, { edited: true })])]).items)).toEqual([
      'k3',
      'k2',
    ]);
    expect(itemsAfter(items, of, [{ kind: 'reload', channel }])).toEqual({ items: [], stale: true });
  });

  it('say what they say now', () => {
    const edited = link(2, {
      edited: true,
      content: { kind: 'text', text: 'http://b.example', mention: { all: false, uids: [] } },
    });
    const after = itemsAfter(items, of, [delta([edited])]);
    expect(after.items[1]).toBe(edited);
    expect(after.stale).toBe(true);
  });

  it('are the same list when nothing of them changed; an arrival lets it be read again', () => {
    const elsewhere = { ...delta([link(9)]), channel: { channelId: 'other', channelType: 2 } };
    expect(itemsAfter(items, of, [elsewhere])).toEqual({ items, stale: false });
    expect(itemsAfter(items, of, [elsewhere]).items).toBe(items);
    expect(itemsAfter(items, of, [delta([messageView(9)])]).stale).toBe(false);
    const arrived = itemsAfter(items, of, [delta([link(9)])]);
    expect([arrived.items === items, arrived.stale]).toEqual([true, true]);
    // Not sent yet: the server may refuse it.
    expect(itemsAfter(items, of, [delta([link(9, { messageId: null })])]).stale).toBe(false);
  });

  it('keep what was loaded beyond a first page that is read again', () => {
    expect(keys(mergeFirstPage(items, [link(4), link(3)], false))).toEqual(['k4', 'k3', 'k2', 'k1']);
    expect(keys(mergeFirstPage(items, [link(4)], true))).toEqual(['k4']);
    expect(mergeFirstPage(items, [], false)).toEqual([]);
  });
});

const at = (seq: number, year: number, month: number): MessageView =>
  link(seq, { timestamp: new Date(year, month, 15).getTime() / 1000 });

it('lines stand under their months, three in a grid', () => {
  const items = [...[9, 8, 7, 6].map((seq) => at(seq, 2026, 10)), at(5, 2026, 9), at(4, 2025, 9)];
  const rows = sharedRows(items, 3);
  expect(rows.map((row) => (row.kind === 'month' ? 'month' : keys(row.items)))).toEqual([
    'month',
    ['k9', 'k8', 'k7'],
    ['k6'],
    'month',
    ['k5'],
    'month',
    ['k4'],
  ]);
  expect(rows.flatMap((row) => (row.kind === 'items' ? [row.first] : []))).toEqual([0, 3, 4, 5]);
  expect(sharedRows(items, 1).filter(({ kind }) => kind === 'items')).toHaveLength(6);
});
