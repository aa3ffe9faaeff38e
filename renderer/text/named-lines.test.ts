/** Every kind of message TSDD defines (tsdd-api.md 6.2) has a line that says what it is, in both languages. */
import { describe, expect, it } from 'vitest';
import { MessageContent, parsePayload } from '../../shared/content/message-content.ts';
import { NAMED_KINDS } from '../../shared/content/named-content.ts';
import { wordedDigest } from '../../shared/strings/digest.ts';
import { translate } from '../../shared/strings/index.ts';
import { contentText } from './message-text.ts';

const BOB = { fromUid: 'bob', channelType: 1 };
const read = (payload: object): MessageContent => {
  const { content } = parsePayload(payload, BOB);
  return MessageContent.parse(content);
};

const LINES: [object, string, string][] = [
  [{ type: 5, url: 'v', cover: 'c', second: 72 }, '[视频] 1:12', '[Video] 1:12'],
  [{ type: 6, lng: 1, lat: 2, title: '天安门', address: '东城区' }, '[位置] 天安门', '[Location] 天安门'],
  [{ type: 6, lng: 1, lat: 2, address: 'Road 1' }, '[位置] Road 1', '[Location] Road 1'],
  [{ type: 7, uid: 'u1', name: '林知夏', vercode: 'x' }, '[名片] 林知夏', '[Contact card] 林知夏'],
  [{ type: 7, uid: 'fb2a24b4b70b', name: '\u202e' }, '[名片] fb2a24b4', '[Contact card] fb2a24b4'],
  [
    { type: 11, users: ['A', 'B', 'C', 'D'].map((name) => ({ uid: name, name })), msgs: [] },
    '[聊天记录] A、B、C…',
    '[Chat history] A, B, C…',
  ],
  [{ type: 12, url: 's', category: 'c', placeholder: '[笑]' }, '[表情] 笑', '[Sticker] 笑'],
  [{ type: 13, url: 's' }, '[表情]', '[Sticker]'],
  [{ type: 14, content: 'x' }, '[图文消息] x', '[Text with pictures] x'],
  [{ type: 14 }, '[图文消息]', '[Text with pictures]'],
  [{ type: 16, org_name: '悟空' }, '[加入组织邀请] 悟空', '[Invitation to an organization] 悟空'],
  [{ type: 97 }, '[无法读取的消息]', '[Message that cannot be read]'],
  [{ type: 98 }, '[无法读取的消息]', '[Message that cannot be read]'],
  [{ type: 9989, content: 'x', call_type: 0, result_type: 0, second: 0 }, '[通话已取消]', '[Call cancelled]'],
  [{ type: 9989, call_type: 1, result_type: 0 }, '[视频通话已取消]', '[Video call cancelled]'],
  [{ type: 9989, call_type: 1, result_type: 1, second: 5 }, '[视频通话] 0:05', '[Video call] 0:05'],
  [{ type: 9989, call_type: 1, result_type: 2 }, '[视频通话未接听]', '[Video call not answered]'],
  [{ type: 9989, call_type: 1, result_type: 3 }, '[视频通话被拒绝]', '[Video call declined]'],
  [{ type: 9990, call_type: 1 }, '[视频通话]', '[Video call]'],
  [{ type: 9989, result_type: 1, second: 65 }, '[通话] 1:05', '[Call] 1:05'],
  [{ type: 9989, result_type: 2 }, '[通话未接听]', '[Call not answered]'],
  [{ type: 9989, result_type: 3 }, '[通话被拒绝]', '[Call declined]'],
  [{ type: 9989, result_type: 77, content: '请输入密码' }, '[通话]', '[Call]'],
  [{ type: 9990 }, '[通话]', '[Call]'],
  [{ type: 9995 }, '[通话未接听]', '[Call not answered]'],
  [{ type: 9999 }, '[通话]', '[Call]'],
  [{ type: 21 }, '[暂不支持的消息类型]', '[Unsupported message type]'],
  [{ type: 10_000 }, '[暂不支持的消息类型]', '[Unsupported message type]'],
];

describe('a kind that is not drawn is named', () => {
  it.each(LINES)('%j', (payload, zh, en) => {
    const content = read(payload);
    expect(contentText(content, 'zh')).toBe(zh);
    expect(contentText(content, 'en')).toBe(en);
  });

  it('the people of a forward in a forward as the language lists names', () => {
    const users = ['A', 'B', 'C', 'D'].map((name) => ({ uid: name, name }));
    const inner = { message_id: '1', from_uid: 'A', timestamp: 1, payload: { type: 11, users, msgs: [] } };
    const content = read({ type: 11, users, msgs: [inner] });
    const line = content.kind === 'history' ? content.lines[0]?.content : undefined;
    if (!line) throw new Error('there is no line');
    expect([contentText(line, 'zh'), contentText(line, 'en')]).toEqual([
      '[聊天记录] A、B、C…',
      '[Chat history] A, B, C…',
    ]);
  });

  it('all of them, and a list row says the same as the flow', () => {
    const seen = new Set(
      LINES.map(([payload]) => read(payload)).flatMap((one) =>
        one.kind === 'named' ? one.what : one.kind === 'history' ? one.kind : [],
      ),
    );
    expect([...seen].toSorted()).toEqual([...NAMED_KINDS].toSorted());
    for (const what of NAMED_KINDS)
      for (const language of ['zh', 'en'] as const) {
        const core = `${translate('zh', `preview.${what}`)} 详情`;
        const shown = contentText({ kind: 'named', type: 5, what, detail: '详情' }, language);
        expect(wordedDigest(language, { text: core, contentKind: what })).toBe(shown);
      }
  });

  it('whatever it holds', () => {
    for (const type of [5, 6, 7, 11, 12, 13, 14, 16, 20, 9989])
      for (const odd of [
        null,
        1,
        '',
        'x'.repeat(100_000),
        [],
        [null],
        {},
        { uid: [] },
        [{ uid: 1, name: [] }],
      ])
        expect(
          contentText(
            read({
              type,
              second: odd,
              title: odd,
              address: odd,
              name: odd,
              users: odd,
              placeholder: odd,
              result_type: odd,
              content: odd,
              nodes: odd,
              from_uid: odd,
              from_name: odd,
            }),
            'en',
          ).length,
        ).toBeLessThan(type === 14 ? 20_100 : 500);
  });
});

it.each([
  ['bob', undefined, '鲍勃在聊天中截屏了', '鲍勃 took a screenshot of the chat'],
  ['me', undefined, '你在聊天中截屏了', 'You took a screenshot of the chat'],
  // The server speaks: whom it names.
  ['', { from_uid: 'ann', from_name: 'Ann' }, 'Ann在聊天中截屏了', 'Ann took a screenshot of the chat'],
  // Whoever else says that it was somebody else.
  [
    'bob',
    { from_uid: 'ann', from_name: 'Ann', content: '转账吧' },
    '鲍勃在聊天中截屏了',
    '鲍勃 took a screenshot of the chat',
  ],
])('a screenshot is a line that says whose, sent by "%s" as %j', (fromUid, more, zh, en) => {
  const { content } = parsePayload(
    { type: 20, ...more },
    { fromUid, channelType: 1, fromName: () => (fromUid === 'bob' ? '鲍勃' : 'Me') },
  );
  const self = { uid: 'me', name: 'Me' };
  expect(contentText(MessageContent.parse(content), 'zh', self)).toBe(zh);
  expect(contentText(content, 'en', self)).toBe(en);
});

it.each([
  [{ content: '你好', entities: [{ offset: 0, length: 1, type: 'bold' }] }, ['你好']],
  [{ title: '标题', content: '正文' }, ['标题', '正文']],
  [
    {
      content: [
        { type: 'text', text: 'a' },
        { type: 'image', url: 'x' },
        { type: 'text', text: 'b' },
      ],
    },
    ['a', null, 'b'],
  ],
  [
    {
      content: '',
      nodes: [
        { kind: 'image', url: 'x' },
        { kind: 'text', value: 'b' },
      ],
    },
    [null, 'b'],
  ],
  [{ content: [null, 7, {}, [], { type: 'video' }], plain: 'left out' }, undefined],
  [{ plain: 'words alone' }, ['words alone']],
])('rich text %j', (payload, rich) => {
  const content = read({ type: 14, ...payload });
  expect(content).toMatchObject({ kind: 'named', what: 'richText' });
  expect(content.kind === 'named' && content.rich).toEqual(rich);
});

it('of a rich text without an end so much is kept', () => {
  const content = read({ type: 14, content: [{ type: 'text', text: 'x'.repeat(1_000_000) }] });
  expect(content.kind === 'named' && content.detail.length).toBeLessThanOrEqual(20_000);
  const pictures = read({ type: 14, content: Array.from({ length: 5_000 }, () => ({ type: 'image' })) });
  expect(pictures.kind === 'named' && pictures.rich).toHaveLength(100);
});

it('a system line without words is a notice of the group', () => {
  const { content } = parsePayload({ type: 1005 }, { fromUid: '', channelType: 2 });
  expect(contentText(content, 'zh')).toBe('[群通知]');
  expect(wordedDigest('en', { text: '', contentKind: 'system' })).toBe('[Group notice]');
});
