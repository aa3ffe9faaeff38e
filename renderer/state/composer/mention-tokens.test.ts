import { describe, expect, it } from 'vitest';
import {
  EVERYONE,
  insertMention,
  mentionBefore,
  mentionQueryAt,
  mentionsOf,
  namesOf,
  pickedFrom,
} from './mention-tokens.ts';

const picked = [
  { uid: 'u1', name: '李' },
  { uid: 'u2', name: '李雷' },
  { uid: EVERYONE, name: '所有人' },
];

describe('mentions while writing', () => {
  it.each([
    ['@', 1, { start: 0, query: '' }],
    ['你好@li', 5, { start: 2, query: 'li' }],
    ['a @李 b', 4, { start: 2, query: '李' }],
    ['a @李 b', 5, null],
    ['me@a.example', 12, null],
    ['none', 4, null],
    [`@${'x'.repeat(21)}`, 22, null],
  ])('%s at %i', (text, caret, expected) => expect(mentionQueryAt(text, caret)).toEqual(expected));

  it('replaces what was typed and keeps the rest', () => {
    expect(insertMention('嗨 @li 在吗', 5, 2, '李雷')).toEqual({ text: '嗨 @李雷 在吗', caret: 6 });
    expect(insertMention('@', 1, 0, '李')).toEqual({ text: '@李 ', caret: 3 });
  });

  it('sends only those still in the text, the longest name first', () => {
    expect(mentionsOf('@李雷 好', picked)).toEqual({ all: false, uids: ['u2'] });
    expect(mentionsOf('@李雷 @李 @李 @所有人', picked)).toEqual({ all: true, uids: ['u2', 'u1'] });
    expect(mentionsOf('李雷', picked)).toEqual({ all: false, uids: [] });
  });

  it('removes a whole mention at once', () => {
    expect(mentionBefore('嗨 @李雷 ', 6, picked)).toEqual({ start: 2, end: 6 });
    expect(mentionBefore('嗨 @李雷 ', 5, picked)).toEqual({ start: 2, end: 5 });
    expect(mentionBefore('嗨 @李雷 x', 7, picked)).toBeNull();
  });

  it('survives a draft', () => {
    const text = '@李雷 @所有人 好';
    const restored = pickedFrom(mentionsOf(text, picked), namesOf(picked), '所有人');
    expect(mentionsOf(text, restored)).toEqual(mentionsOf(text, picked));
  });
});
