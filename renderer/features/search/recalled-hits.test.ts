import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { SearchHit } from '../../../shared/ipc/contract/search.ts';
import { withoutRecalled } from './recalled-hits.ts';

const channel = { channelId: 'g', channelType: 2 };
const hit = (key: string): SearchHit => ({
  message: { key, channel, content: { kind: 'text' } } as MessageView,
  channelName: 'G',
  ranges: [],
});
const change = (upserts: { key: string; kind: string }[], removed: string[] = [], id = 'g'): CoreDelta => ({
  kind: 'messages',
  channel: { channelId: id, channelType: 2 },
  upserts: upserts.map(({ key, kind }) => ({ key, content: { kind } }) as MessageView),
  removed,
  live: false,
});
const keys = (list: SearchHit[]): string[] => list.map((entry) => entry.message.key);

describe('withoutRecalled', () => {
  const hits = [hit('a'), hit('b'), hit('c')];
  it('drops recalled and deleted messages and nothing else', () => {
    const deltas = [
      change(
        [
          { key: 'a', kind: 'recalled' },
          { key: 'b', kind: 'text' },
        ],
        ['c'],
      ),
    ];
    expect(keys(withoutRecalled(hits, deltas))).toEqual(['b']);
  });
  it('keeps a message with the same key in another chat', () => {
    expect(keys(withoutRecalled(hits, [change([{ key: 'a', kind: 'recalled' }], [], 'other')]))).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
  it('drops all of a chat that is loaded again: any of them may have gone', () => {
    expect(withoutRecalled(hits, [{ kind: 'reload', channel }])).toEqual([]);
    expect(
      withoutRecalled(hits, [{ kind: 'reload', channel: { ...channel, channelId: 'other' } }]),
    ).toHaveLength(3);
  });
  it('is the same array when nothing changed', () => {
    expect(withoutRecalled(hits, [change([{ key: 'x', kind: 'text' }])])).toBe(hits);
  });
});
