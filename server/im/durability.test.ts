import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SendackPacket } from '../../shared/wire/packets.ts';
import { Snowflake } from './snowflake.ts';
import { ImFixture } from './testing/fixture.ts';
import { TestClient } from './testing/test-client.ts';

const CHILD = fileURLToPath(new URL('./testing/child-server.ts', import.meta.url));

let fixture: ImFixture;
/** (Not every test has one.) */
async function started(...options: Parameters<typeof ImFixture.start>): Promise<ImFixture> {
  const begun = await ImFixture.start(...options);
  onTestFinished(() => begun.stop());
  return begun;
}

interface Row {
  message_idstr: string;
  message_seq: number;
  client_msg_no: string;
  payload: string;
}

async function history(channelId: string, login = 'alice', limit = 10_000): Promise<Row[]> {
  const body = { login_uid: login, channel_id: channelId, channel_type: 1, limit };
  return ((await fixture.post('/channel/messagesync', body)).body as { messages: Row[] }).messages;
}

async function startChild(dataDir: string): Promise<{ child: ChildProcess; tcp: string }> {
  const child = spawn(process.execPath, [CHILD, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')) as [
    string,
  ];
  return { child, tcp: (JSON.parse(line) as { tcp: string }).tcp };
}

describe('what was acknowledged is there', () => {
  it('after a restart: messages, seqs, tokens, channels, CMD positions, first answers', async () => {
    fixture = await started();
    await fixture.group('g', ['alice', 'bob']);
    await fixture.post('/user/systemuids_add', { uids: ['bot'] });
    const alice = await fixture.client('alice');
    const first = await alice.send('bob', 1, 'one', { clientMsgNo: 'no-1' });
    await fixture.apiSend(
      { header: { sync_once: 1 }, from_uid: 'alice', channel_id: 'bob', channel_type: 1 },
      {},
    );
    await fixture.restart();

    const back = await TestClient.connect(fixture.server.tcp, { uid: 'alice', token: 'token-alice' });
    expect(await back.send('bob', 1, 'one', { clientMsgNo: 'no-1' })).toMatchObject({
      messageId: first.messageId,
    });
    const second = await back.send('bob', 1, 'two');
    expect(second.messageSeq).toBe(2);
    expect(second.messageId).toBeGreaterThan(first.messageId);
    expect((await back.send('g', 2, 'still a member')).reasonCode).toBe(1);
    expect((await history('bob')).map((row) => row.message_seq)).toEqual([1, 2]);
    expect((await fixture.get('/user/systemuids')).body).toEqual(['bot']);
    expect((await fixture.post('/message/sync', { uid: 'bob' })).body).toHaveLength(1);
    back.close();
  });

  it('after kill -9 in the middle of pipelined SENDs', async () => {
    fixture = await started();
    await fixture.server.close();
    const { child, tcp } = await startChild(fixture.dataDir);
    const alice = await TestClient.connect(tcp, { uid: 'alice', token: '' });
    const acks = (): SendackPacket[] =>
      alice.received.filter((p): p is SendackPacket => p.type === 'sendack');
    const sent = new Map<number, string>();
    for (let round = 0; acks().length < 300; round++) {
      for (let i = 0; i < 20; i++) {
        const packet = alice.sendPacket('bob', 1, `m${round}-${i}`);
        sent.set(packet.clientSeq, packet.clientMsgNo);
        alice.packet(packet);
      }
      await alice.until(() => acks().length > round * 10, 'SENDACKs');
    }
    child.kill('SIGKILL');
    await alice.closed();
    await fixture.restart({ tokenAuth: false });

    const rows = new Map((await history('bob')).map((row) => [row.message_idstr, row]));
    for (const ack of acks()) {
      expect(ack.reasonCode).toBe(1);
      expect(rows.get(ack.messageId.toString())).toMatchObject({
        message_seq: ack.messageSeq,
        client_msg_no: sent.get(ack.clientSeq),
      });
    }
    const seqs = [...rows.values()].map((row) => row.message_seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  });
});

describe('message ids', () => {
  it('grow strictly, also within one ms, after a restart and when the clock goes back', () => {
    let now = 1_795_424_770_000;
    const ids = new Snowflake(1001, 0n, () => now);
    const made = Array.from({ length: 10_000 }, () => ids.next());
    now -= 60_000;
    made.push(...Array.from({ length: 10 }, () => ids.next()));
    const restarted = new Snowflake(1001, made.at(-1) as bigint, () => now);
    made.push(restarted.next(), restarted.next());
    now += 120_000;
    made.push(restarted.next());
    expect(made.every((id, i) => i === 0 || id > (made[i - 1] as bigint))).toBe(true);
    // The layout of the captured ids: node 1001 in bits 12-21.
    expect(made.every((id) => ((id >> 12n) & 1023n) === 1001n)).toBe(true);
    expect((2124791608111960064n >> 12n) & 1023n).toBe(1001n);
  });
});

describe('erased payloads', () => {
  it('are in no answer, no redelivery and no file', async () => {
    fixture = await started({ timings: { redeliverAfterMs: 100 } });
    const secret = 'a secret nobody may find again';
    const alice = await fixture.client('alice');
    const bob = await fixture.client('bob');
    const ack = await alice.send('bob', 1, secret, { clientMsgNo: 'no-s' });
    await alice.send('bob', 1, 'stays');
    const onDisk = (): boolean =>
      readdirSync(fixture.dataDir).some((file) => readFileSync(join(fixture.dataDir, file)).includes(secret));
    expect(onDisk()).toBe(true);
    const erase = { login_uid: 'alice', channel_id: 'bob', channel_type: 1, message_ids: [ack.messageId] };
    expect((await fixture.post('/message/erase', erase)).body).toEqual({ status: 200, data: { erased: 1 } });
    expect(onDisk()).toBe(false);
    expect(await history('bob')).toMatchObject([
      {
        message_idstr: ack.messageId.toString(),
        client_msg_no: 'no-s',
        payload: Buffer.from('{}').toString('base64'),
      },
      { message_seq: 2 },
    ]);
    await bob.settle();
    const before = bob.received.length;
    await bob.until(() => bob.received.length >= before + 2, 'redeliveries of the other message');
    const texts = bob.received.slice(before).flatMap((p) => (p.type === 'recv' ? [bob.open(p).text] : []));
    expect(new Set(texts)).toEqual(new Set(['stays']));
    const wrongChannel = { ...erase, channel_id: 'carol' };
    expect((await fixture.post('/message/erase', wrongChannel)).body).toEqual({
      status: 200,
      data: { erased: 0 },
    });
  });

  it('are not repeated by what quotes them; the quoting message stays otherwise as it was', async () => {
    fixture = await started();
    const secret = 'a secret that was quoted';
    const alice = await fixture.client('alice');
    const ack = await alice.send('bob', 1, secret);
    const quoting = (content: string, messageId: string): string =>
      `{"type":1,"content":"${content}","big":9007199254740993,"reply":{"message_id":"${messageId}","from_uid":"alice","payload":{"type":1,"content":"${secret}"}}}`;
    await alice.send('bob', 1, quoting('agreed', ack.messageId.toString()));
    await alice.send('bob', 1, quoting('another one', '1').replace(secret, 'other words'));
    await alice.send('bob', 1, `no JSON, but ${ack.messageId.toString()}`);
    const body = { login_uid: 'alice', channel_id: 'bob', channel_type: 1, message_ids: [ack.messageId] };
    expect((await fixture.post('/message/erase', body)).body).toEqual({ status: 200, data: { erased: 1 } });
    const { dataDir } = fixture;
    expect(readdirSync(dataDir).filter((file) => readFileSync(join(dataDir, file)).includes(secret))).toEqual(
      [],
    );
    const payloads = ((await history('bob')) as { payload: string }[]).map(({ payload }) =>
      Buffer.from(payload, 'base64').toString(),
    );
    expect(payloads[1]).toBe(quoting('agreed', ack.messageId.toString()).replace(secret, ''));
    expect(payloads[2]).toContain('other words');
    expect(payloads[3]).toContain('no JSON');
  });
});
