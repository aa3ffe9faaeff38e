/** Edits, reactions, pins, deletions, read marks: durable requests in order per channel, a few channels at a time. */
import { z } from 'zod';
import { reasonOf } from '../../../shared/errors.ts';
import { MAX_REACTION_LENGTH, reactionKey } from '../../../shared/content/reaction.ts';
import { channelKey, MessageId } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { isServersTrouble } from '../api/server-trouble.ts';
import { isHeld } from '../store/tables/conversations/read-jobs.ts';
import { wishedId } from '../store/tables/outbox/action-jobs.ts';
import { editedId } from '../store/tables/outbox/drop-gone.ts';
import type { ActionJob } from '../store/jobs.ts';
import { Lane, type Waiting } from './lane.ts';

const Located = z.object({ messageId: MessageId, messageSeq: z.int().min(0) });

/** `ActionJob.args` by kind. They come from disk, perhaps written by another version. */
export const ACTION_ARGS = {
  edit: Located.extend({ payload: z.record(z.string(), z.unknown()) }),
  react: Located.extend({ emoji: z.string().max(MAX_REACTION_LENGTH) }),
  pin: Located.extend({ on: z.boolean() }),
  unpinAll: z.object({}),
  deleteForMe: z.object({ messages: z.array(Located).max(10_000) }),
  markRead: z.object({ messageSeq: z.int().min(0) }),
  reminderDone: z.object({ ids: z.array(z.int()) }),
  reportRead: z.object({ messageIds: z.array(MessageId).max(1_000) }),
  voicePlayed: Located,
} as const;

export class ActionLane extends Lane<ActionJob> {
  protected get mostAtOnce(): number {
    return this.pump.timings.maxRequests;
  }

  protected get mayStart(): boolean {
    return this.pump.mayRequest;
  }

  protected nameOf(job: ActionJob): string {
    return `${job.kind} ${job.id}`;
  }

  /**
   * Oldest job of each channel, what is held after the others; a read mark that a later one makes pointless is dropped.
   * What speaks of a message that is being recalled waits for the outcome: it goes with the message, or goes out.
   */
  protected waiting(): Waiting<ActionJob>[] {
    const { store } = this.options;
    const now = Date.now();
    const recalled = this.#beingRecalled();
    const jobs = store.outbox.actionJobs().filter((job) => !recalled.has(aboutId(job)));
    const lastRead = new Map<string, number>();
    for (const job of jobs) if (job.kind === 'markRead') lastRead.set(channelKey(job.channel), job.id);
    const heads = new Map<string, Waiting<ActionJob>>();
    for (const job of jobs) {
      const key = channelKey(job.channel);
      if (job.kind === 'markRead' && this.#unreadAbove(job) === null) continue;
      const held = isHeld(job, now);
      const head = heads.get(key);
      if (head && (held || head.held !== true)) continue;
      if (job.kind === 'markRead' && lastRead.get(key) !== job.id && !this.isBusy(key)) {
        store.outbox.removeAction(job.id);
      } else {
        heads.set(key, { job, key, notBeforeMs: job.nextTryAtMs, held });
      }
    }
    return [...heads.values()];
  }

  protected async run(job: ActionJob): Promise<void> {
    const { log, onActionRefused, store } = this.options;
    let done: boolean;
    try {
      done = await this.#request(job);
    } catch (error) {
      if (!this.pump.isOpen) return;
      const code = error instanceof CodedError ? error.code : 'internal';
      if (this.isWorthAsking(job, code, code === 'internal' || isServersTrouble(error))) {
        log('info', `${this.nameOf(job)} waits: ${code}`);
        store.outbox.updateAction(job.id, this.askAgain(job, error));
        if (code === 'unauthorized') this.pump.unauthorized();
        return;
      }
      // What it was about is gone: nobody waits for the answer.
      if (!this.#isThere(job)) return this.forget(job);
      log('warn', `${this.nameOf(job)} dropped: ${code}`);
      this.#done(job);
      onActionRefused?.(job, reasonOf(error));
      return;
    }
    if (done && this.pump.isOpen) this.#done(job);
  }

  #isThere({ id }: ActionJob): boolean {
    return this.options.store.outbox.actionJobs().some((job) => job.id === id);
  }

  #beingRecalled(): Set<string | null> {
    return new Set<string | null>(this.options.store.outbox.recallJobs().map(({ messageId }) => messageId));
  }

  /**
   * Asked after each wait, before the server is told of a message: meanwhile it may have been recalled, or is being so.
   * (The lines that TSDD writes about a pin carry the words.)
   */
  #isStillWished(job: ActionJob): boolean {
    return this.pump.isOpen && this.#isThere(job) && !this.#beingRecalled().has(aboutId(job));
  }

  #done(job: ActionJob): void {
    this.forget(job);
    this.options.store.outbox.removeAction(job.id);
  }

  #unreadAbove({ channel, args }: ActionJob): number | null {
    const read = ACTION_ARGS.markRead.safeParse(args);
    // What cannot be read is reported by `#request`.
    const { unreadAbove } = this.options;
    return read.success && unreadAbove ? unreadAbove(channel, read.data.messageSeq) : 0;
  }

  /**
   * The server toggles, so it is asked only for what it does not have yet: after a lost answer that is read first, lest
   * the second try takes back what the first one did.
   */
  async #react(job: ActionJob): Promise<boolean> {
    const { api, reactionSync, store } = this.options;
    const { messageId, emoji } = readArgs('react', job.args);
    if (job.attempts > 0) await reactionSync.request(job.channel);
    if (!this.#isStillWished(job)) return false;
    const mine = store.reactions.mine(messageId);
    if (reactionKey(mine) === reactionKey(emoji)) return true;
    await api.react(job.channel, messageId, emoji === '' ? mine : emoji);
    if (!this.pump.isOpen) return false;
    store.reactions.putOwn(messageId, emoji);
    // What the server made of it; the command that announces it may be lost.
    reactionSync.request(job.channel).catch(() => undefined);
    return true;
  }

  /**
   * The server toggles, and anybody in the chat may have done it meanwhile: what it has is read before it is asked, and
   * it is asked only for what it does not have.
   */
  async #pin(job: ActionJob): Promise<boolean> {
    const { api, pinSync, store } = this.options;
    const { messageId, messageSeq, on } = readArgs('pin', job.args);
    await pinSync.request(job.channel);
    if (!this.#isStillWished(job)) return false;
    if (store.pins.has(messageId) === on) return true;
    await api.togglePin(job.channel, messageId, messageSeq);
    if (!this.pump.isOpen) return false;
    store.pins.putOwn(job.channel, messageId, on);
    pinSync.request(job.channel).catch(() => undefined);
    return true;
  }

  /** False: it was not asked for, because its message is gone or being recalled; the job stays as it is. */
  async #request(job: ActionJob): Promise<boolean> {
    // A turn has passed since it was looked at.
    if (aboutId(job) !== null && !this.#isStillWished(job)) return false;
    const { api, extraSync } = this.options;
    const { channel } = job;
    switch (job.kind) {
      case 'edit': {
        await api.edit({ channel, ...readArgs('edit', job.args) });
        // The new text comes back with the extras; the CMD that announces it may be lost. A failure here is no failure
        // of the edit, the next sync reads them anyway.
        await extraSync.request(channel, 'extra', performance.now()).catch(() => undefined);
        return true;
      }
      case 'react':
        return this.#react(job);
      case 'pin':
        return this.#pin(job);
      case 'unpinAll':
        await api.unpinAll(channel);
        if (this.pump.isOpen) this.options.store.pins.putClear(channel);
        return true;
      case 'deleteForMe':
        await api.deleteMessages(channel, readArgs('deleteForMe', job.args).messages);
        return true;
      case 'markRead':
        await api.clearUnread(
          channel,
          this.#unreadAbove(job) ?? 0,
          readArgs('markRead', job.args).messageSeq,
        );
        return true;
      case 'reminderDone':
        await api.remindersDone(readArgs('reminderDone', job.args).ids);
        return true;
      case 'reportRead':
        await api.reportRead(channel, readArgs('reportRead', job.args).messageIds);
        return true;
      case 'voicePlayed':
        await api.reportPlayed(channel, readArgs('voicePlayed', job.args));
        return true;
      default:
        // Stored by a newer version.
        throw new CodedError('badArgument', `stored job of unknown kind "${job.kind}"`);
    }
  }
}

/** Id of the message that the others are told of: its new words, a reaction to it, its pin. */
const aboutId = (job: ActionJob): string | null => editedId(job) ?? wishedId(job);

/** @throws CodedError badArgument, naming the field */
function readArgs<K extends keyof typeof ACTION_ARGS>(
  kind: K,
  args: unknown,
): z.infer<(typeof ACTION_ARGS)[K]> {
  const parsed = ACTION_ARGS[kind].safeParse(args);
  if (parsed.success) return parsed.data as z.infer<(typeof ACTION_ARGS)[K]>;
  const path = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new CodedError('badArgument', `stored ${kind} job: ${path || 'args'} is not usable`);
}
