/**
 * Messages per second out of the outbox into one conversation (one SEND in flight, each job removed with its SENDACK), against
 * a bare client that sends the next message when the SENDACK of the last is there, on the same server, alternating in short
 * rounds. Once from the moment when all of them wait on the disk, as after a time without a connection, and once from the
 * first "send" on: then each is first written to the disk on its own, because each is answered for on its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Peer, registerUser } from '../e2e/fixtures/peer.ts';
import { startTestServers } from '../e2e/fixtures/servers.ts';
import { AccountClient, bundleAccount } from './account-client.ts';
import { alternating, type BenchmarkOptions, median, ratioRow, type Row } from './report.ts';

const PASSWORD = 'bench-password-1';
const NO_MENTION = { all: false, uids: [] };
const TEXT = '联调通过，今晚 20:00 灰度 5%，有问题群里说。';

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const messages = quick ? 40 : 150;
  const rounds = quick ? 1 : 15;
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const servers = await startTestServers({ dataDir: join(dir, 'servers'), seed: null });
  const worker = await bundleAccount();
  try {
    for (const name of ['bench-ours', 'bench-bare']) await registerUser(servers.api, name, PASSWORD, name);
    const to = await registerUser(servers.api, 'bench-target', PASSWORD, 'target');
    const channel = { channelId: to, channelType: 1 };
    const bare = await Peer.signIn(servers.api, 'bench-bare', PASSWORD);
    await bare.connect();
    const sent = new Set<string>();
    const ours = await AccountClient.start({
      file: worker.file,
      server: servers.api,
      username: 'bench-ours',
      password: PASSWORD,
      accountDir: join(dir, 'account'),
      onDelta(delta) {
        if (delta.kind !== 'messages') return;
        for (const view of delta.upserts) if (view.own && view.send.state === 'sent') sent.add(view.key);
      },
    });
    try {
      await ours.inSync();
      const bareRound = async (): Promise<number> => {
        const startedAt = performance.now();
        for (let i = 0; i < messages; i += 1) await bare.sendText(to, 1, `${TEXT} ${i}`);
        return (messages / (performance.now() - startedAt)) * 1_000;
      };
      const fromSend: number[] = [];
      const ourRound = async (): Promise<number> => {
        sent.clear();
        const startedAt = performance.now();
        const asked = Array.from({ length: messages }, (_, i) =>
          ours.value('messages.send', {
            channel,
            text: `${TEXT} ${i}`,
            mention: NO_MENTION,
            replyToMessageId: null,
          }),
        );
        await Promise.all(asked);
        const waitingAt = performance.now();
        const waiting = messages - sent.size;
        await ours.until('all sent', () => sent.size >= messages);
        fromSend.push((messages / (performance.now() - startedAt)) * 1_000);
        return (waiting / (performance.now() - waitingAt)) * 1_000;
      };
      await bareRound();
      await ourRound();
      fromSend.length = 0;
      const [outbox, raw] = await alternating(rounds, ourRound, bareRound);
      return [
        ratioRow('from waiting on the disk to the last SENDACK', outbox, 'messages/s', raw, '>= 0.9'),
        ratioRow('from "send" to the last SENDACK', median(fromSend), 'messages/s', raw, null),
      ];
    } finally {
      bare.close();
      await ours.stop();
    }
  } finally {
    worker.remove();
    await servers.dispose();
    rmSync(dir, { recursive: true, force: true });
  }
}
