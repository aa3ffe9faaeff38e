/**
 * What the database is known not to hold while a batch is stored. Nearly all rows of a batch are new: asking once per
 * batch, and not once per row and table, is most of what makes storing fast. Only ever says "certainly not there".
 */
import type { StoreContext } from '../../context.ts';

export interface Absent {
  /** Looks the batch up; holds until `clear`. Call inside the transaction that stores it. */
  load(messages: readonly { messageId: string; clientMsgNo: string }[]): void;
  clear(): void;
  /** No row with this id. */
  message(messageId: string): boolean;
  /** No row, and no recall that names one, with this client_msg_no in any channel. */
  clientMsgNo(clientMsgNo: string): boolean;
  extra(messageId: string): boolean;
  /** No row that quotes it. */
  quoter(messageId: string): boolean;
  /** A row was written. */
  stored(row: { message_id: string; client_msg_no: string; quote_message_id: string | null }): void;
  extraStored(messageId: string, clientMsgNo: string): void;
}

/** Below this a look-up of its own costs more than it saves. */
const WORTHWHILE = 4;

export function createAbsent(ctx: StoreContext): Absent {
  const lookUp = (sql: string): ((names: ReadonlySet<string>) => Set<string>) => {
    const statement = ctx.db.prepare<[string], string>(sql).pluck();
    return (names) => {
      const absent = new Set(names);
      for (const found of statement.all(JSON.stringify([...names]))) absent.delete(found);
      return absent;
    };
  };
  // CROSS JOIN keeps the order: one index look-up per name.
  const messagesOf = lookUp(
    'SELECT m.message_id FROM json_each(?) j CROSS JOIN message m ON m.message_id = j.value',
  );
  const unusedNosOf = lookUp(
    `SELECT m.client_msg_no FROM json_each(?) j CROSS JOIN message m INDEXED BY message_by_client_no
     ON m.client_msg_no = j.value AND m.client_msg_no <> ''`,
  );
  const unnamedNosOf = lookUp(
    `SELECT e.client_msg_no FROM json_each(?) j CROSS JOIN message_extra e INDEXED BY message_extra_by_client_no
     ON e.client_msg_no = j.value AND e.client_msg_no <> ''`,
  );
  const extrasOf = lookUp(
    'SELECT e.message_id FROM json_each(?) j CROSS JOIN message_extra e ON e.message_id = j.value',
  );
  const quotersOf = lookUp(
    'SELECT m.quote_message_id FROM json_each(?) j CROSS JOIN message m ON m.quote_message_id = j.value',
  );

  const nothing: ReadonlySet<string> = new Set();
  let messages = new Set(nothing);
  let clientNos = new Set(nothing);
  let extras = new Set(nothing);
  let quoted = new Set(nothing);
  function clear(): void {
    if (messages.size > 0) messages = new Set();
    if (clientNos.size > 0) clientNos = new Set();
    if (extras.size > 0) extras = new Set();
    if (quoted.size > 0) quoted = new Set();
  }
  ctx.onRollback(clear);

  return {
    load(list) {
      clear();
      if (list.length < WORTHWHILE) return;
      const ids = new Set(list.map((message) => message.messageId));
      messages = messagesOf(ids);
      extras = extrasOf(ids);
      quoted = quotersOf(ids);
      clientNos = unnamedNosOf(unusedNosOf(new Set(list.map((message) => message.clientMsgNo))));
    },
    clear,
    message: (messageId) => messages.has(messageId),
    clientMsgNo: (clientMsgNo) => clientNos.has(clientMsgNo),
    extra: (messageId) => extras.has(messageId),
    quoter: (messageId) => quoted.has(messageId),
    stored(row) {
      messages.delete(row.message_id);
      clientNos.delete(row.client_msg_no);
      if (row.quote_message_id !== null) quoted.delete(row.quote_message_id);
    },
    extraStored(messageId, clientMsgNo) {
      extras.delete(messageId);
      if (clientMsgNo) clientNos.delete(clientMsgNo);
    },
  };
}
