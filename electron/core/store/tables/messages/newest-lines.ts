/** Lines of the server that say what became of a group, for lists that are made of them. */
import type { StoreContext } from '../../context.ts';
import type { StoredMessage } from './message-row.ts';

type Line = Pick<StoredMessage, 'seq' | 'timestamp' | 'payload'>;

/** The newest of a type that a chat still shows, newest first. */
export function createNewestLines({ db }: Pick<StoreContext, 'db'>) {
  const newest = db.prepare<[number, number, number], Line>(
    `SELECT seq, timestamp, payload FROM message INDEXED BY message_system
     WHERE channel_no = ? AND type >= 1000 AND type <= 2000 AND type = ? AND shown = 1 AND recalled = 0
     ORDER BY seq DESC LIMIT ?`,
  );
  return (channelNo: number, type: number, limit: number): Line[] => newest.all(channelNo, type, limit);
}
