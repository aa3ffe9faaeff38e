/** New rows of the table `message`, and changed ones. */
import type Database from 'better-sqlite3';
import { MESSAGE_COLUMNS, type Column, type MessageRow, type StoredMessage } from './message-row.ts';

/** What nearly every new row has in these columns: written into the statement, half of the values need no binding. */
const PLAIN: Partial<MessageRow> = {
  expires_at: 0,
  flame: null,
  stream: null,
  stream_seq: 0,
  album: null,
  voice_played: 0,
  deleted: 0,
  hidden: 0,
  copy: 0,
  shown: 1,
  recalled: 0,
  revoker: null,
  revoker_role: null,
  quote_message_id: null,
  shared_kind: 0,
  edited: 0,
  mention: 0,
  read_count: null,
};
const PLAIN_COLUMNS = Object.keys(PLAIN) as readonly Column[];
const PLAIN_VALUES = PLAIN_COLUMNS.map((column) => PLAIN[column]);
const OTHER_COLUMNS = MESSAGE_COLUMNS.filter((column) => !(column in PLAIN));

/** Answers the number of the new row. */
export function insertOf(db: Database.Database): (row: MessageRow) => number {
  const into = (columns: readonly Column[], values: readonly string[]): Database.Statement<unknown[]> =>
    db.prepare(`INSERT INTO message (${columns.join(', ')}) VALUES (${values.join(', ')})`);
  const any = into(
    MESSAGE_COLUMNS,
    MESSAGE_COLUMNS.map(() => '?'),
  );
  const plain = into(
    [...OTHER_COLUMNS, ...PLAIN_COLUMNS],
    [...OTHER_COLUMNS.map(() => '?'), ...PLAIN_COLUMNS.map((column) => String(PLAIN[column]))],
  );
  return (row) => {
    const isPlain = PLAIN_COLUMNS.every((column, at) => row[column] === PLAIN_VALUES[at]);
    const [statement, columns] = isPlain ? [plain, OTHER_COLUMNS] : [any, MESSAGE_COLUMNS];
    return Number(statement.run(...columns.map((column) => row[column])).lastInsertRowid);
  };
}

export function updateOf(db: Database.Database, columns: readonly Column[]): (row: StoredMessage) => void {
  const statement = db.prepare<[unknown[]]>(
    `UPDATE message SET ${columns.map((c) => `${c} = ?`).join(', ')} WHERE row = ?`,
  );
  return (row) => void statement.run([...columns.map((c) => row[c]), row.row]);
}
