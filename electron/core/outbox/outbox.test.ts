import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CodedError } from '../../../shared/ipc/result.ts';
import { NoAnswerError, RefusedError } from '../api/http.ts';
import { MessageTooLong } from '../connection/connection-api.ts';
import type { Outbox, OutboxOptions } from './outbox-api.ts';
import { EXPIRE_UNKNOWN } from '../store/jobs.ts';
import { READ_HOLD_MS } from '../store/tables/conversations/read-jobs.ts';
import { Disk, group, ME, person } from './testing/memory-store.ts';
import { FAST, ModelServer, type SendFate, startOutbox } from './testing/model-server.ts';

let disk: Disk;
let server: ModelServer;
const running: Outbox[] = [];

function start(change?: Parameters<typeof startOutbox>[2]): ReturnType<typeof startOutbox> {
  const made = startOutbox(disk, server, change);
  running.push(made.outbox);
  return made;
}

function until(description: string, value: () => boolean): Promise<void> {
  return vi.waitFor(
    () => {
      if (!value()) throw new Error(`still waiting: ${description}; calls: ${server.calls.join()}`);
    },
    { timeout: 3_000, interval: 2 },
  );
}

const failure = (status: number): NoAnswerError => new NoAnswerError(`status ${status}`, { status });
const noExtras = (): Promise<void> => Promise.resolve();
const down = (): Promise<void> => Promise.reject(new CodedError('network', 'down'));

/** What the server was told about message 7. */
const toldOf = (): string[] => server.calls.filter((call) => /^(edit|react|pin) 7/.test(call));
/** Recalls are answered with this. */
const outcome = () => {
  const gate = Promise.withResolvers<Awaited<ReturnType<ModelServer['revoke']>>>();
  server.revoke = () => gate.promise;
  return gate;
};

beforeEach(() => {
  disk = new Disk();
  server = new ModelServer();
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const outbox of running.splice(0)) await outbox.close();
});

describe('sends', () => {
  it('go out one at a time per channel, in order, and at most eight in all', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.gate = promise;
    for (let i = 0; i < 3; i++) for (let c = 0; c < 10; c++) disk.addSend(group(`g${c}`), `${c}-${i}`);
    const { outbox } = start();
    outbox.kick();
    outbox.kick();
    await until('eight in flight', () => server.inFlight === 8);
    resolve();
    await until('all acknowledged', () => disk.acknowledged.length === 30);
    expect(server.maxInFlight).toBe(8);
    expect(server.maxInFlightOfOneChannel).toBe(1);
    for (let c = 0; c < 10; c++) {
      const sent = server.log.filter((row) => row.channel === `2/g${c}`).map((row) => row.clientMsgNo);
      expect(sent).toEqual([`${c}-0`, `${c}-1`, `${c}-2`]);
    }
    expect(disk.sends).toEqual([]);
  });

  it('do not wait until the answer of the one before is stored, if the disk knows them', async () => {
    for (const no of ['a', 'b', 'c', 'd']) disk.addSend(group('g'), no);
    const stored: number[] = [];
    server.fate = () => {
      stored.push(disk.acknowledged.length);
      return 'ack';
    };
    const { outbox, store } = start();
    const together = vi.spyOn(store, 'acknowledgeAll');
    outbox.kick();
    await until('all acknowledged', () => disk.acknowledged.length === 4);
    // Two are marked with the first, and the fourth while the third is under way.
    expect(store.markAhead).toBe(2);
    expect(stored).toEqual([0, 0, 0, 0]);
    expect(together.mock.calls.map(([answers]) => answers.map(({ job }) => job.clientMsgNo))).toEqual([
      ['a', 'b', 'c', 'd'],
    ]);
  });

  it('are stored at once when nothing follows', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      disk.addSend(group('g'), 'a');
      start().outbox.kick();
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      expect(disk.acknowledged.map((row) => row.clientMsgNo)).toEqual(['a']);
    } finally {
      vi.useRealTimers();
    }
  });

  describe('whose answers wait to be stored', () => {
    let second: PromiseWithResolvers<void>;
    /** `a` is answered, its answer not stored yet; `b` is under way. */
    async function answered(ofB: SendFate = 'ack'): Promise<ReturnType<typeof start>> {
      second = Promise.withResolvers();
      disk.addSend(group('g'), 'a');
      disk.addSend(group('g'), 'b');
      server.fate = (no) => {
        if (no !== 'b') return 'ack';
        server.gate = second.promise;
        return ofB;
      };
      const started = start();
      started.outbox.kick();
      await until('b is under way', () => server.log.length === 2);
      expect(disk.acknowledged).toEqual([]);
      return started;
    }
    const key = `${ME}:a`;

    it('do not wait for an answer that does not come', async () => {
      await answered();
      await until('a is stored', () => disk.acknowledged.length === 1);
      expect(server.inFlight).toBe(1);
      second.resolve();
    });

    it('look as if they were under way, and a recall becomes one with the answer', async () => {
      const { store } = await answered();
      const job = store.sendJob(group('g'), key);
      expect(job).toMatchObject({ state: 'sending', attempts: 1 });
      store.updateSend(job?.id ?? 0, { recallOnAck: true });
      second.resolve();
      await until('recalled', () => disk.recalled.length === 1);
      expect(disk.recalled[0]?.messageId).toBe(server.log[0]?.messageId);
      expect(disk.acknowledged.map((row) => row.clientMsgNo)).toEqual(['a', 'b']);
    });

    it('may be found in the history by a sync meanwhile', async () => {
      const { store } = await answered();
      store.removeSend(store.sendJob(group('g'), key)?.id ?? 0);
      second.resolve();
      await until('b is stored', () => disk.acknowledged.length === 1);
      expect(disk.acknowledged[0]?.clientMsgNo).toBe('b');
      expect(server.log).toHaveLength(2);
    });

    it('are stored when the connection ends, and are not looked for', async () => {
      await answered('loseAck');
      second.resolve();
      await until('a is stored', () => disk.acknowledged.length === 1);
      expect(disk.sends.map((job) => [job.clientMsgNo, job.state, job.attempts])).toEqual([
        ['b', 'queued', 1],
      ]);
      expect(server.calls).toEqual([]);
    });

    it('are stored when the outbox is closed', async () => {
      const { outbox } = await answered();
      await outbox.close();
      expect(disk.acknowledged.map((row) => row.clientMsgNo)).toEqual(['a']);
      second.resolve();
    });

    it('do not suffer from one that cannot be stored', async () => {
      const { store, logs } = await answered();
      vi.spyOn(store, 'acknowledgeAll').mockImplementationOnce(() => {
        throw new Error('one of them');
      });
      vi.spyOn(store, 'acknowledge').mockImplementationOnce(() => {
        throw new Error('this one');
      });
      second.resolve();
      await until('b is stored', () => disk.acknowledged.length >= 1);
      // What became of `a` is asked for again.
      await until('a is stored', () => disk.acknowledged.length === 2);
      expect(disk.acknowledged.map((row) => row.clientMsgNo)).toEqual(['b', 'a']);
      expect(server.calls).toEqual(['find a']);
      expect(server.log).toHaveLength(2);
      expect(logs.join()).toContain('this one');
    });
  });

  it('give a place to a channel that waits for one', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.gate = promise;
    for (let i = 0; i < 2; i++) for (let c = 0; c < 9; c++) disk.addSend(group(`g${c}`), `${c}-${i}`);
    const { outbox } = start();
    outbox.kick();
    await until('eight in flight', () => server.inFlight === 8);
    resolve();
    await until('all acknowledged', () => disk.acknowledged.length === 18);
    expect(server.log[8]?.clientMsgNo).toBe('8-0');
  });

  it('are not written when the store left the disk while it marked them', async () => {
    disk.addSend(group('g'), 'a');
    const { outbox, store } = start();
    const markSends = store.markSends.bind(store);
    const marked = vi.spyOn(store, 'markSends').mockImplementation((ids) => {
      markSends(ids);
      store.readOnly = true;
    });
    outbox.kick();
    await until('marked', () => marked.mock.calls.length > 0);
    await outbox.close();
    expect(server.log).toEqual([]);
  });

  it('say "sending", with the attempt counted, before the SEND is written', async () => {
    const seen: unknown[] = [];
    const { outbox, store } = start();
    server.fate = () => {
      const { state, attempts, id } = store.sendJob(person('bob'), `${ME}:a`) ?? {};
      seen.push({ state, attempts, onDisk: disk.ahead.has(id ?? 0) });
      return 'ack';
    };
    disk.addSend(person('bob'), 'a');
    outbox.kick();
    await until('acknowledged', () => disk.acknowledged.length === 1);
    expect(seen).toEqual([{ state: 'sending', attempts: 1, onDisk: true }]);
    expect(server.calls).toEqual([]);
  });

  it('carry their setting byte', async () => {
    disk.addSend(person('bob'), 'a');
    disk.addSend(person('bob'), 'b', { setting: 0x80 });
    start().outbox.kick();
    await until('acknowledged', () => disk.acknowledged.length === 2);
    expect(server.settings).toEqual([0, 0x80]);
  });

  it('wait while offline and go when the connection is back', async () => {
    server.online = false;
    disk.addSend(person('bob'), 'a');
    const { outbox } = start();
    outbox.kick();
    server.online = true;
    outbox.kick();
    await until('acknowledged', () => disk.acknowledged.length === 1);
    expect(disk.acknowledged[0]).toMatchObject({
      clientMsgNo: 'a',
      messageId: '9000000000000000000',
      messageSeq: 1,
    });
  });

  it.each(['loseAck', 'loseSend'] as const)('are there once after %s', async (fate) => {
    const fates = [fate, 'ack'] as const;
    let n = 0;
    server.fate = () => fates[n++] ?? 'ack';
    disk.addSend(person('bob'), 'a');
    disk.addSend(person('bob'), 'b');
    const { outbox } = start();
    outbox.kick();
    await until('lost', () => !server.online);
    await until('queued again', () => disk.sends[0]?.state === 'queued');
    server.online = true;
    outbox.kick();
    await until('acknowledged', () => disk.acknowledged.length === 2);
    expect(server.log.map((row) => row.clientMsgNo)).toEqual(['a', 'b']);
    expect(disk.acknowledged.map((row) => row.messageSeq)).toEqual([1, 2]);
  });

  it('are there once when the server stores them only after the connection was lost', async () => {
    let stored = 0;
    server.fate = (clientMsgNo) => {
      if (stored > 0) return 'ack';
      stored = 1;
      setTimeout(() => server.log.push({ channel: '1/bob', clientMsgNo, messageId: '7', messageSeq: 1 }), 20);
      return 'loseSend';
    };
    server.onLost = () => {
      server.online = true;
    };
    disk.addSend(person('bob'), 'a');
    const { outbox } = start({ timings: { ...FAST, settleMs: 100 } });
    outbox.kick();
    await until('lost', () => stored === 1 && disk.sends[0]?.state === 'queued');
    outbox.kick();
    await until('acknowledged', () => disk.acknowledged.length === 1);
    expect(server.log).toHaveLength(1);
  });

  it('are not sent again while the history cannot be asked', async () => {
    server.httpDown = true;
    disk.addSend(person('bob'), 'a', { attempts: 1 });
    const { outbox } = start();
    outbox.kick();
    await until('asked', () => server.calls.length >= 3);
    expect(server.log).toEqual([]);
    server.httpDown = false;
    await until('acknowledged', () => disk.acknowledged.length === 1);
    expect(server.log).toHaveLength(1);
  });

  it('ask for the history when the server wants to be asked again', async () => {
    server.error = new NoAnswerError('status 503', { status: 503, retryAfterMs: 120 });
    disk.addSend(person('bob'), 'a', { attempts: 1 });
    const startedAt = performance.now();
    start({ timings: { ...FAST, backoffMaxMs: 1_000 } }).outbox.kick();
    await until('asked', () => server.calls.length > 0);
    server.error = null;
    await until('acknowledged', () => disk.acknowledged.length === 1);
    expect(performance.now() - startedAt).toBeGreaterThan(60);
    expect(server.calls).toEqual(['find a', 'find a']);
  });

  it('are not sent again while TSDD says that it could not look', async () => {
    server.error = new RefusedError('同步频道内的消息失败！', null, null);
    disk.addSend(group('g'), 'a', { attempts: 1 });
    start().outbox.kick();
    await until('it was asked twice', () => server.calls.length >= 2);
    expect(server.log).toEqual([]);
    server.error = null;
    await until('sent', () => disk.acknowledged.length === 1);
    expect(server.log).toHaveLength(1);
  });

  it('get their answer from the server when it does not show its history', async () => {
    server.error = new CodedError('refused', 'not a member');
    server.fate = () => ({ refuse: 3 });
    disk.addSend(group('g'), 'a', { attempts: 1 });
    start().outbox.kick();
    await until('failed', () => disk.sends[0]?.state === 'failed');
    expect(disk.sends[0]).toMatchObject({ reason: 'notMember' });
  });

  it.each([
    [3, group('g'), 'notMember'],
    [4, group('g'), 'muted'],
    [4, person('p'), 'blocked'],
    [13, group('g'), 'muted'],
    [13, person('p'), 'notFriend'],
    [24, group('g'), 'disbanded'],
    [19, group('g'), 'banned'],
    [25, group('g'), 'banned'],
    [22, group('g'), 'rateLimited'],
    [5, group('g'), 'noChannel'],
    [11, person('p'), 'notAllowed'],
    [23, group('g'), 'unsupported'],
    [77, group('g'), 'rejected'],
    [255, person('p'), 'rejected'],
  ])('refused with reason %i in %j are kept as failed: %s', async (refuse, channel, reason) => {
    server.fate = (no) => (no === 'a' ? { refuse } : 'ack');
    disk.addSend(channel, 'a');
    disk.addSend(channel, 'b');
    start().outbox.kick();
    await until('the next one went', () => disk.acknowledged.length === 1);
    expect(disk.sends).toEqual([expect.objectContaining({ clientMsgNo: 'a', state: 'failed', reason })]);
  });

  describe('with an answer that is no refusal', () => {
    const WAITS = [0, 6, 7, 8, 9, 10, 14, 15, 17, 18, 21] as const;

    it.each(WAITS)('%i: wait, keep the order, are looked up and sent again', async (refuse) => {
      let left = 2;
      server.fate = (no) => (no === 'a' && left-- > 0 ? { refuse } : 'ack');
      for (const no of ['a', 'b']) disk.addSend(group('g'), no);
      const states: unknown[] = [];
      const { outbox } = start({ log: () => states.push([disk.sends[0]?.state, disk.sends[0]?.reason]) });
      outbox.kick();
      await until('both went', () => disk.acknowledged.length === 2);
      expect(server.log.map((row) => row.clientMsgNo)).toEqual(['a', 'b']);
      expect(server.calls.filter((call) => call.startsWith('find'))).toHaveLength(2);
      expect(disk.sends).toEqual([]);
      expect(states.flat()).not.toContain('failed');
    });

    it('say so while they wait, and are not doubled when the server had stored them', async () => {
      // Answered with 15 and stored all the same (wukongim.md H).
      server.fate = () => ({ refuse: 15 });
      disk.addSend(group('g'), 'a');
      const { outbox } = start({ timings: { ...FAST, backoffFirstMs: 50 } });
      outbox.kick();
      await until('it waits', () => disk.sends[0]?.reason === 'waitsForServer');
      expect(disk.sends[0]?.state).toBe('queued');
      server.fate = () => 'ack';
      await server.send(group('g'), 'a');
      await until('found', () => disk.acknowledged.length === 1);
      expect(server.log).toHaveLength(1);
    });

    it.each(['silent', 'storedSilent'] as const)(
      '%s: none on a connection that lives is one, too',
      async (fate) => {
        let left = 2;
        server.fate = (no) => (no === 'a' && left-- > 0 ? fate : 'ack');
        for (const no of ['a', 'b']) disk.addSend(group('g'), no);
        const states: unknown[] = [];
        const { outbox } = start({ log: () => states.push(disk.sends[0]?.state, disk.sends[0]?.reason) });
        outbox.kick();
        await until('both went', () => disk.acknowledged.length === 2);
        // Looked up before it is sent again: stored once, in the order they were written.
        expect(server.log.map((row) => row.clientMsgNo)).toEqual(['a', 'b']);
        expect(server.online).toBe(true);
        expect(states).not.toContain('failed');
        expect(disk.sends).toEqual([]);
      },
    );

    it('say so while the server says nothing at all, and fail after minutes', async () => {
      server.fate = () => 'silent';
      disk.addSend(group('g'), 'a');
      start({ timings: { ...FAST, giveUpMs: 60 } }).outbox.kick();
      await until('it waits', () => disk.sends[0]?.reason === 'waitsForServer');
      await until('failed', () => disk.sends[0]?.state === 'failed');
      expect(disk.sends[0]).toMatchObject({ reason: 'serverBusy' });
    });

    it('fail after minutes, with a reason of their own', async () => {
      server.fate = () => ({ refuse: 18 });
      disk.addSend(group('g'), 'a');
      start({ timings: { ...FAST, giveUpMs: 60 } }).outbox.kick();
      await until('failed', () => disk.sends[0]?.state === 'failed');
      expect(disk.sends[0]).toMatchObject({ reason: 'serverBusy' });
    });

    it.each([8, 2])('%i makes a new connection; keys that never fit are the last word', async (refuse) => {
      server.fate = () => ({ refuse });
      const replaced: string[] = [];
      disk.addSend(group('g'), 'a');
      const { outbox } = start({
        timings: { ...FAST, giveUpMs: 100 },
        connection: {
          state: { state: 'online' },
          send: ({ channel, clientMsgNo }) => server.send(channel, clientMsgNo),
          replace: (reason) => replaced.push(reason),
        },
      });
      outbox.kick();
      await until('failed', () => disk.sends[0]?.state === 'failed');
      expect(replaced[0]).toBe(`SENDACK with reason ${refuse}`);
      expect(disk.sends[0]).toMatchObject({ reason: refuse === 8 ? 'unreadable' : 'signIn' });
    });

    it('recalled while they wait, never leave again', async () => {
      server.fate = () => ({ refuse: 15 });
      disk.addSend(group('g'), 'a');
      const { outbox, store } = start({ timings: { ...FAST, backoffFirstMs: 20 } });
      outbox.kick();
      await until('it waits', () => disk.sends[0]?.reason === 'waitsForServer');
      server.fate = () => 'ack';
      store.updateSend(disk.sends[0]?.id ?? 0, { recallOnAck: true });
      await until('gone', () => disk.sends.length === 0);
      expect(server.log).toEqual([]);
    });
  });

  it.each([
    [24, 'disbanded'],
    [3, 'notMember'],
  ])('refused with %i tell that the group is gone', async (refuse, why) => {
    server.fate = () => ({ refuse });
    const gone: unknown[] = [];
    disk.addSend(group('g'), 'a');
    disk.addSend(person('p'), 'b');
    start({ onGroupGone: (channel, how) => gone.push([channel.channelId, how]) }).outbox.kick();
    await until('both failed', () => disk.sends.every((job) => job.state === 'failed'));
    expect(gone).toEqual([['g', why]]);
  });

  it('that are too long fail with that reason and do not block the channel', async () => {
    disk.addSend(group('g'), 'a');
    disk.addSend(group('g'), 'b');
    const { outbox } = start({
      connection: {
        state: { state: 'online' },
        send: ({ channel, clientMsgNo }) =>
          clientMsgNo === 'a'
            ? Promise.reject(new MessageTooLong('SEND: more than'))
            : server.send(channel, clientMsgNo),
      },
    });
    outbox.kick();
    await until('b went', () => disk.acknowledged.length === 1);
    expect(disk.sends[0]).toMatchObject({ state: 'failed', reason: 'tooLong' });
  });

  it('that cost the connection each time are spaced out', async () => {
    server.fate = () => 'loseSend';
    const times: number[] = [];
    server.onLost = () => {
      times.push(performance.now());
      server.online = true;
    };
    disk.addSend(group('g'), 'a');
    start({ timings: { ...FAST, backoffFirstMs: 20, backoffMaxMs: 40 } }).outbox.kick();
    await until('four losses', () => times.length >= 4);
    const gaps = times.slice(1).map((time, i) => time - (times[i] as number));
    expect(gaps[1]).toBeGreaterThanOrEqual(19);
    expect(gaps[2]).toBeGreaterThanOrEqual(38);
  });

  it('survive a full disk: nothing is doubled, the ack is found in the history', async () => {
    disk.addSend(group('g'), 'a');
    const { outbox, store } = start();
    server.fate = () => {
      store.full = true;
      return 'ack';
    };
    outbox.kick();
    await until('stored by the server', () => server.log.length === 1);
    await new Promise((resolve) => setImmediate(resolve));
    store.full = false;
    await until('acknowledged', () => disk.acknowledged.length === 1);
    expect(server.log).toHaveLength(1);
  });

  it('leave a read-only store alone', () => {
    disk.addSend(group('g'), 'a', { state: 'sending' });
    const { store, outbox } = startOutbox(disk, server);
    running.push(outbox);
    store.readOnly = true;
    const writes = store.writes;
    outbox.kick();
    expect(store.writes).toBe(writes);
    expect(server.log).toEqual([]);
  });
});

describe('a send that is recalled before it is acknowledged', () => {
  it('never leaves when it was still waiting', async () => {
    disk.addSend(group('g'), 'a', { recallOnAck: true });
    disk.addSend(group('g'), 'b');
    start().outbox.kick();
    await until('b went', () => disk.acknowledged.length === 1);
    expect(server.log.map((row) => row.clientMsgNo)).toEqual(['b']);
    expect(disk.sends).toEqual([]);
  });

  it('is recalled as soon as it is acknowledged when it was under way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.gate = promise;
    const job = disk.addSend(group('g'), 'a');
    start().outbox.kick();
    await until('under way', () => server.inFlight === 1);
    job.recallOnAck = true;
    resolve();
    await until('recalled', () => disk.recalled.length === 1);
    expect(disk.recalled[0]).toMatchObject({
      messageId: '9000000000000000000',
      clientMsgNo: 'a',
      source: 'own',
    });
  });

  it('is looked for after a lost answer, and recalled if it is there', async () => {
    server.log.push({ channel: '2/g', clientMsgNo: 'a', messageId: '77', messageSeq: 5 });
    disk.addSend(group('g'), 'a', { attempts: 1, recallOnAck: true });
    start().outbox.kick();
    await until('recalled', () => disk.recalled.length === 1);
    expect(disk.acknowledged).toEqual([{ channel: '2/g', clientMsgNo: 'a', messageId: '77', messageSeq: 5 }]);
    expect(server.log).toHaveLength(1);
  });

  it('is forgotten when the server refuses it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.gate = promise;
    server.fate = () => ({ refuse: 4 });
    const job = disk.addSend(group('g'), 'a');
    start().outbox.kick();
    await until('under way', () => server.inFlight === 1);
    job.recallOnAck = true;
    resolve();
    await until('gone', () => disk.sends.length === 0);
    expect(disk.recalls).toEqual([]);
  });
});

/** Numbers of what the server has, in order. */
const went = (): string[] => server.log.map((row) => row.clientMsgNo);
/** Of message 7. */
const forward = (no: string, change: Parameters<Disk['addSend']>[2] = {}) =>
  disk.addSend(group('g'), no, { forwardOf: '7', ...change });

describe('a forward of what is being recalled', () => {
  it('waits for the outcome, holds up nothing of its chat, and goes with it', async () => {
    const { resolve } = outcome();
    forward('never tried');
    disk.addSend(group('g'), 'a');
    // What became of it is not asked for either.
    forward('tried', { attempts: 1 });
    disk.addSend(group('g'), 'b');
    disk.addRecall(group('elsewhere'), '7', 'x');
    start().outbox.kick();
    await until('the others went', () => disk.acknowledged.length === 2);
    resolve({ ok: true, verify: false });
    await until('recalled', () => disk.recalled.length === 1 && disk.sends.length === 0);
    expect(went()).toEqual(['a', 'b']);
    expect(server.calls).toEqual(['revoke 7']);
  });

  it('goes out by itself when the recall is denied', async () => {
    const { resolve } = outcome();
    forward('a');
    disk.addSend(group('g'), 'b');
    disk.addRecall(group('elsewhere'), '7', 'x');
    start().outbox.kick();
    await until('the other went', () => disk.acknowledged.length === 1);
    expect(went()).toEqual(['b']);
    resolve({ ok: false, reason: 'late', detail: '' });
    await until('it went', () => disk.acknowledged.length === 2);
    expect(went()).toEqual(['b', 'a']);
  });

  it('goes out by itself when a sync ends the recall otherwise', async () => {
    outcome();
    forward('a');
    disk.addRecall(group('elsewhere'), '7', 'x');
    start().outbox.kick();
    await until('asked', () => server.calls.length > 0);
    disk.recalls = [];
    await until('it went', () => disk.acknowledged.length === 1);
    expect(went()).toEqual(['a']);
  });

  it('that comes after what is under way is not sent with it, though the disk knows that it may be', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.gate = promise;
    outcome();
    disk.addSend(group('g'), 'a');
    const { id } = forward('b');
    disk.addSend(group('g'), 'c');
    start().outbox.kick();
    await until('under way, the next one marked', () => server.inFlight === 1 && disk.ahead.has(id));
    disk.addRecall(group('elsewhere'), '7', 'x');
    resolve();
    await until('the others went', () => disk.acknowledged.length === 2);
    expect(went()).toEqual(['a', 'c']);
  });

  it('is looked at again right before it is written', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.gate = promise;
    forward('a', { expire: EXPIRE_UNKNOWN });
    const { outbox } = start();
    outbox.kick();
    await until('the chat is asked about', () => server.calls.length === 1);
    outcome();
    disk.addRecall(group('elsewhere'), '7', 'x');
    resolve();
    outbox.kick();
    await until('the recall is asked for', () => server.calls.length === 2);
    await outbox.close();
    expect([went(), disk.sends[0]?.attempts]).toEqual([[], 0]);
  });

  it('does not upload what it carries', async () => {
    const { resolve } = outcome();
    const upload = vi.fn<OutboxOptions['attachments']['upload']>(() => Promise.resolve('url'));
    forward('a', { attachment: { file: 'f', mime: 'image/png', size: 1, extension: 'png' } });
    disk.addRecall(group('elsewhere'), '7', 'x');
    start({ attachments: { upload } }).outbox.kick();
    await until('asked', () => server.calls.includes('revoke 7'));
    expect(upload).not.toHaveBeenCalled();
    resolve({ ok: false, reason: 'late', detail: '' });
    await until('it went', () => disk.acknowledged.length === 1);
    expect(upload).toHaveBeenCalledOnce();
  });
});

describe('recalls', () => {
  it('are applied when the server says so', async () => {
    disk.addRecall(group('g'), '7', 'a');
    start().outbox.kick();
    await until('recalled', () => disk.recalled.length === 1);
    expect(disk.recalled[0]).toMatchObject({
      channel: group('g'),
      messageId: '7',
      clientMsgNo: 'a',
      revoker: 'me',
      source: 'own',
      version: 0,
    });
    expect(disk.recalls).toEqual([]);
  });

  it('are refused only after the rules were read again, or could not be', async () => {
    server.revoke = () => ({ ok: false, reason: 'late', detail: '' });
    disk.addRecall(group('g'), '7', 'a');
    const order: string[] = [];
    const { outbox, store } = start({
      readRules: () => {
        order.push('rules');
        return Promise.reject(new CodedError('network', 'down'));
      },
    });
    const deny = store.denyRecall.bind(store);
    vi.spyOn(store, 'denyRecall').mockImplementation((...args) => {
      order.push('denied');
      deny(...args);
    });
    outbox.kick();
    await until('denied', () => order.includes('denied'));
    expect(order).toEqual(['rules', 'denied']);
  });

  it('are asked for again when a cluster that elects does not find the message, and only so often', async () => {
    const missing = { ok: false, reason: 'missing', detail: '未查询到撤回消息！', doubtful: true } as const;
    const answers = [missing, missing, { ok: true, verify: false } as const];
    server.revoke = (id) => (id === '7' ? (answers.shift() ?? missing) : missing);
    disk.addRecall(group('g'), '7', 'a');
    disk.addRecall(group('g'), '8', 'b');
    start({ timings: { ...FAST, maxUnexpected: 4 } }).outbox.kick();
    await until('one is recalled, the other refused', () => disk.recalls.length === 0);
    expect(disk.recalled).toEqual([expect.objectContaining({ messageId: '7' })]);
    expect(disk.denied).toEqual([expect.objectContaining({ reason: 'missing', detail: missing.detail })]);
    expect(server.calls.filter((call) => call === 'revoke 8')).toHaveLength(4);
  });

  it('come back with the reason when they are refused', async () => {
    server.revoke = () => ({ ok: false, reason: 'late', detail: '已超过撤回时间！' });
    const job = disk.addRecall(group('g'), '7', 'a');
    start().outbox.kick();
    await until('denied', () => disk.denied.length === 1);
    expect(disk.denied).toEqual([
      { id: job.id, reason: 'late', detail: '已超过撤回时间！', atMs: 1_795_424_770_000 },
    ]);
  });

  it('wait as "queued" for the network, with back-off, and go at once on kick', async () => {
    server.httpDown = true;
    const job = disk.addRecall(group('g'), '7', 'a');
    const { outbox } = start({ timings: { ...FAST, backoffFirstMs: 3_600_000, backoffMaxMs: 3_600_000 } });
    outbox.kick();
    await until('queued', () => job.state === 'queued');
    expect(job.attempts).toBe(1);
    expect(job.nextTryAtMs).toBeGreaterThan(Date.now() + 3_000_000);
    server.httpDown = false;
    outbox.kick();
    await until('recalled', () => disk.recalled.length === 1);
    expect(server.calls).toEqual(['revoke 7', 'revoke 7']);
  });

  it('are repeated by themselves', async () => {
    server.httpDown = true;
    disk.addRecall(group('g'), '7', 'a');
    start().outbox.kick();
    await until('three tries', () => server.calls.length >= 3);
    expect(disk.recalled).toEqual([]);
    server.httpDown = false;
    await until('recalled', () => disk.recalled.length === 1);
  });

  it('run at most four at a time', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.gate = promise;
    for (let i = 0; i < 9; i++) disk.addRecall(group('g'), `${i}`, `n${i}`);
    const { outbox } = start();
    outbox.kick();
    outbox.kick();
    await until('four', () => server.calls.length === 4);
    resolve();
    await until('all', () => disk.recalled.length === 9);
    expect(server.calls).toHaveLength(9);
  });

  it('wait for a new sign-in when the token is refused', async () => {
    server.error = new CodedError('unauthorized', '请先登录！');
    server.online = false;
    for (let i = 0; i < 3; i++) disk.addRecall(group('g'), `${i}`, `n${i}`);
    const { logs, outbox } = start();
    outbox.kick();
    await until('told', () => logs.includes('unauthorized'));
    await until('all queued', () => disk.recalls.every((job) => job.state === 'queued'));
    const calls = server.calls.length;
    outbox.kick();
    expect(server.calls).toHaveLength(calls);
    expect(logs.filter((line) => line === 'unauthorized')).toHaveLength(1);
    server.error = null;
    server.online = true;
    outbox.kick();
    await until('recalled', () => disk.recalled.length === 3);
  });

  it('are given up as rejected when the answers make no sense', async () => {
    server.error = new TypeError('undefined is not a function');
    disk.addRecall(group('g'), '7', 'a');
    start().outbox.kick();
    await until('denied', () => disk.denied.length === 1);
    expect(server.calls).toHaveLength(5);
    expect(disk.denied[0]).toMatchObject({ reason: 'rejected', detail: null });
  });

  describe('that the server answers with status 500', () => {
    it('are given up after three in a row, once the extras do not show the recall', async () => {
      server.error = failure(500);
      disk.addRecall(group('g'), '7', 'a');
      const asked: unknown[] = [];
      const extraSync = {
        request: (...args: unknown[]): Promise<void> => {
          asked.push([args[1], args[3], server.calls.length]);
          return Promise.resolve();
        },
      };
      start({ extraSync }).outbox.kick();
      await until('denied', () => disk.denied.length === 1);
      expect(disk.denied[0]).toMatchObject({ reason: 'rejected', detail: 'status 500' });
      // The look goes for this very message, after the third answer.
      expect(asked).toEqual([['own', '7', 3]]);
      expect(server.calls).toHaveLength(3);
    });

    it('are done when the extras show that it is recalled after all', async () => {
      server.error = failure(500);
      disk.addRecall(group('g'), '7', 'a');
      const settle = (): Promise<void> => {
        // What applying the extra does.
        disk.recalls = [];
        return Promise.resolve();
      };
      const { logs, outbox } = start({ extraSync: { request: settle } });
      outbox.kick();
      await until('settled', () => logs.some((line) => line.includes('given up')));
      expect(disk.denied).toEqual([]);
      expect(server.calls).toHaveLength(3);
    });

    it('are asked for again while the extras cannot be read: the server is not working', async () => {
      server.error = failure(500);
      disk.addRecall(group('g'), '7', 'a');
      start({ extraSync: { request: down } }).outbox.kick();
      await until('more tries', () => server.calls.length >= 6);
      expect(disk.denied).toEqual([]);
      server.error = null;
      await until('recalled', () => disk.recalled.length === 1);
    });

    it('are no refusal when other failures come between, or a proxy answers', async () => {
      const answers = [500, 500, 502, 500, 500, 503, 504, 502, 503];
      disk.addRecall(group('g'), '7', 'a');
      server.revoke = () => {
        const status = answers.shift();
        if (status !== undefined) throw failure(status);
        return { ok: true, verify: false };
      };
      start({ extraSync: { request: noExtras } }).outbox.kick();
      await until('recalled', () => disk.recalled.length === 1);
      expect(disk.denied).toEqual([]);
      expect(server.calls).toHaveLength(10);
    });
  });

  it('cancelled while the server was asked are still applied if it did it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.gate = promise;
    disk.addRecall(group('g'), '7', 'a');
    start().outbox.kick();
    await until('asked', () => server.calls.length === 1);
    disk.recalls = [];
    resolve();
    await until('recalled', () => disk.recalled.length === 1);
    expect(disk.denied).toEqual([]);
  });

  it('are verified when the server could not tell the others', async () => {
    server.revoke = () => ({ ok: true, verify: true });
    disk.addRecall(group('g'), '7', 'a');
    const { extraRequests, outbox } = start();
    outbox.kick();
    await until('recalled and asked', () => disk.recalled.length === 1 && extraRequests.length === 1);
    expect(extraRequests).toEqual(['2/g']);
  });
});

const react = (messageId: string, emoji: string) =>
  disk.addAction('react', group('g'), { messageId, messageSeq: 1, emoji });

describe('other requests', () => {
  it('are made in order per channel, with what the API needs', async () => {
    disk.addAction('edit', group('g'), {
      messageId: '5',
      messageSeq: 5,
      payload: { type: 1, content: 'new' },
    });
    disk.addAction('deleteForMe', group('g'), {
      messages: [
        { messageId: '6', messageSeq: 6 },
        { messageId: '7', messageSeq: 7 },
      ],
    });
    disk.addAction('markRead', group('g'), { messageSeq: 9 });
    disk.addAction('reminderDone', group('g'), { ids: [1, 2] });
    disk.addAction('reportRead', group('g'), { messageIds: ['3', '4'] });
    const { extraRequests, outbox } = start();
    outbox.kick();
    await until('all done', () => disk.actions.length === 0);
    expect(server.calls).toEqual([
      'edit 5',
      'delete 6,7',
      'clearUnread 2/g 0 9',
      'remindersDone 1,2',
      'readed 2/g 3,4',
    ]);
    expect(extraRequests).toEqual(['2/g']);
  });

  it('send only the last read mark of a channel', async () => {
    for (const messageSeq of [1, 5, 9]) disk.addAction('markRead', group('g'), { messageSeq });
    disk.addAction('markRead', group('h'), { messageSeq: 2 });
    start().outbox.kick();
    await until('all done', () => disk.actions.length === 0);
    expect(server.calls.toSorted()).toEqual(['clearUnread 2/g 0 9', 'clearUnread 2/h 0 2']);
  });

  it('read no more than was seen: a read mark waits until it is known what came since, and says so', async () => {
    let newest: number | null = null;
    disk.addAction('markRead', group('g'), { messageSeq: 9 });
    disk.addAction('reminderDone', group('g'), { ids: [1] });
    const { outbox } = start({ unreadAbove: (_channel, seq) => newest && newest - seq });
    outbox.kick();
    await until('the others', () => disk.actions.length === 1);
    expect(server.calls).toEqual(['remindersDone 1']);
    newest = 14;
    outbox.kick();
    await until('all done', () => disk.actions.length === 0);
    expect(server.calls.at(-1)).toBe('clearUnread 2/g 5 9');
  });

  it('that are held wait for their time whoever kicks, and hold up nothing else of their channel', async () => {
    // The clock stands still.
    const clock = vi.spyOn(Date, 'now').mockReturnValue(1_795_000_000_000);
    const mark = disk.addAction('markRead', group('g'), { messageSeq: 9 });
    mark.nextTryAtMs = Date.now() + READ_HOLD_MS;
    disk.addAction('edit', group('g'), { messageId: '5', messageSeq: 5, payload: {} });
    const { outbox } = start();
    outbox.kick();
    await until('edited', () => disk.actions.length === 1);
    disk.addAction('edit', group('h'), { messageId: '6', messageSeq: 6, payload: {} });
    outbox.kick();
    await until('edited', () => disk.actions.length === 1);
    expect(server.calls).toEqual(['edit 5', 'edit 6']);
    clock.mockReturnValue(mark.nextTryAtMs);
    outbox.kick();
    await until('all done', () => disk.actions.length === 0);
    expect(server.calls).toEqual(['edit 5', 'edit 6', 'clearUnread 2/g 0 9']);
  });

  it('of a later read position are not swallowed by the answer to the one under way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.gate = promise;
    disk.addAction('markRead', group('g'), { messageSeq: 5 });
    const { outbox } = start();
    outbox.kick();
    await until('under way', () => server.calls.length === 1);
    // As the store replaces it.
    disk.actions = [];
    disk.addAction('markRead', group('g'), { messageSeq: 9 });
    outbox.kick();
    resolve();
    await until('all done', () => disk.actions.length === 0);
    expect(server.calls).toEqual(['clearUnread 2/g 0 5', 'clearUnread 2/g 0 9']);
  });

  it('wait for the network without overtaking each other', async () => {
    server.httpDown = true;
    disk.addAction('edit', group('g'), { messageId: '5', messageSeq: 5, payload: {} });
    disk.addAction('edit', group('g'), { messageId: '6', messageSeq: 6, payload: {} });
    start().outbox.kick();
    await until('tries', () => server.calls.length >= 3);
    expect(new Set(server.calls)).toEqual(new Set(['edit 5']));
    server.httpDown = false;
    await until('all done', () => disk.actions.length === 0);
    expect(server.calls.slice(-2)).toEqual(['edit 5', 'edit 6']);
  });

  it('of a kind only a newer version knows are dropped, and the channel goes on', async () => {
    disk.addAction('paint' as 'edit', group('g'), {});
    disk.addAction('markRead', group('g'), { messageSeq: 9 });
    const { logs, outbox } = start();
    outbox.kick();
    await until('done', () => disk.actions.length === 0);
    expect(server.calls).toEqual(['clearUnread 2/g 0 9']);
    expect(logs).toEqual(['warn: paint 1 dropped: badArgument']);
  });

  it('of reactions ask only for what the server does not have, and read that first after a lost answer', async () => {
    const read: string[] = [];
    const { outbox, store } = start({
      reactionSync: {
        request: async () => {
          read.push('read');
          if (read.length === 1) store.own.set('7', '👍');
        },
      },
    });
    store.own.set('8', '🎉');
    store.own.set('9', '❤');
    server.httpDown = true;
    react('7', '👍');
    outbox.kick();
    await until('one try', () => server.calls.includes('react 7 👍'));
    server.httpDown = false;
    await until('found done', () => disk.actions.length === 0);
    expect(server.calls.filter((call) => call.startsWith('react 7'))).toEqual(['react 7 👍']);
    for (const [messageId, emoji] of [
      ['8', ''],
      ['9', '❤️'],
      ['10', '😂'],
      ['11', ''],
    ] as const)
      react(messageId, emoji);
    outbox.kick();
    await until('done', () => disk.actions.length === 0);
    expect(server.calls.slice(1)).toEqual(['react 8 🎉', 'react 10 😂']);
    expect([store.mine('8'), store.mine('10')]).toEqual(['', '😂']);
  });

  it('of pins read what the server has first, and ask only where that is not what is wished', async () => {
    const read: string[] = [];
    const { outbox, store } = start({
      pinSync: {
        request: async () => {
          read.push('read');
          // Somebody else was faster.
          if (read.length === 1) store.pinned.add('7');
        },
      },
    });
    const pin = (messageId: string, on: boolean): void =>
      void disk.addAction('pin', group('g'), { messageId, messageSeq: 1, on });
    store.pinned.add('8');
    pin('7', true);
    pin('8', false);
    pin('9', true);
    pin('10', false);
    outbox.kick();
    await until('done', () => disk.actions.length === 0);
    expect(server.calls).toEqual(['pin 8', 'pin 9']);
    expect([...store.pinned].sort()).toEqual(['7', '9']);
    disk.addAction('unpinAll', group('g'), {});
    outbox.kick();
    await until('none', () => disk.actions.length === 0);
    expect([server.calls.at(-1), store.pinned.size]).toEqual(['unpinAll 2/g', 0]);
  });

  it('of a pin are dropped with the reason when the server refuses', async () => {
    const refused: string[] = [];
    const { outbox, store } = start({
      onActionRefused: ({ kind }, message) => refused.push(`${kind}: ${message}`),
    });
    server.error = new RefusedError('置顶数量已达到上限', null, null);
    disk.addAction('pin', group('g'), { messageId: '7', messageSeq: 1, on: true });
    outbox.kick();
    await until('dropped', () => disk.actions.length === 0);
    expect(refused).toEqual(['pin: 置顶数量已达到上限']);
    expect(store.pinned.size).toBe(0);
  });

  const ABOUT = {
    edit: { payload: { type: 1, content: 'words' } },
    react: { emoji: '👍' },
    pin: { on: true },
  } as const;
  const about = (kind: keyof typeof ABOUT) =>
    disk.addAction(kind, group('g'), { messageId: '7', messageSeq: 7, ...ABOUT[kind] });

  it.each(['edit', 'react', 'pin'] as const)(
    'of a message that is being recalled (%s) wait for the outcome, hold up nothing, and go with it',
    async (kind) => {
      const { resolve } = outcome();
      about(kind);
      disk.addRecall(group('g'), '7', 'a');
      disk.addAction('markRead', group('g'), { messageSeq: 9 });
      const { outbox } = start();
      outbox.kick();
      await until('the others are done', () => disk.actions.length === 1);
      expect(disk.actions.map((job) => job.kind)).toEqual([kind]);
      resolve({ ok: true, verify: false });
      await until('recalled', () => disk.recalled.length === 1);
      outbox.kick();
      expect([disk.actions, toldOf()]).toEqual([[], []]);
    },
  );

  it.each(['edit', 'react', 'pin'] as const)(
    'of a message whose recall is denied (%s) go out then, by themselves',
    async (kind) => {
      const { resolve } = outcome();
      about(kind);
      disk.addRecall(group('g'), '7', 'a');
      start().outbox.kick();
      await until('asked', () => server.calls.includes('revoke 7'));
      expect(toldOf()).toEqual([]);
      resolve({ ok: false, reason: 'late', detail: '' });
      await until('gone out', () => disk.actions.length === 0);
      expect(toldOf()).toHaveLength(1);
    },
  );

  it.each([
    ['was recalled', 'pin', true],
    ['is being recalled', 'pin', false],
    ['was recalled', 'react', true],
    ['is being recalled', 'react', false],
  ] as const)('tell nobody of a message that %s while the server was read (%s)', async (_, kind, done) => {
    const read = Promise.withResolvers<void>();
    let reads = 0;
    const request = (): Promise<void> => {
      reads += 1;
      return read.promise;
    };
    const revoked = outcome();
    // After a lost answer a reaction is read first; a pin always is.
    about(kind).attempts = 1;
    const { outbox, store } = start({ pinSync: { request }, reactionSync: { request } });
    outbox.kick();
    await until('the server is read', () => reads === 1);
    const recall = { channel: group('g'), messageId: '7', clientMsgNo: 'a', revoker: 'bob' };
    if (done) store.applyRecall({ ...recall, version: 3, source: 'cmd', startedAt: 0 });
    else disk.addRecall(group('g'), '7', 'a');
    read.resolve();
    outbox.kick();
    if (!done)
      await until(
        'asked, and it still waits',
        () => server.calls.includes('revoke 7') && disk.actions.length === 1,
      );
    revoked.resolve({ ok: true, verify: false });
    await until('all is over', () => disk.actions.length + disk.recalls.length === 0);
    await outbox.close();
    expect([toldOf(), store.pinned.size, store.own.size]).toEqual([[], 0, 0]);
  });

  it('refused because their message was recalled meanwhile: of them nobody is told', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.gate = promise;
    server.error = new CodedError('refused', '消息已撤回');
    about('edit');
    disk.addAction('deleteForMe', group('g'), { messages: [] });
    const refused: string[] = [];
    const { outbox, store } = start({ onActionRefused: ({ kind }) => refused.push(kind) });
    outbox.kick();
    await until('on its way', () => toldOf().length === 1);
    const recall = { channel: group('g'), messageId: '7', clientMsgNo: 'a', revoker: 'bob' };
    store.applyRecall({ ...recall, version: 3, source: 'cmd', startedAt: 0 });
    resolve();
    await until('the next was answered, too', () => disk.actions.length === 0);
    expect(refused).toEqual(['deleteForMe']);
  });

  it('wait as long as the server asks for, whatever the page of its proxy says', async () => {
    server.error = new NoAnswerError('status 429', { status: 429, retryAfterMs: 120 });
    const job = disk.addAction('deleteForMe', group('g'), { messages: [] });
    const startedAt = Date.now();
    start({ timings: { ...FAST, backoffMaxMs: 1_000 } }).outbox.kick();
    await until('it waits', () => job.attempts === 1);
    expect(job.nextTryAtMs - startedAt).toBeGreaterThan(60);
    server.error = null;
    await until('done', () => disk.actions.length === 0);
    expect(server.calls).toHaveLength(2);
  });

  it('are tried again when the refusal is TSDD in trouble', async () => {
    server.error = new RefusedError('查询消息失败！', null, null);
    const job = disk.addAction('edit', group('g'), { messageId: '7', messageSeq: 7, payload: {} });
    const refused: unknown[] = [];
    start({ onActionRefused: (action) => refused.push(action) }).outbox.kick();
    await until('two tries', () => server.calls.length >= 2);
    server.error = null;
    await until('done', () => !disk.actions.includes(job));
    expect(refused).toEqual([]);
  });

  it('are dropped when refused, and somebody is told', async () => {
    server.error = new CodedError('refused', '消息不存在！');
    disk.addAction('edit', group('g'), { messageId: '5', messageSeq: 5, payload: {} });
    const refused: string[] = [];
    start({ onActionRefused: (job, message) => refused.push(`${job.kind}: ${message}`) }).outbox.kick();
    await until('dropped', () => disk.actions.length === 0);
    expect(refused).toEqual(['edit: 消息不存在！']);
  });

  it('that another version stored in another shape are dropped, named without content', async () => {
    disk.addAction('edit', group('g'), { messageId: 'SECRET', text: 'SECRET' });
    disk.addAction('markRead', group('g'), { messageSeq: 9 });
    const refused: string[] = [];
    const { logs, outbox } = start({ onActionRefused: (_, message) => refused.push(message) });
    outbox.kick();
    await until('done', () => disk.actions.length === 0);
    expect(refused).toEqual(['stored edit job: messageId is not usable']);
    expect(server.calls).toEqual(['clearUnread 2/g 0 9']);
    expect(logs.join()).not.toContain('SECRET');
  });
});

describe('close', () => {
  it('lets what is under way end, starts nothing new, and leaves the rest on disk', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.gate = promise;
    disk.addSend(group('g'), 'a');
    disk.addSend(group('g'), 'b');
    const { outbox } = start({ timings: { ...FAST, closeGraceMs: 5_000 } });
    outbox.kick();
    await until('under way', () => server.inFlight === 1);
    const closed = outbox.close();
    resolve();
    await closed;
    expect(disk.acknowledged.map((row) => row.clientMsgNo)).toEqual(['a']);
    expect(disk.sends.map((job) => [job.clientMsgNo, job.state])).toEqual([['b', 'queued']]);
    outbox.kick();
    expect(server.log).toHaveLength(1);
  });

  it('does not wait for ever, and does not touch the store afterwards', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.gate = promise;
    disk.addSend(group('g'), 'a');
    const { outbox, store } = start();
    outbox.kick();
    await until('under way', () => server.inFlight === 1);
    await outbox.close();
    const { writes } = store;
    resolve();
    await promise;
    await new Promise((done) => setImmediate(done));
    expect(store.writes).toBe(writes);
    expect([...disk.ahead]).toEqual([disk.sends[0]?.id]);
  });
});

it.each([
  ['TSDD in trouble', new RefusedError('查询频道设置错误！', null, null), 1],
  ['TSDD in trouble', new RefusedError('获取频道信息失败', null, null), 1],
  ['no network', new CodedError('network', 'status 503'), 1],
  ['a no', new RefusedError('频道不存在！', null, null), 0],
])('a first message waits for the auto-delete time: %s (%s)', async (_, error, waits) => {
  server.autoDelete = 60;
  server.flame = 10;
  server.error = error;
  const job = disk.addSend(group('g'), 'a', { expire: EXPIRE_UNKNOWN });
  start().outbox.kick();
  await until('asked', () => server.calls.length >= 1 + waits);
  // Whatever is waited for comes before the SEND.
  expect(waits * server.expires.length).toBe(0);
  server.error = null;
  await until('sent', () => disk.sends.length === 0);
  expect(server.expires).toEqual([waits > 0 ? 60 : 0]);
  expect(job.payload['flame_second']).toBe(waits > 0 ? 10 : undefined);
});
