import { afterEach, beforeEach, expect, test } from 'vitest';
import { Harness } from '../testing/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await new Harness().start();
});
afterEach(() => h.close());

test('the log of a group says who recalled whose message when, of what kind, newest first and page by page', async () => {
  const [owner, member] = [await h.person('owner'), await h.person('member')];
  const no = await h.group(owner, [], [member]);
  const recall = async (by: typeof owner, from: typeof owner, payload: unknown): Promise<void> => {
    const sent = h.im.store({ from: from.uid, to: no, type: 2, payload });
    const query = new URLSearchParams({ message_id: sent.messageId, channel_id: no, channel_type: '2' });
    expect(await h.call('POST', `/v1/message/revoke?${query}`, { token: by.token })).toMatchObject({
      status: 200,
    });
    h.clock += 1_000;
  };
  const at = h.clock / 1000;
  await recall(owner, member, { type: 1, content: 'secret words' });
  await recall(member, member, { type: 2, url: 'x', width: 1, height: 1 });
  const log = (query: string, token = owner.token) =>
    h.call('GET', `/v1/groups/${no}/recalls?${query}`, { token });
  const first = { from_uid: member.uid, revoker: owner.uid, type: 1, at };
  const second = { from_uid: member.uid, revoker: member.uid, type: 2, at: at + 1 };
  const whole = await log('');
  expect(whole.json).toMatchObject([second, first]);
  expect(whole.text).not.toContain('secret words');
  const [newest] = (await log('limit=1')).json as { id: string }[];
  expect((await log(`limit=1&before=${newest?.id}`)).json).toMatchObject([first]);
  expect((await log(`revoker=${owner.uid}`)).json).toMatchObject([first]);
  expect((await log(`since=${at + 1}`)).json).toMatchObject([second]);
  expect(await log('', member.token)).toMatchObject({ status: 400, json: { msg: '没有权限！' } });
});
