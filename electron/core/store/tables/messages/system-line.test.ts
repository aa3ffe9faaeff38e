import { expect, test } from 'vitest';
import { keptOfSystemLine, SYSTEM_FIELDS, SYSTEM_TYPES } from './system-line.ts';

const SECRET = '口令是 tiger-4711';
const WHO = [{ uid: 'a', name: 'Alice' }];
const line = (content: string, more: object = {}): Record<string, unknown> =>
  keptOfSystemLine({ type: 2000, content, extra: WHO, ...more });

/** What TSDD and the embedded server send (captures.md, tsdd-api.md 3 and 12). */
const REAL = [
  { type: 2000, content: '我们已经是好友了，可以愉快的聊天了！' },
  {
    type: 2000,
    content: '{0}设置消息在 1小时 后自动删除',
    data: { msg_auto_delete: 3600, data_type: 'autoDeleteForMessage' },
    extra: WHO,
  },
  { type: 2000, content: '{0}已解散该群聊', extra: WHO },
  { type: 2000, content: '用户{0}已注销，无法添加到群聊', extra: WHO },
  {
    type: 1001,
    content: 'Alice邀请{0}加入群聊',
    creator: 'x',
    creator_name: 'Alice',
    extra: WHO,
    version: 1,
  },
  { type: 1002, content: "O'Brien邀请{0},{1}加入群聊", from_uid: 'x', from_name: "O'Brien", extra: WHO },
  { type: 1003, content: '“王”将{0}移除群聊', extra: WHO },
  {
    type: 1004,
    content: '你们已经是好友了，可以愉快的聊天了！',
    sure_uid: 'a',
    sure_name: 'Alice',
    to_uid: 'b',
  },
  { type: 1005, content: '{0}修改群名为"Gold2"', data: { name: 'Gold2' }, extra: WHO },
  { type: 1005, content: '{0}清空了群公告', data: {}, extra: WHO },
  {
    type: 1005,
    content: '{0}已启用“群聊邀请确认”，群成员需群主或管理员确认才能邀请朋友进群。',
    data: { invite: '1' },
    extra: WHO,
  },
  { type: 1005, content: '{0}已开启“全员禁言”', data: { forbidden: '1' }, extra: WHO },
  { type: 1007, content: '“{0}”通过“{1}”的二维码加入群聊', extra: [...WHO, { uid: 'b', name: 'Bob' }] },
  { type: 1008, content: '“{0}”已成为新群主', extra: WHO },
  { type: 1009, content: '“{0}“想邀请3位朋友加入群聊', extra: WHO, invite_no: 'i', visibles: ['b'] },
  { type: 1020, content: '你被{0}移除群聊', extra: WHO, visibles: ['b'] },
  { type: 1021, content: '“{0}“退出群聊', extra: WHO, visibles: ['b'] },
  { type: 1022, content: '群成员超过200，将自动升级为超级群' },
];

test('lines of real servers that quote nothing stay as they are', () => {
  for (const payload of REAL) expect(keptOfSystemLine(payload)).toEqual(payload);
});

test('every field and type of a real line is decided', () => {
  for (const payload of REAL) {
    expect(Object.keys(SYSTEM_FIELDS)).toEqual(expect.arrayContaining(Object.keys(payload)));
    expect(SYSTEM_TYPES).toHaveProperty(String(payload.type));
  }
});

test('a field that nobody has decided on is left out', () => {
  const kept = keptOfSystemLine({
    type: 2000,
    content: 'x',
    text: SECRET,
    pinned: { content: SECRET },
    data: { text: SECRET, notice: SECRET, name: { deep: SECRET } },
    extra: [{ uid: 'a', name: 'Alice', content: SECRET }, SECRET, { name: SECRET }],
    reply: { message_id: '5', content: SECRET, payload: { type: 1, content: SECRET } },
    remark: SECRET,
    toString: SECRET,
  });
  expect(JSON.stringify(kept)).not.toContain('tiger');
  expect(kept).toMatchObject({
    reply: { message_id: '5' },
    extra: [{ uid: 'a', name: 'Alice' }, null, null],
  });
});

test.each([
  ['a pin', `{0} 置顶了\`${SECRET}\``],
  ['a pin in straight marks', `{0} 置顶了"${SECRET}"`],
  ['a pin without marks', `{0} 置顶了${SECRET}`],
  ['a pin, passive', `${SECRET} 被 {0} 置顶`],
  ['a pin in English', `{0} pinned “${SECRET}”`],
  ['a notice of a reply', `{0} 回复了你：“${SECRET}”`],
  ['a notice of a reply without marks', `{0} 回复了你的消息 ${SECRET}`],
  ['a reply in English', `{0} replied to your message ${SECRET}`],
  ['a join greeting', `欢迎 {0} 加入群聊\n${SECRET}`],
  ['a join greeting on one line', `欢迎 {0} 加入群聊：${SECRET}`],
  ['a remark of an invitation', `{0} 邀请 Bob 加入群聊，备注 ${SECRET}`],
  ['a notice', `{0}修改群公告为"${SECRET}"`],
  ['marks in the words', `{0} 发布了"他说 "好" ${SECRET}" 在群里`],
  ['marks in the words that look like names', `{0} 发布了"{0}" ${SECRET}"`],
  ['a name that is no person', '{0} 发布了"{1}"'],
  ['a mark that is never closed', `{0} 发布了「${SECRET}`],
  ['an elision beside a quotation', `It's {0} who sent'${SECRET}'`],
  ...[
    '""',
    '“”',
    '「」',
    '『』',
    "''",
    '‘’',
    '«»',
    '‹›',
    '„“',
    '《》',
    '``',
    '〝〞',
    '＂＂',
    '❝❞',
    '【】',
  ].map(([open = '', close = '']): [string, string] => [
    `marks ${open}${close}`,
    `{0} 发布了${open}${SECRET}${close}`,
  ]),
  ['marks as HTML writes them', `{0} 发布了&quot;${SECRET}&quot;`],
])('words are not kept: %s', (_what, content) => {
  for (const type of [2000, 1005, 1009, 1500]) {
    const kept = keptOfSystemLine({ type, content, extra: [...WHO, { uid: '', name: SECRET }] });
    expect(JSON.stringify(kept)).not.toContain('tiger');
    expect(kept['content']).not.toBe('');
    expect(JSON.stringify(keptOfSystemLine(kept))).toBe(JSON.stringify(kept));
  }
});

test('what is left of a line still says what happened', () => {
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
  expect(line(`{0}修改群公告为"${SECRET}"`)).toMatchObject({ content: '{0}修改群公告为"…"' });
  expect(line(`{0} 回复了你：“${SECRET}”`)).toMatchObject({ content: '{0} 回复了你：…' });
  expect(line('{0} 回复了你的一条消息')).toMatchObject({ content: '{0} 回复了你的一条消息' });
  expect(line(`欢迎 {0} 加入群聊\n${SECRET}`)).toMatchObject({ content: '欢迎 {0} 加入群聊…' });
  expect(line(`It's {0}'s birthday, 12:30`)).toMatchObject({ content: "It's {0}'s birthday, 12:30" });
});

test('a mark that this client did not set is not believed', () => {
  expect(line('x', { tip: 'pin' })).not.toHaveProperty('tip');
});
