/**
 * Messages of 1 MiB made of pieces that code may look at again and again. What one costs the core, from its bytes to
 * the committed row, and the page that draws it, is held against what it costs this machine to look up each character
 * of 1 MiB once (measured: that and a plain message about 50 ms of processor time each).
 */
import * as fc from 'fast-check';
import {
  createFixture,
  type Fixture,
  message,
  START,
} from '../../electron/core/account-store/testing/store-fixture.ts';
import { parsePayload } from '../../shared/content/message-content.ts';
import { parseExact } from '../../shared/exact-json.ts';
import { isObject } from '../../shared/json.ts';
import { hitRanges, queryPhrases } from '../../shared/matching/terms.ts';
import { slowTexts } from '../../shared/testing/slow-text.ts';
import { shownLength } from '../../renderer/features/messages/content/long-text.ts';
import { segmentText } from '../../renderer/features/messages/content/text-segments.ts';
import { draw, type Target } from './target.ts';

const LENGTH = 1 << 20;
/**
 * So many times the reference is too much in the core; the least of some runs counts. The slowest that are linear
 * (100,000 people named, a text that JSON writes six times as long) take 4 of them, what is not linear some hundred.
 */
const CORE_BUDGET = 10;
/**
 * The page draws 5,000 characters of it: no more than looking up each character of all of it once. The slowest text
 * that is linear took 0.4 of that, and what is not linear in 5,000 characters takes some hundred times more.
 */
const PAGE_BUDGET = 1;
const RUNS = 5;

const pieces = fc.oneof(
  fc.constantFrom(...slowTexts.map(([, of]) => of(1))),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
);
/** Of any of these lengths, the repeated part of it. */
const texts = fc
  .record({
    head: fc.option(pieces, { nil: '' }),
    units: fc.array(pieces, { minLength: 1, maxLength: 4 }),
    tail: fc.option(pieces, { nil: '' }),
  })
  .map(({ head, units, tail }) => {
    const unit = units.join('');
    return head + unit.repeat(Math.ceil(LENGTH / unit.length)) + tail;
  });

type Maker = (text: string) => Record<string, unknown>;

/** Where a long text can stand in a payload. */
const MAKERS: readonly Maker[] = [
  (text) => ({ type: 1, content: text }),
  (text) => ({ type: 1, content: text, mention: { all: 1, uids: text.slice(0, LENGTH >> 3).split('') } }),
  (text) => ({ type: 8, url: 'file/preview/chat/a.pdf', name: text, size: 1 }),
  (text) => ({ type: 1002, content: text, extra: [{ uid: 'u1', name: text.slice(0, LENGTH >> 3) }] }),
  (text) => ({ type: 1, content: 'a', reply: { message_id: '7', payload: { type: 1, content: text } } }),
  (text) => ({ type: 77, content: text }),
  (text) => ({ type: 12, url: 'file/preview/sticker/a.lim', format: 'lim', placeholder: text }),
  (text) => ({
    type: 12,
    url: 'a.lim',
    format: 'lim',
    placeholder: `M0 0${'L1,1 '.repeat(LENGTH / 8)}${text}`,
  }),
  (text) => ({
    type: 6,
    lat: 1,
    lng: 2,
    title: text.slice(0, LENGTH >> 1),
    address: text.slice(LENGTH >> 1),
  }),
  (text) => ({ type: 7, uid: 'u1', name: text }),
  (text) => ({
    type: 14,
    content: [
      { type: 'text', text },
      { type: 'image', url: 'x' },
    ],
  }),
  (text) => ({ type: 9989, call_type: 1, result_type: 1, second: 1, content: text }),
  (text) => ({ type: 5, url: 'a.webm', cover: text, name: text.slice(0, LENGTH >> 3), second: 1 }),
  (text) => ({
    type: 11,
    users: [{ uid: 'u1', name: text.slice(0, LENGTH >> 2) }],
    msgs: text
      .slice(0, LENGTH >> 1)
      .match(/.{1,400}/gsu)
      ?.map((content, at) => ({
        message_id: String(at + 1),
        from_uid: 'u1',
        timestamp: 1,
        payload: { type: 1, content },
      })),
  }),
];

/** CPU time of this thread in ms, without what the compiler and the collector do beside it. */
function cpuOf(work: () => void): number {
  const start = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1_000;
}

/** Throws when `work` costs more than the budget allows, measured no longer than it takes to know that it does not. */
function within(limit: number, what: string, work: () => void): void {
  let least = Infinity;
  for (let run = 0; run < RUNS && least > limit; run += 1) least = Math.min(least, cpuOf(work));
  if (least > limit) throw new Error(`${what} took ${least.toFixed(0)} ms, ${limit.toFixed(0)} ms allowed`);
}

/** One look-up for each character: what this machine needs for work that is linear and does little. */
function reference(): number {
  const seen = new Map<string, number>();
  const once = (): void => {
    for (const char of PLAIN) seen.set(char, (seen.get(char) ?? 0) + 1);
  };
  return Math.min(...Array.from({ length: RUNS }, () => cpuOf(once)));
}

class Stored {
  readonly #store: Fixture = createFixture();
  #seq = 0;

  /** Bytes of a payload become a row. */
  take(json: string): void {
    this.#seq += 1;
    const payload = parseExact(json);
    if (!isObject(payload)) throw new Error('a payload is no object');
    this.#store.store.messages.ingest([message(this.#seq, { payload, timestamp: START })], 'live');
  }

  close(): void {
    this.#store.dispose();
  }
}

const PLAIN = '撤回 recall '.repeat(LENGTH / 10);

const core: Target = {
  name: 'a message made to be slow, in the core',
  share: 1,
  run: async (run) => {
    const stored = new Stored();
    try {
      const limit = CORE_BUDGET * reference();
      for (const [at, text] of draw(texts, run).entries()) {
        const maker = MAKERS[at % MAKERS.length] as Maker;
        const json = JSON.stringify(maker(text));
        within(limit, `${JSON.stringify(text.slice(0, 60))} in place ${at % MAKERS.length}`, () =>
          stored.take(json),
        );
      }
    } finally {
      stored.close();
    }
    return Promise.resolve();
  },
};

const NAMES = [
  { uid: 'u1', name: '李雷' },
  { uid: 'u2', name: `${'@'.repeat(90)}x` },
];

/** What is drawn before somebody asks for all of it. */
function drawn(text: string): void {
  const payload = { type: 1, content: text, mention: { all: 1, uids: ['u1', 'u2'] } };
  const { content } = parsePayload(payload, { fromUid: 'bob', channelType: 2 });
  if (content.kind !== 'text') throw new Error('a text is no text');
  const shown = content.text.slice(0, shownLength(content.text));
  segmentText(shown, content.mention, NAMES, 'u1', hitRanges(shown, queryPhrases('a')));
}

const page: Target = {
  name: 'a message made to be slow, in the page',
  share: 1,
  run: async (run) => {
    const limit = PAGE_BUDGET * reference();
    for (const text of draw(texts, run))
      within(limit, `drawing ${JSON.stringify(text.slice(0, 60))}`, () => drawn(text));
    return Promise.resolve();
  },
};

export const slowTargets: readonly Target[] = [core, page];
