import { describe, expect, it } from 'vitest';
import { growsFasterThanText } from '../../../shared/testing/slow-text.ts';
import {
  EVERYONE,
  insertMention,
  mentionsOfEdit,
  nobodyUnseen,
  mentionBefore,
  mentionQueryAt,
  mentionsOf,
  namesOf,
  pickedFrom,
  pickedIn,
  picksAfter,
  withPick,
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

describe('two of one name', () => {
  const one = { uid: 'u1', name: '李雷' };
  const two = { uid: 'u2', name: '李雷' };
  it('are both mentioned, in whatever order they were picked', () => {
    expect(mentionsOf('@李雷 @李雷 ', [one, two])).toEqual({ all: false, uids: ['u1', 'u2'] });
    const first = withPick('@李雷 @李雷 ', [two], one, 0);
    expect(first).toEqual([one, two]);
    expect(withPick('@李雷 @李雷 ', [one], two, 4)).toEqual([one, two]);
  });
  it('the one that stays in the text stays mentioned', () => {
    const text = '@李雷 和 @李雷 好';
    for (const [after, left] of [
      ['和 @李雷 好', 'u2'],
      ['@李雷 和 好', 'u1'],
      ['@李雷', 'u1'],
    ] as const) {
      expect(mentionsOf(after, picksAfter(text, after, [one, two])).uids).toEqual([left]);
    }
    // Put back, both are there again.
    const cut = picksAfter(text, '和 @李雷 好', [one, two]);
    expect(mentionsOf(text, picksAfter('和 @李雷 好', text, cut)).uids.toSorted()).toEqual(['u1', 'u2']);
  });
  it('survive a draft', () => {
    const text = '@李雷 @李雷';
    const restored = pickedFrom(mentionsOf(text, [one, two]), namesOf([one, two]), '所有人');
    expect(mentionsOf(text, restored).uids).toEqual(['u1', 'u2']);
  });
});

describe('mentions of an edited message', () => {
  const names = [
    { uid: 'u1', name: '雷子' },
    { uid: 'u1', name: '李雷' },
    { uid: 'u2', name: '韩梅梅' },
  ];
  it('are found by any name of a person, kept where no name is known, removed with the name', () => {
    const mention = { all: true, uids: ['u1', 'u9'] };
    const text = '@李雷 @全体成员 @走了的人 看';
    const { picked: shown, unseen } = pickedIn(text, mention, names, '所有人');
    expect(unseen).toEqual({ all: false, uids: ['u9'], words: ['@走了'] });
    expect(mentionsOfEdit(text, shown, unseen)).toEqual(mention);
    expect(mentionsOfEdit('@全体成员 @走了的人 看', shown, unseen)).toEqual({ all: true, uids: ['u9'] });
    expect(mentionsOfEdit('看', shown, unseen)).toEqual({ all: false, uids: [] });
    const added = withPick('@李雷 @韩梅梅 ', shown, { uid: 'u2', name: '韩梅梅' }, 4);
    expect(mentionsOfEdit('@李雷 @韩梅梅 ', added, nobodyUnseen)).toEqual({
      all: false,
      uids: ['u1', 'u2'],
    });
  });

  it.each<[string, string, string[]]>([
    ['another name in its place', '@韩梅梅 看', ['u2']],
    ['the word went, an address came', '看 me@x.example', []],
    ['a word more behind it', '@Lei你们看', ['u9']],
    ['one of two words', '@Lei 看', ['u9']],
    ['the other of two', '@Wang 看', ['u8']],
  ])('of a person without a known name go with the word: %s', (_, text, uids) => {
    const { picked: shown, unseen } = pickedIn(
      '@Lei @Wang 看',
      { all: false, uids: ['u9', 'u8'] },
      names,
      '所有人',
    );
    const picks = [...shown, { uid: 'u2', name: '韩梅梅' }];
    expect(mentionsOfEdit(text, picks, unseen)).toEqual({ all: false, uids });
  });

  it('of people without known names stay together while any word may be theirs', () => {
    const { unseen } = pickedIn('@Lei @Wang 看', { all: true, uids: ['u9'] }, [], '所有人');
    expect(mentionsOfEdit('@Wang 看', [], unseen)).toEqual({ all: true, uids: ['u9'] });
    expect(mentionsOfEdit('看 a@b', [], unseen)).toEqual({ all: false, uids: [] });
  });
});

it('the work on what is written is linear', { timeout: 60_000 }, () => {
  const many = Array.from({ length: 500 }, (_, at) => ({ uid: `u${at}`, name: at % 2 ? `李${at}` : '李雷' }));
  expect(growsFasterThanText((text) => mentionsOf(text, many))).toEqual([]);
  expect(growsFasterThanText((text) => picksAfter(text, text.slice(1), many))).toEqual([]);
  expect(growsFasterThanText((text) => mentionsOf(text.replaceAll(/./gu, '@李雷'), many))).toEqual([]);
});
