/** Channels by a small number, so that message rows and their indexes stay short. */
import type Database from 'better-sqlite3';
import { channelKey, type ChannelRef } from '../../../../../shared/domain.ts';
import type { StoreContext } from '../../context.ts';

export interface ChannelSettings {
  pinned: boolean;
  muted: boolean;
  showRecallNotes: boolean;
  /** What I send burns after reading, so many seconds after it was opened. */
  flame: boolean;
  flameSeconds: number;
}

const DEFAULTS: ChannelSettings = {
  pinned: false,
  muted: false,
  showRecallNotes: true,
  flame: false,
  flameSeconds: 0,
};
const SETTINGS = Object.keys(DEFAULTS) as (keyof ChannelSettings)[];

interface SettingsRow {
  pinned: number;
  muted: number;
  notes: number;
  flame: number;
  flame_second: number;
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
  readonly #readSettings: Statement<[string, number], SettingsRow>;
  readonly #writeSettings: Statement<[SettingsRow & { no: number }]>;
  readonly #readVersion: Statement<[string, number], { version: number }>;
  readonly #writeVersion: Statement<[number, number]>;
  readonly #readReactionSeq: Statement<[string, number], { seq: number }>;
  readonly #writeReactionSeq: Statement<[{ no: number; seq: number }]>;
  readonly #forgetReactionSeq: Statement<[number]>;
  readonly #numbers = new Map<string, number>();
  readonly #refs = new Map<number, ChannelRef>();
  readonly #settings = new Map<string, ChannelSettings>();
  readonly #unmuted: (channel: ChannelRef) => void;

  /** `unmuted`: here or on another device. */
  constructor(
    { db, onRollback }: Pick<StoreContext, 'db' | 'onRollback'>,
    unmuted: (channel: ChannelRef) => void = () => undefined,
  ) {
    this.#unmuted = unmuted;
    const ofRef = 'FROM channel WHERE channel_id = ? AND channel_type = ?';
    this.#byRef = db.prepare(`SELECT no, channel_type, channel_id ${ofRef}`);
    this.#byNo = db.prepare('SELECT no, channel_type, channel_id FROM channel WHERE no = ?');
    this.#insert = db.prepare('INSERT INTO channel (channel_id, channel_type) VALUES (?, ?)');
    this.#readSettings = db.prepare(
      `SELECT pinned, muted, show_recall_notes AS notes, flame, flame_second ${ofRef}`,
    );
    this.#writeSettings = db.prepare(
      `UPDATE channel SET pinned = @pinned, muted = @muted, show_recall_notes = @notes, flame = @flame,
       flame_second = @flame_second WHERE no = @no`,
    );
    this.#readVersion = db.prepare(`SELECT extra_version AS version ${ofRef}`);
    this.#writeVersion = db.prepare('UPDATE channel SET extra_version = ? WHERE no = ?');
    this.#readReactionSeq = db.prepare(`SELECT reaction_seq AS seq ${ofRef}`);
    this.#writeReactionSeq = db.prepare(
      `UPDATE channel SET reaction_seq = @seq, reaction_base = coalesce(reaction_base, @seq)
       WHERE no = @no AND (reaction_seq <> @seq OR reaction_base IS NULL)`,
    );
    this.#forgetReactionSeq = db.prepare(
      'UPDATE channel SET reaction_seq = 0, reaction_base = NULL WHERE no = ?',
    );
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
    if (!row) return DEFAULTS;
    const read: ChannelSettings = {
      pinned: row.pinned === 1,
      muted: row.muted === 1,
      showRecallNotes: row.notes === 1,
      flame: row.flame === 1,
      flameSeconds: row.flame_second,
    };
    this.#settings.set(key, read);
    return read;
  }

  /** Writes the given settings; true when one changed. */
  setSettings(channel: ChannelRef, wanted: Partial<ChannelSettings>): boolean {
    const before = this.settings(channel);
    const given = SETTINGS.filter((name) => wanted[name] !== undefined);
    if (given.every((name) => wanted[name] === before[name])) return false;
    const next = { ...before, ...Object.fromEntries(given.map((name) => [name, wanted[name]])) };
    this.#settings.delete(channelKey(channel));
    this.#writeSettings.run({
      no: this.no(channel),
      pinned: Number(next.pinned),
      muted: Number(next.muted),
      notes: Number(next.showRecallNotes),
      flame: Number(next.flame),
      flame_second: Math.trunc(next.flameSeconds),
    });
    if (before.muted && !next.muted) this.#unmuted(channel);
    return true;
  }

  extraVersion(channel: ChannelRef): number {
    return this.#readVersion.get(channel.channelId, channel.channelType)?.version ?? 1;
  }

  setExtraVersion(channel: ChannelRef, version: number): void {
    this.#writeVersion.run(version, this.no(channel));
  }
  /** Cursor of the reactions; 0 = never read. */
  reactionSeq(channel: ChannelRef): number {
    return this.#readReactionSeq.get(channel.channelId, channel.channelType)?.seq ?? 0;
  }

  /** The reactions were read up to here. What the first reading found counts as seen (docs/reactions.md). */
  setReactionSeq(channel: ChannelRef, seq: number): void {
    this.#writeReactionSeq.run({ seq: Math.trunc(seq), no: this.no(channel) });
  }

  /** They are read as if for the first time. */
  forgetReactionSeq(channel: ChannelRef): void {
    this.#forgetReactionSeq.run(this.no(channel));
  }
}
