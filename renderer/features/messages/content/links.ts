/**
 * Finds links in message text. Only http, https and mailto are links; everything else stays text. A URL ends at the
 * first character that is not ASCII URL syntax (Chinese text follows a link without a space) and does not swallow
 * the punctuation of the sentence around it.
 */
export interface LinkRange {
  start: number;
  end: number;
  /** Normalised target: what the tooltip shows and what is opened. */
  href: string;
}

const CANDIDATE =
  /(?:https?:\/\/|mailto:)[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+|\b(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}(?::\d{1,5})?\/[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*/g;
const PAIRS: Record<string, string> = { ')': '(', ']': '[' };

function trimEnd(url: string): string {
  let end = url.length;
  while (end > 0) {
    const char = url[end - 1] ?? '';
    const open = PAIRS[char];
    if (open !== undefined) {
      const body = url.slice(0, end);
      if (body.split(open).length >= body.split(char).length) break;
    } else if (!".,;:!?'*~".includes(char)) {
      break;
    }
    end -= 1;
  }
  return url.slice(0, end);
}

/** The normalised address if it may be opened, else null. */
export function openableUrl(text: string): string | null {
  const candidate = /^(?:https?:\/\/|mailto:)/i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(candidate)) return null;
  const url = new URL(candidate);
  if (url.protocol === 'mailto:') return url.pathname.includes('@') ? url.href : null;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  // "https://real.example@evil.example": the part before the @ is made to look like the host.
  if (url.username || url.password) return null;
  return url.hostname ? url.href : null;
}

export function findLinks(text: string): LinkRange[] {
  const links: LinkRange[] = [];
  for (const match of text.matchAll(CANDIDATE)) {
    const before = text[match.index - 1];
    // Part of a longer word or an e-mail address.
    if (before !== undefined && /[A-Za-z0-9@._/:-]/.test(before)) continue;
    const url = trimEnd(match[0]);
    const href = openableUrl(url);
    if (href !== null) links.push({ start: match.index, end: match.index + url.length, href });
  }
  return links;
}
