/**
 * On which days something was said in a chat: read from the index of times, a few look-ups a day. A day without a
 * message here is one without messages only where nothing is missing between its neighbours.
 */
import type Database from 'better-sqlite3';
import type { ChannelRef } from '../../../../shared/domain.ts';
import type { DayMark } from '../../../../shared/ipc/contract/messages.ts';
import type { StoreContext } from '../context.ts';
import type { ChannelTable } from '../tables/channels/channel-table.ts';
import type { ConversationTable } from '../tables/conversations/conversation-table.ts';
import type { MissingRange, RangeTable, SeqRange } from '../tables/messages/ranges.ts';

export interface DaysHere {
  /** One for each day. */
  marks: DayMark[];
  /** Unix seconds of the earliest message; null = none is here. */
  earliest: number | null;
  /** Nothing is missing before it. */
  earliestSure: boolean;
  /** The widest hole in which the unknown days lie; null = none is unknown. */
  hole: MissingRange | null;
}

interface Place {
  seq: number;
  /** Unix seconds. */
  timestamp: number;
}

export interface NextTo {
  place: Place | null;
  /** In it there may be a message that is nearer; null = there is none. */
  hole: MissingRange | null;
}

interface Args {
  no: number;
  at: number;
  /** 1: lines of recalled messages are shown. */
  lines: number;
}

interface Parts {
  channels: ChannelTable;
  conversations: ConversationTable;
  ranges: RangeTable;
}

/** Where a chat's rows are looked up. */
interface Chat {
  channel: ChannelRef;
  no: number;
  lines: number;
  /** Lowest and highest seq that exist for me. */
  first: number;
  last: number;
}

export class ChatDays {
  readonly #parts: Parts;
  readonly #from: Database.Statement<[Args], Place>;
  readonly #before: Database.Statement<[Args], Place>;
  readonly #highest: Database.Statement<[number], { seq: number | null }>;

  constructor({ db }: Pick<StoreContext, 'db'>, parts: Parts) {
    this.#parts = parts;
    const shown = 'channel_no = @no AND shown = 1 AND (@lines = 1 OR recalled = 0)';
    this.#from = db.prepare(
      `SELECT seq, timestamp FROM message INDEXED BY message_by_time
       WHERE ${shown} AND timestamp >= @at ORDER BY timestamp, seq LIMIT 1`,
    );
    this.#before = db.prepare(
      `SELECT seq, timestamp FROM message INDEXED BY message_by_time
       WHERE ${shown} AND timestamp < @at ORDER BY timestamp DESC, seq DESC LIMIT 1`,
    );
    this.#highest = db.prepare('SELECT max(seq) AS seq FROM message WHERE channel_no = ?');
  }

  /** `starts`: the beginnings of the days, and the end of the last; Unix seconds, ascending. */
  marks(channel: ChannelRef, starts: readonly number[]): DaysHere {
    const chat = this.#chat(channel);
    const marks: DayMark[] = [];
    let widest: SeqRange | null = null;
    for (let day = 0; day + 1 < starts.length;) {
      const next = this.#from.get({ ...chat, at: starts[day] as number });
      if (next && next.timestamp < (starts[day + 1] as number)) {
        marks.push('some');
        day += 1;
        continue;
      }
      // All days until the next message are alike.
      const hole = this.#holeBetween(chat, this.#before.get({ ...chat, at: starts[day] as number }), next);
      if (hole && (!widest || width(hole) > width(widest))) widest = hole;
      const end = next?.timestamp ?? Number.POSITIVE_INFINITY;
      for (; day + 1 < starts.length && (starts[day + 1] as number) <= end; day += 1)
        marks.push(hole ? 'unknown' : 'none');
    }
    const earliest = this.#from.get({ ...chat, at: 0 });
    return {
      marks,
      earliest: earliest?.timestamp ?? null,
      earliestSure: this.#holeBetween(chat, undefined, earliest) === null,
      hole: widest && { channel, ...widest },
    };
  }

  nextTo(channel: ChannelRef, from: number): NextTo {
    const chat = this.#chat(channel);
    const next = this.#from.get({ ...chat, at: from });
    const before = this.#before.get({ ...chat, at: from });
    const hole = this.#holeBetween(chat, before, next);
    return { place: next ?? before ?? null, hole: hole && { channel, ...hole } };
  }

  #chat(channel: ChannelRef): Chat {
    const { channels, conversations } = this.#parts;
    const no = channels.find(channel) ?? -1;
    const row = conversations.get(no);
    return {
      channel,
      no,
      lines: Number(channels.settings(channel).showRecallNotes),
      first: (row?.offset_seq ?? 0) + 1,
      last: Math.max(row?.last_seq ?? 0, this.#highest.get(no)?.seq ?? 0),
    };
  }

  /** The widest of what is missing between two messages; without one of them to that end of the chat. */
  #holeBetween(chat: Chat, lower: Place | undefined, upper: Place | undefined): SeqRange | null {
    const fromSeq = Math.max(chat.first, (lower?.seq ?? 0) + 1);
    const toSeq = Math.min(chat.last, (upper?.seq ?? Number.MAX_SAFE_INTEGER) - 1);
    if (fromSeq > toSeq) return null;
    const holes = this.#parts.ranges.holes(chat.no, { fromSeq, toSeq }, 50);
    return holes.reduce<SeqRange | null>(
      (best, hole) => (best && width(best) >= width(hole) ? best : hole),
      null,
    );
  }
}

const width = ({ fromSeq, toSeq }: SeqRange): number => toSeq - fromSeq;
