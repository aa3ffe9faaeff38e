/** Many calls as one (many-routes.ts). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ImFixture } from './testing/fixture.ts';

let fixture: ImFixture;
beforeEach(async () => {
  fixture = await ImFixture.start({ storeRepeats: true });
});
afterEach(() => fixture.stop());

interface Row {
  message_idstr: string;
  client_msg_no: string;
  from_uid: string;
  payload: string;
}
const text = (row: Row): string => Buffer.from(row.payload, 'base64').toString();
const call = (to: string, words: string, more: object = {}) => ({
  header: { red_dot: 1 },
  from_uid: 'alice',
  channel_id: to,
  channel_type: 1,
  payload: Buffer.from(words).toString('base64'),
  ...more,
});

async function history(channelId: string): Promise<Row[]> {
  const body = { login_uid: 'alice', channel_id: channelId, channel_type: 1, limit: 100 };
  return ((await fixture.post('/channel/messagesync', body)).body as { messages: Row[] }).messages;
}

it('stores and delivers many messages in their order', async () => {
  const bob = await fixture.client('bob');
  const words = Array.from({ length: 30 }, (_, i) => `m${i}`);
  const calls = words.map((each) => call('bob', each));
  expect((await fixture.post('/message/send_many', { calls })).body).toEqual({ status: 200 });
  expect((await history('bob')).map(text)).toEqual(words);
  const received = (): string[] =>
    bob.received.flatMap((packet) => (packet.type === 'recv' ? [bob.open(packet).text] : []));
  await bob.until(() => received().length === words.length, 'all of them');
  expect(received()).toEqual(words);
});

it('stores none when one of them is wrong, and says which', async () => {
  const calls = [call('bob', 'one'), call('bob@carol', 'two'), call('bob', 'three')];
  expect(await fixture.post('/message/send_many', { calls })).toMatchObject({
    status: 400,
    body: { msg: 'channel_id: must not be empty nor contain @ # &' },
  });
  expect(await history('bob')).toEqual([]);
  expect((await fixture.post('/message/send_many', { calls: [] })).status).toBe(400);
  const tooMany = Array.from({ length: 201 }, () => call('bob', 'x'));
  expect((await fixture.post('/message/send_many', { calls: tooMany })).status).toBe(400);
});

it('erases in many channels; nothing of it is on the disk when it answers', async () => {
  const secrets = ['zq-first-secret', 'zq-second-secret'];
  const [first, second] = await Promise.all(
    ['bob', 'carol'].map(async (to, i) => {
      await fixture.post('/message/send', call(to, secrets[i] ?? ''));
      return (await history(to))[0]?.message_idstr ?? '';
    }),
  );
  const place = { login_uid: 'alice', channel_type: 1 };
  const calls = [
    { ...place, channel_id: 'bob', message_ids: [first] },
    { ...place, channel_id: 'nobody', message_ids: ['1'] },
    { ...place, channel_id: 'carol', message_ids: [second] },
  ];
  expect((await fixture.post('/message/erase_many', { calls })).body).toEqual({
    status: 200,
    data: { erased: 2 },
  });
  for (const to of ['bob', 'carol']) expect((await history(to)).map(text)).toEqual(['{}']);
  const { dataDir } = fixture;
  const holds = (secret: string): string[] =>
    readdirSync(dataDir).filter((file) => readFileSync(join(dataDir, file)).includes(secret));
  expect(secrets.flatMap(holds)).toEqual([]);
});

it('tells a message with every stored copy of it, for each that is asked', async () => {
  const no = { client_msg_no: 'same' };
  for (const calls of [
    [call('bob', 'mine', no), call('bob', 'between'), call('bob', 'mine again', no)],
    [call('alice', 'theirs', { ...no, from_uid: 'bob' }), call('carol', 'elsewhere', no)],
  ])
    await fixture.post('/message/send_many', { calls });
  const rows = await history('bob');
  const asked = [rows[2], rows[1], rows[0]].map((row) => ({
    login_uid: 'alice',
    channel_id: 'bob',
    channel_type: 1,
    message_id: row?.message_idstr,
  }));
  const elsewhere = { ...asked[0], channel_id: 'carol' };
  const { body } = await fixture.post('/message/sent_as', { asked: [...asked, elsewhere] });
  const { answers } = body as { answers: Row[][] };
  expect(answers.map((each) => each.map(text))).toEqual([
    ['mine again', 'mine', 'theirs'],
    ['between'],
    ['mine', 'mine again', 'theirs'],
    [],
  ]);
});
