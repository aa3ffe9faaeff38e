/** A full cache with three more chats: one of pictures, one of as many texts, one with a large merged forward. */
import Database from 'better-sqlite3';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MediaFolders } from '../../electron/core/media/media-folders.ts';
import { cachePath } from '../../electron/core/store/files/database.ts';
import { MESSAGE_COLUMNS, type MessageRow } from '../../electron/core/store/tables/messages/message-row.ts';
import { pictureAt, pictureSize } from './different-pictures.ts';
import { CHANNELS, createTexts, fillCache, messageIdAt, rowOf } from './filled-cache.ts';

export const PICTURE_CHAT = 'bench-pictures';
export const TEXT_CHAT = 'bench-texts';
export const FORWARD_CHAT = 'bench-forward';
const CHATS = [PICTURE_CHAT, TEXT_CHAT, FORWARD_CHAT] as const;

const MIB = 1024 * 1024;
/** Of each cached picture on disk: it, and a hole that only its length knows. */
const CACHED_BYTES = 176 * 1024;

export interface PictureChats {
  /** In the cache altogether. */
  messages: number;
  /** In the chats of pictures and of texts, each. */
  each: number;
  /** In the merged forward. */
  entries: number;
  /** Bytes of pictures that are on the disk already: of the oldest ones. */
  cachedBytes: number;
}

/** Key of message `i` (0 …) of a chat. */
export const keyAt = (chat: string, i: number): string => `bench-person-1:${chat}-${i}`;
const pictureUrl = (i: number): string => `file/preview/chat/2/${PICTURE_CHAT}/${i}.png`;
/** Of which picture that address is; null = of none. */
export const numberOfPicture = (url: string): number | null => {
  const number = new RegExp(`/file/preview/chat/2/${PICTURE_CHAT}/(\\d+)\\.png$`).exec(url)?.[1];
  return number === undefined ? null : Number(number);
};

/** How many of the oldest are on the disk already. */
export const keptPictures = (cachedBytes: number): number => Math.floor(cachedBytes / CACHED_BYTES);

function payloadAt(chat: (typeof CHATS)[number], i: number, textOf: () => string, entries: number): object {
  if (chat === TEXT_CHAT) return { type: 1, content: textOf() };
  if (chat === PICTURE_CHAT)
    return { type: 2, url: pictureUrl(i), ...pictureSize(i), name: `picture-${i}.png` };
  return {
    type: 11,
    channel_type: 2,
    users: [{ uid: 'bench-person-2', name: '许一诺' }],
    msgs: Array.from({ length: entries }, (_, n) => ({
      message_id: String(3_124_791_608_111_960_064n + BigInt(n)),
      from_uid: `bench-person-${n % 7}`,
      timestamp: 1_790_000_000 + n * 40,
      payload: { type: 1, content: textOf() },
    })),
  };
}

export function fillPictureChats(accountDir: string, what: PictureChats): void {
  const { cachedBytes, each, entries, messages } = what;
  fillCache(accountDir, messages - 2 * each - 1);
  const db = new Database(cachePath(accountDir));
  db.pragma('synchronous = OFF');
  const insert = db.prepare(
    `INSERT INTO message (${MESSAGE_COLUMNS.join(', ')}) VALUES (${MESSAGE_COLUMNS.map(() => '?').join(', ')})`,
  );
  const textOf = createTexts(each);
  let n = messages;
  const addChat = (chat: (typeof CHATS)[number], no: number): void => {
    const count = chat === FORWARD_CHAT ? 1 : each;
    db.prepare('INSERT INTO channel (no, channel_type, channel_id) VALUES (?, 2, ?)').run(no, chat);
    db.prepare(
      'INSERT INTO conversation (channel_no, listed, last_seq, timestamp, read_seq) VALUES (?, 1, ?, ?, ?)',
    ).run(no, count, 1_800_000_000 - no, count);
    db.prepare(
      `INSERT INTO group_info (group_no, name, remark, notice, forbidden, invite_only, disbanded, receipt, sort_key)
       VALUES (?, ?, '', '', 0, 0, 0, 0, '')`,
    ).run(chat, chat);
    db.prepare('INSERT INTO seq_range (channel_no, from_seq, to_seq) VALUES (?, 1, ?)').run(no, count);
    for (let i = 0; i < count; i += 1, n += 1) {
      const payload = payloadAt(chat, i, textOf, entries) as { type: number };
      const row: MessageRow = {
        ...rowOf(n, ''),
        message_id: messageIdAt(n),
        channel_no: no,
        seq: i + 1,
        client_msg_no: `${chat}-${i}`,
        from_uid: 'bench-person-1',
        type: payload.type,
        payload: JSON.stringify(payload),
        search_text: null,
        shared_kind: payload.type === 2 ? 1 : 0,
      };
      insert.run(MESSAGE_COLUMNS.map((column) => row[column]));
      if (chat === PICTURE_CHAT && i < keptPictures(cachedBytes)) keepPicture(row.message_id, i);
    }
  };
  const folders = new MediaFolders(accountDir);
  mkdirSync(join(accountDir, 'media'), { recursive: true, mode: 0o700 });
  const addFile = db.prepare(
    "INSERT INTO media_file (message_id, part, file, mime, bytes, used_at) VALUES (?, 0, ?, 'image/png', ?, ?)",
  );
  const keepPicture = (messageId: string, i: number): void => {
    const file = folders.newName();
    writeFileSync(folders.cached(file), pictureAt(i), { mode: 0o600 });
    truncateSync(folders.cached(file), CACHED_BYTES);
    addFile.run(messageId, file, CACHED_BYTES, 1_790_000_000_000);
  };
  db.transaction(() => CHATS.forEach((chat, i) => addChat(chat, CHANNELS + 1 + i)))();
  db.close();
}

/** What the server sends of picture `i`. */
export const pictureBytes = (i: number): Buffer => Buffer.concat([pictureAt(i), Buffer.alloc(MIB / 8)]);
