/** How the host of a link is shown: as written where that cannot be taken for another, else as it is asked for. */

/** Letters of Latin alphabets people write names with, without those made to be taken for others (ı, ɡ, ſ …). */
const LATIN = /^[a-z0-9\-ß-öø-ÿāăąćĉċčďđēĕėęěĝğġģĥĩīĭįĵķĺļľńņňōŏőœŕŗřśŝşšţťũūŭůűųŵŷźżžșț]+$/u;
const EAST_ASIAN = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々0-9-]+$/u;
/** Strokes that pass for a slash, a dash or a dot. */
const STROKES = /[丶丿丨亅乛]/u;
const CYRILLIC_OR_GREEK = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\u0590-\u08ff]/u;
/** Alphabets in which one label stands for itself; each label is of one only. */
const SCRIPTS = [
  /^[\p{Script=Thai}0-9-]+$/u,
  /^[\p{Script=Devanagari}0-9-]+$/u,
  /^[\p{Script=Bengali}0-9-]+$/u,
  /^[\p{Script=Tamil}0-9-]+$/u,
  /^[\p{Script=Georgian}0-9-]+$/u,
  /^[\p{Script=Cyrillic}0-9-]+$/u,
  /^[\p{Script=Greek}0-9-]+$/u,
];

function plainLabel(label: string, ownAlphabet: boolean): boolean {
  if (LATIN.test(label)) return true;
  if (RIGHT_TO_LEFT.test(label)) return false;
  if (EAST_ASIAN.test(label)) return !STROKES.test(label);
  // All of "аррӏе" is Cyrillic: in front of ".com" nobody sees that.
  if (CYRILLIC_OR_GREEK.test(label) && !ownAlphabet) return false;
  return SCRIPTS.some((script) => script.test(label));
}

/** `written`: as in the text; `asked`: as the URL has it, ASCII. */
export function shownHost(written: string, asked: string): string {
  const lower = written.toLowerCase();
  if (lower === asked) return written;
  if (URL.parse(`https://${lower}/`)?.hostname !== asked) return asked;
  // Written in a form that is another name once it is normalised (full width, dotless, composed …).
  if (lower.normalize('NFKC') !== lower) return asked;
  const labels = lower.split('.');
  // Digits in another form than the usual one are an address nobody reads.
  if (/^[\d.]+$|^\[/.test(asked)) return asked;
  const top = labels.at(-1) ?? '';
  const ownAlphabet = CYRILLIC_OR_GREEK.test(top);
  return labels.every((label) => plainLabel(label, ownAlphabet)) ? written : asked;
}
