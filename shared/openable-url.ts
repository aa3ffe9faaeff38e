/**
 * What may be handed to the system's browser or mail program: http, https and mailto, in normal form. The page decides
 * by it what is a link, the main thread what is opened.
 */

/** Longer addresses are refused: by some systems' programs, and here before they are asked. */
export const MAX_URL_LENGTH = 8_192;

const OPENABLE = /^(?:https?:\/\/|mailto:)/i;
const ADDRESS = /^[^\s@,;:<>()[\]"\\\p{Cc}\p{Cf}]{1,64}@[^\s@,;:<>()[\]"\\/?#&%\p{Cc}\p{Cf}]{1,253}$/u;
/** A body has lines. */
const BAD_IN_SUBJECT = /[\p{Cc}\p{Cf}]/gu;
const BAD_IN_BODY = /[^\P{Cc}\r\n\t]|\p{Cf}/gu;

/** One address, a subject and a body; whatever else a mail program would take (attach, bcc, headers) is left out. */
function mailUrl(url: URL): string | null {
  let address: string;
  try {
    address = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (!ADDRESS.test(address)) return null;
  const at = address.indexOf('@');
  const host = URL.parse(`https://${address.slice(at + 1)}/`)?.hostname;
  if (host === undefined) return null;
  const kept: string[] = [];
  const wanted: [string, RegExp][] = [
    ['subject', BAD_IN_SUBJECT],
    ['body', BAD_IN_BODY],
  ];
  // Not URLSearchParams: in a mail address "+" is a plus sign.
  const fields = new Map<string, string>();
  for (const part of url.search.slice(1).split('&')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(0, equals)).toLowerCase();
    if (!fields.has(name)) fields.set(name, part.slice(equals + 1));
  }
  for (const [field, bad] of wanted) {
    try {
      const value = decodeURIComponent(fields.get(field) ?? '').replace(bad, '');
      if (value !== '') kept.push(`${field}=${encodeURIComponent(value)}`);
    } catch {
      // Not readable: left out like what is unknown.
    }
  }
  const name = encodeURIComponent(address.slice(0, at)).replaceAll('%2B', '+');
  const href = `mailto:${name}@${host}${kept.length > 0 ? `?${kept.join('&')}` : ''}`;
  return href.length > MAX_URL_LENGTH ? null : href;
}

/** The address in normal form if it may be opened, else null. It has to name its scheme. */
export function openableUrl(text: string): string | null {
  if (text.length > MAX_URL_LENGTH || !OPENABLE.test(text)) return null;
  const url = URL.parse(text);
  if (!url) return null;
  if (url.protocol === 'mailto:') return mailUrl(url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  // "https://real.example@evil.example": the part before the @ is made to look like the host.
  if (url.username !== '' || url.password !== '') return null;
  return url.hostname === '' || url.href.length > MAX_URL_LENGTH ? null : url.href;
}
