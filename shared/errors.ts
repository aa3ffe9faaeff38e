/** What was thrown, in words: for logs and for the sentence of a failure. */

/** What went wrong, in one line. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The same with the places in the code, where there are any: for faults that nobody expected. */
export function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

/** The kind of error alone: where the message could repeat what a user wrote. */
export function errorName(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : 'unknown error';
}

/** `ENOENT`, `SQLITE_FULL` …: the code that Node and SQLite give their errors; '' when there is none. */
export function errorCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
