import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eraseLogOf, withoutQuotedInput } from './log.ts';

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

it('loses the lines of an account that is signed out, and no others', () => {
  const dir = mkdtempSync(join(tmpdir(), 'wukong-log-'));
  const file = (name: string): string => join(dir, 'logs', name);
  mkdirSync(join(dir, 'logs'));
  const lines = [
    '[2026-01-02 03:04:05.678] [info]  [main] start: version 1',
    '[2026-01-02 03:04:06.000] [warn]  [sync 4b4d40] no answer',
    '    at a line of its stack',
    '[2026-01-02 03:04:07.000] [warn]  [sync 99ffaa] no answer',
    '[2026-01-02 03:04:08.000] [warn]  [main] account 4b4d40 not opened: Error',
    '[2026-01-02 03:04:09.000] [warn]  [sync 99ffaa] 14b4d400 bytes',
  ];
  writeFileSync(file('main.log'), `${lines.join('\n')}\n`);
  writeFileSync(file('main.old.log'), `${lines[1]}\n${lines[3]}\n`);
  try {
    eraseLogOf(dir, '4b4d4096475240cb3bad4d3a');
    expect(readFileSync(file('main.log'), 'utf8')).toBe(`${[lines[0], lines[3], lines[5]].join('\n')}\n`);
    expect(readFileSync(file('main.old.log'), 'utf8')).toBe(`${lines[3]}\n`);
    rmSync(join(dir, 'logs'), { recursive: true });
    expect(() => eraseLogOf(dir, '4b4d4096475240cb3bad4d3a')).not.toThrow();
    expect(readdirSync(dir)).toEqual([]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
