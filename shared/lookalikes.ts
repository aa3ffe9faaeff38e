/**
 * What a name looks like, whatever it is written with. Compatibility forms (wide, mathematical, circled) and marks go
 * by normalisation; this table has the letters of other scripts, small capitals and signs that look like a Latin
 * letter: of Unicode's confusables (UTS #39), those that lead to one letter, in lower case. One pass over the text.
 */

const LATIN: Readonly<Record<string, string>> = {
  a: 'ɑαаᗅᴀ⍶⍺ꓮꭺ𐊠𖽀',
  b: 'ƀƃƅɓʙβбвьѣҍᏼᑲᑳᖯᗷꓐꞵꮟ𐊂𐊡𐌁',
  c: '¢ȼςсҫᴄ₡ⲥꓚꮯ𐊢𐌂𐐽𐔜𑣩𑣲🅮🝌',
  d: 'ðđƌɖɗдԁᑯᗞᗪᴅ₫ꓒꓓꭰꮷ',
  e: 'ɇεезҽҿᴇ℮⋿ⴹꓰꬲꭼ𐊆𑣆𑣎',
  f: 'ƒϝքᖴᵮẝ₽ꓝꜰꞙꬵ𐊇𐊥𐔥𑣂𝈓',
  g: 'ƍǥɠɡɢԍցᏻᶃꓖꮐ',
  h: 'ħɦʜнћңһӈӊհᏺᕼⱨⲏꓧꚕꮋꮒ𐋏𐓵',
  i: 'ıɪᵻᵼ⍳⍸ꙇꭵ',
  j: 'ɉʝϳјᒍᴊꓙꭻ',
  k: 'ƙκкқҟᛕᴋ₭ⱪⲕꓗꝁꮶ𐔘',
  l: '|łƚǀɨɩɫɭʟιіӏ\u{5c0}\u{5d5}\u{5df}\u{627}\u{661}\u{673}۱\u{7ca}ᒪᛁ∣⏽│ⲓⳑⵏꓡꓲꮮ𐊊𐌉𐌠𐑃𐔦𑣃𑣒𖼖𖼨𝈪\u{1e8c7}',
  m: 'μϻмӎᗰᛖᴍⲙꓟꮇ𐊰𐌑',
  n: 'ƞɲɳɴηոռበᑎᵰ∩⋂ⲛꓠꓵ𐆎𐔓𝉅',
  o: 'øɵθοσоѳөօ\u{5e1}\u{647}\u{665}\u{6be}\u{6c1}\u{6d5}۵\u{6ff}\u{7c0}०০੦૦ଠ୦௦౦೦ഠ൦๐໐တဝ၀ჿዐᴏᴑ⊖⊝⍬ⲟⴱⵁⵔ〇ꓳꝋꬽꬾꭴꮎꮻ𐊒𐊫𐐬𐓪𐔖𑓐𑣈𑣕𑣗𑣠𝈚🜔',
  p: 'ƥρрᑭᴘᴩᵽ⍴ⲣꓑꮲ𐊕',
  q: 'ʠԛգզⵕꞯ',
  r: 'ɍɼɽʀᖇᴦᵲꓣꭇꭈꭱꮢ𐓜𖼵𝈖',
  s: 'ƽʂѕտᵴꓢꜱꮥꮪ𐊖𐑈𑣁𖼺',
  t: 'ŧƭʈτтҭᴛᵵ₮⊤⍡⟙ⱦⲧꓔꭲ𐊗𐊱𐌕𖼊🝨',
  u: 'ʉʋиսሀᑌᴜᵾ∪⋃ꓴꞟꭎꭒꮜ𐓶𑣘𖽂',
  v: 'νѵ\u{5d8}\u{667}۷ᐯᴠ∨⋁ⴸꓦꛟꮩ𐆗𐔝𑜆𑣀𖼈𝈍🜈',
  w: 'ɯшѡѽԝաᗯᴡ₩ꓪꝡꮃꮗꮤ𑓅𑜊𑜎𑜏𑣦𑣯𝈢',
  x: '×χхҳᕁᕽ᙭᙮ᚷ╳⤫⤬⨯⨰ⲭⵝꓫꭓ𐆖𐊐𐊴𐌗𐌢𐔧𑣬',
  y: '¥ƴɏɣʏγυгуғүұყᒥᶌỿⲅⲩꓬꭚꭹꮁꮍ𐊲𑣜𖼇𖽃',
  z: 'ƶȥʐζᴢᵶꓜꮓ𐋵𑣄𑣉𑣥',
};

/** Traditional and similar Han characters, for the words of `system-names.ts`. */
const HAN = {
  written:
    '係繫糸統傳輸員檔案訊幫號帳賬戶務運營團隊認證審舉報錄陸險風關級網後臺總書線專經熱訂單獎維護檢測廣異機埋万',
  read: '系系系统传输员文件消帮号账账户务运营团队认证审举报录陆险风关级网后台总书线专经热订单奖维护检测广异机理方',
};

/** Digits and signs that stand for a letter between letters. */
const DIGITS = { written: '0134578$@!€£', read: 'oieastbsaiee' };

const pairs = (written: string, read: string): [string, string][] =>
  Array.from(written, (char, at) => [char, read.charAt(at)]);

let table: ReadonlyMap<string, string> | undefined;
/** Made when the first name needs it: a window would wait for it. */
const lookalikes = (): ReadonlyMap<string, string> =>
  (table ??= new Map([
    ...Object.entries(LATIN).flatMap(([letter, chars]) =>
      Array.from(chars, (char): [string, string] => [char, letter]),
    ),
    ...pairs(HAN.written, HAN.read),
  ]));
const AS_LETTERS: ReadonlyMap<string, string> = new Map(pairs(DIGITS.written, DIGITS.read));

/** The same for `I`, `l` and `1`, `m` and `rn`, `w` and `vv`. */
const merged = (letters: string): string =>
  letters.replaceAll('l', 'i').replaceAll('rn', 'm').replaceAll('vv', 'w');

/** Letters in squares and flags made of letters: no compatibility forms. */
const SQUARES = [0x1_f1_50, 0x1_f1_70, 0x1_f1_e6];
function inSquare(char: string): string | undefined {
  const code = char.codePointAt(0) ?? 0;
  const first = SQUARES.find((start) => code >= start && code < start + 26);
  return first === undefined ? undefined : String.fromCharCode(97 + code - first);
}

/** A text as it looks: in lower case, without marks, each character as the letter it looks like. */
function looks(text: string): string {
  const bare = text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '');
  if (/^[ -~]*$/.test(bare)) return bare;
  const known = lookalikes();
  return Array.from(bare, (char) => known.get(char) ?? inSquare(char) ?? char).join('');
}

const onlyLetters = (text: string): string => merged(text.replaceAll(/\P{L}+/gu, ''));

/**
 * The letters of a text as they look, and the same with digits and signs between them read as letters (`sys7em`, but
 * not the end of `admin01`).
 */
export function lettersOf(text: string): [letters: string, withDigits: string] {
  const seen = looks(text);
  const letters = onlyLetters(seen);
  if (!/[0-9$@!€£]/.test(seen)) return [letters, letters];
  const inner = Array.from(seen.replace(/(?<!\P{L})\P{L}+$/u, ''), (char) => AS_LETTERS.get(char) ?? char);
  return [letters, onlyLetters(inner.join(''))];
}
