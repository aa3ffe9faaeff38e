/** Recalls through the guard in front of a scripted TSDD with all of a stock one's faults. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeIm } from '../business/testing/fake-im.ts';
import { GuardHarness, type Person, recallAt } from './testing/harness.ts';

let h: GuardHarness;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  h = await new GuardHarness().start();
  alice = h.tsdd.person('alice');
  bob = h.tsdd.person('bob');
});
afterEach(() => h.close());

const refused = (msg: string) => ({ status: 400, json: { msg, status: 400 } });

test('a recall is done by TSDD, recorded, and announced with channel and message, three times', async () => {
  const sent = h.say(alice, bob.uid, 'secret');
  expect(await h.recall(alice, sent, bob.uid)).toMatchObject({ status: 200, json: { status: 200 } });
  expect(h.tsdd.state.extras.get(sent.messageId)).toMatchObject({ revoke: 1, revoker: alice.uid });
  expect(h.store.records).toMatchObject([{ messageId: sent.messageId, guardOnly: false }]);
  expect(h.store.rows).toMatchObject([
    { messageId: sent.messageId, revoker: alice.uid, address: '127.0.0.1' },
  ]);
  const mine = () => h.im.commands('messageRevoke').filter(({ param }) => 'client_msg_no' in param);
  await vi.waitFor(() => expect(mine()).toHaveLength(3));
  expect(mine().map(({ header }) => header['no_persist'])).toEqual([0, 1, 1]);
  for (const { param, body } of mine()) {
    expect(param).toEqual({
      message_id: sent.messageId,
      client_msg_no: sent.clientMsgNo,
      from_uid: alice.uid,
      to_uid: bob.uid,
    });
    expect(body).toMatchObject({ from_uid: alice.uid, channel_id: bob.uid, channel_type: 1 });
  }
});

test('over several WuKongIM nodes one more is owed, after 90 s, also by a guard that is gone', async () => {
  const second = new FakeIm(() => h.clock);
  await second.start();
  const guards = [await h.another({ imApi: [h.im.api, second.api] }), h.guard];
  try {
    for (const [n, { url }] of guards.entries()) {
      const sent = h.say(alice, bob.uid, 'secret');
      const query = { message_id: sent.messageId, client_msg_no: sent.clientMsgNo };
      const said = await recallAt(url, alice.token, { ...query, channel_id: bob.uid, channel_type: '1' });
      expect([n, said]).toEqual([n, 'done']);
    }
    const late = { attempt: 3, due: h.clock + 90_000 };
    await vi.waitFor(() => expect(h.store.commands).toMatchObject([late]));
    await guards[0]?.close();
    expect(h.store.commands).toMatchObject([late]);
    const sent = () => h.im.commands('messageRevoke').filter(({ param }) => 'client_msg_no' in param).length;
    const before = sent();
    h.clock += 93_001;
    await vi.waitFor(() => expect(h.store.commands).toEqual([]), { timeout: 10_000 });
    expect(sent()).toBe(before + 1);
  } finally {
    await second.close();
  }
});

test('in a group the CMD names the channel, and every reason has its own refusal', async () => {
  const [owner, manager, member] = [
    h.tsdd.person('owner'),
    h.tsdd.person('manager'),
    h.tsdd.person('member'),
  ];
  const group = h.tsdd.group(owner.uid, [manager.uid, member.uid, alice.uid]);
  const inGroup = { channel_id: group.groupNo, channel_type: '2' };
  Object.assign(group.members.get(manager.uid) ?? {}, { role: 2 });
  const byOwner = h.say(owner, group.groupNo, 'a', {}, 2);
  const byMember = h.say(member, group.groupNo, 'b', {}, 2);
  expect(await h.recall(manager, byOwner, group.groupNo)).toMatchObject(refused('无权限撤回此消息！'));
  expect(await h.recall(alice, byMember, group.groupNo)).toMatchObject(refused('无权限撤回此消息！'));
  expect(await h.recall(bob, byMember, group.groupNo)).toMatchObject(refused('无权限撤回此消息！'));
  const other = { ...inGroup, message_id: byMember.messageId, client_msg_no: byOwner.clientMsgNo };
  expect(await h.revoke(member.token, other)).toMatchObject(
    refused('message_id 与 client_msg_no 不是同一条消息，无法撤回！'),
  );
  expect(await h.revoke(member.token, inGroup)).toMatchObject(refused('撤回主键参数错误！'));
  expect(await h.revoke(member.token, { ...inGroup, message_id: '12' })).toMatchObject(
    refused('未查询到撤回消息！'),
  );
  expect(await h.revoke(member.token, { ...inGroup, message_id: 'x' })).toMatchObject(
    refused('撤回主键参数错误！'),
  );
  expect(await h.revoke(member.token, { message_id: '1', channel_id: 'g', channel_type: '{' })).toMatchObject(
    {
      status: 400,
    },
  );
  expect(await h.revoke('', { ...inGroup, message_id: '1' })).toMatchObject({
    status: 401,
    json: { msg: 'token不能为空，请先登录！' },
  });
  expect(await h.revoke('nobody', { ...inGroup, message_id: '1' })).toMatchObject({
    status: 401,
    json: { msg: '请先登录！' },
  });
  expect(h.tsdd.state.extras.size).toBe(0);
  expect(await h.recall(manager, byMember, group.groupNo)).toMatchObject({ status: 200 });
  const param = h.im
    .commands('messageRevoke')
    .map((each) => each.param)
    .find((each) => 'channel_id' in each);
  expect(param).toMatchObject({ channel_id: group.groupNo, channel_type: 2, message_id: byMember.messageId });
});

test("the window holds by the IM server's time, for authors only, as TSDD's administrator set it", async () => {
  h.tsdd.state.appConfig.revokeSecond = 120;
  const group = h.tsdd.group(bob.uid, [alice.uid]);
  const old = h.say(alice, group.groupNo, 'old', {}, 2);
  h.clock += 120_000;
  const inTime = h.say(alice, bob.uid, 'new');
  h.clock += 1;
  expect(await h.recall(alice, old, group.groupNo)).toMatchObject(
    refused('超过可撤回时间（120秒），无法撤回！'),
  );
  expect(await h.recall(alice, inTime, bob.uid)).toMatchObject({ status: 200 });
  expect(await h.recall(bob, old, group.groupNo)).toMatchObject({ status: 200 });
});

test('--window is enforced and published', async () => {
  const guard = await h.another({ window: 5 });
  const config = await (await fetch(`${guard.url}/v1/common/appconfig`)).json();
  expect(config).toMatchObject({ revoke_second: 5, recall_enforced: 1 });
  const sent = h.say(alice, bob.uid, 'x');
  h.clock += 6_000;
  const query = new URLSearchParams({ message_id: sent.messageId, channel_id: bob.uid, channel_type: '1' });
  const answer = await fetch(`${guard.url}/v1/message/revoke?${query}`, {
    method: 'POST',
    headers: { token: alice.token },
  });
  expect(await answer.json()).toMatchObject({ msg: '超过可撤回时间（5秒），无法撤回！' });
  await guard.close();
});

test('a recall is taken whatever is said of its body, as TSDD takes it', async () => {
  for (const [type, body] of [
    ['application/json', undefined],
    ['application/json', '{"message_id":"1"}'],
    ['application/json', '{'],
    ['application/x-www-form-urlencoded', 'a=b'],
  ] as const) {
    const sent = h.say(alice, bob.uid, 'x');
    const query = new URLSearchParams({ message_id: sent.messageId, channel_id: bob.uid, channel_type: '1' });
    const answer = await fetch(`${h.guard.url}/v1/message/revoke?${query}`, {
      method: 'POST',
      headers: { token: alice.token, 'content-type': type },
      ...(body === undefined ? {} : { body }),
    });
    expect(answer.status).toBe(200);
  }
});

test('a second recall changes nothing and is announced no more', async () => {
  const sent = h.say(alice, bob.uid, 'x');
  const both = await Promise.all([h.recall(alice, sent, bob.uid), h.recall(alice, sent, bob.uid)]);
  expect(both.map((each) => each.status)).toEqual([200, 200]);
  const { version } = h.tsdd.state.extras.get(sent.messageId) ?? { version: 0 };
  expect(await h.recall(alice, sent, bob.uid)).toMatchObject({ status: 200 });
  expect(await h.recall(bob, sent, alice.uid)).toMatchObject(refused('无权限撤回此消息！'));
  expect(h.tsdd.state.extras.get(sent.messageId)?.version).toBe(version);
  expect(h.tsdd.requests.filter(({ url }) => url.startsWith('/v1/message/revoke'))).toHaveLength(1);
  expect(h.store.rows).toHaveLength(1);
});

test('what makes TSDD panic or lose its CMD never reaches the one who recalls, or is mended', async () => {
  const group = h.tsdd.group(bob.uid, [alice.uid]);
  const left = h.say(h.tsdd.person('left'), group.groupNo, 'x', {}, 2);
  expect(await h.recall(alice, left, group.groupNo)).toMatchObject(refused('无权限撤回此消息！'));
  h.tsdd.faults.add('cmd-fails');
  const sent = h.say(alice, bob.uid, 'x');
  expect(await h.recall(alice, sent, bob.uid)).toMatchObject({ status: 200 });
  await vi.waitFor(() => expect(h.im.commands('messageRevoke').length).toBeGreaterThanOrEqual(3));
  h.tsdd.faults.delete('cmd-fails');
  h.tsdd.faults.add('revoke-500');
  const more = h.say(alice, bob.uid, 'y');
  expect(await h.recall(alice, more, bob.uid)).toMatchObject(refused('更新消息为撤回状态失败！'));
  expect(h.store.records.some((each) => each.messageId === more.messageId)).toBe(false);
});

test('who reuses my client number can neither stop my recall nor lose a message by it', async () => {
  const group = h.tsdd.group(bob.uid, [alice.uid]);
  const mine = h.im.store({
    from: alice.uid,
    to: group.groupNo,
    type: 2,
    payload: { type: 1, content: 'mine' },
    clientMsgNo: 'same',
  });
  const theirs = h.im.store({
    from: bob.uid,
    to: group.groupNo,
    type: 2,
    payload: { type: 1, content: 'theirs' },
    clientMsgNo: 'same',
  });
  expect(await h.recall(alice, mine, group.groupNo)).toMatchObject({ status: 200 });
  expect(h.tsdd.state.extras.get(theirs.messageId)).toBeUndefined();
  const page = await h.history(bob, group.groupNo, 2);
  expect(page.text).not.toContain('mine');
  expect(page.text).toContain('theirs');
  const changes = await h.call('POST', '/v1/message/extra/sync', bob.token, {
    channel_id: group.groupNo,
    channel_type: 2,
    extra_version: 1,
    limit: 100,
  });
  expect(changes.json).toMatchObject([{ message_id_str: mine.messageId, revoke: 1, revoker: alice.uid }]);
  expect(changes.text).toContain(`"message_id":${mine.messageId},`);
});

test('every stored copy of a resend is recalled', async () => {
  const copies = [1, 2, 3].map(() =>
    h.im.store({
      from: alice.uid,
      to: bob.uid,
      type: 1,
      payload: { type: 1, content: 'secret' },
      clientMsgNo: 'again',
    }),
  );
  const [first] = copies;
  if (!first) throw new Error('nothing sent');
  expect(await h.recall(alice, first, bob.uid)).toMatchObject({ status: 200 });
  const page = await h.history(bob, alice.uid, 1);
  expect(page.text).not.toContain('secret');
  expect(page.json).toMatchObject({ messages: [{ revoke: 1 }, { revoke: 1 }, { revoke: 1 }] });
  // One that is stored only now.
  h.im.store({
    from: alice.uid,
    to: bob.uid,
    type: 1,
    payload: { type: 1, content: 'secret' },
    clientMsgNo: 'again',
  });
  expect((await h.history(bob, alice.uid, 1)).text).not.toContain('secret');
});

test('a copy that is stored years after the recall is known by the row of the guard alone, which stays', async () => {
  const sending = { from: alice.uid, to: bob.uid, type: 1, clientMsgNo: 'again' };
  const store = () => h.im.store({ ...sending, payload: { type: 1, content: 'secret' } });
  const first = store();
  expect(await h.recall(alice, first, bob.uid)).toMatchObject({ status: 200 });
  expect(h.tsdd.state.extras.get(first.messageId)).toMatchObject({ revoke: 1 });
  expect(h.store.records).toMatchObject([{ messageId: first.messageId, guardOnly: false }]);
  h.clock += 10 * 365 * 86_400_000;
  store();
  /** The page on which only the copy stands, from a guard that remembers nothing. */
  const page = async (): Promise<string> => {
    await h.guard.close();
    h.guard = await h.another();
    return (await h.history(bob, alice.uid, 1, 1)).text;
  };
  const masked = await page();
  expect(masked).not.toContain('secret');
  expect(JSON.parse(masked)).toMatchObject({ messages: [{ client_msg_no: 'again', revoke: 1 }] });
  // Known by its own id from now on, so that quotes of it are found on any page.
  await vi.waitFor(() => expect(h.store.records[1]).toMatchObject({ clientMsgNo: 'again', guardOnly: true }));
  // What is to be forgotten with age was.
  await vi.waitFor(() => expect(h.store.rows).toEqual([]));
  expect(h.store.records).toHaveLength(2);
  expect(await page()).not.toContain('secret');
  // Why: what TSDD keeps of the recall does not do.
  h.store.records.length = 0;
  expect(await page()).toContain('secret');
});

test('a recall that cannot be checked is refused, with a text that clients try again on', async () => {
  const group = h.tsdd.group(bob.uid, [alice.uid]);
  const sent = h.say(alice, group.groupNo, 'x', {}, 2);
  h.store.down = true;
  expect(await h.recall(bob, sent, group.groupNo)).toMatchObject(refused('权限判断失败！'));
  expect(await h.recall(alice, sent, group.groupNo)).toMatchObject(refused('更新消息为撤回状态失败！'));
  h.store.down = false;
  h.im.failWith = 500;
  expect(await h.recall(alice, sent, group.groupNo)).toMatchObject(refused('查询IM消息错误'));
  expect(h.tsdd.state.extras.size).toBe(0);
});

test('an edit comes from the author, of what is not recalled, and breaks no reader', async () => {
  const sent = h.say(alice, bob.uid, 'one');
  const edit = (person: Person, to: string, content: unknown) =>
    h.call('POST', '/v1/message/edit', person.token, {
      message_id: sent.messageId,
      message_seq: sent.seq,
      channel_id: to,
      channel_type: 1,
      content_edit: JSON.stringify(content),
    });
  expect(await edit(bob, alice.uid, { type: 1, content: 'forged' })).toMatchObject(
    refused('只能编辑自己的消息！'),
  );
  expect(await edit(alice, bob.uid, { type: 1, content: 'x', visibles: 'all' })).toMatchObject({
    status: 400,
  });
  expect(await edit(alice, bob.uid, { type: 1, content: 'two' })).toMatchObject({ status: 200 });
  await h.recall(alice, sent, bob.uid);
  expect(await edit(alice, bob.uid, { type: 1, content: 'three' })).toMatchObject(
    refused('消息已撤回，无法编辑！'),
  );
  const forged = {
    token: bob.token,
    receive_channel_id: alice.uid,
    receive_channel_type: 1,
    payload: { type: 99 },
  };
  expect(await h.call('POST', '/v1/message/send', '', forged)).toMatchObject({ status: 400 });
});

test('a deletion for everybody comes from who may recall, and strangers read no changes of a group', async () => {
  const owner = h.tsdd.person('owner');
  const group = h.tsdd.group(owner.uid, [alice.uid]);
  const remove = (person: Person, message: { messageId: string; seq: number }, to: string, type: number) =>
    h.call('DELETE', '/v1/message/mutual', person.token, {
      message_id: message.messageId,
      message_seq: message.seq,
      channel_id: to,
      channel_type: type,
    });
  const mine = h.say(alice, bob.uid, 'x');
  expect(await remove(bob, mine, alice.uid, 1)).toMatchObject(refused('用户无权删除此消息'));
  expect(await remove(alice, mine, bob.uid, 1)).toMatchObject({ status: 200 });
  const byOwner = h.say(owner, group.groupNo, 'y', {}, 2);
  expect(await remove(alice, byOwner, group.groupNo, 2)).toMatchObject(refused('用户无权删除此消息'));
  const byAlice = h.say(alice, group.groupNo, 'z', {}, 2);
  expect(await remove(owner, byAlice, group.groupNo, 2)).toMatchObject({ status: 200 });
  const changes = { channel_id: group.groupNo, channel_type: 2, extra_version: 1, limit: 10 };
  expect(await h.call('POST', '/v1/message/extra/sync', alice.token, changes)).toMatchObject({
    json: [{ is_mutual_deleted: 1 }],
  });
  expect(await h.call('POST', '/v1/message/extra/sync', bob.token, changes)).toMatchObject(
    refused('群不存在或你不是群成员！'),
  );
});

test('a message is found in the chat that is named, though WuKongIM finds ids everywhere', async () => {
  const [owner, mallory] = [h.tsdd.person('owner'), h.tsdd.person('mallory')];
  const theirs = h.tsdd.group(owner.uid, [alice.uid]);
  const own = h.tsdd.group(mallory.uid, [bob.uid]);
  const words = [h.say(alice, theirs.groupNo, 'in a group', {}, 2), h.say(alice, bob.uid, 'between two')];
  for (const { messageId, seq } of words) {
    const inOwn = { message_id: messageId, channel_id: own.groupNo, channel_type: '2' };
    expect(await h.revoke(mallory.token, inOwn)).toMatchObject(refused('未查询到撤回消息！'));
    const named = { ...inOwn, channel_type: 2, message_seq: seq };
    expect(await h.call('DELETE', '/v1/message/mutual', mallory.token, named)).toMatchObject(
      refused('没有读取到消息！'),
    );
    // Nor is its own author's recall recorded where it does not lie.
    const elsewhere = { message_id: messageId, channel_id: mallory.uid, channel_type: '1' };
    expect(await h.revoke(alice.token, elsewhere)).toMatchObject(refused('未查询到撤回消息！'));
  }
  expect([h.tsdd.state.extras.size, h.store.records]).toEqual([0, []]);
});

test('the members of a group are listed for its members, however the call is written', async () => {
  const owner = h.tsdd.person('owner');
  const group = h.tsdd.group(owner.uid, [alice.uid]);
  const path = `/v1/groups/${group.groupNo}/membersync`;
  const list = (person: Person, written: string) =>
    h.call('GET', `${written}?version=0&limit=10`, person.token);
  expect(await list(alice, path)).toMatchObject({ status: 200, json: [{}, {}] });
  for (const written of [
    path,
    path.replace('membersync', 'members'),
    path.replace('/membersync', '%2Fmembersync'),
  ])
    expect(await list(bob, written)).toMatchObject(refused('群不存在或你不是群成员！'));
  expect((await h.call('GET', path)).status).toBe(401);
  h.store.down = true;
  expect((await list(bob, path)).status).toBe(200);
});

test('owner and managers read who recalled what, and nobody else', async () => {
  const [owner, member] = [h.tsdd.person('owner'), h.tsdd.person('member')];
  const group = h.tsdd.group(owner.uid, [member.uid]);
  const sent = h.say(member, group.groupNo, 'secret', {}, 2);
  await h.recall(owner, sent, group.groupNo);
  const audit = (person: Person, more = '') =>
    h.call('GET', `/v1/groups/${group.groupNo}/recalls?limit=10${more}`, person.token);
  expect(await audit(owner)).toMatchObject({
    status: 200,
    json: [
      { message_id: sent.messageId, from_uid: member.uid, revoker: owner.uid, type: 1, address: '127.0.0.1' },
    ],
  });
  expect((await audit(owner)).text).not.toContain('secret');
  expect(await audit(owner, '&before=1')).toMatchObject({ json: [] });
  expect(await audit(owner, `&revoker=${member.uid}`)).toMatchObject({ json: [] });
  expect(await audit(owner, `&since=${h.clock / 1000 + 1}`)).toMatchObject({ json: [] });
  expect(await audit(owner, '&limit=x')).toMatchObject({ status: 400 });
  expect(await audit(member)).toMatchObject(refused('没有权限！'));
  expect(await audit(alice)).toMatchObject(refused('没有权限！'));
  h.tsdd.state.uidOfToken.delete(owner.token);
  expect(await audit(owner)).toMatchObject({ status: 401 });
});

test('a kind of message that no column holds keeps nobody from being told who recalled it', async () => {
  const sent = h.say(alice, bob.uid, 'secret', { type: 2 ** 40 });
  expect(await h.recall(alice, sent, bob.uid)).toMatchObject({ status: 200 });
  expect(h.store.rows).toMatchObject([{ messageId: sent.messageId, messageType: 0 }]);
});

test('author and owner who recall at once at two guards leave one row of who recalled', async () => {
  const [owner, member] = [h.tsdd.person('owner'), h.tsdd.person('member')];
  const group = h.tsdd.group(owner.uid, [member.uid]);
  const sent = h.say(member, group.groupNo, 'secret', {}, 2);
  const other = await h.another();
  // Neither goes on before both have found that it was not recalled yet.
  const { planCommands } = h.store;
  const both = Promise.withResolvers<undefined>();
  let planned = 0;
  h.store.planCommands = async (commands) => {
    planned += 1;
    if (planned === 2) both.resolve(undefined);
    await both.promise;
    await planCommands(commands);
  };
  const query = { message_id: sent.messageId, channel_id: group.groupNo, channel_type: '2' };
  const answers = await Promise.all([
    h.recall(owner, sent, group.groupNo).then(({ status }) => status),
    recallAt(other.url, member.token, { ...query, client_msg_no: sent.clientMsgNo }),
  ]);
  expect([planned, ...answers]).toEqual([2, 200, 'done']);
  expect(h.store.rows.map(({ messageId }) => messageId)).toEqual([sent.messageId]);
  expect(h.store.records).toHaveLength(1);
  expect(h.store.rows[0]?.revoker).toBe(h.store.records[0]?.revoker);
  await other.close();
});
