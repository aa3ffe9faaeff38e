import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, expect, it } from 'vitest';
import { CodedError } from '../../../shared/ipc/result.ts';
import { turningDrawing } from '../../../shared/testing/turning-drawing.ts';
import type { UploadRequest } from '../api/file-upload.ts';
import type { CoreContext } from './core-context.ts';
import { stickerHandlers } from './sticker-handlers.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000002000000010802000000', 'hex');
const GROUP = { channelId: 'g', channelType: 2 as const };
const OWN = 'file/preview/chat/2/g/x.png';

let payload: Record<string, unknown> | null;
let view: Record<string, unknown>;
let drawing: string | null = null;
let uploadedAs = '';
let listed: () => Promise<unknown>;
let asked: unknown[];
let sent: Record<string, unknown>[];
let recalled: Set<string>;
/** What happens while a file is on its way. */
let meanwhile: () => void;
const context = (): CoreContext =>
  ({
    store: {
      readOnly: false,
      messages: {
        get: () => view,
        payloadOf: () => payload,
        recalledOf: (ids: ReadonlySet<string>) => new Set([...ids].filter((id) => recalled.has(id))),
      },
      outbox: { recallJobs: () => [{ messageId: '33' }] },
    },
    me: () => ({ uid: 'me' }),
    storage: () => ({ state: 'ok' }),
    api: {
      stickers: () => listed(),
      addSticker: async (sticker: unknown) => void asked.push(sticker),
      uploadFile: async ({ content, folder, extension, channel: { channelId }, name }: UploadRequest) => {
        const chunks = [];
        for await (const chunk of content) chunks.push(chunk);
        asked.push([folder, channelId, extension, Buffer.concat(chunks).length]);
        uploadedAs = name;
        meanwhile();
        return 'file/preview/sticker/1/me/x.png';
      },
      removeSticker: async (path: string) => {
        if (path.includes('stuck')) throw new CodedError('network', 'away');
        asked.push(path);
      },
    },
    packs: {
      art: async (path: string) => {
        asked.push(path);
        return { url: `data:${path}` };
      },
    },
    composer: {
      add: async (composed: { payload: Record<string, unknown> }) => {
        sent.push(composed.payload);
        return 'key';
      },
    },
    media: {
      discardUpload: (path: string) => void asked.push(`discarded ${path}`),
      drawingFile: () => {
        if (drawing === null) throw new CodedError('invalidState', 'recalled');
        return drawing;
      },
    },
    log: () => undefined,
  }) as unknown as CoreContext;
const handlers = () => stickerHandlers(context());

beforeEach(() => {
  [payload, view, asked, sent] = [{ type: 3, url: OWN, width: 2, height: 1 }, {}, [], []];
  listed = async () => [{ path: OWN, width: 2, height: 1 }];
  [recalled, meanwhile] = [new Set(), () => undefined];
});

it('a server without the route offers none; one that fails is no such server', async () => {
  expect(await handlers()['stickers.list'](undefined)).toMatchObject({ offered: true });
  listed = () => Promise.reject(new CodedError('notCompatible', 'no route'));
  expect(await handlers()['stickers.list'](undefined)).toEqual({ offered: false, stickers: [] });
  listed = () => Promise.reject(new CodedError('network', 'away'));
  await expect(handlers()['stickers.list'](undefined)).rejects.toThrow('away');
});

it('what is shown comes from the own server only', async () => {
  expect(await handlers()['stickers.art']({ path: OWN })).toEqual({ url: `data:${OWN}` });
  for (const path of [
    'https://evil.example/a.gif',
    '//evil.example/file/preview/a',
    'file/preview/a?x=1',
    '../a',
  ])
    expect(() => handlers()['stickers.art']({ path })).toThrow('another host');
  expect(asked).toEqual([OWN]);
});

it('collects what is a sticker at the own server, nothing that is recalled, burns or is something else', async () => {
  await handlers()['stickers.add']({ channel: GROUP, key: 'k' });
  expect(asked).toEqual([{ path: OWN, width: 2, height: 1 }]);
  for (const [odd, state] of [
    [{ type: 8, url: OWN }, {}],
    [{ type: 3, url: '' }, {}],
    [{ type: 3, url: 'https://evil.example/a.gif' }, {}],
    [null, {}],
    [{ type: 3, url: OWN }, { recall: { state: 'pending' } }],
    [{ type: 3, url: OWN }, { flame: { seconds: 1 } }],
  ] as const) {
    [payload, view] = [odd, state];
    await expect(handlers()['stickers.add']({ channel: GROUP, key: 'k' })).rejects.toThrow(CodedError);
  }
  expect(asked).toHaveLength(1);
});

const LIM = 'file/preview/chat/2/g/x.lim';
const OUTLINE = 'M10 10L20 20 30 10Z';

it('collects a drawing by its address, with what phones need to show it, and sends it as they do', async () => {
  payload = { type: 12, url: LIM, format: 'lim', category: 'duck', placeholder: OUTLINE, content: '[鸭]' };
  await handlers()['stickers.add']({ channel: GROUP, key: 'k' });
  const sticker = { path: LIM, width: 0, height: 0, format: 'lim', category: 'duck', placeholder: OUTLINE };
  expect(asked).toEqual([sticker]);
  await handlers()['stickers.send']({ channel: GROUP, sticker, replyToMessageId: null });
  expect(sent).toEqual([{ type: 12, url: LIM, category: 'duck', placeholder: OUTLINE, format: 'lim' }]);

  // By its ending alone; words that are too long, or none, stay behind.
  payload = { type: 13, url: LIM, category: 'x'.repeat(101), placeholder: 7 };
  await handlers()['stickers.add']({ channel: GROUP, key: 'k' });
  expect(asked.at(-1)).toEqual({ path: LIM, width: 0, height: 0 });
  await handlers()['stickers.send']({
    channel: GROUP,
    sticker: { path: LIM, width: 0, height: 0 },
    replyToMessageId: null,
  });
  expect(sent.at(-1)).toEqual({ type: 12, url: LIM, category: '', placeholder: '', format: 'lim' });
});

it('one of a pack is a sticker of it, whether it is drawn or not', async () => {
  const sticker = { path: OWN, width: 240, height: 240, format: 'png', category: 'office', title: '同意' };
  await handlers()['stickers.send']({ channel: GROUP, sticker, replyToMessageId: null });
  expect(sent).toEqual([{ type: 12, url: OWN, category: 'office', placeholder: '', format: 'png' }]);
});

it('of a drawing the page gets what was written anew, nothing of what is none, and nothing once it is recalled', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'drawing-'));
  drawing = join(dir, 'x');
  await writeFile(drawing, gzipSync(turningDrawing('Sx7secret')));
  const { json, loopMs } = await handlers()['stickers.drawing']({ channel: GROUP, key: 'k' });
  expect(loopMs).toBe(1_000);
  expect(json).toContain('"layers"');
  expect(json).not.toContain('secret');
  for (const odd of ['<svg/>', '{}', 'x'.repeat(1024 * 1024 + 1)]) {
    await writeFile(drawing, odd);
    expect(await handlers()['stickers.drawing']({ channel: GROUP, key: 'k' })).toEqual({
      json: '',
      loopMs: 1,
    });
  }
  const gone = handlers()['stickers.drawing']({ channel: GROUP, key: 'k' });
  drawing = null;
  await expect(gone).rejects.toThrow('recalled');
  await rm(dir, { recursive: true });
});

it('a file becomes one if it is a picture that phones show', async () => {
  await handlers()['stickers.addFile']({ bytes: PNG, width: 2, height: 1 });
  expect(asked).toEqual([
    ['sticker', 'me', 'png', PNG.length],
    { path: 'file/preview/sticker/1/me/x.png', width: 2, height: 1 },
  ]);
  for (const bytes of [Buffer.from('<svg/>'), Buffer.from('BM'), Buffer.from('%PDF-1.7')])
    await expect(handlers()['stickers.addFile']({ bytes, width: 2, height: 1 })).rejects.toThrow(
      'no picture',
    );
  expect(asked).toHaveLength(2);
});

const IMAGE = { content: { kind: 'image' }, messageId: '31', recall: null, flame: null };
const MADE = 'file/preview/sticker/1/me/x.png';

it('one made of an image says of which message, and does not get in when that is recalled meanwhile', async () => {
  const make = () =>
    handlers()['stickers.addFile']({ bytes: PNG, width: 2, height: 1, of: { channel: GROUP, key: 'k' } });
  view = IMAGE;
  await make();
  expect(uploadedAs).toMatch(/^31-[0-9a-f]{32}$/);
  expect(asked.at(-1)).toEqual({ path: MADE, width: 2, height: 1 });

  meanwhile = () => void (view = { ...IMAGE, recall: { state: 'done' }, content: { kind: 'recalled' } });
  await expect(make()).rejects.toThrow('no image');
  expect(asked.slice(2)).toEqual([['sticker', 'me', 'png', PNG.length], `discarded ${MADE}`]);

  // Nothing is uploaded of what has none, burns, is not sent or is being recalled.
  meanwhile = () => undefined;
  for (const odd of [
    { content: { kind: 'text' } },
    { messageId: null },
    { flame: { seconds: 1 } },
    { recall: { state: 'pending' } },
  ]) {
    view = { ...IMAGE, ...odd };
    await expect(make()).rejects.toThrow('no image');
  }
  expect(asked).toHaveLength(4);
  view = { ...IMAGE, recall: { state: 'denied' } };
  await make();
  expect(asked).toHaveLength(6);
});

const made = (id: string, folder = 'me') => ({
  path: `file/preview/sticker/1/${folder}/${id}-${'a'.repeat(32)}.png`,
  width: 2,
  height: 1,
});

it('those made of images that are recalled are not listed, and leave the server', async () => {
  const [kept, other] = [made('30'), { ...made('31'), path: 'file/preview/chat/1/31-x.png' }];
  listed = async () => [kept, made('31'), made('32', 'stuck'), made('33'), other];
  recalled = new Set(['31', '32']);
  expect(await handlers()['stickers.list'](undefined)).toEqual({ offered: true, stickers: [kept, other] });
  expect(asked).toEqual([made('31').path]);
});

it('sends a GIF, as phones do', async () => {
  await handlers()['stickers.send']({
    channel: GROUP,
    sticker: { path: OWN, width: 2, height: Number.NaN },
    replyToMessageId: null,
  });
  expect(sent).toEqual([
    { type: 3, url: OWN, width: 2, height: 0, category: '', title: '', placeholder: '', format: 'png' },
  ]);
});
