/** Uploads that nothing uses are erased after a while, and only those. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Harness, type Person } from '../testing/harness.ts';
import type { FakeMessage } from '../testing/fake-im.ts';

const DAY_MS = 86_400_000;
const GRACE_MS = 7 * DAY_MS;
let h: Harness;
let alice: Person;
let bob: Person;
beforeEach(async () => {
  h = await new Harness({ revokeSecond: -1 }).start();
  [alice, bob] = [await h.person('alice'), await h.person('bob')];
});
afterEach(() => h.close());

let serial = 0;
async function upload(name = `0f8fad5b-d9cb-469f-a165-${(serial += 1)}.bin`, type = 'chat'): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob(['bytes']), 'f.bin');
  const path = `/1/${bob.uid}/${name}`;
  const answer = await h.call('POST', `/v1/file/upload?type=${type}&path=${path}`, {
    token: alice.token,
    body: form,
  });
  return (answer.json as { path: string }).path;
}
const send = (url: string, expire = 0): FakeMessage =>
  h.im.store({ from: alice.uid, to: bob.uid, type: 1, payload: { type: 8, url, name: 'f' }, expire });
const isThere = (url: string): boolean =>
  existsSync(join(h.dataDir, 'files', url.replace('file/preview/', '')));

describe('an upload', () => {
  test('that no message names goes after a week, not before', async () => {
    const url = await upload();
    h.clock += GRACE_MS - 1;
    await h.server.upkeep();
    expect(isThere(url)).toBe(true);
    h.clock += 1;
    await h.server.upkeep();
    expect(isThere(url)).toBe(false);
    expect((await fetch(`${h.server.api}/v1/${url}`)).status).toBe(404);
  });

  test('stays while a message names it, in any way, however late the message came', async () => {
    const [sent, forwarded, edited] = [await upload(), await upload(), await upload()];
    const [another, late] = [await upload(), await upload()];
    await h.notify(send(sent));
    const merged = { type: 11, msgs: [{ payload: { type: 8, url: `http://x/v1/${forwarded}?filename=a` } }] };
    await h.notify(h.im.store({ from: alice.uid, to: bob.uid, type: 1, payload: merged }));
    const text = h.say(alice, bob.uid, 1, 'before');
    await h.post('/v1/message/edit', alice, {
      message_id: text.messageId,
      channel_id: bob.uid,
      channel_type: 1,
      message_seq: text.seq,
      content_edit: JSON.stringify({
        type: 1,
        content: `see ${edited} and http://x/v1/${another}?a=b, both`,
      }),
    });
    h.clock += GRACE_MS - 1000;
    await h.notify(send(late));
    h.clock += GRACE_MS;
    await h.server.upkeep();
    expect([sent, forwarded, edited, another, late].map(isThere)).toEqual([true, true, true, true, true]);
  });

  test('stays when the notice of its message was lost: the IM server is asked', async () => {
    const url = await upload();
    const message = send(url);
    h.clock += GRACE_MS;
    await h.server.upkeep();
    expect(isThere(url)).toBe(true);
    // It still goes with its message.
    expect((await h.revoke(alice, bob.uid, 1, { messageId: message.messageId })).status).toBe(200);
    expect(isThere(url)).toBe(false);
  });

  test('stays when its message comes while the IM server is asked', async () => {
    const url = await upload();
    h.clock += GRACE_MS;
    let asked = 0;
    h.im.meanwhile = async (path) => {
      if (path !== '/message/naming' || (asked += 1) > 1) return;
      await h.notify(send(url));
      // Too late for the answer, as it were.
      h.im.messages.pop();
    };
    await h.server.upkeep();
    expect(asked).toBe(1);
    expect(isThere(url)).toBe(true);
  });

  test('stays with a real WuKongIM, which cannot say what its messages name', async () => {
    h.im.missing.add('/message/naming');
    const url = await upload();
    h.clock += GRACE_MS * 10;
    await h.server.upkeep();
    expect(isThere(url)).toBe(true);
  });

  test('stays when its name could be any text, when it is no message’s file, or from before uses were known', async () => {
    const [short, background, old] = [
      await upload('a.bin'),
      await upload(undefined, 'chatbg'),
      await upload(),
    ];
    h.server.context.db.run(
      'UPDATE stored_file SET collectable = 0 WHERE path = ?',
      old.replace('file/preview/', ''),
    );
    h.clock += GRACE_MS * 10;
    await h.server.upkeep();
    expect([short, background, old].map(isThere)).toEqual([true, true, true]);
  });

  test('goes with the last of its messages that expires', async () => {
    const url = await upload();
    const [first, second] = [send(url, 60), send(url, 600)];
    await h.notify(first, second);
    h.im.messages.splice(h.im.messages.indexOf(first), 1);
    h.clock += 61_000;
    await h.server.upkeep();
    expect(isThere(url)).toBe(true);
    h.im.messages.splice(h.im.messages.indexOf(second), 1);
    h.clock += 600_000;
    await h.server.upkeep();
    expect(isThere(url)).toBe(false);
  });
});

test('an IM server that is down ends nothing for good', async () => {
  const url = await upload();
  h.clock += GRACE_MS;
  h.im.failWith = 503;
  await expect(h.server.upkeep()).rejects.toThrow('503');
  expect(isThere(url)).toBe(true);
  h.im.failWith = null;
  await h.server.upkeep();
  expect(isThere(url)).toBe(false);
});
