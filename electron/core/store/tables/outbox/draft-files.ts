/**
 * `draft_file`: images and files that were picked for a message and not sent, in the order in which they were. Every
 * call that writes runs in the caller's transaction.
 */
import type Database from 'better-sqlite3';
import {
  channelKey,
  type ChannelRef,
  DRAFT_FILE_KINDS,
  type DraftFileKind,
} from '../../../../../shared/domain.ts';
import type { StoreContext } from '../../context.ts';
import type { Attachment } from '../../jobs.ts';
import { channelOf, type ChannelColumns } from './job-columns.ts';
import { Mirror } from './mirror.ts';

/** A file of a draft; `attachment.mime` is '' for what is sent as a file. */
export interface DraftFile {
  channel: ChannelRef;
  attachment: Attachment;
  /** As the user's computer named it. */
  name: string;
  /** Px; 0 for files. */
  width: number;
  height: number;
  /** Of a video. */
  seconds: number;
}

/** What it is sent as. */
export const draftFileKind = (mime: string): DraftFileKind =>
  mime === '' ? 'file' : mime.startsWith('video/') ? 'video' : 'image';

interface Row extends ChannelColumns {
  id: number;
  file: string;
  name: string;
  size: number;
  mime: string;
  extension: string;
  width: number;
  height: number;
  /** JSON of an `Attachment`. */
  cover: string | null;
  seconds: number;
}

const toFile = (row: Row): DraftFile => ({
  channel: channelOf(row),
  attachment: {
    file: row.file,
    mime: row.mime,
    size: row.size,
    extension: row.extension,
    ...(row.cover === null ? {} : { cover: JSON.parse(row.cover) as Attachment }),
  },
  name: row.name,
  width: row.width,
  height: row.height,
  seconds: row.seconds,
});

export class DraftFiles {
  readonly #ctx: StoreContext;
  readonly #sql: ReturnType<typeof statements>;
  /** By channel key; most accounts have none. */
  readonly #kinds: Mirror<Map<string, DraftFileKind[]>>;

  constructor(ctx: StoreContext) {
    this.#ctx = ctx;
    this.#sql = statements(ctx.db);
    this.#kinds = new Mirror(ctx, () => kindsOf(this.#sql.all.all()));
  }

  of(channel: ChannelRef): DraftFile[] {
    return this.#sql.inChannel.all(channel.channelId, channel.channelType).map(toFile);
  }

  /** Oldest first. */
  all(): DraftFile[] {
    return this.#sql.all.all().map(toFile);
  }

  byFile(file: string): DraftFile | null {
    const row = this.#sql.byFile.get(file);
    return row ? toFile(row) : null;
  }

  /** What the line of a conversation says of its draft. */
  kinds(key: string): DraftFileKind[] | undefined {
    return this.#kinds.value.get(key);
  }

  add(file: DraftFile): void {
    this.#insert(file, null);
  }

  /** In the place of one that ends. Of one that is not there: as `add`. */
  replace(before: string, file: DraftFile): void {
    const place = this.#sql.byFile.get(before)?.id ?? null;
    this.remove([before]);
    this.#insert(file, place);
  }

  #insert({ channel, attachment, name, width, height, seconds }: DraftFile, id: number | null): void {
    const { cover, file, mime, size, extension } = attachment;
    this.#sql.insert.run({
      id,
      channel_type: channel.channelType,
      channel_id: channel.channelId,
      file,
      name,
      size,
      mime,
      extension,
      width,
      height,
      cover: cover ? JSON.stringify(cover) : null,
      seconds,
    });
    this.#changed(channel);
  }

  /** They are sent, or dropped: their files go, unless a job has them. */
  remove(files: readonly string[]): void {
    for (const file of files) {
      const row = this.#sql.byFile.get(file);
      if (!row) continue;
      this.#sql.remove.run(file);
      this.#changed(channelOf(row));
    }
  }

  #changed(channel: ChannelRef): void {
    this.#kinds.forget();
    this.#ctx.changes.conversation(channel);
  }
}

function kindsOf(rows: readonly Row[]): Map<string, DraftFileKind[]> {
  const kinds = Map.groupBy(rows, (row) => channelKey(channelOf(row)));
  return new Map(
    [...kinds].map(([key, of]) => {
      const there = new Set(of.map(({ mime }) => draftFileKind(mime)));
      return [key, DRAFT_FILE_KINDS.filter((kind) => there.has(kind))];
    }),
  );
}

function statements(db: Database.Database) {
  return {
    all: db.prepare<[], Row>('SELECT * FROM outbox.draft_file ORDER BY id'),
    inChannel: db.prepare<[string, number], Row>(
      'SELECT * FROM outbox.draft_file WHERE channel_id = ? AND channel_type = ? ORDER BY id',
    ),
    byFile: db.prepare<[string], Row>('SELECT * FROM outbox.draft_file WHERE file = ?'),
    insert: db.prepare<[Omit<Row, 'id'> & { id: number | null }]>(
      `INSERT INTO outbox.draft_file (id, channel_type, channel_id, file, name, size, mime, extension, width, height,
         cover, seconds)
       VALUES (@id, @channel_type, @channel_id, @file, @name, @size, @mime, @extension, @width, @height, @cover,
         @seconds)`,
    ),
    remove: db.prepare<[string]>('DELETE FROM outbox.draft_file WHERE file = ?'),
  };
}
