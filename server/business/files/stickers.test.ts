import { afterEach, beforeEach, expect, test } from 'vitest';
import { Harness, type Person } from '../testing/harness.ts';

let h: Harness;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  h = await new Harness().start();
  [alice, bob] = await Promise.all([h.person('alice'), h.person('bob')]);
});
afterEach(() => h.close());

async function uploaded(who: Person, name: string): Promise<string> {
  const body = new FormData();
  body.append('file', new Blob(['GIF89a']), 'x.gif');
  const path = encodeURIComponent(`/1/${bob.uid}/${name}.gif`);
  const answer = await h.call('POST', `/v1/file/upload?type=chat&path=${path}`, { token: who.token, body });
  return (answer.json as { path: string }).path;
}
const add = (who: Person, path: unknown, more: object = {}) =>
  h.post('/v1/sticker/user', who, { path, width: 200, height: 100, format: 'gif', ...more });
const collected = async (who: Person): Promise<unknown[]> =>
  (await h.get('/v1/sticker/user', who)).json as unknown[];

test('collected once each, the newest first, by their own people, until they are removed', async () => {
  const [one, two] = [await uploaded(alice, 'one'), await uploaded(alice, 'two')];
  for (const path of [one, two, one]) expect((await add(bob, path)).status).toBe(200);
  expect(await collected(bob)).toEqual([
    { path: one, width: 200, height: 100, format: 'gif', category: '', title: '', placeholder: '' },
    expect.objectContaining({ path: two }),
  ]);
  expect(await collected(alice)).toEqual([]);
  const removed = await h.call('DELETE', '/v1/sticker/user', {
    token: bob.token,
    body: { paths: [one, 'file/preview/never'] },
  });
  expect(removed.status).toBe(200);
  expect(await collected(bob)).toMatchObject([{ path: two }]);
});

test('goes with its file, which goes with the recall of the message that had it', async () => {
  const path = await uploaded(alice, 'gone');
  const message = h.say(alice, bob.uid, 1, '', { payload: { type: 3, url: path, width: 2, height: 1 } });
  await add(bob, path);
  expect(await collected(bob)).toHaveLength(1);
  await h.revoke(alice, bob.uid, 1, { messageId: message.messageId });
  expect(await collected(bob)).toEqual([]);
  expect((await add(bob, path)).status).toBe(400);
});

test('one made of a file stays in the collection when a message with it is recalled, and goes with both', async () => {
  const form = new FormData();
  form.append('file', new Blob(['GIF89a']), 'x.gif');
  const upload = `/v1/file/upload?type=sticker&path=${encodeURIComponent(`/1/${alice.uid}/made.gif`)}`;
  const { path } = (await h.call('POST', upload, { token: alice.token, body: form })).json as {
    path: string;
  };
  expect((await add(alice, path)).status).toBe(200);
  const payload = { type: 3, url: path, width: 2, height: 1 };
  const message = h.say(alice, bob.uid, 1, '', { payload });
  await h.revoke(alice, bob.uid, 1, { messageId: message.messageId });
  expect(await collected(alice)).toHaveLength(1);
  expect((await h.call('GET', `/v1/${path}`, {})).status).toBe(200);
  await h.call('DELETE', '/v1/sticker/user', { token: alice.token, body: { paths: [path] } });
  expect((await h.call('GET', `/v1/${path}`, {})).status).toBe(404);
});

test('one made of an image goes with the recall of its message, its file once no message has it', async () => {
  const made = async (messageId: string): Promise<string> => {
    const form = new FormData();
    form.append('file', new Blob(['GIF89a']), 'x.gif');
    const name = encodeURIComponent(`/1/${bob.uid}/${messageId}-${'a'.repeat(32)}.gif`);
    const upload = `/v1/file/upload?type=sticker&path=${name}`;
    const answer = await h.call('POST', upload, { token: bob.token, body: form });
    return (answer.json as { path: string }).path;
  };
  const [first, second, third] = ['one', 'two', 'three'].map((words) => h.say(alice, bob.uid, 1, words));
  const paths: string[] = [];
  for (const message of [first, second, third]) {
    const path = await made(message?.messageId ?? '');
    expect((await add(bob, path)).status).toBe(200);
    paths.push(path);
  }
  const status = async (at: number): Promise<number> =>
    (await h.call('GET', `/v1/${paths[at] ?? ''}`, {})).status;
  // Passed on by whoever has it: that is a message of his own.
  const own = h.say(bob, alice.uid, 1, '', { payload: { type: 3, url: paths[1], width: 2, height: 1 } });
  await h.notify(own);
  for (const message of [first, second])
    await h.revoke(alice, bob.uid, 1, { messageId: message?.messageId ?? '' });
  expect(await collected(bob)).toEqual([expect.objectContaining({ path: paths[2] })]);
  expect([await status(0), await status(1), await status(2)]).toEqual([404, 200, 200]);
  await h.revoke(bob, alice.uid, 1, { messageId: own.messageId });
  expect(await status(1)).toBe(404);
});

test('what is no file of this server, or no path, is refused', async () => {
  for (const path of [
    'https://evil.example/a.gif',
    'file/preview/chat/1/x/none.gif',
    '',
    7,
    null,
    'x'.repeat(5_000),
  ])
    expect((await add(bob, path)).status).toBe(400);
  const path = await uploaded(alice, 'odd');
  for (const more of [{ width: -1 }, { height: '1' }, { format: 'x'.repeat(100) }, { placeholder: {} }])
    expect((await add(bob, path, more)).status).toBe(400);
  expect(await collected(bob)).toEqual([]);
});
