/**
 * What one user has set for one channel: mute, pin, remark and so on (tsdd-api.md 2.2, 3.2). One JSON document per
 * (uid, channel).
 */
import type { Db } from '../store/database.ts';
import type { Channel } from '../im-client/channel-address.ts';

/** TSDD's defaults; `top`, `save`, `show_nick` and `join_group_remind` concern groups. */
const DEFAULTS = {
  mute: 0,
  top: 0,
  save: 0,
  show_nick: 0,
  chat_pwd_on: 0,
  screenshot: 1,
  join_group_remind: 0,
  revoke_remind: 1,
  receipt: 1,
  flame: 0,
  flame_second: 0,
  remark: '',
};
export type ChannelSetting = typeof DEFAULTS;

export class ChannelSettings {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  get(uid: string, channel: Channel): ChannelSetting {
    const row = this.#db.get<{ data: string }>(
      'SELECT data FROM channel_setting WHERE uid = ? AND channel_type = ? AND channel_id = ?',
      uid,
      channel.channelType,
      channel.channelId,
    );
    return row ? { ...DEFAULTS, ...(JSON.parse(row.data) as Partial<ChannelSetting>) } : DEFAULTS;
  }

  change(uid: string, channel: Channel, changes: Partial<ChannelSetting>): void {
    this.#db.transaction(() => {
      const data = JSON.stringify({ ...this.get(uid, channel), ...changes });
      this.#db.run(
        'INSERT OR REPLACE INTO channel_setting(uid, channel_id, channel_type, data) VALUES (?, ?, ?, ?)',
        uid,
        channel.channelId,
        channel.channelType,
        data,
      );
    });
  }

  reset(uid: string, channel: Channel): void {
    this.#db.run(
      'DELETE FROM channel_setting WHERE uid = ? AND channel_type = ? AND channel_id = ?',
      uid,
      channel.channelType,
      channel.channelId,
    );
  }
}
