import { expect, it } from 'vitest';
import { contactView, conversationView } from '../../testing/views.ts';
import { forwardTargets } from './forward-targets.ts';

const chat = (channelId: string, channelType: number, name: string) =>
  conversationView(channelId, { channel: { channelId, channelType }, name });
const friend = (uid: string, name: string, username: string, remark = '') =>
  contactView(uid, name, { username, remark });
const chats = [chat('g1', 2, '发布值班'), chat('lin', 1, '林知夏')];
const friends = [friend('lin', '林知夏', 'linzhixia'), friend('su', '苏航', 'suhang01', '老苏')];
const names = (filter: string): string[] => forwardTargets(filter, chats, friends).map(({ name }) => name);

it('offers the chats in their order, then friends without one, each once', () => {
  expect(names('')).toEqual(['发布值班', '林知夏', '老苏']);
  expect(forwardTargets('', chats, friends).at(-1)?.channel).toEqual({ channelId: 'su', channelType: 1 });
});

it('finds by name, pinyin and user name', () => {
  expect(names('fbzb')).toEqual(['发布值班']);
  expect(names('linzhixia')).toEqual(['林知夏']);
  expect(names('suhang01')).toEqual(['老苏']);
  expect(names('没有')).toEqual([]);
});
