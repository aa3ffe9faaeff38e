import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import type { CoreDelta, SearchHit } from '../../../shared/ipc/contract.ts';
import { excerpt, pieces, rangesOf } from './highlight.ts';
import { withoutRecalled } from './recalled-hits.ts';

describe('highlight', () => {
  it('cuts a text at its hits', () => {
    expect(
      pieces('不能撤回的撤回', [
        [2, 4],
        [5, 7],
      ]),
    ).toEqual([
      { text: '不能', hit: false },
      { text: '撤回', hit: true },
      { text: '的', hit: false },
      { text: '撤回', hit: true },
    ]);
  });
  it('survives ranges that overlap or leave the text', () => {
    const text = 'abcdef';
    const cut = pieces(text, [
      [4, 99],
      [0, 3],
      [1, 2],
      [7, 9],
      [3, 3],
    ]);
    expect(cut.map((piece) => piece.text).join('')).toBe(text);
    expect(cut.filter((piece) => piece.hit).map((piece) => piece.text)).toEqual(['abc', 'ef']);
  });
  it('finds all places, without regard to case', () => {
    expect(rangesOf('Recall the RECALL', 'recall')).toEqual([
      [0, 6],
      [11, 17],
    ]);
    expect(rangesOf('abc', '  ')).toEqual([]);
  });
  it('moves the first hit into view and keeps the ranges right', () => {
    const long = `${'字'.repeat(40)}撤回了`;
    const short = excerpt(long, rangesOf(long, '撤回'));
    expect(short.text.length).toBeLessThan(20);
    const [range] = short.ranges;
    expect(short.text.slice(range?.[0], range?.[1])).toBe('撤回');
    expect(excerpt('撤回', [[0, 2]]).text).toBe('撤回');
  });
});

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
