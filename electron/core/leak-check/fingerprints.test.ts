import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ErasedContent } from '../store/context.ts';
import { textsOf } from './erased-texts.ts';
import { Fingerprints } from './fingerprints.ts';
import { formsOf } from '../residue/text-forms.ts';

const SECRET = '绝密撤回内容甲乙丙 Zq7X secret "quoted"\nline';
const payload = (content: string): string => JSON.stringify({ type: 1, content });
const recalled = (payloads: string[], messageIds: string[] = ['1']): ErasedContent => ({
  by: 'recall',
  messageIds,
  payloads,
});
const edited = (messageId: string, before: string): ErasedContent => ({
  by: 'edit',
  messageId,
  payload: payload(before),
});

function remembering(...contents: string[]): Fingerprints {
  const fingerprints = new Fingerprints();
  for (const content of contents) fingerprints.take(recalled([payload(content)]));
  return fingerprints;
}

function hits(fingerprints: Fingerprints, bytes: Uint8Array, chunk = bytes.length): number {
  const matcher = fingerprints.matcher();
  for (let at = 0; at < bytes.length; at += chunk) matcher.feed(bytes.subarray(at, at + chunk));
  return matcher.found.size;
}

test.each(formsOf(SECRET).map((form) => [form.name, form.bytes] as const))(
  'finds the form %s',
  (_name, bytes) => {
    const around = Buffer.concat([randomBytes(5_000), bytes, randomBytes(5_000)]);
    expect(hits(remembering(SECRET), around)).toBeGreaterThan(0);
  },
);

test('finds what is left when the beginning or the end was overwritten', () => {
  const text = '前半句已经被别的内容盖住了，后半句还留在空闲页里，一共四十多个字左右，这样才够长，够几个窗口';
  const bytes = Buffer.from(text);
  const fingerprints = remembering(text);
  expect(hits(fingerprints, bytes.subarray(0, Math.floor(bytes.length / 2)))).toBeGreaterThan(0);
  expect(hits(fingerprints, bytes.subarray(Math.floor(bytes.length / 2)))).toBeGreaterThan(0);
});

test('any split into chunks finds the same', () => {
  const fingerprints = remembering(SECRET, 'short one 12');
  const bytes = Buffer.concat([
    randomBytes(100),
    Buffer.from(SECRET),
    randomBytes(77),
    Buffer.from('short one 12'),
  ]);
  const whole = hits(fingerprints, bytes);
  expect(whole).toBeGreaterThan(1);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), (chunk) => {
      expect(hits(fingerprints, bytes, chunk)).toBe(whole);
    }),
  );
});

test('any text of eight bytes or more is found in any surroundings', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 8, maxLength: 300, unit: 'grapheme' }),
      fc.uint8Array({ maxLength: 100 }),
      fc.uint8Array({ maxLength: 100 }),
      (text, before, after) => {
        const bytes = Buffer.from(text);
        fc.pre(new Set(bytes.subarray(0, 8)).size >= 4 && new Set(bytes.subarray(0, 16)).size >= 4);
        expect(hits(remembering(text), Buffer.concat([before, bytes, after]))).toBeGreaterThan(0);
      },
    ),
    { numRuns: 300 },
  );
});

test('no false finding in 50 MB of random bytes, and none in zeroes', () => {
  const many = Array.from({ length: 100 }, (_, i) => `recalled message number ${i} 第${i}条被撤回的消息`);
  const fingerprints = remembering(...many);
  const matcher = fingerprints.matcher();
  for (let i = 0; i < 50; i += 1) matcher.feed(randomBytes(1 << 20));
  matcher.begin();
  matcher.feed(new Uint8Array(1 << 20));
  expect(matcher.found.size).toBe(0);
  matcher.begin();
  matcher.feed(Buffer.from(many[57] ?? ''));
  expect(matcher.found.size).toBeGreaterThan(0);
}, 30_000);

describe('short texts', () => {
  test('are told by the quotation marks around them', () => {
    const fingerprints = remembering('482913');
    expect(hits(fingerprints, Buffer.from(payload('482913')))).toBeGreaterThan(0);
    expect(hits(fingerprints, Buffer.from('{"message_id":"2124791482913608"}'))).toBe(0);
  });
  test('that say nothing are not looked for', () => {
    expect(hits(remembering('00000000000', 'ok'), Buffer.alloc(1_000, '0'))).toBe(0);
  });
});

test('only the last hundred recalls are remembered', () => {
  const fingerprints = new Fingerprints();
  for (let i = 0; i < 150; i += 1)
    fingerprints.take(recalled([payload(`a recalled text, number ${i} of many`)]));
  expect(fingerprints.size).toBe(100);
  expect(hits(fingerprints, Buffer.from('a recalled text, number 149 of many'))).toBeGreaterThan(0);
});

test('what an edit replaced is looked for at once, and after its message is recalled', () => {
  const fingerprints = new Fingerprints();
  fingerprints.take(edited('1', `${SECRET} first`));
  fingerprints.take(edited('1', 'something said in between'));
  fingerprints.take(edited('2', 'of a message that stays as it is'));
  const file = Buffer.from(`${SECRET} first`);
  expect(hits(fingerprints, file)).toBeGreaterThan(0);
  fingerprints.take(recalled([payload('the last words of it')], ['1']));
  expect(hits(fingerprints, file)).toBeGreaterThan(0);
  expect(hits(fingerprints, Buffer.from('something said in between'))).toBeGreaterThan(0);
  expect(hits(fingerprints, Buffer.from('of a message that stays as it is'))).toBeGreaterThan(0);
});

test('of edited messages only the last ones are remembered', () => {
  const fingerprints = new Fingerprints({ keepEdited: 2 });
  for (const id of ['1', '2', '3']) fingerprints.take(edited(id, `the words of number ${id} before`));
  fingerprints.take(recalled([payload('recalled in the end')], ['1', '3']));
  expect(hits(fingerprints, Buffer.from('the words of number 3 before'))).toBeGreaterThan(0);
  expect(hits(fingerprints, Buffer.from('number 1 before'))).toBe(0);
});

test('two processes make different fingerprints of the same text', () => {
  const keys = [1, 2].map(() => {
    const matcher = remembering(SECRET).matcher();
    matcher.feed(Buffer.from(SECRET));
    return [...matcher.found.keys()];
  });
  expect(keys[0]?.filter((key) => keys[1]?.includes(key))).toEqual([]);
});

test('nothing that is kept contains the text', () => {
  const matcher = remembering(SECRET).matcher();
  matcher.feed(Buffer.from(SECRET));
  const kept = Buffer.from(JSON.stringify([...matcher.found]));
  for (const form of formsOf(SECRET.slice(0, 4))) expect(kept.indexOf(form.bytes)).toBe(-1);
});

test('takes every text of a payload, but nothing of the message it quotes', () => {
  const texts = textsOf(
    JSON.stringify({
      type: 8,
      name: '报价.pdf',
      url: 'file/preview/1.pdf',
      mention: { uids: ['u-1'] },
      reply: { message_id: '1', from_name: 'Bob', payload: { content: 'quoted' } },
      nested: [{ text: 'inner' }],
    }),
  );
  expect(texts).toEqual(['报价.pdf', 'file/preview/1.pdf', 'inner']);
});
