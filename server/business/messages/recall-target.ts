/**
 * Which stored message a recall means, and its stored copies, asked from the IM server: never taken from a client. The
 * business server and the guard share it.
 */
import type { Channel } from '../im-client/channel-address.ts';
import type { HistoryRange, ImMessage } from '../im-client/im-api.ts';
import { type RecallRequest, RecallRefusal } from './recall-rules.ts';

/** Stored copies of a resend are close to each other: this many rows around the message are searched for them. */
const COPIES_BEFORE = 50;
const COPIES_AFTER = 150;
/** How far back a message is searched that is named by its client number only. */
const NEWEST_ROWS = 500;

/** What is asked of the IM server (ImApi has it). */
export interface MessageLookup {
  lookup(
    loginUid: string,
    channelId: string,
    channelType: number,
    keys: { messageIds?: readonly string[]; clientMsgNos?: readonly string[] },
  ): Promise<ImMessage[]>;
  history(
    loginUid: string,
    channelId: string,
    channelType: number,
    range: HistoryRange,
  ): Promise<ImMessage[]>;
}

/**
 * The message, or null. By client number the caller's own comes before others' with the same number.
 * `knownIds`: ids known to have the client number, '' of it none.
 * @throws RecallRefusal.badIds when several people's messages have the number and none is the caller's
 */
export async function findTarget(
  im: MessageLookup,
  me: string,
  request: RecallRequest,
  knownIds: readonly string[] = [],
): Promise<ImMessage | null> {
  const { channel, messageId, clientMsgNo } = request;
  const { channelId, channelType } = channel;
  if (messageId !== '') {
    const rows = await im.lookup(me, channelId, channelType, { messageIds: [messageId] });
    return rows.find((row) => row.message_idstr === messageId) ?? null;
  }
  // By client number the IM server answers with one hit, whoever sent it: other members' reuse of the number must not
  // hide mine.
  const rows = await im.lookup(me, channelId, channelType, {
    messageIds: knownIds,
    clientMsgNos: [clientMsgNo],
  });
  const isMine = (row: ImMessage): boolean => row.client_msg_no === clientMsgNo && row.from_uid === me;
  const mine = rows.find(isMine);
  if (mine) return mine;
  const newest = await im.history(me, channelId, channelType, {
    startSeq: 0,
    endSeq: 0,
    limit: NEWEST_ROWS,
    pullMode: 0,
  });
  const mineByScan = newest.findLast(isMine);
  if (mineByScan) return mineByScan;
  const others = [...rows, ...newest].filter((row) => row.client_msg_no === clientMsgNo);
  if (new Set(others.map((row) => row.from_uid)).size > 1) throw RecallRefusal.badIds();
  return others[0] ?? null;
}

/** Other stored rows of the same sending: same author, same client number (wukongim.md B.4). */
export async function storedCopies(
  im: MessageLookup,
  me: string,
  channel: Channel,
  target: ImMessage,
  knownIds: readonly string[] = [],
): Promise<ImMessage[]> {
  if (target.client_msg_no === '') return [];
  const { channelId, channelType } = channel;
  const known = knownIds.filter((id) => id !== target.message_idstr);
  const [byId, around] = await Promise.all([
    known.length > 0 ? im.lookup(me, channelId, channelType, { messageIds: known }) : [],
    im.history(me, channelId, channelType, {
      startSeq: Math.max(1, target.message_seq - COPIES_BEFORE),
      endSeq: 0,
      limit: COPIES_BEFORE + COPIES_AFTER,
      pullMode: 1,
    }),
  ]);
  return copiesAmong([...byId, ...around], target);
}

/** The rows that are the same sending as `target`, without itself, each once. */
export function copiesAmong(rows: readonly ImMessage[], target: ImMessage): ImMessage[] {
  if (target.client_msg_no === '') return [];
  const copies = new Map<string, ImMessage>();
  for (const row of rows) {
    if (row.client_msg_no !== target.client_msg_no || row.from_uid !== target.from_uid) continue;
    if (row.message_idstr !== target.message_idstr) copies.set(row.message_idstr, row);
  }
  return [...copies.values()];
}
