/** @-mention reminders (tsdd-api.md 5.2), created from the `msg.notify` webhook, cancelled by a recall. */
import { isSystemUid } from '../../../shared/content/system-lines.ts';
import { isObject, type JsonObject } from '../../../shared/json.ts';
import type { Commands } from '../im-client/commands.ts';
import { GROUP } from '../im-client/commands.ts';
import type { Groups } from '../groups/groups.ts';
import type { Db } from '../store/database.ts';
import { nextVersion } from '../store/database.ts';
import type { Channel } from '../im-client/channel-address.ts';
import type { MessageExtras, StoredMessage } from './message-extras.ts';

const MENTION = 1;
const JOIN_REQUEST = 2;
/** Payload type of an invitation that waits for owner and managers. */
const INVITATION = 1009;
const MOST_MENTIONED = 500;
/** `uid` of a reminder for everybody in the group. */
const EVERYONE = '';

interface ReminderRow {
  id: number;
  channel_id: string;
  channel_type: number;
  publisher: string;
  message_seq: number;
  message_id: string;
  reminder_type: number;
  uid: string;
  text: string;
  version: number;
  done: number;
}

export interface RemindersDeps {
  db: Db;
  groups: Groups;
  commands: Commands;
  extras: MessageExtras;
}

export class Reminders {
  readonly #deps: RemindersDeps;
  readonly #db: Db;

  constructor(deps: RemindersDeps) {
    this.#deps = deps;
    this.#db = deps.db;
  }

  /** Writes the reminders of a new group message; none if it has been recalled meanwhile. True when there are any. */
  create(message: StoredMessage, payload: JsonObject): boolean {
    return this.#db.transaction(() => {
      const extra = this.#deps.extras.find(message.messageId);
      if (extra?.revoke === 1) return false;
      // The IM server's notice may come after an edit.
      const edit: unknown = extra?.content_edit ? JSON.parse(extra.content_edit) : null;
      const targets = this.#targets(message, isObject(edit) ? edit : payload);
      for (const uid of targets) this.#insert(message, uid);
      const asked = this.#askedToConfirm(message, payload);
      for (const uid of asked) this.#insert(message, uid, JOIN_REQUEST);
      return targets.length + asked.length > 0;
    });
  }

  /** Owner and managers, of an invitation that the server has posted. */
  #askedToConfirm({ channelId, channelType, fromUid }: StoredMessage, payload: JsonObject): string[] {
    const isInvitation = payload['type'] === INVITATION && channelType === GROUP && isSystemUid(fromUid);
    return isInvitation ? this.#deps.groups.leaders(channelId) : [];
  }

  /**
   * Gives an edited message the reminders of what it mentions now; who is mentioned no more loses theirs. True when any
   * changed. (TSDD leaves them as they were.)
   */
  edited(message: StoredMessage, payload: JsonObject): boolean {
    return this.#db.transaction(() => {
      const targets = this.#targets(message, payload);
      const rows = this.#db.all<{ id: number; uid: string; cancelled: number }>(
        'SELECT id, uid, cancelled FROM reminder WHERE message_id = ? AND reminder_type = ?',
        message.messageId,
        MENTION,
      );
      const missing = targets.filter((uid) => !rows.some((row) => row.uid === uid));
      const others = rows.filter(({ uid, cancelled }) => (cancelled === 0) !== targets.includes(uid));
      for (const uid of missing) this.#insert(message, uid);
      for (const { id, cancelled } of others) {
        this.#db.run(
          'UPDATE reminder SET cancelled = ?, version = ? WHERE id = ?',
          cancelled === 0 ? 1 : 0,
          nextVersion(this.#db, 'reminder'),
          id,
        );
      }
      return missing.length + others.length > 0;
    });
  }

  /** Whom a group message reminds. */
  #targets(message: StoredMessage, payload: JsonObject): string[] {
    const mention = payload['mention'];
    if (message.channelType !== GROUP || message.fromUid === '' || !isObject(mention)) return [];
    if (mention['all'] === 1) return [EVERYONE];
    // Whoever means more than these means all: a row for each of ten thousand names is no message's worth.
    const uids = Array.isArray(mention['uids'])
      ? mention['uids'].slice(0, MOST_MENTIONED).filter((uid) => typeof uid === 'string')
      : [];
    return [...new Set(uids)].filter(
      (uid) => uid !== message.fromUid && this.#deps.groups.isMember(message.channelId, uid),
    );
  }

  #insert(message: StoredMessage, uid: string, type: 1 | 2 = MENTION): void {
    this.#db.run(
      `INSERT OR IGNORE INTO reminder(channel_id, channel_type, publisher, message_seq, message_id, reminder_type, uid, text, version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      message.channelId,
      message.channelType,
      message.fromUid,
      message.messageSeq,
      message.messageId,
      type,
      uid,
      type === MENTION ? '[有人@我]' : '[进群申请]',
      nextVersion(this.#db, 'reminder'),
    );
  }

  /** Marks the reminders of a recalled message done for everybody; true when there were any. */
  cancel(messageId: string): boolean {
    const rows = this.#db.all<{ id: number }>(
      'SELECT id FROM reminder WHERE message_id = ? AND cancelled = 0',
      messageId,
    );
    for (const { id } of rows) {
      this.#db.run(
        'UPDATE reminder SET cancelled = 1, version = ? WHERE id = ?',
        nextVersion(this.#db, 'reminder'),
        id,
      );
    }
    return rows.length > 0;
  }

  /** Tells the members of a channel to fetch reminders. */
  announce(channel: Channel, fromUid?: string): void {
    void this.#deps.commands.onlineToChannel(channel, fromUid, 'syncReminders');
  }

  /** Reminders of one user above a version, ascending. Those for everybody only in groups the user is in. */
  changedSince(uid: string, version: number, limit: number, groupNos: readonly string[]): ReminderRow[] {
    const mine = this.#deps.groups.groupsOf(uid);
    const among = groupNos.length === 0 ? mine : mine.filter((no) => groupNos.includes(no));
    return this.#db.all<ReminderRow>(
      `SELECT * FROM (
         SELECT r.id, r.channel_id, r.channel_type, r.publisher, r.message_seq, r.message_id, r.reminder_type, r.uid, r.text,
           max(r.version, coalesce(d.version, 0)) AS version, (r.cancelled = 1 OR d.version IS NOT NULL) AS done
         FROM reminder r LEFT JOIN reminder_done d ON d.reminder_id = r.id AND d.uid = ?1
         WHERE (r.uid = ?1 AND r.channel_id IN (SELECT value FROM json_each(?2)))
            OR (r.uid = '' AND r.publisher <> ?1 AND r.channel_id IN (SELECT value FROM json_each(?3))))
       WHERE version > ?4 AND (?4 > 0 OR done = 0) ORDER BY version LIMIT ?5`,
      uid,
      JSON.stringify(mine),
      JSON.stringify(among),
      version,
      limit,
    );
  }

  /** Marks reminders done for one user; ids of others are ignored. */
  done(uid: string, ids: readonly number[]): void {
    this.#db.transaction(() => {
      for (const id of ids) {
        const mine = this.#db.get("SELECT 1 FROM reminder WHERE id = ? AND (uid = ? OR uid = '')", id, uid);
        if (!mine) continue;
        this.#db.run(
          'INSERT OR IGNORE INTO reminder_done(reminder_id, uid, version) VALUES (?, ?, ?)',
          id,
          uid,
          nextVersion(this.#db, 'reminder'),
        );
      }
    });
  }
}
