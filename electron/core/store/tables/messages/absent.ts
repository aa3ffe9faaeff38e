/**
 * What the database is known not to hold while a batch is stored. Nearly all rows of a batch are new: asking once per
 * batch, and not once per row and table, is most of what makes storing fast. Only ever says "certainly not there".
 */
import type { StoreContext } from '../../context.ts';
import { knownNames } from './known-names.ts';

export interface Absent {
  /** Looks the batch up; holds until `clear`. Call inside the transaction that stores it. */
  load(messages: readonly { messageId: string; clientMsgNo: string }[]): void;
  /** The same of messages that are probably stored: what there is beside them. */
  loadBeside(messageIds: readonly string[]): void;
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
  const { db } = ctx;
  const messagesOf = knownNames(db, 'message_id', 'message x');
  const partial = "AND x.client_msg_no <> ''";
  const usedNosOf = knownNames(db, 'client_msg_no', 'message x INDEXED BY message_by_client_no', {
    partial,
    isSpread: true,
  });
  const namedNosOf = knownNames(
    db,
    'client_msg_no',
    'message_extra x INDEXED BY message_extra_by_client_no',
    { partial },
  );
  const extrasOf = knownNames(db, 'message_id', 'message_extra x');
  const quotedOf = knownNames(db, 'quote_message_id', 'message x');

  /** Looked up: as messages, and for what is beside them. */
  let ids: ReadonlySet<string> = new Set();
  let beside: ReadonlySet<string> = new Set();
  let clientNos: ReadonlySet<string> = new Set();
  /** Of them: what is there, or came since. */
  let messages = new Set<string>();
  let usedNos = new Set<string>();
  let extras = new Set<string>();
  let quoted = new Set<string>();
  function clear(): void {
    if (beside.size === 0) return;
    ids = new Set();
    beside = new Set();
    clientNos = new Set();
    for (const known of [messages, usedNos, extras, quoted]) known.clear();
  }
  function lookBeside(messageIds: ReadonlySet<string>): void {
    extras = extrasOf(messageIds);
    quoted = quotedOf(messageIds);
    beside = messageIds;
  }
  ctx.onRollback(clear);

  return {
    load(list) {
      clear();
      if (list.length < WORTHWHILE) return;
      const nos = new Set(list.map((message) => message.clientMsgNo));
      const named = new Set(list.map((message) => message.messageId));
      messages = messagesOf(named);
      usedNos = usedNosOf(nos);
      for (const no of namedNosOf(nos)) usedNos.add(no);
      lookBeside(named);
      ids = named;
      clientNos = nos;
    },
    loadBeside(messageIds) {
      clear();
      if (messageIds.length >= WORTHWHILE) lookBeside(new Set(messageIds));
    },
    clear,
    message: (messageId) => ids.has(messageId) && !messages.has(messageId),
    clientMsgNo: (clientMsgNo) => clientNos.has(clientMsgNo) && !usedNos.has(clientMsgNo),
    extra: (messageId) => beside.has(messageId) && !extras.has(messageId),
    quoter: (messageId) => beside.has(messageId) && !quoted.has(messageId),
    stored(row) {
      if (beside.size === 0) return;
      messages.add(row.message_id);
      usedNos.add(row.client_msg_no);
      if (row.quote_message_id !== null) quoted.add(row.quote_message_id);
    },
    extraStored(messageId, clientMsgNo) {
      if (beside.size === 0) return;
      extras.add(messageId);
      if (clientMsgNo) usedNos.add(clientMsgNo);
    },
  };
}
