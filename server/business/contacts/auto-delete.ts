/** After how many seconds the messages of a chat are deleted: kept here, carried out by the clients. */
import type { Channel } from '../im-client/channel-address.ts';
import { PERSON } from '../im-client/commands.ts';
import type { Db } from '../store/database.ts';

export class AutoDelete {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** 0 = messages stay. `me`: of a person channel the one of the two who asks. */
  of(me: string, channel: Channel): number {
    return (
      this.#db.get<{ seconds: number }>(
        'SELECT seconds FROM auto_delete WHERE channel_type = ? AND channel_id = ?',
        channel.channelType,
        both(me, channel),
      )?.seconds ?? 0
    );
  }

  set(me: string, channel: Channel, seconds: number): void {
    const key = [channel.channelType, both(me, channel)] as const;
    if (seconds === 0)
      this.#db.run('DELETE FROM auto_delete WHERE channel_type = ? AND channel_id = ?', ...key);
    else this.#db.run('INSERT OR REPLACE INTO auto_delete VALUES (?, ?, ?)', ...key, seconds);
  }
}

/** Two people have one time for what both of them send. */
const both = (me: string, { channelId, channelType }: Channel): string =>
  channelType === PERSON ? [me, channelId].sort().join('@') : channelId;
