/** Real workers against the embedded servers: what two people and their second devices see of messages and recalls. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ChannelRef } from '../../shared/domain.ts';
import { login, probeServer, register } from './api/sign-in.ts';
import { type Bundle, bundleWorker } from './testing/bundle-worker.ts';
import { EmbeddedServers, WorkerClient } from './testing/worker-client.ts';
import { tempFolder } from '../../shared/testing/temp-folder.ts';
import { freePort } from '../../shared/testing/free-port.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSWORD = 'wukong123';
const ADMIN = 'admin-password-1';

let dir: string;
let bundle: Bundle;
let servers: EmbeddedServers;
const running = new Set<WorkerClient>();

beforeAll(async () => {
  dir = tempFolder('wk-core-it-');
  [bundle, servers] = await Promise.all([
    bundleWorker(),
    EmbeddedServers.start(join(dir, 'server'), '--port', '0', '--seed', 'demo', '--admin-password', ADMIN),
  ]);
}, 60_000);

afterEach(async () => {
  for (const client of running) await client.stop();
  running.clear();
});

afterAll(async () => {
  await servers?.stop();
  bundle?.remove();
  rmSync(dir, { recursive: true, force: true });
});

const device = (id: string) => ({ id, name: 'test', model: 'test' });

async function open(
  username: string,
  deviceId = `${username}-1`,
  server = servers.api,
): Promise<WorkerClient> {
  const me = await login({ server, username, password: PASSWORD, device: device(deviceId) });
  const client = new WorkerClient(bundle.file, server, me, join(dir, deviceId), deviceId);
  running.add(client);
  await client.inSync();
  return client;
}

async function close(client: WorkerClient): Promise<void> {
  running.delete(client);
  expect(await client.stop()).toBe(0);
}

const person = (client: WorkerClient): ChannelRef => ({ channelId: client.me.uid, channelType: 1 });

const post = async (path: string, token: string, body: unknown): Promise<unknown> => {
  const response = await fetch(`${servers.api}/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', token },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.json();
};

async function setWindow(seconds: number): Promise<void> {
  const admin = (await post('/manager/login', '', { username: 'superAdmin', password: ADMIN })) as {
    token: string;
  };
  await post('/manager/common/appconfig', admin.token, { revoke_second: seconds });
}

describe('an account worker on the embedded servers', () => {
  it('signs in, registers, finds the server and shows the seeded conversations', async () => {
    const probe = await probeServer(`${servers.api.replace('http://', '')}/v1/`);
    expect(probe).toMatchObject({ server: servers.api, rules: { revokeSecond: 120 }, insecure: false });
    await expect(
      login({ server: servers.api, username: 'linzhixia', password: 'wrong', device: device('d') }),
    ).rejects.toMatchObject({ code: 'credentials' });
    const me = await register({
      server: servers.api,
      username: 'newperson1',
      password: 'pw123456',
      name: 'New',
      device: device('new'),
    });
    const fresh = new WorkerClient(bundle.file, servers.api, me, join(dir, 'new'), 'new');
    running.add(fresh);
    await fresh.inSync();

    const lin = await open('linzhixia');
    const { conversations, rules, connection } = await lin.value('core.bootstrap', undefined);
    expect(rules).toEqual({ revokeSecond: 120 });
    expect(connection).toEqual({ state: 'online' });
    expect(conversations.length).toBeGreaterThanOrEqual(4);
    expect((await lin.value('groups.list', undefined)).map((g) => g.name)).toContain('悟空桌面端研发');
    expect(lin.logLines().filter((line) => /^(warn|error)/.test(line))).toEqual([]);
  });

  it('a message and its recall reach the peer and the author’s second device', async () => {
    const [xu, lin] = [await open('xuyinuo1'), await open('linzhixia')];
    const second = await open('xuyinuo1', 'xuyinuo1-2');
    const message = await xu.sent(person(lin), '请保密 7423');
    await lin.messageWith('请保密 7423');
    await second.messageWith('请保密 7423');
    await xu.value('messages.recall', { channel: person(lin), key: message.key });
    for (const client of [xu, lin, second]) {
      const view = await client.recalled(message.messageId ?? '');
      expect(view.recall).toMatchObject({ state: 'done', revokerUid: xu.me.uid });
      expect(view.content).toEqual({ kind: 'recalled' });
      expect(await client.shown(client === lin ? person(xu) : person(lin))).not.toContain('请保密 7423');
    }
    await lin.until('the withdrawal', () =>
      lin.said.some((m) => m.kind === 'withdraw' && m.messageKeys.includes(message.key)),
    );
    expect(await xu.value('messages.reedit', { channel: person(lin), key: message.key })).toMatchObject({
      text: '请保密 7423',
    });
    expect(await lin.ask('messages.reedit', { channel: person(xu), key: message.key })).toMatchObject({
      code: 'invalidState',
    });
  });

  it('read positions reach the own second device, typing reaches the peer, own deletions stay own', async () => {
    const [xu, lin] = [await open('xuyinuo1'), await open('linzhixia')];
    const second = await open('xuyinuo1', 'xuyinuo1-2');
    const unreadAt = (client: WorkerClient) =>
      client
        .deltas()
        .flatMap((delta) => (delta.kind === 'conversations' ? delta.upserts : []))
        .findLast((conversation) => conversation.channel.channelId === lin.me.uid)?.unread;
    await lin.value('messages.typing', { channel: person(xu) });
    await xu.until('typing', () =>
      xu.deltas().some((d) => d.kind === 'typing' && d.typing.uid === lin.me.uid),
    );
    await lin.sent(person(xu), '未读 7425');
    const message = await xu.messageWith('未读 7425');
    await second.until('unread', () => (unreadAt(second) ?? 0) > 0);
    await xu.until('the notification', () =>
      xu.said.some((m) => m.kind === 'notify' && m.candidate.messageKey === message.key),
    );
    await xu.value('conversations.markRead', { channel: person(lin), messageSeq: message.messageSeq });
    await second.until('read', () => unreadAt(second) === 0);
    await xu.value('messages.deleteForMe', { channel: person(lin), keys: [message.key] });
    await second.until('the deletion', () =>
      second.deltas().some((d) => d.kind === 'messages' && d.removed.includes(message.key)),
    );
    expect(await lin.shown(person(xu))).toContain('未读 7425');
  });

  it('a manager recalls a member’s message; a member may not recall another’s, and it comes back', async () => {
    const [xu, lin] = [await open('xuyinuo1'), await open('linzhixia')];
    const group = (await lin.value('groups.list', undefined)).find((g) => g.name === '悟空桌面端研发')
      ?.channel as ChannelRef;
    expect(await lin.value('channels.open', { channel: group })).toMatchObject({ channel: group });
    await lin.until('my role', () =>
      lin.deltas().some((d) => d.kind === 'channelInfo' && d.info.myRole === 2),
    );
    const message = await xu.sent(group, '群里的一条');
    const seen = await lin.messageWith('群里的一条');
    await lin.value('messages.recall', { channel: group, key: seen.key });
    expect((await xu.recalled(message.messageId ?? '')).recall).toMatchObject({ revokerUid: lin.me.uid });

    await lin.sent(group, '管理员的一条');
    const theirs = await xu.messageWith('管理员的一条');
    await xu.value('messages.recall', { channel: group, key: theirs.key });
    const back = await xu.until('the refusal', () =>
      xu.view((v) => v.key === theirs.key && v.recall?.state === 'denied'),
    );
    expect(back.recall).toMatchObject({ reason: 'denied' });
    expect(back.content).toMatchObject({ text: '管理员的一条' });
  });

  it('a recall that is too late is refused by the server and the message comes back', async () => {
    const [xu, lin] = [await open('xuyinuo1'), await open('linzhixia')];
    const message = await xu.sent(person(lin), '太晚了 7424');
    await setWindow(1);
    try {
      const serverNow = Date.now() + (await xu.value('core.bootstrap', undefined)).serverOffsetMs;
      const lateAt = (message.timestamp + 3) * 1000;
      await new Promise((done) => {
        setTimeout(done, Math.max(0, lateAt - serverNow));
      });
      await xu.value('messages.recall', { channel: person(lin), key: message.key });
      const back = await xu.until('the refusal', () =>
        xu.view((v) => v.key === message.key && v.recall?.state === 'denied'),
      );
      expect(back.recall).toMatchObject({ reason: 'late' });
      expect(await lin.shown(person(xu))).toContain('太晚了 7424');
    } finally {
      await setWindow(120);
    }
  });

  it('a recall while the peer is offline is seen right after it comes back, and after a restart without network', async () => {
    const [xu, lin] = [await open('xuyinuo1'), await open('linzhixia')];
    const message = await xu.sent(person(lin), '离线时被撤回的一句 7421');
    await lin.messageWith('离线时被撤回的一句 7421');
    await close(lin);
    await xu.value('messages.recall', { channel: person(lin), key: message.key });
    await xu.recalled(message.messageId ?? '');
    const back = await open('linzhixia');
    expect(await back.shown(person(xu))).not.toContain('离线时被撤回的一句 7421');
    await back.kill();
    running.delete(back);
    // Without a server: what is on disk must not show it either.
    const offline = new WorkerClient(
      bundle.file,
      'http://127.0.0.1:9',
      back.me,
      join(dir, 'linzhixia-1'),
      'linzhixia-1',
    );
    running.add(offline);
    const page = await offline.value('messages.page', {
      channel: person(xu),
      anchor: { at: 'latest' },
      limit: 200,
    });
    expect(page.messages.find((m) => m.messageId === message.messageId)?.recall?.state).toBe('done');
    expect(JSON.stringify(page)).not.toContain('离线时被撤回的一句 7421');
  });

  it('what is written without servers goes out once they are back, in order, once; a recall asked for meanwhile as well', async () => {
    const data = join(dir, 'restarting');
    const ports = ['--port', String(await freePort())];
    const first = await EmbeddedServers.start(data, ...ports);
    for (const username of ['xuyinuo1', 'linzhixia']) {
      await register({
        server: first.api,
        username,
        password: PASSWORD,
        name: username,
        device: device('r'),
      });
    }
    try {
      const xu = await open('xuyinuo1', 'restart-x', first.api);
      const lin = await open('linzhixia', 'restart-l', first.api);
      const message = await xu.sent(person(lin), '停机时撤回的一句 7422');
      await lin.messageWith('停机时撤回的一句 7422');
      await first.stop();
      await xu.until('the loss', () =>
        xu.said.some(
          (m) =>
            m.kind === 'connection' && m.connection.state !== 'online' && m.connection.state !== 'connecting',
        ),
      );
      await xu.value('messages.recall', { channel: person(lin), key: message.key });
      for (const text of ['一', '二', '三']) {
        await xu.value('messages.send', {
          channel: person(lin),
          text,
          mention: { all: false, uids: [] },
          replyToMessageId: null,
        });
      }
      const second = await EmbeddedServers.start(data, ...ports);
      try {
        xu.send({ kind: 'networkHint' });
        lin.send({ kind: 'networkHint' });
        await lin.messageWith('三');
        await lin.recalled(message.messageId ?? '');
        await lin.inSync(2);
        const page = await lin.value('messages.page', {
          channel: person(xu),
          anchor: { at: 'latest' },
          limit: 5,
        });
        expect(
          page.messages.map((m) => (m.content.kind === 'text' ? m.content.text : m.content.kind)).slice(-4),
        ).toEqual(['recalled', '一', '二', '三']);
        await close(xu);
        await close(lin);
      } finally {
        await second.stop();
      }
    } finally {
      await first.stop();
    }
  }, 60_000);
});
