/** Theme and text size on <html>. `system` follows the operating system live. */
import type { Settings } from '../../../shared/settings.ts';

const dark = window.matchMedia('(prefers-color-scheme: dark)');
let theme: Settings['theme'] = 'system';

/** Line height of message text per font size: 22 px for 14, growing with it (ui.md 2). */
export function messageLineHeight(fontSize: number): number {
  return Math.round((fontSize * 22) / 14);
}

/** The theme that is on screen for a setting. */
export function effectiveTheme(setting: Settings['theme']): 'light' | 'dark' {
  if (setting !== 'system') return setting;
  return dark.matches ? 'dark' : 'light';
}

export function applyAppearance(settings: Pick<Settings, 'theme' | 'fontSize'>): void {
  theme = settings.theme;
  paint();
  const { style } = document.documentElement;
  style.setProperty('--fs-message', `${settings.fontSize}px`);
  style.setProperty('--lh-message', `${messageLineHeight(settings.fontSize)}px`);
}

function paint(): void {
  document.documentElement.dataset['theme'] = effectiveTheme(theme);
}
dark.addEventListener('change', paint);
