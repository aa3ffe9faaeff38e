import { describe, expect, it } from 'vitest';
import { type MessageContent, parsePayload } from '../../shared/content/message-content.ts';
import { parseExact } from '../../shared/exact-json.ts';
import { nestingDepth } from '../../shared/json.ts';
import { foldText, rangesOf } from '../../shared/matching/match.ts';
import { hitRanges, queryPhrases, terms } from '../../shared/matching/terms.ts';
import { wordedDigest } from '../../shared/strings/digest.ts';
import { growsFasterThanText } from '../../shared/testing/slow-text.ts';
import { kindOfHost } from './api/address-ranges.ts';
import { TransferError } from './api/file-transfer.ts';
import { resolveFileUrl } from './api/file-url.ts';
import { bareText } from './api/server-trouble.ts';
import { safeFileName } from './media/file-kind.ts';
import { blankQuotes, digest } from './store/tables/messages/payload.ts';
import type { MessageFacts } from './store/tables/messages/message-derive.ts';
import { StreamState } from './store/tables/messages/message-row.ts';
import { mergeStream } from './store/tables/messages/stream-text.ts';
import { nameMatches } from './store/tables/people/pinyin.ts';
import { indexText } from './store/tables/search/segmenter.ts';

const phrases = queryPhrases('撤回 a 撤撤撤');
const unreadable = (text: string): void => {
  try {
    parseExact(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
};
const fileAt = (url: string): void => {
  try {
    resolveFileUrl('https://im.example', url);
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
  }
};

const quote = (at: number): [string, unknown] => [`k${at}`, { reply: { message_id: '1', payload: {} } }];
const blankMany = ({ length }: string): unknown => {
  return blankQuotes(
    Object.fromEntries(Array.from({ length: length >> 2 }, (_, at) => quote(at))),
    new Set(['1']),
  );
};
/** Words after a hole, looked for in those of the server. */
const fillHole = (text: string): unknown => {
  const half = text.slice(text.length / 2);
  const [ours, theirs] = [`>…${half}!${half}`, `>${text}${text}`].map((content) => ({ content }));
  const facts = { payload: theirs, stream: StreamState.resting, stream_seq: 0 } as unknown as MessageFacts;
  return mergeStream({ stream: StreamState.growing, stream_seq: 0, edited: 0 }, ours ?? null, facts);
};
const read = (payload: object): MessageContent =>
  parsePayload(payload, { fromUid: '', channelType: 2 }).content;
const line = (payload: object): string => digest(read(payload)).text;
const systemParts = (content: string, extra: object[]): { text: string }[] => {
  const system = read({ type: 1002, content, extra });
  return system.kind === 'system' ? system.parts : [];
};

describe('the work on received text is linear', () => {
  it.each<[string, (text: string) => unknown]>([
    [
      'a body with a long number',
      (text) => parseExact(JSON.stringify([text, 1]).replace(/1]$/, '12345678901234567890]')),
    ],
    ['a body that is no JSON', (text) => unreadable(`[12345678901234567890,${text}`)],
    ['its nesting', nestingDepth],
    ['the line of a text', (text) => wordedDigest('en', digest(read({ type: 1, content: text })))],
    ['the line of a file', (text) => wordedDigest('en', digest(read({ type: 8, name: text })))],
    ['a system line', (text) => line({ type: 1002, content: text, extra: [{ name: text, uid: 'a' }] })],
    ['its folded form', foldText],
    ['marks of a name', (text) => rangesOf(text, 'a.')],
    ['terms of the index', terms],
    ['the text of the index', indexText],
    ['ranges of hits', (text) => hitRanges(text, phrases)],
    ['names', (text) => nameMatches(text, 'zs')],
    ['names of files', safeFileName],
    ['hosts of files', kindOfHost],
    ['refusals of the server', (text) => bareText(`${text}x`)],
    ['addresses of files', (text) => fileAt(`http://a${text.trim()}b/${text}`)],
    ['files of the server', (text) => fileAt(`file/preview/${text}`)],
  ])('%s', { timeout: 120_000 }, (_name, work) => expect(growsFasterThanText(work)).toEqual([]));

  it('blanks many quotes in one job', { timeout: 60_000 }, () => {
    expect(growsFasterThanText(blankMany, 'a')).toEqual([]);
  });
});

it('what a stream said after a hole is looked for in linear time', { timeout: 60_000 }, () => {
  expect(growsFasterThanText(fillHole, 'a')).toEqual([]);
});

describe('a line of a message', () => {
  it('halves no character', () => {
    for (let before = 190; before < 200; before += 1) {
      const text = `${'字'.repeat(before)}👨‍👩‍👧😀`;
      const whole = ['', '👨‍👩‍👧', '👨‍👩‍👧😀'].map((end) => '字'.repeat(before) + end);
      expect(whole).toContain(line({ type: 1, content: text }));
      expect(whole.map((each) => `[文件] ${each}`)).toContain(line({ type: 8, name: text }));
      expect(whole).toContain(line({ type: 1002, content: text }));
    }
  });

  it('has the code without the lines around it', () => {
    expect(line({ type: 1, content: '看这里\n```ts\nconst a = 1;\n```\n对吗' })).toBe(
      '看这里 const a = 1; 对吗',
    );
    expect(line({ type: 1, content: '```\nopen' })).toBe('``` open');
  });

  it('is short whatever the name of a file or of a person is', () => {
    const long = 'x'.repeat(100_000);
    expect(line({ type: 8, name: long }).length).toBeLessThan(210);
    const parts = systemParts('{0}'.repeat(100), [{ uid: 'u', name: long }]);
    expect(parts.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(3_000);
    expect(systemParts('{0}x'.repeat(300_000), [{ uid: 'u', name: 'n' }]).length).toBeLessThan(50);
    const literal = systemParts('x'.repeat(1_000_000), []);
    expect(literal.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(20_000);
  });
});
