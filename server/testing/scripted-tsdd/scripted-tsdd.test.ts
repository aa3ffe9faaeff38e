/** The scripted TSDD answers as captures.md and tsdd-api.md say, defects included. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseExact } from '../../../shared/exact-json.ts';
import { FakeIm } from '../../business/testing/fake-im.ts';
import { type ScriptedTsdd, startScriptedTsdd } from './scripted-tsdd.ts';

const clock = 1_795_424_770_000;
let im: FakeIm;
let tsdd: ScriptedTsdd;

beforeEach(async () => {
  im = new FakeIm(() => clock);
  await im.start();
  tsdd = await startScriptedTsdd({ imApi: im.api, now: () => clock });
});
afterEach(async () => {
  await tsdd.close();
  await im.close();
});

async function call(method: string, path: string, token = '', body?: unknown) {
  const response = await fetch(tsdd.url + path, {
    method,
    headers: {
      ...(token === '' ? {} : { token }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    json: text.startsWith('{') || text.startsWith('[') ? parseExact(text) : null,
  };
}

const history = (token: string, channelId: string, type: number) =>
  call('POST', '/v1/message/channel/sync', token, { channel_id: channelId, channel_type: type, limit: 100 });

test('a recall is taken at any age, keeps the words in history and in quotes, and its CMD names no channel', async () => {
  const [alice, bob] = [tsdd.person('alice'), tsdd.person('bob')];
  tsdd.state.appConfig.revokeSecond = 3;
  const sent = im.store({
    from: alice.uid,
    to: bob.uid,
    type: 1,
    payload: { type: 1, content: 'secret' },
    atMs: clock - 60_000,
  });
  const reply = {
    message_id: sent.messageId,
    from_uid: alice.uid,
    from_name: 'a',
    payload: { type: 1, content: 'secret' },
  };
  im.store({ from: bob.uid, to: alice.uid, type: 1, payload: { type: 1, content: 'hm', reply } });
  const query = new URLSearchParams({
    message_id: '1',
    client_msg_no: sent.clientMsgNo,
    channel_id: bob.uid,
    channel_type: '1',
  });
  expect(await call('POST', `/v1/message/revoke?${query}`, alice.token)).toMatchObject({
    status: 200,
    json: { status: 200 },
  });
  expect(im.commands('messageRevoke')[0]?.param).toEqual({ message_id: sent.messageId });
  const page = await history(bob.token, alice.uid, 1);
  expect(page.text.split('secret')).toHaveLength(3);
  expect(page.text).toContain(`"message_id":${sent.messageId}`);
  expect(page.json).toMatchObject({
    messages: [{ revoke: 1, revoker: alice.uid, message_extra: { revoke: 1 } }, {}],
  });
});

test('refuses, panics and finds no route as TSDD does', async () => {
  const [owner, member, author] = [tsdd.person('owner'), tsdd.person('member'), tsdd.person('author')];
  const group = tsdd.group(owner.uid, [member.uid, author.uid]);
  const sent = im.store({ from: author.uid, to: group.groupNo, type: 2, payload: { type: 1, content: 'x' } });
  const revoke = (token: string) =>
    call(
      'POST',
      `/v1/message/revoke?client_msg_no=${sent.clientMsgNo}&channel_id=${group.groupNo}&channel_type=2`,
      token,
    );
  expect(await revoke(member.token)).toMatchObject({
    status: 400,
    json: { msg: '无权限撤回此消息！', status: 400 },
  });
  await call('POST', `/v1/groups/${group.groupNo}/exit`, author.token);
  expect(await revoke(member.token)).toMatchObject({ status: 500, text: '' });
  expect(await revoke('')).toMatchObject({ status: 401, json: { msg: 'token不能为空，请先登录！' } });
  expect(await call('GET', '/v1/nowhere')).toMatchObject({ status: 404, text: '404 page not found' });
  im.store({
    from: owner.uid,
    to: group.groupNo,
    type: 2,
    payload: { type: 1, content: 'x', visibles: 'all' },
  });
  expect(await history(owner.token, group.groupNo, 2)).toMatchObject({ status: 500, text: '' });
});

test('takes its faults by name', async () => {
  const alice = tsdd.person('alice');
  tsdd.faults.add('bad-gateway');
  expect(await history(alice.token, 'u', 1)).toMatchObject({ status: 502 });
  tsdd.faults.delete('bad-gateway');
  tsdd.faults.add('down');
  await expect(history(alice.token, 'u', 1)).rejects.toThrow('fetch failed');
});
