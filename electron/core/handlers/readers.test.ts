import { beforeEach, expect, test } from 'vitest';
import { GROUP, idOf, ME, message } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { createBusinessApi } from '../api/business-api.ts';
import { abilitiesOf } from '../session/abilities.ts';
import type { CoreContext } from './core-context.ts';
import { readerHandlers } from './readers.ts';

const fixture = useFixture();
const KEY = `${ME.uid}:no-1`;
let asked: string[];
let answer: (page: number) => Response;
let pushed: unknown[];

beforeEach(() => {
  asked = [];
  pushed = [];
  answer = () => Response.json([]);
  const { store } = fixture;
  store.people.putMembers(
    GROUP.channelId,
    ['u-bob', 'u-carol', 'u-dan', ME.uid].map((uid, index) => ({
      groupNo: GROUP.channelId,
      uid,
      name: uid.toUpperCase(),
      remark: uid === 'u-carol' ? 'Carol here' : '',
      role: 0 as const,
      version: index + 1,
      deleted: false,
      status: 1,
      mutedUntil: 0,
    })),
  );
  store.messages.ingest([message(1, { fromUid: ME.uid }), message(2)], 'live');
});

const ask = (key = KEY) => {
  const { store } = fixture;
  const api = createBusinessApi({
    server: 'http://tsdd.test',
    token: 't',
    log: () => undefined,
    fetch: (href) => {
      const url = new URL(href);
      asked.push(`${url.pathname}${url.search}`);
      return Promise.resolve(answer(Number(url.searchParams.get('page_index'))));
    },
  });
  const context = {
    store,
    api,
    me: () => ME,
    push: (delta: unknown) => void pushed.push(delta),
  } as unknown as CoreContext;
  return readerHandlers(context)['messages.readers']({ channel: GROUP, key });
};
const people = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ uid: `r${from + index}`, name: `R${from + index}` }));

test('who has read it as they are called here, and which members have not', async () => {
  answer = () =>
    Response.json([{ uid: 'u-carol', name: 'Other' }, { uid: 'left', name: 'Gone' }, 'odd', { name: 'x' }]);
  expect(await ask()).toEqual({
    read: [
      { uid: 'u-carol', name: 'Carol here' },
      { uid: 'left', name: 'Gone' },
    ],
    unread: [
      { uid: 'u-bob', name: 'U-BOB' },
      { uid: 'u-dan', name: 'U-DAN' },
    ],
    more: false,
  });
  expect(asked).toEqual([`/v1/messages/${idOf(1)}/receipt?readed=1&page_index=1&page_size=100`]);
});

test('of many the first are named; a server that knows no pages is asked twice', async () => {
  answer = (page) => Response.json(people(100, 100 * page));
  const { read, unread, more } = await ask();
  expect([read.length, unread, more]).toEqual([500, [], true]);
  asked = [];
  answer = () => Response.json(people(100));
  expect((await ask()).read).toHaveLength(100);
  expect(asked).toHaveLength(2);
});

test('nobody of what was recalled while the server was asked, and only of own ones', async () => {
  answer = () => {
    fixture.store.outbox.addRecall({
      channel: GROUP,
      messageKey: KEY,
      messageId: idOf(1),
      clientMsgNo: 'no-1',
    });
    return Response.json(people(2));
  };
  expect(await ask()).toEqual({ read: [], unread: [], more: false });
  expect(asked).toHaveLength(1);
  expect((await ask()).read).toEqual([]);
  expect(asked).toHaveLength(1);
  await expect(ask('u-bob:no-2')).rejects.toMatchObject({ code: 'invalidState' });
});

test('a server that does not tell is not asked for again by the page', async () => {
  expect(abilitiesOf(fixture.store.state).readers).toBe(true);
  answer = () => new Response('404 page not found', { status: 404 });
  await expect(ask()).rejects.toMatchObject({ code: 'notCompatible' });
  expect(pushed).toMatchObject([{ kind: 'abilities', abilities: { readers: false } }]);
});
