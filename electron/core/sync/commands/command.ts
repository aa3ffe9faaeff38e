/** A CMD (payload type 99) that arrived, live or read later. */
import { isSystemUid } from '../../../../shared/content/system-lines.ts';
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

/** Whether the server itself, or this account, sent it: every member can send any CMD through the socket. */
export function isFromServer(uid: string, meUid: string): boolean {
  return isSystemUid(uid) || uid === meUid;
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
