import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutQuotedInput } from './log.ts';

/** What the engine says about text that is no JSON. */
function parseError(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return String(error);
  }
}

describe('errors of the JSON parser', () => {
  const secret = 'Zq7Xsecret绝密甲乙丙丁';
  it.each([
    secret,
    `{"content":${secret}}`,
    `{"content":"a" ${secret}`,
    `[1,2,${secret}]`,
    `"${secret}`,
    `{"content":"${secret}"`,
    `{"a":"${secret}\n"}`,
    `12 ${secret} and a long text after it that goes on and on and on and on`,
    `{'${secret}': 1}`,
  ])('lose the words they quote: %s', (text) => {
    const message = parseError(text) ?? '';
    expect(message).not.toBe('');
    const logged = withoutQuotedInput(`row 3: ${message}; again in 2 s`);
    expect(logged).toContain('JSON');
    for (let at = 0; at + 4 <= secret.length; at += 1) expect(logged).not.toContain(secret.slice(at, at + 4));
  });

  it('lose them for any text', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[b-zà-ÿ甲乙丙丁]{12,40}$/),
        fc.constantFrom('', '{"a":', '[', '{"a":"b"'),
        (words, before) => {
          const message = parseError(before + words);
          fc.pre(message !== null);
          expect(withoutQuotedInput(message ?? '')).not.toContain(words.slice(0, 8));
        },
      ),
    );
  });
});

it('leaves other messages as they are', () => {
  const message = 'IPC messages.send refused: not a window of the app ("x")';
  expect(withoutQuotedInput(message)).toBe(message);
});
