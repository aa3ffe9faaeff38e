/** Which rows of a page may be other stored copies of a recalled message: by channel and client number. */
import type { Db } from '../store/database.ts';
import { recalledNumber } from '../store/recalled-number.ts';

interface Numbered {
  /** Stored form. */
  channelId: string;
  channelType: number;
  clientMsgNo: string;
}

/** Recalled messages of the same channels that have one of these client numbers: rows of `message_extra`. */
// As for every look-up, the caller names the row's type.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function recalledAmong<ExtraRow>(db: Db, all: readonly Numbered[]): ExtraRow[] {
  const numbers = all.map((row) => recalledNumber(row.channelType, row.channelId, row.clientMsgNo));
  const known = new Set(
    db
      .all<{ number: number }>(
        'SELECT number FROM recalled_number WHERE number IN (SELECT value FROM json_each(?))',
        JSON.stringify(numbers),
      )
      .map(({ number }) => number),
  );
  const rows = all.filter((_, index) => known.has(numbers[index] ?? -1));
  const channels = new Map<string, { channelId: string; channelType: number; clientMsgNos: string[] }>();
  for (const { channelId, channelType, clientMsgNo } of rows) {
    const key = `${channelType}/${channelId}`;
    let channel = channels.get(key);
    if (!channel) channels.set(key, (channel = { channelId, channelType, clientMsgNos: [] }));
    channel.clientMsgNos.push(clientMsgNo);
  }
  return [...channels.values()].flatMap(({ channelId, channelType, clientMsgNos }) =>
    db.all<ExtraRow>(
      `SELECT * FROM message_extra INDEXED BY message_extra_recalled_copy
       WHERE revoke = 1 AND channel_id = ? AND channel_type = ? AND client_msg_no IN (SELECT value FROM json_each(?))`,
      channelId,
      channelType,
      JSON.stringify(clientMsgNos),
    ),
  );
}
