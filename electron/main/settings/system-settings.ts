/** The settings that Chromium carries out: colours. */
import { nativeTheme } from 'electron';
import type { Settings } from '../../../shared/settings.ts';

export function applySystemSettings(settings: Settings): void {
  nativeTheme.themeSource = settings.theme;
}
