/** What TSDD would take unchecked, and the two ways to read one body. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GuardHarness } from '../testing/harness.ts';
import { checkedBody } from './checked-body.ts';

let h: GuardHarness;
beforeEach(async () => {
  h = await new GuardHarness().start();
});
afterEach(() => h.close());

test('TSDD is sent what was looked at, however else it could have read the call', async () => {
  const [owner, mallory] = [h.tsdd.person('owner'), h.tsdd.person('mallory')];
  const [alice, bob] = [h.tsdd.person('alice'), h.tsdd.person('bob')];
  const [theirs, own] = [h.tsdd.group(owner.uid, [alice.uid]), h.tsdd.group(mallory.uid, [bob.uid])];
  const [words, mine] = [h.say(alice, theirs.groupNo, 'a', {}, 2), h.say(mallory, own.groupNo, 'm', {}, 2)];
  const callsOf = (path: string): number => h.tsdd.requests.filter(({ url }) => url === path).length;
  const named = {
    message_id: mine.messageId,
    message_seq: mine.seq,
    channel_id: own.groupNo,
    channel_type: 2,
  };
  const edit = { ...named, content_edit: '{"type":1,"content":"x"}' };
  const extra = { channel_id: own.groupNo, channel_type: 2, extra_version: 1, limit: 10 };
  const said = (payload: string): string =>
    `{"token":"${mallory.token}","receive_channel_id":"${bob.uid}","receive_channel_type":1,${payload}}`;
  const other = JSON.stringify({ Message_ID: words.messageId, CHANNEL_ID: theirs.groupNo }).slice(1);
  const bodies: [string, string, string][] = [
    ['POST', '/v1/message/edit', `${JSON.stringify(edit).slice(0, -1)},${other}`],
    ['DELETE', '/v1/message/mutual', `${JSON.stringify(named).slice(0, -1)},${other}`],
    ['POST', '/v1/message/extra/sync', `${JSON.stringify(extra).slice(0, -1)},${other}`],
    ['POST', '/v1/message/edit', `${JSON.stringify(edit)} and more`],
    [
      'POST',
      '/v1/message/extra/sync',
      `${JSON.stringify({ ...extra, channel_id: theirs.groupNo })} and more`,
    ],
    ['POST', '/v1/message/send', said('"Payload":{"type":99}')],
    ['POST', '/v1/message/send', `${said('"payload":{"type":99}')} and more`],
    ['POST', '/v1/message/send', said('"payload":[]')],
    // Its long s is an s to Go.
    [
      'POST',
      '/v1/message/edit',
      `${JSON.stringify(edit).slice(0, -1)},"me\u017fsage_id":"${words.messageId}"}`,
    ],
  ];
  for (const [method, path, body] of bodies) {
    const before = callsOf(path);
    expect([body, (await h.call(method, path, mallory.token, body)).status]).toEqual([body, 400]);
    expect(callsOf(path)).toBe(before);
  }
});

test.each([
  ['PUT', '/v1/user/current', '{"name":"x@superAdmin"}'],
  [
    'POST',
    '/v1/user/usernameregister',
    '{"username":"somebody1","password":"pw123456","name":"@superAdmin"}',
  ],
  [
    'POST',
    '/v1/user/usernameregister',
    '{"username":"somebody2","password":"pw123456","Name":"x@superAdmin"}',
  ],
  ['POST', '/v1/user/register', '{"name":"x@admin"}'],
  ['PUT', '/v1//user/current', '{"name":"x@superAdmin"}'],
])('%s %s: nobody takes a name that TSDD reads as a role', async (method, path, body) => {
  const { token } = h.tsdd.person('alice');
  const before = h.tsdd.requests.length;
  expect(await h.call(method, path, token, body)).toMatchObject({ status: 400 });
  expect(h.tsdd.requests.length).toBe(before);
});

/** Base64 of JSON, as Go takes bytes. */
const bytes = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
const ROBOT = '/v1/robots/helper/some-key';

test.each([
  [`${ROBOT}/stream/start`, { from_uid: 'alice', payload: bytes({ type: 99, cmd: 'messageRevoke' }) }],
  [`${ROBOT}/stream/start`, { from_uid: 'alice', payload: bytes({ type: 1006 }) }],
  [`${ROBOT}/stream/start`, { Payload: bytes({ type: 99 }) }],
  [`${ROBOT}/stream/start`, { payload: [...Buffer.from('{"type":99}')] }],
  [`${ROBOT}/stream/start`, { payload: '!' }],
  [`${ROBOT}/stream/start`, {}],
  [`/v1/robots/a%2Fb/key/stream%2fstart`, { payload: bytes({ type: 99 }) }],
  [`/v1//robots/helper/key/stream/start`, { payload: bytes({ type: 99 }) }],
  [`${ROBOT}/sendMessage`, { channel_id: 'bob', channel_type: 1, payload: { type: '1', content: 'x' } }],
  [`${ROBOT}/sendMessage`, { payload: { type: 1, content: 'x', mention: 'x' } }],
  [`${ROBOT}/sendMessage`, { payload: { type: 1, content: 'x', visibles: 'x' } }],
])('%s: a robot speaks neither as the system nor so that it breaks readers (%j)', async (path, body) => {
  const before = h.tsdd.requests.length;
  expect(await h.call('POST', path, '', body)).toMatchObject({ status: 400 });
  expect(h.tsdd.requests.length).toBe(before);
});

test.each([
  [`${ROBOT}/stream/start`, { from_uid: 'helper', payload: bytes({ type: 1, content: 'so far' }) }],
  [`${ROBOT}/sendMessage`, { channel_id: 'bob', channel_type: 1, payload: { type: 1, content: 'x' } }],
  // TSDD has a text of its own for it.
  [`${ROBOT}/sendMessage`, { channel_id: 'bob', channel_type: 1 }],
  [`${ROBOT}/stream/end`, { stream_no: 'x', payload: [] }],
])('%s passes what breaks nobody (%j)', async (path, body) => {
  await h.call('POST', path, '', body);
  expect(h.tsdd.requests.at(-1)).toMatchObject({ url: path });
});

test.each([
  // Named twice: Go puts both together, JavaScript takes the last.
  ['{"payload":{"visibles":"x"},"payload":{"type":1}}', '{"payload":{"type":1}}'],
  ['{"x":12345678901234567890,"payload":{"y":-9223372036854775808}}'],
  ['{"payload":{"type":1,"content":"\\u0000 \\ud800 😀"},"__proto__":{"payload":1}}'],
  ['{"other":[1,{"PAYLOAD":2}]}'],
])('%s is written anew with all its digits and letters', (body, written = body) => {
  expect(checkedBody(Buffer.from(body), ['payload']).body.toString()).toBe(written);
});

test.each([
  ['[]'],
  ['null'],
  [''],
  ['{"payload":1} x'],
  ['{"Payload":1}'],
  ['{"pa\\u0079loa\\u0044":1}'],
  [`{"a":${'['.repeat(50)}${']'.repeat(50)}}`],
])('%s is refused', (body) => {
  expect(() => checkedBody(Buffer.from(body), ['payload'])).toThrow('数据格式有误！');
});

test.each([
  ['POST', '/v1/message/edit', 401],
  ['DELETE', '/v1/message/mutual', 401],
  ['POST', '/v1/message/extra/sync', 401],
  // It has its token in the body.
  ['POST', '/v1/message/send', 400],
  ['PUT', '/v1/user/current', 401],
])('%s %s: nothing is no message, and who is not signed in is told so', async (method, path, status) => {
  const { token } = h.tsdd.person('alice');
  expect(await h.call(method, path, token)).toMatchObject({ status: 400 });
  expect(await h.call(method, path, token, '')).toMatchObject({ status: 400 });
  expect(await h.call(method, path, '', {})).toMatchObject({ status });
});

/** What a message sent over the IM server's API says. */
const said = ({ payload }: Record<string, unknown>): string =>
  Buffer.from(String(payload), 'base64').toString();

test('nothing recalled is pinned, whose words everybody would be sent, nor what lies in other chats', async () => {
  const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => h.tsdd.person(name));
  if (!alice || !bob || !carol) throw new Error('nobody');
  const tips = (): number => h.im.to('/message/send').filter((body) => said(body).includes('置顶')).length;
  const pin = (by: typeof alice, message: { messageId: string; seq: number }, to: string) =>
    h.call('POST', '/v1/message/pinned', by.token, {
      message_id: message.messageId,
      message_seq: message.seq,
      channel_id: to,
      channel_type: 1,
    });
  const recalled = h.say(alice, bob.uid, 'recalled words');
  const kept = h.say(alice, bob.uid, 'kept');
  await h.recall(alice, recalled, bob.uid);
  // Another copy of it, that nobody recorded.
  const late = h.im.store({
    from: alice.uid,
    to: bob.uid,
    type: 1,
    payload: { type: 1, content: 'recalled words' },
    clientMsgNo: recalled.clientMsgNo,
  });
  for (const each of [recalled, late])
    expect(await pin(bob, each, alice.uid)).toMatchObject({ status: 400, json: { code: 'recalled' } });
  expect(await pin(carol, kept, 'u_10000')).toMatchObject({ status: 400 });
  expect(tips()).toBe(0);
  expect(await pin(bob, kept, alice.uid)).toMatchObject({ status: 200 });
  expect(tips()).toBe(1);
});

test('what is pinned in a group is for its members', async () => {
  const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => h.tsdd.person(name));
  if (!alice || !bob || !carol) throw new Error('nobody');
  const group = h.tsdd.group(alice.uid, [bob.uid]);
  const asked = { channel_id: group.groupNo, channel_type: 2, version: 0 };
  const sync = (token: string) => h.call('POST', '/v1/message/pinned/sync', token, asked);
  expect((await sync(bob.token)).status).toBe(200);
  expect(await sync(carol.token)).toMatchObject({ status: 400, json: { code: 'not_member' } });
});
