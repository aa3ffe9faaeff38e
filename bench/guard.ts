/**
 * The recall guard: what it adds to a page of 100 messages, against the same page from the (scripted) TSDD behind it,
 * and how soon its plug-in answers 5,000 SENDs a second, over the socket and with the node in this process too.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Metrics } from '../server/guard/metrics.ts';
import { PluginLink } from '../server/guard/plugin/plugin-link.ts';
import { GuardHarness, quoteOf } from '../server/guard/testing/harness.ts';
import { ScriptedNode } from '../server/guard/testing/scripted-node.ts';
import { type BenchmarkOptions, percentile, ratioRow, type Row, valueRow } from './support/report.ts';

const ROWS = 100;
const SENDS_A_SECOND = 5_000;
const TICK_MS = 5;
const GUARD_PROCESS = fileURLToPath(new URL('./support/guard-process.ts', import.meta.url));

export async function* benchmark({ quick }: BenchmarkOptions): AsyncGenerator<Row[]> {
  yield await pages(quick ? 5 : 400);
  yield await sends(quick ? 0.1 : 10);
}

/** The guard in a process of its own. */
async function ownGuard(h: GuardHarness): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [GUARD_PROCESS, h.tsdd.url, h.im.api], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) return { url: line, child };
  throw new Error('the guard did not start');
}

async function pages(times: number): Promise<Row[]> {
  const h = await new GuardHarness().start();
  const { url, child } = await ownGuard(h);
  try {
    const [alice, bob] = [h.tsdd.person('alice'), h.tsdd.person('bob')];
    const first = h.say(alice, bob.uid, 'quoted');
    for (let count = 1; count < ROWS; count += 1) {
      const [from, to] = count % 2 === 0 ? [alice, bob] : [bob, alice];
      h.say(from, to.uid, `message ${count}`, count % 10 === 0 ? quoteOf(first, 'q') : {});
    }
    const request = {
      method: 'POST',
      headers: { token: bob.token, 'content-type': 'application/json' },
      body: JSON.stringify({ channel_id: alice.uid, channel_type: 1, limit: ROWS }),
    };
    const time = async (origin: string): Promise<number> => {
      const startedAt = performance.now();
      const response = await fetch(`${origin}/v1/message/channel/sync`, request);
      await response.arrayBuffer();
      return performance.now() - startedAt;
    };
    const measure = async (): Promise<{ direct: number; through: number }> => {
      const [direct, through]: [number[], number[]] = [[], []];
      for (let at = 0; at < times; at += 1) {
        direct.push(await time(h.tsdd.url));
        through.push(await time(url));
      }
      return { direct: percentile(direct, 50), through: percentile(through, 50) };
    };
    await measure();
    const plain = await measure();
    for (const message of h.im.messages.filter((_, at) => at % 10 === 1)) {
      const { messageId, seq: messageSeq, channelId, channelType, fromUid } = message;
      h.tsdd.state.upsertExtra(
        { messageId, messageSeq, channelId, channelType, fromUid },
        { revoke: 1, revoker: fromUid },
        h.clock,
      );
    }
    const recalled = await measure();
    return [
      ratioRow('page of 100 through the guard', plain.through, 'ms p50', plain.direct, null),
      valueRow('… what the guard adds', plain.through - plain.direct, 'ms p50', '<= 1'),
      ratioRow('page of 100, 10 recalled', recalled.through, 'ms p50', recalled.direct, null),
      valueRow('… what the guard adds', recalled.through - recalled.direct, 'ms p50', '<= 1'),
    ];
  } finally {
    child.stdin?.end();
    await once(child, 'exit');
    await h.close();
  }
}

async function sends(seconds: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wk-bench-plugin-'));
  const node = new ScriptedNode();
  const quiet = { info: () => undefined, warn: () => undefined };
  await node.listen(join(folder, 's.sock'));
  const link = new PluginLink(join(folder, 's.sock'), new Metrics(), quiet);
  try {
    while (!link.joined) await new Promise((resolve) => setTimeout(resolve, 10));
    const payload = JSON.stringify({
      type: 1,
      content: '联调通过，今晚 20:00 灰度 5%。',
      mention: { uids: ['u2'] },
    });
    const times: number[] = [];
    const ask = async (): Promise<void> => {
      const startedAt = performance.now();
      await node.send(payload);
      times.push(performance.now() - startedAt);
    };
    const startedAt = performance.now();
    const asked: Promise<void>[] = [];
    while (performance.now() - startedAt < seconds * 1000) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      const due = Math.floor(((performance.now() - startedAt) / 1000) * SENDS_A_SECOND);
      while (asked.length < due) {
        asked.push(ask());
        // A node's connections do not send in one moment.
        if (asked.length % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await Promise.all(asked);
    const rate = times.length / ((performance.now() - startedAt) / 1000);
    return [
      valueRow('SENDs asked about', rate, '/s'),
      valueRow('SEND answered by the plug-in', percentile(times, 50), 'ms p50'),
      valueRow('SEND answered by the plug-in', percentile(times, 99), 'ms p99', '<= 1'),
    ];
  } finally {
    link.close();
    await node.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
