/** Channels by a small number, so that message rows and their indexes stay short. */
import type Database from 'better-sqlite3';
import { channelKey, type ChannelRef } from '../../../../../shared/domain.ts';
import type { StoreContext } from '../../context.ts';

export interface ChannelSettings {
  pinned: boolean;
  muted: boolean;
  showRecallNotes: boolean;
}

interface Row {
  no: number;
  channel_type: number;
  channel_id: string;
}
type Statement<A extends unknown[], R = unknown> = Database.Statement<A, R>;

export class ChannelTable {
  readonly #byRef: Statement<[string, number], Row>;
  readonly #byNo: Statement<[number], Row>;
  readonly #insert: Statement<[string, number]>;
  readonly #readSettings: Statement<[string, number], { pinned: number; muted: number; notes: number }>;
  readonly #writeSettings: Statement<[number, number, number, number]>;
  readonly #readVersion: Statement<[string, number], { version: number }>;
  readonly #writeVersion: Statement<[number, number]>;
  readonly #numbers = new Map<string, number>();
  readonly #refs = new Map<number, ChannelRef>();
  readonly #settings = new Map<string, ChannelSettings>();

  constructor({ db, onRollback }: Pick<StoreContext, 'db' | 'onRollback'>) {
    const ofRef = 'FROM channel WHERE channel_id = ? AND channel_type = ?';
    this.#byRef = db.prepare(`SELECT no, channel_type, channel_id ${ofRef}`);
    this.#byNo = db.prepare('SELECT no, channel_type, channel_id FROM channel WHERE no = ?');
    this.#insert = db.prepare('INSERT INTO channel (channel_id, channel_type) VALUES (?, ?)');
    this.#readSettings = db.prepare(`SELECT pinned, muted, show_recall_notes AS notes ${ofRef}`);
    this.#writeSettings = db.prepare(
      'UPDATE channel SET pinned = ?, muted = ?, show_recall_notes = ? WHERE no = ?',
    );
    this.#readVersion = db.prepare(`SELECT extra_version AS version ${ofRef}`);
    this.#writeVersion = db.prepare('UPDATE channel SET extra_version = ? WHERE no = ?');
    onRollback(() => {
      this.#numbers.clear();
      this.#refs.clear();
      this.#settings.clear();
    });
  }

  /** The channel's number; registers the channel when it is new. */
  no(channel: ChannelRef): number {
    const found = this.find(channel);
    if (found !== null) return found;
    const created = Number(this.#insert.run(channel.channelId, channel.channelType).lastInsertRowid);
    this.#numbers.set(channelKey(channel), created);
    return created;
  }

  find(channel: ChannelRef): number | null {
    const key = channelKey(channel);
    const before = this.#numbers.get(key);
    if (before !== undefined) return before;
    const row = this.#byRef.get(channel.channelId, channel.channelType);
    if (!row) return null;
    this.#numbers.set(key, row.no);
    return row.no;
  }

  ref(no: number): ChannelRef {
    const before = this.#refs.get(no);
    if (before) return before;
    const row = this.#byNo.get(no);
    if (!row) throw new Error(`no channel with number ${no}`);
    const ref = { channelId: row.channel_id, channelType: row.channel_type };
    this.#refs.set(no, ref);
    return ref;
  }

  settings(channel: ChannelRef): ChannelSettings {
    const key = channelKey(channel);
    const before = this.#settings.get(key);
    if (before) return before;
    const row = this.#readSettings.get(channel.channelId, channel.channelType);
    if (!row) return { pinned: false, muted: false, showRecallNotes: true };
    const read = { pinned: row.pinned === 1, muted: row.muted === 1, showRecallNotes: row.notes === 1 };
    this.#settings.set(key, read);
    return read;
  }

  /** Writes the given settings; true when one changed. */
  setSettings(channel: ChannelRef, wanted: Partial<ChannelSettings>): boolean {
    const before = this.settings(channel);
    const { pinned = before.pinned, muted = before.muted } = wanted;
    const { showRecallNotes = before.showRecallNotes } = wanted;
    const same =
      pinned === before.pinned && muted === before.muted && showRecallNotes === before.showRecallNotes;
    if (same) return false;
    this.#settings.delete(channelKey(channel));
    this.#writeSettings.run(Number(pinned), Number(muted), Number(showRecallNotes), this.no(channel));
    return true;
  }

  extraVersion(channel: ChannelRef): number {
    return this.#readVersion.get(channel.channelId, channel.channelType)?.version ?? 1;
  }

  setExtraVersion(channel: ChannelRef, version: number): void {
    this.#writeVersion.run(version, this.no(channel));
  }
}
