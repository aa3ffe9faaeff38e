import { afterEach, describe, expect, it } from 'vitest';
import { encryptPayload, type SessionKeys } from '../../shared/wire/crypto.ts';
import { ReasonCode, type RecvPacket } from '../../shared/wire/packets.ts';
import { ImFixture } from './testing/fixture.ts';

let fixture: ImFixture;
afterEach(() => fixture.stop());

const SYNC_ONCE = { noPersist: false, redDot: false, syncOnce: true, dup: false };
const NO_PERSIST = { noPersist: true, redDot: true, syncOnce: false, dup: false };

const history = async (
  channelId: string,
  channelType: number,
  login = 'alice',
): Promise<{ client_msg_no: string }[]> => {
  const answer = await fixture.post('/channel/messagesync', {
    login_uid: login,
    channel_id: channelId,
    channel_type: channelType,
    limit: 100,
  });
  return (answer.body as { messages: { client_msg_no: string }[] }).messages;
};

describe('SEND', () => {
  it('with a wrong msgKey or cipher text gets reason 9 with an id, the connection stays', async () => {
    fixture = await ImFixture.start();
    const alice = await fixture.client('alice');
    const bob = await fixture.client('bob');
    const wrongKey = await alice.send('bob', 1, 'x', { msgKey: '0'.repeat(32) });
    expect(wrongKey).toMatchObject({ reasonCode: 9, messageSeq: 0 });
    expect(wrongKey.messageId).toBeGreaterThan(2n ** 53n);
    const payload = Buffer.from('this is not base64 of whole blocks');
    expect(await alice.send('bob', 1, 'x', { payload })).toMatchObject({ reasonCode: 9, messageSeq: 0 });
    const otherKeys: SessionKeys = { aesKey: Buffer.alloc(16, 1), iv: Buffer.alloc(16, 2) };
    const foreign = encryptPayload(otherKeys, Buffer.from('some words in another key, two blocks'));
    expect([9, 1]).toContain((await alice.send('carol', 1, 'x', { payload: foreign })).reasonCode);
    expect(await alice.send('bob', 1, 'good')).toMatchObject({ reasonCode: 1, messageSeq: 1 });
    expect((await bob.recv()).text).toBe('good');
    expect(bob.received).toEqual([]);
  });

  it('is refused as the channel says', async () => {
    fixture = await ImFixture.start();
    const alice = await fixture.client('alice');
    const reason = async (channelId: string, type: number): Promise<number> =>
      (await alice.send(channelId, type, 'hi')).reasonCode;
    await fixture.group('g', ['alice', 'bob']);
    expect(await reason('g', 2)).toBe(1);
    expect(await reason('other', 2)).toBe(3);
    expect(await reason('g', 6)).toBe(3);
    expect(await reason('a@b', 1)).toBe(16);
    const list = (name: string, uids: string[]) =>
      fixture.post(`/channel/${name}`, { channel_id: 'g', channel_type: 2, uids });
    await list('blacklist_add', ['alice']);
    expect(await reason('g', 2)).toBe(4);
    await list('blacklist_remove', ['alice']);
    await list('whitelist_add', ['bob']);
    expect(await reason('g', 2)).toBe(13);
    await list('whitelist_set', ['alice']);
    expect(await reason('g', 2)).toBe(1);
    await list('whitelist_set', []);
    const info = (fields: object) =>
      fixture.post('/channel/info', { channel_id: 'g', channel_type: 2, ...fields });
    await info({ send_ban: 1 });
    expect(await reason('g', 2)).toBe(25);
    await info({ send_ban: 0, ban: 1 });
    expect(await reason('g', 2)).toBe(19);
    await info({ ban: 0, disband: 1 });
    expect(await reason('g', 2)).toBe(24);
    await info({ disband: 0 });
    expect(await reason('g', 2)).toBe(1);
    await fixture.post('/channel/subscriber_remove', {
      channel_id: 'g',
      channel_type: 2,
      subscribers: ['alice'],
    });
    expect(await reason('g', 2)).toBe(3);
    await fixture.post('/channel/blacklist_add', { channel_id: 'bob', channel_type: 1, uids: ['alice'] });
    expect(await reason('bob', 1)).toBe(4);
    expect((await history('g', 2)).length).toBe(3);
  });

  it('repeated with the same client_msg_no gets the first answer, no second row and no second delivery', async () => {
    fixture = await ImFixture.start();
    const bob = await fixture.client('bob');
    const alice = await fixture.client('alice');
    const first = await alice.send('bob', 1, 'once', { clientMsgNo: 'same' });
    const frames = [1, 2, 3].map(() => alice.sendPacket('bob', 1, 'once', { clientMsgNo: 'same' }));
    for (const frame of frames) alice.packet(frame);
    for (const frame of frames) {
      const ack = await alice.next('sendack');
      expect(ack).toMatchObject({ ...first, clientSeq: frame.clientSeq });
    }
    const again = await fixture.client('alice');
    expect(await again.send('bob', 1, 'once', { clientMsgNo: 'same' })).toMatchObject({
      messageId: first.messageId,
      messageSeq: 1,
    });
    await bob.send('alice', 1, 'another sender may use it', { clientMsgNo: 'same' });
    await bob.recv();
    await bob.settle();
    expect(bob.received).toEqual([]);
    expect(await history('bob', 1)).toHaveLength(2);
  });

  it('repeated to a server that stores repeats, as a real WuKongIM, is there twice', async () => {
    fixture = await ImFixture.start({ storeRepeats: true });
    const alice = await fixture.client('alice');
    const acks = [
      await alice.send('bob', 1, 'once', { clientMsgNo: 'same' }),
      await alice.send('bob', 1, 'once', { clientMsgNo: 'same' }),
    ];
    expect(acks.map((ack) => ack.messageSeq)).toEqual([1, 2]);
    expect(await history('bob', 1)).toHaveLength(2);
  });

  it('with noPersist is delivered but not stored, with syncOnce stays in the normal channel', async () => {
    fixture = await ImFixture.start();
    const alice = await fixture.client('alice');
    const bob = await fixture.client('bob');
    expect(await alice.send('bob', 1, 'typing', { flags: NO_PERSIST })).toMatchObject({
      reasonCode: 1,
      messageSeq: 0,
    });
    expect(await bob.recv()).toMatchObject({ text: 'typing', messageSeq: 0, flags: NO_PERSIST });
    expect(await alice.send('bob', 1, 'a', {})).toMatchObject({ messageSeq: 1 });
    expect(await alice.send('bob', 1, 'forged', { flags: SYNC_ONCE })).toMatchObject({ messageSeq: 2 });
    await bob.recv();
    expect(await bob.recv()).toMatchObject({
      text: 'forged',
      messageSeq: 2,
      channelId: 'alice',
      flags: SYNC_ONCE,
    });
    expect(await history('bob', 1)).toHaveLength(2);
  });

  it('past its expiry is no longer returned', async () => {
    fixture = await ImFixture.start();
    const alice = await fixture.client('alice');
    await alice.send('bob', 1, 'short', { expire: 1 });
    await alice.send('bob', 1, 'long', { expire: 3600 });
    await expect.poll(() => history('bob', 1), { timeout: 4000, interval: 100 }).toHaveLength(1);
  });
});

describe('several devices', () => {
  it("the sender's other devices get an echo with the peer as channel and no red dot, the sending one nothing", async () => {
    fixture = await ImFixture.start();
    const phone = await fixture.client('alice', { deviceFlag: 0 });
    const desktop = await fixture.client('alice', { deviceFlag: 2, transport: 'ws' });
    const bob = await fixture.client('bob');
    const ack = await desktop.send('bob', 1, 'hello');
    expect(await phone.recv()).toMatchObject({
      fromUid: 'alice',
      channelId: 'bob',
      messageId: ack.messageId,
      flags: { redDot: false },
      text: 'hello',
    });
    expect(await bob.recv()).toMatchObject({ channelId: 'alice', flags: { redDot: true } });
    await desktop.settle();
    expect(desktop.received).toEqual([]);
  });

  it('a master device kicks others of its flag, slaves and other flags stay', async () => {
    fixture = await ImFixture.start({ timings: { kickCloseMs: 50 } });
    const pc = await fixture.client('alice', { deviceFlag: 2, deviceId: 'pc' });
    const pc2 = await fixture.client('alice', { deviceFlag: 2, deviceId: 'pc2' });
    const old = await fixture.client('alice', { deviceFlag: 0, deviceId: 'old', level: 1 });
    await fixture.post('/user/token', { uid: 'bob', token: 'x' });
    const now = await fixture.client('alice', { deviceFlag: 0, deviceId: 'new', level: 1 });
    expect(await old.next('disconnect')).toMatchObject({ reasonCode: 12, reason: 'login in other device' });
    await old.closed();
    await Promise.all([pc.settle(), pc2.settle(), now.settle()]);
    expect((await fixture.post('/user/onlinestatus', ['alice', 'nobody'])).body).toEqual([
      { uid: 'alice', device_flag: 2, online: 1 },
      { uid: 'alice', device_flag: 2, online: 1 },
      { uid: 'alice', device_flag: 0, online: 1 },
    ]);
  });

  it('a kicked connection gets nothing more and is closed by the server', async () => {
    fixture = await ImFixture.start({ timings: { kickCloseMs: 300 } });
    const bob = await fixture.client('bob');
    const alice = await fixture.client('alice');
    await fixture.post('/user/device_quit', { uid: 'bob', device_flag: -1 });
    expect((await bob.next('disconnect')).reasonCode).toBe(12);
    await alice.send('bob', 1, 'too late');
    bob.packet({ type: 'ping' });
    await bob.closed();
    expect(bob.received).toEqual([]);
    const back = await fixture.open('tcp');
    expect(await back.signIn({ uid: 'bob', token: 'token-bob' })).toMatchObject({ reasonCode: 2 });
  });

  it('the same device reconnecting replaces its old connection silently', async () => {
    fixture = await ImFixture.start();
    const old = await fixture.client('bob', { deviceId: 'd' });
    const now = await fixture.client('bob', { deviceId: 'd' });
    await old.closed();
    expect(old.received).toEqual([]);
    const alice = await fixture.client('alice');
    await alice.send('bob', 1, 'hi');
    expect((await now.recv()).text).toBe('hi');
  });

  it('a new master token kicks the connections of its flag', async () => {
    fixture = await ImFixture.start({ timings: { kickCloseMs: 20 } });
    const phone = await fixture.client('alice', { deviceFlag: 0 });
    const pc = await fixture.client('alice', { deviceFlag: 2 });
    await fixture.post('/user/token', { uid: 'alice', token: 'fresh', device_flag: 0, device_level: 1 });
    await phone.closed();
    await pc.settle();
    expect(pc.isClosed).toBe(false);
  });
});

describe('redelivery', () => {
  it('repeats a persisted RECV up to five times without a mark, stops at RECVACK, never holds back others', async () => {
    fixture = await ImFixture.start({ timings: { redeliverAfterMs: 60 } });
    const bob = await fixture.client('bob');
    const alice = await fixture.client('alice');
    await alice.send('bob', 1, 'unacked');
    await alice.send('bob', 1, 'typing', { flags: NO_PERSIST });
    await alice.send('bob', 1, 'acked');
    const texts = (): string[] => bob.received.map((p) => bob.open(p as RecvPacket).text);
    await bob.until(() => bob.received.length >= 3, 'three RECVs');
    bob.ack(bob.received[2] as RecvPacket);
    await bob.settle();
    const count = (text: string): number => texts().filter((t) => t === text).length;
    const acked = count('acked');
    await bob.until(() => count('unacked') >= 5, 'five deliveries');
    await alice.send('bob', 1, 'after');
    await bob.until(() => count('after') >= 3, 'more redeliveries');
    expect(count('unacked')).toBe(5);
    expect(count('acked')).toBe(acked);
    expect(count('typing')).toBe(1);
    expect(bob.received.some((p) => (p as RecvPacket).flags.dup)).toBe(false);
  });
});

describe('CMDs sent by the business server', () => {
  const cmd = { type: 99, cmd: 'messageRevoke', param: { message_id: '1' } };

  it('have a sequence of their own, reach every device of both parties with the plain channel id', async () => {
    fixture = await ImFixture.start();
    const alice = await fixture.client('alice');
    const alicePhone = await fixture.client('alice', { deviceFlag: 0 });
    const bob = await fixture.client('bob');
    await alice.send('bob', 1, 'one');
    await alice.send('bob', 1, 'two');
    await Promise.all([bob.recv(), bob.recv(), alicePhone.recv(), alicePhone.recv()]);
    const header = { no_persist: 0, red_dot: 0, sync_once: 1 };
    await fixture.apiSend({ header, from_uid: 'alice', channel_id: 'bob', channel_type: 1 }, cmd);
    const expected = { fromUid: 'alice', messageSeq: 1, flags: SYNC_ONCE, text: JSON.stringify(cmd) };
    expect(await bob.recv()).toMatchObject({ ...expected, channelId: 'alice' });
    expect(await alice.recv()).toMatchObject({ ...expected, channelId: 'bob' });
    expect(await alicePhone.recv()).toMatchObject({ ...expected, channelId: 'bob' });
    expect(await alice.send('bob', 1, 'three')).toMatchObject({ messageSeq: 3 });
    expect(await history('bob', 1)).toHaveLength(3);
  });

  it('from the system show an empty sender, and an empty channel to a person', async () => {
    fixture = await ImFixture.start();
    await fixture.group('g', ['bob']);
    const bob = await fixture.client('bob');
    const header = { sync_once: 1 };
    await fixture.apiSend({ header, channel_id: 'bob', channel_type: 1 }, cmd);
    expect(await bob.recv()).toMatchObject({ fromUid: '', channelId: '', channelType: 1, messageSeq: 1 });
    await fixture.apiSend({ header, channel_id: 'g', channel_type: 2 }, cmd);
    expect(await bob.recv()).toMatchObject({ fromUid: '', channelId: 'g', channelType: 2, messageSeq: 1 });
    await fixture.apiSend({ header, subscribers: ['bob'] }, cmd);
    expect(await bob.recv()).toMatchObject({
      fromUid: '',
      channelId: expect.stringMatching(/^\d+____cmd$/) as string,
      channelType: 8,
      messageSeq: 1,
    });
    await fixture.apiSend({ header: { sync_once: 1, no_persist: 1 }, subscribers: ['bob'] }, cmd);
    expect(await bob.recv()).toMatchObject({ channelId: 'systemcmdonline', channelType: 8, messageSeq: 0 });
  });

  it('wait for an offline user until syncack', async () => {
    fixture = await ImFixture.start();
    const header = { sync_once: 1 };
    for (const id of ['1', '2', '3']) {
      const payload = { ...cmd, param: { message_id: id } };
      await fixture.apiSend({ header, from_uid: 'alice', channel_id: 'bob', channel_type: 1 }, payload);
    }
    const sync = async (limit = 0) =>
      (await fixture.post('/message/sync', { uid: 'bob', limit })).body as object[];
    expect(await sync()).toHaveLength(3);
    expect(await sync(2)).toMatchObject([
      { header: { sync_once: 0 }, message_seq: 1, from_uid: 'alice', channel_type: 1 },
      { message_seq: 2 },
    ]);
    expect((await fixture.post('/message/syncack', { uid: 'bob', last_message_seq: 0 })).status).toBe(400);
    await fixture.post('/message/syncack', { uid: 'bob', last_message_seq: 2 });
    expect(await sync()).toMatchObject([{ message_seq: 3 }]);
    await fixture.post('/message/syncack', { uid: 'bob', last_message_seq: 3 });
    expect(await sync()).toEqual([]);
    expect((await fixture.post('/message/sync', { uid: 'alice' })).body).toHaveLength(3);
  });

  it("are taken from the offline list by a master's RECVACK, not by a slave's, and not past a missing one", async () => {
    fixture = await ImFixture.start();
    const slave = await fixture.client('bob', { deviceFlag: 2 });
    const master = await fixture.client('bob', { deviceFlag: 0, level: 1 });
    const header = { sync_once: 1 };
    for (let i = 0; i < 3; i++) await fixture.apiSend({ header, channel_id: 'bob', channel_type: 1 }, cmd);
    const left = async () => {
      await Promise.all([slave.settle(), master.settle()]);
      return ((await fixture.post('/message/sync', { uid: 'bob' })).body as { message_seq: number }[]).map(
        (row) => row.message_seq,
      );
    };
    const got = [await master.recv(), await master.recv(), await master.recv()] as const;
    for (let i = 0; i < 3; i++) slave.ack(await slave.recv());
    expect(await left()).toEqual([1, 2, 3]);
    master.ack(got[0]);
    master.ack(got[2]);
    expect(await left()).toEqual([2, 3]);
    master.ack(got[1]);
    expect((await left()).at(0)).not.toBe(2);
  });
});

describe('what only the business server may say', () => {
  const REFUSED = { reasonCode: ReasonCode.notAllowSend, messageSeq: 0 };

  it.each([99, 1000, 1002, 1006, 2000, 1.5e3])('a client cannot send type %d', async (type) => {
    fixture = await ImFixture.start();
    const alice = await fixture.client('alice');
    const bob = await fixture.client('bob');
    await fixture.group('g', ['alice', 'bob']);
    for (const [to, channelType] of [
      ['bob', 1],
      ['g', 2],
      ['alice', 1],
    ] as const)
      expect(
        await alice.send(to, channelType, JSON.stringify({ type, content: '请输入密码' })),
      ).toMatchObject(REFUSED);
    // Neither written in another way.
    expect(await alice.send('bob', 1, ` {"content":"x","\\u0074ype" : ${type}.0e0 }`)).toMatchObject(REFUSED);
    expect(await alice.send('bob', 1, `{"type":1,"type":${type}}`)).toMatchObject(REFUSED);
    // What is no such type goes its way, as do the same types from the business server.
    for (const other of [
      '{"type":999}',
      '{"type":2001}',
      '{"type":"text"}',
      '{"type":98}',
      'no JSON',
      '[99]',
    ])
      expect(await alice.send('bob', 1, other)).toMatchObject({ reasonCode: 1 });
    for (let count = 0; count < 6; count++) await bob.recv();
    await fixture.apiSend({ from_uid: 'alice', channel_id: 'bob', channel_type: 1 }, { type, content: 'x' });
    expect((await bob.recv()).text).toContain(`"type":${type}`);
  });

  it('nor what a client may take for such a type', async () => {
    fixture = await ImFixture.start();
    const alice = await fixture.client('alice');
    await fixture.client('bob');
    for (const type of ['"99"', '"2000"', '"1e3"', '"0x7d0"', '" 1006 "', '[2000]', '[["1006"]]', '1500.5'])
      expect(await alice.send('bob', 1, `{"type":${type}}`)).toMatchObject(REFUSED);
    expect(await alice.send('bob', 1, '\ufeff{"type":2000}')).toMatchObject(REFUSED);
  });

  it('a system user may, and everybody where the server is told to take any type', async () => {
    fixture = await ImFixture.start();
    await fixture.post('/user/systemuids_add', { uids: ['robot'] });
    const robot = await fixture.client('robot');
    expect(await robot.send('bob', 1, '{"type":2000}')).toMatchObject({ reasonCode: 1 });
    await fixture.restart({ takeAnyType: true });
    const alice = await fixture.client('alice');
    expect(await alice.send('bob', 1, '{"type":1006}')).toMatchObject({ reasonCode: 1 });
  });

  it('a CMD channel is no channel of clients', async () => {
    fixture = await ImFixture.start();
    const alice = await fixture.client('alice');
    await fixture.group('g', ['alice']);
    await fixture.group('g____cmd', ['alice']);
    for (const [to, type] of [
      ['bob____cmd', 1],
      ['g____cmd', 2],
      ['____cmd', 1],
    ] as const)
      expect(await alice.send(to, type, '{"type":1}')).toMatchObject({
        reasonCode: ReasonCode.channelIdError,
        messageSeq: 0,
      });
  });
});

describe('a message with `visibles`', () => {
  it('is delivered to those it names and to nobody else, on every connection of theirs', async () => {
    fixture = await ImFixture.start();
    await fixture.group('g', ['alice', 'bob', 'carol']);
    const [alice, bob, bobPhone, carol] = [
      await fixture.client('alice'),
      await fixture.client('bob'),
      await fixture.client('bob', { deviceFlag: 0 }),
      await fixture.client('carol'),
    ];
    const secret = { type: 1, content: 'for bob', visibles: ['bob'] };
    await alice.send('g', 2, JSON.stringify(secret));
    await fixture.apiSend({ channel_id: 'g', channel_type: 2 }, secret);
    await alice.send('g', 2, '{"type":1,"content":"for all","visibles":[]}');
    await alice.send('g', 2, '{"type":1,"content":"also for all","visibles":"bob"}');
    for (const client of [bob, bobPhone]) {
      for (const text of ['for bob', 'for bob', 'for all', 'also for all'])
        expect((await client.recv()).text).toContain(text);
    }
    expect((await carol.recv()).text).toContain('"for all"');
    expect((await carol.recv()).text).toContain('also for all');
    // Of her own messages the sender's connection gets none, and the one of the API is not for her.
    expect(alice.received.filter((packet) => packet.type === 'recv')).toEqual([]);
  });
});
