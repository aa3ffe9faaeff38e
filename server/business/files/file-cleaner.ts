/**
 * Erases uploads that nothing uses: those no message names a week after they came (an outbox may hold its message for
 * days), and those whose messages have all expired. Messages are learned from the webhook, which may miss some; so the
 * IM server is asked before anything goes. A real WuKongIM cannot be asked: there nothing is erased.
 */
import type { ImApi } from '../im-client/im-api.ts';
import type { Db } from '../store/database.ts';
import type { FileStore } from './file-store.ts';

export const UNUSED_GRACE_MS = 7 * 24 * 3600 * 1000;
/** Files asked for at once; the IM server looks through all messages since the oldest of them. */
const BATCH = 100;
/** The two servers' clocks, and messages that were sent before their file was there. */
const CLOCKS_APART_MS = 24 * 3600 * 1000;
const LEAST_NAME = 12;

interface Candidate {
  path: string;
  created_at: number;
}

const UNUSED = `f.erased = 0 AND f.collectable = 1 AND f.path LIKE 'chat/%'
  AND NOT EXISTS (SELECT 1 FROM file_ref r WHERE r.path = f.path AND r.recalled = 0)
  AND (f.created_at <= ?1 OR EXISTS (
    SELECT 1 FROM file_ref r WHERE r.path = f.path AND r.from_uid = f.uid AND r.expires_at > 0))`;

export interface CleanerDeps {
  db: Db;
  im: ImApi;
  files: FileStore;
  now: () => number;
}

export class FileCleaner {
  readonly #deps: CleanerDeps;

  constructor(deps: CleanerDeps) {
    this.#deps = deps;
  }

  /** One round; answers how many files went. */
  async clean(): Promise<number> {
    const { db, files, now } = this.#deps;
    db.run(
      'UPDATE file_ref SET recalled = 1 WHERE recalled = 0 AND expires_at > 0 AND expires_at <= ?',
      Math.floor(now() / 1000),
    );
    const before = now() - UNUSED_GRACE_MS;
    const candidates = db.all<Candidate>(
      `SELECT f.path, f.created_at FROM stored_file f WHERE ${UNUSED} ORDER BY f.created_at LIMIT ${BATCH}`,
      before,
    );
    const named = candidates.length === 0 ? null : await this.#named(candidates);
    if (!named) return 0;
    let gone = 0;
    db.transaction(() => {
      for (const { path } of candidates) {
        if (named.has(path)) db.run('UPDATE stored_file SET collectable = 0 WHERE path = ?', path);
        else {
          // Again: a message may have come while the IM server was asked.
          const unused = db.get(`SELECT 1 FROM stored_file f WHERE ${UNUSED} AND f.path = ?2`, before, path);
          if (!unused) continue;
          files.markErased(path);
          gone += 1;
        }
      }
    });
    files.eraseMarked();
    return gone;
  }

  /** Those that stored messages name; null when the IM server cannot say. */
  async #named(candidates: readonly Candidate[]): Promise<Set<string> | null> {
    const byName = new Map(candidates.map((each) => [nameOf(each.path), each.path] as const));
    const since = Math.min(...candidates.map((each) => each.created_at));
    const found = await this.#deps.im.namedInMessages(Math.floor((since - CLOCKS_APART_MS) / 1000), [
      ...byName.keys(),
    ]);
    if (!found) return null;
    // One that is too short to be told from other text is kept.
    const kept = candidates.filter(
      ({ path }) =>
        nameOf(path).length < LEAST_NAME || byName.get(nameOf(path)) !== path || found.has(nameOf(path)),
    );
    return new Set(kept.map((each) => each.path));
  }
}

/** The longest part of the file's name that no encoding of an address changes. */
function nameOf(path: string): string {
  const parts = path.slice(path.lastIndexOf('/') + 1).split(/[^A-Za-z0-9_.-]/);
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}
