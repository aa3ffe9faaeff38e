import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CoreHost, type WorkerEvent } from './core-host.ts';

/** A worker that echoes, dies or stays silent on request. */
const SCRIPT = `
import { parentPort, workerData } from 'node:worker_threads';
parentPort.postMessage({ kind: 'ready' });
parentPort.postMessage({ kind: 'log', level: 'info', scope: 'test', message: 'hello ' + workerData.uid });
parentPort.on('message', (message) => {
  if (message.kind === 'shutdown') return workerData.uid === 'stubborn' ? undefined : process.exit(0);
  if (message.kind === 'offerReedit') return parentPort.postMessage({ kind: 'badge', unread: message.on ? 1 : 0, unreadWithMuted: 0 });
  if (message.kind === 'attention') return parentPort.postMessage({ kind: 'badge', unread: message.attention.visible ? 3 : 4, unreadWithMuted: 0 });
  if (message.kind === 'networkHint') return parentPort.postMessage({ kind: 'badge', unread: 7, unreadWithMuted: 7 });
  if (message.args === 'die') process.exit(3);
  if (message.args === 'throw') throw new Error('worker bug');
  if (message.args === 'silence') return;
  setTimeout(
    () => parentPort.postMessage({ kind: 'answer', id: message.id, result: { ok: true, value: [message.channel, message.args] } }),
    message.args === 'slow' ? 20 : 0,
  );
});
`;

let dir: string;
let script: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'wukong-core-host-'));
  script = join(dir, 'worker.mjs');
  writeFileSync(script, SCRIPT);
});
afterAll(() => rmSync(dir, { recursive: true }));

const hosts: CoreHost[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.shutdown()));
});

function start(uid = 'u1', timing = {}) {
  const events: WorkerEvent[] = [];
  const logs: string[] = [];
  const onRestarted = vi.fn<() => void>();
  const host = new CoreHost({
    script,
    start: {
      accountDir: dir,
      server: 's',
      uid,
      username: '',
      name: '',
      token: 't',
      deviceId: 'd',
      offerReedit: true,
    },
    onEvent: (event) => events.push(event),
    onRestarted,
    log: (level, scope, message) => logs.push(`${level} ${scope} ${message}`),
    timing: { firstRestartMs: 5, ...timing },
  });
  hosts.push(host);
  return { host, events, logs, onRestarted };
}

describe('account worker', () => {
  it('answers by id, in any order', async () => {
    const { host, events, logs } = start();
    const [slow, quick] = await Promise.all([
      host.request('drafts.get', 'slow'),
      host.request('core.bootstrap', 'quick'),
    ]);
    expect(slow).toEqual({ ok: true, value: ['drafts.get', 'slow'] });
    expect(quick).toEqual({ ok: true, value: ['core.bootstrap', 'quick'] });
    expect(events).toEqual([{ kind: 'ready' }]);
    expect(logs).toEqual(['info test hello u1']);
  });

  it.each(['die', 'throw'])(
    'is restarted when it ends by itself (%s); open requests fail, none hangs',
    async (how) => {
      const { host, logs, onRestarted } = start();
      const [open, killer] = await Promise.all([
        host.request('messages.send', 'silence'),
        host.request('messages.send', how),
      ]);
      expect(open).toMatchObject({ ok: false, code: 'internal' });
      expect(killer).toMatchObject({ ok: false, code: 'internal' });
      expect(await host.request('core.bootstrap', 'too early')).toMatchObject({
        ok: false,
        code: 'internal',
      });
      await vi.waitFor(() => expect(onRestarted).toHaveBeenCalledOnce());
      expect(await host.request('core.bootstrap', 'again')).toMatchObject({ ok: true });
      expect(logs.join('\n')).toMatch(/the worker ended with code \d/);
    },
  );

  it('waits longer after each crash', async () => {
    const { host, logs, onRestarted } = start('u1', { longestRestartMs: 12 });
    for (let round = 1; round <= 3; round += 1) {
      await host.request('messages.send', 'die');
      await vi.waitFor(() => expect(onRestarted).toHaveBeenCalledTimes(round));
    }
    const delays = logs.flatMap((line) => /restart in (\d+) ms/.exec(line)?.[1] ?? []);
    expect(delays).toEqual(['5', '10', '12']);
  });

  it('gives up on unanswered queries only', async () => {
    const { host } = start('u1', { queryTimeoutMs: 30 });
    const durable = host.request('messages.send', 'silence');
    expect(await host.request('messages.page', 'silence')).toMatchObject({ ok: false, code: 'network' });
    const settled = await Promise.race([
      durable.then(() => true),
      host.request('drafts.get', 'x').then(() => false),
    ]);
    expect(settled).toBe(false);
  });

  it('gets settings and hints', async () => {
    const { host, events } = start();
    host.setOfferReedit(false);
    host.networkHint();
    host.setAttention({ visible: false, focused: false });
    await vi.waitFor(
      () => expect(events.filter((e) => e.kind === 'badge').map((e) => e.unread)).toEqual([0, 7, 4]),
      // A thread has to start first.
      { timeout: 10_000 },
    );
  });

  it('ends when asked to, by force if need be, and is not restarted', async () => {
    const { host, onRestarted } = start('u1');
    await host.shutdown();
    expect(await host.request('core.bootstrap', 1)).toMatchObject({ ok: false });
    const stubborn = start('stubborn', { shutdownTimeoutMs: 30 });
    await stubborn.host.shutdown();
    expect(stubborn.logs.at(-1)).toContain('did not end in time');
    expect([onRestarted.mock.calls, stubborn.onRestarted.mock.calls]).toEqual([[], []]);
  });
});
