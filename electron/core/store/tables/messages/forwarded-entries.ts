/**
 * Copies of messages in merged forwards, and what of them is recalled (docs/merged-forward.md). An entry is judged by
 * the id it names and by nothing else: of an id that this account knows nothing of, nothing is claimed.
 */
import type Database from 'better-sqlite3';
import {
  blankRecalled,
  forwardedIds,
  isForward,
  isForwardText,
} from '../../../../../shared/content/merged-forward.ts';
import type { StoreContext } from '../../context.ts';
import type { MessageFacts } from './message-derive.ts';
import { payloadOfRow } from './message-row.ts';

export class ForwardedEntries {
  readonly #db: Database.Database;
  readonly #recalled: Database.Statement<[string], string>;
  readonly #holders: Database.Statement<[string], string>;
  readonly #add: Database.Statement<[number, string]>;
  readonly #origins: Database.Statement<[string, number], number>;

  constructor({ db }: Pick<StoreContext, 'db'>) {
    this.#db = db;
    this.#recalled = db
      .prepare<[string], string>(
        `SELECT j.value FROM json_each(?) j
         WHERE EXISTS (SELECT 1 FROM message_extra e WHERE e.message_id = j.value AND e.revoke = 1)
         OR EXISTS (SELECT 1 FROM message m WHERE m.message_id = j.value AND m.recalled = 1)`,
      )
      .pluck();
    this.#holders = db
      .prepare<[string], string>(
        `SELECT DISTINCT m.message_id FROM json_each(?) j
         CROSS JOIN forwarded f ON f.message_id = j.value CROSS JOIN message m ON m.row = f.row`,
      )
      .pluck();
    this.#origins = db
      .prepare<[string, number], number>(
        `SELECT DISTINCT m.channel_no FROM json_each(?) j CROSS JOIN message m ON m.message_id = j.value LIMIT ?`,
      )
      .pluck();
    this.#add = db.prepare('INSERT OR IGNORE INTO forwarded SELECT j.value, ? FROM json_each(?) j');
  }

  /** The facts without what they say of recalled messages. One look-up for all entries. */
  withoutRecalled(facts: MessageFacts): MessageFacts {
    const { payload } = facts;
    if (!payload || !isForward(payload)) return facts;
    const recalled = this.recalledOf(forwardedIds(payload));
    const left = blankRecalled(payload, recalled);
    return left === payload ? facts : { ...facts, payload: left };
  }

  /** Those of these messages that this account knows as recalled. */
  recalledOf(messageIds: ReadonlySet<string>): ReadonlySet<string> {
    return new Set(messageIds.size === 0 ? [] : this.#recalled.all(JSON.stringify([...messageIds])));
  }

  /** Ids of the stored messages that hold copies of these. */
  holdersOf(messageIds: Iterable<string>): string[] {
    return this.#holders.all(JSON.stringify([...messageIds]));
  }

  /** Numbers of the channels in which these messages are cached, at most so many. */
  originsOf(messageIds: readonly string[], limit: number): number[] {
    return this.#origins.all(JSON.stringify(messageIds), limit);
  }

  /** A row of `message` says this now (what it said before a trigger has taken out). */
  note(row: number, payload: string | null): void {
    if (!isForwardText(payload)) return;
    const said = payloadOfRow({ payload });
    const ids = said ? [...forwardedIds(said)] : [];
    if (ids.length > 0) this.#add.run(row, JSON.stringify(ids));
  }

  /** What is stored of all merged forwards. */
  noteAll(): void {
    const rows = this.#db
      .prepare<[], { row: number; payload: string }>(
        `SELECT row, payload FROM message WHERE substr(payload, 1, 11) = '{"type":11,'`,
      )
      .all();
    for (const { row, payload } of rows) this.note(row, payload);
  }
}
