import { expect, it } from 'vitest';
import { envelopeChannel } from './envelope-channel.ts';

it.each([
  ['g1', 2, { channelId: 'g1', channelType: 2 }],
  ['bob____cmd', 1, { channelId: 'bob', channelType: 1 }],
  ['', 1, null],
  ['g1', 8, null],
  // The page could neither open nor delete such a conversation.
  ['x'.repeat(201), 1, null],
])('the conversation of the envelope "%s", type %i', (channelId, channelType, expected) => {
  expect(envelopeChannel({ channelId, channelType })).toEqual(expected);
});
