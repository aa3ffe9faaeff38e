/** Messages with an attachment: uploaded first, sent in their turn, once, whatever goes wrong in between. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CodedError } from '../../../shared/ipc/result.ts';
import { TransferError } from '../api/file-transfer.ts';
import { NoAnswerError } from '../api/http.ts';
import { Stopped } from '../media/stopped.ts';
import type { SendJob } from '../store/jobs.ts';
import type { Outbox } from './outbox-api.ts';
import { Disk, group, person } from './testing/memory-store.ts';
import { FAST, ModelServer, startOutbox } from './testing/model-server.ts';

let disk: Disk;
let server: ModelServer;
/** Uploads asked for, by client number; each gets the next answer, an address when there is none. */
let uploads: string[];
let answers: (Error | Promise<string>)[];
const running: Outbox[] = [];

const attachment = { file: 'f'.repeat(32), mime: 'image/png', size: 5, extension: 'png' };
const addImage = (channel = person('bob'), clientMsgNo = 'image'): SendJob =>
  disk.addSend(channel, clientMsgNo, { payload: { type: 2, url: '', width: 1, height: 1 }, attachment });

async function upload(job: SendJob): Promise<string> {
  uploads.push(job.clientMsgNo);
  const answer = answers.shift();
  if (answer instanceof Error) throw answer;
  return (await answer) ?? `file/${uploads.length}.png`;
}

function start(timings = {}): ReturnType<typeof startOutbox> {
  const made = startOutbox(disk, server, { attachments: { upload }, timings: { ...FAST, ...timings } });
  running.push(made.outbox);
  return made;
}
const until = (description: string, value: () => boolean): Promise<void> =>
  vi.waitFor(
    () => {
      if (!value()) throw new Error(`still waiting: ${description}`);
    },
    { timeout: 3_000, interval: 2 },
  );
const sent = (): string[] => server.log.map((row) => row.clientMsgNo);

beforeEach(() => {
  disk = new Disk();
  server = new ModelServer();
  [uploads, answers] = [[], []];
});
afterEach(async () => {
  for (const outbox of running.splice(0)) await outbox.close();
});

describe('a message with an attachment', () => {
  it('is sent after its upload, and what was written after it comes after it', async () => {
    const through = Promise.withResolvers<string>();
    answers = [through.promise];
    addImage();
    disk.addSend(person('bob'), 'words');
    disk.addSend(group('g'), 'elsewhere');
    start().outbox.kick();
    await until('the other conversation', () => sent().includes('elsewhere'));
    expect([sent(), disk.sends.map(({ state }) => state)]).toEqual([['elsewhere'], ['queued', 'queued']]);
    through.resolve('file/x.png');
    await until('all', () => disk.acknowledged.length === 3);
    expect(sent()).toEqual(['elsewhere', 'image', 'words']);
    expect(uploads).toEqual(['image']);
  });

  it('three at a time, in the order of composing', async () => {
    const through = Promise.withResolvers<string>();
    answers = [1, 2, 3].map(() => through.promise);
    for (const no of ['1', '2', '3', '4', '5']) addImage(group('g'), no);
    start().outbox.kick();
    await until('three', () => uploads.length === 3);
    through.resolve('file/x.png');
    await until('all', () => disk.acknowledged.length === 5);
    expect(sent()).toEqual(['1', '2', '3', '4', '5']);
  });

  it('waits for the network and goes on by itself', async () => {
    answers = [new TransferError('network', 'down'), new CodedError('network', 'status 502')];
    addImage();
    start().outbox.kick();
    await until('sent', () => disk.acknowledged.length === 1);
    expect(uploads).toEqual(['image', 'image', 'image']);
    expect(sent()).toEqual(['image']);
  });

  it('waits as long as the server asks for', async () => {
    const at: number[] = [];
    answers = [new NoAnswerError('status 429', { status: 429, retryAfterMs: 120 })];
    addImage();
    const timings = { ...FAST, backoffMaxMs: 1_000 };
    const timed = (job: SendJob): Promise<string> => {
      at.push(performance.now());
      return upload(job);
    };
    const { outbox } = startOutbox(disk, server, { attachments: { upload: timed }, timings });
    running.push(outbox);
    outbox.kick();
    await until('sent', () => disk.acknowledged.length === 1);
    const [first = 0, second = 0] = at;
    expect(second - first).toBeGreaterThan(60);
  });

  it('does not wait out its pause when the connection is back', async () => {
    answers = [new TransferError('network', 'down')];
    addImage();
    const { outbox, logs } = start({ backoffFirstMs: 3_600_000, backoffMaxMs: 3_600_000 });
    outbox.kick();
    await until('failed', () => logs.some((line) => line.includes('tried again')));
    outbox.kick();
    await until('sent', () => disk.acknowledged.length === 1);
    expect(uploads).toEqual(['image', 'image']);
  });

  it.each(['missing', 'tooLarge', 'refused'] as const)(
    'that is %s fails with the reason; what waits behind it goes on',
    async (reason) => {
      answers = [new TransferError(reason, 'the server’s text')];
      const { id } = addImage();
      disk.addSend(person('bob'), 'words');
      start().outbox.kick();
      await until('the words', () => sent().includes('words'));
      expect(disk.sends).toMatchObject([{ id, state: 'failed', reason, detail: 'the server’s text' }]);
      expect(uploads).toEqual(['image']);
    },
  );

  it('cancelled by the user fails as that, and can be tried again', async () => {
    answers = [new Stopped('user')];
    addImage();
    const { outbox, store } = start();
    outbox.kick();
    await until('failed', () => disk.sends[0]?.state === 'failed');
    expect(disk.sends[0]).toMatchObject({ reason: 'cancelled', detail: null });
    store.updateSend(disk.sends[0]?.id ?? 0, { state: 'queued', reason: null });
    outbox.kick();
    await until('sent', () => disk.acknowledged.length === 1);
  });

  it('asks for a sign-in when the token is refused, and stays', async () => {
    answers = [new CodedError('unauthorized', 'no')];
    addImage();
    const { outbox, logs } = start();
    outbox.kick();
    await until('told', () => logs.includes('unauthorized'));
    expect(disk.sends).toMatchObject([{ state: 'queued', payload: { url: '' } }]);
  });

  it('offline nothing is uploaded', async () => {
    server.online = false;
    addImage();
    start().outbox.kick();
    await Promise.resolve();
    expect(uploads).toEqual([]);
    expect(disk.sends).toHaveLength(1);
  });
});

describe('a process that dies', () => {
  it('between the upload and its note uploads again and sends once', async () => {
    addImage();
    const first = start();
    first.store.dieAtWrite = first.store.writes + 1;
    first.outbox.kick();
    await until('dead', () => first.store.dead);
    expect([sent(), disk.sends[0]?.payload['url'] !== undefined]).toEqual([[], true]);
    start().outbox.kick();
    await until('sent', () => disk.acknowledged.length === 1);
    expect(sent()).toEqual(['image']);
    expect(uploads.length).toBeLessThanOrEqual(2);
  });

  it.each([2, 3, 4])('at write %i after the upload sends once, without uploading again', async (write) => {
    addImage();
    const first = start();
    first.store.dieAtWrite = first.store.writes + write;
    first.outbox.kick();
    await until('dead or done', () => first.store.dead || disk.acknowledged.length === 1);
    first.store.die();
    const second = start();
    await until('sent', () => {
      second.outbox.kick();
      return disk.acknowledged.length === 1;
    });
    expect(sent()).toEqual(['image']);
    expect(uploads).toEqual(['image']);
    expect(disk.sends).toEqual([]);
  });
});
