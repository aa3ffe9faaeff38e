/**
 * What is known about recalls in memory only: own recalled text for re-editing (5 minutes), refusals that are still
 * shown (8 s), and the log of the last recalls (no content). Nothing here reaches the disk but the log.
 */
import { channelKey, type ChannelRef, type RecallState } from '../../../../shared/domain.ts';
import type { ReeditContent } from '../../../../shared/ipc/contract/messages.ts';
import type { RecallLogEntry } from '../../../../shared/ipc/contract/recall.ts';

/** How long own recalled text can be edited again. */
export const REEDIT_MS = 5 * 60_000;
/** How long a refusal stays at its message (ui.md 5). */
export const DENIED_SHOWN_MS = 8_000;
/** Recalls that stay in the log. */
export const LOG_LENGTH = 20;

export type ReeditSource = Pick<ReeditContent, 'text' | 'mention' | 'mentionNames'> & {
  /** Id of the message that was quoted, if any. */
  quoteMessageId: string | null;
};
type Denied = Extract<RecallState, { state: 'denied' }>;

export interface RecallMemory {
  keepReedit(channel: ChannelRef, key: string, content: ReeditSource): void;
  /** null when nothing is kept or its time is over. */
  reedit(channel: ChannelRef, key: string): { content: ReeditSource; untilMs: number } | null;
  /** Forgets all of it; their messages look different then. */
  dropReedits(): void;
  keepDenied(channel: ChannelRef, key: string, denied: Denied): void;
  denied(channel: ChannelRef, key: string): Denied | null;
  dropDenied(channel: ChannelRef, key: string): void;
  log(): RecallLogEntry[];
  setLog(entries: RecallLogEntry[]): void;
  addLog(entry: RecallLogEntry): void;
  close(): void;
}

interface Options {
  serverNow: () => number;
  /** Something kept here ran out: its message looks different now. */
  onExpired: (channel: ChannelRef, key: string) => void;
}

const id = (channel: ChannelRef, key: string): string => `${channelKey(channel)}\n${key}`;

export function createRecallMemory({ serverNow, onExpired }: Options): RecallMemory {
  const reedits = new Map<
    string,
    { channel: ChannelRef; key: string; content: ReeditSource; untilMs: number }
  >();
  const denials = new Map<string, Denied>();
  const timers = new Set<NodeJS.Timeout>();
  let entries: RecallLogEntry[] = [];

  function after(untilMs: number, expire: () => void): void {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        // The server clock may have been set meanwhile: what is not over yet waits on.
        if (serverNow() < untilMs) after(untilMs, expire);
        else expire();
      },
      Math.max(1, Math.min(untilMs - serverNow(), REEDIT_MS)),
    );
    timer.unref();
    timers.add(timer);
  }

  return {
    keepReedit(channel, key, content) {
      const untilMs = serverNow() + REEDIT_MS;
      const entry = { channel, key, content, untilMs };
      reedits.set(id(channel, key), entry);
      after(untilMs, () => {
        if (reedits.get(id(channel, key)) !== entry) return;
        reedits.delete(id(channel, key));
        onExpired(channel, key);
      });
    },
    reedit(channel, key) {
      const entry = reedits.get(id(channel, key));
      return entry && serverNow() < entry.untilMs ? entry : null;
    },
    dropReedits() {
      const dropped = [...reedits.values()];
      reedits.clear();
      for (const { channel, key } of dropped) onExpired(channel, key);
    },
    keepDenied(channel, key, denied) {
      denials.set(id(channel, key), denied);
      after(denied.atMs + DENIED_SHOWN_MS, () => {
        if (denials.get(id(channel, key)) !== denied) return;
        denials.delete(id(channel, key));
        onExpired(channel, key);
      });
    },
    denied(channel, key) {
      // Every view asks.
      if (denials.size === 0) return null;
      const denied = denials.get(id(channel, key));
      return denied && serverNow() < denied.atMs + DENIED_SHOWN_MS ? denied : null;
    },
    dropDenied: (channel, key) => void denials.delete(id(channel, key)),
    log: () => [...entries],
    setLog(stored) {
      entries = stored.slice(-LOG_LENGTH);
    },
    addLog(entry) {
      entries.push(entry);
      if (entries.length > LOG_LENGTH) entries.shift();
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      reedits.clear();
      denials.clear();
    },
  };
}
