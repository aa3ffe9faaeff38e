import { firstGrapheme } from '../../shared/graphemes.ts';

/** Hue of an avatar, 0-359, stable for an id (FNV-1a). */
export function avatarHue(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) {
    hash ^= id.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % 360;
}

/** First visible character of a name, upper case; `?` for an empty one. */
export function avatarInitial(name: string): string {
  return firstGrapheme(name.trim()).toLocaleUpperCase() || '?';
}
