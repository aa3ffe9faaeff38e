/** An uploaded file goes with the recall of the last message that used it. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FakeMessage } from '../testing/fake-im.ts';
import { Harness, type Person } from '../testing/harness.ts';
import { filePathsOf } from './file-refs.ts';

const SECRET = 'secret-in-image-bytes-5180';
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.from(SECRET)]);
const h = new Harness();
let [alice, bob, carol]: [Person, Person, Person] = [{} as Person, {} as Person, {} as Person];
let count = 0;

beforeAll(async () => {
  await h.start();
  [alice, bob, carol] = [await h.person('alice'), await h.person('bob'), await h.person('carol')];
});
afterAll(() => h.close());

async function upload(by: Person): Promise<string> {
  count += 1;
  const form = new FormData();
  form.append('file', new Blob([PNG]), 'x.png');
  const path = `/1/${bob.uid}/object${count}.png`;
  const answer = await h.call('POST', `/v1/file/upload?type=chat&path=${encodeURIComponent(path)}`, {
    token: by.token,
    body: form,
  });
  expect(answer.status).toBe(200);
  return (answer.json as { path: string }).path;
}

const image = (from: Person, to: Person, url: string, clientMsgNo?: string): FakeMessage =>
  h.say(from, to.uid, 1, '', {
    payload: { type: 2, url, width: 1, height: 1 },
    ...(clientMsgNo ? { clientMsgNo } : {}),
  });
const recall = async (by: Person, to: Person, message: FakeMessage): Promise<void> => {
  expect((await h.revoke(by, to.uid, 1, { messageId: message.messageId })).status).toBe(200);
};
const status = async (url: string): Promise<number> => (await fetch(`${h.server.api}/v1/${url}`)).status;
/** Files of the server that hold these bytes. */
const filesWith = (text: string): string[] =>
  readdirSync(h.dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
const onDisk = (url: string): boolean =>
  existsSync(join(h.dataDir, 'files', url.replace('file/preview/', '')));

describe('recall of a message with a file', () => {
  test.each([true, false])('erases the file (webhook first: %s)', async (notified) => {
    const url = await upload(alice);
    expect(filesWith(SECRET)).toHaveLength(1);
    const message = image(alice, bob, url);
    if (notified) await h.notify(message);
    expect([await status(url), onDisk(url)]).toEqual([200, true]);
    await recall(alice, bob, message);
    expect([await status(url), onDisk(url)]).toEqual([404, false]);
    if (!notified) await h.notify(message);
    expect(await status(url)).toBe(404);
    expect(filesWith(SECRET)).toEqual([]);
  });

  test('keeps it while a forwarded message uses it, until that is recalled too', async () => {
    const url = await upload(alice);
    const original = image(alice, bob, url);
    const forwarded = image(bob, carol, `${h.server.api}/v1/${url}?filename=x.png`);
    await h.notify(original, forwarded);
    await recall(alice, bob, original);
    expect(await status(url)).toBe(200);
    await recall(bob, carol, forwarded);
    expect([await status(url), onDisk(url)]).toEqual([404, false]);
  });

  test('nobody takes a file away by naming it in a message of his own', async () => {
    const url = await upload(alice);
    const mine = image(carol, bob, url);
    await h.notify(mine);
    await recall(carol, bob, mine);
    expect(await status(url)).toBe(200);
    await recall(alice, bob, image(alice, bob, url));
    expect(await status(url)).toBe(404);
  });

  test('a notice that comes after the recall of the last other use erases it', async () => {
    const url = await upload(alice);
    const [first, second] = [image(alice, bob, url), image(alice, carol, url)];
    await h.notify(first, second);
    await recall(alice, bob, first);
    await recall(alice, carol, second);
    expect(await status(url)).toBe(404);
    await h.notify(first);
    expect(await status(url)).toBe(404);
  });

  test('its name is never given to other bytes', async () => {
    const url = await upload(alice);
    const message = image(alice, bob, url);
    await recall(alice, bob, message);
    const form = new FormData();
    form.append('file', new Blob([PNG]), 'x.png');
    const path = url.replace('file/preview/chat', '');
    const again = await h.call('POST', `/v1/file/upload?type=chat&path=${encodeURIComponent(path)}`, {
      token: bob.token,
      body: form,
    });
    expect(again).toMatchObject({ status: 400, json: { code: 'file_exists' } });
    expect(await status(url)).toBe(404);
  });

  test('a process that died between the recall and the erasure erases at its next start', async () => {
    const url = await upload(alice);
    h.server.context.files.markErased(url.replace('file/preview/', ''));
    expect([await status(url), onDisk(url)]).toEqual([404, true]);
    await h.restart();
    expect([await status(url), onDisk(url)]).toEqual([404, false]);
  });
});

const discard = (url: string, by: Person): Promise<{ status: number }> =>
  h.call('DELETE', `/v1/file/upload?path=${encodeURIComponent(url.replace('file/preview/', ''))}`, {
    token: by.token,
  });

describe('an upload that no message names', () => {
  test('is taken back by its uploader only, and only while no message uses it', async () => {
    const url = await upload(alice);
    expect((await discard(url, bob)).status).toBe(400);
    expect(await status(url)).toBe(200);
    expect((await discard(url, alice)).status).toBe(200);
    expect([await status(url), onDisk(url)]).toEqual([404, false]);
    const used = await upload(alice);
    await h.notify(image(alice, bob, used));
    expect((await discard(used, alice)).status).toBe(400);
    expect(await status(used)).toBe(200);
    expect((await discard('file/preview/chat/../business.db', alice)).status).toBe(400);
  });

  test('leaves nothing when the connection breaks in the middle', async () => {
    const folder = join(h.dataDir, 'files/chat/1', carol.uid);
    const { hostname, port } = new URL(h.server.api);
    const head = `--b\r\nContent-Disposition: form-data; name="file"; filename="x.bin"\r\n\r\n${SECRET}-broken`;
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/file/upload?type=chat&path=/1/${carol.uid}/broken.bin HTTP/1.1\r\nHost: localhost\r\ntoken: ${carol.token}\r\n` +
        `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n${head}`,
    );
    const names = (): string[] => (existsSync(folder) ? readdirSync(folder) : []);
    await expect.poll(names).toEqual(['broken.bin']);
    socket.destroy();
    await expect.poll(names).toEqual([]);
    expect(await status(`file/preview/chat/1/${carol.uid}/broken.bin`)).toBe(404);
  });
});

describe('downloads', () => {
  test('go on where they broke off, and no browser keeps a copy', async () => {
    const url = `${h.server.api}/v1/${await upload(alice)}`;
    const whole = await fetch(url);
    expect(whole.headers.get('cache-control')).toBe('no-store');
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    const rest = await fetch(url, { headers: { range: 'bytes=16-' } });
    expect([rest.status, rest.headers.get('content-range')]).toEqual([
      206,
      `bytes 16-${PNG.length - 1}/${PNG.length}`,
    ]);
    expect(await rest.text()).toBe(SECRET);
    expect((await fetch(url, { headers: { range: `bytes=${PNG.length}-` } })).status).toBe(416);
    expect((await fetch(url, { headers: { range: 'bytes=0-3,5-9' } })).status).toBe(200);
  });

  test('say which bytes they are, and go on with the same ones only', async () => {
    const path = await upload(alice);
    const url = `${h.server.api}/v1/${path}`;
    const { headers } = await fetch(url);
    const sum = createHash('sha256').update(PNG);
    const tag = headers.get('etag') ?? '';
    expect(tag).toBe(`"${sum.copy().digest('hex')}"`);
    expect(headers.get('repr-digest')).toBe(`sha-256=:${sum.digest('base64')}:`);
    const ask = async (ifRange: string) => {
      const answer = await fetch(url, { headers: { range: 'bytes=16-', 'if-range': ifRange } });
      return [answer.status, (await answer.bytes()).length, answer.headers.get('etag')];
    };
    expect(await ask(tag)).toEqual([206, PNG.length - 16, tag]);
    expect(await ask('"another"')).toEqual([200, PNG.length, tag]);
    const message = image(alice, bob, path);
    await recall(alice, bob, message);
    const kept = h.server.context.db.get<{ sha256: string }>(
      'SELECT sha256 FROM stored_file WHERE path = ?',
      path.replace('file/preview/', ''),
    );
    expect(kept?.sha256).toBe('');
  });
});

test('paths are found wherever a payload names them, but not in its quote', () => {
  const payload = {
    type: 11,
    msgs: [
      { payload: { type: 5, url: '/file/preview/chat/1/u/v.mp4', cover: 'file/preview/chat/1/u/c%20.png' } },
    ],
    content: 'see https://x/v1/file/preview/chat/2/g/a.bin?filename=b',
    reply: { payload: { type: 2, url: 'file/preview/chat/1/u/quoted.png' } },
  };
  expect(filePathsOf(payload)).toEqual(['chat/1/u/v.mp4', 'chat/1/u/c .png', 'chat/2/g/a.bin']);
  expect(filePathsOf({ type: 1, content: 'file previews' })).toEqual([]);
});
