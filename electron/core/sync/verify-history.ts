/**
 * Compares what is cached of a channel with what the server shows of it: deleted or cleared on another device, removed
 * by the server, not visible any more after I was removed and added again, or a server that was set up anew and counts
 * from 1. The server is right; what it does not show any more is erased here. It shows that only indirectly, by rows
 * that are not there, so each conclusion needs an answer that cannot mean anything else.
 */
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import type { HistoryAnswer } from '../api/history-calls.ts';
import type { ServerMessage } from '../store/server-records.ts';
import { forStore } from './history-rows.ts';
import type { SyncContext } from './sync-context.ts';

const CACHED_ROWS = 200;
/** Enough for what is unread to be counted as it is. */
const ANEW_ROWS = 200;
const NEWEST_ROWS = 50;
/** What came within this time may not have reached the node that answers. */
const SETTLED_SECONDS = 60;

type Cached = MessageView & { messageId: string };

interface Change {
  restarted?: boolean;
  /** The server shows me nothing at or below this seq. */
  hiddenUpTo?: number;
}

export class HistoryVerifier {
  readonly #context: SyncContext;

  constructor(context: SyncContext) {
    this.#context = context;
  }

  /** Reads the newest `rows` and brings the cache of the channel in line. Rejects when the server cannot be asked. */
  async verifyNewest(channel: ChannelRef, rows: number): Promise<void> {
    const { api, store, serverNowMs } = this.#context;
    if (!this.#answersMean(channel)) return;
    const cached = this.#cachedRows(channel);
    const answer = await api.history({
      channel,
      mode: 'latest',
      fromSeq: 0,
      toSeq: 0,
      limit: rows,
    });
    if (!this.#answersMean(channel)) return;
    const { seqs } = answer;
    if (!seqs) {
      // (Rows that cannot be read are rows.)
      if (answer.rowCount > 0 || cached.length === 0) return;
      this.#rebuild(channel, 'the server has nothing', answer);
      // What is not there cannot be unread.
      store.conversations.markRead(channel, store.messages.lastSeq(channel));
      return;
    }
    const settled = serverNowMs() / 1000 - SETTLED_SECONDS;
    const above = cached.filter((m) => m.messageSeq > seqs.high && m.timestamp < settled);
    if (above.length > 0) {
      const restarted = isRestart(answer.messages, above);
      const why = restarted ? 'the server counts anew' : 'the server has removed its end';
      this.#rebuild(channel, why, answer, { restarted });
      return;
    }
    if (await this.#isCleared(channel, answer, seqs.low)) {
      if (this.#answersMean(channel))
        this.#rebuild(channel, 'its history was cleared', answer, { hiddenUpTo: seqs.high });
      return;
    }
    // At once: the longer an answer waits, the more has changed since.
    this.#keep(channel, answer);
    this.#erase(
      channel,
      answer,
      cached.filter((m) => m.messageSeq >= seqs.low && m.messageSeq <= seqs.high),
    );
    // What is hidden from me lies below some seq, so the oldest cached row tells of all others. (A row that was only
    // deleted leaves others, also below it; only an empty answer means anything.)
    const oldest = store.messages.page(channel, { at: 'after', order: 0 }, 1).messages[0];
    if (!oldest || oldest.messageSeq < 1 || oldest.messageSeq >= seqs.low) return;
    const upTo = answer.rowCount < rows ? seqs.low - 1 : oldest.messageSeq;
    if ((await this.#showsBelow(channel, upTo)) || !this.#answersMean(channel)) return;
    this.#rebuild(channel, 'the server shows less of the past', answer, { hiddenUpTo: upTo });
    await this.#keepSince(channel, answer);
  }

  /** Whether what is newest here is still shown; if not, all of it is compared. Costs one row. */
  async verifyCleared(channel: ChannelRef, rows: number): Promise<void> {
    const { api, store } = this.#context;
    const newest = store.messages.page(channel, { at: 'latest' }, 1).messages.at(-1);
    if (!newest || newest.messageSeq < 1 || !this.#answersMean(channel)) return;
    const answer = await api.history({ channel, mode: 'latest', fromSeq: 0, toSeq: 0, limit: 1 });
    if (answer.messages.some(({ deleted }) => !deleted)) return;
    await this.verifyNewest(channel, rows);
  }

  /** As `verifyNewest` for the cached rows between two seqs, at most 200 apart. */
  async verifyRange(channel: ChannelRef, fromSeq: number, toSeq: number): Promise<void> {
    const { api, store, serverNowMs } = this.#context;
    if (!this.#answersMean(channel)) return;
    const rows = toSeq - fromSeq + 1;
    const cached = (): Cached[] =>
      store.messages
        .page(channel, { at: 'after', order: fromSeq - 1 }, rows)
        .messages.filter((m): m is Cached => m.messageId !== null && m.messageSeq <= toSeq)
        .filter((m) => m.timestamp < serverNowMs() / 1000 - SETTLED_SECONDS);
    const before = cached();
    if (before.length === 0) return;
    const answer = await api.history({ channel, mode: 'down', fromSeq, toSeq, limit: rows });
    if (!this.#answersMean(channel)) return;
    if (answer.seqs) {
      const { low } = answer.seqs;
      this.#keep(channel, answer);
      this.#erase(
        channel,
        answer,
        before.filter((m) => m.messageSeq >= low),
      );
    } else if (answer.rowCount === 0) {
      // Nothing there at all: is the whole past hidden from me? If not, these rows are gone.
      await this.verifyNewest(channel, NEWEST_ROWS);
      if (this.#answersMean(channel)) this.#erase(channel, answer, cached());
    }
  }

  /**
   * I am in this group again: its cache goes, whatever it holds, and the newest rows are read as the server shows them
   * now. Rejects when the server cannot be asked; the cache is gone then as well.
   */
  async readAnew(channel: ChannelRef): Promise<void> {
    const { api, store } = this.#context;
    try {
      const answer = await api.history({
        channel,
        mode: 'latest',
        fromSeq: 0,
        toSeq: 0,
        limit: ANEW_ROWS,
      });
      const low = answer.seqs?.low ?? 0;
      const hiddenUpTo = low > 1 && !(await this.#showsBelow(channel, low - 1)) ? low - 1 : 0;
      this.#rebuild(channel, 'a member again', answer, { hiddenUpTo });
      await this.#keepSince(channel, answer);
    } catch (error) {
      store.messages.forgetHistory(channel);
      throw error;
    }
  }

  /** A group I left answers with an empty page: that says nothing about its history. */
  #answersMean(channel: ChannelRef): boolean {
    const { composerBlock } = this.#context.store.people.channelInfo(channel);
    return composerBlock !== 'left' && composerBlock !== 'kicked' && composerBlock !== 'disbanded';
  }

  #cachedRows(channel: ChannelRef): Cached[] {
    const { messages } = this.#context.store.messages.page(channel, { at: 'latest' }, CACHED_ROWS);
    return messages.filter((message): message is Cached => message.messageId !== null);
  }

  #rebuild(channel: ChannelRef, why: string, answer: HistoryAnswer, change: Change = {}): void {
    const { store, log } = this.#context;
    log('info', `a channel of type ${channel.channelType}: ${why}; its history is read anew`);
    store.messages.forgetHistory(channel, change.restarted ?? false, change.hiddenUpTo ?? 0);
    this.#keep(channel, answer);
  }

  /** What arrived after the answer went with the rest. */
  async #keepSince(channel: ChannelRef, answer: HistoryAnswer): Promise<void> {
    const { api, store } = this.#context;
    if (store.messages.lastSeq(channel) <= (answer.seqs?.high ?? 0)) return;
    this.#keep(
      channel,
      await api.history({ channel, mode: 'latest', fromSeq: 0, toSeq: 0, limit: NEWEST_ROWS }),
    );
  }

  /** Whether the server shows anything at or below this seq. */
  async #showsBelow(channel: ChannelRef, seq: number): Promise<boolean> {
    if (seq < 1) return false;
    const answer = await this.#context.api.history({
      channel,
      mode: 'down',
      fromSeq: 1,
      toSeq: seq,
      limit: 1,
    });
    return answer.rowCount > 0;
  }

  /** A TSDD server goes on delivering what was cleared, marked as deleted (tsdd-api.md 5.1), down to the first row. */
  async #isCleared(channel: ChannelRef, answer: HistoryAnswer, low: number): Promise<boolean> {
    if (answer.rowCount === 0 || !isAllDeleted(answer)) return false;
    if (low <= 1) return true;
    const query = { channel, mode: 'down', fromSeq: 1, toSeq: low - 1, limit: NEWEST_ROWS } as const;
    return isAllDeleted(await this.#context.api.history(query));
  }

  #keep(channel: ChannelRef, answer: HistoryAnswer): void {
    const range = answer.seqs && { channel, fromSeq: answer.seqs.low, toSeq: answer.seqs.high };
    this.#context.store.messages.ingest(forStore(answer.messages), 'history', range ?? undefined);
  }

  /** Those of `rows` that the answer should have and does not. */
  #erase(channel: ChannelRef, answer: HistoryAnswer, rows: readonly Cached[]): void {
    // (A row that cannot be read may be one of them.)
    if (answer.rowCount !== answer.messages.length) return;
    const shown = new Set(answer.messages.filter((m) => !m.deleted).map((m) => m.messageId));
    const gone = rows.filter((row) => !shown.has(row.messageId)).map((row) => row.messageId);
    if (gone.length > 0) this.#context.store.messages.deleteForMe(channel, gone);
  }
}

const isAllDeleted = ({ messages, rowCount }: HistoryAnswer): boolean =>
  rowCount === messages.length && messages.every(({ deleted }) => deleted);

/** The newest row is younger than cached ones that lie above it: another count of seqs. */
function isRestart(rows: readonly ServerMessage[], above: readonly Cached[]): boolean {
  const newest = rows.reduce((time, row) => Math.max(time, row.timestamp), 0);
  return above.some((message) => message.timestamp < newest);
}
