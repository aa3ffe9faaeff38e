import { describe, expect, it } from 'vitest';
import { MessageContent, parsePayload } from './message-content.ts';

describe('reading a payload', () => {
  it.each([2 ** 63, -(2 ** 63), 1e308, 0.5, '1', null])(
    'a type of %s is unsupported and fits the contract',
    (type) => {
      const { content } = parsePayload({ type, content: 'x' });
      expect(MessageContent.parse(content)).toEqual({ kind: 'unsupported', type: 0 });
    },
  );
});
