import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../../shared/json.ts';
import { Harness, type Person } from '../testing/harness.ts';

let h: Harness;
let alice: Person;
let bob: Person;
let carl: Person;
let dora: Person;

beforeEach(async () => {
  h = await new Harness().start();
  [alice, bob, carl, dora] = await Promise.all([
    h.person('alice'),
    h.person('bob'),
    h.person('carl'),
    h.person('dora'),
  ]);
});
afterEach(() => h.close());

const refused = (msg: string, code: string) => ({ status: 400, json: { msg, status: 400, code } });
const DENIED = refused('无权限撤回此消息！', 'recall_denied');
const NOT_FOUND = refused('未查询到撤回消息！', 'recall_not_found');
const BAD_IDS = refused('撤回主键参数错误！', 'recall_bad_ids');
const DISAGREEING = refused('message_id 与 client_msg_no 不是同一条消息，无法撤回！', 'recall_bad_ids');
const LATE = refused('超过可撤回时间（120秒），无法撤回！', 'recall_too_late');
const WRONG_CHANNEL = refused('消息不在此会话中，无法撤回！', 'recall_wrong_channel');
const DONE = { status: 200, json: { status: 200 } };

describe('who may recall', () => {
  test('in a person chat only the author', async () => {
    const m = h.say(alice, bob.uid, 1, 'secret');
    expect(
      await h.revoke(bob, alice.uid, 1, { messageId: m.messageId, clientMsgNo: m.clientMsgNo }),
    ).toMatchObject(DENIED);
    expect(
      await h.revoke(alice, bob.uid, 1, { messageId: m.messageId, clientMsgNo: m.clientMsgNo }),
    ).toMatchObject(DONE);
  });

  test('in a group by role: owner over all, manager over members and those who left, members only their own', async () => {
    const erin = await h.person('erin');
    const no = await h.group(alice, [bob, carl], [dora, erin]);
    const by = (author: Person) => h.say(author, no, 2, `by ${author.name}`);
    const attempt = async (actor: Person, author: Person) =>
      (await h.revoke(actor, no, 2, { messageId: by(author).messageId })).status;
    expect(await attempt(alice, bob)).toBe(200);
    expect(await attempt(alice, dora)).toBe(200);
    expect(await attempt(bob, dora)).toBe(200);
    expect(await attempt(bob, carl)).toBe(400);
    expect(await attempt(bob, alice)).toBe(400);
    expect(await attempt(dora, erin)).toBe(400);
    expect(await attempt(dora, dora)).toBe(200);
    const left = by(erin);
    const leftOwn = by(erin);
    await h.post(`/v1/groups/${no}/exit`, erin);
    expect(await h.revoke(dora, no, 2, { messageId: left.messageId })).toMatchObject(DENIED);
    expect(await h.revoke(bob, no, 2, { messageId: left.messageId })).toMatchObject(DONE);
    expect(await h.revoke(erin, no, 2, { messageId: leftOwn.messageId })).toMatchObject(DONE);
    const outsider = await h.person('frank');
    expect(await h.revoke(outsider, no, 2, { messageId: by(dora).messageId })).toMatchObject(DENIED);
  });

  test('nobody recalls a system message', async () => {
    const no = await h.group(alice, [], [bob]);
    const notice = h.im.inChannel(no, 2)[0];
    expect(notice?.fromUid).toBe('');
    expect(await h.revoke(alice, no, 2, { messageId: notice?.messageId ?? '' })).toMatchObject(DENIED);
  });
});

describe('the window', () => {
  test('closes by the server clock, to the millisecond of the message id', async () => {
    h.clock += 900;
    const inTime = h.say(alice, bob.uid, 1, 'one');
    const tooLate = h.say(alice, bob.uid, 1, 'two');
    h.clock += 120_000;
    expect(await h.revoke(alice, bob.uid, 1, { messageId: inTime.messageId })).toMatchObject(DONE);
    h.clock += 1;
    expect(await h.revoke(alice, bob.uid, 1, { messageId: tooLate.messageId })).toMatchObject(LATE);
  });

  test('an id that carries no time counts to the end of the stamped second', async () => {
    const m = h.say(alice, bob.uid, 1, 'one');
    m.messageId = '77';
    h.clock += 120_999;
    expect(await h.revoke(alice, bob.uid, 1, { messageId: '77' })).toMatchObject(DONE);
    const n = h.say(alice, bob.uid, 1, 'two');
    n.messageId = '78';
    h.clock += 121_000;
    expect(await h.revoke(alice, bob.uid, 1, { messageId: '78' })).toMatchObject(LATE);
  });

  test('a repetition after the window still succeeds', async () => {
    const m = h.say(alice, bob.uid, 1, 'one');
    await h.revoke(alice, bob.uid, 1, { messageId: m.messageId });
    h.clock += 500_000;
    expect(
      await h.revoke(alice, bob.uid, 1, { messageId: m.messageId, clientMsgNo: m.clientMsgNo }),
    ).toMatchObject(DONE);
    expect(await h.revoke(alice, bob.uid, 1, { clientMsgNo: m.clientMsgNo })).toMatchObject(DONE);
  });

  test('binds the owner for own messages, not over lower roles', async () => {
    const no = await h.group(alice, [bob], [carl]);
    const own = h.say(alice, no, 2, 'own');
    const theirs = [h.say(carl, no, 2, 'a'), h.say(carl, no, 2, 'b')];
    h.clock += 10_000_000;
    expect(await h.revoke(alice, no, 2, { messageId: own.messageId })).toMatchObject(LATE);
    expect(await h.revoke(alice, no, 2, { messageId: theirs[0]?.messageId ?? '' })).toMatchObject(DONE);
    expect(await h.revoke(bob, no, 2, { messageId: theirs[1]?.messageId ?? '' })).toMatchObject(DONE);
  });
});

test('-1 means no window', async () => {
  const unlimited = await new Harness({ revokeSecond: -1 }).start();
  try {
    const [a, b] = await Promise.all([unlimited.person('alice'), unlimited.person('bob')]);
    const m = unlimited.say(a, b.uid, 1, 'old');
    unlimited.clock += 86_400_000;
    expect(await unlimited.revoke(a, b.uid, 1, { messageId: m.messageId })).toMatchObject(DONE);
    expect((await unlimited.call('GET', '/v1/common/appconfig')).json).toMatchObject({ revoke_second: -1 });
  } finally {
    await unlimited.close();
  }
});

describe('which message', () => {
  test('by either id, or both when they agree', async () => {
    const [one, two, three] = ['1', '2', '3'].map((each) => h.say(alice, bob.uid, 1, each));
    expect(await h.revoke(alice, bob.uid, 1, { messageId: one?.messageId ?? '' })).toMatchObject(DONE);
    expect(await h.revoke(alice, bob.uid, 1, { clientMsgNo: two?.clientMsgNo ?? '' })).toMatchObject(DONE);
    expect(
      await h.revoke(alice, bob.uid, 1, {
        messageId: one?.messageId ?? '',
        clientMsgNo: three?.clientMsgNo ?? '',
      }),
    ).toMatchObject(DISAGREEING);
    expect(
      await h.revoke(alice, bob.uid, 1, {
        messageId: three?.messageId ?? '',
        clientMsgNo: one?.clientMsgNo ?? '',
      }),
    ).toMatchObject(DISAGREEING);
    expect((await h.history(bob, alice.uid, 1)).map((row) => row['revoke'])).toEqual([1, 1, undefined]);
  });

  test('none, malformed or unknown ids are refused', async () => {
    expect(await h.revoke(alice, bob.uid, 1, {})).toMatchObject(BAD_IDS);
    expect(await h.revoke(alice, bob.uid, 1, { messageId: '12x' })).toMatchObject(BAD_IDS);
    expect(await h.revoke(alice, bob.uid, 1, { messageId: '12345' })).toMatchObject(NOT_FOUND);
    expect(await h.revoke(alice, bob.uid, 1, { clientMsgNo: 'unknown' })).toMatchObject(NOT_FOUND);
  });

  test('the wrong channel is named as such, with and without the webhook, recalled or not', async () => {
    const no = await h.group(alice, [], [bob]);
    const m = h.say(alice, no, 2, 'in the group');
    expect(await h.revoke(alice, bob.uid, 1, { messageId: m.messageId })).toMatchObject(WRONG_CHANNEL);
    await h.notify(m);
    expect(await h.revoke(alice, bob.uid, 1, { messageId: m.messageId })).toMatchObject(WRONG_CHANNEL);
    await h.revoke(alice, no, 2, { messageId: m.messageId });
    expect(await h.revoke(alice, bob.uid, 1, { messageId: m.messageId })).toMatchObject(WRONG_CHANNEL);
    // Who is not in that channel learns nothing about it.
    expect(await h.revoke(carl, bob.uid, 1, { messageId: m.messageId })).toMatchObject(NOT_FOUND);
  });

  test("another member's reuse of my client number neither blocks nor redirects my recall", async () => {
    const no = await h.group(alice, [], [bob, carl]);
    const mine = h.say(bob, no, 2, 'mine', { clientMsgNo: 'same' });
    const stolen = h.say(carl, no, 2, 'other', { clientMsgNo: 'same' });
    expect(await h.revoke(bob, no, 2, { clientMsgNo: 'same' })).toMatchObject(DONE);
    const rows = await h.history(alice, no, 2);
    expect(rows.find((row) => row['message_idstr'] === mine.messageId)).toMatchObject({
      revoke: 1,
      revoker: bob.uid,
    });
    expect(rows.find((row) => row['message_idstr'] === stolen.messageId)?.['revoke']).toBeUndefined();
    // Someone else's message by an ambiguous number: the id is needed.
    const again = h.say(bob, no, 2, 'x', { clientMsgNo: 'twice' });
    h.say(carl, no, 2, 'y', { clientMsgNo: 'twice' });
    expect(await h.revoke(alice, no, 2, { clientMsgNo: 'twice' })).toMatchObject(BAD_IDS);
    expect(await h.revoke(alice, no, 2, { messageId: again.messageId, clientMsgNo: 'twice' })).toMatchObject(
      DONE,
    );
  });
});

describe('copies of a resend', () => {
  test('stored before the recall are all covered, each announced', async () => {
    const copies = [1, 2, 3].map(() => h.say(alice, bob.uid, 1, 'secret', { clientMsgNo: 'resent' }));
    expect(
      await h.revoke(alice, bob.uid, 1, { messageId: copies[1]?.messageId ?? '', clientMsgNo: 'resent' }),
    ).toMatchObject(DONE);
    const rows = await h.history(bob, alice.uid, 1);
    expect(rows.map((row) => row['revoke'])).toEqual([1, 1, 1]);
    expect(JSON.stringify(rows)).not.toContain('secret');
    const announced = h.im.commands('messageRevoke').map(({ param }) => String(param['message_id']));
    expect(announced.toSorted()).toEqual(copies.map((each) => each.messageId).toSorted());
    expect(await h.extras(bob, alice.uid, 1)).toHaveLength(3);
  });

  test('a copy that arrives after the recall is covered when the webhook tells, and on the next read', async () => {
    const m = h.say(alice, bob.uid, 1, 'secret', { clientMsgNo: 'resent' });
    await h.revoke(alice, bob.uid, 1, { messageId: m.messageId });
    const byWebhook = h.say(alice, bob.uid, 1, 'secret', { clientMsgNo: 'resent' });
    await h.notify(byWebhook);
    expect((await h.extras(bob, alice.uid, 1)).map((row) => row['message_id_str'])).toEqual([
      m.messageId,
      byWebhook.messageId,
    ]);
    const byRead = h.say(alice, bob.uid, 1, 'secret', { clientMsgNo: 'resent' });
    const rows = await h.history(bob, alice.uid, 1);
    expect(rows.map((row) => row['revoke'])).toEqual([1, 1, 1]);
    expect(JSON.stringify(rows)).not.toContain('secret');
    await vi.waitFor(async () =>
      expect((await h.extras(bob, alice.uid, 1)).map((row) => row['message_id_str'])).toContain(
        byRead.messageId,
      ),
    );
  });

  test('the webhook alone cannot have a message recalled', async () => {
    const m = h.say(alice, bob.uid, 1, 'recalled', { clientMsgNo: 'n1' });
    const victim = h.say(alice, bob.uid, 1, 'not recalled', { clientMsgNo: 'n2' });
    await h.revoke(alice, bob.uid, 1, { messageId: m.messageId });
    await h.notify({ ...victim, clientMsgNo: 'n1' });
    expect((await h.history(bob, alice.uid, 1)).map((row) => row['revoke'])).toEqual([1, undefined]);
  });
});

describe('once', () => {
  test('twice, and five at once, is one recall: one version, one CMD, the first revoker stays', async () => {
    const no = await h.group(alice, [], [bob]);
    const m = h.say(bob, no, 2, 'x');
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map(() => h.revoke(bob, no, 2, { messageId: m.messageId, clientMsgNo: m.clientMsgNo })),
    );
    expect(answers.map((each) => each.status)).toEqual([200, 200, 200, 200, 200]);
    const [first] = await h.extras(alice, no, 2);
    expect(await h.revoke(alice, no, 2, { messageId: m.messageId })).toMatchObject(DONE);
    expect(await h.extras(alice, no, 2)).toEqual([first]);
    expect(first).toMatchObject({ revoke: 1, revoker: bob.uid });
    expect(h.im.commands('messageRevoke')).toHaveLength(1);
  });

  test('who may not recall is refused also when it is recalled already', async () => {
    const m = h.say(alice, bob.uid, 1, 'x');
    await h.revoke(alice, bob.uid, 1, { messageId: m.messageId });
    expect(await h.revoke(bob, alice.uid, 1, { messageId: m.messageId })).toMatchObject(DENIED);
  });

  test('survives a restart', async () => {
    const m = h.say(alice, bob.uid, 1, 'secret');
    await h.revoke(alice, bob.uid, 1, { messageId: m.messageId });
    const before = await h.extras(bob, alice.uid, 1);
    await h.restart();
    expect(await h.extras(bob, alice.uid, 1)).toEqual(before);
    const rows = await h.history(bob, alice.uid, 1);
    expect(rows[0]).toMatchObject({ revoke: 1, revoker: alice.uid, payload: { type: 1, content: '' } });
    expect(await h.revoke(alice, bob.uid, 1, { messageId: m.messageId })).toMatchObject(DONE);
  });
});

describe('what the others are told', () => {
  test('a CMD to the channel from the revoker, and the payload erased at rest', async () => {
    const no = await h.group(alice, [], [bob]);
    const m = h.say(bob, no, 2, 'x');
    await h.revoke(alice, no, 2, { messageId: m.messageId });
    const [cmd] = h.im.commands('messageRevoke');
    expect(cmd?.body).toMatchObject({ from_uid: alice.uid, channel_id: no, channel_type: 2 });
    expect(cmd?.header).toEqual({ no_persist: 0, red_dot: 0, sync_once: 1 });
    expect(cmd?.payload).toEqual({
      cmd: 'messageRevoke',
      type: 99,
      param: { message_id: m.messageId, client_msg_no: m.clientMsgNo, channel_id: no, channel_type: 2 },
    });
    expect(h.im.to('/message/erase')).toEqual([
      { login_uid: alice.uid, channel_id: no, channel_type: 2, message_ids: [m.messageId] },
    ]);
  });

  test('a person-channel CMD leaves the channel to the envelope, which each side reads as its own', async () => {
    const m = h.say(alice, bob.uid, 1, 'x');
    await h.revoke(alice, bob.uid, 1, { messageId: m.messageId });
    const [cmd] = h.im.commands('messageRevoke');
    expect(cmd?.body).toMatchObject({ from_uid: alice.uid, channel_id: bob.uid, channel_type: 1 });
    expect(cmd?.param).toEqual({
      message_id: m.messageId,
      client_msg_no: m.clientMsgNo,
      from_uid: alice.uid,
      to_uid: bob.uid,
    });
  });

  test('an offline CMD names the channel as its reader knows it', async () => {
    const payload = { cmd: 'messageRevoke', param: { message_id: '7' }, type: 99 };
    h.im.store({ from: alice.uid, to: bob.uid, type: 1, payload }).syncOnce = true;
    const paramFor = async (reader: Person) => {
      const rows = (await h.post('/v1/message/sync', reader, { max_message_seq: 0, limit: 100 })).json as {
        payload: { param: JsonObject };
      }[];
      return rows[0]?.payload.param;
    };
    expect(await paramFor(bob)).toEqual({ message_id: '7', channel_id: alice.uid, channel_type: 1 });
    expect(await paramFor(alice)).toEqual({ message_id: '7', channel_id: bob.uid, channel_type: 1 });
  });

  test('a real WuKongIM without /message/erase is fine', async () => {
    h.im.missing.add('/message/erase');
    const m = h.say(alice, bob.uid, 1, 'x');
    expect(await h.revoke(alice, bob.uid, 1, { messageId: m.messageId })).toMatchObject(DONE);
    expect(h.server.context.jobs.pending()).toBe(0);
  });

  test('the recall stays and the CMD follows when the IM server fails in between, also over a restart', async () => {
    const m = h.say(alice, bob.uid, 1, 'secret');
    h.im.missing.add('/message/send');
    expect(await h.revoke(alice, bob.uid, 1, { messageId: m.messageId })).toMatchObject(DONE);
    expect((await h.extras(bob, alice.uid, 1))[0]).toMatchObject({ revoke: 1 });
    expect(h.im.commands('messageRevoke')).toHaveLength(0);
    await h.server.close();
    h.im.missing.clear();
    h.clock += 60_000;
    await h.boot();
    await vi.waitFor(() => expect(h.im.commands('messageRevoke')).toHaveLength(1));
    expect(h.server.context.jobs.pending()).toBe(0);
  });

  test('when the IM server is down before the lookup, nothing is recalled and the answer says so', async () => {
    const m = h.say(alice, bob.uid, 1, 'x');
    h.im.failWith = 500;
    expect(await h.revoke(alice, bob.uid, 1, { messageId: m.messageId })).toMatchObject(
      refused('调用IM服务失败！', 'im_unavailable'),
    );
    h.im.failWith = null;
    expect(await h.revoke(alice, bob.uid, 1, { messageId: m.messageId })).toMatchObject(DONE);
  });
});

const reminders = async (reader: Person, no: string, version = 0) =>
  (await h.post('/v1/message/reminder/sync', reader, { version, limit: 100, channel_ids: [no] }))
    .json as JsonObject[];

describe('mention reminders', () => {
  test('of a recalled message are done', async () => {
    const no = await h.group(alice, [], [bob, carl]);
    const m = h.say(alice, no, 2, '@bob', { payload: { mention: { uids: [bob.uid] } } });
    await h.notify(m);
    const [live] = await reminders(bob, no);
    expect(live).toMatchObject({
      message_id: m.messageId,
      uid: bob.uid,
      done: 0,
      reminder_type: 1,
      text: '[有人@我]',
    });
    expect(await reminders(carl, no)).toEqual([]);
    await h.revoke(alice, no, 2, { messageId: m.messageId });
    expect(await reminders(bob, no)).toEqual([]);
    expect(await reminders(bob, no, Number(live?.['version']))).toMatchObject([
      { message_id: m.messageId, done: 1 },
    ]);
    await vi.waitFor(() => expect(h.im.commands('syncReminders').length).toBeGreaterThanOrEqual(2));
  });

  test('follow what an edit mentions, also when the webhook comes after it', async () => {
    const no = await h.group(alice, [], [bob, carl]);
    const edit = (m: { messageId: string }, content: object) =>
      h.post('/v1/message/edit', alice, {
        message_id: m.messageId,
        message_seq: 1,
        channel_id: no,
        channel_type: 2,
        content_edit: JSON.stringify({ type: 1, ...content }),
      });
    const m = h.say(alice, no, 2, '@bob', { payload: { mention: { uids: [bob.uid] } } });
    await h.notify(m);
    await edit(m, { content: '@carl', mention: { uids: [carl.uid] } });
    expect([await reminders(bob, no), (await reminders(carl, no)).length]).toEqual([[], 1]);
    await edit(m, { content: '@bob', mention: { uids: [bob.uid] } });
    expect([(await reminders(bob, no)).length, await reminders(carl, no)]).toEqual([1, []]);
    await edit(m, { content: 'nobody' });
    expect([await reminders(bob, no), await reminders(carl, no)]).toEqual([[], []]);

    const late = h.say(alice, no, 2, '@bob', { payload: { mention: { uids: [bob.uid] } } });
    await edit(late, { content: '@carl', mention: { uids: [carl.uid] } });
    await h.notify(late);
    expect([await reminders(bob, no), (await reminders(carl, no)).length]).toEqual([[], 1]);
  });

  test('do not appear when the webhook comes after the recall', async () => {
    const no = await h.group(alice, [], [bob]);
    const m = h.say(alice, no, 2, '@all', { payload: { mention: { all: 1 } } });
    await h.revoke(alice, no, 2, { messageId: m.messageId });
    await h.notify(m);
    expect(await reminders(bob, no)).toEqual([]);
  });
});
