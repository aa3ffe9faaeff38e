/**
 * Forged announcements as a real member sends them: over a raw socket through the embedded servers, to an account
 * worker that is online. (The generators and the bounds by themselves: sync/forgery.test.ts.)
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ChannelRef } from '../../shared/domain.ts';
import { TestClient } from '../../server/im/testing/test-client.ts';
import { login } from '../../electron/core/api/sign-in.ts';
import { forgedCommand, forgedRecall } from '../../electron/core/sync/testing/forgeries.ts';
import { type Bundle, bundleWorker } from '../../electron/core/testing/bundle-worker.ts';
import { EmbeddedServers, WorkerClient } from '../../electron/core/testing/worker-client.ts';
import { tempFolder } from '../../shared/testing/temp-folder.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSWORD = 'wukong123';
let dir: string;
let bundle: Bundle;
let servers: EmbeddedServers;
let victim: WorkerClient;
let author: WorkerClient;
/** Another member of the group, with a client of its own making. */
let forger: TestClient;
let group: ChannelRef;
let seededUnread: number;
let seededSeq: number;

const signIn = (username: string, deviceId: string) =>
  login({
    server: servers.api,
    username,
    password: PASSWORD,
    device: { id: deviceId, name: 't', model: 't' },
  });

async function worker(username: string): Promise<WorkerClient> {
  const me = await signIn(username, `forgery-${username}`);
  const client = new WorkerClient(bundle.file, servers.api, me, join(dir, username), `forgery-${username}`);
  await client.inSync();
  return client;
}

beforeAll(async () => {
  dir = tempFolder('wk-forgery-it-');
  [bundle, servers] = await Promise.all([
    bundleWorker(),
    // As a real WuKongIM: it lets any member send them.
    EmbeddedServers.start(join(dir, 'server'), '--seed', 'demo', '--take-any-type'),
  ]);
  victim = await worker('xuyinuo1');
  author = await worker('linzhixia');
  group = (await victim.value('groups.list', undefined)).find((g) => g.name === '悟空桌面端研发')
    ?.channel as ChannelRef;
  const { conversations } = await victim.value('core.bootstrap', undefined);
  const seeded = conversations.find((c) => c.channel.channelId === group.channelId);
  [seededUnread, seededSeq] = [seeded?.unread ?? 0, seeded?.lastMessageSeq ?? 0];
  const me = await signIn('suhang01', 'forgery-raw');
  const route = (await (await fetch(`${servers.api}/v1/users/${me.uid}/im`)).json()) as { tcp_addr: string };
  forger = await TestClient.connect(route.tcp_addr, { uid: me.uid, token: me.token, deviceFlag: 2 });
  forger.autoAck = true;
});

afterAll(async () => {
  forger?.close();
  await Promise.all([victim?.stop(), author?.stop()]);
  await servers?.stop();
  bundle?.remove();
  rmSync(dir, { recursive: true, force: true });
});

const world = (messageIds: string[]) => ({
  channels: [group, { channelId: author.me.uid, channelType: 1 }],
  messageIds,
  members: ['u3'],
});

/** A few of the huge ones are enough: each costs every member a megabyte. */
const MAX_HUGE = 5;

/** `count` forgeries as payloads, of which few are huge. */
function payloadsOf(arbitrary: ReturnType<typeof forgedRecall>, count: number, seed: number): string[] {
  let huge = 0;
  return fc
    .sample(arbitrary, { numRuns: count * 8, seed })
    .map((message) => JSON.stringify(message.payload))
    .filter((text) => text.length < 2_000 || (text.length < 250_000 && ++huge <= MAX_HUGE))
    .slice(0, count);
}

/** All payloads as SENDs into the group, a hundred at a time; resolves when the server has taken the last one. */
async function sendAll(payloads: readonly string[]): Promise<void> {
  for (let i = 0; i < payloads.length; i += 100) await sendSome(payloads.slice(i, i + 100));
}

async function sendSome(payloads: readonly string[]): Promise<void> {
  const frames = payloads.map((payload, i) =>
    forger.sendPacket(group.channelId, 2, payload, {
      // As the server's own commands, kept or not kept.
      flags: { noPersist: i % 3 === 1, redDot: false, syncOnce: i % 3 !== 0, dup: false },
    }),
  );
  const last = new Set(frames.map((frame) => frame.clientSeq));
  for (const frame of frames) forger.packet(frame);
  await forger.until(() => {
    for (const packet of forger.received) if (packet.type === 'sendack') last.delete(packet.clientSeq);
    return last.size === 0;
  }, 'SENDACKs');
  forger.received.length = 0;
}

const rows = (text: string): string[] =>
  (JSON.parse(text) as { messageId: string }[]).map((m) => m.messageId);

async function groupPage(client: WorkerClient): Promise<string> {
  const page = await client.value('messages.page', { channel: group, anchor: { at: 'latest' }, limit: 100 });
  return JSON.stringify(page.messages);
}

describe('a member with a modified client', () => {
  it('forges 1,000 recalls: none is applied, the window is told nothing; the true one among them is', async () => {
    const kept = await author.sent(group, '不许被别人撤回 1');
    const recalled = await author.sent(group, '作者自己撤回 2');
    await victim.messageWith('作者自己撤回 2');
    const before = await groupPage(victim);
    const ids = [kept.messageId ?? '', recalled.messageId ?? ''];
    const payloads = payloadsOf(forgedRecall(world(ids)), 1_000, 11);
    expect(payloads).toHaveLength(1_000);
    const mark = victim.said.length;
    const startedAt = performance.now();
    await sendAll(payloads.slice(0, 500));
    const recalling = author.value('messages.recall', { channel: group, key: recalled.key });
    await sendAll(payloads.slice(500));
    await recalling;
    await victim.recalled(recalled.messageId ?? '');
    expect(performance.now() - startedAt).toBeLessThan(20_000);

    // A message after them all: what came before it has been looked at.
    await author.sent(group, '之后的一条 3');
    await victim.messageWith('之后的一条 3');
    const views = victim.said
      .slice(mark)
      .flatMap((m) => (m.kind === 'deltas' ? m.deltas : []))
      .flatMap((delta) => (delta.kind === 'messages' ? delta.upserts : []));
    expect(new Set(views.map((v) => v.messageId))).not.toContain(kept.messageId);
    const after = await groupPage(victim);
    expect(after).toContain('不许被别人撤回 1');
    expect(after).not.toContain('作者自己撤回 2');
    expect(rows(after).filter((id) => rows(before).includes(id)).length).toBeGreaterThanOrEqual(
      rows(before).length - 1,
    );
    // Not one forgery became a row.
    expect(rows(after).filter((id) => !rows(before).includes(id))).toHaveLength(1);
    expect(await author.shown(group)).toContain('不许被别人撤回 1');
  });

  it('forges 500 other commands: conversations, members, friends and messages stay as they are', async () => {
    const person = { channelId: author.me.uid, channelType: 1 };
    const look = async () => {
      const { conversations } = await victim.value('core.bootstrap', undefined);
      return {
        // Without unread of the group: it is right once the holes the forgeries left are filled (below).
        conversations: conversations.map((c) => [
          c.channel.channelId,
          c.channel.channelId === group.channelId ? null : c.unread,
          c.pinned,
          c.readSeq,
        ]),
        members: (await victim.value('channels.members', { channel: group })).map((m) => [m.uid, m.role]),
        contacts: (await victim.value('contacts.list', undefined)).map((c) => c.uid).toSorted(),
        group: await groupPage(victim),
        person: JSON.stringify(
          await victim.value('messages.page', { channel: person, anchor: { at: 'latest' }, limit: 100 }),
        ),
      };
    };
    const before = await look();
    const ids = (JSON.parse(before.group) as { messageId: string }[]).map((m) => m.messageId).slice(-5);
    await sendAll(payloadsOf(forgedCommand(world(ids)), 500, 12));
    await author.value('messages.typing', { channel: group });
    await victim.until('the server’s own command after them', () =>
      victim.deltas().some((d) => d.kind === 'typing' && d.typing.uid === author.me.uid),
    );
    const after = await look();
    expect({ ...after, group: null, person: null }).toEqual({ ...before, group: null, person: null });
    expect(after.group === before.group).toBe(true);
    expect(after.person === before.person).toBe(true);

    // Commands a client stored in the log take a seq, but are nothing anyone could read.
    // Looked for in the page: so many rows at once come as one "reload", the message among them.
    const mention = { all: false, uids: [] };
    await author.value('messages.send', {
      channel: group,
      text: '未读计数 4',
      mention,
      replyToMessageId: null,
    });
    await vi.waitFor(async () => expect(await groupPage(victim)).toContain('未读计数 4'), {
      timeout: 10_000,
    });
    const unreadNow = async () =>
      (await victim.value('core.bootstrap', undefined)).conversations.find(
        (c) => c.channel.channelId === group.channelId,
      )?.unread;
    const shownRows = (JSON.parse(await groupPage(victim)) as { messageSeq: number; own: boolean }[]).filter(
      (row) => !row.own && row.messageSeq > seededSeq,
    );
    expect(shownRows).toHaveLength(4);
    await vi.waitFor(async () => expect(await unreadNow()).toBe(seededUnread + 3), { timeout: 10_000 });
  });
});
