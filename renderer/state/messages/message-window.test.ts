import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import { messageView } from '../../../shared/testing/message-view.ts';
import {
  applyDelta,
  compareMessages,
  emptyWindow,
  extend,
  replaceWith,
  trim,
  type MessageWindow,
} from './message-window.ts';

const channel = { channelId: 'g1', channelType: 2 };

const message = (seq: number, patch: Partial<MessageView> = {}): MessageView =>
  messageView(seq, {
    key: `u:${seq}`,
    channel,
    fromUid: 'u',
    fromName: 'U',
    content: { kind: 'text', text: `secret-${seq}`, mention: { all: false, uids: [] } },
    ...patch,
  });

const recalled = (seq: number): MessageView =>
  message(seq, {
    content: { kind: 'recalled' },
    recall: { state: 'done', revokerUid: 'u', revokerName: '', revokerRole: 0, reeditUntilMs: null },
  });

const seqs = (window: MessageWindow): number[] =>
  window.keys.map((key) => window.byKey.get(key)?.messageSeq ?? -1);
const page = (from: number, to: number, hasOlder: boolean, hasNewer: boolean) => ({
  messages: Array.from({ length: to - from + 1 }, (_, i) => message(from + i)),
  hasOlder,
  hasNewer,
});

describe('message window', () => {
  it('takes new messages at the live end and ignores those beyond an end that is not loaded', () => {
    const live = replaceWith(emptyWindow, page(10, 12, true, false), []);
    expect(seqs(applyDelta(live, { upserts: [message(13), message(3)], removed: [] }))).toEqual([
      10, 11, 12, 13,
    ]);
    const middle = replaceWith(emptyWindow, page(10, 12, true, true), []);
    expect(seqs(applyDelta(middle, { upserts: [message(13), message(3)], removed: [] }))).toEqual([
      10, 11, 12,
    ]);
  });

  it('keeps the key of an own message from queued to acknowledged and moves it to its place', () => {
    const queued = message(0, { key: 'me:c1', order: 1e15, messageId: null, send: { state: 'queued' } });
    let window = replaceWith(emptyWindow, page(1, 2, false, false), []);
    window = applyDelta(window, { upserts: [queued, message(3)], removed: [] });
    expect(window.keys).toEqual(['u:1', 'u:2', 'u:3', 'me:c1']);
    window = applyDelta(window, { upserts: [message(4, { key: 'me:c1' }), message(5)], removed: [] });
    expect(window.keys).toEqual(['u:1', 'u:2', 'u:3', 'me:c1', 'u:5']);
  });

  it('replaces the content with the delta that recalls it and blanks quotes of it', () => {
    const quote = {
      messageId: '1',
      messageSeq: 1,
      fromUid: 'u',
      fromName: 'U',
      state: 'ok' as const,
      preview: 'secret-1',
    };
    let window = replaceWith(
      emptyWindow,
      { ...page(1, 1, false, false), messages: [message(1), message(2, { quote })] },
      [],
    );
    window = applyDelta(window, { upserts: [recalled(1)], removed: [] });
    expect(JSON.stringify([...window.byKey.values()])).not.toContain('secret-1');
    expect(window.byKey.get('u:2')?.quote?.state).toBe('recalled');
  });

  it('withholds the content of a pending recall even if it was delivered', () => {
    const window = replaceWith(
      emptyWindow,
      { messages: [message(1, { recall: { state: 'pending' } })], hasOlder: false, hasNewer: false },
      [],
    );
    expect(window.byKey.get('u:1')?.content).toEqual({ kind: 'recalled' });
  });

  it('brings a denied message back', () => {
    let window = replaceWith(emptyWindow, page(1, 1, false, false), []);
    window = applyDelta(window, {
      upserts: [message(1, { recall: { state: 'pending' }, content: { kind: 'recalled' } })],
      removed: [],
    });
    window = applyDelta(window, {
      upserts: [message(1, { recall: { state: 'denied', reason: 'late', atMs: 1 } })],
      removed: [],
    });
    expect(window.byKey.get('u:1')?.content.kind).toBe('text');
  });

  it('applies what was pushed while a page was under way', () => {
    const window = replaceWith(emptyWindow, page(1, 3, false, false), [
      { upserts: [recalled(2)], removed: ['u:3'] },
    ]);
    expect(seqs(window)).toEqual([1, 2]);
    expect(window.byKey.get('u:2')?.content.kind).toBe('recalled');
  });

  it('bounds its size at the far end', () => {
    let window = replaceWith(emptyWindow, page(51, 100, true, false), []);
    window = extend(window, page(1, 50, false, true), 'older', [], 60);
    expect(seqs(window)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(window.hasOlder).toBe(false);
    expect(window.hasNewer).toBe(true);
    expect(trim(window, 'older', 10).keys[0]).toBe('u:51');
  });

  it('returns the same window when a delta changes nothing', () => {
    const window = replaceWith(emptyWindow, page(10, 12, true, true), []);
    expect(applyDelta(window, { upserts: [message(99)], removed: ['nothing'] })).toBe(window);
  });

  it('stays ordered and unique and keeps no recalled content, whatever order pages and deltas arrive in', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('upsert' as const), seq: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ do: fc.constant('recall' as const), seq: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ do: fc.constant('quote' as const), seq: fc.integer({ min: 2, max: 30 }) }),
      fc.record({ do: fc.constant('older' as const), seq: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ do: fc.constant('newer' as const), seq: fc.integer({ min: 1, max: 30 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let window = replaceWith(emptyWindow, page(10, 20, true, true), []);
        const gone = new Set<number>();
        for (const { do: what, seq } of steps) {
          if (what === 'upsert') window = applyDelta(window, { upserts: [message(seq)], removed: [] });
          if (what === 'recall') {
            if (window.byKey.has(`u:${seq}`)) gone.add(seq);
            window = applyDelta(window, { upserts: [recalled(seq)], removed: [] });
          }
          if (what === 'quote') {
            const quote = {
              messageId: String(seq - 1),
              messageSeq: seq - 1,
              fromUid: 'u',
              fromName: 'U',
              state: gone.has(seq - 1) ? ('recalled' as const) : ('ok' as const),
              preview: gone.has(seq - 1) ? '' : `secret-${seq - 1}`,
            };
            window = applyDelta(window, { upserts: [message(seq, { quote })], removed: [] });
          }
          const low = Math.max(1, seq - 5);
          if (what === 'older') window = extend(window, page(low, seq, low > 1, true), 'older', [], 25);
          if (what === 'newer') window = extend(window, page(seq, seq + 5, true, seq < 25), 'newer', [], 25);

          const views = window.keys.map((key) => window.byKey.get(key) as MessageView);
          expect(new Set(window.keys).size).toBe(window.keys.length);
          expect(window.byKey.size).toBe(window.keys.length);
          expect([...views].sort(compareMessages)).toEqual(views);
          const done = views.filter((view) => view.recall?.state === 'done');
          expect(JSON.stringify(done)).not.toContain('secret-');
          const visibleGone = views.filter(
            (view) => gone.has(view.messageSeq) && view.recall?.state === 'done',
          );
          const all = JSON.stringify(views);
          for (const view of visibleGone) expect(all).not.toContain(`secret-${view.messageSeq}"`);
        }
      }),
    );
  });
});
