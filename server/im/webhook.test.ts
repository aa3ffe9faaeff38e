import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseExact } from '../../shared/exact-json.ts';
import { ImFixture } from './testing/fixture.ts';

interface Call {
  event: string;
  body: unknown;
}
let fixture: ImFixture;
let hook: Server;
let calls: Call[];
/** Status of the next answers; 200 when empty. */
let failures: number[];

beforeEach(async () => {
  calls = [];
  failures = [];
  hook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const event = new URL(request.url ?? '', 'http://x').searchParams.get('event') ?? '';
      const status = failures.shift() ?? 200;
      if (status === 200) calls.push({ event, body: parseExact(Buffer.concat(chunks).toString(), 'bigint') });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await fixture.stop();
  hook.closeAllConnections();
  await new Promise((resolve) => hook.close(resolve));
});

const url = (): string => `http://127.0.0.1:${(hook.address() as AddressInfo).port}/v2/webhook`;
const timings = { webhookBatchMs: 20, webhookRetryMs: 5 };
const notified = (): { client_msg_no: string }[] =>
  calls.filter((c) => c.event === 'msg.notify').flatMap((c) => c.body as { client_msg_no: string }[]);

describe('webhook', () => {
  it('tells persisted messages in order and in batches, offline users, presence', async () => {
    fixture = await ImFixture.start({ webhookUrl: url(), timings });
    const alice = await fixture.client('alice', { deviceId: 'a' });
    const bob = await fixture.client('bob');
    const nos = Array.from({ length: 250 }, (_, i) => `no-${i}`);
    for (const clientMsgNo of nos) alice.packet(alice.sendPacket('bob', 1, '{}', { clientMsgNo }));
    await alice.send('bob', 1, '{}', {
      flags: { noPersist: true, redDot: false, syncOnce: false, dup: false },
    });
    await fixture.apiSend(
      { header: { sync_once: 1 }, channel_id: 'bob', channel_type: 1, client_msg_no: 'cmd' },
      {},
    );
    await expect.poll(() => notified().length, { timeout: 5000 }).toBe(251);
    expect(notified().map((m) => m.client_msg_no)).toEqual([...nos, 'cmd']);
    const batches = calls.filter((c) => c.event === 'msg.notify').map((c) => (c.body as object[]).length);
    expect(Math.max(...batches)).toBeLessThanOrEqual(100);
    const offline = (): Call[] => calls.filter((c) => c.event === 'msg.offline');
    expect(offline()).toEqual([]);
    bob.close();
    const presenceOf = (uid: string): string[] =>
      calls
        .filter((c) => c.event === 'user.onlinestatus')
        .flatMap((c) => c.body as string[])
        .filter((each) => each.startsWith(`${uid}-`));
    await expect.poll(() => presenceOf('bob'), { timeout: 5000 }).toHaveLength(2);
    // One call each, one after the other.
    const away = Array.from({ length: 20 }, (_, i) => `away-${i}`);
    for (const clientMsgNo of away) await alice.send('bob', 1, '{}', { clientMsgNo });
    await expect.poll(() => offline().length, { timeout: 5000 }).toBe(away.length);
    expect(offline().map(({ body }) => (body as { client_msg_no: string }).client_msg_no)).toEqual(away);
    expect(offline()[0]?.body).toMatchObject({
      from_uid: 'alice',
      channel_id: 'bob',
      message_id: expect.any(BigInt) as bigint,
      to_uids: ['bob'],
    });
    alice.close();
    await expect.poll(() => presenceOf('alice'), { timeout: 5000 }).toHaveLength(2);
    expect(presenceOf('alice')[0]).toMatch(/^alice-2-1-\d+-1-1$/);
    expect(presenceOf('alice')[1]).toMatch(/^alice-2-0-\d+-0-0$/);
  });

  it('repeats a failed batch, drops it after five tries, and goes on', async () => {
    fixture = await ImFixture.start({ timings });
    const alice = await fixture.client('alice');
    fixture.server.setWebhook(url());
    await fixture.client('bob');
    await expect.poll(() => calls.length).toBe(1);
    failures = [500, 500, 500];
    await alice.send('bob', 1, '{}', { clientMsgNo: 'retried' });
    await expect.poll(notified).toMatchObject([{ client_msg_no: 'retried' }]);
    failures = [500, 500, 500, 500, 500];
    await alice.send('bob', 1, '{}', { clientMsgNo: 'dropped' });
    await expect.poll(() => failures.length).toBe(0);
    await expect.poll(() => fixture.log.join()).toContain('1 messages dropped');
    await alice.send('bob', 1, '{}', { clientMsgNo: 'next' });
    await expect.poll(() => notified().map((m) => m.client_msg_no)).toEqual(['retried', 'next']);
  });

  it('a restart loses no message that was not told yet', async () => {
    fixture = await ImFixture.start({ webhookUrl: url(), timings: { ...timings, webhookBatchMs: 60_000 } });
    const alice = await fixture.client('alice');
    await alice.send('bob', 1, '{}', { clientMsgNo: 'before' });
    await fixture.restart({ timings, webhookUrl: url() });
    await expect.poll(notified).toMatchObject([{ client_msg_no: 'before' }]);
  });
});
