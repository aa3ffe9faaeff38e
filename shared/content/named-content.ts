/**
 * Kinds of messages that this client does not draw, but names (tsdd-api.md 6.2): what it is, and the few words of the
 * payload that say which. Who sent it is the envelope's business; what a payload says of that is not believed.
 */
import { cleanName, shownName } from '../display-name.ts';
import { isObject, type JsonObject } from '../json.ts';
import { cutText } from '../text-cut.ts';
import { filmSeconds, filmTime } from './film-time.ts';
import { isOwnFile } from './own-file.ts';
import { isDrawn, outlineIn } from './sticker-words.ts';

export const NAMED_KINDS = [
  'location',
  'card',
  'history',
  'sticker',
  'richText',
  'invitation',
  'call',
  'callEnded',
  'callMissed',
  'callRefused',
  'callCancelled',
  'videoCall',
  'videoCallEnded',
  'videoCallMissed',
  'videoCallRefused',
  'videoCallCancelled',
  'unreadable',
] as const;
export type NamedKind = (typeof NAMED_KINDS)[number];

export interface Named {
  what: NamedKind;
  /** '' when the kind says it all. */
  detail: string;
  /** `detail` name by name, for the language that it is shown in. */
  names?: string[];
  /** Whose contact card it is; `vercode` goes with a friend request. */
  person?: { uid: string; vercode: string };
  /** Of a text with pictures, in its order: words, pictures, and null for a picture that is only named. */
  rich?: (string | RichPicture | null)[];
  /** Where a place is; `point` null: nobody can say, or what it says is on no map. */
  place?: Place;
  /** `url` of the picture that it is drawn with: the map of a place, a sticker. */
  picture?: string;
  /** Of a sticker: `picture` is a drawing (Lottie), which a player moves, and no picture. */
  drawn?: true;
  /** Of such a one: the outline it comes with, as the path of an SVG. */
  outline?: string;
}

/** A picture in a text: a file of the account's own server, and px that it says it has (0 = it does not say). */
export interface RichPicture {
  url: string;
  width: number;
  height: number;
}

export interface Place {
  title: string;
  address: string;
  /** Degrees. */
  point: { lat: number; lng: number } | null;
}

const LONGEST_DETAIL = 100;
/** People of a merged forward that are named. */
const NAMED_PEOPLE = 3;

const text = (value: unknown): string =>
  typeof value === 'string' ? cleanName(cutText(value, LONGEST_DETAIL)) : '';

function people(users: unknown): string[] {
  if (!Array.isArray(users)) return [];
  const names = users
    .slice(0, NAMED_PEOPLE)
    .filter(isObject)
    .map(({ uid, name }) => shownName(text(name), text(uid)))
    .filter((name) => name !== '');
  const last = names.pop();
  return last === undefined ? [] : [...names, users.length > NAMED_PEOPLE ? `${last}…` : last];
}

function history(users: unknown): Named {
  const names = people(users);
  return { what: 'history', detail: names.join('、'), ...(names.length > 1 && { names }) };
}

/** 0 is a call by voice; servers that do not say have those only. */
const VIDEO_CALL = 1;
const OF_VIDEO = {
  call: 'videoCall',
  callEnded: 'videoCallEnded',
  callMissed: 'videoCallMissed',
  callRefused: 'videoCallRefused',
  callCancelled: 'videoCallCancelled',
} as const;
type CallKind = keyof typeof OF_VIDEO;

/** How a call went, as TSDD's server numbers it. */
const CALL_RESULTS: readonly CallKind[] = ['callCancelled', 'callEnded', 'callMissed', 'callRefused'];
const CALLS: ReadonlyMap<number, CallKind> = new Map([
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
    case 6:
      return location(payload);
    case 7:
      return card(payload);
    case 11:
      return history(payload['users']);
    case 12:
    case 13:
      return sticker(payload);
    case 14:
      return richText(payload);
    case 16:
      return { what: 'invitation', detail: text(payload['org_name']) || text(payload['name']) };
    case 97:
    case 98:
      return { what: 'unreadable', detail: '' };
    default:
      return type >= CALL_RESULT && type <= CALL_LAST ? call(type, payload) : null;
  }
}

const LONGEST_ADDRESS = 300;

function location(payload: JsonObject): Named {
  const title = text(payload['title']);
  const { address: whole, img } = payload;
  const address = typeof whole === 'string' ? cleanName(cutText(whole, LONGEST_ADDRESS)) : '';
  const lat = degrees(payload['lat'], 90);
  const lng = degrees(payload['lng'], 180);
  const point = lat === null || lng === null || (lat === 0 && lng === 0) ? null : { lat, lng };
  return {
    what: 'location',
    detail: title || cutText(address, LONGEST_DETAIL),
    place: { title, address, point },
    ...pictureOf(img),
  };
}

/** Some phones write numbers as text. */
function degrees(value: unknown, most: number): number | null {
  const number =
    typeof value === 'string' && /^-?\d{1,3}(?:\.\d{1,17})?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Math.abs(number) <= most ? number : null;
}

const LONGEST_URL = 2_000;
const pictureOf = (url: unknown): { picture?: string } =>
  typeof url === 'string' && url !== '' && url.length <= LONGEST_URL ? { picture: url } : {};

/** What fits is words of a phone's keyboard, `[笑]`; phones also put an outline there. */
const WORDS = /^[^<>]{1,30}$/u;

function sticker(payload: JsonObject): Named {
  const { format, placeholder, url } = payload;
  const address = typeof url === 'string' ? url : '';
  const drawn = isDrawn(format, address);
  const said = typeof placeholder === 'string' ? placeholder.trim() : '';
  const outline = outlineIn(said);
  return {
    what: 'sticker',
    detail: outline === null && WORDS.test(said) ? text(said).replaceAll(/^\[|\]$/g, '') : '',
    ...pictureOf(address),
    ...(drawn && { drawn }),
    ...(drawn && outline !== null && { outline }),
  };
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

/** How a call is named that was by voice; null when it is none. */
export const callOf = (what: NamedKind): { how: CallKind; video: boolean } | null => {
  for (const how of Object.keys(OF_VIDEO) as CallKind[])
    if (what === how || what === OF_VIDEO[how]) return { how, video: what !== how };
  return null;
};

function call(type: number, payload: JsonObject): Named {
  const result = payload['result_type'];
  const ofResult = type === CALL_RESULT && typeof result === 'number' ? CALL_RESULTS[result] : undefined;
  const how = ofResult ?? CALLS.get(type) ?? 'call';
  const what = payload['call_type'] === VIDEO_CALL ? OF_VIDEO[how] : how;
  return { what, detail: how === 'callEnded' ? filmTime(filmSeconds(payload['second'])) : '' };
}

/** Words and pictures of one message that are drawn; more was not written by hand. */
const MOST_PIECES = 100;
const LONGEST_RICH = 20_000;
/** Pictures that are shown; others are named. */
const MOST_PICTURES = 20;
const RICH_WORDS = ['text', 'content', 'value'] as const;

/**
 * Clients write it in three ways: words alone with a title or places of formats in them, or a list of pieces, as
 * `content` or as `nodes`. A piece is of `type` or `kind` "text" or "image". What is neither says nothing. A picture
 * is shown if it lies among the own server's files (`url`, or `src`, `path` or `attrs.src`).
 */
function richText(payload: JsonObject): Named {
  const { content, nodes, title, plain } = payload;
  const list = [content, nodes].find((value): value is unknown[] => Array.isArray(value) && value.length > 0);
  const words = typeof content === 'string' ? content : typeof plain === 'string' ? plain : '';
  const found = list ? list.slice(0, MOST_PIECES).flatMap(pieceOf) : [words];
  const pieces = [...(typeof title === 'string' ? [title] : []), ...found];
  const rich: NonNullable<Named['rich']> = [];
  let left = LONGEST_RICH;
  let pictures = 0;
  for (const piece of pieces) {
    if (piece === null) rich.push(null);
    else if (typeof piece === 'object') {
      pictures += 1;
      rich.push(pictures > MOST_PICTURES ? null : piece);
    } else if (piece.trim() !== '' && left > 0) {
      const shown = cutText(piece, left);
      left -= shown.length;
      rich.push(shown);
    }
  }
  const detail = rich.filter((piece) => typeof piece === 'string').join('\n');
  return { what: 'richText', detail, ...(rich.length > 0 && { rich }) };
}

function pieceOf(piece: unknown): (string | RichPicture | null)[] {
  if (typeof piece === 'string') return [piece];
  if (!isObject(piece)) return [];
  const kind = piece['type'] ?? piece['kind'];
  if (kind === 'image' || kind === 'img' || kind === 2) return [richPicture(piece)];
  const words = RICH_WORDS.map((name) => piece[name]).find((value) => typeof value === 'string');
  return words === undefined ? [] : [words];
}

const MOST_PX = 100_000;
const px = (value: unknown): number =>
  typeof value === 'number' && value > 0 && value <= MOST_PX ? Math.round(value) : 0;

function richPicture(piece: JsonObject): RichPicture | null {
  const attrs = isObject(piece['attrs']) ? piece['attrs'] : {};
  const url = [piece['url'], piece['src'], piece['path'], attrs['src']].find(
    (value): value is string => typeof value === 'string' && value !== '',
  );
  if (url === undefined || !isOwnFile(url)) return null;
  return { url, width: px(piece['width'] ?? attrs['width']), height: px(piece['height'] ?? attrs['height']) };
}
