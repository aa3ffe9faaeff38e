import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../shared/domain.ts';
import { groupReasons, outcomeOf, planBatch, summarise } from './batch-recall.ts';

const message = (key: string, recall: MessageView['recall'] = null): MessageView => ({
  key,
  channel: { channelId: 'g', channelType: 2 },
  messageId: '1',
  messageSeq: 1,
  order: 1,
  clientMsgNo: key,
  fromUid: 'me',
  fromName: '我',
  fromRole: null,
  own: true,
  timestamp: 1,
  content: { kind: 'text', text: key, mention: { all: false, uids: [] } },
  quote: null,
  edited: false,
  send: { state: 'sent' },
  readCount: null,
  recall,
  flame: null,
});

describe('recalling several messages', () => {
  it('splits what may be recalled from what may not, with the reason', () => {
    const plan = planBatch([message('a'), message('late'), message('b')], ({ key }) =>
      key === 'late'
        ? { ok: false, reason: 'late', limitSecond: 120 }
        : { ok: true, kind: 'own', untilMs: null },
    );
    expect(plan.allowed).toEqual(['a', 'b']);
    expect(plan.refused).toEqual([{ key: 'late', why: { ok: false, reason: 'late', limitSecond: 120 } }]);
  });

  it('counts as recalled only what the server said so', () => {
    const done = message('a', {
      state: 'done',
      revokerUid: 'me',
      revokerName: '我',
      revokerRole: null,
      reeditUntilMs: null,
    });
    expect(outcomeOf(done, null)).toEqual({ state: 'done' });
    expect(outcomeOf(message('a', { state: 'pending' }), null)).toEqual({ state: 'running' });
    expect(outcomeOf(message('a', { state: 'queued' }), null)).toEqual({ state: 'waiting' });
    expect(outcomeOf(message('a'), null)).toBeNull();
  });

  it('takes an older refusal for no answer', () => {
    const denied = message('a', { state: 'denied', reason: 'late', atMs: 500 });
    expect(outcomeOf(denied, 500)).toBeNull();
    expect(outcomeOf(denied, null)).toEqual({ state: 'refused', reason: 'late' });
    expect(outcomeOf(denied, 400)).toEqual({ state: 'refused', reason: 'late' });
  });

  it('adds up to everything that was selected', () => {
    const summary = summarise(
      [
        { state: 'done' },
        { state: 'done' },
        { state: 'waiting' },
        { state: 'refused', reason: 'denied' },
        { state: 'running' },
      ],
      2,
    );
    expect(summary).toEqual({ total: 7, done: 2, waiting: 1, running: 1, refused: 3 });
  });

  it('says each reason once, the most frequent first', () => {
    expect(groupReasons(['b', 'a', 'a'])).toEqual([
      { why: 'a', n: 2 },
      { why: 'b', n: 1 },
    ]);
  });
});
