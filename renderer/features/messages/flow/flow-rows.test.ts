import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../../shared/domain.ts';
import type { SystemPart } from '../../../../shared/content/system-lines.ts';
import { messageView } from '../../../../shared/testing/message-view.ts';
import { type FlowRow, messagesOfRow } from '../row/flow-row.ts';
import { buildRows, type RowOptions, shareRows } from './flow-rows.ts';

const noon = new Date(2026, 10, 23, 12).getTime() / 1000;
const options: RowOptions = {
  me: { uid: 'me', name: '我自己' },
  unreadAfterSeq: null,
  showRecallNotes: true,
  unfolded: new Set(),
  nowMs: noon * 1000,
  knowsActor: () => true,
};

const message = (seq: number, patch: Partial<MessageView> = {}): MessageView =>
  messageView(seq, { timestamp: noon + seq, ...patch });
const done = (seq: number, revokerUid: string | null, reeditUntilMs: number | null = null): MessageView =>
  message(seq, {
    content: { kind: 'recalled' },
    recall: { state: 'done', revokerUid, revokerName: '', revokerRole: null, reeditUntilMs },
  });
const starts = (rows: FlowRow[]): unknown[] =>
  rows.map((row) => (row.kind === 'bubble' ? row.groupStart : row.kind));

const kinds = (list: MessageView[]): string[] => buildRows(list, options).map((row) => row.kind);

describe('groups', () => {
  it('joins one sender within five minutes', () => {
    const rows = buildRows([message(1), message(2), message(3, { timestamp: noon + 302 })], options);
    expect(starts(rows)).toEqual([true, false, false]);
    const gap = buildRows([message(1, { timestamp: noon }), message(2, { timestamp: noon + 301 })], options);
    expect(starts(gap)).toEqual([true, true]);
  });

  it('starts anew after another sender, a line between and on a new day', () => {
    expect(starts(buildRows([message(1), message(2, { fromUid: 'b' }), message(3)], options))).toEqual([
      true,
      true,
      true,
    ]);
    expect(starts(buildRows([message(1), done(2, 'a'), message(3)], options))).toEqual([
      true,
      'recall',
      true,
    ]);
    const midnight = new Date(2026, 10, 24).getTime() / 1000;
    const rows = buildRows(
      [message(1, { timestamp: midnight - 10 }), message(2, { timestamp: midnight + 10 })],
      options,
    );
    expect(starts(rows)).toEqual([true, true]);
    expect(rows.map((row) => row.day !== null)).toEqual([true, true]);
  });
});

/** Whether the divider stands above a system line of these words. */
const dividersAbove = (parts: SystemPart[]): boolean[] =>
  buildRows([message(1, { content: { kind: 'system', type: 1003, parts } })], {
    ...options,
    unreadAfterSeq: 0,
  }).map(({ unread }) => unread);

describe('date chips and unread divider', () => {
  it('takes no line about something that I did for a new one', () => {
    const line = (seq: number, uid: string): MessageView =>
      message(seq, {
        content: {
          kind: 'system',
          type: 1001,
          parts: [
            { text: 'A', uid },
            { text: '邀请', uid: null },
            { text: 'B', uid: 'b' },
          ],
        },
      });
    const rows = buildRows([line(1, 'me'), line(2, 'c'), message(3)], { ...options, unreadAfterSeq: 0 });
    expect(rows.map(({ unread }) => unread)).toEqual([false, true, false]);
  });

  it('takes a line about what was done to me for a new one, whoever is named first', () => {
    const me = { text: '我自己', uid: 'me' };
    const words = (...parts: (string | typeof me)[]): SystemPart[] =>
      parts.map((part) => (typeof part === 'string' ? { text: part, uid: null } : part));
    expect(dividersAbove(words('陈屿将', me, '移除群聊'))).toEqual([true]);
    expect(dividersAbove(words('“', me, '”已成为新群主'))).toEqual([true]);
    expect(dividersAbove(words({ text: '陈屿', uid: 'chen' }, '邀请', me, '加入群聊'))).toEqual([true]);
    // What I did, also where the server names me in the text alone.
    expect(dividersAbove(words('我自己将', { text: '苏航', uid: 'su' }, '移除群聊'))).toEqual([false]);
    expect(dividersAbove(words(me, '退出群聊'))).toEqual([false]);
    expect(dividersAbove(words(me, '通过', { text: '陈屿', uid: 'chen' }, '的二维码加入群聊'))).toEqual([
      false,
    ]);
  });

  it('says where the new ones begin only where that is loaded', () => {
    const list = [message(5), message(6), message(7)];
    const dividers = (unreadAfterSeq: number, cutOff: boolean): boolean[] =>
      buildRows(list, { ...options, unreadAfterSeq, cutOff }).map(({ unread }) => unread);
    expect(dividers(3, false)).toEqual([true, false, false]);
    expect(dividers(3, true)).toEqual([false, false, false]);
    expect(dividers(5, true)).toEqual([false, true, false]);
  });

  it('puts one chip on the first row of each day', () => {
    const rows = buildRows([message(1), message(2), message(3, { timestamp: noon + 86_400 })], options);
    expect(rows.map((row) => row.day !== null)).toEqual([true, false, true]);
  });

  it('puts the divider above the first new message of others, once', () => {
    const list = [message(1), message(2, { own: true, fromUid: 'me' }), message(3), message(4)];
    const rows = buildRows(list, { ...options, unreadAfterSeq: 1 });
    expect(rows.map((row) => row.unread)).toEqual([false, false, true, false]);
    expect(buildRows(list, options).some((row) => row.unread)).toBe(false);
  });

  it('moves on to a visible row when the first new one is a hidden recall', () => {
    const rows = buildRows([message(1), done(2, 'a'), message(3)], {
      ...options,
      unreadAfterSeq: 1,
      showRecallNotes: false,
    });
    expect(rows.map((row) => [row.key, row.unread])).toEqual([
      ['k1', false],
      ['k3', true],
    ]);
  });
});

describe('recall lines', () => {
  it('folds three adjacent ones by one actor, and unfolds', () => {
    const list = [done(1, 'x'), done(2, 'x'), done(3, 'x'), done(4, 'y')];
    const rows = buildRows(list, options);
    expect(rows.map((row) => row.kind)).toEqual(['folded', 'recall']);
    expect(rows[0]?.kind === 'folded' && rows[0].messages.map((m) => m.key)).toEqual(['k1', 'k2', 'k3']);
    expect(buildRows(list, { ...options, unfolded: new Set(['k1']) })).toHaveLength(4);
  });

  it('does not fold two, other actors, unknown actors or across a message', () => {
    expect(kinds([done(1, 'x'), done(2, 'x')])).toEqual(['recall', 'recall']);
    expect(kinds([done(1, 'x'), done(2, 'y'), done(3, 'x')])).toEqual(['recall', 'recall', 'recall']);
    expect(kinds([done(1, null), done(2, null), done(3, null)])).toEqual(['recall', 'recall', 'recall']);
    expect(kinds([done(1, 'x'), done(2, 'x'), message(3), done(4, 'x')])).not.toContain('folded');
  });

  it('does not fold what has no name to show', () => {
    const list = [done(1, 'x'), done(2, 'x'), done(3, 'x')];
    expect(buildRows(list, { ...options, knowsActor: () => false })).toHaveLength(3);
  });

  it('never folds a line that offers to edit again, until its time is over', () => {
    const until = options.nowMs + 1_000;
    const list = [done(1, 'x', until), done(2, 'x', until), done(3, 'x', until)];
    expect(buildRows(list, options).map((row) => row.kind)).toEqual(['recall', 'recall', 'recall']);
    expect(buildRows(list, { ...options, nowMs: until }).map((row) => row.kind)).toEqual(['folded']);
  });

  it('hides finished recalls when notes are off, but not one under way', () => {
    const list = [done(1, 'x'), message(2, { recall: { state: 'pending' } })];
    expect(buildRows(list, { ...options, showRecallNotes: false }).map((row) => row.key)).toEqual(['k2']);
  });

  it('shows every message exactly once and in order, folded or not', () => {
    const kind = fc.constantFrom('text', 'x', 'y', 'unknown', 'reedit');
    fc.assert(
      fc.property(
        fc.array(kind, { maxLength: 40 }),
        fc.option(fc.integer({ min: 0, max: 40 })),
        (kinds, unreadAfterSeq) => {
          const list = kinds.map((k, i) => {
            if (k === 'text') return message(i + 1);
            if (k === 'reedit') return done(i + 1, 'x', options.nowMs + 1);
            return done(i + 1, k === 'unknown' ? null : k);
          });
          const rows = buildRows(list, { ...options, unreadAfterSeq });
          expect(rows.flatMap(messagesOfRow).map((m) => m.key)).toEqual(list.map((m) => m.key));
          expect(rows.filter((row) => row.unread).length).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('what rows hold and share', () => {
  it('holds nothing of what a message says', () => {
    const quote = {
      messageId: '9',
      messageSeq: 9,
      fromUid: 'q',
      fromName: 'Q',
      state: 'ok' as const,
      preview: 'secret',
    };
    const mention = { all: false, uids: ['me'] };
    const list = [message(1, { content: { kind: 'text', text: 'secret', mention }, quote }), done(2, 'x')];
    const rows = buildRows(list, options);
    expect(JSON.stringify(rows)).not.toContain('secret');
    expect(rows[0]).toMatchObject({ kind: 'bubble', mentionsMe: true });
  });

  it('keeps rows that say the same, so that only what changed is drawn again', () => {
    const list = [message(1), message(2), done(3, 'x'), done(4, 'x'), done(5, 'x')];
    const before = buildRows(list, options);
    expect(shareRows(before, buildRows(list, options))).toBe(before);
    const after = shareRows(before, buildRows([...list, done(6, 'x'), message(7)], options));
    expect(after.map((row) => before.includes(row))).toEqual([true, true, false, false]);
    const recalled = shareRows(before, buildRows([done(1, 'y'), ...list.slice(1)], options));
    // The second one begins a group now.
    expect(recalled.map((row) => before.includes(row))).toEqual([false, false, true]);
  });
});

const image = { kind: 'image' as const, url: 'u', width: 4, height: 3 };
const tile = (seq: number, album: number | null = 7, patch: Partial<MessageView> = {}): MessageView =>
  message(seq, { content: image, ...(album === null ? {} : { album }), ...patch });
const goneTile = (seq: number, state: 'done' | 'pending' = 'done'): MessageView => ({
  ...(state === 'done' ? done(seq, 'a') : message(seq, { content: { kind: 'recalled' }, recall: { state } })),
  album: 7,
});
const albums = (rows: readonly FlowRow[]): unknown[] =>
  rows.map((row) =>
    row.kind === 'album' ? row.messages.map(({ messageSeq }) => messageSeq) : [row.kind, row.messageSeq],
  );

describe('albums', () => {
  it('are images of one key that follow one another; without a key nothing is grouped', () => {
    const list = [tile(1, null), tile(2), tile(3), message(4), tile(5), tile(6, 8), tile(7, 8)];
    const rows = buildRows(list, options);
    expect(albums(rows)).toEqual([['bubble', 1], [2, 3], ['bubble', 4], [5], [6, 7]]);
    expect(new Set(rows.map((row) => (row.kind === 'album' ? row.id : row.key))).size).toBe(rows.length);
    // Of others, on another day, with a quote: not the same picture.
    const quote = {
      messageId: '1',
      messageSeq: 1,
      fromUid: 'a',
      fromName: '',
      state: 'ok',
      preview: '',
    } as const;
    const apart = [
      tile(1),
      tile(2, 7, { fromUid: 'b' }),
      tile(3, 7, { quote }),
      tile(4, 7, { timestamp: noon + 86_400 }),
    ];
    expect(albums(buildRows(apart, options))).toEqual([[1], [2], [3], [4]]);
  });

  it('are images and videos alike, in their order', () => {
    const film = { kind: 'video' as const, url: 'f', cover: 'c', seconds: 1, size: 1, width: 4, height: 3 };
    const list = [tile(1), tile(2, 7, { content: film }), tile(3), tile(4, null, { content: film })];
    expect(albums(buildRows(list, options))).toEqual([
      [1, 2, 3],
      ['bubble', 4],
    ]);
  });

  it('hold nine; more of one key are the next', () => {
    const rows = buildRows(
      Array.from({ length: 20 }, (_, at) => tile(at + 1)),
      options,
    );
    expect(rows.map((row) => messagesOfRow(row).length)).toEqual([9, 9, 2]);
  });

  it('lose a recalled image to a line under them, whichever it was, and keep their identity', () => {
    const before = buildRows([tile(1), tile(2), tile(3), message(4)], options);
    for (const gone of [1, 2, 3]) {
      for (const state of ['pending', 'done'] as const) {
        const list = [1, 2, 3].map((seq) => (seq === gone ? goneTile(seq, state) : tile(seq)));
        const rows = buildRows([...list, message(4)], options);
        const left = [1, 2, 3].filter((seq) => seq !== gone);
        expect(albums(rows)).toEqual([left, ['recall', gone], ['bubble', 4]]);
        const [a] = before;
        const [b] = rows;
        expect(a?.kind === 'album' && b?.kind === 'album' && a.id === b.id).toBe(true);
      }
    }
  });

  it('fold their lines, hide them where that is wanted, and are lines alone at last', () => {
    const list = [goneTile(1), tile(2), goneTile(3), goneTile(4)];
    expect(albums(buildRows(list, options))).toEqual([[2], ['folded', 1]]);
    expect(albums(buildRows(list, { ...options, showRecallNotes: false }))).toEqual([[2]]);
    expect(albums(buildRows([goneTile(1), goneTile(2)], options))).toEqual([
      ['recall', 1],
      ['recall', 2],
    ]);
  });

  it('have the chip of their day and the unread divider above all of them', () => {
    const [row, line] = buildRows([goneTile(1), tile(2), tile(3)], { ...options, unreadAfterSeq: 2 });
    expect([row?.kind, row?.day, row?.unread, line?.kind, line?.day, line?.unread]).toEqual([
      'album',
      noon + 2,
      true,
      'recall',
      null,
      false,
    ]);
  });
});
