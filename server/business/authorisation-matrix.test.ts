/**
 * Who may call what: every route of the server without a token, with a bad one, and as each standing towards a group
 * and a message in it; one after the other and all at once. A route that is in no table fails the test.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FakeMessage } from './testing/fake-im.ts';
import { Harness, type Person } from './testing/harness.ts';

const STANDINGS = ['stranger', 'former', 'member', 'self', 'manager', 'owner'] as const;
type Standing = (typeof STANDINGS)[number];

/** `self` is a member like `member` and the author of the message and of the profile that are asked about. */
interface World {
  people: Record<Standing, Person>;
  /** Group number. */
  no: string;
  message: FakeMessage;
  /** Another ordinary member. */
  other: Person;
}

interface Request {
  body?: unknown;
  /** In place of the route's path parameters, in order. */
  path?: readonly string[];
  query?: string;
}

interface Row {
  /** As it is registered. */
  route: string;
  /** Standings that are refused (400); the others get 200. */
  refused: readonly Standing[];
  request: (world: World, who: Person, standing: Standing) => Request;
  /** The call changes what later ones depend on: each has a world of its own. */
  fresh?: boolean;
  /** Ends the session it is called with. */
  newcomer?: boolean;
}

const NOBODY: readonly Standing[] = [];
const EVERYBODY = STANDINGS;
const OUTSIDE: readonly Standing[] = ['stranger', 'former'];
const NOT_MANAGING: readonly Standing[] = [...OUTSIDE, 'member', 'self'];
const NOT_OWNER: readonly Standing[] = [...NOT_MANAGING, 'manager'];

const inGroup = ({ no }: World): { channel_id: string; channel_type: number } => ({
  channel_id: no,
  channel_type: 2,
});
const oneMessage = (world: World): Record<string, unknown> => ({
  message_id: world.message.messageId,
  message_seq: world.message.seq,
  ...inGroup(world),
});
const png = (): FormData => {
  const form = new FormData();
  const bytes = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  form.append('file', new Blob([bytes], { type: 'image/png' }), 'a.png');
  return form;
};

const own = (route: string, body?: unknown, more: Partial<Request> = {}): Row => ({
  route,
  refused: NOBODY,
  request: () => ({ body, ...more }),
});

const notice = ({ no }: World): Request => ({ path: [no, '999999'] });

const MATRIX: readonly Row[] = [
  // The account itself: nothing in these routes names anybody else.
  own('GET /v1/common/appversion/:os/:version', undefined, { path: ['web', '1.0.0'] }),
  own('GET /v1/user/online'),
  own('POST /v1/user/online', []),
  own('GET /v1/friend/sync', undefined, { query: 'version=0&limit=10&api_version=1' }),
  own('GET /v1/friend/search'),
  own('GET /v1/user/qrcode'),
  own('POST /v1/reports', { channel_id: 'anybody', channel_type: 1, category_no: 'spam' }),
  { route: 'GET /v1/qrcode/:code', refused: EVERYBODY, request: () => ({ path: ['vercode_0'] }) },
  {
    route: 'GET /v1/user/grant_login',
    refused: EVERYBODY,
    request: () => ({ query: 'auth_code=made-up' }),
  },
  own('GET /v1/friend/apply'),
  own('GET /v1/user/blacklists'),
  own('GET /v1/user/reddot/friendApply'),
  own('DELETE /v1/user/reddot/friendApply'),
  own('GET /v1/user/devices'),
  own('DELETE /v1/user/devices/:device_id', undefined, { path: ['of-nobody'] }),
  own('PUT /v1/user/current', { sex: 1 }),
  own('PUT /v1/user/my/setting', { voice_on: 1 }),
  own('GET /v1/group/my'),
  own('GET /v1/group/forbidden_times'),
  own('POST /v1/conversation/sync', { msg_count: 1 }),
  own('POST /v1/conversation/extra/sync', { version: 0 }),
  own('POST /v1/conversation/syncack', {}),
  own('POST /v1/message/sync', { max_message_seq: 0, limit: 10 }),
  own('POST /v1/message/syncack/:seq', {}, { path: ['1'] }),
  own('POST /v1/message/reminder/sync', { version: 0, limit: 10, channel_ids: [] }),
  own('POST /v1/message/reminder/done', [1]),
  own('GET /v1/message/prohibit_words/sync'),
  own('GET /v1/message/sync/sensitivewords'),
  own('GET /v1/sticker/user'),
  own('DELETE /v1/sticker/user', { paths: ['file/preview/chat/1/x/none.gif'] }),
  {
    route: 'POST /v1/sticker/user',
    refused: EVERYBODY,
    request: () => ({ body: { path: 'file/preview/chat/1/x/none.gif' } }),
  },
  own('GET /v1/sticker', undefined, { query: 'keyword=ok' }),
  own('GET /v1/sticker/store'),
  own('GET /v1/sticker/user/category'),
  own('GET /v1/sticker/user/sticker', undefined, { query: 'category=wukong' }),
  own('POST /v1/sticker/user/:category', undefined, { path: ['wukong'] }),
  own('DELETE /v1/sticker/remove', undefined, { query: 'category=wukong' }),
  own('PUT /v1/sticker/user/category/reorder', { categorys: ['wukong'] }),
  own('PUT /v1/sticker/user/front', { paths: ['file/preview/chat/1/x/none.gif'] }),
  own('GET /v1/file/upload', undefined, { query: 'path=/chat/1/x/a.png&type=chat' }),
  { route: 'GET /v1/user/devices/:device_id', refused: EVERYBODY, request: () => ({ path: ['of-nobody'] }) },
  own('POST /v1/user/sms/destroy'),
  // With a wrong code; with the right one: accounts/account-end.test.ts.
  { route: 'DELETE /v1/user/destroy/:code', refused: EVERYBODY, request: () => ({ path: ['0'] }) },
  { ...own('POST /v1/user/quit'), newcomer: true },
  { ...own('POST /v1/user/pc/quit'), newcomer: true },
  {
    route: 'PUT /v1/user/updatepassword',
    refused: EVERYBODY,
    request: () => ({ body: { password: 'not mine', new_password: 'other-pw' } }),
  },
  {
    route: 'POST /v1/group/create',
    refused: NOBODY,
    request: ({ other }) => ({ body: { members: [other.uid] } }),
  },

  // Another person, a friend of nobody: a card is public, the rest is one's own view of that person.
  { route: 'GET /v1/users/:uid', refused: NOBODY, request: ({ people }) => ({ path: [people.self.uid] }) },
  {
    route: 'PUT /v1/users/:uid/setting',
    refused: NOBODY,
    request: ({ other }) => ({ path: [other.uid], body: { mute: 1 } }),
  },
  {
    route: 'PUT /v1/friend/remark',
    refused: EVERYBODY,
    request: ({ other }) => ({ body: { uid: other.uid, remark: 'x' } }),
  },
  {
    route: 'POST /v1/friend/apply',
    refused: EVERYBODY,
    request: ({ other }) => ({ body: { to_uid: other.uid, vercode: 'made up' } }),
  },
  { route: 'PUT /v1/friend/refuse/:uid', refused: NOBODY, request: ({ other }) => ({ path: [other.uid] }) },
  { route: 'DELETE /v1/friend/apply/:uid', refused: NOBODY, request: ({ other }) => ({ path: [other.uid] }) },
  { route: 'POST /v1/friend/sure', refused: EVERYBODY, request: () => ({ body: { token: 'made-up' } }) },
  { route: 'DELETE /v1/friends/:uid', refused: EVERYBODY, request: ({ other }) => ({ path: [other.uid] }) },
  { route: 'POST /v1/user/blacklist/:uid', refused: NOBODY, request: ({ other }) => ({ path: [other.uid] }) },
  {
    route: 'DELETE /v1/user/blacklist/:uid',
    refused: NOBODY,
    request: ({ other }) => ({ path: [other.uid] }),
  },
  {
    // Whoever the address names, it is the caller's own that changes, as with TSDD.
    route: 'POST /v1/users/:id/avatar',
    refused: NOBODY,
    request: ({ people }) => ({ path: [people.self.uid], body: png() }),
  },
  {
    route: 'POST /v1/file/upload',
    refused: NOBODY,
    request: (_world, who) => ({
      query: `path=/chat/1/${who.uid}/${Math.random()}.png&type=chat`,
      body: png(),
    }),
  },

  // A file of somebody else, or none.
  { ...own('DELETE /v1/file/upload', undefined, { query: 'path=chat/1/nobody/a.png' }), refused: EVERYBODY },

  // A group.
  { route: 'GET /v1/groups/:no', refused: ['stranger'], request: ({ no }) => ({ path: [no] }) },
  { route: 'GET /v1/channels/:id/:type', refused: ['stranger'], request: ({ no }) => ({ path: [no, '2'] }) },
  {
    route: 'POST /v1/channels/:id/:type/message/autodelete',
    refused: NOT_MANAGING,
    request: ({ no }) => ({ path: [no, '2'], body: { msg_auto_delete: 3_600 } }),
  },
  { route: 'GET /v1/groups/:no/membersync', refused: OUTSIDE, request: ({ no }) => ({ path: [no] }) },
  { route: 'GET /v1/groups/:no/members', refused: OUTSIDE, request: ({ no }) => ({ path: [no] }) },
  {
    route: 'POST /v1/groups/:no/members',
    refused: OUTSIDE,
    request: ({ no, other }) => ({ path: [no], body: { members: [other.uid] } }),
  },
  {
    route: 'DELETE /v1/groups/:no/members',
    refused: NOT_MANAGING,
    fresh: true,
    request: ({ no, other }) => ({ path: [no], body: { members: [other.uid] } }),
  },
  {
    route: 'POST /v1/groups/:no/members_delete',
    refused: NOT_MANAGING,
    fresh: true,
    request: ({ no, other }) => ({ path: [no], body: { members: [other.uid] } }),
  },
  { route: 'POST /v1/groups/:no/exit', refused: OUTSIDE, fresh: true, request: ({ no }) => ({ path: [no] }) },
  {
    route: 'DELETE /v1/groups/:no/disband',
    refused: NOT_OWNER,
    fresh: true,
    request: ({ no }) => ({ path: [no] }),
  },
  {
    route: 'POST /v1/groups/:no/transfer/:uid',
    refused: NOT_OWNER,
    fresh: true,
    request: ({ no, other }) => ({ path: [no, other.uid] }),
  },
  {
    route: 'POST /v1/groups/:no/managers',
    refused: NOT_OWNER,
    fresh: true,
    request: ({ no, other }) => ({ path: [no], body: [other.uid] }),
  },
  {
    route: 'DELETE /v1/groups/:no/managers',
    refused: NOT_OWNER,
    fresh: true,
    request: ({ no, people }) => ({ path: [no], body: [people.manager.uid] }),
  },
  {
    route: 'PUT /v1/groups/:no',
    refused: NOT_MANAGING,
    request: ({ no }) => ({ path: [no], body: { name: 'x' } }),
  },
  {
    route: 'PUT /v1/groups/:no/setting',
    refused: OUTSIDE,
    request: ({ no }) => ({ path: [no], body: { mute: 1 } }),
  },
  {
    route: 'PUT /v1/groups/:no/setting',
    refused: NOT_MANAGING,
    request: ({ no }) => ({ path: [no], body: { forbidden: 0 } }),
  },
  {
    // A nickname is one's own or a manager's to give.
    route: 'PUT /v1/groups/:no/members/:uid',
    refused: [...OUTSIDE, 'member'],
    request: ({ no, people }) => ({ path: [no, people.self.uid], body: { remark: 'x' } }),
  },
  {
    route: 'POST /v1/groups/:no/forbidden/:on',
    refused: NOT_MANAGING,
    request: ({ no }) => ({ path: [no, '0'] }),
  },
  {
    route: 'POST /v1/groups/:no/forbidden_with_member',
    refused: NOT_MANAGING,
    request: ({ no, other }) => ({ path: [no], body: { member_uid: other.uid, action: 0, key: 1 } }),
  },
  {
    route: 'POST /v1/groups/:no/blacklist/:action',
    refused: NOT_MANAGING,
    fresh: true,
    request: ({ no, other }) => ({ path: [no, 'add'], body: { uids: [other.uid] } }),
  },
  { route: 'GET /v1/groups/:no/qrcode', refused: OUTSIDE, request: ({ no }) => ({ path: [no] }) },
  {
    // Of somebody who is in the group; of others: groups/joining.test.ts.
    route: 'POST /v1/groups/:no/member/invite',
    refused: EVERYBODY,
    request: ({ no, other }) => ({ path: [no], body: { uids: [other.uid] } }),
  },
  {
    // Of nothing; of an invitation: groups/joining.test.ts.
    route: 'GET /v1/groups/:no/member/h5confirm',
    refused: EVERYBODY,
    request: ({ no }) => ({ path: [no], query: 'invite_no=none' }),
  },
  { route: 'GET /v1/group/invites/:invite_no', refused: EVERYBODY, request: () => ({ path: ['none'] }) },
  { route: 'GET /v1/groups/:no/recalls', refused: NOT_MANAGING, request: ({ no }) => ({ path: [no] }) },
  { route: 'GET /v1/groups/:no/notices', refused: OUTSIDE, request: ({ no }) => ({ path: [no] }) },
  // Of no notice; of one: groups/notices.test.ts.
  { route: 'POST /v1/groups/:no/notices/:id/readed', refused: EVERYBODY, request: notice },
  { route: 'GET /v1/groups/:no/notices/:id/receipt', refused: EVERYBODY, request: notice },
  { route: 'POST /v1/groups/:no/notices/:id/remind', refused: EVERYBODY, request: notice },
  { route: 'DELETE /v1/groups/:no/notices/:id', refused: EVERYBODY, request: notice },
  {
    route: 'POST /v1/groups/:id/avatar',
    refused: NOT_OWNER,
    request: ({ no }) => ({ path: [no], body: png() }),
  },

  // Its messages; `self` is the author.
  // Others get an empty page, as with TSDD (authorisation.test.ts: nothing of the group is in it).
  { route: 'POST /v1/message/channel/sync', refused: NOBODY, request: (w) => ({ body: inGroup(w) }) },
  { route: 'POST /v1/message/extra/sync', refused: OUTSIDE, request: (w) => ({ body: inGroup(w) }) },
  {
    route: 'POST /v1/message/revoke',
    refused: [...OUTSIDE, 'member'],
    fresh: true,
    request: ({ no, message }) => ({
      query: `message_id=${message.messageId}&client_msg_no=${message.clientMsgNo}&channel_id=${no}&channel_type=2`,
    }),
  },
  { route: 'DELETE /v1/message', refused: OUTSIDE, request: (w) => ({ body: [oneMessage(w)] }) },
  {
    route: 'DELETE /v1/message/mutual',
    refused: [...OUTSIDE, 'member'],
    fresh: true,
    request: (w) => ({ body: oneMessage(w) }),
  },
  {
    route: 'POST /v1/message/edit',
    refused: [...OUTSIDE, 'member', 'manager', 'owner'],
    request: (w) => ({ body: { ...oneMessage(w), content_edit: '{"type":1,"content":"edited"}' } }),
  },
  {
    route: 'POST /v1/message/readed',
    refused: OUTSIDE,
    request: (w) => ({ body: { ...inGroup(w), message_ids: [w.message.messageId] } }),
  },
  {
    route: 'PUT /v1/message/voicereaded',
    refused: OUTSIDE,
    request: (w) => ({ body: oneMessage(w) }),
  },
  {
    // Without anything known about the message there is nothing to give away.
    route: 'GET /v1/messages/:message_id/receipt',
    refused: NOBODY,
    request: () => ({ path: ['1'], query: 'readed=1' }),
  },
  {
    route: 'POST /v1/reactions',
    refused: OUTSIDE,
    request: (w) => ({ body: { ...inGroup(w), message_id: w.message.messageId, emoji: '👍' } }),
  },
  {
    route: 'POST /v1/reaction/sync',
    refused: OUTSIDE,
    request: (w) => ({ body: { ...inGroup(w), seq: 0, limit: 100 } }),
  },
  {
    route: 'POST /v1/message/pinned',
    refused: NOT_MANAGING,
    request: (w) => ({ body: { ...inGroup(w), message_id: w.message.messageId, message_seq: 1 } }),
  },
  {
    route: 'POST /v1/message/pinned/sync',
    refused: OUTSIDE,
    request: (w) => ({ body: { ...inGroup(w), version: 0 } }),
  },
  { route: 'POST /v1/message/pinned/clear', refused: NOT_MANAGING, request: (w) => ({ body: inGroup(w) }) },
  { route: 'POST /v1/message/typing', refused: OUTSIDE, request: (w) => ({ body: inGroup(w) }) },
  { route: 'PUT /v1/coversation/clearUnread', refused: OUTSIDE, request: (w) => ({ body: inGroup(w) }) },
  { route: 'PUT /v1/conversation/clearUnread', refused: OUTSIDE, request: (w) => ({ body: inGroup(w) }) },
  {
    route: 'POST /v1/message/offset',
    refused: OUTSIDE,
    request: (w) => ({ body: { ...inGroup(w), message_seq: 1 } }),
  },
  {
    route: 'DELETE /v1/conversations/:id/:type',
    refused: NOBODY,
    request: ({ no }) => ({ path: [no, '2'] }),
  },
  {
    route: 'POST /v1/conversations/:id/:type/extra',
    refused: OUTSIDE,
    request: ({ no }) => ({ path: [no, '2'], body: { draft: 'x' } }),
  },
];

/**
 * Need no token. `message/send` takes it in its body, the manager routes have tokens of their own, the webhook another
 * guard.
 */
const OPEN: readonly string[] = [
  'GET /v1/ping',
  'POST /v1/ping',
  'PUT /v1/ping',
  'GET /v1/health',
  'GET /v1/common/appconfig',
  'GET /v1/users/:uid/im',
  'GET /v1/user/search',
  'POST /v1/user/login',
  'POST /v1/user/usernamelogin',
  'POST /v1/user/usernameregister',
  'POST /v1/user/register',
  'POST /v1/user/sms/registercode',
  'POST /v1/user/sms/forgetpwd',
  'POST /v1/user/pwdforget',
  'POST /v1/user/sms/login_check_phone',
  'POST /v1/user/login/check_phone',
  'GET /v1/user/loginuuid',
  'GET /v1/user/loginstatus',
  'POST /v1/user/login_authcode/:auth_code',
  'GET /v1/file/preview/*',
  'GET /v1/report/categories',
  'GET /v1/users/:id/avatar',
  'GET /v1/groups/:id/avatar',
  // With a code that was given to somebody who showed a token (groups/joining.test.ts).
  'GET /v1/groups/:no/detail',
  'GET /v1/groups/:no/scanjoin',
  'POST /v1/group/invite/sure',
  'POST /v1/group/invite/refuse',
  'POST /v1/message/send',
  'POST /v1/manager/login',
  'GET /v1/manager/common/appconfig',
  'POST /v1/manager/common/appconfig',
  'GET /v1/manager/sms/codes',
  'POST /v2/webhook/:secret',
];

let h: Harness;
let people: Record<Standing, Person>;
let other: Person;
let shared: World;
let newcomers = 0;

async function world(): Promise<World> {
  const { owner, manager, member, self, former } = people;
  const no = await h.group(owner, [manager], [member, self, former, other]);
  const left = await h.post(`/v1/groups/${no}/exit`, former);
  if (left.status !== 200) throw new Error(left.text);
  return { people, no, other, message: h.say(self, no, 2, 'words') };
}

async function ask(row: Row, at: World, standing: Standing): Promise<number> {
  const who = row.newcomer ? await h.person(`newcomer-${(newcomers += 1)}`) : at.people[standing];
  const [method = '', pattern = ''] = row.route.split(' ');
  const { body, path = [], query } = row.request(at, who, standing);
  let used = 0;
  const filled = pattern.replaceAll(/:[a-z_]+/g, () => path[used++] ?? '');
  const url = query === undefined ? filled : `${filled}?${query}`;
  return (await h.call(method, url, { token: who.token, body })).status;
}

const expected = (row: Row): Record<string, number> =>
  Object.fromEntries(STANDINGS.map((standing) => [standing, row.refused.includes(standing) ? 400 : 200]));

beforeAll(async () => {
  h = await new Harness().start();
  const found = await Promise.all(STANDINGS.map((name) => h.person(`${name}-1`)));
  people = Object.fromEntries(STANDINGS.map((name, i) => [name, found[i]])) as Record<Standing, Person>;
  other = await h.person('other-1');
  shared = await world();
});
afterAll(() => h.close());

describe('each route by itself', () => {
  test.each(MATRIX.map((row): [string, Row] => [row.route, row]))('%s', async (route, row) => {
    const [method = '', pattern = ''] = route.split(' ');
    const path = pattern.replaceAll(/:[a-z_]+/g, 'x');
    expect(await h.call(method, path)).toMatchObject({
      status: 401,
      text: '{"msg":"token不能为空，请先登录！"}',
    });
    expect(await h.call(method, path, { token: 'nonsense' })).toMatchObject({
      status: 401,
      text: '{"msg":"请先登录！"}',
    });
    const answered: Record<string, number> = {};
    for (const standing of STANDINGS)
      answered[standing] = await ask(row, row.fresh ? await world() : shared, standing);
    expect(answered).toEqual(expected(row));
  });
});

test('all routes that change nothing of each other, all standings at once', async () => {
  const at = await world();
  const rows = MATRIX.filter(({ fresh }) => !fresh);
  const answers = await Promise.all(
    rows.map(async (row) => ({
      route: row.route,
      answered: Object.fromEntries(
        await Promise.all(
          STANDINGS.map(async (standing) => [standing, await ask(row, at, standing)] as const),
        ),
      ),
    })),
  );
  expect(answers).toEqual(rows.map((row) => ({ route: row.route, answered: expected(row) })));
});

test('no route is left out', () => {
  const routes = new Set<string>();
  for (const file of globSync('**/*.ts', { cwd: import.meta.dirname })) {
    if (file.endsWith('.test.ts')) continue;
    const source = readFileSync(join(import.meta.dirname, file), 'utf8');
    for (const [, method = '', url = ''] of source.matchAll(/\bapp\.(get|post|put|delete)\('(\/[^']+)'/g))
      routes.add(`${method.toUpperCase()} ${url}`);
    for (const [, methods = '', url = ''] of source.matchAll(/method: \[([^\]]+)\], url: '([^']+)'/g))
      for (const [, method = ''] of methods.matchAll(/'([A-Z]+)'/g)) routes.add(`${method} ${url}`);
  }
  const known = new Set([...MATRIX.map(({ route }) => route), ...OPEN]);
  expect([...routes].filter((route) => !known.has(route))).toEqual([]);
  expect(routes.size).toBeGreaterThan(80);
});
