/**
 * Phone numbers as people type and paste them. TSDD knows a number by its zone (`0086`) and the digits after it, and
 * its accounts by both in one word: `008613800138000` (tsdd-api.md 1.1). What is no phone number is a user name and
 * stays as it is.
 */

export interface PhoneNumber {
  /** `00` and the country calling code. */
  zone: string;
  phone: string;
}

/** Of numbers that are typed without one. */
const DEFAULT_ZONE = '0086';

/** What stands between digits, and what address books paste along: spaces, dashes, brackets, marks of direction. */
const BETWEEN = /[\p{Z}\p{Cc}\p{Cf}\p{Pd}().·・•/]/gu;
/** Longer than any phone number of ITU E.164 with `00`; nothing longer is looked at. */
const LONGEST = 60;

/** Digits, perhaps with a `+` before them; null = something else was typed. */
function digitsOf(typed: string): string | null {
  if (typed.length > LONGEST) return null;
  const compact = typed
    .normalize('NFKC')
    .replace(/^\s*tel:/i, '')
    .replaceAll(BETWEEN, '')
    .replaceAll('−', '');
  return /^\+?\d{3,20}$/.test(compact) ? compact : null;
}

/** Where a country calling code ends (ITU E.164): those of one and two digits, all others have three. */
const CALLING_CODE = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/** A mobile number of the mainland, which needs no zone to be one: no other plan has eleven digits like these. */
const MAINLAND = /^1[3-9]\d{9}$/;

/**
 * The phone number that was typed, or null. With a zone (`+86 …`, `0086…`) any number is one; without, what looks like
 * a mainland mobile number, also after a bare `86`. Other bare digits may be a user name or a short number.
 */
export function phoneNumber(typed: string): PhoneNumber | null {
  const digits = digitsOf(typed);
  if (digits === null) return null;
  if (MAINLAND.test(digits)) return { zone: DEFAULT_ZONE, phone: digits };
  if (digits.startsWith('86') && MAINLAND.test(digits.slice(2)))
    return { zone: DEFAULT_ZONE, phone: digits.slice(2) };
  const international = /^(?:\+|00)0*([1-9]\d{6,16})$/.exec(digits)?.[1];
  if (international === undefined) return null;
  const code = CALLING_CODE.exec(international)?.[0] ?? '';
  const phone = international.slice(code.length);
  // `+86 138…` is one only if it could be dialled; `+86` and a few digits are not.
  return phone.length < 4 ? null : { zone: `00${code}`, phone };
}

/** The name of the account that belongs to what was typed: zone and number in one, or the words as they are. */
export function accountName(typed: string): string {
  const number = phoneNumber(typed);
  return number === null ? typed.trim() : number.zone + number.phone;
}

/**
 * What to look a person up by, best first, each once. A number is also tried without its zone: TSDD compares it with
 * the phone and the name of the account, and somebody's user name may be those very digits.
 */
export function accountNames(typed: string): string[] {
  const number = phoneNumber(typed);
  if (number === null) return [typed.trim()];
  return [...new Set([number.zone + number.phone, number.phone, typed.trim()])];
}

/**
 * Digits without a zone, for which one can be chosen; '' = what was typed is something else, or says its zone. One `0`
 * before them is dialled within a country only (`07911 …`).
 */
export function bareDigits(typed: string): string {
  return /^0?([1-9]\d{4,14})$/.exec(digitsOf(typed) ?? '')?.[1] ?? '';
}

/** What was typed, with the zone that was chosen for it. */
export function withZone(typed: string, zone: string): string {
  const digits = bareDigits(typed);
  return zone === DEFAULT_ZONE || digits === '' ? typed : `+${zone.slice(2)} ${digits}`;
}

/** Whether the words of a number begin with its zone, so that nothing has to say it beside them. */
export function saysZone(typed: string, { zone, phone }: PhoneNumber): boolean {
  return digitsOf(typed)?.replace(/^(?:\+|00)0*/, '') === zone.slice(2) + phone;
}
