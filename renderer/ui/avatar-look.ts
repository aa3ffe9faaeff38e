/** Hue of an avatar, 0-359, stable for an id (FNV-1a). */
export function avatarHue(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) {
    hash ^= id.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % 360;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** First visible character of a name, upper case; `?` for an empty one. */
export function avatarInitial(name: string): string {
  const first = graphemes.segment(name.trim())[Symbol.iterator]().next();
  return first.done ? '?' : first.value.segment.toLocaleUpperCase();
}
