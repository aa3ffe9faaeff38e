/** The forms in which a text can survive on a disk: encodings, escapes and base64 at every alignment. */

export interface Form {
  name: string;
  bytes: Buffer;
}

/** Base64 of `bytes` at each of the three alignments, without the characters that neighbours would change. */
function base64Forms(bytes: Buffer, name: string): Form[] {
  const forms: Form[] = [];
  for (let shift = 0; shift < 3; shift += 1) {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const skip = Math.ceil((shift * 8) / 6);
    const usable = Math.floor(((shift + bytes.length) * 8) / 6);
    const text = padded.slice(skip, usable);
    if (text.length >= 8) forms.push({ name: `${name} base64+${shift}`, bytes: Buffer.from(text, 'latin1') });
    const urlSafe = text.replaceAll('+', '-').replaceAll('/', '_');
    if (urlSafe !== text && urlSafe.length >= 8) {
      forms.push({ name: `${name} base64url+${shift}`, bytes: Buffer.from(urlSafe, 'latin1') });
    }
  }
  return forms;
}

function escapeUnits(text: string, upper: boolean): string {
  let escaped = '';
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    const hex = unit.toString(16).padStart(4, '0');
    escaped += unit < 0x80 ? text.charAt(index) : `\\u${upper ? hex.toUpperCase() : hex}`;
  }
  return escaped;
}

/** Every form of `text` that is searched for. */
export function formsOf(text: string): Form[] {
  const utf16be = Buffer.from(text, 'utf16le').swap16();
  const json = JSON.stringify(text).slice(1, -1);
  const forms: Form[] = [
    { name: 'utf-8', bytes: Buffer.from(text, 'utf8') },
    { name: 'utf-16le', bytes: Buffer.from(text, 'utf16le') },
    { name: 'utf-16be', bytes: utf16be },
    { name: 'json', bytes: Buffer.from(json, 'utf8') },
    { name: 'json \\u', bytes: Buffer.from(escapeUnits(json, false), 'utf8') },
    { name: 'json \\U', bytes: Buffer.from(escapeUnits(json, true), 'utf8') },
    // (Half a character cannot be escaped, and a peer may send one.)
    { name: 'percent', bytes: Buffer.from(encodeURIComponent(text.toWellFormed()), 'utf8') },
    { name: 'hex', bytes: Buffer.from(Buffer.from(text, 'utf8').toString('hex'), 'latin1') },
    ...base64Forms(Buffer.from(text, 'utf8'), 'utf-8'),
    ...base64Forms(Buffer.from(text, 'utf16le'), 'utf-16le'),
  ];
  const seen = new Set<string>();
  return forms.filter((form) => {
    const id = form.bytes.toString('latin1');
    if (form.bytes.length === 0 || seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}
