import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MediaTokens } from './media-tokens.ts';
import { answerAppRequest } from '../protocol/protocol.ts';

vi.mock('electron', () => ({ protocol: {} }));

const TOKEN = 'a'.repeat(32);
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'wukong-tokens-'));
  mkdirSync(join(root, 'accounts/one/media'), { recursive: true });
  writeFileSync(join(root, 'accounts/one/media/file'), Buffer.from([0, 1, 254, 255]));
  writeFileSync(join(root, 'secret'), 'secret');
  symlinkSync(join(root, 'secret'), join(root, 'accounts/one/media/link'));
});
afterAll(() => rmSync(root, { recursive: true }));

const file = (): string => join(root, 'accounts/one/media/file');
const tokens = (): MediaTokens => new MediaTokens(join(root, 'accounts'));
const get = (media: MediaTokens, path: string, method = 'GET'): Promise<Response> =>
  answerAppRequest(root, new Request(`app://wukong${path}`, { method }), media);

it('shows the bytes of a live token, kept nowhere and allowed nothing', async () => {
  const media = tokens();
  media.add(TOKEN, { path: file(), mime: 'image/png' });
  const answer = await get(media, `/media/${TOKEN}`);
  expect(answer.status).toBe(200);
  expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 1, 254, 255]);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/png',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  });
  expect((await get(media, `/media/${TOKEN}`, 'HEAD')).status).toBe(200);
});

it('answers 404 for dead, unknown and invented tokens', async () => {
  const media = tokens();
  media.add(TOKEN, { path: file(), mime: 'image/png' });
  media.remove([TOKEN]);
  for (const path of [TOKEN, 'b'.repeat(32), '', '../secret', `${TOKEN}/x`, '%2e%2e%2fsecret']) {
    const answer = await get(media, `/media/${path}`);
    expect([path, answer.status]).toEqual([path, 404]);
  }
  media.add(TOKEN, { path: file(), mime: 'image/png' });
  media.clear();
  expect((await get(media, `/media/${TOKEN}`)).status).toBe(404);
});

it('a token that dies while its file is read shows nothing', async () => {
  const media = tokens();
  media.add(TOKEN, { path: file(), mime: 'image/png' });
  const reading = media.read(TOKEN);
  media.remove([TOKEN]);
  expect(await reading).toBeNull();
});

it('shows only files of the account on the screen, and forgets those of one that is closed', async () => {
  const media = tokens();
  const other = join(root, 'accounts/other/media/file');
  mkdirSync(join(root, 'accounts/other/media'), { recursive: true });
  writeFileSync(other, 'other');
  const OTHER = 'c'.repeat(32);
  media.add(TOKEN, { path: file(), mime: 'image/png' });
  media.add(OTHER, { path: other, mime: 'image/png' });
  const shown = async (): Promise<boolean[]> => [
    (await media.read(TOKEN)) !== null,
    (await media.read(OTHER)) !== null,
  ];
  media.showOnly('one');
  expect(await shown()).toEqual([true, false]);
  const reading = media.read(TOKEN);
  media.showOnly('other');
  expect(await reading).toBeNull();
  expect(await shown()).toEqual([false, true]);
  media.clear('other');
  media.showOnly('one');
  expect(await shown()).toEqual([true, false]);
  media.showOnly('other');
  expect(await shown()).toEqual([false, false]);
});

it('takes no file outside the accounts and no type that is more than a picture', async () => {
  const media = tokens();
  media.add(TOKEN, { path: join(root, 'secret'), mime: 'image/png' });
  expect(await media.read(TOKEN)).toBeNull();
  media.add(TOKEN, { path: join(root, 'accounts/../secret'), mime: 'image/png' });
  expect(await media.read(TOKEN)).toBeNull();
  media.add(TOKEN, { path: join(root, 'accounts/one/media/link'), mime: 'image/png' });
  expect(await media.read(TOKEN)).toBeNull();
  media.add(TOKEN, { path: file(), mime: 'image/svg+xml' });
  expect(await media.read(TOKEN)).toBeNull();
});

it('of a film that is still coming there is what has come, waited for, and its end once it is whole', async () => {
  const media = tokens();
  const film = join(root, 'accounts/one/media/growing');
  writeFileSync(`${film}.part`, 'abcdef');
  const asked: number[] = [];
  let until: number | null = 4;
  const growing = {
    size: 10,
    until: (from: number) => {
      asked.push(from);
      return Promise.resolve(until);
    },
  };
  media.add(TOKEN, { path: `${film}.part`, mime: 'video/mp4', growing });
  const read = async (first: number, last: number): Promise<string | null> => {
    const piece = await media.readPiece(TOKEN, (size) => (first < size ? { first, last } : null));
    return piece && `${Buffer.from(piece.bytes).toString()} of ${piece.size}`;
  };
  expect(await read(1, 9)).toBe('bcd of 10');
  // It becomes whole between the answer and the read: it is read where it lies then.
  growing.until = () => {
    renameSync(`${film}.part`, film);
    writeFileSync(film, 'abcdefghij');
    media.add(TOKEN, { path: film, mime: 'video/mp4' });
    return Promise.resolve(10);
  };
  expect(await read(4, 9)).toBe('efghij of 10');
  expect(asked).toEqual([1]);
  // It does not come any more.
  until = null;
  media.add(TOKEN, {
    path: `${film}.part`,
    mime: 'video/mp4',
    growing: { ...growing, until: async () => until },
  });
  expect(await read(1, 9)).toBeNull();
});

it('a film comes in pieces, whatever is asked for, and never after its token has died', async () => {
  const media = tokens();
  const film = join(root, 'accounts/one/media/film');
  const bytes = Buffer.alloc(3 * 1024 * 1024 + 7, 'abcdefg');
  writeFileSync(film, bytes);
  media.add(TOKEN, { path: film, mime: 'video/mp4' });
  const ask = (range?: string, method = 'GET'): Promise<Response> =>
    answerAppRequest(
      root,
      new Request(`app://wukong/media/${TOKEN}`, { method, ...(range && { headers: { range } }) }),
      media,
    );
  for (const [range, first, last] of [
    [undefined, 0, 1_048_575],
    ['bytes=0-', 0, 1_048_575],
    ['bytes=1048576-', 1_048_576, 2_097_151],
    ['bytes=5-9', 5, 9],
    ['bytes=-7', bytes.length - 7, bytes.length - 1],
    [`bytes=${bytes.length - 1}-`, bytes.length - 1, bytes.length - 1],
    ['bytes=0-999999999999', 0, 1_048_575],
  ] as const) {
    const answer = await ask(range);
    expect([range, answer.status]).toEqual([range, 206]);
    expect(answer.headers.get('content-range')).toBe(`bytes ${first}-${last}/${bytes.length}`);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'cache-control': 'no-store',
      'accept-ranges': 'bytes',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    const body = Buffer.from(await answer.arrayBuffer());
    expect(body.equals(bytes.subarray(first, last + 1))).toBe(true);
  }
  expect((await (await ask('bytes=0-9', 'HEAD')).arrayBuffer()).byteLength).toBe(0);
  const beyond = await ask(`bytes=${bytes.length}-`);
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
  // Recalled while it is read.
  const reading = media.readPiece(TOKEN, () => ({ first: 0, last: 9 }));
  media.remove([TOKEN]);
  expect(await reading).toBeNull();
  expect((await ask('bytes=0-')).status).toBe(404);
});
