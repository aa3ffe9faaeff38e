import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cachePath } from '../store/files/database.ts';
import type { RecallSource } from '../store/server-records.ts';
import type { OpenStore } from '../account-store/open-store.ts';
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
} from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { DENIED_SHOWN_MS, REEDIT_MS } from '../store/views/recall-memory.ts';

const fixture = useFixture();
let store: OpenStore;
beforeEach(() => {
  store = fixture.store;
});
afterEach(() => {
  vi.useRealTimers();
});

function recall(n: number, change: Partial<Parameters<OpenStore['messages']['applyRecall']>[0]> = {}): void {
  store.messages.applyRecall({
    channel: GROUP,
    messageId: idOf(n),
    clientMsgNo: null,
    revoker: 'u-bob',
    version: 5,
    source: 'cmd',
    startedAt: 0,
    ...change,
  });
}
const revoked = { revoke: true, revoker: 'u-bob', version: 5 };
const reply = (n: number): Record<string, unknown> => ({
  reply: {
    message_id: idOf(n),
    message_seq: n,
    from_uid: 'u-bob',
    from_name: 'Bob',
    payload: text('quoted secret'),
  },
});
const conversationOf = (channel = GROUP): NonNullable<ReturnType<OpenStore['conversations']['get']>> => {
  const view = store.conversations.get(channel);
  if (!view) throw new Error('no such conversation');
  return view;
};

describe('every source ends in the same place', () => {
  const sources: [RecallSource, () => void][] = [
    ['own', () => recall(1, { source: 'own' })],
    ['cmd', () => recall(1, { source: 'cmd' })],
    ['notice', () => recall(1, { source: 'notice' })],
    ['history', () => store.messages.ingest([message(1, { extra: extraOf(idOf(1), revoked) })], 'history')],
    [
      'conversation',
      () =>
        store.conversations.apply(
          [
            conversation({
              lastMessageSeq: 1,
              unread: 1,
              recents: [message(1, { extra: extraOf(idOf(1), { ...revoked, version: 0 }) })],
            }),
          ],
          false,
        ),
    ],
    ['extra', () => store.messages.applyExtras(GROUP, [extraOf(idOf(1), revoked)], 'extra', 0)],
  ];
  test.each(sources)('%s, message first', (source, apply) => {
    store.messages.ingest(
      [message(1, { payload: text('the secret', { mention: { uids: [ME.uid] } }) })],
      'live',
    );
    expect(conversationOf()).toMatchObject({ unread: 1, mentions: 1 });
    apply();
    expect(store.messages.get(GROUP, 'u-bob:no-1')).toMatchObject({
      content: { kind: 'recalled' },
      recall: { state: 'done', revokerUid: 'u-bob', reeditUntilMs: null },
      quote: null,
      edited: false,
    });
    expect(conversationOf()).toMatchObject({
      unread: 0,
      mentions: 0,
      preview: { kind: 'recalled', text: '' },
    });
    expect(found(store, 'secret')).toEqual([]);
    expect(store.messages.payloadOf(GROUP, 'u-bob:no-1')).toBeNull();
    expect(store.messages.recallLog().map((entry) => entry.source)).toEqual([source]);
  });
  test.each(sources)('%s, before the message', (_source, apply) => {
    apply();
    store.messages.ingest([message(1, { payload: text('the secret', { mention: { all: 1 } }) })], 'live');
    expect(store.messages.get(GROUP, 'u-bob:no-1')).toMatchObject({ content: { kind: 'recalled' } });
    expect(conversationOf()).toMatchObject({ unread: 0, mentions: 0, preview: { kind: 'recalled' } });
    expect(found(store, 'secret')).toEqual([]);
  });
});

test('a server that still sends payload, edit and quotes of a recalled message changes nothing', () => {
  recall(1);
  const extra = extraOf(idOf(1), { version: 9, contentEdit: text('edited secret'), editedAt: 3 });
  store.messages.ingest(
    [message(1, { payload: text('secret'), extra }), message(2, { payload: text('answer', reply(1)) })],
    'history',
  );
  expect(JSON.stringify(store.messages.page(GROUP, { at: 'latest' }, 10))).not.toContain('secret');
  expect(store.messages.get(GROUP, 'u-bob:no-2')?.quote).toMatchObject({ state: 'recalled', preview: '' });
});

test('nothing un-recalls, and doing it again changes nothing', () => {
  store.messages.ingest([message(1)], 'live');
  recall(1);
  store.changes.take();
  recall(1);
  store.messages.applyExtras(
    GROUP,
    [extraOf(idOf(1), { version: 99, revoke: false, contentEdit: text('back'), editedAt: 9 })],
    'extra',
    0,
  );
  store.messages.ingest([message(1)], 'history');
  expect(store.messages.get(GROUP, 'u-bob:no-1')?.content).toEqual({ kind: 'recalled' });
  expect(store.messages.recallLog()).toHaveLength(1);
  expect(store.changes.take()?.recalled ?? []).toEqual([]);
});

test('a resend stored twice shows once, and a recall of either covers both', () => {
  for (const recalled of [1, 2]) {
    const channel = { channelId: `g-${recalled}`, channelType: 2 };
    const copies = [1, 2].map((n) =>
      message(n, {
        channel,
        messageId: idOf(recalled * 100 + n),
        clientMsgNo: 'same',
        payload: text('twice secret'),
      }),
    );
    store.messages.ingest(copies, 'live');
    expect(store.messages.page(channel, { at: 'latest' }, 10).messages).toHaveLength(1);
    expect(conversationOf(channel).unread).toBe(1);
    recall(0, { channel, messageId: idOf(recalled * 100 + recalled) });
    const page = store.messages.page(channel, { at: 'latest' }, 10).messages;
    expect(page).toHaveLength(1);
    expect(page[0]).toMatchObject({ messageSeq: 1, content: { kind: 'recalled' } });
    expect(conversationOf(channel).unread).toBe(0);
  }
  expect(found(store, 'twice')).toEqual([]);
});

test('a recall that names a row which never came covers its copies, whichever is first', () => {
  const named = { clientMsgNo: 'same', fromUid: 'u-bob' };
  for (const recallFirst of [true, false]) {
    const channel = { channelId: `g-${recallFirst}`, channelType: 2 };
    const base = recallFirst ? 100 : 200;
    const of = (n: number, fromUid: string): ReturnType<typeof message> =>
      message(n, {
        channel,
        fromUid,
        messageId: idOf(base + n),
        clientMsgNo: 'same',
        payload: text('copied secret'),
      });
    const copies = [of(2, 'u-bob'), of(3, 'u-mallory')];
    if (!recallFirst) store.messages.ingest(copies, 'live');
    recall(0, { channel, messageId: idOf(base + 1), ...named });
    if (recallFirst) store.messages.ingest(copies, 'live');
    expect(store.messages.get(channel, 'u-bob:same')?.content).toEqual({ kind: 'recalled' });
    expect(store.messages.get(channel, 'u-mallory:same')?.content).toMatchObject({ kind: 'text' });
    expect(conversationOf(channel).unread).toBe(1);
  }
});

test('an own recall knows the author of the copies from its job', () => {
  store.outbox.addRecall({
    channel: GROUP,
    messageKey: 'u-bob:same',
    messageId: idOf(1),
    clientMsgNo: 'same',
  });
  recall(1, { clientMsgNo: 'same', revoker: ME.uid, source: 'own' });
  store.messages.ingest([message(2, { clientMsgNo: 'same' })], 'history');
  expect(store.messages.get(GROUP, 'u-bob:same')?.content).toEqual({ kind: 'recalled' });
});

test('what another connection erased is not shown from memory in the next turn', async () => {
  store.messages.ingest([message(1)], 'live');
  expect(store.messages.get(GROUP, 'u-bob:no-1')?.content).toMatchObject({ text: 'message 1' });
  const other = new Database(cachePath(fixture.dir));
  other.exec('UPDATE message SET payload = NULL, recalled = 1');
  other.close();
  await Promise.resolve();
  expect(store.messages.get(GROUP, 'u-bob:no-1')?.content).toEqual({ kind: 'recalled' });
});

test("another sender's message with the same client_msg_no is another message", () => {
  store.messages.ingest(
    [message(1, { clientMsgNo: 'same' }), message(2, { clientMsgNo: 'same', fromUid: 'u-mallory' })],
    'live',
  );
  recall(2, { revoker: 'u-mallory' });
  expect(store.messages.get(GROUP, 'u-bob:same')?.content).toMatchObject({ kind: 'text' });
});

test('quotes of it are resolved live, in other channels too, and their views are pushed', () => {
  store.messages.ingest([message(1, { payload: text('the original') })], 'live');
  store.messages.ingest([message(2, { channel: OTHER_GROUP, payload: text('answer', reply(1)) })], 'live');
  expect(store.messages.get(OTHER_GROUP, 'u-bob:no-2')?.quote).toMatchObject({
    state: 'ok',
    preview: 'the original',
    messageSeq: 1,
  });
  store.changes.take();
  recall(1);
  expect(store.messages.get(OTHER_GROUP, 'u-bob:no-2')?.quote).toMatchObject({
    state: 'recalled',
    preview: '',
  });
  const changes = store.changes.take();
  expect(changes?.messages.get('2/g-2')?.upserts).toEqual(new Set(['u-bob:no-2']));
  expect(changes?.recalled).toEqual([{ channel: GROUP, key: 'u-bob:no-1' }]);
});

test('a quote is pushed also when of what it quotes only a copy is cached', () => {
  store.messages.ingest(
    [message(3, { clientMsgNo: 'same' }), message(2, { payload: text('answer', reply(1)) })],
    'live',
  );
  store.changes.take();
  recall(1, { clientMsgNo: 'same', fromUid: 'u-bob' });
  expect(store.messages.get(GROUP, 'u-bob:same')?.content).toEqual({ kind: 'recalled' });
  expect(store.messages.get(GROUP, 'u-bob:no-2')?.quote).toMatchObject({ state: 'recalled' });
  const changes = store.changes.take();
  expect(changes?.messages.get('2/g-1')?.upserts).toEqual(new Set(['u-bob:same', 'u-bob:no-2']));
});

test('a quote of something not cached shows no text, whatever was embedded', () => {
  store.messages.ingest([message(2, { payload: text('answer', reply(1)) })], 'live');
  expect(store.messages.get(GROUP, 'u-bob:no-2')?.quote).toMatchObject({
    state: 'missing',
    preview: '',
    fromName: 'Bob',
  });
  expect(store.messages.payloadOf(GROUP, 'u-bob:no-2')).toEqual(
    text('answer', {
      reply: {
        message_id: idOf(1),
        message_seq: 1,
        from_uid: 'u-bob',
        from_name: 'Bob',
        payload: { type: 1, content: '' },
      },
    }),
  );
});

test('the outbox loses the quote, the forward and the edit; drafts lose the reference', () => {
  store.messages.ingest([message(1)], 'live');
  store.outbox.addSend({
    channel: PERSON,
    clientMsgNo: 'o1',
    payload: text('words', reply(1)),
    timestamp: START,
  });
  store.outbox.addSend({
    channel: PERSON,
    clientMsgNo: 'o2',
    payload: text('message 1'),
    timestamp: START,
    forwardOf: idOf(1),
  });
  store.outbox.addAction({
    kind: 'edit',
    channel: GROUP,
    args: { messageId: idOf(1), payload: text('new') },
  });
  store.outbox.addAction({
    kind: 'edit',
    channel: GROUP,
    args: { messageId: idOf(9), payload: text('new', reply(1)) },
  });
  store.outbox.setDraft(GROUP, {
    text: 'draft',
    mention: { all: false, uids: [] },
    mentionNames: {},
    replyToMessageId: idOf(1),
  });
  recall(1);
  expect(store.outbox.sendJob(PERSON, `${ME.uid}:o1`)?.payload).toEqual(
    text('words', {
      reply: {
        message_id: idOf(1),
        message_seq: 1,
        from_uid: 'u-bob',
        from_name: 'Bob',
        payload: { type: 1, content: '' },
      },
    }),
  );
  expect(store.outbox.sendJob(PERSON, `${ME.uid}:o2`)).toBeNull();
  expect(JSON.stringify(store.outbox.actionJobs())).not.toContain('quoted secret');
  expect(store.outbox.actionJobs().map((job) => job.args['messageId'])).toEqual([idOf(9)]);
  expect(store.outbox.draft(GROUP)).toMatchObject({ text: 'draft', replyToMessageId: null });
});

test('a forward of it that may have arrived and is to be taken back is still looked for, without its words', () => {
  store.messages.ingest([message(1, { payload: text('forwarded secret') }), message(2)], 'live');
  const copy = { uid: 'u-bob', name: 'Bob', message_id: idOf(1), message_seq: 1, timestamp: START };
  const copies = {
    type: 11,
    channel_type: 2,
    users: [{ uid: 'u-bob', name: 'Bob' }],
    msgs: [{ ...copy, from_uid: 'u-bob', payload: text('forwarded secret') }],
  };
  const single = { payload: text('forwarded secret'), forwardOf: idOf(1) };
  for (const [clientMsgNo, job] of Object.entries({
    left: single,
    merged: { payload: copies },
    waits: single,
  }))
    store.outbox.addSend({ channel: PERSON, clientMsgNo, timestamp: START, ...job });
  const jobOf = (clientMsgNo: string) => store.outbox.sendJob(PERSON, `${ME.uid}:${clientMsgNo}`);
  for (const clientMsgNo of ['left', 'merged', 'waits'])
    store.outbox.updateSend(jobOf(clientMsgNo)?.id ?? 0, { attempts: 1 });
  for (const clientMsgNo of ['left', 'merged'])
    store.outbox.updateSend(jobOf(clientMsgNo)?.id ?? 0, { recallOnAck: true });
  store.outbox.addRecalls([
    { channel: GROUP, messageKey: `u-bob:no-1`, messageId: idOf(1), clientMsgNo: 'no-1' },
  ]);
  // Asked for: only what would be sent waits for the outcome.
  expect(store.outbox.heldBack()).toEqual([jobOf('waits')?.id]);
  recall(1);
  expect(jobOf('waits')).toBeNull();
  expect(jobOf('left')).toMatchObject({ recallOnAck: true, state: 'queued', payload: { type: 1 } });
  expect(jobOf('merged')).toMatchObject({ recallOnAck: true, state: 'queued', payload: { type: 11 } });
  expect(JSON.stringify(['left', 'merged'].map(jobOf))).not.toContain('secret');
  const left = jobOf('left');
  if (!left) throw new Error('the job is gone');
  store.outbox.acknowledge(left, '900000000000000001', 3);
  expect(store.outbox.recallJob(PERSON, `${ME.uid}:left`)).toMatchObject({ messageId: '900000000000000001' });
});

test('what is put into the outbox after the recall carries nothing of it either', () => {
  store.messages.ingest([message(1)], 'live');
  recall(1);
  const job = store.outbox.addSend({
    channel: PERSON,
    clientMsgNo: 'o1',
    payload: text('words', reply(1)),
    timestamp: START,
  });
  expect(JSON.stringify(job.payload)).not.toContain('quoted secret');
  expect(JSON.stringify(store.outbox.nextSends())).not.toContain('quoted secret');
  store.outbox.addAction({
    kind: 'edit',
    channel: GROUP,
    args: { messageId: idOf(1), payload: text('new') },
  });
  store.outbox.addAction({
    kind: 'edit',
    channel: GROUP,
    args: { messageId: idOf(9), payload: text('x', reply(1)) },
  });
  expect(store.outbox.actionJobs().map((action) => action.args['messageId'])).toEqual([idOf(9)]);
  expect(JSON.stringify(store.outbox.actionJobs())).not.toContain('quoted secret');
  store.outbox.setDraft(GROUP, {
    text: 'draft',
    mention: { all: false, uids: [] },
    mentionNames: {},
    replyToMessageId: idOf(1),
  });
  expect(store.outbox.draft(GROUP)).toMatchObject({ text: 'draft', replyToMessageId: null });
});

test('a reminder of a recalled message is no mention, even when it comes later than the recall', () => {
  store.conversations.apply([conversation({ lastMessageSeq: 3, unread: 3 })], false);
  const reminder = {
    id: 1,
    channel: GROUP,
    messageSeq: 2,
    messageId: idOf(2),
    type: 1,
    done: false,
    version: 1,
  };
  store.conversations.applyReminders([reminder]);
  expect(conversationOf().mentions).toBe(1);
  recall(2);
  expect(conversationOf().mentions).toBe(0);
  store.conversations.applyReminders([{ ...reminder, version: 2 }]);
  expect(conversationOf().mentions).toBe(0);
});

describe('own recall', () => {
  const KEY = `${ME.uid}:no-1`;
  const own = message(1, {
    fromUid: ME.uid,
    payload: text('line one\nline two @Bob', { mention: { uids: ['u-bob'] }, ...reply(7) }),
  });
  const job = { channel: GROUP, messageKey: KEY, messageId: idOf(1), clientMsgNo: 'no-1' };
  beforeEach(() => store.messages.ingest([message(7, { messageSeq: 7 }), own], 'live'));

  test('pending: withheld everywhere, kept in the core, back after a refusal that shows for 8 s', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    store.conversations.markRead(GROUP, 7);
    store.messages.deleteForMe(GROUP, [idOf(7)]);
    const added = store.outbox.addRecall(job);
    expect(store.outbox.addRecall(job).id).toBe(added.id);
    expect(store.messages.get(GROUP, KEY)).toMatchObject({
      content: { kind: 'recalled' },
      quote: null,
      recall: { state: 'pending' },
    });
    expect(conversationOf().preview).toMatchObject({ kind: 'recallPending', text: '' });
    expect(found(store, 'line')).toEqual([]);
    expect(store.messages.payloadOf(GROUP, KEY)).toBeNull();
    store.outbox.updateRecall(added.id, { state: 'queued' });
    expect(store.messages.get(GROUP, KEY)?.recall).toEqual({ state: 'queued' });
    store.outbox.denyRecall(added.id, 'late', '超过时间', fixture.nowMs);
    expect(store.outbox.recallJobs()).toEqual([]);
    expect(store.messages.get(GROUP, KEY)).toMatchObject({
      content: { kind: 'text' },
      recall: { state: 'denied', reason: 'late', detail: '超过时间' },
    });
    expect(found(store, 'line')).toEqual([KEY]);
    store.changes.take();
    fixture.nowMs += DENIED_SHOWN_MS;
    vi.advanceTimersByTime(DENIED_SHOWN_MS);
    expect(store.changes.take()?.messages.get('2/g-1')?.upserts).toEqual(new Set([KEY]));
    expect(store.messages.get(GROUP, KEY)?.recall).toBeNull();
  });

  test('a queued recall survives a restart and can be cancelled', () => {
    const added = store.outbox.addRecall(job);
    store = fixture.reopen();
    expect(store.outbox.recallJobs()).toMatchObject([{ messageId: idOf(1), state: 'queued' }]);
    expect(store.messages.get(GROUP, KEY)?.content).toEqual({ kind: 'recalled' });
    store.outbox.cancelRecall(added.id);
    expect(store.messages.get(GROUP, KEY)?.content).toMatchObject({ kind: 'text' });
  });

  test('re-edit: text, breaks, mentions and quote, for five minutes, in memory only', () => {
    store.outbox.addRecall(job);
    recall(1, { source: 'own', revoker: ME.uid });
    expect(store.outbox.recallJobs()).toEqual([]);
    expect(store.messages.get(GROUP, KEY)?.recall).toMatchObject({
      state: 'done',
      revokerUid: ME.uid,
      reeditUntilMs: fixture.nowMs + REEDIT_MS,
    });
    const content = {
      text: 'line one\nline two @Bob',
      mention: { all: false, uids: ['u-bob'] },
      mentionNames: { 'u-bob': 'u-bob' },
    };
    expect(store.messages.takeReedit(GROUP, KEY)).toEqual({
      ...content,
      replyTo: { key: 'u-bob:no-7', messageId: idOf(7) },
    });
    recall(7);
    expect(store.messages.takeReedit(GROUP, KEY)).toEqual({ ...content, replyTo: null });
    fixture.offerReedit = false;
    expect(store.messages.takeReedit(GROUP, KEY)).toBeNull();
    fixture.offerReedit = true;
    fixture.nowMs += REEDIT_MS;
    expect(store.messages.takeReedit(GROUP, KEY)).toBeNull();
    expect(store.messages.get(GROUP, KEY)?.recall).toMatchObject({ reeditUntilMs: null });
  });

  test('re-edit ends when the screen is locked, and its line is pushed without the offer', () => {
    store.outbox.addRecall(job);
    recall(1, { source: 'own', revoker: ME.uid });
    store.changes.take();
    store.messages.forgetReedits();
    expect(store.messages.takeReedit(GROUP, KEY)).toBeNull();
    expect(store.messages.get(GROUP, KEY)?.recall).toMatchObject({ state: 'done', reeditUntilMs: null });
    const changed = store.changes.take()?.messages.get(`2/${GROUP.channelId}`);
    expect(changed?.upserts).toEqual(new Set([KEY]));
  });

  test('the confirmation may come by sync before the HTTP answer', () => {
    store.outbox.addRecall(job);
    store.messages.applyExtras(GROUP, [extraOf(idOf(1), { ...revoked, revoker: ME.uid })], 'cmd', 0);
    expect(store.messages.takeReedit(GROUP, KEY)?.text).toContain('line one');
    recall(1, { source: 'own', revoker: ME.uid });
    expect(store.messages.takeReedit(GROUP, KEY)?.text).toContain('line one');
  });

  test('no re-edit when another device or a manager recalled it, nor after a restart', () => {
    recall(1, { revoker: ME.uid });
    expect(store.messages.takeReedit(GROUP, KEY)).toBeNull();
    store.messages.ingest([message(2, { fromUid: ME.uid })], 'live');
    store.outbox.addRecall({ ...job, messageId: idOf(2), messageKey: `${ME.uid}:no-2`, clientMsgNo: 'no-2' });
    recall(2, { revoker: 'u-owner' });
    expect(store.messages.takeReedit(GROUP, `${ME.uid}:no-2`)).toBeNull();
    store.messages.ingest([message(3, { fromUid: ME.uid })], 'live');
    recall(3, { source: 'own', revoker: ME.uid });
    expect(store.messages.takeReedit(GROUP, `${ME.uid}:no-3`)?.text).toBe('message 3');
    store = fixture.reopen();
    expect(store.messages.takeReedit(GROUP, `${ME.uid}:no-3`)).toBeNull();
  });

  test('recall on acknowledge becomes a recall job in the same transaction, by SENDACK or by history', () => {
    for (const way of ['ack', 'history'] as const) {
      const send = store.outbox.addSend({
        channel: GROUP,
        clientMsgNo: `s-${way}`,
        payload: text('soon gone'),
        timestamp: START,
      });
      store.outbox.updateSend(send.id, { state: 'sending', recallOnAck: true });
      expect(store.messages.get(GROUP, `${ME.uid}:s-${way}`)).toMatchObject({
        content: { kind: 'recalled' },
        recall: { state: 'pending' },
      });
      const seq = way === 'ack' ? 20 : 21;
      if (way === 'ack') store.outbox.acknowledge(send, idOf(seq), seq);
      else
        store.messages.ingest(
          [message(seq, { fromUid: ME.uid, clientMsgNo: 's-history', payload: text('soon gone') })],
          'history',
        );
      expect(store.outbox.sendJob(GROUP, `${ME.uid}:s-${way}`)).toBeNull();
      expect(store.outbox.recallJob(GROUP, `${ME.uid}:s-${way}`)).toMatchObject({ messageId: idOf(seq) });
      expect(store.messages.get(GROUP, `${ME.uid}:s-${way}`)?.content).toEqual({ kind: 'recalled' });
    }
  });
});

test('the revoker is that of the highest version, with the role at the time', () => {
  store.people.putMembers('g-1', [
    {
      groupNo: 'g-1',
      uid: 'u-owner',
      name: 'Olga',
      remark: '',
      role: 1,
      version: 1,
      deleted: false,
      status: 1,
      mutedUntil: 0,
    },
  ]);
  store.messages.ingest([message(1)], 'live');
  recall(1, { revoker: 'u-bob', version: 0 });
  recall(1, { revoker: 'u-owner', version: 7 });
  recall(1, { revoker: 'u-carol', version: 3 });
  store.people.putMembers('g-1', [
    {
      groupNo: 'g-1',
      uid: 'u-owner',
      name: 'Olga',
      remark: '',
      role: 0,
      version: 2,
      deleted: false,
      status: 1,
      mutedUntil: 0,
    },
  ]);
  expect(store.messages.get(GROUP, 'u-bob:no-1')?.recall).toMatchObject({
    revokerUid: 'u-owner',
    revokerRole: 1,
  });
});

test('edits: the highest version wins, version 0 never lowers', () => {
  store.messages.ingest([message(1)], 'live');
  const edit = (version: number, content: string): void =>
    store.messages.applyExtras(
      GROUP,
      [extraOf(idOf(1), { version, contentEdit: text(content), editedAt: version })],
      'extra',
      0,
    );
  edit(5, 'fifth');
  edit(3, 'third');
  edit(0, 'unversioned');
  expect(store.messages.get(GROUP, 'u-bob:no-1')).toMatchObject({ content: { text: 'fifth' }, edited: true });
  expect(found(store, 'fifth')).toEqual(['u-bob:no-1']);
  expect(found(store, 'message')).toEqual([]);
});

test('the log names the places that were emptied, and no others', () => {
  const surfaces = (): string[] => store.messages.recallLog().at(-1)?.surfaces.toSorted() ?? [];
  store.messages.ingest([message(1), message(2, { payload: { type: 2, url: 'a/b.png' } })], 'live');
  store.messages.ingest(
    [message(3, { channel: OTHER_GROUP, payload: text('answer', reply(1)) }), message(4)],
    'live',
  );
  recall(1);
  expect(surfaces()).toEqual(['bubbles', 'quotes', 'search', 'unread']);
  recall(2);
  expect(surfaces()).toEqual(['bubbles', 'media', 'unread']);
  store.conversations.markRead(GROUP, 4);
  store.outbox.addSend({
    channel: GROUP,
    clientMsgNo: 'q',
    payload: text('queued', reply(4)),
    timestamp: START,
  });
  recall(4);
  expect(surfaces()).toEqual(['bubbles', 'outbox', 'preview', 'search']);
  recall(77);
  expect(surfaces()).toEqual([]);
  store.messages.ingest([message(5)], 'live');
  store.outbox.setDraft(GROUP, {
    text: 'x',
    mention: { all: false, uids: [] },
    mentionNames: {},
    replyToMessageId: idOf(5),
  });
  recall(5, { source: 'own' });
  expect(surfaces()).toContain('outbox');
});

test('the log keeps the last twenty, over a restart, without content', () => {
  for (let seq = 1; seq <= 25; seq += 1) {
    store.messages.ingest([message(seq)], 'live');
    recall(seq);
  }
  store = fixture.reopen();
  const log = store.messages.recallLog();
  expect(log).toHaveLength(20);
  expect(Object.keys(log[0] ?? {}).sort()).toEqual(['atMs', 'source', 'surfaces', 'tookMs']);
});

test('a failing transaction leaves no trace in rows, mirrors and changes', () => {
  store.messages.ingest([message(1)], 'live');
  store.changes.take();
  const bad = {
    ...message(2),
    get payload(): never {
      throw new Error('broken input');
    },
  };
  expect(() => store.messages.ingest([message(3, { channel: OTHER_GROUP }), bad], 'live')).toThrow(
    'broken input',
  );
  expect(store.changes.take()).toBeNull();
  expect(store.messages.byId(idOf(3))).toBeNull();
  store.messages.ingest([message(3, { channel: OTHER_GROUP })], 'live');
  expect(store.messages.byId(idOf(3))?.channel).toEqual(OTHER_GROUP);
});
