import { beforeEach, describe, expect, test } from 'vitest';
import { channelKey } from '../../../shared/domain.ts';
import type { UserRecord, GroupRecord, MemberRecord } from '../store/server-records.ts';
import type { OpenStore } from './open-store.ts';
import {
  conversation,
  extraOf,
  found,
  GROUP,
  idOf,
  ME,
  message,
  OTHER_GROUP,
  PERSON,
  START,
  text,
} from './testing/store-fixture.ts';
import { useFixture } from './testing/use-fixture.ts';

const fixture = useFixture();
let store: OpenStore;
beforeEach(() => {
  store = fixture.store;
});

const page = (channel = GROUP): ReturnType<OpenStore['messages']['page']> =>
  store.messages.page(channel, { at: 'latest' }, 50);
const seqs = (): number[] => page().messages.map((m) => m.messageSeq);
const view = (channel = GROUP): NonNullable<ReturnType<OpenStore['conversations']['get']>> => {
  const found = store.conversations.get(channel);
  if (!found) throw new Error('not listed');
  return found;
};
const user = (uid: string, change: Partial<UserRecord> = {}): UserRecord => ({
  uid,
  name: uid,
  remark: '',
  username: '',
  online: false,
  lastOffline: 0,
  friend: true,
  muted: false,
  pinned: false,
  showRecallNotes: true,
  blocked: false,
  ...change,
});
const group = (change: Partial<GroupRecord> = {}): GroupRecord => ({
  groupNo: 'g-1',
  name: 'Group',
  remark: '',
  notice: '',
  memberCount: null,
  onlineCount: null,
  myRole: null,
  quit: null,
  mutedUntil: null,
  forbidden: false,
  inviteOnly: false,
  disbanded: false,
  muted: false,
  pinned: false,
  showRecallNotes: true,
  receipt: false,
  ...change,
});
const member = (uid: string, change: Partial<MemberRecord> = {}): MemberRecord => ({
  groupNo: 'g-1',
  uid,
  name: uid,
  remark: '',
  role: 0,
  version: 1,
  deleted: false,
  status: 1,
  mutedUntil: 0,
  ...change,
});

describe('what becomes a line', () => {
  test('redelivery, order of arrival and redelivery with new metadata', () => {
    store.messages.ingest([message(3), message(1)], 'live');
    store.messages.ingest([message(2), message(3), message(1)], 'live');
    expect(seqs()).toEqual([1, 2, 3]);
    expect(store.diagnostics().cachedMessages).toBe(3);
  });
  test.each([
    ['a command (forged)', { payload: { type: 99, cmd: 'x' } }],
    ['a recall notice', { payload: { type: 1006, content: '{0}撤回了一条消息', message_id: idOf(1) } }],
    ['not meant for me', { payload: text('for the admins', { visibles: ['u-admin'] }) }],
    ['expired', { expire: 10, timestamp: START - 60 }],
    ['deleted for me', { deleted: true }],
    ['mutually deleted', { extra: extraOf(idOf(2), { mutualDeleted: true }) }],
  ])('%s occupies its seq but is no bubble and not unread', (_what, change) => {
    store.messages.ingest([message(1), message(2, change), message(3)], 'live');
    expect(seqs()).toEqual([1, 3]);
    expect(page().missing).toBeNull();
    expect(view().unread).toBe(2);
    expect(store.messages.get(GROUP, 'u-bob:no-2')).toBeNull();
    expect(found(store, 'admins')).toEqual([]);
  });
  test('unreadable and unknown content is shown as unsupported', () => {
    const odd: unknown[] = [null, 'text', 5, [], {}, { type: '1' }, { type: 4711 }, { type: 1, content: 7 }];
    store.messages.ingest(
      odd.map((payload, index) => message(index + 1, { payload })),
      'live',
    );
    expect(page().messages.map((m) => m.content.kind)).toEqual(odd.map(() => 'unsupported'));
    expect(view().preview).toMatchObject({ kind: 'message', contentKind: 'unsupported' });
  });
  test('a payload that becomes readable later is taken', () => {
    store.messages.ingest([message(1, { payload: null })], 'live');
    store.messages.ingest([message(1)], 'history');
    expect(page().messages[0]?.content).toMatchObject({ text: 'message 1' });
  });
  test('visibles that name me, and my own restricted message, are shown', () => {
    store.messages.ingest(
      [
        message(1, { payload: text('a', { visibles: [ME.uid] }) }),
        message(2, { fromUid: ME.uid, payload: text('b', { visibles: ['u-x'] }) }),
      ],
      'live',
    );
    expect(seqs()).toEqual([1, 2]);
  });
  test('bad ids and places are dropped with a reason, the rest is kept', () => {
    store.messages.ingest(
      [message(1, { messageId: 'abc' }), message(2, { messageSeq: 0 }), message(3)],
      'live',
    );
    expect(seqs()).toEqual([3]);
    expect(fixture.logged.filter((line) => line.startsWith('warn')).length).toBe(2);
    expect(fixture.logged.join()).not.toContain('message 1');
  });
  test('a message whose time is over disappears while the app runs', () => {
    store.messages.ingest([message(1, { expire: 100 })], 'live');
    expect(seqs()).toEqual([1]);
    fixture.nowMs += 200_000;
    store = fixture.reopen();
    expect(seqs()).toEqual([]);
    expect(found(store, 'message')).toEqual([]);
  });
  test('system lines are split into names, receipts count readers', () => {
    store.messages.ingest(
      [
        message(1, {
          fromUid: '',
          payload: { type: 1002, content: '{0}加入群聊', extra: [{ uid: 'u-x', name: 'X' }] },
        }),
        message(2, { fromUid: ME.uid, setting: 0x80, extra: extraOf(idOf(2), { readCount: 2 }) }),
      ],
      'live',
    );
    const [system, own] = page().messages;
    expect(system?.content).toMatchObject({
      kind: 'system',
      parts: [
        { text: 'X', uid: 'u-x' },
        { text: '加入群聊', uid: null },
      ],
    });
    expect(own).toMatchObject({ own: true, readCount: 2 });
    store.messages.applyExtras(GROUP, [extraOf(idOf(2), { readCount: 1, version: 9 })], 'extra', 0);
    expect(store.messages.get(GROUP, `${ME.uid}:no-2`)?.readCount).toBe(2);
  });
});

describe('names and roles', () => {
  test('remark, then nickname in the group, then name, then the short uid', () => {
    store.messages.ingest([message(1, { fromUid: 'u-0123456789' })], 'live');
    const name = (): string | undefined => page().messages[0]?.fromName;
    expect(name()).toBe('u-012345');
    store.people.putUsers([user('u-0123456789', { name: 'Name' })]);
    expect(name()).toBe('Name');
    store.people.putMembers('g-1', [member('u-0123456789', { remark: 'Nick', role: 2 })]);
    expect(name()).toBe('Nick');
    store.changes.take();
    store.people.putUsers([user('u-0123456789', { name: 'Name', remark: 'Remark' })]);
    expect(name()).toBe('Remark');
    expect(store.changes.take()?.reload.has('2/g-1')).toBe(true);
    expect(page().messages[0]?.fromRole).toBe(2);
  });
  test('members: owner, managers, then by name; gone ones are left out; older versions are ignored', () => {
    store.people.putMembers('g-1', [
      member('c', { name: '张三' }),
      member('a', { name: '李四' }),
      member('m', { role: 2 }),
      member('o', { role: 1 }),
      member('x', { deleted: true }),
    ]);
    store.people.putMembers('g-1', [member('o', { role: 0, version: 0 })]);
    expect(store.people.members('g-1').map((m) => m.uid)).toEqual(['o', 'm', 'a', 'c']);
    expect(store.people.memberVersion('g-1')).toBe(1);
    expect(store.people.channelInfo(GROUP).memberCount).toBe(4);
  });
  test('why the composer is closed', () => {
    const block = (): unknown => store.people.channelInfo(GROUP).composerBlock;
    store.people.putGroups([group({ forbidden: true })]);
    expect(block()).toBeNull();
    store.people.putMembers('g-1', [member(ME.uid)]);
    expect(block()).toBe('mutedAll');
    store.people.putMembers('g-1', [member(ME.uid, { role: 2, version: 2 })]);
    expect(block()).toBeNull();
    store.people.putMembers('g-1', [member(ME.uid, { role: 2, version: 3, mutedUntil: START + 100 })]);
    expect(block()).toBe('muted');
    fixture.nowMs += 200_000;
    expect(block()).toBeNull();
    store.people.putMembers('g-1', [member(ME.uid, { version: 4, deleted: true })]);
    expect(block()).toBe('left');
    expect(store.people.channelInfo(GROUP).myRole).toBeNull();
    store.people.putGroups([group({ disbanded: true })]);
    expect(block()).toBe('disbanded');
    store.people.putUsers([user('u-bob', { blocked: true })]);
    expect(store.people.channelInfo(PERSON).composerBlock).toBe('blocked');
    store.people.putUsers([user('u-bob', { blocked: true, blockedByMe: true })]);
    expect(store.people.channelInfo(PERSON).composerBlock).toBe('blockedByMe');
    store.people.putUsers([user('u-bob')]);
    expect(store.people.channelInfo(PERSON).composerBlock).toBeNull();
  });
  test('blobs that do not know role, quit and counts do not erase them', () => {
    store.people.putGroups([group({ myRole: 1, quit: false, memberCount: 7, onlineCount: 3 })]);
    store.people.putGroups([group({ name: 'Renamed' })]);
    expect(store.people.channelInfo(GROUP)).toMatchObject({
      name: 'Renamed',
      myRole: 1,
      memberCount: 7,
      onlineCount: 3,
    });
  });
  test('who comes online is counted beside myself, as the server counts', () => {
    store.people.putGroups([group({ onlineCount: 1 })]);
    store.people.putMembers('g-1', [member(ME.uid), member('u-bob')]);
    store.people.putUsers([user('u-bob')]);
    expect(store.people.channelInfo(GROUP).onlineCount).toBe(1);
    store.people.setOnline('u-bob', true, START);
    expect(store.people.channelInfo(GROUP).onlineCount).toBe(2);
  });
  test('contacts are sorted by sound, presence reaches list, info and contacts', () => {
    store.people.putUsers([
      user('1', { name: '张三' }),
      user('2', { name: 'Bob' }),
      user('3', { name: 'x', friend: false }),
    ]);
    expect(store.people.contacts().map((c) => c.uid)).toEqual(['2', '1']);
    store.changes.take();
    store.people.setOnline('2', true, START);
    expect(store.people.channelInfo({ channelId: '2', channelType: 1 }).online).toBe(true);
    expect(store.changes.take()).toMatchObject({ contacts: true });
  });
});

const edited = (n: number, version: number, mention: object) =>
  message(n, {
    extra: {
      messageId: idOf(n),
      version,
      revoke: false,
      revoker: null,
      readCount: null,
      read: false,
      contentEdit: text('edited', { mention }),
      editedAt: 1,
      mutualDeleted: false,
    },
  });

describe('unread, mentions, preview', () => {
  test('seq arithmetic minus what is known not to count', () => {
    store.conversations.apply([conversation({ lastMessageSeq: 10, unread: 6 })], false);
    expect(view()).toMatchObject({ unread: 6, readSeq: 4, lastMessageSeq: 10 });
    store.messages.ingest(
      [message(5, { fromUid: ME.uid }), message(6, { payload: { type: 99 } }), message(7)],
      'history',
    );
    expect(view().unread).toBe(4);
    store.messages.ingest(
      [message(8, { fromUid: '', payload: { type: 1002, content: 'x', extra: [] } })],
      'history',
    );
    expect(view().unread).toBe(4);
  });
  test('the read position only moves forward, whoever states it', () => {
    store.conversations.apply([conversation({ lastMessageSeq: 10, unread: 2 })], false);
    store.conversations.markRead(GROUP, 9);
    store.conversations.markRead(GROUP, 3);
    store.conversations.apply([conversation({ lastMessageSeq: 10, unread: 8 })], false);
    expect(view()).toMatchObject({ readSeq: 9, unread: 1 });
    expect(store.changes.take()?.read.get('2/g-1')).toBe(9);
  });
  test('a conversation first heard of live counts from there, until the server states more', () => {
    store.messages.ingest([message(57), message(56)], 'live');
    expect(view().unread).toBe(2);
    store.conversations.apply([conversation({ lastMessageSeq: 57, unread: 5 })], false);
    expect(view().unread).toBe(5);
  });
  test('history alone lists nothing and makes nothing unread', () => {
    store.messages.ingest([message(5)], 'history', { channel: GROUP, fromSeq: 1, toSeq: 5 });
    expect(store.conversations.get(GROUP)).toBeNull();
    store.conversations.markRead(GROUP, 3);
    store.messages.ingest([message(6)], 'live');
    expect(view().unread).toBe(1);
  });
  test('mentions of me and of all, by others, unread only', () => {
    store.conversations.apply([conversation({ lastMessageSeq: 5, unread: 4 })], false);
    const me = { mention: { uids: [ME.uid] } };
    store.messages.ingest(
      [
        message(1, { payload: text('read', me) }),
        message(2, { payload: text('x', me) }),
        message(3, { fromUid: ME.uid, payload: text('x', { mention: { all: 1 } }) }),
        message(4, { payload: text('x', { mention: { all: 1 } }) }),
        message(5, { payload: text('x', { mention: { uids: ['u-x'] } }) }),
      ],
      'history',
    );
    expect(view().mentions).toBe(2);
    store.conversations.applyReminders([
      { id: 1, channel: GROUP, messageSeq: 2, messageId: idOf(2), type: 1, done: false, version: 1 },
    ]);
    expect(view().mentions).toBe(2);
    store.conversations.markReadHere(GROUP, 3);
    expect(store.outbox.actionJobs()).toMatchObject([
      { kind: 'markRead' },
      { kind: 'reminderDone', args: { ids: [1] } },
    ]);
    expect(view().mentions).toBe(1);
    store.messages.ingest([edited(5, 2, { uids: ['u-x', ME.uid] })], 'history');
    expect(view().mentions).toBe(2);
    store.messages.ingest([edited(4, 3, {}), edited(5, 4, { uids: ['u-x'] })], 'history');
    expect(view().mentions).toBe(0);
  });
  test('preview: own, system, picture, outbox, draft; a recall keeps the place', () => {
    store.messages.ingest([message(1, { payload: { type: 2, url: 'x', width: 1, height: 1 } })], 'live');
    expect(view().preview).toMatchObject({
      kind: 'message',
      text: '[图片]',
      contentKind: 'image',
      own: false,
      send: null,
    });
    const before = view().timestamp;
    store.messages.applyRecall({
      channel: GROUP,
      messageId: idOf(1),
      clientMsgNo: null,
      revoker: null,
      version: 1,
      source: 'cmd',
      startedAt: 0,
    });
    expect(view()).toMatchObject({ timestamp: before, preview: { kind: 'recalled' } });
    store.outbox.addSend({
      channel: GROUP,
      clientMsgNo: 'o',
      payload: text('going\nout'),
      timestamp: START + 9,
    });
    expect(view().preview).toMatchObject({ text: 'going out', own: true, send: { state: 'queued' } });
    store.outbox.setDraft(GROUP, {
      text: 'draft',
      mention: { all: false, uids: [] },
      mentionNames: {},
      replyToMessageId: null,
    });
    expect(view().draft).toBe('draft');
    store.outbox.setDraft(GROUP, {
      text: '',
      mention: { all: false, uids: [] },
      mentionNames: {},
      replyToMessageId: null,
    });
    expect([view().draft, store.outbox.draft(GROUP)]).toEqual(['', null]);
  });
  test('the list: pinned first, then newest; hiding; a complete list removes others but not what just began', () => {
    const other = conversation({ channel: OTHER_GROUP, timestamp: START + 5, lastMessageSeq: 1 });
    store.conversations.apply([conversation({ pinned: true, lastMessageSeq: 1 }), other], true);
    expect(store.conversations.list().map((c) => c.channel.channelId)).toEqual(['g-1', 'g-2']);
    store.conversations.setFlags(GROUP, { pinned: false, muted: true });
    expect(store.conversations.list().map((c) => c.channel.channelId)).toEqual(['g-2', 'g-1']);
    store.conversations.hide(GROUP);
    expect(store.conversations.get(GROUP)).toBeNull();
    store.messages.ingest([message(2)], 'live');
    expect(view()).toMatchObject({ muted: true, unread: 1 });
    expect(store.conversations.badge()).toEqual({ unread: 0, unreadWithMuted: 1 });
    store.messages.ingest([message(9, { channel: PERSON, timestamp: START })], 'live');
    store.conversations.apply([other], true);
    expect(
      store.conversations
        .list()
        .map((c) => c.channel.channelId)
        .toSorted(),
    ).toEqual(['g-1', 'g-2', 'u-bob']);
    fixture.nowMs += 3_600_000;
    store.conversations.apply([other], true);
    expect(store.conversations.list().map((c) => c.channel.channelId)).toEqual(['g-2']);
    expect(store.conversations.lastMessageSeqs()).toBe('g-2:2:1');
  });
});

const add = (clientMsgNo: string, channel = GROUP): ReturnType<OpenStore['outbox']['addSend']> =>
  store.outbox.addSend({ channel, clientMsgNo, payload: text(clientMsgNo), timestamp: START });

describe('outbox', () => {
  test('unsent messages follow the cached ones in order of composing, the oldest of each channel is next', () => {
    store.messages.ingest([message(1)], 'live');
    const a = add('a');
    add('b');
    add('c', PERSON);
    expect(page().messages.map((m) => m.clientMsgNo)).toEqual(['no-1', 'a', 'b']);
    expect(store.outbox.nextSends().map((job) => job.clientMsgNo)).toEqual(['a', 'c']);
    store.outbox.updateSend(a.id, { state: 'sending', attempts: 1 });
    expect(store.outbox.nextSends().map((job) => job.clientMsgNo)).toEqual(['c']);
    store.outbox.updateSend(a.id, { state: 'failed', reason: 'muted', detail: '禁言' });
    expect(store.messages.get(GROUP, `${ME.uid}:a`)?.send).toEqual({
      state: 'failed',
      reason: 'muted',
      detail: '禁言',
    });
    expect(store.outbox.nextSends().map((job) => job.clientMsgNo)).toEqual(['b', 'c']);
  });
  test('SENDACK moves a job into the cache under the same key; history then corrects the time', () => {
    const job = add('a');
    expect(store.outbox.acknowledge(job, idOf(4), 4)).toBe(`${ME.uid}:a`);
    expect(store.outbox.acknowledge(job, idOf(4), 4)).toBeNull();
    expect(page().messages).toMatchObject([
      { key: `${ME.uid}:a`, messageId: idOf(4), messageSeq: 4, order: 4, send: { state: 'sent' } },
    ]);
    store.messages.ingest(
      [message(4, { fromUid: ME.uid, clientMsgNo: 'a', timestamp: START + 77, payload: text('a') })],
      'history',
    );
    expect(page().messages).toMatchObject([{ timestamp: START + 77, content: { text: 'a' } }]);
    expect(view().unread).toBe(0);
  });
  test('an own message that turns up in history leaves the outbox: a lost SENDACK doubles nothing', () => {
    const job = add('a');
    store.outbox.updateSend(job.id, { state: 'sending' });
    store.messages.ingest([message(4, { fromUid: ME.uid, clientMsgNo: 'a', payload: text('a') })], 'history');
    expect(page().messages.map((m) => m.messageSeq)).toEqual([4]);
    expect(store.diagnostics().outboxJobs).toBe(0);
  });
  test('everything survives a restart, in flight becomes queued', () => {
    store.outbox.updateSend(add('a').id, { state: 'sending', attempts: 2 });
    store.outbox.addAction({ kind: 'markRead', channel: GROUP, args: { messageSeq: 4 } });
    store = fixture.reopen();
    expect(store.outbox.nextSends()).toMatchObject([
      { clientMsgNo: 'a', state: 'queued', attempts: 2, payload: text('a') },
    ]);
    const [action] = store.outbox.actionJobs();
    expect(action).toMatchObject({ kind: 'markRead', args: { messageSeq: 4 }, attempts: 0 });
    store.outbox.updateAction(action?.id ?? 0, { attempts: 1, nextTryAtMs: 5 });
    expect(store.outbox.actionJobs()).toMatchObject([
      { attempts: 1, nextTryAtMs: 5, args: { messageSeq: 4 } },
    ]);
    store.outbox.removeAction(action?.id ?? 0);
    expect(store.outbox.actionJobs()).toEqual([]);
  });
});

test('state, rules and the extra cursor', () => {
  expect([store.state.get('x'), store.state.rules(), store.messages.extraVersion(GROUP)]).toEqual([
    null,
    null,
    1,
  ]);
  store.state.set('rules', JSON.stringify({ revokeSecond: -1 }));
  store.messages.setExtraVersion(GROUP, 1_795_424_770_782_710);
  store = fixture.reopen();
  expect([store.state.rules(), store.messages.extraVersion(GROUP)]).toEqual([
    { revokeSecond: -1 },
    1_795_424_770_782_710,
  ]);
  store.state.set('rules', '{"revokeSecond":"soon"}');
  expect(store.state.rules()).toBeNull();
});

const restarted = (seq: number): ReturnType<typeof message> =>
  message(seq, { messageId: idOf(900 + seq), clientMsgNo: `new-${seq}`, payload: text(`reborn ${seq}`) });

describe('a server that was set up anew', () => {
  const sent = { channel: GROUP, clientMsgNo: 'mine', payload: text('still to send'), timestamp: START };
  test.each(['history', 'conversation'] as const)(
    'another id at a known seq (%s) starts the channel over',
    (source) => {
      const all = Array.from({ length: 30 }, (_, at) => message(at + 1));
      store.messages.ingest(all, 'history', { channel: GROUP, fromSeq: 1, toSeq: 30 });
      store.messages.ingest([message(1, { channel: OTHER_GROUP, messageId: idOf(500) })], 'history');
      store.conversations.markRead(GROUP, 30);
      store.messages.setExtraVersion(GROUP, 77);
      store.outbox.addSend(sent);
      const rows = [restarted(1), restarted(2)];
      if (source === 'history')
        store.messages.ingest(rows, 'history', { channel: GROUP, fromSeq: 1, toSeq: 2 });
      else store.conversations.apply([conversation({ lastMessageSeq: 2, unread: 1, recents: rows })], false);
      expect(page().messages.map((m) => m.messageId)).toEqual([idOf(901), idOf(902), null]);
      expect(store.messages.lastSeq(GROUP)).toBe(2);
      expect(store.messages.gaps(GROUP, 5)).toEqual([]);
      expect(store.messages.extraVersion(GROUP)).toBe(1);
      expect(found(store, 'message')).toEqual(['u-bob:no-1']);
      expect(found(store, 'reborn')).toHaveLength(2);
      expect(view().unread).toBe(source === 'history' ? 0 : 1);
      expect(store.changes.take()?.reload.has(channelKey(GROUP))).toBe(true);
      expect(page(OTHER_GROUP).messages).toHaveLength(1);
    },
  );

  test('the same page again changes nothing, and a live message alone drops nothing', () => {
    store.messages.ingest([message(1), message(2)], 'history');
    store.messages.ingest([message(1), message(2)], 'history');
    store.messages.ingest([restarted(2)], 'live');
    expect(page().messages).toHaveLength(3);
  });
});

const odd = (seq: number, type: number) =>
  message(seq, { payload: { type, content: 'secret words', title: 'secret title' } });

test('which kind it was that is not shown stands in the log, each once, and no word of it', () => {
  store.messages.ingest([odd(1, 21), odd(2, 4_711), odd(3, 21), message(4)], 'live');
  store.messages.ingest([odd(5, 4_711)], 'history');
  expect(page().messages.map(({ content }) => content.kind)).toEqual([
    'unsupported',
    'unsupported',
    'unsupported',
    'text',
    'unsupported',
  ]);
  const logged = fixture.logged.filter((line) => line.includes('not shown here'));
  expect(logged).toEqual(
    [21, 4_711].map((type) => `info: a message of type ${type}, which is not shown here`),
  );
  expect(fixture.logged.join('\n')).not.toContain('secret');
});
