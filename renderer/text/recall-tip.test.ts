import { describe, expect, it } from 'vitest';
import { Role } from '../../shared/domain.ts';
import { translate } from '../../shared/strings/index.ts';
import { pendingText, recallTip, type TipQuestion, typedTip } from './recall-tip.ts';

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

const typed = (tip: ReturnType<typeof recallTip>, language: 'zh' | 'en') => {
  const { key, params } = typedTip(tip, 'file', (noun) => translate(language, noun));
  return translate(language, key, params).trim();
};

it('with its kind, in every case and both languages; without one it is a message', () => {
  const all = [
    { key: 'tip.meMine', params: {} },
    { key: 'tip.meOther', params: { Y: 'Bo' } },
    { key: 'tip.self', params: { X: 'Al' } },
    { key: 'tip.roleMine', params: { role: '', X: 'Al' } },
    { key: 'tip.roleOther', params: { role: '', X: 'Al', Y: 'Bo' } },
    { key: 'tip.noActor', params: { Y: 'Bo' } },
    { key: 'tip.unknown', params: {} },
  ] as const;
  expect(all.map((tip) => typed(tip, 'zh'))).toEqual([
    '你撤回了一个文件',
    '你撤回了 Bo 的一个文件',
    'Al 撤回了一个文件',
    'Al 撤回了你的一个文件',
    'Al 撤回了 Bo 的一个文件',
    'Bo 的一个文件已被撤回',
    '一个文件已被撤回',
  ]);
  expect(all.map((tip) => typed(tip, 'en'))).toEqual([
    'You recalled a file',
    "You recalled Bo's file",
    'Al recalled a file',
    'Al recalled your file',
    "Al recalled Bo's file",
    "Bo's file was recalled",
    'Recalled: a file',
  ]);
  expect(typedTip({ key: 'tip.meMine', params: {} }, undefined, (key) => key).key).toBe('tip.meMine');
});
