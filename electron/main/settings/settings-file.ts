/** `settings.json` and the `device-id` file of a profile. */
import { randomUUID } from 'node:crypto';
import { errorCode } from '../../../shared/errors.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changedSettings, defaultSettings, Settings, type SettingsPatch } from '../../../shared/settings.ts';
import { jsonFile, writeFileAtomic } from '../files/json-file.ts';

export interface SettingsFile {
  readonly value: Settings;
  change: (patch: SettingsPatch) => Settings;
}

/** Single values that do not fit fall back to their default; a file that is no JSON object is moved aside. */
export function openSettings(userDataDir: string, warn: (message: string) => void): SettingsFile {
  const file = jsonFile(join(userDataDir, 'settings.json'), Settings, () => defaultSettings, warn);
  let value = file.read();
  return {
    get value() {
      return value;
    },
    change(patch) {
      value = changedSettings(value, patch);
      file.write(value);
      return value;
    },
  };
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** Stable per profile: goes into CONNECT, sign-in and `source` of extra/sync. */
export function deviceIdOf(userDataDir: string): string {
  const path = join(userDataDir, 'device-id');
  try {
    const id = readFileSync(path, 'utf8').trim();
    if (UUID.test(id)) return id;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  const id = randomUUID();
  writeFileAtomic(path, `${id}\n`);
  return id;
}
