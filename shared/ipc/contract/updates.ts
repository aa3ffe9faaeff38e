/** Updates of the app itself: how they stand, and what the user does about them. The main thread answers. */
import { z } from 'zod';
import { Done, Nothing } from './arguments.ts';
import { call } from './channel.ts';

/**
 * Why there is no update, by what the user can do about it. The feed: `network` (not reached), `proxy` (one stood in
 * the way), `certificate` (not accepted), `server` (answered with an error), `redirect` (sent us elsewhere). Its
 * manifest: `signature`, `malformed` (also: too long), `replayed` (older than one seen here), `expired`, `clock`
 * (signed in the future of this computer), `noPackage` (none for this system). The package: `changed` (not what the
 * manifest says), `diskFull`, `notWritable`, `install` (anything else).
 */
export const UpdateFailure = z.enum([
  'network',
  'proxy',
  'certificate',
  'server',
  'redirect',
  'signature',
  'malformed',
  'replayed',
  'expired',
  'clock',
  'noPackage',
  'changed',
  'diskFull',
  'notWritable',
  'install',
]);
export type UpdateFailure = z.infer<typeof UpdateFailure>;

export const UpdateState = z.object({
  /** What runs now. */
  version: z.string(),
  /** `self`: loads and installs by itself; `byHand`: says that there is one; `off`: does not look, for its `reason`. */
  way: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('self') }),
    z.object({
      kind: z.literal('byHand'),
      /** What to type for the package found last; null = it is only loaded and opened. */
      command: z.string().nullable(),
      /** The feed has one for this system. */
      hasPackage: z.boolean(),
    }),
    z.object({ kind: z.literal('off'), reason: z.enum(['policy', 'development', 'noFeed']) }),
  ]),
  channel: z.string(),
  /** Set by the organisation: shown, not changed. */
  managed: z.object({
    updates: z.boolean(),
    channel: z.boolean(),
    /** The folder that is asked instead of the built-in one. */
    url: z.string().nullable(),
  }),
  phase: z.enum([
    'idle',
    'checking',
    'upToDate',
    'available',
    'downloading',
    'paused',
    'ready',
    'installing',
  ]),
  /** The version that `available` and later phases are about. */
  next: z
    .object({ version: z.string(), notesUrl: z.string().nullable(), bytes: z.int().nullable() })
    .nullable(),
  /** 0-100, of the download. */
  percent: z.int(),
  /** What the last try ended with; null = well, or none yet. */
  failure: UpdateFailure.nullable(),
  /** When a manifest was last read and believed, ms; null = never. */
  lastCheckMs: z.int().nullable(),
});
export type UpdateState = z.infer<typeof UpdateState>;

export const updatesContract = {
  'updates.state': call(Nothing, UpdateState),
  /** Answers when the check has ended, however it ended: the state says. */
  'updates.check': call(Nothing, UpdateState),
  /** Begins or goes on; answers at once. */
  'updates.download': call(Nothing, Done),
  /** Ends a download and erases what was loaded; it is found again by the next check. */
  'updates.discard': call(Nothing, Done),
  /** Ends the download and keeps what came. */
  'updates.pause': call(Nothing, Done),
  /**
   * Installs what is ready and starts the app anew. The page has saved what was being written and asked about what goes
   * on before it calls. Refused unless an update is ready; a failed installation leaves the app running and says so.
   */
  'updates.restart': call(Nothing, Done),
  /** Opens the package or the notes of the found version in the browser; the address comes from the signed manifest. */
  'updates.open': call(z.object({ what: z.enum(['package', 'notes']) }), Done),
} as const;
