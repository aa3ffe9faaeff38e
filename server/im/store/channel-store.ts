import { LRUCache } from 'lru-cache';
import type { Db } from './database.ts';

export const MemberList = { subscribers: 0, blacklist: 1, whitelist: 2 } as const;
export type MemberListKind = (typeof MemberList)[keyof typeof MemberList];

export interface ChannelInfo {
  large: boolean;
  ban: boolean;
  disband: boolean;
  sendBan: boolean;
  allowStranger: boolean;
}

/** One channel as kept in memory; shared by everybody who asks for it. */
export interface Channel extends ChannelInfo {
  readonly row: number;
  /** Storage id (channel-ids.ts). */
  readonly channelId: string;
  readonly channelType: number;
  /** Greatest message_seq given out. */
  lastSeq: number;
  /** Unix seconds of the last persisted message. */
  lastTime: number;
  /** Id of that message. */
  lastMessageId: bigint;
  readonly members: Readonly<Record<MemberListKind, Set<string>>>;
  /** Users who have a conversation row for this channel. */
  readonly conversationUids: Set<string>;
}

interface ChannelRow {
  row: number;
  last_seq: number;
  last_time: number;
  last_id: string;
  large: number;
  ban: number;
  disband: number;
  send_ban: number;
  allow_stranger: number;
}

/** Channels, their settings and member lists, with a bounded cache in front. */
export class ChannelStore {
  readonly #db: Db;
  readonly #cache = new LRUCache<string, Channel>({ max: 5000 });

  constructor(db: Db) {
    this.#db = db;
    this.#select = db.prepare(
      'SELECT *, CAST(last_message_id AS TEXT) AS last_id FROM channel WHERE channel_id = ? AND channel_type = ?',
    );
    this.#selectMembers = db.prepare('SELECT list, uid FROM channel_member WHERE channel = ?');
    this.#selectConversations = db.prepare('SELECT uid FROM conversation WHERE channel = ?');
    this.#insert = db.prepare('INSERT INTO channel(channel_id, channel_type) VALUES(?, ?)');
    this.#updateSeq = db.prepare(
      'UPDATE channel SET last_seq = ?, last_time = ?, last_message_id = ? WHERE row = ?',
    );
  }
  readonly #select;
  readonly #selectMembers;
  readonly #selectConversations;
  readonly #insert;
  readonly #updateSeq;

  find(channelId: string, channelType: number): Channel | null {
    const key = `${channelType} ${channelId}`;
    const cached = this.#cache.get(key);
    if (cached) return cached;
    const row = this.#select.get(channelId, channelType) as ChannelRow | undefined;
    if (!row) return null;
    const members = { 0: new Set<string>(), 1: new Set<string>(), 2: new Set<string>() };
    for (const member of this.#selectMembers.all(row.row) as { list: MemberListKind; uid: string }[]) {
      members[member.list].add(member.uid);
    }
    const conversations = this.#selectConversations.all(row.row) as { uid: string }[];
    const channel: Channel = {
      row: row.row,
      channelId,
      channelType,
      lastSeq: row.last_seq,
      lastTime: row.last_time,
      lastMessageId: BigInt(row.last_id),
      large: row.large === 1,
      ban: row.ban === 1,
      disband: row.disband === 1,
      sendBan: row.send_ban === 1,
      allowStranger: row.allow_stranger === 1,
      members,
      conversationUids: new Set(conversations.map((c) => c.uid)),
    };
    this.#cache.set(key, channel);
    return channel;
  }

  ensure(channelId: string, channelType: number): Channel {
    const found = this.find(channelId, channelType);
    if (found) return found;
    this.#insert.run(channelId, channelType);
    return this.find(channelId, channelType) as Channel;
  }

  /** Writes lastSeq and lastTime. */
  saveSeq(channel: Channel): void {
    this.#updateSeq.run(channel.lastSeq, channel.lastTime, channel.lastMessageId, channel.row);
  }

  /** Forgets everything cached: after a transaction that was rolled back. */
  forgetCached(): void {
    this.#cache.clear();
  }

  /** Sets the given settings; absent ones stay. */
  setInfo(channelId: string, channelType: number, info: Partial<ChannelInfo>): Channel {
    const channel = this.ensure(channelId, channelType);
    Object.assign(
      channel,
      Object.fromEntries(Object.entries(info).filter(([, value]) => value !== undefined)),
    );
    this.#db
      .prepare(
        `UPDATE channel SET created = 1, large = ?, ban = ?, disband = ?, send_ban = ?, allow_stranger = ? WHERE row = ?`,
      )
      .run(
        Number(channel.large),
        Number(channel.ban),
        Number(channel.disband),
        Number(channel.sendBan),
        Number(channel.allowStranger),
        channel.row,
      );
    return channel;
  }

  /** Removes settings and members; messages and the seq counter stay, as on the real server. */
  remove(channelId: string, channelType: number): void {
    const channel = this.find(channelId, channelType);
    if (!channel) return;
    this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM channel_member WHERE channel = ?').run(channel.row);
      this.#db
        .prepare(
          `UPDATE channel SET created = 0, large = 0, ban = 0, disband = 0, send_ban = 0, allow_stranger = 0
           WHERE row = ?`,
        )
        .run(channel.row);
    })();
    this.#cache.delete(`${channelType} ${channelId}`);
  }

  addMembers(channelId: string, channelType: number, list: MemberListKind, uids: readonly string[]): void {
    this.#db.transaction(() => {
      const channel = this.ensure(channelId, channelType);
      const insert = this.#db.prepare(
        'INSERT OR IGNORE INTO channel_member(channel, list, uid) VALUES(?, ?, ?)',
      );
      for (const uid of uids) {
        insert.run(channel.row, list, uid);
        channel.members[list].add(uid);
      }
    })();
  }

  removeMembers(channelId: string, channelType: number, list: MemberListKind, uids: readonly string[]): void {
    const channel = this.find(channelId, channelType);
    if (!channel) return;
    const remove = this.#db.prepare('DELETE FROM channel_member WHERE channel = ? AND list = ? AND uid = ?');
    this.#db.transaction(() => {
      for (const uid of uids) remove.run(channel.row, list, uid);
    })();
    for (const uid of uids) channel.members[list].delete(uid);
  }

  /** Replaces the whole list. */
  setMembers(channelId: string, channelType: number, list: MemberListKind, uids: readonly string[]): void {
    this.#db.transaction(() => {
      const channel = this.ensure(channelId, channelType);
      this.#db.prepare('DELETE FROM channel_member WHERE channel = ? AND list = ?').run(channel.row, list);
      channel.members[list].clear();
      this.addMembers(channelId, channelType, list, uids);
    })();
  }
}
