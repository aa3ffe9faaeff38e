/** Figures for people who look for a fault. */
import { z } from 'zod';
import { ConnectionState } from '../../domain.ts';
import { Nothing } from './arguments.ts';
import { query } from './channel.ts';
import { RecallLogEntry } from './recall.ts';
import { StorageState } from './storage.ts';

export const Diagnostics = z.object({
  connection: ConnectionState,
  transport: z.string(),
  pingMs: z.number().nullable(),
  serverOffsetMs: z.number(),
  outboxJobs: z.int(),
  cachedMessages: z.int(),
  cacheBytes: z.int(),
  schemaVersion: z.int(),
  storage: StorageState,
  /** How far each kind of change has been read, as the server counts. */
  cursors: z.object({ conversations: z.int(), friends: z.int(), reminders: z.int(), extras: z.int() }),
  /** Programs this one is made of, by name. */
  versions: z.record(z.string(), z.string()),
  recalls: z.array(RecallLogEntry),
});
export type Diagnostics = z.infer<typeof Diagnostics>;

export const diagnosticsContract = {
  'diagnostics.get': query(Nothing, Diagnostics),
} as const;
