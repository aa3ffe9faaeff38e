/** What a server that is reached and does not answer means for what somebody waits for. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectionState } from '../../../shared/domain.ts';
import type { Args, CoreContract } from '../../../shared/ipc/contract/contract.ts';
import { SERVER_CALLS } from '../../../shared/ipc/contract/server-calls.ts';
import type { Result } from '../../../shared/ipc/result.ts';
import type { FromWorker } from '../../../shared/ipc/worker-protocol.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import type { Connection } from '../connection/connection-api.ts';
import { type Core, createCore } from '../core.ts';
import { coreParts } from '../core-parts.ts';
import { ScriptedBusiness } from '../sync/testing/scripted-business.ts';

const bob = { channelId: 'u2', channelType: 1 };
const team = { channelId: 'g1', channelType: 2 };
const GIVEN_UP = 60_000;

let dir: string;
let server: ScriptedBusiness;
let core: Core;
let posted: FromWorker[];
let nextId = 0;
let state: ConnectionState;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  dir = tempFolder('wk-patience-');
  server = new ScriptedBusiness();
  posted = [];
  state = { state: 'offline', retryAtMs: null } as unknown as ConnectionState;
  const connection = {
    get state() {
      return state;
    },
    transport: 'tcp',
    lastPingMs: null,
    start: () => undefined,
    retryNow: () => undefined,
    replace: () => undefined,
    send: () => new Promise<never>(() => undefined),
    close: () => Promise.resolve(),
  } satisfies Connection;
  core = createCore(
    {
      accountDir: dir,
      server: 'http://s',
      uid: 'u1',
      username: 'me000001',
      name: 'Me',
      token: 't',
      deviceId: 'dev',
      offerReedit: true,
    },
    (message) => posted.push(message),
    { ...coreParts, fetch: (url, init) => server.fetch(url, init), createConnection: () => connection },
  );
});
afterEach(async () => {
  vi.useRealTimers();
  await core.close();
  rmSync(dir, { recursive: true, force: true });
});

/** `seconds`: how long it took, by the clock of the test. */
async function ask<K extends keyof CoreContract>(
  channel: K,
  args: Args<K>,
): Promise<{ result: Result<unknown>; seconds: number }> {
  nextId += 1;
  const id = nextId;
  const startedAt = performance.now();
  core.handle({ kind: 'request', id, channel, args });
  for (;;) {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const answer = posted.find((message) => message.kind === 'answer' && message.id === id);
    const seconds = (performance.now() - startedAt) / 1000;
    if (answer?.kind === 'answer') return { result: answer.result, seconds };
    if (seconds * 1000 > GIVEN_UP) throw new Error(`no answer from ${channel}`);
    await vi.advanceTimersByTimeAsync(100);
  }
}

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
const PORTAL = '<!doctype html><title>Welcome to the airport</title>';

/** Fails `times` times, then works. */
function failing(call: string, times: number, answer: () => Response = () => json({}, 503)): () => number {
  let asked = 0;
  server.overrides.set(call, () => {
    asked += 1;
    return asked <= times ? answer() : json({ status: 200 });
  });
  return () => asked;
}

/** The header of one, 2 by 2. */
const JPEG = Buffer.from('ffd8ffc0001108000200020301220002110003110100ffd9', 'hex');

interface Case {
  channel: keyof CoreContract;
  args: unknown;
  call: string;
}
const REPEATED: Case[] = [
  { channel: 'account.removeDevice', args: { deviceId: 'd' }, call: 'DELETE /user/devices/d' },
  { channel: 'contacts.accept', args: { token: 't' }, call: 'POST /friend/sure' },
  { channel: 'contacts.refuse', args: { uid: 'u9' }, call: 'PUT /friend/refuse/u9' },
  { channel: 'conversations.setMuted', args: { channel: bob, on: true }, call: 'PUT /users/u2/setting' },
  { channel: 'conversations.setPinned', args: { channel: team, on: true }, call: 'PUT /groups/g1/setting' },
  {
    channel: 'conversations.setNotice',
    args: { channel: team, level: 'none' },
    call: 'PUT /groups/g1/setting',
  },
  {
    channel: 'conversations.setRecallNotes',
    args: { channel: team, on: true },
    call: 'PUT /groups/g1/setting',
  },
  {
    channel: 'conversations.setFlame',
    args: { channel: bob, on: true, seconds: 10 },
    call: 'PUT /users/u2/setting',
  },
  { channel: 'groups.addMembers', args: { channel: team, uids: ['u9'] }, call: 'POST /groups/g1/members' },
  {
    channel: 'groups.removeMembers',
    args: { channel: team, uids: ['u9'] },
    call: 'DELETE /groups/g1/members',
  },
  { channel: 'groups.setForbidden', args: { channel: team, on: true }, call: 'POST /groups/g1/forbidden/1' },
  {
    channel: 'groups.setManager',
    args: { channel: team, uid: 'u9', on: true },
    call: 'POST /groups/g1/managers',
  },
  { channel: 'groups.transfer', args: { channel: team, uid: 'u9' }, call: 'POST /groups/g1/transfer/u9' },
  {
    channel: 'groups.mute',
    args: { channel: team, uid: 'u9', minutes: 60 },
    call: 'POST /groups/g1/forbidden_with_member',
  },
  {
    channel: 'groups.setBlacklisted',
    args: { channel: team, uid: 'u9', on: false },
    call: 'POST /groups/g1/blacklist/remove',
  },
  { channel: 'groups.setNickname', args: { channel: team, name: 'me' }, call: 'PUT /groups/g1/members/u1' },
  {
    channel: 'groups.setAvatar',
    args: { channel: team, bytes: JPEG },
    call: 'POST /groups/g1/avatar',
  },
  { channel: 'groups.setSaved', args: { channel: team, on: true }, call: 'PUT /groups/g1/setting' },
  {
    channel: 'groups.setRule',
    args: { channel: team, rule: 'approval', on: true },
    call: 'PUT /groups/g1/setting',
  },
  { channel: 'joining.confirm', args: { channel: team, inviteNo: 'i1' }, call: 'POST /group/invite/sure' },
  { channel: 'joining.refuse', args: { channel: team, inviteNo: 'i1' }, call: 'POST /group/invite/refuse' },
  { channel: 'notices.remove', args: { channel: team, id: 7 }, call: 'DELETE /groups/g1/notices/7' },
  { channel: 'groups.update', args: { channel: team, name: 'new' }, call: 'PUT /groups/g1' },
  { channel: 'groups.update', args: { channel: team, notice: 'new' }, call: 'PUT /groups/g1' },
  { channel: 'groups.leave', args: { channel: team }, call: 'POST /groups/g1/exit' },
  { channel: 'groups.disband', args: { channel: team }, call: 'DELETE /groups/g1/disband' },
];
const ONCE: Case[] = [
  { channel: 'groups.create', args: { memberUids: ['u2'], name: 'x' }, call: 'POST /group/create' },
  { channel: 'contacts.apply', args: { uid: 'u2', vercode: 'v', remark: '' }, call: 'POST /friend/apply' },
  {
    channel: 'joining.invite',
    args: { channel: team, uids: ['u9'], remark: '' },
    call: 'POST /groups/g1/member/invite',
  },
  { channel: 'notices.remind', args: { channel: team, id: 7 }, call: 'POST /groups/g1/notices/7/remind' },
];
const FAILURES: [string, () => Response][] = [
  ['503', () => json({}, 503)],
  ['500 with a sentence', () => json({ msg: '系统错误' }, 500)],
  ['504 of a proxy', () => new Response('<html>Gateway Time-out</html>', { status: 504 })],
  ['429', () => json({ msg: 'slow down' }, 429)],
  ['TSDD in trouble', () => json({ msg: '更新群信息失败！', status: 400 }, 400)],
  ['a captive portal', () => new Response(PORTAL)],
  ['a portal that wants a sign-in', () => new Response(PORTAL, { status: 401 })],
];

const run = ({ channel, args }: Case) => ask(channel, args as never);

it('every call that somebody waits for is one or the other', () => {
  const more = ['conversations.hide', 'joining.join'];
  expect(new Set([...REPEATED, ...ONCE].map(({ channel }) => channel).concat(more as never[]))).toEqual(
    SERVER_CALLS,
  );
});

describe('a change that may be asked for twice', () => {
  // A look at what became of it must not answer for it here.
  beforeEach(() => {
    for (const call of ['GET /user/devices', 'GET /groups/g1/membersync', 'GET /groups/g1/members'])
      server.overrides.set(call, () => json([{ device_id: 'd' }]));
    server.overrides.set('GET /groups/g1/membersync', () => json([{ uid: 'u9', role: 0, version: 1 }]));
    const page = { url: 'http://h5.example/invite_detail.html?auth_code=c0de' };
    server.overrides.set('GET /groups/g1/member/h5confirm', () => json(page));
  });

  it.each(REPEATED)('is asked for again after 5xx: $channel $call', async (one) => {
    if (one.channel === 'groups.addMembers' || one.channel === 'groups.removeMembers') {
      // Members were read, and it has not happened.
      server.overrides.set('GET /groups/g1/membersync', () =>
        json(one.channel === 'groups.addMembers' ? [] : [{ uid: 'u9', role: 0, version: 1 }]),
      );
    }
    const asked = failing(one.call, 2);
    const { result, seconds } = await run(one);
    expect(result).toMatchObject({ ok: true });
    expect(asked()).toBe(3);
    expect(seconds).toBeLessThan(5);
  });

  it.each(FAILURES)('is asked for until the server is well: %s', async (_name, answer) => {
    const asked = failing('PUT /groups/g1', 3, answer);
    expect((await ask('groups.update', { channel: team, name: 'new' })).result).toMatchObject({ ok: true });
    expect(asked()).toBe(4);
    expect(posted.filter(({ kind }) => kind === 'connection')).not.toContainEqual(
      expect.objectContaining({ connection: { state: 'sessionExpired' } }),
    );
  });

  it.each(FAILURES)('fails after a while with a sentence that says why: %s', async (_name, answer) => {
    failing('PUT /groups/g1', Infinity, answer);
    const { result, seconds } = await ask('groups.update', { channel: team, name: 'new' });
    expect(result).toMatchObject({ ok: false, code: 'noAnswer' });
    expect(seconds).toBeGreaterThan(10);
    expect(seconds).toBeLessThan(30);
  });

  it('that was taken although nobody said so is not made again', async () => {
    const asked = failing('PUT /groups/g1', Infinity);
    server.overrides.set('GET /groups/g1', () => json({ group_no: 'g1', name: 'new' }));
    const { result } = await ask('groups.update', { channel: team, name: 'new' });
    expect(result).toMatchObject({ ok: true });
    expect(asked()).toBe(1);
  });

  it('that is refused the second time because the first was taken has worked', async () => {
    let asked = 0;
    server.overrides.set('POST /friend/sure', () => {
      asked += 1;
      return asked === 1 ? json({}, 502) : json({ msg: '获取token信息错误', status: 400 }, 400);
    });
    let looks = 0;
    server.overrides.set('GET /friend/apply', () => {
      looks += 1;
      return looks === 1 ? json({}, 502) : json([{ to_uid: 'u9', to_name: 'N', token: 't', status: 1 }]);
    });
    expect((await ask('contacts.accept', { token: 't' })).result).toMatchObject({ ok: true });
    expect(asked).toBe(2);
  });

  it('is refused at once when the server refuses it, also after a failure', async () => {
    let asked = 0;
    server.overrides.set('PUT /groups/g1', () => {
      asked += 1;
      return asked === 1 ? json({}, 503) : json({ msg: '没有权限', status: 400 }, 400);
    });
    expect((await ask('groups.update', { channel: team, name: 'new' })).result).toMatchObject({
      code: 'refused',
      message: '没有权限',
    });
    expect(asked).toBe(2);
  });

  it('that is reverted meanwhile ends as it was wished last', async () => {
    failing('PUT /users/u2/setting', 2);
    const on = ask('conversations.setMuted', { channel: bob, on: true });
    const off = ask('conversations.setMuted', { channel: bob, on: false });
    expect((await on).result).toMatchObject({ ok: true });
    expect((await off).result).toMatchObject({ ok: true });
    expect(server.bodies('PUT /users/u2/setting').map(({ mute }) => mute)).toEqual([1, 1, 1, 0]);
  });

  it('waits as long as the server asks for, and no longer than anybody would', async () => {
    let asked = 0;
    server.overrides.set('PUT /groups/g1', () => {
      asked += 1;
      return new Response('{}', { status: 503, headers: { 'retry-after': asked === 1 ? '6' : '3600' } });
    });
    const { result, seconds } = await ask('groups.update', { channel: team, name: 'new' });
    expect(result).toMatchObject({ code: 'noAnswer' });
    expect(asked).toBe(2);
    expect(seconds).toBeGreaterThanOrEqual(6);
    expect(seconds).toBeLessThan(10);
  });

  it('fails at once without a network, and is tried again while the other connection stands', async () => {
    server.offline = true;
    const offline = await ask('groups.update', { channel: team, name: 'new' });
    expect(offline).toMatchObject({ result: { code: 'network' }, seconds: 0 });
  });
});

describe('a change that would happen twice', () => {
  it.each(ONCE)('is asked for once, and may have happened: $channel', async (one) => {
    const asked = failing(one.call, Infinity);
    const { result, seconds } = await run(one);
    expect(result).toMatchObject({ ok: false, code: 'unsure' });
    expect([asked(), seconds]).toEqual([1, 0]);
  });

  it.each(ONCE)('cannot have happened when somebody else answered: $channel', async (one) => {
    failing(one.call, Infinity, () => new Response(PORTAL));
    expect((await run(one)).result).toMatchObject({ ok: false, code: 'noAnswer' });
    server.overrides.delete(one.call);
    server.offline = true;
    expect((await run(one)).result).toMatchObject({ ok: false, code: 'network' });
  });
});

it('a question that is not answered says so', async () => {
  failing('GET /friend/apply', Infinity);
  expect((await ask('contacts.requests', undefined)).result).toMatchObject({ code: 'noAnswer' });
});
