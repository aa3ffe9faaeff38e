import { describe, expect, it } from 'vitest';
import { parsePayload } from '../../../../../shared/content/message-content.ts';
import { wordedDigest } from '../../../../../shared/strings/digest.ts';
import { digest } from './payload.ts';

const forward = (...names: string[]) =>
  parsePayload(
    { type: 11, users: names.map((name) => ({ uid: name, name })), msgs: [] },
    { fromUid: 'bob', channelType: 1 },
  ).content;

describe('the line of a merged forward in list, quote and notification', () => {
  it.each([
    [['A'], '[聊天记录] A', '[Chat history] A'],
    [['A', 'B'], '[聊天记录] A、B', '[Chat history] A, B'],
    // What somebody calls himself is not taken apart.
    [['A、B', 'C', 'D', 'E'], '[聊天记录] A、B、C、D…', '[Chat history] A、B, C, D…'],
    [[], '[聊天记录]', '[Chat history]'],
  ])('names %j as the language lists names', (names, zh, en) => {
    const line = digest(forward(...names));
    expect([wordedDigest('zh', line), wordedDigest('en', line)]).toEqual([zh, en]);
    expect(line.text).toBe(zh);
  });
});
