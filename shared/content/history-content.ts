/**
 * What is shown of a merged forward before it is opened: whose chat it is of, its first entries in a line each, and how
 * many there are. Read from a payload as it is stored (`keptOfForward`); from others everything is bounded here too.
 */
import { z } from 'zod';
import { cleanName, shownName } from '../display-name.ts';
import { isObject, type JsonObject } from '../json.ts';
import { withoutFences } from './code-fences.ts';
import { cutText } from '../text-cut.ts';
import { blankedIds, entriesOf, isForward } from './merged-forward.ts';

/** Lines of a card. */
export const HISTORY_LINES = 4;
/** Levels that are shown: what lies deeper is read in the chat it comes from. */
export const DEEPEST_SHOWN = 3;
/** People in a title; more are left out with a mark. */
const TITLE_PEOPLE = 3;
const LONGEST_NAME = 100;
const LONGEST_LINE = 200;
const GROUP = 2;

/** Makes the schema of the content, with that of what a line says. */
export const historyContent = <Leaf extends z.ZodType>(leaf: Leaf) =>
  z.object({
    kind: z.literal('history'),
    /** Of a group's chat; else of these people's. */
    group: z.boolean(),
    names: z.array(z.string()),
    /** There are more people than names. */
    more: z.boolean(),
    lines: z.array(
      z.object({
        /** '' = it names no message. */
        messageId: z.string(),
        fromUid: z.string(),
        /** As the forward calls him; a name that this account knows is better. */
        fromName: z.string(),
        /** Of a text its beginning, of a forward in it that it is one. */
        content: leaf,
      }),
    ),
    /** Entries of this level, those that are not kept among them. */
    count: z.int(),
    /** Those of them that are blank because their message was recalled. */
    recalled: z.int(),
    /** Ids of the recalled messages, of all levels. */
    blank: z.array(z.string()),
  });

/** What `historyOf` finds, for whoever reads what an entry says. */
export interface HistoryEntry {
  messageId: string;
  fromUid: string;
  fromName: string;
  /** Unix seconds; 0 = it does not say. */
  timestamp: number;
  /** null: its message was recalled. */
  payload: JsonObject | null;
}

export interface History {
  group: boolean;
  names: string[];
  more: boolean;
  entries: HistoryEntry[];
  count: number;
  recalled: number;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function peopleOf(payload: JsonObject): Map<string, string> {
  const { users } = payload;
  const people = new Map<string, string>();
  for (const user of Array.isArray(users) ? users.filter(isObject) : []) {
    const uid = text(user['uid']);
    const name = cleanName(cutText(text(user['name']), LONGEST_NAME));
    if (!people.get(uid)) people.set(uid, name);
  }
  return people;
}

/** More than anybody forwards is no number to be believed. */
const MOST_LEFT_OUT = 1_000_000;

function leftOutOf({ left_out: n }: JsonObject): number {
  return typeof n === 'number' && Number.isSafeInteger(n) && n > 0 ? Math.min(n, MOST_LEFT_OUT) : 0;
}

/** A merged forward, level by level; null when the payload is none. */
export function historyOf(payload: JsonObject): History | null {
  if (!isForward(payload)) return null;
  const people = peopleOf(payload);
  const entries = entriesOf(payload).map((entry): HistoryEntry => {
    const fromUid = text(entry['from_uid']);
    const { payload: said, timestamp } = entry;
    return {
      messageId: text(entry['message_id']),
      fromUid,
      fromName: shownName(people.get(fromUid) ?? '', fromUid),
      timestamp:
        typeof timestamp === 'number' && Number.isSafeInteger(Math.trunc(timestamp))
          ? Math.trunc(timestamp)
          : 0,
      payload: isObject(said) ? said : entry['recalled'] === 1 ? null : {},
    };
  });
  const names = [...people].map(([uid, name]) => shownName(name, uid)).filter((name) => name !== '');
  return {
    group: payload['channel_type'] === GROUP,
    names: names.slice(0, TITLE_PEOPLE),
    more: names.length > TITLE_PEOPLE,
    entries,
    count: entries.length + leftOutOf(payload),
    recalled: entries.filter((entry) => entry.payload === null).length,
  };
}

/** The entry's forward at the end of the path of indexes; null when there is none. */
export function levelAt(payload: JsonObject, path: readonly number[]): JsonObject | null {
  let level: JsonObject = payload;
  for (const at of path) {
    const inner = entriesOf(level)[at]?.['payload'];
    if (!isObject(inner) || !isForward(inner)) return null;
    level = inner;
  }
  return isForward(level) ? level : null;
}

/** The content of a message that is one. `read`: what an entry says, short of what a forward in it holds. */
export function summaryOf<Leaf>(payload: JsonObject, recalled: Leaf, read: (payload: JsonObject) => Leaf) {
  const history = historyOf(payload);
  if (!history) return null;
  const { entries, ...rest } = history;
  return {
    kind: 'history' as const,
    ...rest,
    lines: entries.slice(0, HISTORY_LINES).map(({ messageId, fromUid, fromName, payload: said }) => ({
      messageId,
      fromUid,
      fromName,
      content: said === null ? recalled : read(short(said)),
    })),
    blank: blankedIds(payload).filter((id) => id !== ''),
  };
}

/** A line needs no more than the beginning of a text. */
const short = (payload: JsonObject): JsonObject =>
  typeof payload['content'] === 'string'
    ? { ...payload, content: cutText(withoutFences(payload['content']), LONGEST_LINE) }
    : payload;

/** How the key of an entry's file differs from the key of the message it is in: the path of indexes. */
const ENTRY_KEY = /^([\s\S]+)\n>(\d{1,4}(?:\.\d{1,4}){0,7})$/;

/** Names an entry of a message: its file is loaded and shown under this key. */
export const entryKey = (key: string, path: readonly number[]): string => `${key}\n>${path.join('.')}`;

/** The message and path that such a key names; null for the key of a message. */
export function entryOfKey(key: string): { key: string; path: number[] } | null {
  const found = ENTRY_KEY.exec(key);
  if (!found?.[1] || !found[2]) return null;
  return { key: found[1], path: found[2].split('.').map(Number) };
}

/** The key of what it stands in: of a message, or of an entry of one; null for the key of a message. */
export function holderOf(key: string): string | null {
  const entry = entryOfKey(key);
  if (!entry) return null;
  const around = entry.path.slice(0, -1);
  return around.length > 0 ? entryKey(entry.key, around) : entry.key;
}

/** Whether it, or something that it stands in, is among these keys. */
export function isAmong(keys: ReadonlySet<string>, key: string): boolean {
  for (let at: string | null = key; at !== null; at = holderOf(at)) if (keys.has(at)) return true;
  return false;
}
