/** Beginnings of files in `media_file` (migration cache-028): what is needed to go on with one. */
import type { Database } from 'better-sqlite3';

/** The beginning of a file whose download ended before the file did. */
export interface LeftPart {
  file: string;
  /** Bytes that are here, from the first one on. */
  bytes: number;
  /** Hex, of these bytes. */
  sha256: string;
  /** What the server called the file (`ETag`, `Last-Modified`). */
  validator: string;
  /** Bytes of the whole file. */
  size: number;
}

/** SQL: the message that a file `f` is of, also when it is that of an entry. */
export const OWNER = "substr(f.message_id, 1, instr(f.message_id || '/', '/') - 1)";
/** Added to the number of a part: the beginning of one. */
export const LEFT = 2;
/** SQL: `f` is whole. */
export const WHOLE = `f.part < ${LEFT}`;

export interface LeftTable {
  /** `number`: of the part, as `media_file` has it. */
  get(id: string, number: number): LeftPart | null;
  /** All, or those of a chat, in the order in which something came of them last (`usedAt`: server ms). */
  all(channelNo: number | null): { file: string; bytes: number; usedAt: number }[];
  /** Ids that those of a chat stand under, in the same order. */
  ids(channelNo: number, number: number): string[];
  /** More of it is here. */
  grow(file: string, bytes: number, usedAt: number): void;
  write(about: Omit<LeftPart, 'bytes'>): void;
  /** It is whole: what was needed to go on is not any more. */
  end(file: string): void;
}

export function createLeftTable(db: Database): LeftTable {
  const setLeft = db.prepare<[{ file: string; bytes: number; used_at: number }]>(
    'UPDATE main.media_file SET bytes = @bytes, used_at = @used_at WHERE file = @file',
  );
  const writeLeft = db.prepare<[Omit<LeftPart, 'bytes'>]>(
    `INSERT INTO main.media_left (file, validator, size, sha256) VALUES (@file, @validator, @size, @sha256)
     ON CONFLICT (file) DO UPDATE SET validator = @validator, size = @size, sha256 = @sha256`,
  );
  const left = db.prepare<[string, number], LeftPart>(
    `SELECT f.file, f.bytes, l.sha256, l.validator, l.size
     FROM main.media_file f JOIN main.media_left l USING (file) WHERE f.message_id = ? AND f.part = ?`,
  );
  const endLeft = db.prepare<[string]>('DELETE FROM main.media_left WHERE file = ?');
  const everyLeft = db.prepare<
    [{ channelNo: number | null }],
    { file: string; bytes: number; usedAt: number }
  >(
    `SELECT f.file, f.bytes, f.used_at AS usedAt FROM main.media_file f WHERE NOT ${WHOLE}
     AND (@channelNo IS NULL OR EXISTS
       (SELECT 1 FROM main.message m WHERE m.message_id = ${OWNER} AND m.channel_no = @channelNo))
     ORDER BY f.used_at, f.file`,
  );
  const ids = db
    .prepare<[number, number], string>(
      `SELECT f.message_id FROM main.media_file f JOIN main.message m ON m.message_id = ${OWNER}
       WHERE f.part = ? AND m.channel_no = ? ORDER BY f.used_at, f.file`,
    )
    .pluck();
  return {
    ids: (channelNo, number) => ids.all(number, channelNo),
    get: (id, number) => left.get(id, number) ?? null,
    all: (channelNo) => everyLeft.all({ channelNo }),
    grow: (file, bytes, used_at) => void setLeft.run({ file, bytes, used_at }),
    write: (about) => void writeLeft.run(about),
    end: (file) => void endLeft.run(file),
  };
}
