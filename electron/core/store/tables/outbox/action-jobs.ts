/**
 * `action_job`: edits, deletions, read marks … that the server has not confirmed. Every call that writes runs in the
 * caller's transaction.
 */
import type Database from 'better-sqlite3';
import { isObject } from '../../../../../shared/json.ts';
import type { StoreContext } from '../../context.ts';
import type { ActionJob } from '../../jobs.ts';
import { requestOf, type RequestColumns } from './job-columns.ts';
import { Mirror } from './mirror.ts';

interface ActionRow extends RequestColumns {
  kind: ActionJob['kind'];
  args: string;
}

function toAction(row: ActionRow): ActionJob {
  const args: unknown = JSON.parse(row.args);
  return { ...requestOf(row), kind: row.kind, args: isObject(args) ? args : {} };
}

export class ActionJobs {
  readonly #sql: ReturnType<typeof statements>;
  /** Jobs were seen. */
  readonly #any: Mirror<boolean>;

  /** Wished reactions by message: every message that is drawn asks. */
  readonly #reactions: Mirror<ReadonlyMap<string, string>>;

  constructor(ctx: StoreContext) {
    this.#sql = statements(ctx.db);
    this.#reactions = new Mirror(ctx, () => reactionsOf(this.mayHoldAny ? this.all() : []));
    this.#any = new Mirror(ctx, () => this.#sql.all.all().length > 0);
  }

  /** `nextTryAtMs`: held until then, local clock, ms since epoch. */
  add(job: Omit<ActionJob, 'id' | 'attempts' | 'nextTryAtMs'>, nextTryAtMs = 0): ActionJob {
    const { channelType, channelId } = job.channel;
    const args = JSON.stringify(job.args);
    const info = this.#sql.insert.run(job.kind, channelType, channelId, args, Math.trunc(nextTryAtMs));
    this.#any.value = true;
    if (job.kind === 'react') this.#reactions.forget();
    return { ...job, id: Number(info.lastInsertRowid), attempts: 0, nextTryAtMs };
  }

  /** There may be jobs: false only when there is none. */
  get mayHoldAny(): boolean {
    return this.#any.value;
  }

  all(): ActionJob[] {
    return this.#sql.all.all().map(toAction);
  }

  update(id: number, change: Partial<Pick<ActionJob, 'args' | 'attempts' | 'nextTryAtMs'>>): void {
    const row = this.#sql.get.get(id);
    if (!row) return;
    this.#sql.update.run(
      change.args === undefined ? row.args : JSON.stringify(change.args),
      change.attempts ?? row.attempts,
      Math.trunc(change.nextTryAtMs ?? row.next_try_at),
      id,
    );
  }

  remove(id: number): void {
    this.#sql.remove.run(id);
    this.#reactions.forget();
  }

  /** The reaction to a message that waits; '' = the own one is to be taken back, null = none waits. */
  reaction(messageId: string): string | null {
    return this.#reactions.value.get(messageId) ?? null;
  }

  /** Reactions to these messages wait no longer. */
  dropReactions(messageIds: ReadonlySet<string>): void {
    if (this.#reactions.value.size === 0) return;
    for (const job of this.all()) if (messageIds.has(reactedId(job) ?? '')) this.remove(job.id);
  }
}

/** Id of the message that a waiting reaction is to. */
export function reactedId({ kind, args }: ActionJob): string | null {
  const { messageId } = args;
  return kind === 'react' && typeof messageId === 'string' ? messageId : null;
}

function reactionsOf(jobs: readonly ActionJob[]): ReadonlyMap<string, string> {
  const wished = new Map<string, string>();
  for (const job of jobs) {
    const messageId = reactedId(job);
    const { emoji } = job.args;
    if (messageId !== null && typeof emoji === 'string') wished.set(messageId, emoji);
  }
  return wished;
}

function statements(db: Database.Database) {
  return {
    insert: db.prepare<[string, number, string, string, number]>(
      `INSERT INTO outbox.action_job (kind, channel_type, channel_id, args, attempts, next_try_at)
       VALUES (?, ?, ?, ?, 0, ?)`,
    ),
    all: db.prepare<[], ActionRow>('SELECT * FROM outbox.action_job ORDER BY id'),
    get: db.prepare<[number], ActionRow>('SELECT * FROM outbox.action_job WHERE id = ?'),
    update: db.prepare<[string, number, number, number]>(
      'UPDATE outbox.action_job SET args = ?, attempts = ?, next_try_at = ? WHERE id = ?',
    ),
    remove: db.prepare<[number]>('DELETE FROM outbox.action_job WHERE id = ?'),
  };
}
