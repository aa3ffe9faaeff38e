/** Edits, deletions, read marks: durable requests in order per channel, a few channels at a time. */
import { z } from 'zod';
import { reasonOf } from '../../../shared/errors.ts';
import { channelKey, MessageId } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { isHeld } from '../store/tables/read-jobs.ts';
import type { ActionJob } from '../store/store-api.ts';
import { backoffMs, type LaneContext } from './outbox-api.ts';

const Located = z.object({ messageId: MessageId, messageSeq: z.int().min(0) });

/** `ActionJob.args` by kind. They come from disk, perhaps written by another version. */
export const ACTION_ARGS = {
  edit: Located.extend({ payload: z.record(z.string(), z.unknown()) }),
  deleteForMe: z.object({ messages: z.array(Located).max(10_000) }),
  markRead: z.object({ messageSeq: z.int().min(0) }),
  reminderDone: z.object({ ids: z.array(z.int()) }),
  reportRead: z.object({ messageIds: z.array(MessageId).max(1_000) }),
} as const;

export class ActionLane {
  readonly #ctx: LaneContext;
  /** By channel key. */
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #failedAt = new Map<number, number>();
  readonly #unexpected = new Map<number, number>();

  constructor(ctx: LaneContext) {
    this.#ctx = ctx;
  }

  get running(): Promise<void>[] {
    return [...this.#inFlight.values()];
  }

  /** `eager`: also what waits for its back-off, unless it has just failed. What is held waits on. */
  pump(eager: boolean): void {
    const { mayRequest, timings, wakeIn } = this.#ctx;
    if (!mayRequest()) return;
    const now = Date.now();
    for (const [key, job] of this.#heads(now)) {
      if (this.#inFlight.size >= timings.maxRequests) return;
      if (this.#inFlight.has(key)) continue;
      const due =
        eager && !isHeld(job, now)
          ? Math.min(job.nextTryAtMs, (this.#failedAt.get(job.id) ?? 0) + timings.kickGapMs)
          : job.nextTryAtMs;
      const wait = Math.min(due - now, timings.backoffMaxMs);
      if (wait > 0) wakeIn(wait);
      else this.#inFlight.set(key, this.#run(key, job));
    }
  }

  /**
   * Oldest job of each channel, what is held after the others; a read mark that a later one makes pointless is dropped.
   */
  #heads(now: number): Map<string, ActionJob> {
    const { store } = this.#ctx;
    const jobs = store.actionJobs();
    const lastRead = new Map<string, number>();
    for (const job of jobs) if (job.kind === 'markRead') lastRead.set(channelKey(job.channel), job.id);
    const heads = new Map<string, ActionJob>();
    for (const job of jobs) {
      const key = channelKey(job.channel);
      const head = heads.get(key);
      if (head && !(isHeld(head, now) && !isHeld(job, now))) continue;
      if (job.kind === 'markRead' && lastRead.get(key) !== job.id && !this.#inFlight.has(key)) {
        store.removeAction(job.id);
      } else {
        heads.set(key, job);
      }
    }
    return heads;
  }

  async #run(key: string, job: ActionJob): Promise<void> {
    await Promise.resolve();
    const { isOpen, log, timings, wakeIn } = this.#ctx;
    try {
      await this.#perform(job);
    } catch (error) {
      log('error', `${job.kind} ${job.id}: ${reasonOf(error)}`);
      this.#failedAt.set(job.id, Date.now());
      if (isOpen()) wakeIn(timings.backoffFirstMs);
    } finally {
      this.#inFlight.delete(key);
    }
    try {
      this.pump(false);
    } catch {
      // The store cannot be read now: the next wake-up tries again.
      wakeIn(timings.backoffFirstMs);
    }
  }

  async #perform(job: ActionJob): Promise<void> {
    const { isOpen, log, store, timings, unauthorized, wakeIn } = this.#ctx;
    try {
      await this.#request(job);
    } catch (error) {
      if (!isOpen()) return;
      const code = error instanceof CodedError ? error.code : 'internal';
      const unexpected = (this.#unexpected.get(job.id) ?? 0) + 1;
      if (
        code === 'network' ||
        code === 'unauthorized' ||
        (code === 'internal' && unexpected < timings.maxUnexpected)
      ) {
        if (code === 'internal') this.#unexpected.set(job.id, unexpected);
        log('info', `${job.kind} ${job.id} waits: ${code}`);
        const attempts = job.attempts + 1;
        const wait = backoffMs(attempts, timings);
        this.#failedAt.set(job.id, Date.now());
        store.updateAction(job.id, { attempts, nextTryAtMs: Date.now() + wait });
        if (code === 'unauthorized') unauthorized();
        else wakeIn(wait);
        return;
      }
      log('warn', `${job.kind} ${job.id} dropped: ${code}`);
      this.#done(job);
      this.#ctx.onActionRefused?.(job, reasonOf(error));
      return;
    }
    if (isOpen()) this.#done(job);
  }

  #done(job: ActionJob): void {
    this.#failedAt.delete(job.id);
    this.#unexpected.delete(job.id);
    this.#ctx.store.removeAction(job.id);
  }

  async #request(job: ActionJob): Promise<void> {
    const { api, extraSync } = this.#ctx;
    const { channel } = job;
    switch (job.kind) {
      case 'edit': {
        await api.edit({ channel, ...readArgs('edit', job.args) });
        // The new text comes back with the extras; the CMD that announces it may be lost. A failure here is no failure of
        // the edit, the next sync reads them anyway.
        await extraSync.request(channel, 'extra', performance.now()).catch(() => undefined);
        return;
      }
      case 'deleteForMe':
        await api.deleteMessages(channel, readArgs('deleteForMe', job.args).messages);
        return;
      case 'markRead':
        await api.clearUnread(channel, 0, readArgs('markRead', job.args).messageSeq);
        return;
      case 'reminderDone':
        await api.remindersDone(readArgs('reminderDone', job.args).ids);
        return;
      case 'reportRead':
        await api.reportRead(channel, readArgs('reportRead', job.args).messageIds);
        return;
      default:
        // Stored by a newer version.
        throw new CodedError('badArgument', `stored job of unknown kind "${String(job.kind)}"`);
    }
  }
}

/** @throws CodedError badArgument, naming the field */
function readArgs<K extends ActionJob['kind']>(kind: K, args: unknown): z.infer<(typeof ACTION_ARGS)[K]> {
  const parsed = ACTION_ARGS[kind].safeParse(args);
  if (parsed.success) return parsed.data as z.infer<(typeof ACTION_ARGS)[K]>;
  const path = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new CodedError('badArgument', `stored ${kind} job: ${path || 'args'} is not usable`);
}
