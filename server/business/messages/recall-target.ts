/**
 * Which stored message a recall means, and its stored copies, asked from the IM server: never taken from a client. The
 * business server and the guard share it.
 */
import type { Channel } from '../im-client/channel-address.ts';
import { type HistoryRange, ImError, type ImMessage } from '../im-client/im-api.ts';
import { type RecallRequest, RecallRefusal } from './recall-rules.ts';

/** Stored copies of a resend are close to each other: this many rows around the message are searched for them. */
const COPIES_BEFORE = 50;
const COPIES_AFTER = 150;
/** How far back a message is searched that a look-up did not find. */
const NEWEST_ROWS = 500;

/** Not everybody who may know it answered; `rows`: what those know who did. */
export class NotSureError extends ImError {
  readonly rows: readonly ImMessage[];

  constructor(rows: readonly ImMessage[], message: string) {
    super(0, message);
    this.name = 'NotSureError';
    this.rows = rows;
  }
}

/** What is asked of the IM server (ImApi has it). Several nodes of one may throw NotSureError. */
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
    /** Whether these rows will do; several nodes of one server do not know the same at the same time. */
    isEnough?: (rows: readonly ImMessage[]) => boolean,
  ): Promise<ImMessage[]>;
  /**
   * What each node has stored itself, where there are several: asked last. `isAll`: what is not among it was never
   * acknowledged. Null: nobody tells.
   */
  stored?(
    loginUid: string,
    channel: Channel,
    keys: { messageIds?: readonly string[]; clientMsgNos?: readonly string[] },
  ): Promise<{ rows: readonly ImMessage[]; isAll: boolean } | null>;
}

/** The rows, and why they may be too few; null: they are all there are. */
interface Asked {
  rows: readonly ImMessage[];
  doubt: ImError | null;
}

/** @throws ImError when nobody answered, and there are no others to be asked */
async function asked(im: MessageLookup, rows: Promise<ImMessage[]>): Promise<Asked> {
  try {
    return { rows: await rows, doubt: null };
  } catch (error) {
    if (error instanceof NotSureError) return { rows: error.rows, doubt: error };
    if (error instanceof ImError && im.stored !== undefined) return { rows: [], doubt: error };
    throw error;
  }
}

/**
 * The message, or null. By client number the caller's own comes before others' with the same number.
 * `knownIds`: ids known to have the client number, '' of it none.
 * @throws RecallRefusal.badIds when several people's messages have the number and none is the caller's; NotSureError
 * when it was not found, and who may know it did not answer; ImError when nobody did
 */
export async function findTarget(
  im: MessageLookup,
  me: string,
  request: RecallRequest,
  knownIds: readonly string[] = [],
): Promise<ImMessage | null> {
  const { channel, messageId, clientMsgNo } = request;
  const { channelId, channelType } = channel;
  const isMeant = (row: ImMessage): boolean =>
    messageId === ''
      ? row.client_msg_no === clientMsgNo && row.from_uid === me
      : row.message_idstr === messageId;
  // By client number the IM server answers with one hit, whoever sent it: other members' reuse of the number must not
  // hide mine.
  const keys =
    messageId === '' ? { messageIds: knownIds, clientMsgNos: [clientMsgNo] } : { messageIds: [messageId] };
  const byKey = await asked(im, im.lookup(me, channelId, channelType, keys));
  const hit = byKey.rows.find(isMeant);
  if (hit) return hit;
  // A look-up is answered from what one node has stored, which after a change of leaders may be less than was
  // acknowledged; the history by the node that leads the channel's log.
  const range = { startSeq: 0, endSeq: 0, limit: NEWEST_ROWS, pullMode: 0 };
  const newest = await asked(
    im,
    im.history(me, channelId, channelType, range, (rows) => rows.some(isMeant)),
  );
  const hitByScan = newest.rows.findLast(isMeant);
  if (hitByScan) return hitByScan;
  const stored = (await im.stored?.(me, channel, keys)) ?? null;
  const hitInStores = stored?.rows.find(isMeant);
  if (hitInStores) return hitInStores;
  const doubt = byKey.doubt ?? newest.doubt;
  if (doubt && stored?.isAll !== true) throw doubt;
  if (messageId !== '') return null;
  const others = [...byKey.rows, ...newest.rows, ...(stored?.rows ?? [])].filter(
    (row) => row.client_msg_no === clientMsgNo,
  );
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
    asked(
      im,
      im.history(
        me,
        channelId,
        channelType,
        {
          startSeq: Math.max(1, target.message_seq - COPIES_BEFORE),
          endSeq: 0,
          limit: COPIES_BEFORE + COPIES_AFTER,
          pullMode: 1,
        },
        // Who does not know the message itself knows nothing of what came after it.
        (rows) => rows.some((row) => row.message_idstr === target.message_idstr),
      ),
    ),
  ]);
  const rows = [...byId, ...around.rows];
  // Whoever was asked does not hold this part of the channel.
  if (rows.every((row) => row.message_idstr !== target.message_idstr)) {
    const stored = await im.stored?.(me, channel, { clientMsgNos: [target.client_msg_no] });
    if (around.doubt !== null && !(around.doubt instanceof NotSureError) && !stored) throw around.doubt;
    rows.push(...(stored?.rows ?? []));
  }
  // A copy that nobody who answers knows of is known by its sending when a page holds it.
  return copiesAmong(rows, target);
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
