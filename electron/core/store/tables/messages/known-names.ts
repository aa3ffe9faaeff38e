/** Which of many names (ids, client_msg_nos) a table holds, in one question. */
import type Database from 'better-sqlite3';

/** From here on UTF-16 and UTF-8 do not sort alike. */
const SORTS_OTHERWISE = /[\ud800-\uffff]/;

/** The first and the last of the names as SQLite sorts them; null = that is not known. */
function extentOf(names: ReadonlySet<string>): [string, string] | null {
  let [least = ''] = names;
  let most = least;
  for (const name of names) {
    if (SORTS_OTHERWISE.test(name)) return null;
    if (name < least) least = name;
    if (name > most) most = name;
  }
  return [least, most];
}

interface Where {
  /** Of an index that holds some rows only: its condition, as `AND …`. */
  partial?: string;
  /** What else has to hold, as `AND …`. */
  only?: string;
  /** The names are random: some row nearly always lies between them. */
  isSpread?: boolean;
}

/**
 * `from`: the table as `x`, with the index that leads to the column. Ids grow with time, and most tables name few
 * messages: of a new batch normally none lies between its first and its last name, and one look-up says so.
 */
export function knownNames(
  db: Database.Database,
  column: string,
  from: string,
  { partial = '', only = '', isSpread = false }: Where = {},
): (names: ReadonlySet<string>) => Set<string> {
  // CROSS JOIN keeps the order: one index look-up per name.
  const those = db
    .prepare<[string], string>(
      `SELECT x.${column} FROM json_each(?) j CROSS JOIN ${from} ON x.${column} = j.value ${partial} ${only}`,
    )
    .pluck();
  // Without `only`: it would read on until it finds one.
  const anyBetween = db.prepare<[string, string]>(
    `SELECT 1 FROM ${from} WHERE x.${column} >= ? AND x.${column} <= ? ${partial} LIMIT 1`,
  );
  return (names) => {
    const extent = isSpread ? null : extentOf(names);
    if (extent && !anyBetween.get(...extent)) return new Set();
    return new Set(those.all(JSON.stringify([...names])));
  };
}
