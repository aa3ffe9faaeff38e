/** The recall log of a group whose server keeps none: what this computer has seen, and nothing that was said. */
import { beforeEach, expect, test } from 'vitest';
import { Role } from '../../../shared/domain.ts';
import { extraOf, GROUP, idOf, ME, message, text } from '../account-store/testing/store-fixture.ts';
import { useFixture } from '../account-store/testing/use-fixture.ts';
import { createBusinessApi } from '../api/business-api.ts';
import type { CoreContext } from './core-context.ts';
import { groupRecalls } from './group-recalls.ts';

const fixture = useFixture();
const ALL = { channel: GROUP, before: '', days: 0, byUid: '' } as const;
let answer: () => Promise<Response>;
let role: Role;

beforeEach(() => {
  role = Role.manager;
  answer = () => Promise.resolve(new Response('404 page not found', { status: 404 }));
});

async function ask(asked: Partial<Parameters<typeof groupRecalls>[2]> = {}) {
  const { store } = fixture;
  const api = createBusinessApi({
    server: 'http://tsdd.test',
    token: 't',
    log: () => undefined,
    fetch: () => answer(),
  });
  const people = Object.assign(Object.create(store.people) as typeof store.people, {
    channelInfo: () => ({ ...store.people.channelInfo(GROUP), myRole: role }),
  });
  const context = {
    store: { ...store, people, messages: store.messages },
    api,
    me: () => ME,
    serverNowMs: () => fixture.nowMs,
  } as unknown as CoreContext;
  return groupRecalls(context, GROUP.channelId, { ...ALL, ...asked });
}

function recalled(count: number): void {
  const { messages } = fixture.store;
  const kinds = [text('secret words'), { type: 2, url: 'secret.png', width: 1, height: 1 }, { type: 77 }];
  messages.ingest(
    Array.from({ length: count + 1 }, (_, at) => message(at + 1, { payload: kinds[at % 3] ?? {} })),
    'live',
  );
  const facts = Array.from({ length: count }, (_, at) =>
    extraOf(idOf(at + 1), { revoke: true, revoker: at % 2 === 0 ? 'u-bob' : 'u-carol', version: at + 2 }),
  );
  messages.applyExtras(GROUP, facts, 'extra', 0);
}

test('who, whose, kind and time of what was recalled here, newest first, by person and day', async () => {
  recalled(3);
  const log = await ask();
  expect(log).toMatchObject({ local: true, more: false });
  expect(log.recalls.map(({ by, kind, of }) => [by.uid, of.uid, kind])).toEqual([
    ['u-bob', 'u-bob', 'other'],
    ['u-carol', 'u-bob', 'image'],
    ['u-bob', 'u-bob', 'text'],
  ]);
  expect(log.recalls[0]?.timestamp).toBe(message(3).timestamp);
  expect(JSON.stringify(log)).not.toContain('secret');
  expect((await ask({ byUid: 'u-carol' })).recalls).toHaveLength(1);
  fixture.nowMs = (message(3).timestamp + 8 * 86_400) * 1000;
  expect((await ask({ days: 7 })).recalls).toEqual([]);
  expect((await ask({ days: 30 })).recalls).toHaveLength(3);
});

test('goes on where a page ended, also when the server is there again', async () => {
  recalled(120);
  const first = await ask();
  answer = () => Promise.resolve(Response.json([]));
  const second = await ask({ before: first.recalls.at(-1)?.id ?? '' });
  const third = await ask({ before: second.recalls.at(-1)?.id ?? '' });
  const ids = [first, second, third].flatMap(({ recalls }) => recalls.map(({ id }) => id));
  expect([first.more, second.more, third.more]).toEqual([true, true, false]);
  expect([ids.length, new Set(ids).size]).toEqual([120, 120]);
});

test('the log of the server comes first; without a network, what was seen here', async () => {
  recalled(2);
  const row = { id: '5-1', at: 7, message_id: idOf(1), from_uid: 'u-bob', revoker: 'u-carol', type: 4 };
  answer = () => Promise.resolve(Response.json([row]));
  const log = await ask();
  expect([log.local, log.recalls.map(({ kind, timestamp }) => [kind, timestamp])]).toEqual([
    undefined,
    [['voice', 7]],
  ]);
  answer = () => Promise.reject(new TypeError('fetch failed'));
  expect(await ask()).toMatchObject({ local: true });
  // A page of the server's log is not gone on with from here.
  await expect(ask({ before: '5-1' })).rejects.toMatchObject({ code: 'network' });
  answer = () => Promise.resolve(new Response('{"msg":"没有权限！","status":400}', { status: 400 }));
  await expect(ask()).rejects.toMatchObject({ code: 'refused' });
});

test('members do not read it, and an id that is none is named', async () => {
  recalled(1);
  await expect(ask({ before: 'seq:x' })).rejects.toMatchObject({ code: 'badArgument' });
  role = Role.member;
  await expect(ask()).rejects.toMatchObject({ code: 'refused' });
});
