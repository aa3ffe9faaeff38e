/** A guard's store over the tables of a scripted TSDD, in memory: what MySQL is in a deployment. */
import type { ScriptedState } from '../../testing/scripted-tsdd/state.ts';
import {
  type AuditRow,
  type GuardStore,
  type MessageState,
  type PendingCommand,
  type RecallRecord,
} from '../store/guard-store.ts';

export class ScriptedStore implements GuardStore {
  readonly #state: ScriptedState;
  readonly records: RecallRecord[] = [];
  readonly rows: AuditRow[] = [];
  commands: PendingCommand[] = [];
  /** Every call rejects while set. */
  down = false;
  questions = 0;

  constructor(state: ScriptedState) {
    this.#state = state;
  }

  #ask<T>(answer: () => T): Promise<T> {
    return this.down ? Promise.reject(new Error('the database is down')) : Promise.resolve(answer());
  }

  states: GuardStore['states'] = (messageIds, sendings) =>
    this.#ask(() => {
      this.questions += 1;
      const ids = new Set(messageIds);
      const numbers = new Set(sendings.map(({ clientMsgNo }) => clientMsgNo));
      return {
        states: this.#tsddStates(ids),
        records: this.records.filter((each) => ids.has(each.messageId) || numbers.has(each.clientMsgNo)),
      };
    });

  tsddStates: GuardStore['tsddStates'] = (messageIds) =>
    this.#ask(() => {
      this.questions += 1;
      return this.#tsddStates(new Set(messageIds));
    });

  #tsddStates(ids: ReadonlySet<string>): MessageState[] {
    return [...this.#state.extras.values()]
      .filter((row) => ids.has(row.messageId))
      .map((row) => ({
        messageId: row.messageId,
        revoked: row.revoke === 1,
        revoker: row.revoker,
        deleted: row.isDeleted === 1,
      }));
  }

  roles: GuardStore['roles'] = (groupNo, uids) =>
    this.#ask(
      () =>
        new Map(
          uids.flatMap((uid) => {
            const role = this.#state.role(groupNo, uid);
            return role === null ? [] : [[uid, role] as const];
          }),
        ),
    );

  revokeSecond = (): Promise<number> => this.#ask(() => this.#state.appConfig.revokeSecond || -1);

  record: GuardStore['record'] = (records) =>
    this.#ask(() => {
      const added = records.filter(
        (each) => !this.records.some((known) => known.messageId === each.messageId),
      );
      this.records.push(...added);
      return added.map(({ messageId }) => messageId);
    });

  recalledIn: GuardStore['recalledIn'] = (authors, channels) =>
    this.#ask(() => ({
      ofAuthors: this.records.filter(({ fromUid }) => authors.includes(fromUid)),
      channels: this.records.filter(({ channelId, channelType }) =>
        channels.some((each) => each.channelId === channelId && each.channelType === channelType),
      ),
    }));

  anyGuardOnly = (): Promise<boolean> => this.#ask(() => this.records.some((each) => each.guardOnly));

  guardOnlySince: GuardStore['guardOnlySince'] = (channelId, channelType, version, limit) =>
    this.#ask(() =>
      this.records
        .filter(
          (each) =>
            each.guardOnly &&
            each.channelId === channelId &&
            each.channelType === channelType &&
            each.version > version,
        )
        .slice(0, limit),
    );

  audit: GuardStore['audit'] = (rows) =>
    this.#ask(() => {
      for (const row of rows) this.rows.push({ ...row, id: this.rows.length + 1 });
    });

  auditOf: GuardStore['auditOf'] = (channelId, channelType, { before, since, revoker, limit }) =>
    this.#ask(() =>
      this.rows
        .filter(
          (row) =>
            row.channelId === channelId &&
            row.channelType === channelType &&
            (before === 0 || row.id < before) &&
            row.at >= since &&
            (revoker === '' || row.revoker === revoker),
        )
        .toReversed()
        .slice(0, limit),
    );

  purgeAudit: GuardStore['purgeAudit'] = (before) =>
    this.#ask(() => {
      const kept = this.rows.filter((row) => row.at >= before);
      return this.rows.splice(0, this.rows.length, ...kept).length - kept.length;
    });

  planCommands: GuardStore['planCommands'] = (commands) =>
    this.#ask(() => {
      this.#forget(commands);
      this.commands.push(...commands);
    });

  commandsDone: GuardStore['commandsDone'] = (commands) => this.#ask(() => this.#forget(commands));

  takeCommands: GuardStore['takeCommands'] = (dueBefore, leasedUntil, limit) =>
    this.#ask(() => {
      const taken = this.commands
        .filter(({ due }) => due < dueBefore)
        .toSorted((a, b) => a.due - b.due)
        .slice(0, limit);
      const kept = this.commands.filter((each) => !taken.includes(each));
      this.commands = [...kept, ...taken.map((each) => ({ ...each, due: leasedUntil }))];
      return taken;
    });

  #forget(commands: readonly Pick<PendingCommand, 'messageId' | 'attempt'>[]): void {
    this.commands = this.commands.filter(
      (each) => !commands.some((done) => done.messageId === each.messageId && done.attempt === each.attempt),
    );
  }

  close = (): Promise<void> => Promise.resolve();
}
