/** What the server reads in a payload; everything else of it is the clients' business. */
import { isObject } from '../../shared/json.ts';

const CMD = 99;
const SYSTEM_FIRST = 1000;
const SYSTEM_LAST = 2000;

/** The payload as an object, or null when it is none. */
function objectOf(payload: Buffer): Record<string, unknown> | null {
  try {
    // Some decoders take a byte order mark off.
    const value: unknown = JSON.parse(payload.toString('utf8').replace(/^\ufeff/, ''));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * Whether the payload speaks as the system: a command (99), a recall notice (1006) or another system line (1000 to
 * 2000, wukongim.md F). Those come from the business server over the HTTP API; a client that sends one is lying to the
 * others. A real WuKongIM takes them.
 */
export function speaksAsSystem(payload: Buffer): boolean {
  const written = objectOf(payload)?.['type'];
  // As JavaScript compares: a client that asks whether "2000" or [2000] lies between 1000 and 2000 hears yes.
  const type = typeof written === 'string' || Array.isArray(written) ? Number(written) : written;
  return typeof type === 'number' && (type === CMD || (type >= SYSTEM_FIRST && type <= SYSTEM_LAST));
}

/** Those the payload's `visibles` names, or null when everybody may see it (tsdd-api.md 5.2, 6.1). */
export function visibleTo(payload: Buffer): ReadonlySet<string> | null {
  // Most payloads have none; the name can only be written otherwise with an escape.
  if (!payload.includes('visibles') && !payload.includes('\\u')) return null;
  const visibles = objectOf(payload)?.['visibles'];
  if (!Array.isArray(visibles) || visibles.length === 0) return null;
  const uids = visibles.filter((uid) => typeof uid === 'string');
  // A list with anything else in it is no list of users: history shows such a message to everybody as well.
  return uids.length === visibles.length ? new Set(uids) : null;
}
