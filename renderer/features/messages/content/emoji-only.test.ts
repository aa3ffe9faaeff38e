import { describe, expect, it } from 'vitest';
import { isEmojiOnly } from './emoji-only.ts';

describe('a message of emoji alone', () => {
  it.each([
    ['👍', true],
    ['👍🏽👍🏽', true],
    ['👩‍👩‍👧 🇨🇳 1️⃣', true],
    [' ❤️\n', true],
    ['👍👍👍👍', false],
    ['👍 ok', false],
    ['', false],
    ['   ', false],
    ['12', false],
    ['#', false],
    ['©', false],
    ['👍'.repeat(1_000), false],
  ])('%j: %s', (words, large) => expect(isEmojiOnly(words)).toBe(large));
});
