import { describe, expect, it } from 'vitest';
import { MessageContent, parsePayload, systemParts } from './message-content.ts';

describe('reading a payload', () => {
  it.each([2 ** 63, -(2 ** 63), 1e308, 0.5, '1', null])(
    'a type of %s is unsupported and fits the contract',
    (type) => {
      const { content } = parsePayload({ type, content: 'x' });
      expect(MessageContent.parse(content)).toEqual({ kind: 'unsupported', type: 0 });
    },
  );
});

const invited = (count: number) =>
  systemParts(
    `{0}邀请${Array.from({ length: count }, (_, n) => `{${n + 1}}`).join('、')}加入群聊`,
    Array.from({ length: count + 1 }, (_, n) => ({ uid: `u${n}`, name: `N${n}` })),
  );
const words = (parts: readonly { text: string }[]): string => parts.map((part) => part.text).join('');

describe('a system line that names many', () => {
  it.each([1, 20])('%i invited are all named', (count) => {
    const names = Array.from({ length: count }, (_, n) => `N${n + 1}`).join('、');
    expect(words(invited(count))).toBe(`N0邀请${names}加入群聊`);
  });

  it('of hundreds the first are named, and how many more there are', () => {
    const parts = invited(500);
    expect(words(parts)).toMatch(/^N0邀请N1、N2、.*、N19…加入群聊$/);
    expect(parts.filter((part) => part.uid !== null)).toHaveLength(20);
    expect(parts.find((part) => part.more)?.more).toBe(481);
    expect(MessageContent.parse({ kind: 'system', type: 1002, parts })).toMatchObject({ parts });
  });
});
