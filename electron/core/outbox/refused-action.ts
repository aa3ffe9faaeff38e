/** What the page is told of an edit, a pin or a deletion that the server refused. */
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import { cutText } from '../../../shared/text-cut.ts';
import type { Store } from '../account-store/store-api.ts';
import type { ActionJob } from '../store/jobs.ts';

/** null: of other actions nobody is told. */
export function refusedAction(
  store: Pick<Store, 'messages'>,
  job: ActionJob,
  message: string,
): CoreDelta | null {
  const { kind, channel } = job;
  if (kind !== 'edit' && kind !== 'react' && kind !== 'pin' && kind !== 'unpinAll' && kind !== 'deleteForMe')
    return null;
  const messageId = job.args['messageId'];
  const key = typeof messageId === 'string' ? (store.messages.byId(messageId)?.key ?? null) : null;
  return { kind: 'actionRefused', action: kind, channel, key, message: cutText(message, 500) };
}
