/** Both real servers in one child process, as `npm run server` starts them, driven over HTTP and the wire protocol. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './demo.ts';
import { TestClient } from './im/testing/test-client.ts';
import { tempFolder } from '../shared/testing/temp-folder.ts';

interface Ready {
  ready: true;
  api: string;
  im: { tcp: string; ws: string; api: string };
}
type Json = Record<string, unknown>;

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
/** Several starts of a process, on a machine that may be busy. */
const LONG = { timeout: 90_000 };
let dataDir: string;
let child: ChildProcessWithoutNullStreams | null = null;
let ready: Ready;
let stdout = '';

/** Starts the servers and waits for the ready line; rejects with stderr when they end before. */
async function start(
  args: string[],
  stdin: number | ((to: Writable) => void) = () => undefined,
): Promise<void> {
  const process_ = spawn(process.execPath, [MAIN, '--data', dataDir, ...args], {
    stdio: [typeof stdin === 'number' ? stdin : 'pipe', 'pipe', 'pipe'],
  }) as ChildProcessWithoutNullStreams;
  if (typeof stdin === 'function') stdin(process_.stdin);
  child = process_;
  stdout = '';
  let stderr = '';
  process_.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  ready = await new Promise<Ready>((resolve, reject) => {
    process_.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout.includes('\n')) resolve(JSON.parse(stdout) as Ready);
    });
    process_.once('close', (code) => reject(new Error(`exit ${code}: ${stderr}`)));
  });
}

/** Exit code after `how` ended the process. */
async function ended(how: (running: ChildProcessWithoutNullStreams) => void): Promise<number | null> {
  const running = child;
  if (!running) throw new Error('nothing is running');
  const exit = new Promise<number | null>((resolve) => running.once('exit', (code) => resolve(code)));
  how(running);
  const code = await exit;
  child = null;
  return code;
}
const stop = () => ended((running) => running.kill('SIGTERM'));

beforeEach(() => {
  dataDir = tempFolder('wk-servers-');
});
afterEach(async () => {
  if (child && child.exitCode === null) await ended((running) => running.kill('SIGKILL'));
  rmSync(dataDir, { recursive: true, force: true });
});

async function call(
  method: string,
  path: string,
  token?: string,
  body?: unknown,
): Promise<{ status: number; json: Json }> {
  const response = await fetch(ready.api + path, {
    method,
    headers: { ...(token === undefined ? {} : { token }), 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Json };
}

interface Account {
  uid: string;
  token: string;
}

async function login(username: string, password: string, flag = 2): Promise<Account> {
  const { json } = await call('POST', '/v1/user/login', undefined, { username, password, flag });
  return { uid: String(json['uid']), token: String(json['token']) };
}

async function register(name: string): Promise<Account> {
  const answer = await call('POST', '/v1/user/usernameregister', undefined, {
    username: `${name}-account`,
    password: 'pw123456',
    name,
    flag: 2,
  });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.json));
  // The registration's own token must serve, without another sign-in.
  const data = answer.json['data'] as Json;
  return { uid: String(data['uid']), token: String(data['token']) };
}

async function connect(account: Account, deviceFlag = 2, address = ready.im.tcp): Promise<TestClient> {
  const client = await TestClient.connect(address, { uid: account.uid, token: account.token, deviceFlag });
  client.autoAck = true;
  return client;
}

/** Waits for the CMD and answers its envelope and param. */
async function command(client: TestClient, cmd: string) {
  for (;;) {
    const received = await client.recv();
    const payload = JSON.parse(received.text) as { cmd?: string; param?: Json };
    if (payload.cmd === cmd) return { received, param: payload.param ?? {} };
  }
}

async function history(reader: Account, channelId: string, channelType: number): Promise<Json[]> {
  const body = {
    channel_id: channelId,
    channel_type: channelType,
    start_message_seq: 0,
    end_message_seq: 0,
    limit: 500,
    pull_mode: 0,
  };
  return (await call('POST', '/v1/message/channel/sync', reader.token, body)).json['messages'] as Json[];
}

function revoke(by: Account, channelId: string, channelType: number, messageId: string, clientMsgNo = '') {
  const query = new URLSearchParams({
    message_id: messageId,
    client_msg_no: clientMsgNo,
    channel_id: channelId,
    channel_type: String(channelType),
  });
  return call('POST', `/v1/message/revoke?${query.toString()}`, by.token);
}

/** Files below the data folder that hold the text. */
function filesWith(text: string): string[] {
  const names = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
  return names.filter(
    (name) => statSync(join(dataDir, name)).isFile() && readFileSync(join(dataDir, name)).includes(text),
  );
}

const SECRET = 'the-launch-code-is-8841';
const text = (content: string, more: Json = {}) => JSON.stringify({ type: 1, content, ...more });

test(
  'sign up, chat, recall: every device is told, nothing is left, also after a restart of both',
  LONG,
  async () => {
    await start([]);
    const [alice, bob] = await Promise.all([register('alice'), register('bob')]);
    const aliceWeb = await login('alice-account', 'pw123456', 1);
    const [a, aWeb, b] = await Promise.all([connect(alice), connect(aliceWeb, 1, ready.im.ws), connect(bob)]);

    const ack = await a.send(bob.uid, 1, text(SECRET));
    expect(ack.reasonCode).toBe(1);
    const atBob = await b.take('recv', (packet) => packet.messageId === ack.messageId);
    const id = ack.messageId.toString();
    const reply = {
      message_id: id,
      message_seq: ack.messageSeq,
      from_uid: alice.uid,
      from_name: 'alice',
      payload: { type: 1, content: 'quoted' },
    };
    await b.send(alice.uid, 1, text('what is this?', { reply }));
    expect((await revoke(bob, alice.uid, 1, id)).json).toMatchObject({
      msg: '无权限撤回此消息！',
      status: 400,
    });
    expect(filesWith(SECRET)).not.toEqual([]);

    expect((await revoke(alice, bob.uid, 1, id, atBob.clientMsgNo)).json).toEqual({ status: 200 });
    const [own, web, peer] = await Promise.all(
      [a, aWeb, b].map((client) => command(client, 'messageRevoke')),
    );
    for (const each of [own, web, peer]) {
      expect(each?.param).toMatchObject({ message_id: id, client_msg_no: atBob.clientMsgNo });
      expect(each?.received.fromUid).toBe(alice.uid);
      expect(each?.received.flags).toMatchObject({ syncOnce: true, noPersist: false, redDot: false });
    }
    expect([own?.received.channelId, web?.received.channelId, peer?.received.channelId]).toEqual([
      bob.uid,
      bob.uid,
      alice.uid,
    ]);

    const checkBlank = async () => {
      for (const [reader, peerUid] of [
        [alice, bob.uid],
        [bob, alice.uid],
      ] as const) {
        const rows = await history(reader, peerUid, 1);
        expect(rows[0]).toMatchObject({
          message_idstr: id,
          revoke: 1,
          revoker: alice.uid,
          payload: { type: 1, content: '' },
          from_uid: alice.uid,
        });
        expect(rows[1]).toMatchObject({
          payload: {
            content: 'what is this?',
            reply: { from_name: 'alice', payload: { type: 1, content: '' } },
          },
        });
      }
    };
    await checkBlank();
    await vi.waitFor(() => expect(filesWith(SECRET)).toEqual([]));
    // A device that was away finds the CMD too, under the channel's name as that reader knows it.
    const offline = (await call('POST', '/v1/message/sync', bob.token, { limit: 100 }))
      .json as unknown as Json[];
    const missed = offline
      .map((row) => row['payload'] as Json)
      .find((payload) => payload['cmd'] === 'messageRevoke');
    expect(missed?.['param']).toMatchObject({ message_id: id, channel_id: alice.uid, channel_type: 1 });

    expect(await stop()).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    await start([]);
    await checkBlank();
    expect(filesWith(SECRET)).toEqual([]);
    expect(
      (
        await call('POST', '/v1/message/extra/sync', bob.token, {
          channel_id: alice.uid,
          channel_type: 1,
          extra_version: 0,
        })
      ).json,
    ).toMatchObject([{ message_id_str: id, revoke: 1, revoker: alice.uid }]);
    for (const client of [a, aWeb, b]) client.close();
  },
);

test('in a group: roles, reminders from the webhook, presence', LONG, async () => {
  await start(['--revoke-second', '-1']);
  const [owner, member, other] = await Promise.all([
    register('owner'),
    register('member'),
    register('other'),
  ]);
  expect((await call('GET', '/v1/common/appconfig')).json).toMatchObject({ revoke_second: -1 });
  const [m, o] = await Promise.all([connect(member), connect(other)]);
  const group = (
    await call('POST', '/v1/group/create', owner.token, { members: [member.uid, other.uid], name: 'Team' })
  ).json;
  const no = String(group['group_no']);
  const created = await m.take('recv', (packet) => packet.channelId === no);
  expect(JSON.parse(m.open(created).text)).toMatchObject({ type: 1001, content: 'owner邀请{0},{1}加入群聊' });

  const ack = await m.send(no, 2, text('@other look', { mention: { uids: [other.uid] } }));
  expect(ack.reasonCode).toBe(1);
  const reminders = async () =>
    (
      await call('POST', '/v1/message/reminder/sync', other.token, {
        version: 0,
        limit: 10,
        channel_ids: [no],
      })
    ).json as unknown as Json[];
  await vi.waitFor(
    async () => expect(await reminders()).toMatchObject([{ message_id: ack.messageId.toString(), done: 0 }]),
    { timeout: 5000 },
  );
  expect((await revoke(other, no, 2, ack.messageId.toString())).json).toMatchObject({
    code: 'recall_denied',
  });
  expect((await revoke(owner, no, 2, ack.messageId.toString())).json).toEqual({ status: 200 });
  const { received, param } = await command(o, 'messageRevoke');
  expect([received.fromUid, received.channelId, received.channelType]).toEqual([owner.uid, no, 2]);
  expect(param).toMatchObject({ message_id: ack.messageId.toString(), channel_id: no, channel_type: 2 });
  expect(await reminders()).toEqual([]);
  await vi.waitFor(
    async () =>
      expect((await call('POST', '/v1/user/online', owner.token, [member.uid])).json).toMatchObject([
        { uid: member.uid, online: 1 },
      ]),
    { timeout: 5000 },
  );

  await call('POST', `/v1/groups/${no}/forbidden/1`, owner.token);
  expect((await m.send(no, 2, text('muted'))).reasonCode).toBe(13);
  await call('POST', `/v1/groups/${no}/forbidden/0`, owner.token);
  expect((await m.send(no, 2, text('free'))).reasonCode).toBe(1);
  await call('DELETE', `/v1/groups/${no}/members`, owner.token, { members: [member.uid] });
  expect((await m.send(no, 2, text('gone'))).reasonCode).toBe(3);
  expect(await history(member, no, 2)).toEqual([]);
  await call('DELETE', `/v1/groups/${no}/disband`, owner.token);
  expect((await o.send(no, 2, text('late'))).reasonCode).toBe(24);
  m.close();
  o.close();
});

const connectAs = (account: Account, deviceId: string) =>
  TestClient.connect(ready.im.tcp, { ...account, deviceFlag: 2, deviceId });

test(
  'two computers of one user: removing one signs it out and cuts its line, the other stays',
  LONG,
  async () => {
    await start(['--password-cost', '16']);
    const alice = await register('alice');
    const signIn = async (device: string): Promise<Account> => {
      const { json } = await call('POST', '/v1/user/login', undefined, {
        username: 'alice-account',
        password: 'pw123456',
        flag: 2,
        device: { device_id: device },
      });
      return { uid: String(json['uid']), token: String(json['token']) };
    };
    const [home, office] = [await signIn('home'), await signIn('office')];
    const [atHome, atOffice] = [await connectAs(home, 'home'), await connectAs(office, 'office')];
    await call('DELETE', '/v1/user/devices/office', home.token);
    expect((await call('GET', '/v1/user/devices', office.token)).status).toBe(401);
    await atOffice.closed();
    await expect(connectAs(office, 'office')).rejects.toThrow('CONNACK reason');
    expect((await atHome.send(alice.uid, 1, text('still here'))).reasonCode).toBe(1);
    expect((await call('POST', '/v1/user/quit', home.token)).status).toBe(200);
    await atHome.closed();
    expect((await call('GET', '/v1/user/devices', alice.token)).status).toBe(401);
  },
);

test('demo data: 300 messages in six chats, some recalled, written once', LONG, async () => {
  await start(['--seed', 'demo']);
  const people = await Promise.all(
    Object.values(DEMO_ACCOUNTS).map(({ username }) => login(username, DEMO_PASSWORD)),
  );
  const [xu] = people as [Account, ...Account[]];
  const look = async () => {
    const ids = new Set<string>();
    let recalled = 0;
    for (const person of people) {
      const sync = (await call('POST', '/v1/conversation/sync', person.token, { version: 0, msg_count: 1 }))
        .json;
      for (const { channel_id, channel_type } of sync['conversations'] as {
        channel_id: string;
        channel_type: number;
      }[]) {
        for (const row of await history(person, channel_id, channel_type)) {
          const id = String(row['message_idstr']);
          if (ids.has(id) || row['from_uid'] === '') continue;
          ids.add(id);
          if (row['revoke'] === 1) recalled++;
        }
      }
    }
    return { messages: ids.size, recalled };
  };
  expect(await look()).toEqual({ messages: 300, recalled: 7 });
  const friends = (await call('GET', '/v1/friend/sync?version=0&api_version=1', xu.token))
    .json as unknown as Json[];
  expect(friends.map((friend) => String(friend['name'])).toSorted()).toEqual(
    ['林知夏', '苏航', '陈屿'].toSorted(),
  );
  await stop();
  await start(['--seed', 'demo']);
  expect(await look()).toEqual({ messages: 300, recalled: 7 });
});

const admin = (password: string) =>
  call('POST', '/v1/manager/login', undefined, { username: 'superAdmin', password });

describe('the command line', () => {
  test('is refused with the reason and exit code 2', async () => {
    await expect(start(['--nonsense'])).rejects.toThrow(/nonsense/);
    expect(child?.exitCode).toBe(2);
  });

  test(
    'takes the first line of stdin as password: of a pipe, a pipe that stays open, a file',
    LONG,
    async () => {
      const file = join(dataDir, 'password.txt');
      for (const [kind, text] of [
        ['pipe', 'from-pipe\nsecond\n'],
        ['open pipe', 'from-open-pipe\r\n'],
        ['file', 'from-file'],
      ] as const) {
        writeFileSync(file, text);
        if (kind === 'file') await start(['--admin-password-stdin'], openSync(file, 'r'));
        else
          await start(['--admin-password-stdin'], (stdin) =>
            kind === 'pipe' ? stdin.end(text) : stdin.write(text),
          );
        expect([kind, (await admin(text.split(/\r?\n/)[0] ?? '')).status]).toEqual([kind, 200]);
        expect((await admin('second')).status).toBe(400);
        expect(await stop()).toBe(0);
      }
    },
  );

  test('says so when stdin holds no password, before anything is started', LONG, async () => {
    const empty = join(dataDir, 'empty.txt');
    writeFileSync(empty, '\nnot the first line\n');
    for (const stdin of [openSync(devNull, 'r'), openSync(empty, 'r'), (to: Writable) => to.end()]) {
      await expect(start(['--admin-password-stdin'], stdin)).rejects.toThrow(/no password on the first line/);
      expect(child?.exitCode).toBe(2);
    }
    expect(readdirSync(dataDir)).toEqual(['empty.txt']);
  });

  test('ends with its parent when asked to', async () => {
    await start(['--exit-with-parent']);
    expect(await ended((running) => running.stdin.end())).toBe(0);
  });
});
