/** What the outbox promises whatever happens: every message once, in order; every recall done. */
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type ChannelRef, parseChannelKey } from '../../../shared/domain.ts';
import { Disk, group, ME } from './testing/memory-store.ts';
import { ModelServer, type SendFate, startOutbox } from './testing/model-server.ts';

function until(description: string, value: () => boolean): Promise<void> {
  return vi.waitFor(
    () => {
      if (!value()) throw new Error(`still waiting: ${description}`);
    },
    { timeout: 5_000, interval: 1 },
  );
}

const settled = (disk: Disk): boolean =>
  disk.sends.every((job) => job.state === 'failed') && disk.recalls.length === 0 && disk.actions.length === 0;

describe('a process that dies at any of its writes', () => {
  const writes = Array.from({ length: 24 }, (_, i) => i + 1);
  it.each([
    ...writes.map((dieAtWrite) => ({ dieAtWrite, taken: 'nothing' })),
    ...writes.map((dieAtWrite) => ({ dieAtWrite, taken: 'one write' })),
    ...writes.map((dieAtWrite) => ({ dieAtWrite, taken: 'all it may' })),
  ])(
    'write $dieAtWrite, a power cut takes $taken: nothing lost, nothing doubled',
    async ({ dieAtWrite, taken }) => {
      const disk = new Disk();
      const server = new ModelServer();
      // Two are marked with the first, the others while those are under way.
      for (const no of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']) disk.addSend(group('a'), no);
      disk.addSend(group('b'), 'b1');
      disk.addSend(group('b'), 'b2', { state: 'queued' });
      disk.addRecall(group('a'), '500', 'old');
      disk.addAction('markRead', group('a'), { messageSeq: 3 });
      // b1 was recalled while it was under way.
      server.fate = (no) => {
        const job = disk.sends.find((candidate) => candidate.clientMsgNo === no);
        if (no === 'b1' && job) {
          job.recallOnAck = true;
          disk.begin(true);
        }
        return 'ack';
      };

      const first = startOutbox(disk, server);
      first.store.dieAtWrite = dieAtWrite;
      first.outbox.kick();
      await until('dead or done', () => first.store.dead || settled(disk));
      first.store.die();
      await first.outbox.close();
      disk.lose({ nothing: 0, 'one write': Math.min(1, disk.unsynced) }[taken] ?? disk.unsynced);

      const second = startOutbox(disk, server);
      second.outbox.kick();
      // A recall job that an acknowledgement has just made waits for the next look at the jobs.
      await until('done', () => {
        second.outbox.kick();
        return settled(disk);
      });
      await second.outbox.close();

      expect(server.log.filter((row) => row.channel === '2/a').map((row) => row.clientMsgNo)).toEqual([
        'a1',
        'a2',
        'a3',
        'a4',
        'a5',
        'a6',
      ]);
      expect(server.log.filter((row) => row.channel === '2/b').map((row) => row.clientMsgNo)).toEqual([
        'b1',
        'b2',
      ]);
      expect(disk.acknowledged.map((row) => row.clientMsgNo).toSorted()).toEqual([
        'a1',
        'a2',
        'a3',
        'a4',
        'a5',
        'a6',
        'b1',
        'b2',
      ]);
      const b1 = server.log.find((row) => row.clientMsgNo === 'b1')?.messageId;
      expect(new Set(disk.recalled.map((recall) => recall.messageId))).toEqual(new Set(['500', b1]));
    },
  );
});

/** As `messages.recall` does it. Answers whether anything is left that can be sent. */
function recall(
  { store }: ReturnType<typeof startOutbox>,
  channel: ChannelRef,
  clientMsgNo: string,
): boolean {
  const job = store.sendJob(channel, `${ME}:${clientMsgNo}`);
  if (!job) return true;
  if (job.state === 'sending' || (job.state === 'queued' && job.attempts > 0)) {
    store.updateSend(job.id, { recallOnAck: true });
    return true;
  }
  store.removeSend(job.id);
  return false;
}

describe('random interleavings', () => {
  type Step =
    | 'crash'
    | 'offline'
    | 'online'
    | 'httpDown'
    | 'httpUp'
    | 'kick'
    | { compose: number }
    | { recall: number }
    /** A forward of one of three sources, and the recall of one. */
    | { forward: number }
    | { ask: number }
    | { powerCut: number };

  const fate = fc.oneof(
    { weight: 6, arbitrary: fc.constant<SendFate>('ack') },
    { weight: 2, arbitrary: fc.constant<SendFate>('loseAck') },
    { weight: 2, arbitrary: fc.constant<SendFate>('loseSend') },
    { weight: 1, arbitrary: fc.constantFrom(3, 4, 13, 22).map((refuse): SendFate => ({ refuse })) },
  );
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.nat(2).map((compose): Step => ({ compose })) },
    { weight: 2, arbitrary: fc.nat(20).map((recall): Step => ({ recall })) },
    { weight: 2, arbitrary: fc.nat(2).map((forward): Step => ({ forward })) },
    { weight: 1, arbitrary: fc.nat(2).map((ask): Step => ({ ask })) },
    { weight: 1, arbitrary: fc.nat(6).map((powerCut): Step => ({ powerCut })) },
    {
      weight: 3,
      arbitrary: fc.constantFrom<Step>('crash', 'offline', 'online', 'httpDown', 'httpUp', 'kick'),
    },
  );

  it('keep each channel in order, lose or double nothing, recall what was recalled on its way, and send no forward of what is asked back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 30 }),
        fc.array(fate, { maxLength: 40 }),
        async (steps, fates) => {
          const disk = new Disk();
          const server = new ModelServer();
          const composed: { channel: string; clientMsgNo: string; of?: string }[] = [];
          /** By source whose recall is asked for: the forwards of it that had left, or were leaving. */
          const asked = new Map<string, Set<string>>();
          const recalled = new Set<string>();
          const withdrawn = new Set<string>();
          let drawn = 0;
          server.fate = () => fates[drawn++] ?? 'ack';
          let current = startOutbox(disk, server);
          for (const action of steps) {
            if (typeof action === 'object' && 'compose' in action) {
              const clientMsgNo = `m${composed.length}`;
              composed.push({ channel: `2/g${action.compose}`, clientMsgNo });
              disk.addSend(group(`g${action.compose}`), clientMsgNo);
              current.outbox.kick();
            } else if (typeof action === 'object' && 'forward' in action) {
              const [clientMsgNo, of] = [`m${composed.length}`, `source-${action.forward}`];
              // Of what is recalled there is nothing to forward.
              if (asked.has(of)) continue;
              composed.push({ channel: '2/g0', clientMsgNo, of });
              disk.addSend(group('g0'), clientMsgNo, { forwardOf: of });
              current.outbox.kick();
            } else if (typeof action === 'object' && 'ask' in action) {
              const of = `source-${action.ask}`;
              if (asked.has(of)) continue;
              const leaving = disk.sends.filter(
                ({ clientMsgNo }) =>
                  current.store.sendJob(group('g0'), `${ME}:${clientMsgNo}`)?.state === 'sending',
              );
              asked.set(of, new Set([...server.log, ...leaving].map(({ clientMsgNo }) => clientMsgNo)));
              disk.addRecall(group('elsewhere'), of, '');
              disk.begin(true);
              current.outbox.kick();
            } else if (typeof action === 'object' && 'recall' in action) {
              const row = composed[action.recall];
              if (!row) continue;
              const waits = disk.sends.some((job) => job.clientMsgNo === row.clientMsgNo && !job.recallOnAck);
              if (!waits) continue;
              if (recall(current, parseChannelKey(row.channel), row.clientMsgNo))
                recalled.add(row.clientMsgNo);
              else withdrawn.add(row.clientMsgNo);
              current.outbox.kick();
            } else if (action === 'crash' || typeof action === 'object') {
              current.store.die();
              await current.outbox.close();
              if (typeof action === 'object') disk.lose(Math.min(action.powerCut, disk.unsynced));
              current = startOutbox(disk, server);
              current.outbox.kick();
            } else if (action === 'offline') {
              server.online = false;
            } else if (action === 'online') {
              server.online = true;
              current.outbox.kick();
            } else if (action === 'kick') {
              current.outbox.kick();
            } else {
              server.httpDown = action === 'httpDown';
            }
            await Promise.resolve();
          }
          server.httpDown = false;
          await until('settled', () => {
            server.online = true;
            current.outbox.kick();
            return settled(disk);
          });
          await current.outbox.close();

          for (const { clientMsgNo } of server.log) expect(withdrawn).not.toContain(clientMsgNo);
          const done = new Set(disk.recalled.map((one) => one.messageId));
          for (const { messageId } of server.log.filter((row) => recalled.has(row.clientMsgNo)))
            expect(done).toContain(messageId);
          const isAsked = (no: string): boolean =>
            composed.some(({ clientMsgNo, of }) => clientMsgNo === no && of !== undefined && asked.has(of));
          const wrong = composed.filter(
            ({ clientMsgNo, of = '' }) =>
              server.log.some((row) => row.clientMsgNo === clientMsgNo) &&
              asked.get(of)?.has(clientMsgNo) === false,
          );
          expect(wrong).toEqual([]);
          // What was recalled and did not arrive never leaves; a refusal of it is not kept.
          const arrived = new Set(server.log.map((row) => row.clientMsgNo));
          const failed = new Set([
            ...disk.sends.map((job) => job.clientMsgNo),
            ...[...recalled, ...withdrawn].filter((no) => !arrived.has(no)),
          ]);
          for (const channel of ['2/g0', '2/g1', '2/g2']) {
            const expected = composed
              .filter((row) => row.channel === channel && !failed.has(row.clientMsgNo))
              .map((row) => row.clientMsgNo)
              .filter((no) => !isAsked(no));
            const numbers = (rows: readonly { channel: string; clientMsgNo: string }[]): string[] =>
              rows
                .filter((row) => row.channel === channel && !isAsked(row.clientMsgNo))
                .map((row) => row.clientMsgNo);
            expect(numbers(server.log)).toEqual(expected);
            expect(numbers(disk.acknowledged)).toEqual(expected);
          }
          expect(server.maxInFlightOfOneChannel).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 300 },
    );
  });
});
