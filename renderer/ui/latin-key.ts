/** Which shortcut key was pressed, whatever the layout writes with it. Pure but for what it saw being typed. */

export interface LayoutKey {
  key: string;
  code: string;
  /** The key's number on its layout, as the menus' accelerators go by; 0 or missing when nobody knows. */
  keyCode?: number;
}

/** Keys beside the letters that are part of shortcuts: where they are on a layout that cannot write them. */
const SIGNS: Record<string, { sign: string; keyCode: number }> = {
  Comma: { sign: ',', keyCode: 188 },
  Slash: { sign: '/', keyCode: 191 },
  Minus: { sign: '-', keyCode: 189 },
  Equal: { sign: '=', keyCode: 187 },
};
const letterOf = (code: string): string | null => /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? null;
const isLatin = (key: string): boolean => /^[a-z]$/i.test(key);
const isOtherLetter = (key: string): boolean => /^[^\p{ASCII}]$/u.test(key) && /^\p{L}$/u.test(key);

/** The last letter that was pressed was none of the Latin alphabet: Hebrew writes `/` with Q, French `,` with M. */
let otherScript = false;

/**
 * The key in lower case, as a Latin layout writes it: `k` for the key K where it writes `л`, `κ` or `ㅏ`. A Latin
 * layout's own letters and signs stay: AZERTY and Dvorak have them elsewhere.
 */
export function latinKey({ key, code, keyCode = 0 }: LayoutKey): string {
  if (key.length !== 1 && !/^.$/u.test(key)) return key.toLowerCase();
  if (isLatin(key)) {
    otherScript = false;
    return key.toLowerCase();
  }
  if (isOtherLetter(key) && letterOf(code) !== null) otherScript = !/^\p{Script=Latin}$/u.test(key);
  const ascii = key <= '\u007f';
  const letter = letterOf(code);
  if (letter !== null) {
    if (!ascii) return letter;
    const numbered = keyCode >= 65 && keyCode <= 90;
    return numbered
      ? String.fromCharCode(keyCode).toLowerCase()
      : otherScript && keyCode === 0
        ? letter
        : key;
  }
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  if (digit !== undefined && !ascii) return digit;
  const sign = SIGNS[code];
  if (sign && (!ascii || (key !== sign.sign && (otherScript || keyCode === sign.keyCode)))) return sign.sign;
  return key;
}
