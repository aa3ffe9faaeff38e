/** After how many seconds the messages of a chat are deleted: kept for both sides, told, and no more than that. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../../shared/json.ts';
import { Harness, type Answer, type Person } from '../testing/harness.ts';

const h = new Harness();
let ann: Person;
let ben: Person;
let cat: Person;
beforeAll(async () => {
  await h.start();
  [ann, ben, cat] = (await Promise.all(['ann-ad', 'ben-ad', 'cat-ad'].map((name) => h.person(name)))) as [
    Person,
    Person,
    Person,
  ];
});
afterAll(() => h.close());

const set = (by: Person, id: string, type: number, seconds: unknown): Promise<Answer> =>
  h.call('POST', `/v1/channels/${id}/${type}/message/autodelete`, {
    token: by.token,
    body: { msg_auto_delete: seconds },
  });
const extraOf = async (who: Person, id: string, type: number): Promise<JsonObject> =>
  ((await h.get(`/v1/channels/${id}/${type}`, who)).json as { extra: JsonObject }).extra;
const tips = (channelId: string): JsonObject[] =>
  h.im
    .sent()
    .filter(({ body }) => body['channel_id'] === channelId)
    .map(({ payload }) => payload)
    .filter((payload) => payload['type'] === 2000 && payload['data'] !== undefined);

test('two friends have one time, which a tip and a command tell; 0 ends it', async () => {
  expect((await set(ann, ben.uid, 1, 3_600)).status).toBe(400);
  h.server.context.friends.befriend(ann.uid, ben.uid);
  expect((await extraOf(ann, ben.uid, 1))['msg_auto_delete']).toBeUndefined();
  expect((await set(ann, ben.uid, 1, 86_400)).status).toBe(200);
  expect((await extraOf(ann, ben.uid, 1))['msg_auto_delete']).toBe(86_400);
  expect((await extraOf(ben, ann.uid, 1))['msg_auto_delete']).toBe(86_400);
  expect(tips(ben.uid)).toEqual([
    {
      content: '{0}设置消息在 1天 后自动删除',
      data: { data_type: 'autoDeleteForMessage', msg_auto_delete: 86_400 },
      extra: [{ uid: ann.uid, name: ann.name }],
      type: 2000,
    },
  ]);
  const told = h.im.commands('channelUpdate').map(({ param }) => param);
  expect(told).toContainEqual({ channel_id: ann.uid, channel_type: 1 });
  expect(told).toContainEqual({ channel_id: ben.uid, channel_type: 1 });
  expect((await set(ben, ann.uid, 1, 0)).status).toBe(200);
  expect((await extraOf(ann, ben.uid, 1))['msg_auto_delete']).toBeUndefined();
  expect(tips(ann.uid)).toEqual([]);
});

test('of a group owner and managers set it, and members read it', async () => {
  const no = await h.group(ann, [], [ben]);
  expect((await set(ben, no, 2, 60)).status).toBe(400);
  expect((await set(cat, no, 2, 60)).status).toBe(400);
  expect((await set(ann, no, 2, 60)).status).toBe(200);
  expect((await extraOf(ben, no, 2))['msg_auto_delete']).toBe(60);
  expect(tips(no).at(-1)?.['content']).toBe('{0}设置消息在 1分钟 后自动删除');
});

test('what is no number of seconds is refused before anything is done', async () => {
  for (const odd of ['?', -1, 1.5, null, 2 ** 33]) expect((await set(ann, ben.uid, 1, odd)).status).toBe(400);
  expect((await set(ann, ben.uid, 9, 60)).status).toBe(400);
});
