import { assert, boolean, nat, property, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationView, MemberView, MessageView } from '../../../shared/domain.ts';
import { channelKey } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import { conversationView } from '../../testing/views.ts';
import { compareConversations, sortedKeys, unreadTotal } from './conversation-order.ts';
import { applyDeltas, emptySession, expireTyping } from './session-data.ts';

const channelOf = (id: string) => ({ channelId: id, channelType: 1 });
const row = (id: string, patch: Partial<ConversationView> = {}): ConversationView =>
  conversationView(id, { timestamp: 100, lastMessageSeq: 1, readSeq: 1, ...patch });
const upsert = (...rows: ConversationView[]): CoreDelta => ({
  kind: 'conversations',
  upserts: rows,
  removed: [],
});

describe('order of the list', () => {
  it('is pinned, then newest, then by key', () => {
    const map = new Map(
      [
        row('old', { timestamp: 1 }),
        row('pinned', { timestamp: 0, pinned: true }),
        row('b'),
        row('a'),
        row('new', { timestamp: 200 }),
      ].map((entry) => [channelKey(entry.channel), entry]),
    );
    expect(sortedKeys(map)).toEqual(['1/pinned', '1/new', '1/a', '1/b', '1/old']);
  });
  it('is a total order', () => {
    const any = record({ id: string({ minLength: 1 }), pinned: boolean(), timestamp: nat(3) });
    assert(
      property(any, any, any, (x, y, z) => {
        const [a, b, c] = [row(x.id, x), row(y.id, y), row(z.id, z)];
        const reversed = Math.sign(compareConversations(a, b)) + Math.sign(compareConversations(b, a)) === 0;
        const chained = compareConversations(a, b) <= 0 && compareConversations(b, c) <= 0;
        return reversed && (!chained || compareConversations(a, c) <= 0);
      }),
    );
  });
  it('counts unread of what is not muted', () => {
    const rows = [row('a', { unread: 2 }), row('b', { unread: 3, muted: true })];
    expect(unreadTotal(rows, false)).toBe(2);
    expect(unreadTotal(rows, true)).toBe(5);
  });
});

describe('applyDeltas', () => {
  it('leaves alone what a batch does not touch', () => {
    const patch = applyDeltas(emptySession, [{ kind: 'connection', connection: { state: 'online' } }]);
    expect(patch).toEqual({ connection: { state: 'online' } });
  });
  it('applies deltas in their order and never changes the old maps', () => {
    const before = { ...emptySession, ...applyDeltas(emptySession, [upsert(row('a'), row('b'))]) };
    const patch = applyDeltas(before, [
      upsert(row('a', { unread: 4 })),
      { kind: 'conversations', upserts: [row('c', { timestamp: 300 })], removed: [channelOf('b')] },
      upsert(row('a', { unread: 5 })),
    ]);
    expect(patch.order).toEqual(['1/c', '1/a']);
    expect(patch.conversations?.get('1/a')?.unread).toBe(5);
    expect(before.order).toEqual(['1/a', '1/b']);
    expect(before.conversations.get('1/a')?.unread).toBe(0);
  });
  it('counts each change of contacts and requests once', () => {
    const patch = applyDeltas(emptySession, [
      { kind: 'contacts' },
      { kind: 'contacts' },
      { kind: 'friendRequests', count: 2 },
    ]);
    expect(patch.contactsVersion).toBe(2);
    expect(patch.friendRequests).toBe(2);
    expect(patch.requestsVersion).toBe(1);
  });
  it('ends typing when the message arrives, and keeps one entry per person', () => {
    const typing = (untilMs: number): CoreDelta => ({
      kind: 'typing',
      typing: { channel: channelOf('a'), uid: 'u1', name: 'U', untilMs },
    });
    const before = { ...emptySession, ...applyDeltas(emptySession, [typing(10), typing(20)]) };
    expect(before.typing.get('1/a')).toEqual([
      { channel: channelOf('a'), uid: 'u1', name: 'U', untilMs: 20 },
    ]);
    const message = { fromUid: 'u1', content: { kind: 'text' } } as MessageView;
    const live = applyDeltas(before, [
      { kind: 'messages', channel: channelOf('a'), upserts: [message], removed: [], live: true },
    ]);
    expect(live.typing?.get('1/a')).toEqual([]);
    const history = applyDeltas(before, [
      { kind: 'messages', channel: channelOf('a'), upserts: [message], removed: [], live: false },
    ]);
    expect(history.typing).toBeUndefined();
  });
  it('ends typing of who goes offline, leaves or is removed', () => {
    const typing = (uid: string, id = 'a'): CoreDelta => ({
      kind: 'typing',
      typing: { channel: channelOf(id), uid, name: uid, untilMs: 20 },
    });
    const before = {
      ...emptySession,
      ...applyDeltas(emptySession, [typing('u1'), typing('u2'), typing('u1', 'b')]),
    };
    const left = (delta: CoreDelta): string[] =>
      [...(applyDeltas(before, [delta]).typing ?? before.typing)].flatMap(([key, entries]) =>
        entries.map(({ uid }) => `${key} ${uid}`),
      );
    expect(left({ kind: 'typingEnded', uid: 'u1' })).toEqual(['1/a u2']);
    const members = [{ uid: 'u2' } as MemberView];
    expect(left({ kind: 'members', channel: channelOf('a'), members })).toEqual(['1/a u2', '1/b u1']);
    const parts = [{ text: 'U', uid: 'u1' }];
    const line = { fromUid: '', content: { kind: 'system', type: 1021, parts } } as unknown as MessageView;
    expect(
      left({ kind: 'messages', channel: channelOf('a'), upserts: [line], removed: [], live: true }),
    ).toEqual(['1/a u2', '1/b u1']);
  });
  it('expires typing by time only', () => {
    const entry = { channel: channelOf('a'), uid: 'u1', name: 'U', untilMs: 20 };
    const map = new Map([['1/a', [entry]]]);
    expect(expireTyping(map, 19)).toBeNull();
    expect(expireTyping(map, 20)?.size).toBe(0);
  });
});
