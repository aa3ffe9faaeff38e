/** `store.outbox`: the jobs of outbox.db together with what a job means for the rest of the store. */
import { forwardedIds } from '../../../shared/content/merged-forward.ts';
import type { StoreContext } from '../store/context.ts';
import type { NewRecall, NewSend, RecallJob, SendJob } from '../store/jobs.ts';
import { keyOf } from '../store/tables/messages/message-row.ts';
import { wishedId } from '../store/tables/outbox/action-jobs.ts';
import { attachedFiles } from '../store/tables/outbox/send-rows.ts';
import { quotedIds } from '../store/tables/messages/payload.ts';
import { rowOf, type Parts } from './parts.ts';
import type { OutboxJobs } from './store-api.ts';

type RecallJobs = Pick<
  OutboxJobs,
  'addRecall' | 'addRecalls' | 'recallJobs' | 'recallJob' | 'updateRecall' | 'denyRecall' | 'cancelRecall'
>;
type ActionJobs = Pick<OutboxJobs, 'addAction' | 'actionJobs' | 'updateAction' | 'removeAction'>;
type Drafts = Pick<
  OutboxJobs,
  'draft' | 'setDraft' | 'draftFiles' | 'addDraftFile' | 'replaceDraftFile' | 'removeDraftFiles'
>;
type SendJobs = Omit<OutboxJobs, keyof RecallJobs | keyof ActionJobs | keyof Drafts>;

export function createOutboxJobs(ctx: StoreContext, parts: Parts): OutboxJobs {
  return {
    ...createSendJobs(ctx, parts),
    ...createRecallJobs(ctx, parts),
    ...createActionJobs(ctx, parts),
    ...createDrafts(ctx, parts),
  };
}

/** Of the message that is being recalled, and of every copy of it. */
function idsOf(parts: Parts, job: RecallJob): string[] {
  const row = rowOf(parts, job.channel, job.messageKey);
  return row ? parts.messages.group(row).map((copy) => copy.message_id) : [job.messageId];
}

const NONE: ReadonlySet<number> = new Set();

function createSendJobs(ctx: StoreContext, parts: Parts): SendJobs {
  const { conversations, ingest, outbox, recalls } = parts;

  function heldBack(): ReadonlySet<number> {
    if (outbox.recalls.isEmpty || !outbox.sends.mayCopyAny) return NONE;
    return outbox.sends.queuedCopiesOf(new Set(outbox.recalls.all().flatMap((job) => idsOf(parts, job))));
  }

  function addSend(job: NewSend): SendJob {
    const stored = outbox.sends.add(job);
    conversations.ensureListed(job.channel);
    const named = [...quotedIds(job.payload), ...forwardedIds(job.payload)];
    recalls.eraseStale([...named, ...(job.forwardOf ? [job.forwardOf] : [])], null);
    return outbox.sends.byId(stored.id) ?? stored;
  }

  function markSends(ids: readonly number[]): void {
    const unmarked = ids.filter((id) => outbox.sends.needsMark(id));
    if (unmarked.length === 0) return;
    ctx.write(() => {
      for (const id of unmarked) outbox.sends.mark(id);
    });
  }

  /**
   * What was marked, or tried before, is looked for in the history after a start, whatever else the disk has kept of
   * it.
   */
  function startSend(id: number): void {
    if (outbox.sends.startIsWritten(id)) ctx.writeRepeatable(() => outbox.sends.start(id));
    else {
      outbox.sends.start(id);
      ctx.changes.commit();
    }
  }

  return {
    addSend: (job) => ctx.write(() => addSend(job)),
    addSends: (jobs, soon, instead = []) =>
      ctx.write(() => {
        const stored = jobs.map(addSend);
        outbox.draftFiles.remove([...jobs.flatMap(({ attachment }) => attachment?.file ?? []), ...instead]);
        if (soon) outbox.sends.markNew(stored);
        return stored;
      }),
    isEmpty: () => outbox.sends.isEmpty,
    heldBack: () => [...heldBack()],
    nextSends: () => outbox.sends.next(heldBack()),
    requeueSends: () => ctx.write(() => outbox.sends.requeue()),
    sendJob: (channel, key) => outbox.sends.byKey(channel, key),
    markSends,
    startSend(id) {
      markSends([id]);
      startSend(id);
    },
    startNextSend(after) {
      const next = outbox.sends.nextMarked(after);
      if (!next || heldBack().has(next.id)) return null;
      outbox.sends.startMarked(next);
      return next;
    },
    markFollowing(job) {
      ctx.changes.commit();
      if (outbox.sends.runsLow(job)) ctx.write(() => outbox.sends.mark(job.id));
    },
    updateSend: (id, change) => ctx.write(() => outbox.sends.update(id, change)),
    removeSend: (id) =>
      ctx.write(() => {
        outbox.sends.remove(id);
        parts.onErased();
      }),
    acknowledge: (job, messageId, messageSeq, storedAt) =>
      ingest.acknowledgeAll([{ job, messageId, messageSeq, ...(storedAt && { storedAt }) }])[0] ?? null,
    acknowledgeAll: (answers) => ingest.acknowledgeAll(answers),
    pendingUploads() {
      const held = heldBack();
      return outbox.sends.pendingUploads().filter(({ id }) => !held.has(id));
    },
    setUploaded: (id, url, field) => ctx.write(() => outbox.sends.setUploaded(id, url, field)),
    attachmentFiles: () => [
      ...outbox.sends.attachmentFiles(),
      ...outbox.draftFiles.all().flatMap(({ attachment }) => attachedFiles(attachment)),
    ],
  };
}

function createRecallJobs(ctx: StoreContext, parts: Parts): RecallJobs {
  const { memory, messages, outbox } = parts;

  /** Quotes, and copies in merged forwards, do not show what is being recalled. */
  function recallJobChanged(job: RecallJob): void {
    const ids = idsOf(parts, job);
    for (const messageId of ids) messages.markQuotersChanged(messageId);
    messages.markHoldersChanged(ids);
  }

  function addRecall(job: NewRecall): RecallJob {
    memory.dropDenied(job.channel, job.messageKey);
    const stored = outbox.recalls.add(job);
    recallJobChanged(stored);
    return stored;
  }

  /** The job is over without a recall. */
  function endRecall(id: number): RecallJob | null {
    const job = outbox.recalls.byId(id);
    if (!job) return null;
    outbox.recalls.remove(id);
    recallJobChanged(job);
    return job;
  }

  return {
    addRecall: (job) => ctx.write(() => addRecall(job)),
    addRecalls: (jobs) => ctx.write(() => jobs.map(addRecall)),
    recallJobs: () => outbox.recalls.all(),
    recallJob: (channel, key) => outbox.recalls.byKey(channel, key),
    updateRecall: (id, change) => ctx.write(() => outbox.recalls.update(id, change)),
    denyRecall(id, reason, detail, atServerMs) {
      ctx.write(() => {
        const job = endRecall(id);
        if (!job) return;
        memory.keepDenied(job.channel, job.messageKey, {
          state: 'denied',
          reason,
          ...(detail === null ? {} : { detail }),
          atMs: atServerMs,
        });
      });
    },
    cancelRecall: (id) => ctx.write(() => void endRecall(id)),
  };
}

function createActionJobs(ctx: StoreContext, parts: Parts): ActionJobs {
  const { outbox, recalls } = parts;

  return {
    addAction: (job) =>
      ctx.write(() => {
        const stored = outbox.actions.add(job);
        const { messageId, messageKey, key = messageKey } = job.args;
        recalls.eraseStale(
          [...quotedIds(job.args), ...(typeof messageId === 'string' ? [messageId] : [])],
          typeof key === 'string' && key !== '' ? { channel: job.channel, key } : null,
        );
        return stored;
      }),
    actionJobs: () => outbox.actions.all().filter(({ kind }) => kind !== 'burn'),
    updateAction: (id, change) => ctx.write(() => outbox.actions.update(id, change)),
    removeAction: (id) =>
      ctx.write(() => {
        const wish = outbox.actions.all().find((job) => job.id === id);
        outbox.actions.remove(id);
        // What is shown of it comes from the server again.
        if (wish?.kind === 'pin' || wish?.kind === 'unpinAll') ctx.changes.pins(wish.channel);
        const row = wish?.kind === 'react' ? parts.messages.byId(wishedId(wish) ?? '') : undefined;
        if (wish && row) ctx.changes.message(wish.channel, keyOf(row));
      }),
  };
}

function createDrafts(ctx: StoreContext, parts: Parts): Drafts {
  const { outbox, recalls } = parts;

  return {
    draft: (channel) => outbox.drafts.of(channel),
    setDraft: (channel, draft) =>
      ctx.write(() => {
        outbox.drafts.set(channel, draft);
        if (draft.replyToMessageId !== null) recalls.eraseStale([draft.replyToMessageId], null);
      }),
    draftFiles: (channel) => (channel ? outbox.draftFiles.of(channel) : outbox.draftFiles.all()),
    addDraftFile: (file, instead) =>
      ctx.write(() => {
        outbox.draftFiles.remove(instead);
        outbox.draftFiles.add(file);
      }),
    replaceDraftFile: (before, file) => ctx.write(() => outbox.draftFiles.replace(before, file)),
    removeDraftFiles: (files) => ctx.write(() => outbox.draftFiles.remove(files)),
  };
}
