/** Channels by a small number, so that message rows and their indexes stay short. */
import { channelKey, type ChannelRef } from '../../../../../shared/domain.ts';
import type { StoreContext } from '../../context.ts';

export interface ChannelSettings {
  pinned: boolean;
  muted: boolean;
  showRecallNotes: boolean;
}

export interface ChannelTable {
  /** The channel's number; registers the channel when it is new. */
  no(channel: ChannelRef): number;
  find(channel: ChannelRef): number | null;
  ref(no: number): ChannelRef;
  settings(channel: ChannelRef): ChannelSettings;
  /** Writes the given settings; true when one changed. */
  setSettings(channel: ChannelRef, settings: Partial<ChannelSettings>): boolean;
  extraVersion(channel: ChannelRef): number;
  setExtraVersion(channel: ChannelRef, version: number): void;
}

interface Row {
  no: number;
  channel_type: number;
  channel_id: string;
}

export function createChannelTable(ctx: StoreContext): ChannelTable {
  const { db } = ctx;
  const byRef = db.prepare<[string, number], Row>(
    'SELECT no, channel_type, channel_id FROM channel WHERE channel_id = ? AND channel_type = ?',
  );
  const byNo = db.prepare<[number], Row>('SELECT no, channel_type, channel_id FROM channel WHERE no = ?');
  const insert = db.prepare<[string, number]>('INSERT INTO channel (channel_id, channel_type) VALUES (?, ?)');
  const readSettings = db.prepare<[string, number], { pinned: number; muted: number; notes: number }>(
    'SELECT pinned, muted, show_recall_notes AS notes FROM channel WHERE channel_id = ? AND channel_type = ?',
  );
  const writeSettings = db.prepare<[number, number, number, number]>(
    'UPDATE channel SET pinned = ?, muted = ?, show_recall_notes = ? WHERE no = ?',
  );
  const readVersion = db.prepare<[string, number], { version: number }>(
    'SELECT extra_version AS version FROM channel WHERE channel_id = ? AND channel_type = ?',
  );
  const writeVersion = db.prepare<[number, number]>('UPDATE channel SET extra_version = ? WHERE no = ?');

  const numbers = new Map<string, number>();
  const refs = new Map<number, ChannelRef>();
  const known = new Map<string, ChannelSettings>();
  ctx.onRollback(() => {
    numbers.clear();
    refs.clear();
    known.clear();
  });

  function find(channel: ChannelRef): number | null {
    const key = channelKey(channel);
    const before = numbers.get(key);
    if (before !== undefined) return before;
    const row = byRef.get(channel.channelId, channel.channelType);
    if (!row) return null;
    numbers.set(key, row.no);
    return row.no;
  }

  function no(channel: ChannelRef): number {
    const found = find(channel);
    if (found !== null) return found;
    const created = Number(insert.run(channel.channelId, channel.channelType).lastInsertRowid);
    numbers.set(channelKey(channel), created);
    return created;
  }

  function settings(channel: ChannelRef): ChannelSettings {
    const key = channelKey(channel);
    const before = known.get(key);
    if (before) return before;
    const row = readSettings.get(channel.channelId, channel.channelType);
    if (!row) return { pinned: false, muted: false, showRecallNotes: true };
    const read = { pinned: row.pinned === 1, muted: row.muted === 1, showRecallNotes: row.notes === 1 };
    known.set(key, read);
    return read;
  }

  return {
    no,
    find,
    ref(wanted) {
      const before = refs.get(wanted);
      if (before) return before;
      const row = byNo.get(wanted);
      if (!row) throw new Error(`no channel with number ${wanted}`);
      const ref = { channelId: row.channel_id, channelType: row.channel_type };
      refs.set(wanted, ref);
      return ref;
    },
    settings,
    setSettings(channel, wanted) {
      const before = settings(channel);
      const after = {
        pinned: wanted.pinned ?? before.pinned,
        muted: wanted.muted ?? before.muted,
        showRecallNotes: wanted.showRecallNotes ?? before.showRecallNotes,
      };
      if (
        after.pinned === before.pinned &&
        after.muted === before.muted &&
        after.showRecallNotes === before.showRecallNotes
      ) {
        return false;
      }
      known.delete(channelKey(channel));
      writeSettings.run(
        Number(after.pinned),
        Number(after.muted),
        Number(after.showRecallNotes),
        no(channel),
      );
      return true;
    },
    extraVersion: (channel) => readVersion.get(channel.channelId, channel.channelType)?.version ?? 1,
    setExtraVersion: (channel, version) => void writeVersion.run(version, no(channel)),
  };
}
