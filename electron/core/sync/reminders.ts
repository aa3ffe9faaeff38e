/** Reminders ("somebody mentioned me") by version (tsdd-api.md 5). */
import { KeyedRunner } from './keyed-runner.ts';
import type { SyncContext } from './sync-context.ts';

const VERSION_STATE = 'reminderVersion';
const ROWS = 100;
const MAX_PAGES = 20;

export interface ReminderSync {
  /** Reads what is newer than what was read. Rejects when the server cannot be asked. */
  sync: () => Promise<void>;
  close: () => void;
}

export function createReminderSync({ api, store }: SyncContext): ReminderSync {
  const runner = new KeyedRunner({ burst: 3, refillMs: 1_000, concurrency: 1, run: read });

  async function read(): Promise<void> {
    const groupNos = store.people.groups().map((group) => group.channel.channelId);
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const version = Number(store.state.get(VERSION_STATE) ?? '0') || 0;
      const { reminders: rows, rowCount } = await api.reminders(version, groupNos, ROWS);
      if (rows.length > 0) store.conversations.applyReminders(rows);
      const highest = rows.reduce((max, row) => Math.max(max, row.version), version);
      if (highest > version) store.state.set(VERSION_STATE, String(highest));
      if (rowCount < ROWS || highest <= version) return;
    }
  }

  return { sync: () => runner.request('all'), close: () => runner.close() };
}
