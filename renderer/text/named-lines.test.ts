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
    '[Chat history] A、B、C…',
  ],
  [{ type: 12, url: 's', category: 'c', placeholder: '[笑]' }, '[表情] 笑', '[Sticker] 笑'],
  [{ type: 13, url: 's' }, '[表情]', '[Sticker]'],
  [{ type: 14, content: 'x' }, '[图文消息]', '[Text with pictures]'],
  [{ type: 16, org_name: '悟空' }, '[加入组织邀请] 悟空', '[Invitation to an organization] 悟空'],
  [{ type: 20, from_uid: 'ann', from_name: 'Ann' }, '[在聊天中截屏]', '[Took a screenshot of the chat]'],
  [{ type: 97 }, '[无法读取的消息]', '[Message that cannot be read]'],
  [{ type: 98 }, '[无法读取的消息]', '[Message that cannot be read]'],
  [{ type: 9989, content: 'x', call_type: 1, result_type: 0, second: 0 }, '[通话已取消]', '[Call cancelled]'],
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

  it('all of them, and a list row says the same as the flow', () => {
    const seen = new Set(
      LINES.map(([payload]) => read(payload)).flatMap((one) => (one.kind === 'named' ? one.what : [])),
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
            }),
            'en',
          ).length,
        ).toBeLessThan(500);
  });
});

it('a system line without words is a notice of the group', () => {
  const { content } = parsePayload({ type: 1005 }, { fromUid: '', channelType: 2 });
  expect(contentText(content, 'zh')).toBe('[群通知]');
  expect(wordedDigest('en', { text: '', contentKind: 'system' })).toBe('[Group notice]');
});
