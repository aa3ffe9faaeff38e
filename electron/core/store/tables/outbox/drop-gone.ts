/**
 * What waits in outbox.db and makes no sense any more because its message is gone (deleted, cleared, expired, burned,
 * not for me): own edits and pins of it and reactions to it, and the reference of a draft that quotes it. Nobody is
 * told: nothing was promised.
 */
import type { StoreContext } from '../../context.ts';
import type { ActionJob } from '../../jobs.ts';
import type { ActionJobs } from './action-jobs.ts';
import type { Drafts } from './drafts.ts';

interface Tables {
  actions: ActionJobs;
  drafts: Drafts;
}

/** Id of the message that a waiting edit is of. */
export function editedId({ kind, args }: ActionJob): string | null {
  const { messageId } = args;
  return kind === 'edit' && typeof messageId === 'string' ? messageId : null;
}

/** In the caller's transaction. Answers whether words went. */
export function dropGone(
  ctx: StoreContext,
  { actions, drafts }: Tables,
  messageIds: ReadonlySet<string>,
): boolean {
  if (drafts.mayHoldAny) drafts.dropQuotes(messageIds);
  if (!actions.mayHoldAny) return false;
  actions.dropWishes(messageIds);
  const dropped = actions.all().filter((job) => messageIds.has(editedId(job) ?? ''));
  if (dropped.length === 0) return false;
  for (const { id } of dropped) actions.remove(id);
  const payloads = dropped.flatMap(({ args }) =>
    args['payload'] === undefined ? [] : [JSON.stringify(args['payload'])],
  );
  ctx.afterCommit(() => ctx.onContentErased?.({ by: 'gone', payloads }));
  return true;
}
