/** outbox.db: what the user composed or decided and the server has not confirmed. Jobs are few. */
import type Database from 'better-sqlite3';
import type { StoreContext } from '../../context.ts';
import { ActionJobs } from './action-jobs.ts';
import { ChatNotices } from './chat-notices.ts';
import { DraftFiles } from './draft-files.ts';
import { Bookmarks } from './bookmarks.ts';
import { Drafts } from './drafts.ts';
import { dropGone } from './drop-gone.ts';
import { eraseRecalled } from './erase-recalled.ts';
import { OpenedFlames } from './opened-flames.ts';
import { replaceLost, type LostWords } from './replace-lost.ts';
import { RecallJobs } from './recall-jobs.ts';
import { SendJobs } from './send-jobs.ts';
import { waitingNames, type WaitingName } from './waiting-names.ts';

export class OutboxTables {
  readonly sends: SendJobs;
  readonly recalls: RecallJobs;
  readonly actions: ActionJobs;
  readonly bookmarks: Bookmarks;
  readonly drafts: Drafts;
  readonly notices: ChatNotices;
  readonly draftFiles: DraftFiles;
  readonly opened: OpenedFlames;
  readonly #ctx: StoreContext;
  readonly #count: Database.Statement<[], number>;

  constructor(ctx: StoreContext) {
    this.#ctx = ctx;
    this.sends = new SendJobs(ctx);
    this.recalls = new RecallJobs(ctx);
    this.actions = new ActionJobs(ctx);
    this.bookmarks = new Bookmarks(ctx);
    this.drafts = new Drafts(ctx);
    this.notices = new ChatNotices(ctx);
    this.draftFiles = new DraftFiles(ctx);
    this.opened = new OpenedFlames(ctx, this.actions);
    this.#count = ctx.db
      .prepare<[], number>(
        `SELECT (SELECT count(*) FROM outbox.send_job) + (SELECT count(*) FROM outbox.recall_job)
         + (SELECT count(*) FROM outbox.action_job)`,
      )
      .pluck();
  }

  /** After a start: sends and recalls that were on the wire wait for their turn again. */
  resetInterrupted(): void {
    this.sends.resetInterrupted();
    this.recalls.resetInterrupted();
  }

  /** Of all kinds, drafts not counted. */
  jobCount(): number {
    return this.#count.get() ?? 0;
  }

  /**
   * Takes everything out of the outbox that still carries what the given messages said. `keys`: `recallKey()`. Answers
   * those of the ids and keys for which something was there.
   */
  eraseRecalled(messageIds: ReadonlySet<string>, keys: ReadonlySet<string>): ReadonlySet<string> {
    this.bookmarks.loseRecalled(messageIds, keys);
    return eraseRecalled(this.#ctx, this, { messageIds, keys });
  }

  /** The messages that something that waits is about, and whose words it may hold. */
  names(): WaitingName[] {
    return waitingNames(this);
  }

  /**
   * Edits of these messages, bookmarks and references of drafts to them: they are gone. Answers whether words went.
   */
  dropGone(messageIds: ReadonlySet<string>): boolean {
    this.bookmarks.loseGone(messageIds);
    return dropGone(this.#ctx, this, messageIds);
  }

  /** Puts what messages say now in the place of what they said, in everything that waits. */
  replaceLost(lost: LostWords): void {
    replaceLost(this, lost);
  }
}
