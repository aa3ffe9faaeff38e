/**
 * Who of those whose connections stood all the time was told of recalls, and which connections are told of nothing any
 * more: what a WuKongIM knows of a person's connections lies with the node that leads the person's slot, and stays
 * behind when another one leads it (wukongim.md H). Such a connection answers PINGs, takes SENDs and is deaf.
 */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { isObject } from '../../shared/json.ts';
import { type Person, tellsOfRecall } from '../probes/person.ts';
import { eventually } from '../probes/within.ts';

/** The last repetition of a command goes out 90 s after its recall, or some seconds later by another guard. */
const REPEATED_MS = 105_000;
const LAST_WORD_MS = 15_000;
const LISTEN_MS = 250;
/** Heard after this, a command was none of those that go out within 30 s. */
const LATE_MS = 34_000;

type Line = NonNullable<Person['line']>;

/** An accepted recall. */
export interface OwedRecall {
  messageId: string;
  /** performance.now() */
  at: number;
  /** Whose connection has stood since before that: they hear of it. */
  lines: ReadonlyMap<Person, Person['line']>;
}

interface Told {
  /** Ids of recalls, and when that was first noticed (performance.now()). */
  recalls: Map<string, number>;
  words: Set<string>;
}

const toldOf = new WeakMap<Line, Told>();
const seen = new WeakSet<object>();

/** What a connection was told so far. */
function told(line: Line): Told {
  const all = toldOf.get(line) ?? { recalls: new Map<string, number>(), words: new Set<string>() };
  toldOf.set(line, all);
  for (const packet of line.received) {
    if (packet.type !== 'recv' || seen.has(packet)) continue;
    seen.add(packet);
    const payload: unknown = JSON.parse(line.open(packet).text);
    if (!isObject(payload)) continue;
    if (typeof payload['content'] === 'string') all.words.add(payload['content']);
    const param = payload['param'];
    if (!isObject(param)) continue;
    const messageId = String(param['message_id']);
    const isRecall = tellsOfRecall({ packet, messageId: '', payload }, messageId);
    if (isRecall && !all.recalls.has(messageId)) all.recalls.set(messageId, performance.now());
  }
  return all;
}

/** Takes down when which connection is told of what; ends with what it answers. */
export function listen(people: readonly Person[]): () => void {
  const timer = setInterval(() => {
    for (const { line } of people) if (line) told(line);
  }, LISTEN_MS);
  return () => clearInterval(timer);
}

/** Those whose connection stood, with what they were not told of. */
function unheard(recalls: readonly OwedRecall[]): Map<Person, string[]> {
  const missing = new Map<Person, string[]>();
  for (const { messageId, lines } of recalls)
    for (const [person, line] of lines) {
      if (line === null || line.isClosed || person.line !== line || told(line).recalls.has(messageId))
        continue;
      missing.set(person, [...(missing.get(person) ?? []), messageId]);
    }
  return missing;
}

/**
 * Whoever hears what `say` says at the end was told of every recall; who came anew meanwhile asks what changed. How
 * many are deaf is answered.
 */
export async function heardByAll(
  recalls: readonly OwedRecall[],
  say: (words: string) => Promise<void>,
): Promise<number> {
  await eventually(REPEATED_MS, async () => (unheard(recalls).size === 0 ? true : null));
  const missing = unheard(recalls);
  if (missing.size === 0) return 0;
  const words = `the last word ${randomUUID()}`;
  await say(words);
  const hears = ({ line }: Person): boolean => line !== null && told(line).words.has(words);
  await eventually(LAST_WORD_MS, async () => ([...missing.keys()].every(hears) ? true : null));
  expect([...missing].filter(([person]) => hears(person)).map(([{ uid }, ids]) => [uid, ids])).toEqual([]);
  return missing.size;
}

/** How long recalls took until the last connection that heard of them did, ms, and how many only by a late command. */
export function delaysOf(recalls: readonly OwedRecall[]): { slowestMs: number; late: number } {
  const delays = recalls.map(({ messageId, at, lines }) =>
    Math.max(
      0,
      ...[...lines].flatMap(([person, line]) =>
        line !== null && person.line === line ? [(told(line).recalls.get(messageId) ?? at) - at] : [],
      ),
    ),
  );
  return {
    slowestMs: Math.round(Math.max(...delays)),
    late: delays.filter((ms) => ms > LATE_MS).length,
  };
}
