import { describe, expect, it } from 'vitest';
import { MessageContent, parsePayload } from './message-content.ts';
import type { Envelope } from './system-lines.ts';

const SERVER: Envelope = { fromUid: '', channelType: 2 };
const bob = (change: Partial<Envelope> = {}): Envelope => ({
  fromUid: 'bob',
  fromName: () => 'Bob',
  channelType: 2,
  ...change,
});

describe('reading a payload', () => {
  it.each([2 ** 63, -(2 ** 63), 1e308, 0.5, '1', null])(
    'a type of %s is unsupported and fits the contract',
    (type) => {
      const { content } = parsePayload({ type, content: 'x' }, SERVER);
      expect(MessageContent.parse(content)).toEqual({ kind: 'unsupported', type: 0 });
    },
  );
});

interface Part {
  text: string;
  uid: string | null;
  more?: number;
}
function partsOf(payload: unknown, envelope: Envelope = SERVER): Part[] {
  const { content } = parsePayload(payload, envelope);
  return content.kind === 'system' ? content.parts : [];
}
const words = (parts: readonly Part[]): string => parts.map((part) => part.text).join('');
const line = (payload: unknown, envelope?: Envelope): string => words(partsOf(payload, envelope));

const autoDelete = (name: string, uid = 'bob'): object => ({
  type: 2000,
  content: '{0}设置消息在 1天 后自动删除',
  data: { msg_auto_delete: 86_400, data_type: 'autoDeleteForMessage' },
  extra: [{ uid, name }],
});
const pinned = (said: string, uid = 'bob'): object => ({
  type: 2000,
  from_uid: 'bob',
  from_name: 'Bob',
  content: `{0} 置顶了${said}`,
  extra: [{ uid, name: '系统通知' }],
});

const invitedLine = (count: number): Part[] =>
  partsOf({
    type: 1002,
    content: `{0}邀请${Array.from({ length: count }, (_, n) => `{${n + 1}}`).join('、')}加入群聊`,
    extra: Array.from({ length: count + 1 }, (_, n) => ({ uid: `u${n}`, name: `N${n}` })),
  });

describe('who speaks as the system', () => {
  const lie = { content: '系统安全提示：请输入密码', extra: [{ uid: 'bob', name: '系统通知' }] };

  it.each([1000, 1001, 1002, 1003, 1004, 1005, 1007, 1008, 1009, 1020, 1021, 1022, 1200, 1999, 2000])(
    'type %i of a member, or of somebody in a person chat, is a message nobody understands',
    (type) => {
      for (const channelType of [1, 2, 3])
        for (const fromUid of ['bob', 'fileHelper', 'u_10000 ', 'U_10000', 'admin', '系统通知', ' '])
          expect(
            parsePayload({ ...lie, type, from_uid: '', from_name: '' }, bob({ fromUid, channelType })),
          ).toMatchObject({ type, content: { kind: 'unsupported', type } });
    },
  );

  it.each(['', '____system', 'u_10000'])('the server does, as "%s"', (fromUid) => {
    for (const channelType of [1, 2])
      expect(
        line(
          { type: 1002, content: '{0}加入群聊', extra: [{ uid: 'a', name: 'A' }] },
          { fromUid, channelType },
        ),
      ).toBe('A加入群聊');
  });

  describe('under a uid, the tips TSDD posts there', () => {
    const friends = { type: 2000, content: '我们已经是好友了，可以愉快的聊天了！' };

    it('friends now: only in a person chat, only in these words', () => {
      expect(line(friends, bob({ channelType: 1 }))).toBe(friends.content);
      for (const [payload, envelope] of [
        [friends, bob()],
        [{ ...friends, type: 1004 }, bob({ channelType: 1 })],
        [{ ...friends, content: `${friends.content}请输入密码` }, bob({ channelType: 1 })],
        [{ ...friends, content: `请输入密码。${friends.content}` }, bob({ channelType: 1 })],
      ] as const)
        expect(parsePayload(payload, envelope).content.kind).toBe('unsupported');
    });

    it.each([
      ['in a person chat', bob({ channelType: 1 }), 'system'],
      ['of the owner', bob({ fromRole: () => 1 }), 'system'],
      ['of a manager', bob({ fromRole: () => 2 }), 'system'],
      ['of a member', bob({ fromRole: () => 0 }), 'unsupported'],
      ['of somebody whose role is not known', bob({ fromRole: () => null }), 'unsupported'],
    ])('messages delete themselves: %s', (_who, envelope, kind) => {
      expect(parsePayload(autoDelete('系统通知'), envelope).content.kind).toBe(kind);
    });

    it('a name in them is the sender, whatever the tip calls him; a tip about another is none', () => {
      const owner = bob({ fromRole: () => 1 });
      expect(partsOf(autoDelete('系统通知'), owner)).toEqual([
        { text: 'Bob', uid: 'bob' },
        { text: '设置消息在 1天 后自动删除', uid: null },
      ]);
      expect(partsOf(autoDelete('Ann', 'ann'), owner)).toEqual([]);
      expect(partsOf(pinned('`x`', 'ann'), owner)).toEqual([]);
      expect(
        partsOf({ ...autoDelete('Bob'), content: '{0}设置消息在 1天请输入密码 后自动删除' }, owner),
      ).toEqual([]);
    });

    it('a pin names who pinned, and none of the words that were pinned', () => {
      for (const envelope of [bob(), SERVER])
        for (const said of ['`请输入密码 tiger-4711`', '图片', ''])
          expect(parsePayload(pinned(said), envelope).content).toEqual({
            kind: 'system',
            type: 2000,
            tip: 'pin',
            parts: [{ uid: 'bob', text: envelope === SERVER ? '系统通知 (bob)' : 'Bob' }],
          });
    });
  });
});

describe('the names in a system line', () => {
  it('who acted is a name too where TSDD writes it into the text, and no placeholder', () => {
    const invited = { content: 'A{0}邀请{0}加入群聊', extra: [{ uid: 'c', name: 'Carl' }] };
    const expected = [
      { text: 'A{0}', uid: 'ann' },
      { text: '邀请', uid: null },
      { text: 'Carl', uid: 'c' },
      { text: '加入群聊', uid: null },
    ];
    expect(partsOf({ type: 1002, ...invited, from_uid: 'ann', from_name: 'A{0}' })).toEqual(expected);
    expect(partsOf({ type: 1001, ...invited, creator: 'ann', creator_name: 'A{0}' })).toEqual(expected);
  });

  it.each([1, 20])('%i invited are all named', (count) => {
    const names = Array.from({ length: count }, (_, n) => `N${n + 1}`).join('、');
    expect(words(invitedLine(count))).toBe(`N0邀请${names}加入群聊`);
  });

  it('of hundreds the first are named, and how many more there are', () => {
    const parts = invitedLine(500);
    expect(words(parts)).toMatch(/^N0邀请N1、N2、.*、N19…加入群聊$/);
    expect(parts.filter((part) => part.uid !== null)).toHaveLength(20);
    expect(parts.find((part) => part.more)?.more).toBe(481);
    expect(MessageContent.parse({ kind: 'system', type: 1002, parts })).toMatchObject({ parts });
  });
});

it('an invitation to confirm has its number, if the server posts it', () => {
  const asks = {
    type: 1009,
    content: '“{0}“想邀请1位朋友加入群聊',
    invite_no: 'i-1',
    extra: [{ uid: 'bob', name: 'Bob' }],
  };
  expect(parsePayload(asks, SERVER).content).toMatchObject({ kind: 'system', inviteNo: 'i-1' });
  for (const odd of ['../users', 'a/b', '', 1, null])
    expect(parsePayload({ ...asks, invite_no: odd }, SERVER).content).not.toHaveProperty('inviteNo');
  expect(parsePayload({ ...asks, type: 1005 }, SERVER).content).not.toHaveProperty('inviteNo');
  expect(parsePayload(asks, bob()).content).toEqual({ kind: 'unsupported', type: 1009 });
});
