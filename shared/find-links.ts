/**
 * Finds links in message text: http, https and mailto, `www.` names, mail addresses, host names with a path.
 *
 * One pass over the text: whatever is looked at is either taken into a link or stepped over, so hostile text costs no
 * more than other text. A link ends at white space, at punctuation that is none of URLs, at a bracket it did not
 * open, and before the punctuation of the sentence around it.
 */
import { shownHost } from './link-host.ts';
import { openableUrl } from './openable-url.ts';

export interface LinkRange {
  start: number;
  end: number;
  /** Normalised target: what the tooltip shows and what is opened. */
  href: string;
  /** What is drawn: the text itself unless that could be read as another address. */
  shown: string;
}

/** Links of one message; what follows stays text. */
export const MAX_LINKS = 100;
/** Longer than any host name with its port. */
const MAX_AUTHORITY = 320;
const MAX_LOCAL_PART = 64;

const ASCII_URL = /[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/;
const LETTER = /[\p{L}\p{M}\p{N}]/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/** Inside words of some scripts; between two letters only. */
const JOINERS = '\u200c\u200d\u00b7\u30fb';
const ASCII_WORD = /[A-Za-z0-9]/;
/** The same of a UTF-16 unit: every character of a text is looked at. */
const isAsciiWord = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39);
/** Letters that a scheme begins with. */
const STARTS_SCHEME = /[hm]/i;
const LOCAL_PART = /[A-Za-z0-9._%+-]/;
const TRAILING = ".,;:!?'*~([";
/** Around a link they are no part of it. */
const QUOTING = "'*~";
/** Top-level domains of other scripts that mail addresses are seen with. A word behind an @ is no domain otherwise. */
const IDN_TOP = new Set(
  '中国 中國 公司 网络 網絡 香港 台湾 台灣 新加坡 我爱你 在线 中文网 网址 商城 网店 рф бел укр срб мкд қаз мон бг ею ελ ευ 한국 भारत ไทย'.split(
    ' ',
  ),
);

const isLetter = (char: string): boolean => LETTER.test(char) && !INVISIBLE.test(char);
const charAt = (text: string, at: number): string => {
  const point = text.codePointAt(at);
  return point === undefined ? '' : String.fromCodePoint(point);
};

/** Where the host name that starts at `from` ends; `from` when there is none. */
function hostEnd(text: string, from: number, limit: number): number {
  if (text[from] === '[') {
    const close = text.slice(from, from + 48).indexOf(']');
    return close > 0 ? from + close + 1 : from;
  }
  let at = from;
  let label = from;
  let asciiLabel = true;
  while (at < limit) {
    const char = charAt(text, at);
    if (char === '.') {
      if (at === label) break;
      label = at + 1;
      asciiLabel = true;
    } else if (char > '\x7f') {
      // No top-level domain mixes scripts: in "a.example查看" the sentence goes on.
      if (!isLetter(char)) break;
      if (at > label && asciiLabel && !goesOn(text, at, limit)) break;
      asciiLabel = false;
    } else if (!ASCII_WORD.test(char) && char !== '-' && char !== '_') break;
    at += char.length;
  }
  at -= schemeBehind(text, from, at);
  while (at > from && (text[at - 1] === '.' || text[at - 1] === '-')) at -= 1;
  return at;
}

/** Length of the scheme that what looks like a host ends with: in `a.examplehttps://b.example` two links touch. */
function schemeBehind(text: string, from: number, end: number): number {
  if (!text.startsWith('://', end)) return 0;
  return /https?$/i.exec(text.slice(Math.max(from, end - 5), end))?.[0].length ?? 0;
}

/** Whether the label at `at` is followed by another: then it is not the top-level domain. */
function goesOn(text: string, at: number, limit: number): boolean {
  for (let next = at; next < limit;) {
    const char = charAt(text, next);
    if (char === '.') return isLetter(charAt(text, next + 1));
    if (!isLetter(char) && char !== '-') return false;
    next += char.length;
  }
  return false;
}

function portEnd(text: string, at: number): number {
  if (text[at] !== ':') return at;
  let end = at + 1;
  while (end < at + 6 && /\d/.test(text[end] ?? '')) end += 1;
  return end > at + 1 ? end : at;
}

/** Where path, query and fragment end. */
function restEnd(text: string, from: number, stop: string): number {
  const open = { '(': 0, '[': 0 };
  let at = from;
  let word = false;
  while (at < text.length) {
    const char = charAt(text, at);
    if (char === stop && char !== '') break;
    if (char <= '\x7f') {
      if (!ASCII_URL.test(char)) break;
      if (char === '(' || char === '[') open[char] += 1;
      if (char === ')' || char === ']') {
        const opener = char === ')' ? '(' : '[';
        if (open[opener] === 0) break;
        open[opener] -= 1;
      }
      word = ASCII_WORD.test(char);
    } else if (JOINERS.includes(char)) {
      if (!word || !isLetter(charAt(text, at + char.length))) break;
    } else if (isLetter(char)) word = true;
    else break;
    at += char.length;
  }
  return at;
}

/** Without the punctuation of the sentence; a closing bracket stays where it closes one of the link. */
function trimmed(text: string, start: number, from: number): number {
  let end = from;
  while (end > start && TRAILING.includes(text[end - 1] ?? '')) end -= 1;
  return end;
}

interface Found {
  /** Where to look on. */
  next: number;
  link: LinkRange | null;
}

/** A link whose host starts at `host`; `scheme` is what is put before it when the text names none. */
function webLink(text: string, start: number, host: number, scheme: string): Found {
  let limit = host;
  while (limit < text.length && limit < host + MAX_AUTHORITY) {
    const char = charAt(text, limit);
    if ('/?#'.includes(char) || !(char <= '\x7f' ? ASCII_URL.test(char) : isLetter(char))) break;
    limit += char.length;
  }
  const nothing: Found = { next: Math.max(limit, host), link: null };
  // What stands before the @ is made to look like the host.
  if (text.slice(host, limit).includes('@')) return nothing;
  const end = hostEnd(text, host, limit);
  if (end === host) return { next: host, link: null };
  const behind = portEnd(text, end);
  const before = text[start - 1] ?? '';
  const goes = behind < text.length && '/?#'.includes(text[behind] ?? '');
  const stop = goes ? restEnd(text, behind, QUOTING.includes(before) ? before : '') : behind;
  const last = trimmed(text, behind, stop);
  const written = text.slice(start, last);
  const href = openableUrl(scheme + written);
  if (href === null) return { next: stop, link: null };
  const writtenHost = text.slice(host, end);
  const shown = shownHost(writtenHost, new URL(href).hostname);
  return {
    next: last,
    link: { start, end: last, href, shown: text.slice(start, host) + shown + text.slice(end, last) },
  };
}

function mailtoLink(text: string, start: number, from: number): Found {
  const at = text.slice(from, from + 3 * MAX_LOCAL_PART).indexOf('@');
  if (at < 1) return { next: from, link: null };
  const host = from + at + 1;
  const end = hostEnd(text, host, Math.min(text.length, host + MAX_AUTHORITY));
  const last = text[end] === '?' ? trimmed(text, end, restEnd(text, end, '')) : end;
  const href = openableUrl(text.slice(start, last));
  if (href === null) return { next: Math.max(end, from), link: null };
  const query = text.slice(end, last);
  const keptAt = href.indexOf('?');
  const kept = keptAt < 0 ? '' : href.slice(keptAt);
  const asked = href.slice(href.indexOf('@') + 1, keptAt < 0 ? undefined : keptAt);
  // What is left out of it is not shown either.
  const shownQuery = decoded(kept) === decoded(query) ? query : kept;
  const shown = text.slice(start, host) + shownHost(text.slice(host, end), asked) + shownQuery;
  return { next: last, link: { start, end: last, href, shown } };
}

function decoded(query: string): string | null {
  try {
    return decodeURIComponent(query);
  } catch {
    return null;
  }
}

/** A mail address around the @ at `at`; it may not begin before `from`. */
function mailLink(text: string, at: number, from: number): Found {
  let start = at;
  while (start > from && at - start < MAX_LOCAL_PART && LOCAL_PART.test(text[start - 1] ?? '')) start -= 1;
  while (start < at && /[.%+-]/.test(text[start] ?? '')) start += 1;
  const end = hostEnd(text, at + 1, Math.min(text.length, at + 1 + MAX_AUTHORITY));
  const nothing: Found = { next: at + 1, link: null };
  if (start === at || end <= at + 1 || text[end] === '@' || text[at - 1] === '.') return nothing;
  if (/[@/\\]/.test(text[start - 1] ?? '')) return nothing;
  const host = text.slice(at + 1, end);
  const top = host.slice(host.lastIndexOf('.') + 1).toLowerCase();
  if (!host.includes('.') || !(/^(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})$/.test(top) || IDN_TOP.has(top)))
    return nothing;
  const asked = URL.parse(`https://${host}/`)?.hostname;
  const href = asked === undefined ? null : openableUrl(`mailto:${text.slice(start, at)}@${asked}`);
  if (href === null || asked === undefined) return nothing;
  const shown = `${text.slice(start, at)}@${shownHost(host, asked)}`;
  return { next: end, link: { start, end, href, shown } };
}

/** A host name of ASCII letters without a scheme: a link where it begins with `www.` or a path follows. */
function bareLink(text: string, start: number): Found {
  let end = start;
  let isWord = true;
  for (; ; end += 1) {
    const unit = text.charCodeAt(end);
    if (unit === 0x2e || unit === 0x2d) isWord = false;
    else if (!isAsciiWord(unit)) break;
  }
  const nothing: Found = { next: end, link: null };
  // Most are: without a dot there is no name of a host, without a hyphen or dot no scheme behind another word.
  if (isWord) return nothing;
  // "ab.https://…": the scheme is a word of its own.
  const scheme =
    text[end] === ':' ? /[.-](https?|mailto)$/i.exec(text.slice(Math.max(start, end - 7), end)) : null;
  if (scheme?.[1] !== undefined) return { next: end - scheme[1].length, link: null };
  // Of a mail address, which is found at its @.
  if (text[end] === '@' || text[end] === '%' || text[end] === '+') return nothing;
  const www = /^www\.$/i.test(text.slice(start, start + 4));
  const labels = end - start > 253 ? [] : text.slice(start, end).replace(/\.+$/, '').split('.');
  const asciiEnd = !isLetter(charAt(text, end)) || text[end - 1] !== '.';
  if (www && (labels.length > 2 || !asciiEnd)) return webLink(text, start, start, 'https://');
  const path = portEnd(text, end);
  if (text[path] !== '/' || labels.length < 2 || !/^[a-z]{2,24}$/i.test(labels.at(-1) ?? '')) return nothing;
  if (!labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(label))) return nothing;
  return webLink(text, start, start, 'https://');
}

/** A scheme as it stands in front of a link, or a place where a link without one may begin. */
const SCHEME = /https?:\/\/|mailto:/iy;

/** Without one of these nothing is a link: most messages, of which each is asked when it is stored. */
const MAY_BE_LINK = /[.@]|:\/\//;

/** Links in the order of the text. */
export function findLinks(text: string, most = MAX_LINKS): LinkRange[] {
  const links: LinkRange[] = [];
  if (!MAY_BE_LINK.test(text)) return links;
  /** Up to here everything belongs to a link or has been decided. */
  let done = 0;
  let at = 0;
  while (at < text.length && links.length < most) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x40 && !isAsciiWord(unit)) {
      at += 1;
      continue;
    }
    const found = unit === 0x40 ? mailLink(text, at, done) : linkAt(text, at, at === done);
    if (found.link !== null) {
      links.push(found.link);
      done = found.link.end;
    }
    // The name before an @ has been stepped over as a word.
    at = Math.max(found.next, at + 1);
  }
  return links;
}

/** `isBehindLink`: what stands before it belongs to a link, not to the same word. */
function linkAt(text: string, at: number, isBehindLink: boolean): Found {
  const before = isBehindLink ? '' : (text[at - 1] ?? '');
  SCHEME.lastIndex = at;
  const mayBeScheme = STARTS_SCHEME.test(text[at] ?? '') && !ASCII_WORD.test(before);
  const scheme = mayBeScheme ? SCHEME.exec(text)?.[0] : undefined;
  if (scheme?.toLowerCase() === 'mailto:') return mailtoLink(text, at, at + scheme.length);
  if (scheme) return webLink(text, at, at + scheme.length, '');
  if (/[A-Za-z0-9@._/\\%+-]/.test(before)) return wordEnd(text, at);
  return bareLink(text, at);
}

/** Behind the word, so that no link begins inside it. */
function wordEnd(text: string, at: number): Found {
  let next = at + 1;
  while (isAsciiWord(text.charCodeAt(next))) next += 1;
  return { next, link: null };
}
