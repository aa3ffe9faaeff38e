/** What is written in a composer and not sent. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { DraftContent, draftContract } from '../../../shared/ipc/contract/drafts.ts';
import { MAX_DRAFT_LENGTH } from '../../../shared/ipc/contract/limits.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { type CoreContext, requireWritable } from './core-context.ts';

const EMPTY: DraftContent = {
  text: '',
  mention: { all: false, uids: [] },
  mentionNames: {},
  replyToMessageId: null,
};

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

    'drafts.append'({ channel, text }) {
      requireWritable(context);
      const written = store.outbox.draft(channel) ?? EMPTY;
      const both = written.text === '' ? text : `${written.text}\n${text}`;
      if (both.length > MAX_DRAFT_LENGTH)
        throw new CodedError('badArgument', 'the draft and these words are too long together', 'text');
      store.outbox.setDraft(channel, { ...written, text: both });
      sync.drafts.changed(channel);
      // A composer that stands in a page would not know of them, and write over them.
      context.push({ kind: 'draft', channel });
      return null;
    },
  };
}
