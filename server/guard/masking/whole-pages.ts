/**
 * The rows of a page told from its bytes: rows that are written as TSDD writes them are not parsed (plain-rows.ts),
 * others one by one. A page that is not written as expected is for pages.ts, which parses it whole.
 */
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { RowKey } from '../store/recall-states.ts';
import { keyOf, standsFor, storedForm } from './mask-rows.ts';
import { type PlainRow, plainReader } from './plain-rows.ts';
import { objectEnd, type Span } from './row-spans.ts';

/** What stands before the first row (found with the flag `y`) and behind the last. */
export interface Frame {
  before: RegExp;
  after: RegExp;
}

/** The rows of a page, all of them and nothing else. */
export interface FramedRows {
  keys: RowKey[];
  /** Those that are not plain. */
  parsed: JsonObject[];
  /** In bytes. */
  spans: Span[];
  /** Each as an object: what is known of the plain ones is what decides about them, and their payloads are empty. */
  all(): JsonObject[];
}

/** Null: it is not written as expected. */
export function framedRows({ before, after }: Frame, body: Buffer): FramedRows | null {
  const text = body.toString('latin1');
  before.lastIndex = 0;
  if (!before.test(text)) return null;
  const plainAt = plainReader(text);
  const [keys, parsed, spans]: [RowKey[], JsonObject[], Span[]] = [[], [], []];
  const read: (() => JsonObject)[] = [];
  const storedAs = channelNames();
  for (let at = before.lastIndex; ; at += 1) {
    if (!text.startsWith('{', at)) return null;
    const start = at;
    const plain = plainAt(at);
    if (plain !== null) {
      plain.channelId = storedAs(plain);
      keys.push(plain);
      read.push(() => standsFor(plain));
      at = plain.end;
    } else {
      at = objectEnd(text, start);
      const row = objectOf(body.toString('utf8', start, at));
      if (row === null) return null;
      keys.push(keyOf(row));
      parsed.push(row);
      read.push(() => row);
    }
    spans.push({ start, end: at });
    if (text.startsWith(',', at)) continue;
    if (!after.test(text.slice(at))) return null;
    return { keys, parsed, spans, all: () => read.map((row) => row()) };
  }
}

/** As many chats as a page of one, or of commands, is of mostly. */
const MOST_NAMES = 4;

/** The stored form of channels. A chat has few senders, and a hash for each row is a tenth of the whole. */
function channelNames(): (row: PlainRow) => string {
  const known: (Pick<PlainRow, 'fromUid' | 'channelId' | 'channelType'> & { stored: string })[] = [];
  return ({ fromUid, channelId, channelType }) => {
    for (const each of known)
      if (each.channelType === channelType && each.fromUid === fromUid && each.channelId === channelId)
        return each.stored;
    const stored = storedForm({ channelId, channelType }, fromUid).channelId;
    if (known.length < MOST_NAMES) known.push({ fromUid, channelId, channelType, stored });
    return stored;
  };
}

function objectOf(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
