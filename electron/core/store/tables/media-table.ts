/**
 * Which file in the folder `media` belongs to which message, and which files are to be erased (migrations cache-005 and
 * outbox-003: triggers fill both lists). A row exists only as long as its message has the content it was loaded for.
 */
import type { StoreContext } from '../context.ts';
import type { Attachment } from '../jobs.ts';
import { createLeftTable, LEFT, type LeftPart, OWNER, WHOLE } from './media-left-table.ts';

/** A file in the folder `media` of the account. */
export interface MediaFile {
  /** Its name there: random. */
  file: string;
  /** Checked image type, '' = not an image. */
  mime: string;
  bytes: number;
}

/** Names of files that belong to nothing any more, by folder: to be erased from disk. */
export interface ErasedFiles {
  media: string[];
  attachments: string[];
}

/** What a message sends, and the picture that shows what that is. */
export type MediaPart = 'file' | 'cover';

export interface MediaTable {
  ofMessage(id: string, part?: MediaPart): MediaFile | null;
  /**
   * Takes a file in for a message, or under an id of its own (message id, `/`, path) for an entry of one; false when
   * the message has no content (any more): the file has no place here.
   */
  add(id: string, file: MediaFile, as?: { part?: MediaPart | undefined; ofMessage?: string }): boolean;
  /**
   * Takes the beginning of a file in, or writes down how much more of it came; false as `add`. Where the whole file is
   * taken in under the same name, that takes its place.
   */
  keepPart(id: string, left: LeftPart, as?: { part?: MediaPart | undefined; ofMessage?: string }): boolean;
  leftPart(id: string, part?: MediaPart): LeftPart | null;
  /** All, or those of a chat, in the order in which something came of them last (`usedAt`: server ms). */
  leftParts(channelNo?: number | null): { file: string; bytes: number; usedAt: number }[];
  /** Ids of those of a chat that are no covers. */
  begun(channelNo: number): string[];
  /** The staged files of an own message that has just been stored become the message's files. */
  adopt(messageId: string, attachment: Attachment): void;
  /** It was used now. */
  touch(messageId: string, part?: MediaPart): void;
  /** All that are whole, least recently used first. */
  all(): MediaFile[];
  usage(): { files: number; bytes: number };
  /** Of those that may go: what a limit is about. */
  bytesThatMayGo(): number;
  /**
   * Those that may go, least recently used first: not of favourites. `usedBefore`: only those last used before this
   * time (server ms); `channelNo`: only of this chat.
   */
  mayGo(query: { limit: number; usedBefore?: number; channelNo?: number | null }): MediaFile[];
  /** How much of it each chat has, the largest first. */
  byChannel(): MediaOfChannel[];
  /** Nothing was used later than now (server ms): a clock that was ahead would keep it for as long. */
  usedByNow(nowMs: number): void;
  drop(files: readonly string[]): void;
  /** The files of these messages are given up. */
  forget(messageIds: readonly string[]): void;
  /** The files of a whole channel: it was taken out of the list. */
  forgetChannel(channelNo: number): void;
  erased(): ErasedFiles;
  forgetErased(files: ErasedFiles): void;
}

export interface MediaOfChannel {
  channelNo: number;
  files: number;
  bytes: number;
  /** Of them of images. */
  imageBytes: number;
  /** Of them of favourites, which stay. */
  keptFiles: number;
  keptBytes: number;
}

interface Row {
  message_id: string;
  part: number;
  file: string;
  mime: string;
  bytes: number;
  used_at: number;
}

/** As column `part` has it. */
const NUMBERS: Readonly<Record<MediaPart, number>> = { file: 0, cover: 1 };

const toFile = ({ file, mime, bytes }: Row): MediaFile => ({ file, mime, bytes });

export function createMediaTable(ctx: StoreContext): MediaTable {
  const { db } = ctx;
  const byMessage = db.prepare<[string, number], Row>(
    'SELECT * FROM main.media_file WHERE message_id = ? AND part = ?',
  );
  const insert = db.prepare<[Row & { of_message: string }]>(
    `INSERT INTO main.media_file (message_id, part, file, mime, bytes, used_at)
     SELECT @message_id, @part, @file, @mime, @bytes, @used_at
     WHERE EXISTS (SELECT 1 FROM main.message WHERE message_id = @of_message AND payload IS NOT NULL AND recalled = 0)`,
  );
  const remove = db.prepare<[string]>('DELETE FROM main.media_file WHERE message_id = ?');
  const removePart = db.prepare<[string, number]>(
    'DELETE FROM main.media_file WHERE message_id = ? AND part = ?',
  );
  const removeChannel = db.prepare<[number]>(
    `DELETE FROM main.media_file WHERE message_id IN
     (SELECT f.message_id FROM main.media_file f JOIN main.message m ON m.message_id = ${OWNER} WHERE m.channel_no = ?)`,
  );
  const removeFile = db.prepare<[string]>('DELETE FROM main.media_file WHERE file = ?');
  const setUsed = db.prepare<[number, string, number]>(
    'UPDATE main.media_file SET used_at = ? WHERE message_id = ? AND part = ?',
  );
  const usedByNow = db.prepare<[{ now: number }]>(
    'UPDATE main.media_file SET used_at = @now WHERE used_at > @now',
  );
  const every = db.prepare<[], Row>(`SELECT * FROM main.media_file f WHERE ${WHOLE} ORDER BY used_at, file`);
  const usage = db.prepare<[], { files: number; bytes: number }>(
    'SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes FROM main.media_file',
  );
  const FAVOURITE = `EXISTS (SELECT 1 FROM outbox.bookmark b
    WHERE b.kind = 'favourite' AND b.message_id = ${OWNER})`;
  const bytesThatMayGo = db
    .prepare<[], number>(
      `SELECT coalesce(sum(f.bytes), 0) FROM main.media_file f WHERE ${WHOLE} AND NOT ${FAVOURITE}`,
    )
    .pluck();
  const mayGo = db.prepare<[{ usedBefore: number; channelNo: number | null; limit: number }], Row>(
    `SELECT f.* FROM main.media_file f WHERE ${WHOLE} AND f.used_at < @usedBefore AND NOT ${FAVOURITE}
     AND (@channelNo IS NULL OR EXISTS
       (SELECT 1 FROM main.message m WHERE m.message_id = ${OWNER} AND m.channel_no = @channelNo))
     ORDER BY f.used_at, f.file LIMIT @limit`,
  );
  const byChannel = db.prepare<[], MediaOfChannel>(
    `SELECT channel_no AS channelNo, count(*) AS files, sum(bytes) AS bytes, sum(bytes * image) AS imageBytes,
       sum(kept) AS keptFiles, sum(bytes * kept) AS keptBytes
     FROM (SELECT m.channel_no, f.bytes, (m.type IN (2, 3, 6, 12, 13) OR f.part IN (1, 3)) AS image, ${FAVOURITE} AS kept
       FROM main.media_file f JOIN main.message m ON m.message_id = ${OWNER})
     GROUP BY channel_no ORDER BY bytes DESC, channel_no`,
  );
  const mediaGone = db.prepare<[], string>('SELECT file FROM main.media_gone').pluck();
  const attachmentGone = db.prepare<[], string>('SELECT file FROM outbox.attachment_gone').pluck();
  const forgetMedia = db.prepare<[string]>('DELETE FROM main.media_gone WHERE file = ?');
  const forgetAttachment = db.prepare<[string]>('DELETE FROM outbox.attachment_gone WHERE file = ?');

  const left = createLeftTable(db);
  const becomeWhole = db.prepare<[Row]>(
    `UPDATE main.media_file SET part = @part, mime = @mime, bytes = @bytes, used_at = @used_at
     WHERE message_id = @message_id AND part = @part + ${LEFT} AND file = @file`,
  );
  function add(
    id: string,
    file: MediaFile,
    { part = 'file', ofMessage = id }: { part?: MediaPart | undefined; ofMessage?: string } = {},
  ): boolean {
    const number = NUMBERS[part];
    removePart.run(id, number);
    const row = { message_id: id, part: number, ...file, used_at: Math.trunc(ctx.serverNow()) };
    // Its beginning is not given up: it is this file. (Any other is.)
    const grew = becomeWhole.run(row).changes === 1;
    if (grew) left.end(file.file);
    removePart.run(id, number + LEFT);
    return grew || insert.run({ ...row, of_message: ofMessage }).changes === 1;
  }

  function keepPart(
    id: string,
    { bytes, ...about }: LeftPart,
    { part = 'file', ofMessage = id }: { part?: MediaPart | undefined; ofMessage?: string } = {},
  ): boolean {
    const number = NUMBERS[part] + LEFT;
    const { file } = about;
    const used_at = Math.trunc(ctx.serverNow());
    const before = left.get(id, number);
    if (before?.file === file) left.grow(file, bytes, used_at);
    else {
      removePart.run(id, number);
      const row = { message_id: id, of_message: ofMessage, part: number, file, mime: '', bytes, used_at };
      if (insert.run(row).changes === 0) return false;
    }
    left.write(about);
    return true;
  }

  function adopt(messageId: string, { file, mime, size, cover }: Attachment, part: MediaPart): void {
    if (!byMessage.get(messageId, NUMBERS[part])) add(messageId, { file, mime, bytes: size }, { part });
    if (cover) adopt(messageId, cover, 'cover');
  }

  return {
    ofMessage(messageId, part = 'file') {
      const row = byMessage.get(messageId, NUMBERS[part]);
      return row ? toFile(row) : null;
    },
    add,
    keepPart,
    leftPart: (id, part = 'file') => left.get(id, NUMBERS[part] + LEFT),
    leftParts: (channelNo = null) => left.all(channelNo),
    begun: (channelNo) => left.ids(channelNo, NUMBERS.file + LEFT),
    adopt: (messageId, attachment) => adopt(messageId, attachment, 'file'),
    touch: (messageId, part = 'file') =>
      void setUsed.run(Math.trunc(ctx.serverNow()), messageId, NUMBERS[part]),
    all: () => every.all().map(toFile),
    usage: () => usage.get() ?? { files: 0, bytes: 0 },
    bytesThatMayGo: () => bytesThatMayGo.get() ?? 0,
    usedByNow: (nowMs) => void usedByNow.run({ now: Math.trunc(nowMs) }),
    mayGo: ({ limit, usedBefore = Number.MAX_SAFE_INTEGER, channelNo = null }) =>
      mayGo.all({ limit, usedBefore, channelNo }).map(toFile),
    byChannel: () => byChannel.all(),
    drop(files) {
      for (const file of files) removeFile.run(file);
    },
    forget(messageIds) {
      for (const messageId of messageIds) remove.run(messageId);
    },
    forgetChannel: (channelNo) => void removeChannel.run(channelNo),
    erased: () => ({ media: mediaGone.all(), attachments: attachmentGone.all() }),
    forgetErased({ media, attachments }) {
      for (const file of media) forgetMedia.run(file);
      for (const file of attachments) forgetAttachment.run(file);
    },
  };
}
