/**
 * Requests to both embedded servers with any method, path, query and body: never a 500, never content in a log, the
 * next request is served.
 */
import * as fc from 'fast-check';
import { Harness } from '../../server/business/testing/harness.ts';
import { ImFixture } from '../../server/im/testing/fixture.ts';
import { hostileValue, jsonText, SECRET, spoiltBytes, spoiltJson } from './mutate.ts';
import { GOLDEN_FRAMES } from './packets.ts';
import { PAYLOADS } from './payloads.ts';
import { batches, draw, noSecretIn, type Target } from './target.ts';

type Sample = readonly [route: string, body?: unknown];

const CHANNEL = { channel_id: 'NO', channel_type: 2 };
const ROW = {
  header: { no_persist: 0, red_dot: 1, sync_once: 0 },
  setting: 0,
  message_id: 2_124_791_608,
  message_idstr: '2124791608111960064',
  client_msg_no: 'c1',
  message_seq: 1,
  from_uid: 'UID',
  channel_id: 'NO',
  channel_type: 2,
  timestamp: 1_795_424_770,
  payload: Buffer.from(JSON.stringify(PAYLOADS[0])).toString('base64'),
};

/** `UID` another person, `NO` a group of both. */
const BUSINESS: readonly Sample[] = [
  ['GET /v1/common/appversion/web/1.0.0'],
  [
    'POST /v1/user/login',
    { username: 'someone1-account', password: 'x', flag: 2, device: { device_id: 'd' } },
  ],
  ['POST /v1/user/usernameregister', { username: 'fuzz-account', password: 'pw123456', name: 'N', flag: 2 }],
  [
    'POST /v1/user/register',
    { zone: '0086', phone: '13800000000', code: '1', password: 'pw123456', name: 'N' },
  ],
  ['POST /v1/user/sms/registercode', { zone: '0086', phone: '13800000000' }],
  ['POST /v1/user/sms/forgetpwd', { zone: '0086', phone: '13800000000' }],
  ['POST /v1/user/pwdforget', { zone: '0086', phone: '13800000000', code: '1', pwd: 'pw123456' }],
  ['POST /v1/user/sms/login_check_phone', { uid: 'UID' }],
  ['POST /v1/user/login/check_phone', { uid: 'UID', code: '1' }],
  ['GET /v1/user/loginuuid?device_id=d&device_name=N&device_model=M&pub_key=k'],
  ['GET /v1/user/loginstatus?uuid=00112233445566778899aabbccddeeff'],
  ['GET /v1/qrcode/00112233445566778899aabbccddeeff'],
  ['GET /v1/user/grant_login?auth_code=00112233445566778899aabbccddeeff&encrypt=e'],
  ['POST /v1/user/login_authcode/00112233445566778899aabbccddeeff'],
  ['GET /v1/users/UID/im'],
  ['GET /v1/users/UID?group_no=NO'],
  ['PUT /v1/users/UID/setting', { mute: 1, top: 0, remark: SECRET }],
  ['GET /v1/user/search?keyword=abc'],
  ['PUT /v1/user/updatepassword', { password: 'wrong', new_password: 'pw1234567' }],
  ['GET /v1/user/devices?page_index=1&page_size=10'],
  ['GET /v1/user/devices/d'],
  ['PUT /v1/user/current', { name: 'New', sex: 1, short_no: 'abcdefg' }],
  ['PUT /v1/user/my/setting', { voice_on: 1, mute_of_app: 0 }],
  ['GET /v1/user/online'],
  ['POST /v1/user/online', ['UID']],
  ['GET /v1/friend/sync?version=0&limit=100&api_version=1'],
  ['GET /v1/friend/search?keyword=a'],
  ['POST /v1/friend/apply', { to_uid: 'UID', remark: SECRET, vercode: 'v' }],
  ['GET /v1/friend/apply?page_index=1&page_size=10'],
  ['PUT /v1/friend/refuse/UID'],
  ['POST /v1/friend/sure', { token: 't' }],
  ['PUT /v1/friend/remark', { uid: 'UID', remark: SECRET }],
  ['POST /v1/user/blacklist/UID'],
  ['DELETE /v1/user/blacklist/UID'],
  ['POST /v1/group/create', { members: ['UID'], name: 'Team' }],
  ['GET /v1/groups/NO'],
  ['GET /v1/groups/NO/membersync?version=0&limit=100'],
  ['GET /v1/groups/NO/members?page=1&limit=20&keyword=a'],
  ['POST /v1/groups/NO/members', { members: ['UID'] }],
  ['PUT /v1/groups/NO', { name: 'Renamed', notice: SECRET }],
  ['PUT /v1/groups/NO/setting', { mute: 1, forbidden: 0, remark: SECRET }],
  ['PUT /v1/groups/NO/members/UID', { remark: SECRET }],
  ['POST /v1/groups/NO/forbidden/0'],
  ['POST /v1/groups/NO/forbidden_with_member', { member_uid: 'UID', action: 1, key: 1 }],
  ['POST /v1/groups/NO/managers', ['UID']],
  ['GET /v1/channels/NO/2'],
  ['POST /v1/conversation/sync', { version: 0, last_msg_seqs: 'NO:2:1|UID:1:0', msg_count: 20 }],
  ['PUT /v1/coversation/clearUnread', { ...CHANNEL, unread: 0, message_seq: 1 }],
  ['POST /v1/conversations/NO/2/extra', { browse_to: 1, keep_message_seq: 1, draft: SECRET }],
  ['POST /v1/conversation/extra/sync', { version: 0 }],
  [
    'POST /v1/message/channel/sync',
    { ...CHANNEL, start_message_seq: 0, end_message_seq: 0, limit: 50, pull_mode: 1 },
  ],
  ['POST /v1/message/extra/sync', { ...CHANNEL, extra_version: 1, source: 'd', limit: 100 }],
  ['POST /v1/message/revoke?message_id=2124791608111960064&client_msg_no=c&channel_id=NO&channel_type=2'],
  ['DELETE /v1/message', [{ message_id: '2124791608111960064', ...CHANNEL, message_seq: 1 }]],
  ['DELETE /v1/message/mutual', { message_id: '2124791608111960064', ...CHANNEL, message_seq: 1 }],
  [
    'POST /v1/message/edit',
    {
      message_id: '2124791608111960064',
      message_seq: 1,
      ...CHANNEL,
      content_edit: JSON.stringify(PAYLOADS[0]),
    },
  ],
  ['POST /v1/message/readed', { ...CHANNEL, message_ids: ['2124791608111960064'] }],
  ['GET /v1/messages/2124791608111960064/receipt?readed=1&page_index=1&page_size=20'],
  ['POST /v1/message/typing', CHANNEL],
  ['POST /v1/message/sync', { max_message_seq: 0, limit: 200 }],
  ['POST /v1/message/syncack/3'],
  ['POST /v1/message/reminder/sync', { version: 0, limit: 100, channel_ids: ['NO'] }],
  ['POST /v1/message/reminder/done', [1, 2]],
  [
    'POST /v1/message/send',
    { token: 'TOKEN', receive_channel_id: 'NO', receive_channel_type: 2, payload: PAYLOADS[0] },
  ],
  ['GET /v1/file/upload?path=/chat/a.png&type=chat'],
  ['GET /v1/file/preview/chat/a.png'],
  ['POST /v1/file/upload?path=/chat/a.png&type=chat', SECRET],
  ['POST /v2/webhook/WEBHOOK?event=msg.notify', [ROW]],
  ['POST /v2/webhook/WEBHOOK?event=user.onlinestatus', ['UID-2-1-7-1-1']],
  ['POST /v1/manager/login', { username: 'superAdmin', password: SECRET }],
];

const PAYLOAD = Buffer.from(JSON.stringify({ type: 1, content: SECRET })).toString('base64');
const SEND = { header: { red_dot: 1 }, from_uid: 'a', channel_id: 'g', channel_type: 2, payload: PAYLOAD };
const IM: readonly Sample[] = [
  ['POST /user/token', { uid: 'a', token: 't', device_flag: 2, device_level: 1 }],
  ['POST /user/device_quit', { uid: 'a', device_flag: -1 }],
  ['POST /user/onlinestatus', ['a', 'b']],
  ['POST /user/systemuids_add', { uids: ['sys'] }],
  ['GET /route?uid=a'],
  ['POST /route/batch', ['a']],
  ['POST /channel', { channel_id: 'g', channel_type: 2, ban: 0, reset: 1, subscribers: ['a', 'b'] }],
  ['POST /channel/info', { channel_id: 'g', channel_type: 2, large: 1 }],
  ['POST /channel/subscriber_add', { channel_id: 'g', channel_type: 2, reset: 0, subscribers: ['c'] }],
  ['POST /channel/blacklist_add', { channel_id: 'g', channel_type: 2, uids: ['c'] }],
  ['POST /channel/whitelist_set', { channel_id: 'g', channel_type: 2, uids: [] }],
  ['GET /channel/whitelist?channel_id=g&channel_type=2'],
  ['POST /message/send', SEND],
  ['POST /message/sendbatch', { ...SEND, subscribers: ['a', 'b'] }],
  [
    'POST /channel/messagesync',
    { login_uid: 'a', channel_id: 'g', channel_type: 2, start_message_seq: 0, limit: 10 },
  ],
  [
    'POST /messages',
    {
      login_uid: 'a',
      channel_id: 'g',
      channel_type: 2,
      message_seqs: [1],
      message_ids: [],
      client_msg_nos: ['c'],
    },
  ],
  ['POST /message', { login_uid: 'a', channel_id: 'g', channel_type: 2, message_id: 1 }],
  ['GET /message/byclientmsgno?channel_id=g&channel_type=2&client_msg_no=c'],
  ['GET /channel/max_message_seq?channel_id=g&channel_type=2'],
  ['GET /channel/last_message?channel_id=g&channel_type=2&login_uid=a'],
  ['POST /message/erase', { login_uid: 'a', channel_id: 'g', channel_type: 2, message_ids: ['1'] }],
  ['POST /conversation/sync', { uid: 'a', version: 0, last_msg_seqs: 'g:2:1', msg_count: 10 }],
  ['POST /conversations/clearUnread', { uid: 'a', channel_id: 'g', channel_type: 2, message_seq: 1 }],
  ['POST /conversations/setUnread', { uid: 'a', channel_id: 'g', channel_type: 2, unread: 1 }],
  ['POST /conversations/delete', { uid: 'a', channel_id: 'g', channel_type: 2 }],
  ['POST /message/sync', { uid: 'a', limit: 10 }],
  ['POST /message/syncack', { uid: 'a', last_message_seq: 1 }],
];

interface Request {
  method: string;
  path: string;
  body: string | undefined;
}

/** Something in place of one part of a path or of one query value. */
const part = fc.constantFrom(
  '',
  '0',
  '-1',
  '9'.repeat(30),
  '%00',
  '%F0%9F%98%80',
  'a%40b',
  '..',
  encodeURIComponent(SECRET),
);

function requestLike([route, body]: Sample): fc.Arbitrary<Request> {
  const [method = '', path = ''] = route.split(' ');
  const pieces = path.split(/(?<=[/?&=])/);
  const spoiltPath = fc
    .tuple(fc.nat(pieces.length - 1), part)
    .map(([at, text]) => pieces.map((piece, i) => (i === at && i > 2 ? text : piece)).join(''));
  const text =
    body === undefined
      ? fc.constantFrom(undefined, '', '{}', '[')
      : fc.oneof(
          { weight: 8, arbitrary: spoiltJson(body).map(jsonText) },
          { weight: 1, arbitrary: hostileValue.map(jsonText) },
          {
            weight: 1,
            arbitrary: spoiltBytes([Buffer.from(JSON.stringify(body))]).map((b) => b.toString('utf8')),
          },
        );
  return fc.record({
    method: fc.constant(method),
    path: fc.oneof({ weight: 3, arbitrary: fc.constant(path) }, { weight: 1, arbitrary: spoiltPath }),
    body: method === 'GET' ? fc.constant(undefined) : text,
  });
}

const BATCH = 64;
const AT_ONCE = 8;

async function ask(
  base: string,
  { method, path, body }: Request,
  headers: Record<string, string>,
): Promise<void> {
  const response = await fetch(base + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  });
  await response.arrayBuffer();
  if (response.status >= 500)
    throw new Error(`${method} ${path}: ${response.status} for ${body?.slice(0, 400)}`);
}

async function askAll(
  requests: readonly Request[],
  send: (request: Request) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < requests.length; at += AT_ONCE)
    await Promise.all(requests.slice(at, at + AT_ONCE).map(send));
}

const business: Target = {
  name: 'requests to the business server',
  share: 5,
  async run(run) {
    const lines: string[] = [];
    const note = (line: string): void => void lines.push(line);
    const h = await new Harness({ log: { info: note, warn: note }, adminPassword: 'admin-password' }).start();
    try {
      const [me, other] = await Promise.all([h.person('someone1'), h.person('someone2')]);
      const no = await h.group(me, [], [other]);
      h.say(me, no, 2, SECRET);
      const secret = new URL(h.server.webhook).pathname.split('/').at(-1) ?? '';
      const placed = (text: string): string =>
        text
          .replaceAll('WEBHOOK', secret)
          .replaceAll('UID', other.uid)
          .replaceAll('NO', no)
          .replaceAll('TOKEN', me.token);
      const cases = draw(fc.oneof(...BUSINESS.map(requestLike)), run).map(({ method, path, body }) => ({
        method,
        path: placed(path),
        body: body === undefined ? undefined : placed(body),
      }));
      for (const { batch } of batches(cases, BATCH)) {
        await askAll(batch, (request) => ask(h.server.api, request, { token: me.token }));
        const answer = await h.post('/v1/message/channel/sync', me, {
          channel_id: no,
          channel_type: 2,
          limit: 20,
        });
        if (answer.status !== 200)
          throw new Error(`stuck: the history answers ${answer.status} ${answer.text}`);
        noSecretIn(lines.splice(0), 'business server');
      }
    } finally {
      await h.close();
    }
  },
};

const im: Target = {
  name: 'requests and bytes to the IM server',
  share: 4,
  async run(run) {
    const f = await ImFixture.start();
    try {
      const requests = draw(fc.oneof(...IM.map(requestLike)), {
        seed: run.seed,
        cases: Math.ceil(run.cases / 2),
      });
      const frames = draw(spoiltBytes(GOLDEN_FRAMES), { seed: run.seed, cases: Math.floor(run.cases / 2) });
      for (const { batch, at } of batches(requests, BATCH)) {
        await askAll(batch, (request) => ask(f.server.api, request, { token: f.server.apiToken }));
        const anne = await f.client(`anne-${at}`);
        const bert = await f.client(`bert-${at}`);
        // Signed in, so that its bytes get past the first check.
        const noisy = await f.client(`noisy-${at}`);
        const stranger = await f.open('tcp');
        frames.slice(at, at + BATCH).forEach((bytes, index) => (index % 2 ? noisy : stranger).raw(bytes));
        await anne.send(`bert-${at}`, 1, 'still here');
        if ((await bert.recv()).text !== 'still here') throw new Error('stuck: no delivery');
        for (const client of [anne, bert, noisy, stranger]) client.close();
        noSecretIn(f.log.splice(0), 'IM server');
      }
    } finally {
      await f.stop();
    }
  },
};

export const serverTargets: readonly Target[] = [business, im];
