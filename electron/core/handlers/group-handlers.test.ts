/** Groups as TSDD has them: what its blacklist leaves behind, invitations, codes, who wrote a notice. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ChannelType } from '../../../shared/domain.ts';
import { createBusinessApi } from '../api/business-api.ts';
import { GROUP, message } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import type { ServerMessage } from '../store/server-records.ts';
import type { CoreContext } from './core-context.ts';
import { groupHandlers } from './group-handlers.ts';
import { memberHandlers } from './member-handlers.ts';
import { joiningHandlers } from './joining-handlers.ts';
import { noticeHandlers } from './notice-handlers.ts';
import { createPatience } from './patience.ts';

const fixture = useFixture();
const no = GROUP.channelId;
const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
const refused = (msg: string, more: object = {}): Response => json({ msg, status: 400, ...more }, 400);
const OK = { status: 200 };

let asked: string[];
let answers: Map<string, () => Response>;
let members: Record<string, unknown>[];
let version: number;

function member(uid: string, more: Record<string, unknown> = {}): void {
  version += 1;
  members = members.filter((row) => row['uid'] !== uid);
  members.push({ uid, name: `同事 ${uid}`, role: 0, status: 1, is_deleted: 0, version, ...more });
}

function handlers() {
  const { store } = fixture;
  const api = createBusinessApi({
    server: 'http://tsdd.test',
    token: 't',
    log: () => undefined,
    fetch: (href, init) => {
      const url = new URL(href);
      const call = `${init.method ?? 'GET'} ${url.pathname.replace(/^\/v1/, '')}${url.search}`;
      asked.push(call);
      const scripted = answers.get(call) ?? answers.get(call.split('?')[0] ?? '');
      if (scripted) return Promise.resolve(scripted());
      if (call.startsWith(`GET /groups/${no}/membersync`)) {
        const since = Number(url.searchParams.get('version'));
        return Promise.resolve(json(members.filter((row) => Number(row['version']) > since)));
      }
      return Promise.resolve(json(OK));
    },
  });
  const context = {
    store,
    api,
    log: () => undefined,
    me: () => ({ uid: 'u-me' }),
    serverNowMs: () => 1_795_400_000_000,
    connectionState: () => ({ state: 'online' }),
    sync: {
      directory: {
        told: () => undefined,
        refreshChannel: () => Promise.resolve(),
        refreshMembers: async () => {
          const { members: rows } = await api.memberSync(no, store.people.memberVersion(no), 1_000);
          store.people.putMembers(no, rows);
        },
      },
      history: { page: () => Promise.reject(new Error('not asked for')) },
    },
    // A stand-in for the parts that these handlers use.
  } as unknown as CoreContext;
  const patience = createPatience(context);
  return {
    ...groupHandlers(context, patience),
    ...memberHandlers(context, patience),
    ...joiningHandlers(context, patience),
    ...noticeHandlers(context, patience),
  };
}

beforeEach(() => {
  asked = [];
  answers = new Map();
  members = [];
  version = 0;
  member('u-me', { role: 1 });
});

const changes = (): string[] => asked.filter((call) => !call.startsWith('GET '));

describe('the blacklist', () => {
  it('silences and removes, and is shown with who left', async () => {
    member('u-ann');
    answers.set(`POST /groups/${no}/blacklist/add`, () => {
      member('u-ann', { status: 2 });
      return json(OK);
    });
    answers.set(`DELETE /groups/${no}/members`, () => {
      member('u-ann', { status: 2, is_deleted: 1 });
      return json(OK);
    });
    const calls = handlers();
    await calls['groups.setBlacklisted']({ channel: GROUP, uid: 'u-ann', on: true });
    expect(changes()).toEqual([`POST /groups/${no}/blacklist/add`, `DELETE /groups/${no}/members`]);
    expect(await calls['groups.blacklist']({ channel: GROUP })).toMatchObject([{ uid: 'u-ann' }]);
    expect(fixture.store.people.members(no).map(({ uid }) => uid)).toEqual(['u-me']);
  });

  it('is lifted although TSDD then says that there is nobody', async () => {
    member('u-ann', { status: 2, is_deleted: 1 });
    const calls = handlers();
    await calls['groups.blacklist']({ channel: GROUP });
    answers.set(`POST /groups/${no}/blacklist/remove`, () => {
      member('u-ann', { status: 1, is_deleted: 1 });
      return refused('移除成员不存在');
    });
    await calls['groups.setBlacklisted']({ channel: GROUP, uid: 'u-ann', on: false });
    expect(await calls['groups.blacklist']({ channel: GROUP })).toEqual([]);
    // What is refused stays refused.
    member('u-ann', { status: 2, is_deleted: 1 });
    answers.set(`POST /groups/${no}/blacklist/remove`, () => refused('没有权限！'));
    await expect(
      calls['groups.setBlacklisted']({ channel: GROUP, uid: 'u-ann', on: false }),
    ).rejects.toMatchObject({ code: 'refused', message: '没有权限！' });
  });

  it('who comes back is taken off the deny list, where TSDD leaves them', async () => {
    member('u-ann', { is_deleted: 1 });
    member('u-new', { is_deleted: 1 });
    const calls = handlers();
    await calls['groups.blacklist']({ channel: GROUP });
    members = members.filter((row) => row['uid'] !== 'u-new');
    answers.set(`POST /groups/${no}/members`, () => {
      member('u-ann');
      member('u-bob');
      return json(OK);
    });
    answers.set(`POST /groups/${no}/forbidden_with_member`, () => refused('操作用户权限不够'));
    await calls['groups.addMembers']({ channel: GROUP, uids: ['u-ann', 'u-bob'] });
    expect(changes()).toEqual([`POST /groups/${no}/members`, `POST /groups/${no}/forbidden_with_member`]);
  });
});

const line = (seq: number, payload: Record<string, unknown>, timestamp = 1_795_399_000): ServerMessage => ({
  ...message(seq, { payload }),
  fromUid: '',
  timestamp,
});
const asks = (inviteNo: string) => ({
  type: 1009,
  content: '“{0}“想邀请1位朋友加入群聊',
  extra: [{ uid: 'u-ann', name: 'Ann' }],
  invite_no: inviteNo,
  visibles: ['u-me'],
});
const invitation = (inviteNo: string, more: object = {}): Record<string, unknown> => ({
  invite_no: inviteNo,
  inviter: 'u-ann',
  inviter_name: 'Ann',
  remark: '',
  status: 0,
  items: [{ uid: 'u-x', name: 'X' }],
  ...more,
});

describe('invitations', () => {
  it('are those of the lines in the chat; an answered one is asked for once and stays seven days', async () => {
    const old = 1_795_400_000 - 8 * 86_400;
    fixture.store.messages.ingest(
      [line(1, asks('i1'), old), line(2, asks('i2'), old), line(3, asks('i3')), line(4, asks('gone'))],
      'live',
    );
    answers.set('GET /group/invites/i1', () => json(invitation('i1')));
    answers.set('GET /group/invites/i2', () => json(invitation('i2', { status: 1 })));
    answers.set('GET /group/invites/i3', () =>
      json(
        invitation('i3', { status: 2, answered_by_name: 'Bob', can_refuse: 1, created_at: 1_795_399_500 }),
      ),
    );
    answers.set('GET /group/invites/gone', () => refused('没有查到邀请信息！'));
    const calls = handlers();
    expect(await calls['joining.invitations']({ channel: GROUP })).toMatchObject([
      { inviteNo: 'i3', state: 'refused', answeredBy: 'Bob', canRefuse: true },
      // Waits, however long ago it was made.
      { inviteNo: 'i1', state: 'waiting', canRefuse: false, inviter: { uid: 'u-ann', name: 'Ann' } },
    ]);
    asked = [];
    await calls['joining.invitations']({ channel: GROUP });
    expect(asked).toEqual(['GET /group/invites/gone', 'GET /group/invites/i1']);
  });
});

const scan = (body: unknown): void => void answers.set('GET /qrcode/0a1b2c3d', () => json(body));
const h5 = (query: string) => ({
  forward: 'h5',
  type: 'webview',
  data: { url: `http://h5.example/join_group.html?${query}` },
});

describe('a code', () => {
  it.each([
    'http://elsewhere.example/v1/qrcode/0a1b2c3d',
    'https://tsdd.test/api/v1/qrcode/0a1b2c3d?x=1',
    ' 0a1b2c3d ',
  ])('in %s: only the own server is asked', async (text) => {
    scan(h5('group_no=g9&auth_code=c0de'));
    answers.set('GET /groups/g9/detail', () => json({ group_no: 'g9', name: '周五', member_count: 3 }));
    expect(await handlers()['joining.scan']({ text })).toEqual({
      kind: 'group',
      channel: { channelId: 'g9', channelType: ChannelType.group },
      name: '周五',
      memberCount: 3,
      authCode: 'c0de',
      approval: null,
    });
    expect(asked).toEqual(['GET /qrcode/0a1b2c3d', 'GET /groups/g9/detail?auth_code=c0de']);
  });

  it.each([
    [{ forward: 'native', type: 'group', data: { group_no: 'g9' } }, { kind: 'member' }],
    [
      { forward: 'native', type: 'userInfo', data: { uid: 'u9', vercode: 'v@3' } },
      { kind: 'person', uid: 'u9' },
    ],
    [{ forward: 'native', type: 'loginConfirm', data: { auth_code: 'x' } }, { kind: 'unknown' }],
    [h5('group_no=g9&auth_code=a%2Fb'), { kind: 'unknown' }],
    [{ forward: 'h5', type: 'webview', data: { url: 'no address' } }, { kind: 'unknown' }],
    [{}, { kind: 'unknown' }],
  ])('that leads to %j', async (body, expected) => {
    scan(body);
    expect(await handlers()['joining.scan']({ text: '0a1b2c3d' })).toMatchObject(expected);
  });

  it('that is over, or is none, leads nowhere', async () => {
    answers.set('GET /qrcode/0a1b2c3d', () => refused('二维码或已过期！'));
    expect(await handlers()['joining.scan']({ text: '0a1b2c3d' })).toEqual({ kind: 'unknown' });
    asked = [];
    expect(await handlers()['joining.scan']({ text: 'https://example.com/x y' })).toEqual({
      kind: 'unknown',
    });
    expect(asked).toEqual([]);
  });

  it('lets in, asks, or is refused in the words of the server', async () => {
    const args = { channel: GROUP, authCode: 'c0de' };
    expect(await handlers()['joining.join'](args)).toBe('joined');
    const call = `GET /groups/${no}/scanjoin`;
    answers.set(call, () => refused('已提交', { code: 'waits_for_approval' }));
    expect(await handlers()['joining.join'](args)).toBe('waiting');
    answers.set(call, () => refused('群开启了邀请模式，不能直接加入群聊'));
    await expect(handlers()['joining.join'](args)).rejects.toMatchObject({
      code: 'refused',
      message: '群开启了邀请模式，不能直接加入群聊',
    });
  });

  it('of a group: none where the server makes none', async () => {
    answers.set(`GET /groups/${no}/qrcode`, () => new Response('404 page not found', { status: 404 }));
    expect(await handlers()['joining.code']({ channel: GROUP })).toBeNull();
    answers.set(`GET /groups/${no}/qrcode`, () =>
      json({ day: 7, qrcode: 'http://x/v1/qrcode/1', expire: '' }),
    );
    expect(await handlers()['joining.code']({ channel: GROUP })).toEqual({
      text: 'http://x/v1/qrcode/1',
      untilMs: 1_795_400_000_000 + 7 * 86_400_000,
      scanApproval: false,
    });
  });
});

const told = (seq: number, words: string, uid: string) =>
  line(seq, { type: 1005, content: `{0}修改群${words}`, extra: [{ uid, name: uid }], data: {} });
const noticeRow = (id: number, content: string) => ({
  id,
  content,
  uid: 'u-bob',
  name: 'Bob',
  created_at: id,
  read_count: 1,
  unread_count: 2,
  read: 1,
  remind_at: 0,
});

const groupWith = (notice: string): void =>
  fixture.store.people.putGroups([
    {
      groupNo: no,
      name: 'Team',
      remark: '',
      notice,
      memberCount: 2,
      onlineCount: 0,
      myRole: 1,
      quit: false,
      mutedUntil: 0,
      forbidden: false,
      inviteOnly: false,
      disbanded: false,
      muted: false,
      pinned: false,
      showRecallNotes: true,
      receipt: false,
    },
  ]);

describe('notices', () => {
  it('of TSDD: the current one, and who wrote it by the line that told of it', async () => {
    groupWith('第二条');
    answers.set(`GET /groups/${no}/notices`, () => new Response('404 page not found', { status: 404 }));
    fixture.store.messages.ingest(
      [told(1, '公告为"第一条"', 'u-ann'), told(2, '公告为"第二条"', 'u-bob'), told(3, '名为"x"', 'u-cat')],
      'live',
    );
    expect(await handlers()['notices.list']({ channel: GROUP })).toMatchObject([
      { id: null, content: '第二条', author: { uid: 'u-bob' }, timestamp: 1_795_399_000, readers: null },
    ]);
    groupWith('');
    expect(await handlers()['notices.list']({ channel: GROUP })).toEqual([]);
  });

  it('of a server that keeps them: history and readers', async () => {
    groupWith('第二条');
    answers.set(`GET /groups/${no}/notices`, () => json([noticeRow(2, '第二条'), noticeRow(1, '第一条')]));
    const list = await handlers()['notices.list']({ channel: GROUP });
    expect(list).toMatchObject([
      { id: 2, content: '第二条', readers: { read: 1, unread: 2, mine: true } },
      { id: 1, content: '第一条' },
    ]);
    // Published since, by somebody the list does not know of yet.
    groupWith('第三条');
    expect((await handlers()['notices.list']({ channel: GROUP })).map(({ id }) => id)).toEqual([null, 2, 1]);
  });
});
