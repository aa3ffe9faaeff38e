import { expect, test } from 'vitest';
import { asReaction, MAX_REACTION_LENGTH, QUICK_REACTIONS, reactionKey } from './reaction.ts';

test.each([...QUICK_REACTIONS, '❤', '👨‍👩‍👧‍👦', '👋🏽', '🇨🇳', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '1️⃣', '🫱🏻‍🫲🏿'])('%s is a reaction', (emoji) => {
  expect(asReaction(emoji)).toBe(emoji);
});

test.each([
  ['', 'nothing'],
  ['ok', 'letters'],
  ['1', 'a digit'],
  ['👍👍', 'two'],
  ['👍 ', 'a blank beside it'],
  ['👍\u0300', 'a mark on it'],
  ['\u202e👍', 'an override of direction'],
  ['👍\u200d', 'a joiner that joins nothing'],
  ['<b>👍</b>', 'markup'],
  ['like', 'a name'],
  [`🏴${'\u{e0061}'.repeat(500)}\u{e007f}`, 'an endless flag'],
  ['👨‍'.repeat(MAX_REACTION_LENGTH) + '👨', 'an endless family'],
])('%j is none: %s', (text) => {
  expect(asReaction(text)).toBeNull();
});

test('is the same with and without the sign for colours', () => {
  expect(reactionKey('❤️')).toBe(reactionKey('❤'));
  expect(reactionKey('❤')).not.toBe(reactionKey('💙'));
});
