/** What is written in a composer and not sent. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { draftContract } from '../../../shared/ipc/contract/drafts.ts';
import { type CoreContext, requireWritable } from './core-context.ts';

export function draftHandlers(context: CoreContext): Handlers<typeof draftContract> {
  const { store, sync } = context;

  return {
    'drafts.get': ({ channel }) => store.outbox.draft(channel),

    'drafts.set'({ channel, draft }) {
      requireWritable(context);
      const before = store.outbox.draft(channel)?.text ?? '';
      store.outbox.setDraft(channel, draft);
      if (draft.text !== before) sync.drafts.changed(channel);
      return null;
    },
  };
}
