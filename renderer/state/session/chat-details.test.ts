import { expect, it } from 'vitest';
import { ChannelType, channelKey, type ContactView } from '../../../shared/domain.ts';
import { translate } from '../../../shared/strings/index.ts';
import { chatDetails, unlessSaid } from './chat-details.ts';

const group = (channelId: string) => ({ channelId, channelType: ChannelType.group });
const person = (channelId: string) => ({ channelId, channelType: ChannelType.person });
const friend = (uid: string, shortNo: string): ContactView => ({
  uid,
  name: '张伟',
  remark: '',
  username: '',
  shortNo,
  online: false,
  sortKey: '',
});

it('stands beside chats of one name alone: number of a friend, size of a group, else the end of the id', () => {
  const chats = [
    [group('g-0001'), '周会'],
    [group('g-0002'), '周会 '],
    [group('g-0003'), '发布'],
    [group('g-0004'), '发布'],
    [person('u-0001'), '张伟'],
    [person('u-0002'), '张伟'],
    [person('u-0003'), '张伟'],
    [person('u-0004'), '李娜'],
  ] as const;
  const found = chatDetails(
    (key, ...params) => translate('zh', key, ...params),
    new Map(chats.map(([channel, name]) => [channelKey(channel), { channel, name }])),
    [friend('u-0001', '1001'), friend('u-0002', '1002')],
    [
      { channel: group('g-0001'), memberCount: 3 },
      { channel: group('g-0002'), memberCount: 8 },
      { channel: group('g-0003'), memberCount: 5 },
      { channel: group('g-0004'), memberCount: 5 },
    ],
  );
  expect(chats.map(([channel]) => found.get(channelKey(channel)))).toEqual([
    '3 人',
    '8 人',
    '#0003',
    '#0004',
    '短号 1001',
    '短号 1002',
    '#0003',
    undefined,
  ]);
});

it('is not said twice', () => {
  expect(unlessSaid('3 人', ['3 人'])).toBeUndefined();
  expect(unlessSaid('#0003', ['3 人'])).toBe('#0003');
  expect(unlessSaid(undefined, [])).toBeUndefined();
});
