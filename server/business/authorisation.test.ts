/**
 * What each standing sees of a group, and how sessions begin and end. Who may call what: authorisation-matrix.test.ts.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Harness, type Person } from './testing/harness.ts';

let h: Harness;
let owner: Person;
let manager: Person;
let member: Person;
let former: Person;
let stranger: Person;
let no: string;

beforeAll(async () => {
  h = await new Harness().start();
  [owner, manager, member, former, stranger] = (await Promise.all(
    ['owner1', 'manager1', 'member1', 'former1', 'stranger1'].map((name) => h.person(name)),
  )) as [Person, Person, Person, Person, Person];
  no = await h.group(owner, [manager], [member, former]);
  await h.call('PUT', `/v1/groups/${no}`, { token: owner.token, body: { notice: 'confidential notice' } });
  await h.post(`/v1/groups/${no}/exit`, former);
  h.say(owner, no, 2, 'confidential message');
});
afterAll(() => h.close());

describe('reads by standing in the group', () => {
  const reads: [string, (who: Person) => Promise<{ status: number; text: string }>][] = [
    ['GET groups/:no', (who) => h.get(`/v1/groups/${no}`, who)],
    ['GET membersync', (who) => h.get(`/v1/groups/${no}/membersync?version=0`, who)],
    ['GET members', (who) => h.get(`/v1/groups/${no}/members`, who)],
    ['GET channels', (who) => h.get(`/v1/channels/${no}/2`, who)],
    [
      'POST channel/sync',
      (who) => h.post('/v1/message/channel/sync', who, { channel_id: no, channel_type: 2, limit: 50 }),
    ],
    [
      'POST extra/sync',
      (who) => h.post('/v1/message/extra/sync', who, { channel_id: no, channel_type: 2, extra_version: 0 }),
    ],
    ['POST conversation/sync', (who) => h.post('/v1/conversation/sync', who, { msg_count: 10 })],
  ];
  test.each(reads)('%s', async (_name, read) => {
    for (const who of [owner, manager, member])
      expect([who.name, (await read(who)).status]).toEqual([who.name, 200]);
    for (const who of [former, stranger]) {
      const answer = await read(who);
      expect(answer.text).not.toContain('confidential');
      expect(answer.text).not.toContain(member.uid);
    }
  });

  test('a former member sees that the membership is over, a stranger nothing', async () => {
    expect((await h.get(`/v1/groups/${no}`, former)).json).toMatchObject({
      quit: 1,
      notice: '',
      member_count: 0,
      role: 0,
    });
    expect((await h.get(`/v1/channels/${no}/2`, former)).json).toMatchObject({
      notice: '',
      extra: { quit: 1 },
    });
    expect((await h.get(`/v1/groups/${no}`, stranger)).status).toBe(400);
    expect((await h.get(`/v1/channels/${no}/2`, stranger)).json).toEqual({
      msg: '频道不存在！',
      status: 400,
    });
  });
});

const send = async (token: string): Promise<number> => {
  const target = { receive_channel_id: no, receive_channel_type: 2 };
  const body = { token, ...target, payload: { type: 1, content: 'x' } };
  return (await h.call('POST', '/v1/message/send', { body })).status;
};

describe('changes by standing in the group', () => {
  test('nobody removes the owner', async () => {
    for (const who of [manager, member, former, stranger])
      expect(await h.post(`/v1/groups/${no}/members_delete`, who, { members: [owner.uid] })).toMatchObject({
        status: 400,
      });
  });

  test('message/send, whose token is in its body', async () => {
    for (const who of [owner, manager, member])
      expect([who.name, await send(who.token)]).toEqual([who.name, 200]);
    for (const who of [former, stranger]) expect([who.name, await send(who.token)]).toEqual([who.name, 400]);
    expect(await send('nonsense')).toBe(400);
  });
});
