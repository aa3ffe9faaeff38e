/** What the page starts from, and the pace of what follows. */
import { z } from 'zod';
import { Abilities, ConversationView, ConnectionState, Me, ServerRules } from '../../domain.ts';
import { Done, Nothing } from './arguments.ts';
import { call, query } from './channel.ts';
import { StorageState } from './storage.ts';

/** Of an absence of an hour or more: offline, asleep, locked or closed. Counts only, no words. */
export const AwaySummary = z.object({
  /** ms since epoch. */
  sinceMs: z.number(),
  untilMs: z.number(),
  /** Messages of others that were recalled meanwhile. */
  recalled: z.int().min(0),
});
export type AwaySummary = z.infer<typeof AwaySummary>;

export const Bootstrap = z.object({
  me: Me,
  connection: ConnectionState,
  /** null until appconfig was read once (it is cached on disk). */
  rules: ServerRules.nullable(),
  abilities: Abilities,
  /** Server clock minus local clock, ms; 0 until known. */
  serverOffsetMs: z.number(),
  conversations: z.array(ConversationView),
  friendRequests: z.int(),
  storage: StorageState,
  /** null = nobody was away for long, or has seen it. */
  away: AwaySummary.nullable(),
});
export type Bootstrap = z.infer<typeof Bootstrap>;

export const sessionContract = {
  'core.bootstrap': query(Nothing, Bootstrap),
  /** The same for a further window of the account: the page that began stays as it is. */
  'core.snapshot': query(Nothing, Bootstrap),
  /**
   * The page has applied one `core.deltas`; the core sends no more than two that were not
   * (electron/core/publisher/delta-flow.ts).
   */
  'core.deltasTaken': call(Nothing, Done),
  'connection.retry': call(Nothing, Done),
  /** The summary of an absence was put away. */
  'core.seenAway': call(Nothing, Done),
} as const;
