import { expect, it } from 'vitest';
import { levelOf, levelsOf } from './notify-level.ts';

const group = { channelType: 2 };
const person = { channelType: 1 };
const nothing = { mentions: false, sound: 'app' } as const;

it.each([
  ['a group', group, false, undefined, 'all'],
  ['a group that was once silenced', group, false, nothing, 'all'],
  ['a group that the phone muted', group, true, undefined, 'mentions'],
  ['a group that was silenced here', group, true, nothing, 'none'],
  ['a person', person, false, undefined, 'all'],
  ['a muted person', person, true, undefined, 'none'],
] as const)('%s', (_what, channel, muted, notify, level) => {
  expect(levelOf({ channel, muted, notify })).toBe(level);
  expect(levelsOf(channel.channelType)).toContain(level);
});

it('has nobody to mention between two people', () => {
  expect(levelsOf(1)).toEqual(['all', 'none']);
  expect(levelsOf(2)).toEqual(['all', 'mentions', 'none']);
});
