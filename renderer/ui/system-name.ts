/** Which system's fonts the page asks for (fonts.css). */

export type SystemName = 'linux' | 'macos' | 'windows';

/** `platform`: `navigator.platform`, as in `MacIntel`, `Win32`, `Linux x86_64`. */
export function systemName(platform: string): SystemName {
  if (platform.startsWith('Mac')) return 'macos';
  return platform.startsWith('Win') ? 'windows' : 'linux';
}
