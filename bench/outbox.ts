/**
 * Messages per second out of the outbox (one SEND in flight per conversation, each job removed with its SENDACK),
 * against a bare client, also in a thread of its own, that sends the next message of a conversation when the SENDACK of
 * the last is there, on the same servers (a process of their own), alternating in short rounds; for one conversation,
 * and for eight at once. Once from the moment when all of them wait on the disk, as after a time without a connection,
 * and once from the first "send" on: then each is first written to the disk.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { registerUser } from '../e2e/fixtures/people/peer.ts';
import { startServers } from '../scripts/servers.ts';
import type { ChannelRef, MessageView } from '../shared/domain.ts';
import { bundleWorker } from '../electron/core/testing/bundle-worker.ts';
import { AccountClient } from './support/account-client.ts';
import type { BareRound, BareStart } from './support/bare-client-worker.ts';
import { alternating, type BenchmarkOptions, median, ratioRow, type Row } from './support/report.ts';
import { PASSWORD } from './support/servers.ts';

const NO_MENTION = { all: false, uids: [] };
const TEXT = '联调通过，今晚 20:00 灰度 5%，有问题群里说。';

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const servers = await startServers({ dataDir: join(dir, 'servers'), at: null, seed: null });
  const worker = await bundleWorker();
  try {
    for (const name of ['bench-ours', 'bench-bare']) await registerUser(servers.api, name, PASSWORD, name);
    const targets: string[] = [];
    for (let i = 0; i < 8; i += 1)
      targets.push(await registerUser(servers.api, `bench-target-${i}`, PASSWORD, `target ${i}`));
    const bareStart: BareStart = { api: servers.api, username: 'bench-bare', password: PASSWORD, text: TEXT };
    const bare = new Worker(new URL('support/bare-client-worker.ts', import.meta.url), {
      workerData: bareStart,
    });
    const sent = new Set<string>();
    const note = (views: readonly MessageView[]): void => {
      for (const view of views) if (view.own && view.send.state === 'sent') sent.add(view.key);
    };
    const ours = await AccountClient.start({
      file: worker.file,
      server: servers.api,
      username: 'bench-ours',
      password: PASSWORD,
      accountDir: join(dir, 'account'),
      onDelta(delta) {
        if (delta.kind === 'messages') note(delta.upserts);
        // Instead of very many in one frame.
        else if (delta.kind === 'reload') readAgain(delta.channel);
      },
    });

    function readAgain(channel: ChannelRef): void {
      ours
        .value('messages.page', { channel, anchor: { at: 'latest' }, limit: 200 })
        .then(({ messages }) => note(messages))
        .catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
    }

    async function bareRound(to: readonly string[], messages: number): Promise<number> {
      const asked: BareRound = { to, messages };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      bare.postMessage(asked);
      const [ms] = (await once(bare, 'message')) as [number];
      return ((messages * to.length) / ms) * 1_000;
    }

    async function ourRound(
      to: readonly string[],
      messages: number,
    ): Promise<{ waiting: number; fromSend: number }> {
      const total = messages * to.length;
      const startedAt = performance.now();
      const asked: Promise<MessageView>[] = [];
      for (let i = 0; i < messages; i += 1) {
        for (const channelId of to) {
          const channel = { channelId, channelType: 1 };
          const words = { channel, text: `${TEXT} ${i}`, mention: NO_MENTION, replyToMessageId: null };
          asked.push(ours.value('messages.send', words));
        }
      }
      const composed = await Promise.all(asked);
      const waitingAt = performance.now();
      const unsent = new Set(composed.map(({ key }) => key).filter((key) => !sent.has(key)));
      const waiting = unsent.size;
      await ours.until('all sent', () => {
        for (const key of unsent) if (sent.has(key)) unsent.delete(key);
        return unsent.size === 0;
      });
      const now = performance.now();
      return {
        waiting: (waiting / (now - waitingAt)) * 1_000,
        fromSend: (total / (now - startedAt)) * 1_000,
      };
    }

    async function compare(to: readonly string[], what: string, goal: string | null): Promise<Row[]> {
      const messages = quick ? 20 : to.length > 1 ? 75 : 300;
      const fromSend: number[] = [];
      const outbox = async (): Promise<number> => {
        const round = await ourRound(to, messages);
        fromSend.push(round.fromSend);
        return round.waiting;
      };
      await bareRound(to, messages);
      await ourRound(to, messages);
      const [waiting, raw] = await alternating(quick ? 1 : 15, outbox, () => bareRound(to, messages));
      return [
        ratioRow(`${what}: from waiting on the disk to the last SENDACK`, waiting, 'messages/s', raw, goal),
        ratioRow(`${what}: from "send" to the last SENDACK`, median(fromSend), 'messages/s', raw, null),
      ];
    }

    try {
      await ours.inSync();
      return [
        ...(await compare(targets.slice(0, 1), 'one conversation', '>= 0.9')),
        ...(await compare(targets, 'eight conversations', null)),
      ];
    } finally {
      const ended = once(bare, 'exit');
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- as above
      bare.postMessage(null);
      await Promise.all([ended, ours.stop()]);
    }
  } finally {
    worker.remove();
    await servers.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
