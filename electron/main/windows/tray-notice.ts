/** Says once per profile that a closed window goes on in the tray. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../files/json-file.ts';

/** Returns what tells it. Not on macOS, where this is what closing a window does. */
export function trayNotice(userDataDir: string, tell: () => void): () => void {
  const told = join(userDataDir, 'tray-notice-shown');
  return () => {
    if (process.platform === 'darwin' || existsSync(told)) return;
    writeFileAtomic(told, '');
    tell();
  };
}
