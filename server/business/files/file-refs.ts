/**
 * Which messages use which uploaded file, so that a file goes with the recall of the last message that used it. Paths
 * only, no content. Messages are learned from the webhook and from the recall itself.
 */
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { Db } from '../store/database.ts';
import type { FileStore } from './file-store.ts';

const PREVIEW = /(?:^|[/\s])file\/preview\/([^?#\s]+)/g;
/** More is no message of a client. */
const MAX_PATHS = 50;

/** Object paths a payload names anywhere but in its quote: a quote shows a message, it is no use of its file. */
export function filePathsOf(payload: JsonObject): string[] {
  const paths = new Set<string>();
  const visit = (value: unknown): void => {
    if (paths.size >= MAX_PATHS) return;
    if (typeof value === 'string') {
      for (const [, path] of value.matchAll(PREVIEW)) {
        if (path !== undefined && paths.size < MAX_PATHS) paths.add(decoded(path));
      }
    } else if (Array.isArray(value)) value.forEach(visit);
    else if (isObject(value)) {
      for (const [name, inner] of Object.entries(value)) if (name !== 'reply') visit(inner);
    }
  };
  visit(payload);
  return [...paths];
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export class FileRefs {
  readonly #db: Db;
  readonly #files: FileStore;

  constructor(db: Db, files: FileStore) {
    this.#db = db;
    this.#files = files;
  }

  /** A message that uses these files, until `expiresAt` (s; 0 for ever). */
  add(message: { messageId: string; fromUid: string }, payload: JsonObject, expiresAt = 0): void {
    for (const path of filePathsOf(payload)) {
      this.#db.run(
        'INSERT OR IGNORE INTO file_ref(path, message_id, from_uid, expires_at) VALUES (?, ?, ?, ?)',
        path,
        message.messageId,
        message.fromUid,
        expiresAt,
      );
    }
  }

  /** An edited message uses these files as well, for as long as what it named before. */
  edited(message: { messageId: string; fromUid: string }, payload: JsonObject): void {
    const before = this.#db.get<{ expires_at: number }>(
      'SELECT expires_at FROM file_ref WHERE message_id = ? LIMIT 1',
      message.messageId,
    );
    this.add(message, payload, before?.expires_at ?? 0);
  }

  /**
   * The message was recalled. Marks as erased, in the caller's transaction, every file that no other message uses and
   * that its uploader has used in a message himself (nobody can take away a file by naming it and recalling that).
   * `eraseMarked` of the store does the rest.
   * A sticker that its uploader made of a file of his own stays while he has it in his collection: it was there before
   * the message was.
   */
  recalled(messageId: string): void {
    this.#db.run('UPDATE file_ref SET recalled = 1 WHERE message_id = ?', messageId);
    this.#stickersOf(messageId);
    const paths = this.#db.all<{ path: string }>(
      `SELECT r.path FROM file_ref r JOIN stored_file f ON f.path = r.path WHERE r.message_id = ?
       AND NOT EXISTS (SELECT 1 FROM file_ref o WHERE o.path = r.path AND o.recalled = 0)
       AND EXISTS (SELECT 1 FROM file_ref o WHERE o.path = r.path AND o.from_uid = f.uid)
       AND NOT (r.path LIKE 'sticker/%'
                AND EXISTS (SELECT 1 FROM sticker s WHERE s.object = r.path AND s.uid = f.uid))`,
      messageId,
    );
    for (const { path } of paths) this.#files.markErased(path);
  }

  /** What people made stickers of leaves their collections, and the store unless a message has it. */
  #stickersOf(messageId: string): void {
    const made = `path >= 'sticker/' AND path < 'sticker0' AND path LIKE '%/' || ? || '-%'`;
    const paths = this.#db.all<{ path: string }>(
      `SELECT path FROM stored_file WHERE erased = 0 AND ${made}`,
      messageId,
    );
    for (const { path } of paths) {
      this.#db.run('DELETE FROM sticker WHERE object = ?', path);
      const used = this.#db.get('SELECT 1 FROM file_ref WHERE path = ? AND recalled = 0', path);
      if (used === undefined) this.#files.markErased(path);
    }
  }

  /** The uploader takes back what no message uses; false when it is not his or in use. */
  discard(path: string, uid: string): boolean {
    const unused = this.#db.get(
      `SELECT 1 FROM stored_file f WHERE f.path = ? AND f.uid = ? AND (f.path LIKE 'chat/%' OR f.path LIKE 'sticker/%')
       AND NOT EXISTS (SELECT 1 FROM file_ref r WHERE r.path = f.path AND r.recalled = 0)`,
      path,
      uid,
    );
    if (unused === undefined) return false;
    this.#files.markErased(path);
    return true;
  }
}
