import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { SearchHit } from '../../../shared/ipc/contract/search.ts';
import { anyEdited, withoutEdited, withoutRecalled } from './recalled-hits.ts';

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

const saying = (key: string, text: string, edited = true, id = 'g'): MessageView =>
  ({
    key,
    channel: { channelId: id, channelType: 2 },
    content: { kind: 'text', text, mention: { all: false, uids: [] } },
    edited,
  }) as unknown as MessageView;
const pushed = (...upserts: MessageView[]): CoreDelta[] => [
  { kind: 'messages', channel, upserts, removed: [], live: false },
];

const forward = (blank: string[]): MessageView =>
  ({ ...saying('a', ''), content: { kind: 'history', lines: [], blank }, edited: false }) as never;

describe('hits of a message that is edited', () => {
  const found = ['a', 'b'].map((key): SearchHit => ({ ...hit(key), message: saying(key, 'tiger', false) }));

  it('go until the words are looked for again', () => {
    const deltas = pushed(saying('a', 'lion'));
    expect(anyEdited(found, deltas)).toBe(true);
    expect(keys(withoutEdited(found, deltas))).toEqual(['b']);
    expect(JSON.stringify(withoutEdited(found.slice(0, 1), deltas))).not.toContain('tiger');
  });
  it('go with an entry of a merged forward that was recalled', () => {
    expect(anyEdited([{ ...hit('a'), message: forward([]) }], pushed(forward(['1'])))).toBe(true);
    expect(anyEdited([{ ...hit('a'), message: forward(['1']) }], pushed(forward(['1'])))).toBe(false);
  });
  it.each([
    ['the same words', saying('a', 'tiger')],
    ['a message that was not edited', saying('a', 'lion', false)],
    ['another chat', saying('a', 'lion', true, 'other')],
    ['a message that is no hit', saying('x', 'lion')],
  ])('stay for %s', (_what, now) => {
    expect(anyEdited(found, pushed(now))).toBe(false);
    expect(withoutEdited(found, pushed(now))).toEqual(found);
  });
});
