/**
 * Once after an update: what older versions kept of other people's words in system lines, quotes and forwards goes,
 * from rows, edits and disk, and so do edits of messages that are not cached. The rows are derived anew, and what is
 * derived now holds no such words (`withoutOthersWords`).
 */
import type { StoreContext } from '../store/context.ts';
import { MAY_HOLD_OTHERS } from '../store/tables/messages/payload.ts';
import type { Parts } from './parts.ts';

const STATE = 'othersWords';
/** Another one when less is kept than before. */
const VERSION = '5';

export function tidyAtStart(
  ctx: StoreContext,
  {
    extras,
    forwarded,
    messages,
    onErased,
    state,
  }: Pick<Parts, 'extras' | 'forwarded' | 'messages' | 'onErased' | 'state'>,
): void {
  if (state.get(STATE) === VERSION) return;
  const rows = ctx.db
    .prepare<[], string>(`SELECT message_id FROM message WHERE ${MAY_HOLD_OTHERS}`)
    .pluck()
    .all();
  const edits = ctx.db
    .prepare<[], string>('SELECT message_id FROM message_extra WHERE edit IS NOT NULL')
    .pluck()
    .all();
  ctx.write(() => {
    let changed = extras.dropUnknownEdits();
    for (const messageId of edits) {
      if (!extras.tidyEdit(messageId)) continue;
      messages.refresh(messageId);
      changed = true;
    }
    // (An older version did not note what they hold.)
    forwarded.noteAll();
    for (const messageId of rows) changed = messages.refresh(messageId)?.changed === true || changed;
    state.set(STATE, VERSION);
    if (changed) onErased();
  });
}
