import { describe, expect, it } from 'vitest';
import { Role } from '../../shared/domain.ts';
import { translate } from '../../shared/strings/index.ts';
import { pendingText, recallTip, type TipQuestion } from './recall-tip.ts';

const su = { uid: 'su', name: '苏航' };
const me = { uid: 'me', name: '许一诺' };
const word = (role: Role): string => (role === Role.owner ? '群主' : '管理员');
const say = (author: TipQuestion['author'], actor: Partial<TipQuestion['actor']>): string => {
  const tip = recallTip({ meUid: 'me', author, actor: { uid: null, name: '', role: null, ...actor } }, word);
  return translate('zh', tip.key, tip.params).trim();
};

describe('recall tips', () => {
  it.each([
    [me, me, '你撤回了一条消息'],
    [su, me, '你撤回了 苏航 的一条消息'],
    [su, su, '苏航 撤回了一条消息'],
    [me, { uid: 'lin', name: '林知夏', role: Role.manager }, '管理员 林知夏 撤回了你的一条消息'],
    [su, { uid: 'lin', name: '林知夏', role: Role.manager }, '管理员 林知夏 撤回了 苏航 的一条消息'],
    [su, { uid: 'chen', name: '陈屿', role: Role.owner }, '群主 陈屿 撤回了 苏航 的一条消息'],
    [su, {}, '苏航 的一条消息已被撤回'],
    [{ uid: '', name: '' }, {}, '一条消息已被撤回'],
  ])('%o recalled by %o', (author, actor, text) => expect(say(author, actor)).toBe(text));

  it('names no role when a manager recalls an own message', () => {
    const lin = { uid: 'lin', name: '林知夏' };
    expect(say(lin, { ...lin, role: Role.manager })).toBe('林知夏 撤回了一条消息');
  });

  it('claims no actor that is not known by name', () => {
    expect(say(su, { uid: 'left', role: Role.manager })).toBe('苏航 的一条消息已被撤回');
    expect(say(me, { uid: 'left', role: Role.owner })).toBe('许一诺 的一条消息已被撤回');
  });

  it('guesses no role that was lost since', () => {
    expect(say(su, { uid: 'lin', name: '林知夏', role: Role.member })).toBe('林知夏 撤回了 苏航 的一条消息');
  });

  it('copes with an author who is not known', () => {
    expect(say({ uid: 'left', name: '' }, me)).toBe('你撤回了一条消息');
    expect(say({ uid: 'left', name: '' }, { uid: 'left' })).toBe('一条消息已被撤回');
  });
});

it.each([
  [null, '正在撤回…', 'Recalling…'],
  [{ state: 'pending' }, '正在撤回…', 'Recalling…'],
  [{ state: 'queued' }, '等待网络，联网后撤回', 'Waiting for network'],
  [
    { state: 'queued', waiting: true },
    '等待服务器，稍后自动撤回',
    'Waiting for the server; will be recalled then',
  ],
] as const)('a recall that is %j says what it waits for', (recall, zh, en) => {
  expect(translate('zh', pendingText(recall))).toBe(zh);
  expect(translate('en', pendingText(recall))).toBe(en);
});
