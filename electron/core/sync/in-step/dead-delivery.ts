/**
 * A connection that lives and delivers nothing: after rolling restarts a node answers PINGs and no longer pushes
 * (WuKongIM#397). Judged by what a list brought that the socket has owed for ten seconds. What cannot have been owed is
 * left out; who owes again and again is blamed less and less often, because then it is the server's way (a kind of
 * channel that is not pushed) and no dead connection.
 */
import { channelKey } from '../../../../shared/domain.ts';
import { isObject } from '../../../../shared/json.ts';
import type { ReceivedMessage } from '../../connection/connection-api.ts';
import type { ServerMessage } from '../../store/server-records.ts';
import { envelopeChannel } from '../commands/envelope-channel.ts';
import { isHintPayload } from '../history-rows.ts';

const OWED_MS = 10_000;
/** What was read beside the socket may still lie in its buffers: it gets this long after the answer at the least. */
const GRACE_MS = 2_000;
/** This process stood still: what the socket brought meanwhile is read after the timers. */
const STALLED_MS = 500;
/** What was sent while the connection came up is for the sync to bring. Also what two clocks may differ by. */
const SETTLED_MS = 2_000;
/** A socket that brings what is older than what it owes is late, not dead: looked at again, so often. */
const LATE_LOOKS = 6;
const LATE_MS = 10_000;
/** Between two verdicts about the same channel. */
const AGAIN_MS = [60_000, 300_000, 1_800_000, 7_200_000] as const;
/** Between any two. */
const GAP_MS = 60_000;
const MAX_OWED = 200;

interface Owed {
  key: string;
  /** ms, server clock. */
  sentAt: number;
}

export interface DeadDeliveryParts {
  meUid: string;
  serverNowMs: () => number;
  /** Whether what the socket brings can be stored. */
  canStore: () => boolean;
  /** Connect anew. */
  dead: (reason: string) => void;
}

export class DeadDelivery {
  readonly #parts: DeadDeliveryParts;
  /** By message_id. */
  readonly #owed = new Map<string, Owed>();
  /** By channel key: verdicts, and when the last was. */
  readonly #blamed = new Map<string, { times: number; at: number }>();
  #connectedAt = Number.POSITIVE_INFINITY;
  #lastVerdictAt = Number.NEGATIVE_INFINITY;
  /** ms, server clock: of what the socket brought since the last look. */
  #oldestArrived = Number.POSITIVE_INFINITY;
  #looks = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: DeadDeliveryParts) {
    this.#parts = parts;
  }

  connected(): void {
    this.stop();
    this.#connectedAt = this.#parts.serverNowMs();
  }

  /** The connection is gone: it owes nothing any more. */
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#owed.clear();
    this.#looks = 0;
    this.#connectedAt = Number.POSITIVE_INFINITY;
  }

  /** The list had these, and nobody here did. */
  brought(rows: readonly ServerMessage[]): void {
    for (const row of rows) {
      if (this.#owed.size >= MAX_OWED) break;
      if (this.#isForSocket(row))
        this.#owed.set(row.messageId, { key: channelKey(row.channel), sentAt: row.timestamp * 1000 });
    }
    if (this.#owed.size > 0) this.#lookIn(this.#waitForNewest());
  }

  /** The socket brought these. */
  arrived(messages: readonly ReceivedMessage[]): void {
    for (const { channel, messageId, timestamp } of messages) {
      this.#owed.delete(messageId);
      const envelope = this.#blamed.size > 0 ? envelopeChannel(channel) : null;
      if (envelope) this.#blamed.delete(channelKey(envelope));
      this.#oldestArrived = Math.min(this.#oldestArrived, timestamp * 1000);
    }
  }

  #isForSocket(row: ServerMessage): boolean {
    const { meUid } = this.#parts;
    if (row.fromUid === meUid || isHintPayload(row.payload)) return false;
    const visibles = isObject(row.payload) ? row.payload['visibles'] : null;
    if (Array.isArray(visibles) && !visibles.includes(meUid)) return false;
    return row.timestamp * 1000 > this.#connectedAt + SETTLED_MS;
  }

  #waitForNewest(): number {
    const newest = Math.max(...[...this.#owed.values()].map(({ sentAt }) => sentAt));
    return Math.min(OWED_MS, Math.max(GRACE_MS, newest + OWED_MS - this.#parts.serverNowMs()));
  }

  #lookIn(ms: number): void {
    this.#oldestArrived = Number.POSITIVE_INFINITY;
    if (this.#timer) return;
    const due = performance.now() + ms;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (performance.now() - due < STALLED_MS || this.#looks >= LATE_LOOKS) {
        this.#look();
        return;
      }
      this.#looks += 1;
      this.#lookIn(GRACE_MS);
    }, ms);
  }

  #look(): void {
    if (this.#owed.size === 0) {
      this.#looks = 0;
      return;
    }
    const newest = Math.max(...[...this.#owed.values()].map(({ sentAt }) => sentAt));
    const early = newest + OWED_MS > this.#parts.serverNowMs();
    if ((early || this.#oldestArrived < newest) && this.#looks < LATE_LOOKS) {
      this.#looks += 1;
      this.#lookIn(early ? this.#waitForNewest() : LATE_MS);
      return;
    }
    this.#looks = 0;
    const keys = new Set([...this.#owed.values()].map(({ key }) => key));
    const count = this.#owed.size;
    this.#owed.clear();
    if (this.#parts.canStore()) this.#judge(keys, count);
  }

  #judge(keys: ReadonlySet<string>, count: number): void {
    const now = performance.now();
    const due = [...keys].filter((key) => {
      const before = this.#blamed.get(key);
      const gap = before && AGAIN_MS[Math.min(before.times, AGAIN_MS.length) - 1];
      return !before || now - before.at >= (gap ?? 0);
    });
    if (due.length === 0 || now - this.#lastVerdictAt < GAP_MS) return;
    this.#lastVerdictAt = now;
    for (const key of keys) {
      const times = (this.#blamed.get(key)?.times ?? 0) + 1;
      this.#blamed.set(key, { times, at: now });
    }
    this.#parts.dead(
      `${count} messages of ${keys.size} chats were not delivered for ${OWED_MS / 1000} s or more`,
    );
  }
}
