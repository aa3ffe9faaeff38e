/** Where the rows of a page stand in its text, so that only those that change have to be written anew. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

export interface Span {
  start: number;
  /** Behind its last character. */
  end: number;
}

/** Objects that lie in an array, `depth` brackets deep, in their order. The text is valid JSON. */
export function objectSpans(text: string, depth: number): Span[] {
  const spans: Span[] = [];
  let level = 0;
  /** Whether the bracket at `depth` is an array's. */
  let inArray = false;
  let start = -1;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = stringEnd(text, at);
    else if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) {
      if (level === depth && inArray && unit === OPEN_OBJECT) start = at;
      level += 1;
      if (level === depth) inArray = unit === OPEN_ARRAY;
    } else if (unit === CLOSE_OBJECT || unit === CLOSE_ARRAY) {
      level -= 1;
      if (level === depth && start >= 0) {
        spans.push({ start, end: at + 1 });
        start = -1;
      }
    }
  }
  return spans;
}

/** Behind the object that begins at `from`; the end of the text when it is not closed. */
export function objectEnd(text: string, from: number): number {
  let level = 0;
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) at = stringEnd(text, at);
    else if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) level += 1;
    else if (unit === CLOSE_OBJECT || unit === CLOSE_ARRAY) {
      level -= 1;
      if (level === 0) return at + 1;
    }
  }
  return text.length;
}

/** The closing quote of the string that begins at `from`. */
function stringEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let back = at - 1;
    while (text.charCodeAt(back) === BACKSLASH) back -= 1;
    if ((at - back) % 2 === 1) return at;
  }
  return text.length;
}
