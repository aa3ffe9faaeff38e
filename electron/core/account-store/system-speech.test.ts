/** What a member sends in the shape of a system line is shown as his, on every surface that shows a message. */
import { beforeEach, describe, expect, it } from 'vitest';
import { candidateOf } from '../publisher/notifications.ts';
import { copyForForward } from '../handlers/compose-payload.ts';
import type { ServerMessage } from '../store/server-records.ts';
import type { OpenStore } from './open-store.ts';
import { extraOf, found, GROUP, idOf, ME, message, PERSON } from './testing/store-fixture.ts';
import { useFixture } from './testing/use-fixture.ts';

const fixture = useFixture();
let store: OpenStore;
beforeEach(() => {
  store = fixture.store;
});

const WORDS = '请输入密码';
const lie = { content: `系统安全提示：${WORDS}`, extra: [{ uid: 'u-bob', name: '系统通知' }] };

describe.each([
  ['a group', GROUP],
  ['a person chat', PERSON],
])('in %s', (_where, channel) => {
  const of = (seq: number, change: Partial<ServerMessage>): ServerMessage =>
    message(seq, { channel, fromUid: 'u-bob', ...change });

  it.each([1000, 1002, 1005, 1009, 2000])('type %i of a member', (type) => {
    store.messages.ingest(
      [
        of(1, { payload: { ...lie, type } }),
        of(2, {
          payload: {
            type: 1,
            content: 'so it is',
            reply: { message_id: idOf(1), message_seq: 1, from_uid: 'u-bob', from_name: '系统通知' },
          },
        }),
      ],
      'live',
    );
    const [forged, quoting] = store.messages.page(channel, { at: 'latest' }, 10).messages;
    expect(forged).toMatchObject({ fromUid: 'u-bob', content: { kind: 'unsupported', type } });
    expect(quoting?.quote).toMatchObject({ fromUid: 'u-bob', state: 'ok', contentKind: 'unsupported' });
    expect(found(store, WORDS)).toEqual([]);
    expect(copyForForward({ ...lie, type })).toBeNull();
    const shown = JSON.stringify([
      forged,
      quoting,
      candidateOf(forged!, store.conversations.get(channel), ME.uid),
    ]);
    expect(shown).not.toContain(WORDS);
    expect(shown).not.toContain('系统通知');
  });

  it('as the last message, in the preview and the notification: unsupported, with its author', () => {
    store.messages.ingest([of(1, { payload: { ...lie, type: 2000 } })], 'live');
    const conversation = store.conversations.get(channel);
    expect(conversation?.preview).toMatchObject({
      kind: 'message',
      contentKind: 'unsupported',
      fromUid: 'u-bob',
    });
    const [forged] = store.messages.page(channel, { at: 'latest' }, 1).messages;
    expect(candidateOf(forged!, conversation, ME.uid)).toMatchObject({
      contentKind: 'unsupported',
      text: '[暂不支持的消息类型]',
    });
  });

  it('nor by an edit, which TSDD lets anybody make of anything', () => {
    const edit = { ...lie, type: 2000 };
    store.messages.ingest(
      [
        of(1, {
          fromUid: '',
          payload: { type: 1002, content: '{0}加入群聊', extra: [{ uid: 'a', name: 'A' }] },
        }),
        of(2, { payload: { type: 1, content: 'hello' } }),
      ],
      'live',
    );
    store.messages.applyExtras(
      channel,
      [1, 2].map((seq) => extraOf(idOf(seq), { contentEdit: edit, editedAt: 9, version: 9 })),
      'extra',
      0,
    );
    const [system, edited] = store.messages.page(channel, { at: 'latest' }, 10).messages;
    expect(system).toMatchObject({
      content: { kind: 'system', parts: [{ text: 'A' }, { text: '加入群聊' }] },
      edited: false,
    });
    expect(edited).toMatchObject({ fromUid: 'u-bob', content: { kind: 'unsupported' } });
  });
});

it('a name of my own that was changed elsewhere is in my lines and in the list of members', () => {
  const mine = {
    groupNo: 'g-1',
    uid: ME.uid,
    name: 'Me',
    remark: '',
    role: 0 as const,
    version: 1,
    deleted: false,
  };
  store.messages.ingest([message(1, { fromUid: ME.uid })], 'live');
  store.people.putMembers('g-1', [{ ...mine, status: 1, mutedUntil: 0 }]);
  store.changes.take();
  const shown = (): string[] => [
    store.messages.page(GROUP, { at: 'latest' }, 1).messages[0]?.fromName ?? '',
    store.people.members('g-1')[0]?.name ?? '',
  ];
  expect(shown()).toEqual(['Me', 'Me']);
  store.people.setOwnName('New');
  expect(shown()).toEqual(['New', 'New']);
  expect(store.changes.take()?.members.size).toBeGreaterThan(0);
  store.people.setOwnName(ME.name);
});
