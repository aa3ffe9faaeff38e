/**
 * Kinds of messages that this client does not draw, but names (tsdd-api.md 6.2): what it is, and the few words of the
 * payload that say which. Who sent it is the envelope's business; what a payload says of that is not believed.
 */
import { cleanName, shownName } from '../display-name.ts';
import { isObject, type JsonObject } from '../json.ts';
import { cutText } from '../text-cut.ts';

export const NAMED_KINDS = [
  'video',
  'location',
  'card',
  'history',
  'sticker',
  'richText',
  'invitation',
  'screenshot',
  'call',
  'callEnded',
  'callMissed',
  'callRefused',
  'callCancelled',
  'unreadable',
] as const;
export type NamedKind = (typeof NAMED_KINDS)[number];

export interface Named {
  what: NamedKind;
  /** '' when the kind says it all. */
  detail: string;
  /** Whose contact card it is; `vercode` goes with a friend request. */
  person?: { uid: string; vercode: string };
}

const LONGEST_DETAIL = 100;
/** People of a merged forward that are named. */
const NAMED_PEOPLE = 3;

const text = (value: unknown): string =>
  typeof value === 'string' ? cleanName(cutText(value, LONGEST_DETAIL)) : '';

function minutes(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 1 || value > 360_000) return '';
  const seconds = Math.round(value);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function people(users: unknown): string {
  if (!Array.isArray(users)) return '';
  const names = users
    .slice(0, NAMED_PEOPLE)
    .filter(isObject)
    .map(({ uid, name }) => shownName(text(name), text(uid)))
    .filter((name) => name !== '');
  return names.join('、') + (users.length > NAMED_PEOPLE ? '…' : '');
}

/** How a call went, as TSDD's server numbers it. */
const CALL_RESULTS: readonly NamedKind[] = ['callCancelled', 'callEnded', 'callMissed', 'callRefused'];
const CALLS: ReadonlyMap<number, NamedKind> = new Map([
  [9992, 'callCancelled'],
  [9995, 'callMissed'],
  [9997, 'callRefused'],
  [9999, 'callEnded'],
]);
const CALL_RESULT = 9989;
const CALL_LAST = 9999;
/** Signals of a call under way: nothing that a person said or did (tsdd-api.md 6.2). */
export const CALL_SIGNAL = 9994;

export function namedContent(type: number, payload: JsonObject): Named | null {
  switch (type) {
    case 5:
      return { what: 'video', detail: minutes(payload['second']) };
    case 6:
      return { what: 'location', detail: text(payload['title']) || text(payload['address']) };
    case 7:
      return card(payload);
    case 11:
      return { what: 'history', detail: people(payload['users']) };
    case 12:
    case 13:
      return { what: 'sticker', detail: text(payload['placeholder']).replaceAll(/^\[|\]$/g, '') };
    case 14:
      return { what: 'richText', detail: '' };
    case 16:
      return { what: 'invitation', detail: text(payload['org_name']) || text(payload['name']) };
    case 20:
      return { what: 'screenshot', detail: '' };
    case 97:
    case 98:
      return { what: 'unreadable', detail: '' };
    default:
      return type >= CALL_RESULT && type <= CALL_LAST ? call(type, payload) : null;
  }
}

/** No id that a server makes is as long. */
const LONGEST_ID = 100;

function card(payload: JsonObject): Named {
  const detail = shownName(text(payload['name']), text(payload['uid']));
  const { uid, vercode } = payload;
  if (typeof uid !== 'string' || uid === '' || uid.length > LONGEST_ID) return { what: 'card', detail };
  const code = typeof vercode === 'string' && vercode.length <= LONGEST_ID ? vercode : '';
  return { what: 'card', detail, person: { uid, vercode: code } };
}

function call(type: number, payload: JsonObject): Named {
  const result = payload['result_type'];
  const ofResult = type === CALL_RESULT && typeof result === 'number' ? CALL_RESULTS[result] : undefined;
  const what = ofResult ?? CALLS.get(type) ?? 'call';
  return { what, detail: what === 'callEnded' ? minutes(payload['second']) : '' };
}
