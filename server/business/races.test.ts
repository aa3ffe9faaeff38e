/** What happens while the IM server is being asked counts; whatever runs at once leaves a group whole. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Harness, type Person } from './testing/harness.ts';

let h: Harness;
let owner: Person;
let manager: Person;
let member: Person;
let other: Person;
let no: string;

beforeEach(async () => {
  h = await new Harness().start();
  [owner, manager, member, other] = (await Promise.all(
    ['owner', 'manager', 'member', 'other'].map((name) => h.person(name)),
  )) as [Person, Person, Person, Person];
  no = await h.group(owner, [manager], [member]);
});
afterEach(() => h.close());

/** Does it once, while the first call of this path waits for its answer. */
function during(path: string, what: () => Promise<{ status: number; text: string }>): void {
  h.im.meanwhile = async (asked) => {
    if (asked !== path) return;
    h.im.meanwhile = null;
    expect(await what()).toMatchObject({ status: 200 });
  };
}
const remove = (uid: string) =>
  h.call('DELETE', `/v1/groups/${no}/members`, { token: owner.token, body: { members: [uid] } });
const isMember = (uid: string): boolean => h.server.context.groups.isMember(no, uid);

const add = (by: Person) => h.post(`/v1/groups/${no}/members`, by, { members: [other.uid] });

describe('while a member is added', () => {
  beforeEach(async () => {
    const hidden = { allow_view_history_msg: 0 };
    const answer = await h.call('PUT', `/v1/groups/${no}/setting`, { token: owner.token, body: hidden });
    if (answer.status !== 200) throw new Error(answer.text);
  });

  test('the inviter is removed: refused', async () => {
    during('/channel/max_message_seq', () => remove(member.uid));
    expect((await add(member)).status).toBe(400);
    expect(isMember(other.uid)).toBe(false);
  });

  test('the group is disbanded: refused', async () => {
    during('/channel/max_message_seq', () =>
      h.call('DELETE', `/v1/groups/${no}/disband`, { token: owner.token }),
    );
    expect((await add(member)).status).toBe(400);
    expect(isMember(other.uid)).toBe(false);
  });

  test('somebody else adds the same person: one notice', async () => {
    during('/channel/max_message_seq', () => add(manager));
    expect((await add(member)).status).toBe(200);
    expect(isMember(other.uid)).toBe(true);
    const added = h.im.calls.filter(({ path }) => path === '/channel/subscriber_add');
    expect(added).toHaveLength(1);
  });
});

test.each(['/messages', '/channel/messagesync'])(
  'a manager who loses the role while %s is asked recalls nothing any more',
  async (path) => {
    const message = h.say(member, no, 2, 'words');
    during(path, () =>
      h.call('DELETE', `/v1/groups/${no}/managers`, { token: owner.token, body: [manager.uid] }),
    );
    expect(await h.revoke(manager, no, 2, { messageId: message.messageId })).toMatchObject({
      status: 400,
      json: { code: 'recall_denied' },
    });
    expect((await h.history(member, no, 2)).filter((row) => row['revoke'] === 1)).toEqual([]);
  },
);

test('adding, removing, leaving, handing over and recalling at once: one owner, and the IM server has the same members', async () => {
  for (let round = 0; round < 6; round += 1) {
    no = await h.group(owner, [manager], [member, other]);
    const message = h.say(member, no, 2, 'words');
    const group = `/v1/groups/${no}`;
    const calls = [
      () => remove(other.uid),
      () => h.post(`${group}/members`, member, { members: [other.uid] }),
      () => h.post(`${group}/transfer/${member.uid}`, owner),
      () => h.post(`${group}/transfer/${manager.uid}`, owner),
      () => h.post(`${group}/exit`, owner),
      () => h.post(`${group}/exit`, other),
      () => h.revoke(manager, no, 2, { messageId: message.messageId }),
      () => h.post(`${group}/managers`, owner, [member.uid]),
    ];
    // Another order each round.
    const order = [...calls.slice(round), ...calls.slice(0, round)];
    const answers = await Promise.all(order.map((call) => call()));
    expect(answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 400)).toEqual(
      [],
    );
    await h.server.context.jobs.flush();
    const { groups } = h.server.context;
    const members = groups.members(no);
    expect(members.filter(({ role }) => role === 1)).toHaveLength(1);
    const subscribed = new Set([owner, manager, member, other].map(({ uid }) => uid));
    for (const { path, body } of h.im.calls) {
      if (body['channel_id'] !== no) continue;
      const uids = (body['subscribers'] ?? []) as string[];
      if (path === '/channel/subscriber_add') for (const uid of uids) subscribed.add(uid);
      if (path === '/channel/subscriber_remove') for (const uid of uids) subscribed.delete(uid);
    }
    expect([...subscribed].toSorted()).toEqual(members.map(({ uid }) => uid).toSorted());
  }
});

test('one registration out of ten with the same name at the same time', async () => {
  const body = { username: 'same-name', password: 'pw123456', name: 'Same', flag: 2 };
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => h.call('POST', '/v1/user/usernameregister', { body })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(9);
});
