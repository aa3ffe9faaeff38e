import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entryKey, entryOfKey } from '../../../shared/content/history-content.ts';
import type { ExportProgress } from '../../../shared/ipc/contract/chat-export.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { ExportOrder } from '../../../shared/ipc/worker-protocol.ts';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { smallDisk } from '../account-store/testing/small-disk.ts';
import { extraOf, GROUP, idOf, message, START, text } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { scanForResidue } from '../residue/residue-scanner.ts';
import type { MissingRange } from '../store/tables/messages/ranges.ts';
import { ChatExports } from './chat-exports.ts';

const fixture = useFixture();
let folder: string;
let told: (ExportProgress | null)[];
/** What a test does in between, once, by what is told: `phase done`. */
let meanwhile: (progress: ExportProgress | null) => void;
let fileFor: (key: string) => Promise<{ path: string; name: string }>;
let soundFor: (key: string) => Promise<{ bytes: Uint8Array; name: string } | null>;
let fetchRange: (range: MissingRange) => Promise<void>;
let exports: ChatExports;

const LINES = 900;
const open = (): ChatExports =>
  new ChatExports({
    accountDir: fixture.dir,
    store: fixture.store,
    fileFor: (_channel, key) => fileFor(key),
    soundFor: (_channel, key) => soundFor(key),
    fetchRange: (range) => fetchRange(range),
    tell(progress) {
      told.push(progress);
      meanwhile(progress);
    },
    // Everything is told.
    now: () => (fixture.nowMs += 1_000),
    log: () => undefined,
  });

beforeEach(() => {
  folder = tempFolder('wukong-export-');
  told = [];
  meanwhile = () => undefined;
  fileFor = async () => Promise.reject(new CodedError('network', 'not reached'));
  soundFor = async () => null;
  fetchRange = async () => undefined;
  fixture.store.messages.ingest(
    Array.from({ length: LINES }, (_, i) => message(i + 1, { payload: text(`tiger${i + 1}.`) })),
    'history',
    { channel: GROUP, fromSeq: 1, toSeq: LINES },
  );
  exports = open();
});
afterEach(async () => {
  await exports.close();
  rmSync(folder, { recursive: true });
});

const target = (): string => join(folder, 'chat.html');
const order = (more: Partial<ExportOrder> = {}): ExportOrder => ({
  channel: GROUP,
  since: null,
  until: null,
  path: target(),
  format: 'html',
  media: false,
  name: 'Cats',
  language: 'zh',
  ...more,
});
const recall = (...seqs: number[]): void => {
  for (const seq of seqs)
    fixture.store.messages.applyExtras(
      GROUP,
      [extraOf(idOf(seq), { revoke: true, revoker: 'u-bob', version: seq })],
      'extra',
      0,
    );
};
const words = (path = target()): number[] =>
  [...readFileSync(path, 'utf8').matchAll(/tiger(\d+)\./g)].map(([, seq]) => Number(seq));
const all = Array.from({ length: LINES }, (_, i) => i + 1);
/** Does this once, when so many lines are written. */
const at = (done: number, what: () => void): void => {
  let isDone = false;
  meanwhile = (progress) => {
    if (isDone || progress?.phase !== 'writing' || progress.done < done) return;
    isDone = true;
    what();
  };
};

describe('an export', () => {
  it('has every line of the range once, in order, and says before how many', async () => {
    recall(3, 4);
    const wanted = { since: START + 2, until: START + 500 };
    expect(exports.plan({ channel: GROUP, ...wanted })).toEqual({
      messages: 496,
      recalled: 2,
      mediaBytes: 0,
      elsewhere: 0,
    });
    expect(await exports.write(order(wanted))).toEqual({
      messages: 496,
      recalled: 2,
      missingFiles: 0,
      complete: true,
    });
    expect(words()).toEqual(all.slice(1, 499).filter((seq) => seq !== 3 && seq !== 4));
    expect(readdirSync(folder)).toEqual(['chat.html']);
    expect(told.at(-1)).toBeNull();
    expect(existsSync(join(fixture.dir, 'exports.json'))).toBe(false);
  });

  it.each(['html', 'txt'] as const)('names what was recalled without its words: %s', async (format) => {
    recall(5);
    await exports.write(order({ format }));
    expect(words()).toEqual(all.filter((seq) => seq !== 5));
    expect(readFileSync(target(), 'utf8').match(/\[已撤回\]/g)).toHaveLength(1);
  });

  it('names what was recalled without its words: json', async () => {
    recall(5);
    await exports.write(order({ format: 'json' }));
    expect(words()).toEqual(all.filter((seq) => seq !== 5));
    const { messages } = JSON.parse(readFileSync(target(), 'utf8')) as { messages: unknown[] };
    expect(messages[4]).toEqual({
      id: idOf(5),
      seq: 5,
      time: new Date((START + 5) * 1000).toISOString(),
      from: { id: 'u-bob', name: expect.any(String) as unknown },
      type: 'recalled',
      by: { id: 'u-bob', name: expect.any(String) as unknown },
    });
  });

  it('is written anew when words go while it runs: by a recall, a wish for one, an edit, a deletion, a clearing', async () => {
    at(400, () => {
      recall(7);
      fixture.store.outbox.addRecall({
        channel: GROUP,
        messageKey: 'u-bob:no-8',
        messageId: idOf(8),
        clientMsgNo: 'no-8',
      });
      const contentEdit = { type: 1, content: 'lion' };
      fixture.store.messages.applyExtras(GROUP, [extraOf(idOf(9), { contentEdit, version: 99 })], 'extra', 0);
      fixture.store.messages.deleteForMe(GROUP, [idOf(10)]);
    });
    expect(await exports.write(order())).toMatchObject({ messages: LINES - 3, recalled: 2 });
    expect(words()).toEqual(all.filter((seq) => seq < 7 || seq > 10));
    expect(readFileSync(target(), 'utf8')).toContain('lion');
    at(400, () => fixture.store.conversations.clearHistory(GROUP, 300));
    await exports.write(order());
    expect(words()).toEqual(all.slice(300));
  });

  it('is written anew for what goes after its last line, and for each again', async () => {
    let left = 3;
    meanwhile = (progress) => {
      if (progress?.phase !== 'writing' || progress.done < LINES || left === 0) return;
      recall(left);
      left -= 1;
    };
    expect(await exports.write(order())).toMatchObject({ recalled: 3 });
    expect(words()).toEqual(all.slice(3));
  });

  it('has nothing of what came after it was asked for', async () => {
    at(400, () => fixture.store.messages.ingest([message(LINES + 1, { payload: text('tiger0.') })], 'live'));
    await exports.write(order());
    expect(words()).toEqual(all);
  });

  it('leaves nothing when it is cancelled or refused, and what was there stays', async () => {
    writeFileSync(target(), 'older');
    at(400, () => exports.cancel());
    await expect(exports.write(order())).rejects.toMatchObject({ field: 'cancelled' });
    expect(readdirSync(folder)).toEqual(['chat.html']);
    expect(readFileSync(target(), 'utf8')).toBe('older');
    await expect(exports.write(order({ path: join(folder, 'none', 'x.html') }))).rejects.toMatchObject({
      field: 'notWritable',
    });
    expect(exports.progress).toBeNull();
    // A folder under that name: it is written whole, and cannot get its name.
    const nested = join(folder, 'chat.html', 'x.html');
    await expect(exports.write(order({ path: nested }))).rejects.toMatchObject({ field: 'notWritable' });
    expect(existsSync(join(fixture.dir, 'exports.json'))).toBe(false);
  });

  it('is one at a time, and ends with the account', async () => {
    const first = exports.write(order());
    await expect(exports.write(order())).rejects.toMatchObject({ field: 'busy' });
    await exports.close();
    await expect(first).rejects.toMatchObject({ field: 'cancelled' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says that the disk is full, and leaves it as it was', async () => {
    const disk = smallDisk(folder);
    try {
      disk.fill();
      const path = join(disk.dir, 'chat.html');
      await expect(exports.write(order({ path }))).rejects.toMatchObject({ field: 'diskFull' });
      expect(readdirSync(disk.dir).filter((name) => name !== 'filler')).toEqual([]);
    } finally {
      disk.dispose();
    }
  });
});

describe('what an ended process left behind', () => {
  it('is erased at the next start, and nothing else is, whatever the list says', () => {
    const draft = join(folder, '.wukong-export-0123456789abcdef.part');
    const other = join(folder, 'mine.txt');
    for (const path of [draft, other]) writeFileSync(path, 'x');
    writeFileSync(join(fixture.dir, 'exports.json'), JSON.stringify([draft, other, `${folder}/../x`]));
    open();
    expect(readdirSync(folder)).toEqual(['mine.txt']);
    expect(existsSync(join(fixture.dir, 'exports.json'))).toBe(false);
    for (const broken of ['{', '{"a":1}', JSON.stringify([draft, 5])]) {
      writeFileSync(join(fixture.dir, 'exports.json'), broken);
      expect(open).not.toThrow();
    }
    expect(readdirSync(folder)).toEqual(['mine.txt']);
  });

  it('that is a link is erased itself', () => {
    const other = join(folder, 'mine.txt');
    const draft = join(folder, '.wukong-export-0123456789abcdef.files');
    writeFileSync(other, 'x');
    symlinkSync(folder, draft);
    writeFileSync(join(fixture.dir, 'exports.json'), JSON.stringify([draft]));
    open();
    expect(readdirSync(folder)).toEqual(['mine.txt']);
  });
});

const rich = (name: string) => ({
  type: 14,
  content: [
    `before-${name}`,
    { type: 'image', url: `file/preview/${name}.png`, width: 30, height: 20 },
    'after <b>',
    { type: 'image', url: 'https://elsewhere.example/x.png' },
    { type: 'image', url: `file/preview/missing-${name}.png` },
  ],
});

const planned = (): number => exports.plan({ channel: GROUP, since: null, until: null }).mediaBytes;

describe('files of an export', () => {
  beforeEach(() => {
    fixture.store.messages.ingest(
      [
        message(LINES + 1, { payload: { type: 2, url: 'file/x.png', width: 1, height: 1 } }),
        message(LINES + 2, { payload: { type: 8, url: 'file/y.pdf', name: '../<b>.pdf', size: 1_000 } }),
        message(LINES + 3, { payload: { type: 8, url: 'file/z.pdf', name: 'z.pdf', size: 1 } }),
      ],
      'history',
    );
    const path = join(fixture.dir, 'cached');
    writeFileSync(path, 'bytes', { mode: 0o755 });
    fileFor = async (key) => {
      if (key.endsWith(String(LINES + 3))) throw new CodedError('network', 'not reached');
      return { path, name: key.endsWith(String(LINES + 1)) ? 'image.png' : '_<b>.pdf' };
    };
  });

  it('lie beside it under safe names, are nobody’s programs, and those that are not to be had are named', async () => {
    expect(exports.plan({ channel: GROUP, since: null, until: null }).mediaBytes).toBe(301_001);
    expect(await exports.write(order({ media: true, language: 'en' }))).toMatchObject({ missingFiles: 1 });
    expect(readdirSync(folder).sort()).toEqual(['chat.html', 'chat_files']);
    const names = readdirSync(join(folder, 'chat_files')).sort();
    expect(names).toEqual(['00001-image.png', '00002-__b_.pdf']);
    for (const name of names) expect(statSync(join(folder, 'chat_files', name)).mode & 0o777).toBe(0o600);
    const html = readFileSync(target(), 'utf8');
    expect(html).toContain('<img src="chat_files/00001-image.png"');
    expect(html).toContain('>../&lt;b&gt;.pdf</a>');
    expect(html).toContain('(file not exported)');
    // Another one beside it takes another folder.
    await exports.write(order({ media: true }));
    expect(readdirSync(folder).sort()).toEqual(['chat.html', 'chat_files', 'chat_files-2']);
    expect(readFileSync(target(), 'utf8')).toContain('src="chat_files-2/00001');
  });

  it('are as large as is said of a video, whatever its cover has', () => {
    const film = { type: 5, url: 'v', cover: 'c', second: 9, size: 70_000_000, width: 4, height: 3 };
    fixture.store.messages.ingest([message(LINES + 4, { payload: film })], 'history');
    expect(planned()).toBe(70_301_001);
    const key = `u-bob:no-${LINES + 4}`;
    fixture.store.media.add(GROUP, key, { file: 'a'.repeat(32), mime: 'image/png', bytes: 900 }, 'cover');
    expect(planned()).toBe(70_301_001);
    fixture.store.media.add(GROUP, key, { file: 'b'.repeat(32), mime: 'video/mp4', bytes: 80_000_000 });
    expect(planned()).toBe(80_301_001);
  });

  it('of what is recalled while it runs are gone before it has its name', async () => {
    let isAsked = false;
    const before = fileFor;
    fileFor = async (key) => {
      if (key.endsWith(String(LINES + 2)) && !isAsked) {
        isAsked = true;
        recall(LINES + 1);
      }
      return before(key);
    };
    await exports.write(order({ media: true }));
    expect(readdirSync(join(folder, 'chat_files'))).toEqual(['00002-__b_.pdf']);
    expect(readFileSync(target(), 'utf8')).not.toContain('image.png');
    recall(LINES + 2);
    fileFor = before;
    await exports.write(order({ media: true, path: join(folder, 'b.html') }));
    expect(readdirSync(folder).sort()).toEqual(['b.html', 'chat.html', 'chat_files']);
  });

  it('of videos that are recalled leave it, whether they are copied or on their way', async () => {
    const [copied, coming] = [LINES + 5, LINES + 6];
    const film = { type: 5, url: 'file/v', cover: 'file/c', second: 9, size: 9, width: 4, height: 3 };
    const films = [message(copied, { payload: film }), message(coming, { payload: film })];
    fixture.store.messages.ingest(films, 'history');
    const path = join(fixture.dir, 'secret');
    writeFileSync(path, 'Zq7Xsecretbytes');
    const before = fileFor;
    let between: string[] = [];
    fileFor = async (key) => {
      if (!key.endsWith(String(copied)) && !key.endsWith(String(coming))) return before(key);
      if (key.endsWith(String(coming)) && between.length === 0) {
        between = scanForResidue([folder], ['Zq7Xsecretbytes']).map((hit) => hit.path);
        recall(copied, coming);
      }
      return { path, name: 'Zq7Xsecretbytes.bin' };
    };
    expect(await exports.write(order({ media: true }))).toMatchObject({ recalled: 2 });
    // The first of them had been copied.
    expect(between).toHaveLength(1);
    expect(scanForResidue([folder], ['Zq7Xsecretbytes'])).toEqual([]);
    expect(readdirSync(folder, { recursive: true }).join()).not.toContain('Zq7X');
  });

  const VOICE = { type: 4, url: 'file/v.amr', timeTrad: 3, waveform: 'WmE3WA==' };
  const others = [
    VOICE,
    { ...VOICE, url: 'file/odd.bin' },
    { type: 13, url: 'file/s.png', format: 'png', content: '[笑]', placeholder: '[笑]' },
    { type: 12, url: 'file/s.lim', format: 'lim', category: 'c', placeholder: 'M10 10L20 20Z' },
    { type: 6, title: 'T', address: 'Road 1', lat: 31, lng: 121, img: 'file/m.png' },
    { type: 6, title: 'T', address: 'Road 1', lat: 31, lng: 121 },
  ];

  it('are recordings as any program plays them, stickers and maps, too, in every format', async () => {
    const before = planned();
    fixture.store.messages.ingest(
      others.map((payload, at) => message(LINES + 5 + at, { payload })),
      'history',
    );
    // Three seconds as samples twice, two stickers, and of the last two whether they have a map is not known before.
    expect(planned()).toBe(before + 2 * 48_000 + 4 * 60_000);
    const path = join(fixture.dir, 'kept');
    writeFileSync(path, 'as it is');
    const names = ['', 'voice.amr', 'sticker.png', 'sticker.tgs', 'map.png'];
    const known = fileFor;
    fileFor = async (key) => {
      const name = names[Number(key.slice(key.lastIndexOf('-') + 1)) - LINES - 5];
      return name === undefined ? known(key) : { path, name };
    };
    let sound = Buffer.alloc(0);
    soundFor = async (key) =>
      key.endsWith(String(LINES + 5)) ? { bytes: (sound = Buffer.from('samples')), name: 'voice.wav' } : null;
    const result = await exports.write(order({ media: true, language: 'en' }));
    expect(result).toMatchObject({ missingFiles: 1 });
    // It is in the file, and no longer in memory.
    expect(sound.toString()).toBe('\0'.repeat(7));
    const html = readFileSync(target(), 'utf8');
    const files = readdirSync(join(folder, 'chat_files')).filter((name) => !/pdf|image/.test(name));
    expect(files.map((name) => name.slice(6))).toEqual(['voice.wav', ...names.slice(1)]);
    expect(readFileSync(join(folder, 'chat_files', files[0] ?? ''), 'utf8')).toBe('samples');
    expect(statSync(join(folder, 'chat_files', files[0] ?? '')).mode & 0o777).toBe(0o600);
    for (const name of files) expect(html).toContain(`"chat_files/${name}"`);
    expect(html.match(/<audio controls preload="none" src="[^"]*voice\.wav">/g)).toHaveLength(1);
    expect(html).toMatch(/<img class="sticker" src="[^"]*sticker\.png" loading="lazy" alt="[^"]+">/);
    for (const format of ['txt', 'json'] as const) {
      await exports.write(order({ media: true, format, path: join(folder, `${format}.${format}`) }));
      const text = readFileSync(join(folder, `${format}.${format}`), 'utf8');
      for (const name of files) expect(text).toContain(`${format}_files/${name}`);
    }
  });

  it.each(others.slice(0, 5))('of $type that is recalled once it is copied leave it', async (payload) => {
    fixture.store.messages.ingest([message(LINES + 5, { payload })], 'history');
    const path = join(fixture.dir, 'secret');
    writeFileSync(path, 'Zq7Xsecretbytes');
    fileFor = async () => ({ path, name: 'Zq7Xname.bin' });
    if (payload === VOICE)
      soundFor = async () => ({ bytes: Buffer.from('Zq7Xsecretbytes'), name: 'Zq7Xname.wav' });
    let between = 0;
    at(LINES + 4, () => {
      between = scanForResidue([folder], ['Zq7Xsecretbytes']).length;
      recall(LINES + 1, LINES + 2, LINES + 3, LINES + 5);
    });
    expect(await exports.write(order({ media: true }))).toMatchObject({ recalled: 4 });
    expect(between).toBeGreaterThan(0);
    expect(scanForResidue([folder], ['Zq7Xsecretbytes', 'Zq7Xname'])).toEqual([]);
    expect(readdirSync(folder)).toEqual(['chat.html']);
  });

  it.each([
    ['voice message', { type: 4, url: 'file/v.amr', timeTrad: 3, waveform: 'WmE3WA==' }],
    ['sticker', { type: 13, url: 'file/s.png', format: 'png', content: '[笑]', placeholder: '[笑]' }],
  ])('a %s that is recalled after its line was written leaves it', async (_kind, payload) => {
    fixture.store.messages.ingest([message(LINES + 5, { payload })], 'history');
    at(LINES, () => recall(LINES + 5));
    expect(await exports.write(order({ media: true }))).toMatchObject({ recalled: 1 });
    const said = Object.values(payload).filter((value) => typeof value === 'string' && value.length > 3);
    expect(scanForResidue([folder], said as string[])).toEqual([]);
    expect(readFileSync(target(), 'utf8').match(/\[已撤回\]/g)).toHaveLength(1);
  });

  it('of pictures in a text stand where they do in it, and leave it with the text', async () => {
    const [shown, taken] = [LINES + 5, LINES + 6];
    const before = planned();
    fixture.store.messages.ingest(
      [message(shown, { payload: rich('kept') }), message(taken, { payload: rich('Zq7Xtaken') })],
      'history',
    );
    expect(planned()).toBe(before + 4 * 300_000);
    const known = { file: 'c'.repeat(32), mime: 'image/png', bytes: 900_000 };
    fixture.store.media.add(GROUP, entryKey(`u-bob:no-${shown}`, [1]), known);
    expect(planned()).toBe(before + 900_000 + 3 * 300_000);
    const path = join(fixture.dir, 'secret');
    const others = fileFor;
    let between: string[] = [];
    fileFor = async (key) => {
      const entry = entryOfKey(key);
      if (!entry) return others(key);
      if (entry.path[0] === 4) throw new CodedError('network', 'not reached');
      const isTaken = entry.key.endsWith(String(taken));
      writeFileSync(path, isTaken ? 'Zq7Xsecretbytes' : 'bytes');
      return { path, name: isTaken ? 'Zq7Xsecret.png' : 'in-text.png' };
    };
    at(LINES + 5, () => {
      between = scanForResidue([folder], ['Zq7Xsecretbytes']).map((hit) => hit.path);
      recall(taken);
    });
    // (The third file of this chat is not to be had either.)
    const result = await exports.write(order({ media: true, language: 'en' }));
    expect(result).toMatchObject({ recalled: 1, missingFiles: 2 });
    expect(between).toHaveLength(1);
    expect(scanForResidue([folder], ['Zq7Xsecretbytes', 'Zq7Xtaken'])).toEqual([]);
    expect(readdirSync(folder, { recursive: true }).join()).not.toContain('Zq7X');
    const html = readFileSync(target(), 'utf8');
    const inText = html.slice(html.indexOf('before-kept'));
    expect(inText.replaceAll(/<(?!img)[^>]*>/g, '|').replaceAll(/\|+/g, '|')).toMatch(
      /^before-kept\|<img src="chat_files\/\d{5}-in-text\.png"[^>]*>\|after &lt;b&gt;\|\[Image\]\|\[Image\] \(file not exported\)\|/,
    );
  });

  it('that take long do not keep a cancelled one waiting', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<null>();
    fileFor = () => {
      resolve(null);
      return new Promise(() => undefined);
    };
    const run = exports.write(order({ media: true }));
    await asked;
    exports.cancel();
    await expect(run).rejects.toMatchObject({ field: 'cancelled' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('what is not on this computer', () => {
  beforeEach(() => {
    fixture.store.messages.ingest([message(1_000, { payload: text('tiger1000.') })], 'live');
  });

  it('is counted, read first, and in it', async () => {
    expect(exports.plan({ channel: GROUP, since: null, until: null }).elsewhere).toBe(99);
    // It lies between: whoever wants only what is later needs none of it.
    expect(exports.plan({ channel: GROUP, since: START + 1_001, until: null }).elsewhere).toBe(0);
    fetchRange = async ({ fromSeq, toSeq }) => {
      const rows = Array.from({ length: toSeq - fromSeq + 1 }, (_, i) =>
        message(fromSeq + i, { payload: text(`tiger${fromSeq + i}.`) }),
      );
      fixture.store.messages.ingest(rows, 'history', { channel: GROUP, fromSeq, toSeq });
    };
    expect(await exports.write(order())).toMatchObject({ complete: true, messages: 1_000 });
    expect(words()).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1));
    expect(told.some((progress) => progress?.phase === 'reading')).toBe(true);
  });

  it.each([
    ['a server that is not reached', async () => Promise.reject(new CodedError('network', 'not reached'))],
    ['a server that has nothing of it', async () => undefined],
  ])('and cannot be had is said: %s', async (_what, answer) => {
    fetchRange = answer;
    expect(await exports.write(order())).toMatchObject({ complete: false, messages: LINES + 1 });
    expect(readFileSync(target(), 'utf8')).toContain('未能取得全部历史消息');
  });
});
