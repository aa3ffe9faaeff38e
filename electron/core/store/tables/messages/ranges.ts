/** Which message_seqs of a channel are known to be complete: disjoint, never adjacent, inclusive ranges. */
import type { ChannelRef } from '../../../../../shared/domain.ts';
import type { StoreContext } from '../../context.ts';

export interface MissingRange {
  channel: ChannelRef;
  /** Inclusive message_seq bounds that are not known to be complete. */
  fromSeq: number;
  toSeq: number;
}

export interface SeqRange {
  fromSeq: number;
  toSeq: number;
}

export interface RangeTable {
  add(channelNo: number, range: SeqRange): void;
  /** Holes inside [fromSeq, toSeq], newest first. */
  holes(channelNo: number, within: SeqRange, limit: number): SeqRange[];
  /** The hole that contains `seq`; null when `seq` is known. */
  holeAround(channelNo: number, seq: number, within: SeqRange): SeqRange | null;
  /** Nothing is known about the channel any more. */
  forget(channelNo: number): void;
}

/** Sorted seqs as runs of neighbours. */
export function runsOf(seqs: readonly number[]): SeqRange[] {
  const runs: SeqRange[] = [];
  for (const seq of [...seqs].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && seq <= last.toSeq + 1) last.toSeq = Math.max(last.toSeq, seq);
    else runs.push({ fromSeq: seq, toSeq: seq });
  }
  return runs;
}

export function createRangeTable(ctx: StoreContext): RangeTable {
  const { db } = ctx;
  type Args = { no: number; from: number; to: number };
  const touching = db.prepare<[Args], SeqRange>(
    `SELECT from_seq AS fromSeq, to_seq AS toSeq FROM seq_range
     WHERE channel_no = @no AND from_seq <= @to + 1 AND to_seq >= @from - 1 ORDER BY from_seq`,
  );
  const descending = db.prepare<[Args], SeqRange>(
    `SELECT from_seq AS fromSeq, to_seq AS toSeq FROM seq_range
     WHERE channel_no = @no AND from_seq <= @to AND to_seq >= @from ORDER BY from_seq DESC`,
  );
  const remove = db.prepare<[Args]>(
    'DELETE FROM seq_range WHERE channel_no = @no AND from_seq <= @to + 1 AND to_seq >= @from - 1',
  );
  const insert = db.prepare<[Args]>(
    'INSERT INTO seq_range (channel_no, from_seq, to_seq) VALUES (@no, @from, @to)',
  );

  const forget = db.prepare<[number]>('DELETE FROM seq_range WHERE channel_no = ?');
  const extend = db.prepare<[number, number, number]>(
    'UPDATE seq_range SET to_seq = ? WHERE channel_no = ? AND from_seq = ?',
  );

  const nextBelow = db.prepare<[number, number], SeqRange>(
    `SELECT from_seq AS fromSeq, to_seq AS toSeq FROM seq_range WHERE channel_no = ? AND from_seq <= ?
     ORDER BY from_seq DESC LIMIT 1`,
  );
  const nextAbove = db.prepare<[number, number], SeqRange>(
    `SELECT from_seq AS fromSeq, to_seq AS toSeq FROM seq_range WHERE channel_no = ? AND from_seq > ?
     ORDER BY from_seq LIMIT 1`,
  );

  /** The topmost range of channels whose next message came last: the rule, which needs no look-up. */
  const tops = new Map<number, SeqRange>();
  ctx.onRollback(() => tops.clear());

  return {
    add(channelNo, range) {
      if (range.toSeq < range.fromSeq) return;
      const top = tops.get(channelNo);
      if (top && range.fromSeq === top.toSeq + 1) {
        extend.run(range.toSeq, channelNo, top.fromSeq);
        top.toSeq = range.toSeq;
        return;
      }
      tops.delete(channelNo);
      const args = { no: channelNo, from: range.fromSeq, to: range.toSeq };
      const neighbours = touching.all(args);
      const only = neighbours[0];
      if (only && neighbours.length === 1 && only.fromSeq <= range.fromSeq && only.toSeq >= range.toSeq)
        return;
      if (only && neighbours.length === 1 && only.fromSeq <= range.fromSeq) {
        extend.run(range.toSeq, channelNo, only.fromSeq);
        if (!nextAbove.get(channelNo, only.fromSeq))
          tops.set(channelNo, { fromSeq: only.fromSeq, toSeq: range.toSeq });
        return;
      }
      const from = Math.min(range.fromSeq, only?.fromSeq ?? range.fromSeq);
      const to = Math.max(range.toSeq, neighbours.at(-1)?.toSeq ?? range.toSeq);
      if (neighbours.length > 0) remove.run(args);
      insert.run({ no: channelNo, from, to });
    },
    forget(channelNo) {
      tops.delete(channelNo);
      forget.run(channelNo);
    },
    holes(channelNo, within, limit) {
      const found: SeqRange[] = [];
      let top = within.toSeq;
      for (const known of descending.iterate({ no: channelNo, from: within.fromSeq, to: within.toSeq })) {
        if (known.toSeq < top) found.push({ fromSeq: known.toSeq + 1, toSeq: top });
        top = Math.min(top, known.fromSeq - 1);
        if (found.length >= limit) return found;
      }
      if (top >= within.fromSeq && found.length < limit) found.push({ fromSeq: within.fromSeq, toSeq: top });
      return found;
    },
    holeAround(channelNo, seq, within) {
      const below = nextBelow.get(channelNo, seq);
      if (below && below.toSeq >= seq) return null;
      const above = nextAbove.get(channelNo, seq);
      return {
        fromSeq: Math.max(within.fromSeq, (below?.toSeq ?? 0) + 1),
        toSeq: Math.min(within.toSeq, above ? above.fromSeq - 1 : within.toSeq),
      };
    },
  };
}
