/**
 * `action_job`: edits, deletions, read marks … that the server has not confirmed. Every call that writes runs in the
 * caller's transaction.
 */
import type Database from 'better-sqlite3';
import { channelKey, type ChannelRef } from '../../../../../shared/domain.ts';
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

/** Own wishes about the pins of a chat, in their order; without a message: none is to be pinned any more. */
export type PinWish = { messageId: string; on: boolean } | { messageId: null };

interface Wishes {
  /** Reactions by message: every message that is drawn asks. */
  reactions: ReadonlyMap<string, string>;
  /** By chat. */
  pins: ReadonlyMap<string, readonly PinWish[]>;
}

export class ActionJobs {
  readonly #sql: ReturnType<typeof statements>;
  /** Jobs were seen. */
  readonly #any: Mirror<boolean>;

  readonly #wishes: Mirror<Wishes>;

  constructor(ctx: StoreContext) {
    this.#sql = statements(ctx.db);
    this.#wishes = new Mirror(ctx, () => wishesOf(this.mayHoldAny ? this.all() : []));
    this.#any = new Mirror(ctx, () => this.#sql.all.all().length > 0);
  }

  /** `nextTryAtMs`: held until then, local clock, ms since epoch. */
  add(job: Omit<ActionJob, 'id' | 'attempts' | 'nextTryAtMs'>, nextTryAtMs = 0): ActionJob {
    const { channelType, channelId } = job.channel;
    const args = JSON.stringify(job.args);
    const info = this.#sql.insert.run(job.kind, channelType, channelId, args, Math.trunc(nextTryAtMs));
    this.#any.value = true;
    this.#wishes.forget();
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
    this.#wishes.forget();
  }

  /** The reaction to a message that waits; '' = the own one is to be taken back, null = none waits. */
  reaction(messageId: string): string | null {
    return this.#wishes.value.reactions.get(messageId) ?? null;
  }

  /** What is to be pinned in this chat, and what no longer. */
  pinWishes(channel: ChannelRef): readonly PinWish[] {
    return this.#wishes.value.pins.get(channelKey(channel)) ?? [];
  }

  /** Reactions to these messages, and pins of them, wait no longer. */
  dropWishes(messageIds: ReadonlySet<string>): void {
    const { pins, reactions } = this.#wishes.value;
    if (reactions.size === 0 && pins.size === 0) return;
    for (const job of this.all()) if (messageIds.has(wishedId(job) ?? '')) this.remove(job.id);
  }

  dropReaction(messageId: string): void {
    this.#drop('react', messageId);
  }

  dropPin(messageId: string): void {
    this.#drop('pin', messageId);
  }

  #drop(kind: 'react' | 'pin', messageId: string): void {
    for (const job of this.all())
      if (job.kind === kind && job.args['messageId'] === messageId) this.remove(job.id);
  }
}

/** Id of the message that a waiting reaction is to, or that waits to be pinned or unpinned. */
export function wishedId({ kind, args }: ActionJob): string | null {
  const { messageId } = args;
  return (kind === 'react' || kind === 'pin') && typeof messageId === 'string' ? messageId : null;
}

function wishesOf(jobs: readonly ActionJob[]): Wishes {
  const reactions = new Map<string, string>();
  const pins = new Map<string, PinWish[]>();
  for (const job of jobs) {
    const messageId = wishedId(job);
    const { emoji, on } = job.args;
    if (job.kind === 'react' && messageId !== null && typeof emoji === 'string')
      reactions.set(messageId, emoji);
    const wish = pinWishOf(job.kind, messageId, on);
    const key = channelKey(job.channel);
    if (wish) pins.set(key, [...(pins.get(key) ?? []), wish]);
  }
  return { reactions, pins };
}

function pinWishOf(kind: ActionJob['kind'], messageId: string | null, on: unknown): PinWish | null {
  if (kind === 'unpinAll') return { messageId: null };
  return kind === 'pin' && messageId !== null && typeof on === 'boolean' ? { messageId, on } : null;
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
