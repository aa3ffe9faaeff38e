/** What the receiver holds at most, and what one message that cannot be stored does to the others. */
import { describe, expect, it } from 'vitest';
import { encryptPayload, recvMsgKey, type SessionKeys } from '../../../shared/wire/crypto.ts';
import type { RecvPacket } from '../../../shared/wire/packets.ts';
import type { ReceivedMessage } from './connection-api.ts';
import { MAX_WAITING_ACKS, Receiver } from './receiver.ts';

const KEYS: SessionKeys = { aesKey: Buffer.from('da38babd31d7a795'), iv: Buffer.from('9kFPodobMI0vc0DX') };

function recv(seq: number): { wire: RecvPacket } {
  const fields = {
    messageId: BigInt(seq),
    messageSeq: seq,
    clientMsgNo: `no-${seq}`,
    timestamp: 1_795_424_770,
    fromUid: 'bob',
    channelId: 'bob',
    channelType: 1,
    payload: encryptPayload(KEYS, Buffer.from(JSON.stringify({ type: 1, content: 'TOP SECRET' }))),
  };
  const flags = { noPersist: false, redDot: true, syncOnce: false, dup: false };
  const wire: RecvPacket = {
    type: 'recv',
    flags,
    setting: 0,
    expire: 0,
    topic: '',
    msgKey: recvMsgKey(KEYS, fields),
    ...fields,
  };
  return { wire };
}

function receiver(onMessages: (messages: ReceivedMessage[]) => void = () => undefined, maxBatch = 500) {
  const acked: number[] = [];
  const full: boolean[] = [];
  const logs: string[] = [];
  const tested = new Receiver<{ wire: RecvPacket }>({
    keys: () => KEYS,
    onMessages,
    acknowledge: ({ wire }) => acked.push(wire.messageSeq),
    log: (_level, message) => logs.push(message),
    maxBatch,
    acksPerTurn: () => 32,
    onFull: (is) => full.push(is),
  });
  return { tested, acked, full, logs };
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('a flood', () => {
  it('asks to stop reading when too many acknowledgements wait, and to go on when half are written', async () => {
    const { tested, acked, full } = receiver();
    const count = MAX_WAITING_ACKS + 200;
    for (let seq = 1; seq <= count; seq += 1) tested.push(recv(seq));
    tested.flush();
    expect(full).toEqual([true]);
    expect(tested.isFull).toBe(true);
    while (tested.isFull) await turn();
    expect(count - acked.length).toBeLessThanOrEqual(MAX_WAITING_ACKS / 2);
    expect(acked.length).toBeLessThan(count);
    while (acked.length < count) await turn();
    expect(full).toEqual([true, false]);
    expect(acked).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  });

  it('is stored in one batch a turn, and nothing more is read before the next', async () => {
    const batches: number[] = [];
    const { tested, full } = receiver((messages) => batches.push(messages.length), 10);
    for (let seq = 1; seq <= 9; seq += 1) tested.push(recv(seq));
    expect([batches, full]).toEqual([[], []]);
    tested.push(recv(10));
    expect([batches, full]).toEqual([[10], [true]]);
    // What the last read had brought already.
    tested.push(recv(11));
    await turn();
    expect([batches, full]).toEqual([
      [10, 1],
      [true, false],
    ]);
  });
});

describe('what cannot be stored', () => {
  it('is one message: the others of its batch are stored and acknowledged', async () => {
    const stored: number[] = [];
    const { tested, acked, logs } = receiver((messages) => {
      if (messages.some(({ messageSeq }) => messageSeq === 3)) throw new RangeError('TOP SECRET');
      stored.push(...messages.map(({ messageSeq }) => messageSeq));
    });
    for (let seq = 1; seq <= 6; seq += 1) tested.push(recv(seq));
    tested.flush();
    await turn();
    expect(stored).toEqual([1, 2, 4, 5, 6]);
    expect(acked).toEqual([1, 2, 4, 5, 6]);
    expect(logs).toEqual(['1 messages could not be stored and are not acknowledged: RangeError']);
  });

  it('is everything: it is not tried for each message', async () => {
    let tries = 0;
    const { tested, acked, logs } = receiver(() => {
      tries += 1;
      throw new Error('disk full');
    });
    for (let seq = 1; seq <= 100; seq += 1) tested.push(recv(seq));
    tested.flush();
    await turn();
    expect(acked).toEqual([]);
    expect(tries).toBe(4);
    expect(logs).toEqual(['100 messages could not be stored and are not acknowledged: Error']);
  });
});
