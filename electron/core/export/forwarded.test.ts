/** Merged forwards in an export: what they hold, how deep, and what a recall takes out of them. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { entryKey, entryOfKey } from '../../../shared/content/history-content.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { ExportOrder } from '../../../shared/ipc/worker-protocol.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { extraOf, GROUP, idOf, message, START, text } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { scanForResidue } from '../residue/residue-scanner.ts';
import { ChatExports } from './chat-exports.ts';

const OTHER = { channelId: 'g-other', channelType: 2 };
const FORWARD = 'u-bob:no-9';
const fixture = useFixture();
let folder: string;
let exports: ChatExports;
let asked: string[];
/** Before the second file is read. */
let meanwhile: () => void;

beforeEach(() => {
  folder = tempFolder('wukong-forwarded-');
  [asked, meanwhile] = [[], () => undefined];
  exports = new ChatExports({
    accountDir: fixture.dir,
    store: fixture.store,
    async fileFor(_channel, key) {
      asked.push(key);
      if (asked.length === 2) meanwhile();
      const { path: [first] = [] } = entryOfKey(key) ?? {};
      if (first === 3) throw new CodedError('network', 'not reached');
      const path = join(fixture.dir, 'a-file');
      writeFileSync(path, first === 1 ? 'Zq7Xbytes' : 'bytes');
      return { path, name: first === 1 ? 'Zq7Xname.pdf' : 'kept.pdf' };
    },
    soundFor: async () => null,
    fetchRange: async () => undefined,
    tell: () => undefined,
    now: () => fixture.nowMs,
    log: () => undefined,
  });
  const range = { channel: GROUP, fromSeq: 1, toSeq: 9 };
  fixture.store.messages.ingest([message(9, { payload: forward })], 'history', range);
});
afterEach(async () => {
  await exports.close();
  rmSync(folder, { recursive: true });
});

const entry = (id: number, payload: Record<string, unknown>) => ({
  message_id: idOf(id),
  from_uid: 'u-ann',
  timestamp: START + id,
  payload,
});
const inside = (depth: number): Record<string, unknown> => ({
  type: 11,
  channel_type: 2,
  users: [],
  msgs: [entry(600 + depth, text(`level${depth}`)), ...(depth < 5 ? [entry(700, inside(depth + 1))] : [])],
});
const forward = {
  type: 11,
  channel_type: 2,
  users: [{ uid: 'u-ann', name: 'Ann <b>' }],
  msgs: [
    entry(501, text('two\nlines <script>')),
    entry(502, { type: 8, url: 'file/a', name: 'Zq7Xsecret.pdf', size: 3 }),
    entry(503, { type: 8, url: 'file/b', name: 'kept.pdf', size: 3 }),
    entry(504, { type: 8, url: 'file/c', name: 'lost.pdf', size: 3 }),
    entry(505, inside(2)),
  ],
};
const target = (): string => join(folder, 'chat.out');
const write = (format: ExportOrder['format'], media = true) =>
  exports.write({
    channel: GROUP,
    since: null,
    until: null,
    path: target(),
    format,
    media,
    name: 'Cats',
    language: 'en',
  });
const recallAway = (id: number): void =>
  fixture.store.messages.applyExtras(
    OTHER,
    [extraOf(idOf(id), { revoke: true, revoker: 'u-ann', version: id })],
    'extra',
    0,
  );

const planned = (): number => exports.plan({ channel: GROUP, since: null, until: null }).mediaBytes;
/** With these and nothing else in it. */
const deep = (files: Record<string, unknown>[], depth = 1): Record<string, unknown> => ({
  type: 11,
  channel_type: 2,
  users: [],
  msgs: files.map((payload, at) => entry(800 + at + 10 * depth, payload)),
});

describe('a merged forward', () => {
  it('is written with what it holds, three levels deep, in each format', async () => {
    expect(await write('txt')).toMatchObject({ messages: 1, recalled: 0, missingFiles: 1 });
    const lines = readFileSync(target(), 'utf8').split('\n');
    const from = lines.findIndex((line) => line.startsWith('| '));
    expect(lines.slice(from).map((line) => line.replaceAll(/\[\d{4}-[^\]]*\]/g, '[t]'))).toEqual([
      '| [t] Ann <b>: two',
      '| lines <script>',
      expect.stringMatching(/^\| \[t\] Ann <b>: .*Zq7Xsecret\.pdf.* → chat_files\/00001-Zq7Xname\.pdf$/),
      expect.stringMatching(/^\| \[t\] Ann <b>: .*kept\.pdf.* → chat_files\/00002-kept\.pdf$/),
      expect.stringMatching(/^\| \[t\] Ann <b>: .*lost\.pdf.* \(file not exported\)$/),
      expect.stringMatching(/^\| \[t\] Ann <b>: /),
      expect.stringMatching(/^\| \| \[t\] .*: level2$/),
      expect.stringMatching(/^\| \| \[t\] /),
      expect.stringMatching(/^\| \| \| \[t\] .*: level3$/),
      expect.stringMatching(/^\| \| \| \[t\] /),
      '| | | | (Chat history that lies deeper is not exported)',
      '',
    ]);
    expect(readdirSync(join(folder, 'chat_files'))).toEqual(['00001-Zq7Xname.pdf', '00002-kept.pdf']);
    rmSync(target());
    rmSync(join(folder, 'chat_files'), { recursive: true });

    await write('html');
    const html = readFileSync(target(), 'utf8');
    expect(html).toContain('<bdi class="who">Ann &lt;b&gt;</bdi>');
    expect(html).toContain('lines &lt;script&gt;');
    expect(html).toContain('href="chat_files/00002-kept.pdf" download>kept.pdf</a>');
    expect(html.match(/class="forwarded"/g)).toHaveLength(4);
    expect([html.includes('level3'), html.includes('level4')]).toEqual([true, false]);
    rmSync(target());
    rmSync(join(folder, 'chat_files'), { recursive: true });

    await write('json', false);
    const { messages } = JSON.parse(readFileSync(target(), 'utf8')) as { messages: Said[] };
    interface Said {
      type: string;
      text: string;
      missing?: boolean;
      forwarded?: { messages: Said[]; recalled: number; notKept: number } | null;
    }
    const level = messages[0]?.forwarded;
    expect(level).toMatchObject({
      recalled: 0,
      notKept: 0,
      messages: [{ text: 'two\nlines <script>' }, {}, {}, {}, {}],
    });
    const third = level?.messages[4]?.forwarded?.messages[1]?.forwarded;
    expect(third?.messages).toMatchObject([{ text: 'level3' }, { type: 'history', forwarded: null }]);
    // Without files none is claimed to be missing.
    expect(readFileSync(target(), 'utf8')).not.toContain('missing');
  });

  it('leaves out what is known as recalled, and says how many', async () => {
    recallAway(502);
    recallAway(602);
    expect(await write('txt')).toMatchObject({ missingFiles: 1 });
    const said = readFileSync(target(), 'utf8');
    expect(said).not.toMatch(/Zq7X|level2/);
    expect(said).toContain('\n| (1 message was recalled and is not exported)');
    expect(said).toContain('\n| | (1 message was recalled and is not exported)');
    expect(asked).not.toContain(entryKey(FORWARD, [1]));
  });

  it.each([
    ['learnt', () => recallAway(502)],
    [
      'asked for by me',
      () =>
        void fixture.store.outbox.addRecall({
          channel: OTHER,
          messageKey: 'u-me:x',
          messageId: idOf(502),
          clientMsgNo: 'x',
        }),
    ],
  ])('an entry whose recall is %s while it is written leaves it, with its file', async (_how, take) => {
    meanwhile = take;
    await write('html');
    expect(asked.slice(0, 2)).toEqual([entryKey(FORWARD, [1]), entryKey(FORWARD, [2])]);
    expect(scanForResidue([folder], ['Zq7Xsecret', 'Zq7Xbytes', 'Zq7Xname'])).toEqual([]);
    expect(readdirSync(join(folder, 'chat_files'))).toHaveLength(1);
    expect(readFileSync(target(), 'utf8')).toContain('1 message was recalled');
  });

  it('burns, and is not written', async () => {
    const burning = message(10, { payload: { ...forward, flame: 1, flame_second: 9 } });
    fixture.store.messages.ingest([burning], 'history', { channel: GROUP, fromSeq: 9, toSeq: 10 });
    expect(await write('txt')).toMatchObject({ messages: 2 });
    expect(readFileSync(target(), 'utf8').match(/level2/g)).toHaveLength(1);
  });

  it('is as large as its files are, of the levels that are written', async () => {
    expect(planned()).toBe(9);
    const file = { file: 'a'.repeat(32), mime: '', bytes: 500 };
    fixture.store.media.add(GROUP, entryKey(FORWARD, [1]), file);
    expect(planned()).toBe(506);
    recallAway(502);
    expect(planned()).toBe(6);
    const image = { type: 2, url: 'file/i', width: 1, height: 1 };
    const third = deep([image, deep([image, image])], 3);
    const kinds = [
      { type: 4, url: 'file/s', timeTrad: 2 },
      { type: 5, url: 'file/v', cover: 'file/c', size: 70_000, width: 1, height: 1, second: 1 },
      { type: 14, content: ['words', { type: 'image', url: 'file/preview/p' }] },
      { type: 6, title: 'x', address: 'x', lat: 1, lng: 2, img: 'file/m' },
      deep([third], 2),
    ];
    const other = message(10, { payload: deep(kinds) });
    fixture.store.messages.ingest([other], 'history', { channel: GROUP, fromSeq: 9, toSeq: 10 });
    // Two seconds, a film, pictures of a text and of the third level, and a map.
    expect(planned() - 6).toBe(32_000 + 70_000 + 300_000 + 300_000 + 60_000);
    const inText = { file: 'b'.repeat(32), mime: 'image/png', bytes: 1_000 };
    fixture.store.media.add(GROUP, entryKey('u-bob:no-10', [2, 1]), inText);
    expect(planned() - 6).toBe(32_000 + 70_000 + 1_000 + 300_000 + 60_000);
    fixture.store.messages.ingest(
      [message(11, { payload: { ...deep(kinds), flame: 1, flame_second: 9 } })],
      'history',
      { channel: GROUP, fromSeq: 10, toSeq: 11 },
    );
    expect(planned() - 6).toBe(32_000 + 70_000 + 1_000 + 300_000 + 60_000);
  });

  it('of a thousand forwards lets everything else go on, and ends at once when it is cancelled', async () => {
    const small = { type: 11, channel_type: 2, users: [], msgs: [] };
    const msgs = Array.from({ length: 999 }, (_, at) => entry(1_000 + at, small));
    const hostile = message(10, { payload: { ...forward, msgs } });
    fixture.store.messages.ingest([hostile], 'history', { channel: GROUP, fromSeq: 9, toSeq: 10 });
    const level = vi.spyOn(fixture.store.messages, 'level');
    let turns = 0;
    let stopAt = Infinity;
    const turn = (): void => {
      turns += 1;
      if (level.mock.calls.length === stopAt) exports.cancel();
      ticking = setImmediate(turn);
    };
    let ticking = setImmediate(turn);
    expect(await write('txt')).toMatchObject({ messages: 2 });
    expect(level.mock.calls.length).toBeGreaterThan(1_000);
    expect(turns).toBeGreaterThan(1_000);
    level.mockClear();
    stopAt = 100;
    await expect(write('json', false)).rejects.toMatchObject({ field: 'cancelled' });
    clearImmediate(ticking);
    expect(level.mock.calls.length).toBeLessThan(110);
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
    level.mockRestore();
  });
});
