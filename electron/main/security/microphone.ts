/** The microphone, for voice messages (docs/voice.md). */
import { shell, systemPreferences } from 'electron';
import { CodedError } from '../../../shared/ipc/result.ts';
import { isAppUrl } from '../protocol/app-origin.ts';

/** Of what is asked for; Chromium names the page by its origin or its address. */
interface Asked {
  isMainFrame?: boolean;
  requestingUrl?: string;
  /** A request names several, a check one. */
  mediaTypes?: readonly string[];
  mediaType?: string;
}

/** Sound alone, for the app's own page: no camera, no screen, no frame in it. */
export function isMicrophone(permission: string, address: string, asked: Asked): boolean {
  const kinds = asked.mediaTypes ?? (asked.mediaType === undefined ? [] : [asked.mediaType]);
  return (
    permission === 'media' &&
    kinds.length > 0 &&
    kinds.every((kind) => kind === 'audio') &&
    asked.isMainFrame !== false &&
    isAppUrl(asked.requestingUrl ?? address)
  );
}

/** macOS asks its user once; elsewhere the system says no by itself. */
export async function askSystemForMicrophone(platform: NodeJS.Platform = process.platform): Promise<boolean> {
  return platform !== 'darwin' || systemPreferences.askForMediaAccess('microphone');
}

const SETTINGS: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'x-apple.systempreferences:com.apple.preference.security?Privacy_Microphone',
  win32: 'ms-settings:privacy-microphone',
};

/** @throws CodedError `refused` where the system has no such page. */
export async function openMicrophoneSettings(platform: NodeJS.Platform = process.platform): Promise<null> {
  const address = SETTINGS[platform];
  if (address === undefined) throw new CodedError('refused', 'this system has no page for the microphone');
  await shell.openExternal(address);
  return null;
}
