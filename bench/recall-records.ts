/**
 * What merging the recall state into a 100-row history page costs with 1,000,000 recall records in the business
 * server's table against 1,000: the same pages of the same channel, of whose messages every other one is recalled,
 * alone in the table or among the records of 199 other channels. The server's memory of recalled messages is empty for
 * each page, so all is looked up. The last row is of pages that nobody has asked for before: SQLite has to fetch them
 * from the file as well.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { MessageExtras, type StoredMessage } from '../server/business/messages/message-extras.ts';
import { openDatabase } from '../server/business/store/database.ts';
import { recalledNumber } from '../server/business/store/recalled-number.ts';
import { type BenchmarkOptions, median, ratioRow, type Row } from './support/report.ts';

const FEW = 1_000;
const ROWS = 100;
const TURNS = 400;
const CHANNELS = 200;
const FIRST_ID = 2_124_791_608_111_960_064n;

// oxlint-disable-next-line require-await -- a benchmark answers later
export async function benchmark({ quick, messages }: BenchmarkOptions): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const many = quick ? 4 * FEW : messages;
  const turns = quick ? 10 : TURNS;
  const small = fill(join(dir, 'small'), FEW, 1);
  const channels = Math.min(CHANNELS, Math.floor(many / FEW));
  const large = fill(join(dir, 'large'), many, channels);
  try {
    const few: number[] = [];
    const lots: number[] = [];
    const fresh: number[] = [];
    const pages = (2 * FEW) / ROWS;
    for (let turn = -pages; turn < turns; turn += 1) {
      const page = (turn + pages) % pages;
      const a = turn % 2 === 0 ? small : large;
      const b = a === small ? large : small;
      const times = [a.merge(0, page), b.merge(0, page)];
      if (turn < 0) continue;
      few.push((a === small ? times[0] : times[1]) ?? 0);
      lots.push((a === small ? times[1] : times[0]) ?? 0);
    }
    const pagesEach = Math.max(1, Math.floor((2 * many) / channels / ROWS));
    for (let turn = 0; turn < turns; turn += 1)
      fresh.push(large.merge(1 + (turn % (channels - 1)), (turn * 31) % pagesEach));
    return [
      ratioRow(`merge of a page, ${many} records`, median(lots), 'ms', median(few), '<= 1.2'),
      ratioRow('the same, a page never read before', median(fresh), 'ms', median(few), null),
    ];
  } finally {
    small.close();
    large.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Message `n` of all channels together: of channel n % CHANNELS. */
function messageAt(n: number): StoredMessage {
  return {
    messageId: (FIRST_ID + BigInt(n) * 4096n).toString(),
    channelId: `bench-group-${n % CHANNELS}`,
    channelType: 2,
    messageSeq: Math.floor(n / CHANNELS) + 1,
    fromUid: `bench-person-${n % 97}`,
    // As random as a UUID.
    clientMsgNo: `${((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}-4c1e-4b6f-9d2a-${n.toString(16).padStart(12, '0')}`,
    payloadType: 1,
  };
}

/** Records of the first `channels` channels, the first of them with at least FEW. */
function fill(
  dataDir: string,
  records: number,
  channels: number,
): { merge: (channel: number, page: number) => number; close: () => void } {
  openDatabase(dataDir).close();
  const raw = new Database(join(dataDir, 'business.db'));
  raw.pragma('journal_mode = OFF');
  raw.pragma('synchronous = OFF');
  raw.pragma('cache_size = -200000');
  const insert = raw.prepare(
    `INSERT INTO message_extra (message_id, channel_id, channel_type, message_seq, from_uid, client_msg_no, revoke, revoker,
       revoked_at, payload_type, version) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, 1, ?)`,
  );
  const insertNumber = raw.prepare('INSERT OR IGNORE INTO recalled_number (number) VALUES (?)');
  raw.transaction(() => {
    for (let r = 0; r < records; r += 1) {
      const { messageId, channelId, channelType, messageSeq, fromUid, clientMsgNo } = messageAt(
        recalledAt(r, channels),
      );
      insert.run(messageId, channelId, channelType, messageSeq, fromUid, clientMsgNo, fromUid, r, r);
      insertNumber.run(recalledNumber(channelType, channelId, clientMsgNo));
    }
  })();
  raw.pragma('journal_mode = WAL');
  raw.close();

  const db = openDatabase(dataDir);
  return {
    /** ms */
    merge(channel, page) {
      const extras = new MessageExtras(db, Date.now);
      const rows = Array.from({ length: ROWS }, (_, i) => messageAt((page * ROWS + i) * CHANNELS + channel));
      const startedAt = performance.now();
      const state = extras.forPage(rows, []);
      let recalled = 0;
      for (const row of rows) {
        if (state.byId(row.messageId)?.revoke === 1) recalled += 1;
        else state.recalledCopy(row);
      }
      const ms = performance.now() - startedAt;
      if (recalled !== ROWS / 2) throw new Error(`${recalled} recalled rows in a page`);
      return ms;
    },
    close: () => db.close(),
  };
}

/** Number of the message of record `r`: in each channel every other message is recalled. */
const recalledAt = (r: number, channels: number): number =>
  Math.floor(r / channels) * 2 * CHANNELS + (r % channels);
