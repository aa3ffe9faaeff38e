/** One statement of a pool, waited for no longer than a page may wait. */
import type { Pool, ResultSetHeader, RowDataPacket } from 'mysql2/promise';

/** A look-up slower than this is none: the page must not wait for it. */
const QUERY_TIMEOUT_MS = 3_000;

/**
 * The driver's own time does not count the wait for a connection while all of them hang. What is late may be done all
 * the same. @throws Error of the driver, or that there was no answer in time
 */
export async function inTime<T extends RowDataPacket[] | ResultSetHeader>(
  pool: Pool,
  sql: string,
  values: readonly (string | number)[],
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the database did not answer in time')), QUERY_TIMEOUT_MS);
  const asked = pool.execute<T>({ sql, timeout: QUERY_TIMEOUT_MS }, [...values]);
  try {
    const [result] = await Promise.race([asked, late]);
    return result;
  } finally {
    clearTimeout(timer);
    // Nobody hears any more of what comes too late.
    asked.catch(() => undefined);
  }
}
