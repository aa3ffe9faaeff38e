import { describe, expect, it } from 'vitest';
import type { SystemPart } from '../content/system-lines.ts';
import { systemLine } from '../content/system-lines.ts';
import { wordedDigest } from './digest.ts';
import { systemLineText, wordedSystemLine } from './worded-system-line.ts';

const self = { uid: 'me', name: '许一诺' };
const person = (uid: string, name: string) => ({ uid, name });
const me = person('me', '许一诺');
const chen = person('chen', '陈屿');
const su = person('su', '苏航');

/** As the server's own senders post it. */
const parts = (content: string, extra: unknown[] = [], more: object = {}): readonly SystemPart[] =>
  systemLine(1005, { type: 1005, content, extra, ...more }, { fromUid: '', channelType: 2 })?.parts ?? [];

describe('a line of the server', () => {
  it.each([
    [
      parts('陈屿邀请{0}、{1}加入群聊', [me, su], { from_uid: 'chen', from_name: '陈屿' }),
      '陈屿邀请你、苏航加入群聊',
      '陈屿 invited you, 苏航 to the group',
    ],
    [
      parts('{0}邀请{1},{2}加入群聊', [me, chen, su]),
      '你邀请陈屿、苏航加入群聊',
      'You invited 陈屿, 苏航 to the group',
    ],
    [parts('{0}加入群聊', [me]), '你加入群聊', 'You joined the group'],
    [parts('许一诺将{0}移除群聊', [su]), '你将苏航移除群聊', 'You removed 苏航 from the group'],
    [parts('陈屿将{0}移除群聊', [me]), '陈屿将你移除群聊', '陈屿 removed you from the group'],
    [parts('{0}修改群名为"发布 {1}"', [me]), '你修改群名为“发布 {1}”', 'You renamed the group to "发布 {1}"'],
    [parts('{0}修改群名为"…"', [chen]), '陈屿修改群名为"…"', '陈屿 renamed the group'],
    [parts('{0}修改群公告为"…"', [chen]), '陈屿修改群公告为"…"', '陈屿 changed the group notice'],
    [parts('{0}已开启“全员禁言”', [me]), '你开启了全员禁言', 'You muted all members'],
    [parts('{0}关闭了群禁言', [su]), '苏航关闭了群禁言', '苏航 unmuted all members'],
    [
      parts('{0}已启用“群聊邀请确认”，群成员需群主或管理员确认才能邀请朋友进群。', [su]),
      '苏航已启用“群聊邀请确认”，群成员需群主或管理员确认才能邀请朋友进群。',
      '苏航 turned on approval of invites',
    ],
    [parts('“{0}”已成为新群主', [me]), '你已成为新群主', 'You became the group owner'],
    [parts('“{0}“退出群聊', [su]), '“苏航“退出群聊', '苏航 left the group'],
    [parts('{0}退出群聊', [me]), '你退出群聊', 'You left the group'],
    [parts('你被{0}移除群聊', [chen]), '你被陈屿移除群聊', '陈屿 removed you from the group'],
    [
      parts('“{0}“想邀请1位朋友加入群聊', [su]),
      '“苏航“想邀请1位朋友加入群聊',
      '苏航 wants to invite 1 friend to the group',
    ],
    [
      parts('“{0}”通过“{1}”的二维码加入群聊', [su, me]),
      '苏航通过你的二维码加入群聊',
      '苏航 joined by the QR code of you',
    ],
    [
      parts('“{0}”扫描二维码申请加入群聊', [su]),
      '“苏航”扫描二维码申请加入群聊',
      '苏航 scanned the QR code and asks to join',
    ],
    [
      parts('群成员超过200，将自动升级为超级群'),
      '群成员超过200，将自动升级为超级群',
      'With over 200 members this becomes a super group',
    ],
    [parts('群主已解散该群'), '群主已解散该群', 'The owner disbanded this group'],
    [
      parts('我们已经是好友了，可以愉快的聊天了！'),
      '我们已经是好友了，可以愉快的聊天了！',
      'You are friends now and can start chatting',
    ],
    [
      parts('{0}设置消息在 1天 后自动删除', [me]),
      '你设置消息在 1 天 后自动删除',
      'You set messages to be deleted after 1 day',
    ],
    [
      parts('{0}关闭了消息自动删除', [me]),
      '你关闭了消息自动删除',
      'You turned off automatic deletion of messages',
    ],
    [parts('{0} 取消置顶了一条消息', [me]), '你 取消置顶了一条消息', 'You unpinned a message'],
  ])('%j', (line, zh, en) => {
    expect(systemLineText('zh', line, self)).toBe(zh);
    expect(systemLineText('en', line, self)).toBe(en);
  });
  it('in words that no server has stays as it is, with oneself in it', () => {
    const line = parts('{0}敲了敲{1}', [chen, me]);
    expect(systemLineText('en', line, self)).toBe('陈屿敲了敲you');
  });
  it('calls nobody else by one’s own word', () => {
    const other = parts('{0}退出群聊', [person('other', '许一诺')]);
    expect(systemLineText('zh', other, self)).toBe('许一诺退出群聊');
    expect(
      systemLineText('zh', parts('{0}退出群聊', [person('', 'x')]), { uid: '', name: '' }),
    ).not.toContain('你');
  });
  it('draws names as names, and counts those it does not name', () => {
    const many = Array.from({ length: 40 }, (_, index) => person(`u${index}`, `人${index}`));
    const line = parts(`{0}邀请${many.map((_, index) => `{${index + 1}}`).join('、')}加入群聊`, [
      me,
      ...many,
    ]);
    const drawn = wordedSystemLine('en', line, self);
    expect(drawn[0]).toEqual({ text: 'You', uid: 'me' });
    expect(drawn.find(({ text }) => text.includes('21'))?.uid).toBeNull();
    expect(systemLineText('en', line, self)).toMatch(/^You invited 人0, 人1.* and 21 more to the group$/);
  });
});

it('is worded the same where one line of it is shown', () => {
  const line = parts('{0}退出群聊', [me]);
  expect(wordedDigest('en', { text: '许一诺退出群聊', contentKind: 'system', parts: line }, self)).toBe(
    'You left the group',
  );
  const pin = [{ text: '许一诺', uid: 'me' }];
  expect(wordedDigest('zh', { text: '许一诺', contentKind: 'pinned', parts: pin }, self)).toBe(
    '你 置顶了一条消息',
  );
});

it('takes no longer for a long line than for many short ones', () => {
  const longest: SystemPart[] = [
    { text: '，'.repeat(20_000), uid: null },
    { text: 'x', uid: 'x' },
  ];
  expect(systemLineText('en', longest, self)).toHaveLength(20_001);
});
