/**
 * Once after an update: what older versions kept of other people's words in system lines and forwards goes, from rows,
 * edits and disk. The rows are derived anew, and what is derived now holds no such words (`withoutOthersWords`).
 */
import type { StoreContext } from '../store/context.ts';
import { isObject } from '../../../shared/json.ts';
import { withoutOthersWords } from '../store/tables/messages/payload.ts';
import type { Parts } from './parts.ts';

const STATE = 'othersWords';
/** Another one when `withoutOthersWords` keeps less than before. */
const VERSION = '1';

export function tidyAtStart(
  ctx: StoreContext,
  { messages, onErased, state }: Pick<Parts, 'messages' | 'onErased' | 'state'>,
): void {
  if (state.get(STATE) === VERSION) return;
  const rows = ctx.db
    .prepare<[], string>(
      `SELECT message_id FROM message
       WHERE payload IS NOT NULL AND (type = 11 OR type >= 1000 AND type <= 2000)`,
    )
    .pluck()
    .all();
  const edits = ctx.db
    .prepare<[], { message_id: string; edit: string }>(
      'SELECT message_id, edit FROM message_extra WHERE edit IS NOT NULL',
    )
    .all();
  const setEdit = ctx.db.prepare<[string, string]>('UPDATE message_extra SET edit = ? WHERE message_id = ?');
  ctx.write(() => {
    let changed = false;
    for (const { message_id: messageId, edit } of edits) {
      const parsed: unknown = JSON.parse(edit);
      const kept = JSON.stringify(isObject(parsed) ? withoutOthersWords(parsed) : parsed);
      if (kept === edit) continue;
      setEdit.run(kept, messageId);
      messages.refresh(messageId);
      changed = true;
    }
    for (const messageId of rows) changed = messages.refresh(messageId)?.changed === true || changed;
    state.set(STATE, VERSION);
    if (changed) onErased();
  });
}
