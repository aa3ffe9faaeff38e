/**
 * `draft_file`: images and files that were picked for a message and not sent, in the order in which they were. Every
 * call that writes runs in the caller's transaction.
 */
import type Database from 'better-sqlite3';
import { channelKey, type ChannelRef } from '../../../../../shared/domain.ts';
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
}

/** What the line of a conversation says of its draft. */
export type DraftFileKinds = 'image' | 'file' | 'both';

interface Row extends ChannelColumns {
  id: number;
  file: string;
  name: string;
  size: number;
  mime: string;
  extension: string;
  width: number;
  height: number;
}

const toFile = (row: Row): DraftFile => ({
  channel: channelOf(row),
  attachment: { file: row.file, mime: row.mime, size: row.size, extension: row.extension },
  name: row.name,
  width: row.width,
  height: row.height,
});

export class DraftFiles {
  readonly #ctx: StoreContext;
  readonly #sql: ReturnType<typeof statements>;
  /** By channel key; most accounts have none. */
  readonly #kinds: Mirror<Map<string, DraftFileKinds>>;

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

  kinds(key: string): DraftFileKinds | undefined {
    return this.#kinds.value.get(key);
  }

  add({ channel, attachment, name, width, height }: DraftFile): void {
    const { file, mime, size, extension } = attachment;
    this.#sql.insert.run({
      channel_type: channel.channelType,
      channel_id: channel.channelId,
      file,
      name,
      size,
      mime,
      extension,
      width,
      height,
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

function kindsOf(rows: readonly Row[]): Map<string, DraftFileKinds> {
  const kinds = new Map<string, DraftFileKinds>();
  for (const row of rows) {
    const key = channelKey(channelOf(row));
    const kind = row.mime === '' ? 'file' : 'image';
    const before = kinds.get(key);
    kinds.set(key, before === undefined || before === kind ? kind : 'both');
  }
  return kinds;
}

function statements(db: Database.Database) {
  return {
    all: db.prepare<[], Row>('SELECT * FROM outbox.draft_file ORDER BY id'),
    inChannel: db.prepare<[string, number], Row>(
      'SELECT * FROM outbox.draft_file WHERE channel_id = ? AND channel_type = ? ORDER BY id',
    ),
    byFile: db.prepare<[string], Row>('SELECT * FROM outbox.draft_file WHERE file = ?'),
    insert: db.prepare<[Omit<Row, 'id'>]>(
      `INSERT INTO outbox.draft_file (channel_type, channel_id, file, name, size, mime, extension, width, height)
       VALUES (@channel_type, @channel_id, @file, @name, @size, @mime, @extension, @width, @height)`,
    ),
    remove: db.prepare<[string]>('DELETE FROM outbox.draft_file WHERE file = ?'),
  };
}
