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

/** Sets of columns that have a statement of their own; a message changes in some ten ways. */
const MOST_STATEMENTS = 64;

/**
 * Writes of a row what differs, and answers whether anything did. SQLite writes every index anew that has a column
 * which is named, or one in its condition, changed or not: a recall would change a page more in the index of times.
 */
export function updateOf(db: Database.Database): (before: StoredMessage, next: MessageRow) => boolean {
  const statements = new Map<string, Database.Statement<[unknown[]]>>();
  return (before, next) => {
    const changed = MESSAGE_COLUMNS.filter((column) => before[column] !== next[column]);
    if (changed.length === 0) return false;
    const set = changed.map((column) => `${column} = ?`).join(', ');
    let statement = statements.get(set);
    if (!statement) {
      if (statements.size >= MOST_STATEMENTS) statements.clear();
      statement = db.prepare(`UPDATE message SET ${set} WHERE row = ?`);
      statements.set(set, statement);
    }
    statement.run([...changed.map((column) => next[column]), before.row]);
    return true;
  };
}
