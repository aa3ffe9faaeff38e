/**
 * What this profile remembers about updates, so that an old manifest is not taken for a new one: per channel the
 * highest version and the latest time of signing ever believed, and a number drawn once that says when a staged rollout
 * reaches this installation.
 */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonFile } from '../files/json-file.ts';
import { compareVersions, isVersion } from './app-version.ts';
import type { Manifest } from './manifest.ts';
import { UpdateError } from './update-error.ts';

const Seen = z.object({ version: z.string().refine(isVersion), issued: z.int() });
const Record = z.object({
  /** 0-9,999, hundredths of a percent. */
  rolloutPlace: z.int().min(0).max(9_999),
  lastCheckMs: z.int().nullable(),
  channels: z.record(z.string(), Seen),
});

/** Clocks of this and the signing computer may differ by this much. */
const CLOCK_TOLERANCE_MS = 24 * 60 * 60_000;

export interface UpdateRecord {
  readonly lastCheckMs: number | null;
  /** Throws `replayed`, `expired` or `clock`; what passes is remembered. */
  believe: (manifest: Manifest, channel: string, nowMs: number) => void;
  /** Whether a rollout to so many percent has reached this installation. */
  isReached: (percent: number) => boolean;
}

export function openUpdateRecord(userDataDir: string, warn: (message: string) => void): UpdateRecord {
  const file = jsonFile(
    join(userDataDir, 'updates.json'),
    Record,
    () => ({ rolloutPlace: randomInt(10_000), lastCheckMs: null, channels: {} }),
    warn,
  );
  let record = file.read();
  return {
    get lastCheckMs() {
      return record.lastCheckMs;
    },
    believe(manifest, channel, nowMs) {
      const { version, issued, expires } = manifest;
      const seen = Object.hasOwn(record.channels, channel) ? record.channels[channel] : undefined;
      if (seen && (compareVersions(version, seen.version) < 0 || issued < seen.issued))
        throw new UpdateError(
          'replayed',
          `the manifest of ${version} is older than that of ${seen.version}, which was here before`,
        );
      if (issued > nowMs + CLOCK_TOLERANCE_MS)
        throw new UpdateError('clock', 'the manifest was signed in the future of this computer');
      // A clock that was set back does not make an old manifest fresh: some time after the last one it is in any case.
      const now = Math.max(nowMs, ...Object.values(record.channels).map((one) => one.issued));
      if (now >= expires)
        throw new UpdateError('expired', `the manifest was good until ${new Date(expires).toISOString()}`);
      record = {
        ...record,
        lastCheckMs: nowMs,
        channels: { ...record.channels, [channel]: { version, issued } },
      };
      file.write(record);
    },
    isReached: (percent) => record.rolloutPlace < percent * 100,
  };
}
