/** A CMD (payload type 99) that arrived, live or read later. */
import type { ChannelRef } from '../../../../shared/domain.ts';

export interface Command {
  /** null when the envelope names no conversation. */
  envelope: ChannelRef | null;
  fromUid: string;
  payload: Record<string, unknown>;
  /** Unix seconds, server clock. */
  timestamp: number;
  startedAt: number;
}

/** What a CMD does. `channel`: the one its parameters name, else that of its envelope. */
export type CommandEffect = (
  params: Record<string, unknown>,
  channel: ChannelRef | null,
  command: Command,
) => void;

/** The server's own sender ids (wukongim.md C.3; TSDD's system user). */
const SYSTEM_UIDS = new Set(['', '____system', 'u_10000']);

/** Whether the server itself, or this account, sent it: every member can send any CMD through the socket. */
export function isFromServer(uid: string, meUid: string): boolean {
  return SYSTEM_UIDS.has(uid) || uid === meUid;
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
