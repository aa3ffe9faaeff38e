import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growsFasterThanText } from '../../../../../shared/testing/slow-text.ts';
import { withoutOthersWords } from './payload.ts';
import { keptOfSystemLine, SYSTEM_FIELDS } from './system-line.ts';
import { FOREIGN, runOf, valuesIn, WITH_WORDS } from './testing/quoting-wordings.ts';

const SECRET = '口令是 tiger-4711';
const WHO = [{ uid: 'a', name: 'Alice' }];
const TWO = [...WHO, { uid: 'b', name: 'Bob' }];
const line = (content: string, more: object = {}): Record<string, unknown> =>
  keptOfSystemLine({ type: 2000, content, extra: WHO, ...more });

/** What TSDD, WuKongIM's documentation and the embedded server have (captures.md, tsdd-api.md 6.2 and 12). */
const REAL = [
  { type: 2000, content: '我们已经是好友了，可以愉快的聊天了！' },
  { type: 2000, content: '{0}设置消息在 1小时 后自动删除', extra: WHO },
  { type: 2000, content: '{0} 设置消息在 30天 内自动删除', extra: WHO },
  { type: 2000, content: '{0}关闭了消息自动删除', extra: WHO },
  { type: 2000, content: '{0}已解散该群聊', extra: WHO },
  { type: 2000, content: '群主已解散该群' },
  { type: 2000, content: '用户{0}已注销，无法添加到群聊', extra: WHO },
  {
    type: 1001,
    content: 'Alice邀请{0}加入群聊',
    extra: WHO,
    creator: 'x',
    creator_name: 'Alice',
  },
  { type: 1001, content: 'Alice邀请加入群聊', creator: 'x', creator_name: 'Alice' },
  { type: 1001, content: '{0}邀请{1}加入群聊', extra: TWO },
  {
    type: 1002,
    content: "O'Brien邀请{0},{1}加入群聊",
    extra: TWO,
    from_uid: 'x',
    from_name: "O'Brien",
  },
  {
    type: 1002,
    content: 'A{0}邀请{0}、{1}加入群聊',
    extra: TWO,
    from_uid: 'x',
    from_name: 'A{0}',
  },
  { type: 1002, content: '{0}加入群聊', extra: WHO },
  { type: 1003, content: '“王”将{0}移除群聊', extra: WHO },
  { type: 1003, content: '{0}将{1}移除群聊', extra: TWO },
  { type: 1004, content: '你们已经是好友了，可以愉快的聊天了！' },
  {
    type: 1005,
    content: '{0}修改群名为"Gold2"',
    extra: WHO,
    data: { name: 'Gold2' },
  },
  {
    type: 1005,
    content: '{0}修改群名为"a "{1}" b"',
    extra: WHO,
    data: { name: 'a "{1}" b' },
  },
  { type: 1005, content: '{0}清空了群公告', extra: WHO },
  {
    type: 1005,
    content: '{0}已启用“群聊邀请确认”，群成员需群主或管理员确认才能邀请朋友进群。',
    extra: WHO,
  },
  { type: 1005, content: '{0}已启用“群聊邀请确认”', extra: WHO },
  { type: 1005, content: '{0}已关闭“群聊邀请确认”', extra: WHO },
  { type: 1005, content: '{0}已恢复默认进群方式。', extra: WHO },
  { type: 1005, content: '{0}已开启“全员禁言”', extra: WHO },
  { type: 1005, content: '{0}已关闭“全员禁言”', extra: WHO },
  { type: 1005, content: '{0}开启了群禁言', extra: WHO },
  { type: 1005, content: '{0}关闭了群禁言', extra: WHO },
  { type: 1005, content: '{0}封禁了该群', extra: WHO },
  { type: 1005, content: '{0}解禁了该群', extra: WHO },
  { type: 1007, content: '“{0}”通过“{1}”的二维码加入群聊', extra: TWO },
  { type: 1008, content: '“{0}”已成为新群主', extra: WHO },
  {
    type: 1009,
    content: '“{0}“想邀请3位朋友加入群聊',
    extra: WHO,
    invite_no: 'i',
  },
  { type: 1010, content: '你被{0}移除群聊', extra: WHO },
  { type: 1020, content: '你被{0}移除群聊', extra: WHO },
  { type: 1021, content: '“{0}“退出群聊', extra: WHO },
  { type: 1021, content: '{0}退出群聊', extra: WHO },
  { type: 1022, content: '群成员超过200，将自动升级为超级群' },
];

/** What comes with such lines and is nothing that is shown. */
const BESIDE = {
  version: 1,
  visibles: ['b'],
  to_uid: 'b',
  sure_uid: 'a',
  sure_name: SECRET,
  apply_name: SECRET,
  remark: SECRET,
  token: SECRET,
};

test('lines of real servers that quote nothing stay as they are, whatever comes with them', () => {
  for (const payload of REAL) {
    expect(keptOfSystemLine(payload)).toEqual(payload);
    const { extra = [], ...rest } = payload;
    const more = {
      ...rest,
      ...BESIDE,
      extra: [...extra, { uid: 'x', name: SECRET }],
    };
    expect(keptOfSystemLine(more)).toEqual(payload);
    expect(
      Object.keys(payload).filter((field) => !(SYSTEM_FIELDS as readonly string[]).includes(field)),
    ).toEqual([]);
  }
});

test('a field that nobody has decided on is left out, and people without an id', () => {
  const kept = keptOfSystemLine({
    type: 2000,
    content: '{0}已解散该群聊',
    text: SECRET,
    pinned: { content: SECRET },
    data: { text: SECRET, notice: SECRET, name: { deep: SECRET } },
    extra: [{ uid: 'a', name: 'Alice', content: SECRET }, SECRET, { name: SECRET }],
    reply: {
      message_id: '5',
      from_name: SECRET,
      content: SECRET,
      payload: { type: 1, content: SECRET },
    },
    toString: SECRET,
  });
  expect(kept).toEqual({
    type: 2000,
    content: '{0}已解散该群聊',
    extra: WHO,
    reply: { message_id: '5' },
  });
});

test('a line that names somebody who is nobody is none', () => {
  for (const extra of [
    undefined,
    [],
    [null],
    [{ name: 'x' }],
    [{ uid: '', name: 'x' }],
    [{ uid: 'a b', name: 'x' }],
  ])
    expect(keptOfSystemLine({ type: 2000, content: '{0}已解散该群聊', extra })).toEqual({ type: 2000 });
});

test('what is left of a line says what happened, without the words of it', () => {
  expect(line(`{0} 置顶了"${SECRET}"`)).toEqual({
    type: 2000,
    content: '{0} 置顶了一条消息',
    extra: WHO,
    tip: 'pin',
  });
  expect(line(`{0} 取消置顶了"${SECRET}"`)).toMatchObject({ content: '{0} 取消置顶了一条消息' });
  expect(line(`{0} 取消置顶了"${SECRET}"`)).not.toHaveProperty('tip');
  expect(line(`{0} 置顶了${SECRET}`, { extra: undefined, from_uid: 'b', from_name: 'Bob' })).toMatchObject({
    content: '{0} 置顶了一条消息',
    extra: [{ uid: 'b', name: 'Bob' }],
  });
  expect(line(`{0}修改群公告为"${SECRET}"`)).toMatchObject({
    content: '{0}修改群公告为"…"',
  });
  // A name of a group is no message, if the server says so beside the line.
  const renamed = { content: `{0}修改群名为"${SECRET}"`, extra: WHO };
  for (const data of [undefined, {}, { name: 'another' }, { notice: SECRET }])
    expect(keptOfSystemLine({ type: 1005, ...renamed, data })).toEqual({
      type: 1005,
      content: '{0}修改群名为"…"',
      extra: WHO,
    });
  expect(
    keptOfSystemLine({
      type: 1002,
      content: `欢迎Alice加入${SECRET}，新成员入群可查看所有历史消息`,
      from_uid: 'a',
      from_name: 'Alice',
    }),
  ).toMatchObject({ content: '欢迎Alice加入…，新成员入群可查看所有历史消息', from_name: 'Alice' });
  expect(line(`欢迎{0} 加入 ${SECRET}，新成员入群可查看所有历史消息`)).toMatchObject({
    content: '欢迎{0} 加入 …，新成员入群可查看所有历史消息',
  });
});

test('who acted is a name in the lines of members alone, and only as a field says it', () => {
  const said = { content: `${SECRET}邀请{0}加入群聊`, extra: WHO };
  for (const [type, from_name] of [
    [1002, 'Bob'],
    [1002, undefined],
    [2000, SECRET],
  ] as const)
    expect(keptOfSystemLine({ type, ...said, from_uid: 'b', from_name })).toEqual({ type });
  for (const type of [1002, 1005, 2000])
    expect(keptOfSystemLine({ type, content: `${SECRET}将{0}移除群聊`, extra: WHO })).toEqual({ type });
  // TSDD names the remover of 1003 in the text alone: a name's length of it, on one line.
  for (const operator of ['x'.repeat(51), 'a\nb', 'a{0}'])
    expect(
      keptOfSystemLine({
        type: 1003,
        content: `${operator}将{0}移除群聊`,
        extra: WHO,
      }),
    ).toEqual({ type: 1003 });
});

test('a mark that this client did not set is not believed', () => {
  expect(line('x', { tip: 'pin' })).not.toHaveProperty('tip');
});

test('what is no type of a system line and was meant as one has no words', () => {
  for (const type of ['2000', [2000], '1e3', 1999.5, '0x3e8', ' 1005 ', ['1005']])
    expect(withoutOthersWords({ type, content: SECRET, extra: WHO })).toEqual({});
  expect(withoutOthersWords({ type: '1', content: SECRET })).toEqual({ type: '1', content: SECRET });
});

const word = fc.oneof(
  fc.string({ minLength: 3, maxLength: 40, unit: 'grapheme' }),
  fc.constantFrom(
    SECRET,
    'Alice',
    '{0} 口令 {1} tiger',
    '"tiger" 4711',
    '群聊 tiger',
    "a's “b” tiger\ntiger",
  ),
  fc.stringMatching(/^[一-龥 {}"“”:：a-z0-9]{3,30}$/),
);

/** Wherever a server may put words that are nobody's name. */
const everywhere = (words: string): Record<string, unknown> => ({
  text: words,
  pinned: { content: words },
  data: { notice: words, text: words },
  remark: words,
  reason: words,
  token: words,
  version: words,
  group_no: words,
  to_uid: words,
  apply_name: words,
  visibles: [words],
  invite_no: `${words} `,
  reply: {
    // Digits alone are an id.
    message_id: `${words} `,
    digest: words,
    from_name: words,
    payload: { type: 1, content: words },
  },
});

describe('words of a message in a line of the server', () => {
  // Names are names, also when somebody says one; `{0}` is the place of one, and words may have it too.
  const own = `${valuesIn(WHO)} {0} 置顶了一条消息 取消置顶了一条消息`;
  const kept = (line: object, words: string, wording: string): string | null =>
    runOf(words, valuesIn(line), `${wording} ${own}`);

  test('are not kept, whatever they are and wherever they stand', () => {
    fc.assert(
      fc.property(
        word,
        fc.constantFrom(...WITH_WORDS),
        fc.constantFrom(1000, 1001, 1002, 1003, 1005, 1007, 1009, 1020, 1021, 1200, 1500, 2000),
        (words, wording, type) => {
          const content = wording.replaceAll('S', () => words);
          const extra = [...WHO, { uid: '', name: words }, { name: words }, words, { uid: 'z', name: words }];
          const stored = withoutOthersWords({ ...everywhere(words), type, content, extra });
          // The type is a number, whose digits may be words too.
          const { type: storedType, ...rest } = stored;
          expect([content, storedType, kept(rest, words, wording)]).toEqual([content, type, null]);
          // It is stored once more with each change of the row, and compared by the leak check.
          expect(JSON.stringify(withoutOthersWords(stored))).toBe(JSON.stringify(stored));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test.each(WITH_WORDS)('%s', (wording) => {
    for (const type of [1002, 1003, 1005, 2000])
      for (const words of [SECRET, 'tiger "4711"', 'tiger\n4711'])
        expect(
          JSON.stringify(keptOfSystemLine({ type, content: wording.replaceAll('S', words), extra: TWO })),
        ).not.toMatch(/tiger|4711|口令/);
  });

  test('of wordings nobody here makes nothing is kept at all, names neither', () => {
    for (const wording of FOREIGN)
      expect(
        keptOfSystemLine({
          type: 2000,
          content: wording,
          extra: [{ uid: 'a', name: SECRET }],
        }),
      ).toEqual({ type: 2000 });
  });
});

test.each([
  ['a notice', (text: string) => line(`{0}修改群公告为"${text}`)],
  ['names', (text: string) => line(`${text.replaceAll(/./g, '{0}、')}加入群聊`)],
])('the work is linear: %s', { timeout: 120_000 }, (_what, work) =>
  expect(growsFasterThanText(work)).toEqual([]),
);
