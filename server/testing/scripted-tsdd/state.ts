/** What the scripted TSDD knows, in memory: people, groups, what became of messages. Tests may read and change it. */
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../shared/json.ts';

export interface ScriptedPerson {
  uid: string;
  name: string;
  username: string;
  password: string;
  /** One a device class, as TSDD reuses them. */
  tokens: Map<number, string>;
}

export interface ScriptedMember {
  uid: string;
  /** 0 member, 1 owner, 2 manager. */
  role: number;
  isDeleted: number;
  version: number;
}

export interface ScriptedGroup {
  groupNo: string;
  name: string;
  status: number;
  members: Map<string, ScriptedMember>;
}

/** A row of TSDD's table `message_extra` (wukongim.md E.2). */
export interface ScriptedExtra {
  messageId: string;
  messageSeq: number;
  /** Stored form: the fake id of person channels. */
  channelId: string;
  channelType: number;
  fromUid: string;
  revoke: number;
  revoker: string;
  isDeleted: number;
  isPinned: number;
  /** JSON text, '' = none. */
  contentEdit: string;
  editedAt: number;
  /** Microseconds. */
  version: number;
}

export interface ScriptedReminder {
  id: number;
  channelId: string;
  publisher: string;
  messageSeq: number;
  messageId: string;
  /** '' = everybody. */
  uid: string;
  text: string;
  version: number;
  done: number;
}

export interface ScriptedPin {
  messageId: string;
  messageSeq: number;
  /** As the caller names it. */
  channelId: string;
  channelType: number;
  isDeleted: number;
  /** ms */
  version: number;
}

export interface AppConfigRow {
  /** Seconds; 0 = unlimited, published as -1. */
  revokeSecond: number;
  pinnedMax: number;
}

const hexId = (): string => randomUUID().replaceAll('-', '');

export class ScriptedState {
  readonly people = new Map<string, ScriptedPerson>();
  readonly uidOfToken = new Map<string, string>();
  readonly groups = new Map<string, ScriptedGroup>();
  readonly extras = new Map<string, ScriptedExtra>();
  readonly deletedFor = new Set<string>();
  readonly reminders: ScriptedReminder[] = [];
  readonly pins: ScriptedPin[] = [];
  readonly files = new Map<string, Buffer>();
  /** Highest extra_version sent per reader, source and channel: TSDD's cursor trap (tsdd-api.md 5.2). */
  readonly cursors = new Map<string, number>();
  readonly appConfig: AppConfigRow = { revokeSecond: 0, pinnedMax: 10 };
  #version = 1_000_000;
  #lastExtraVersion = 0;

  nextVersion(): number {
    return ++this.#version;
  }

  /** Wall-clock microseconds, as TSDD; raised where two would be equal. */
  nextExtraVersion(nowMs: number): number {
    this.#lastExtraVersion = Math.max(nowMs * 1000, this.#lastExtraVersion + 1);
    return this.#lastExtraVersion;
  }

  addPerson(username: string, password: string, name: string): ScriptedPerson {
    const person = { uid: hexId(), name, username, password, tokens: new Map<number, string>() };
    this.people.set(person.uid, person);
    return person;
  }

  /** The token of a device class; the same at each sign-in but a phone's. */
  tokenFor(person: ScriptedPerson, flag: number): string {
    let token = flag === 0 ? undefined : person.tokens.get(flag);
    if (token === undefined) {
      token = hexId();
      person.tokens.set(flag, token);
      this.uidOfToken.set(token, person.uid);
    }
    return token;
  }

  addGroup(owner: string, uids: readonly string[], name: string): ScriptedGroup {
    const members = new Map<string, ScriptedMember>();
    for (const uid of new Set([owner, ...uids]))
      members.set(uid, { uid, role: uid === owner ? 1 : 0, isDeleted: 0, version: this.nextVersion() });
    const group = { groupNo: hexId(), name, status: 1, members };
    this.groups.set(group.groupNo, group);
    return group;
  }

  /** Null when not (or no longer) a member. */
  role(groupNo: string, uid: string): number | null {
    const member = this.groups.get(groupNo)?.members.get(uid);
    return member?.isDeleted === 0 ? member.role : null;
  }

  /** Writes the row of a message; `change` wins over what was. */
  upsertExtra(
    message: {
      messageId: string;
      messageSeq: number;
      channelId: string;
      channelType: number;
      fromUid: string;
    },
    change: Partial<ScriptedExtra>,
    nowMs: number,
  ): ScriptedExtra {
    const row: ScriptedExtra = {
      revoke: 0,
      revoker: '',
      isDeleted: 0,
      isPinned: 0,
      contentEdit: '',
      editedAt: 0,
      ...this.extras.get(message.messageId),
      ...message,
      ...change,
      version: this.nextExtraVersion(nowMs),
    };
    this.extras.set(row.messageId, row);
    return row;
  }
}

export function editOf(row: ScriptedExtra): JsonObject | null {
  if (row.contentEdit === '') return null;
  try {
    return JSON.parse(row.contentEdit) as JsonObject;
  } catch {
    return null;
  }
}
