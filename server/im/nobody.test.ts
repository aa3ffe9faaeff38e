/** What a user stores where nobody reads it, and commands that nobody fetches, have an end. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReasonCode } from '../../shared/wire/packets.ts';
import { ImFixture } from './testing/fixture.ts';
import type { TestClient } from './testing/test-client.ts';

const LIMITS = { maxMessagesToNobody: 3, maxBytesToNobody: 10_000 };
let fixture: ImFixture;
let alice: TestClient;
beforeEach(async () => {
  fixture = await ImFixture.start({ limits: LIMITS });
  alice = await fixture.client('alice');
});
afterEach(() => fixture.stop());

const { success, notAllowSend } = ReasonCode;
let serial = 0;
async function send(to: string, type: 1 | 2 = 1, text = `message ${(serial += 1)}`): Promise<number> {
  return (await alice.send(to, type, text)).reasonCode;
}
async function sends(count: number, to: (i: number) => string, type: 1 | 2 = 1): Promise<number[]> {
  const reasons: number[] = [];
  for (let i = 0; i < count; i++) reasons.push(await send(to(i), type));
  return reasons;
}

const long = (i: number): string => String(i).padEnd(500, 'x');
/** Bytes of the database. */
function used(): number {
  const db = new Database(join(fixture.dataDir, 'im.db'), { readonly: true });
  const pages = db.pragma('page_count', { simple: true }) as number;
  db.close();
  return pages * 4096;
}

describe('messages to nobody', () => {
  it('end at so many, to made-up users, to oneself and in a group of one, together', async () => {
    await fixture.post('/channel', { channel_id: 'alone', channel_type: 2, subscribers: ['alice'] });
    expect([
      ...(await sends(1, () => 'made-up')),
      ...(await sends(1, () => 'alice')),
      ...(await sends(1, () => 'alone', 2)),
    ]).toEqual([success, success, success]);
    expect(await sends(2, (i) => `another-${i}`)).toEqual([notAllowSend, notAllowSend]);
    expect([await send('alice'), await send('alone', 2)]).toEqual([notAllowSend, notAllowSend]);
  });

  it('end at so many bytes', async () => {
    expect(await send('made-up', 1, 'x'.repeat(6_000))).toBe(success);
    expect(await send('made-up', 1, 'x'.repeat(4_000))).toBe(notAllowSend);
    expect(await send('made-up', 1, 'x')).toBe(success);
  });

  describe('take no more of the disk than the bytes say, whatever they are made of:', () => {
    const LIMIT = 300_000;
    beforeEach(async () => {
      await fixture.restart({ limits: { maxMessagesToNobody: 100_000, maxBytesToNobody: LIMIT } });
      alice = await fixture.client('alice');
    });
    it.each([
      ['a byte each', () => ['made-up', {}]],
      ['a made-up user each', (i: number) => [`user-${i}`, {}]],
      ['a user with a long name each', (i: number) => [long(i).slice(0, 200), {}]],
      ['a long number each', (i: number) => ['made-up', { clientMsgNo: long(i) }]],
      ['a long topic each', (i: number) => ['made-up', { topic: long(i) }]],
    ] as [string, (i: number) => [string, { clientMsgNo?: string; topic?: string }]][])(
      '%s',
      async (_, one) => {
        const before = used();
        let sent = 0;
        for (let refused = false; !refused && sent < 5_000;) {
          const answers = await Promise.all(
            Array.from({ length: 50 }, (__, i) => {
              const [to, options] = one(sent + i);
              return alice.send(to, 1, 'x', options);
            }),
          );
          refused = answers.some(({ reasonCode }) => reasonCode === notAllowSend);
          sent += answers.filter(({ reasonCode }) => reasonCode === success).length;
        }
        expect(sent).toBeGreaterThan(50);
        expect(sent).toBeLessThan(5_000);
        expect(used() - before).toBeLessThanOrEqual(LIMIT);
      },
    );
  });

  it('end together when they are sent together, and stay ended after a restart', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => send('made-up')));
    expect(answers.filter((reason) => reason === success)).toHaveLength(3);
    await fixture.restart({ limits: LIMITS });
    alice = await fixture.client('alice');
    expect(await send('made-up')).toBe(notAllowSend);
  });

  it('are none to those who were here once, are somebody’s friends, or share the group', async () => {
    (await fixture.client('bob')).close();
    await fixture.post('/user/device_quit', { uid: 'bob', device_flag: -1 });
    await fixture.post('/channel/whitelist_add', { channel_id: 'carol', channel_type: 1, uids: ['dora'] });
    await fixture.post('/channel', { channel_id: 'both', channel_type: 2, subscribers: ['alice', 'bob'] });
    for (const to of ['bob', 'carol', 'dora']) expect(await sends(5, () => to)).not.toContain(notAllowSend);
    expect(await sends(5, () => 'both', 2)).not.toContain(notAllowSend);
  });

  it('count no more when somebody comes in there', async () => {
    expect(await sends(4, () => 'late')).toEqual([success, success, success, notAllowSend]);
    await fixture.client('late');
    expect(await send('late')).toBe(success);
    expect(await sends(4, () => 'made-up')).toEqual([success, success, success, notAllowSend]);
  });

  it('that are not stored, or sent a second time, count for nothing', async () => {
    const again = async () => (await alice.send('made-up', 1, 'twice', { clientMsgNo: 'same' })).reasonCode;
    expect([await again(), await again(), await again(), await again()]).not.toContain(notAllowSend);
    expect(await sends(3, () => 'made-up')).toEqual([success, success, notAllowSend]);
    const flags = { noPersist: true, redDot: false, syncOnce: false, dup: false };
    expect((await alice.send('made-up', 1, 'typing', { flags })).reasonCode).toBe(success);
  });

  it('have no limit without tokens, where nobody is known', async () => {
    await fixture.restart({ limits: LIMITS, tokenAuth: false });
    alice = await fixture.client('alice');
    expect(await sends(5, () => 'made-up')).not.toContain(notAllowSend);
  });
});

it('a database of layout 3 knows who has a token, who is named and who ever wrote', async () => {
  const bob = await fixture.client('bob');
  await bob.send('alice', 1, 'hello');
  await fixture.post('/user/device_quit', { uid: 'bob', device_flag: -1 });
  await fixture.server.close();
  const db = new Database(join(fixture.dataDir, 'im.db'));
  db.exec('DROP TABLE known_uid; DROP TABLE to_nobody; PRAGMA user_version = 3');
  db.close();
  await fixture.restart({ limits: LIMITS });
  alice = await fixture.client('alice');
  expect(await sends(5, () => 'bob')).not.toContain(notAllowSend);
  expect(await sends(4, () => 'made-up')).toContain(notAllowSend);
});

it('of the commands of a channel the newest are kept, and messages stay whatever the channel is called', async () => {
  const limits = { ...LIMITS, maxCommands: 5 };
  const command = (n: number) =>
    fixture.post('/message/send', {
      header: { sync_once: 1 },
      from_uid: 'boss',
      channel_id: 'alice',
      channel_type: 1,
      payload: Buffer.from(`{"type":99,"n":${n}}`).toString('base64'),
    });
  for (let i = 1; i <= 12; i++) await command(i);
  await fixture.client('namedxxxxcmd');
  for (let i = 1; i <= 12; i++) await send('namedxxxxcmd');
  await fixture.restart({ limits });
  const offline = await fixture.post('/message/sync', { uid: 'alice', limit: 100 });
  const numbers = (offline.body as { payload: string }[]).map(
    ({ payload }) => (JSON.parse(Buffer.from(payload, 'base64').toString()) as { n: number }).n,
  );
  expect(numbers).toEqual([8, 9, 10, 11, 12]);
  const history = await fixture.post('/channel/messagesync', {
    login_uid: 'alice',
    channel_id: 'namedxxxxcmd',
    channel_type: 1,
    limit: 100,
  });
  expect((history.body as { messages: unknown[] }).messages).toHaveLength(12);
});

it('says which texts its messages name, in whatever channel', async () => {
  const since = Math.floor(Date.now() / 1000) - 10;
  const bob = await fixture.client('bob');
  await alice.send('bob', 1, '{"type":8,"url":"file/preview/chat/1/u/0f8fad5b-d9cb.bin"}');
  for (let i = 0; i < 1200; i++) void bob.send('alice', 1, `message ${i}`);
  await bob.send('alice', 1, 'the last one names 7c9e6679-7425.bin');
  const ask = async (from: number) =>
    (
      await fixture.post('/message/naming', {
        since: from,
        texts: ['0f8fad5b-d9cb.bin', '7c9e6679-7425.bin', 'e902893a-9d22.bin'],
      })
    ).body;
  expect(await ask(since)).toEqual({ found: ['0f8fad5b-d9cb.bin', '7c9e6679-7425.bin'] });
  expect(await ask(since + 3600)).toEqual({ found: [] });
});
