/** Small persistent values of the cache by name. */
import type { StoreContext } from '../context.ts';
import type { StateName } from './known-state.ts';

export interface StateTable {
  get(name: string): string | null;
  set(name: StateName, value: string): void;
  /** Whatever its name. */
  remove(name: string): void;
  /** The parsed value, or null when it is absent or no JSON. */
  json(name: string): unknown;
}

export function createStateTable(ctx: StoreContext): StateTable {
  const get = ctx.db.prepare<[string], { value: string }>('SELECT value FROM state WHERE name = ?');
  const put = ctx.db.prepare<[string, string]>('INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)');
  const remove = ctx.db.prepare<[string]>('DELETE FROM state WHERE name = ?');
  const read = (name: string): string | null => get.get(name)?.value ?? null;
  return {
    get: read,
    set: (name, value) => void put.run(name, value),
    remove: (name) => void remove.run(name),
    json(name) {
      const value = read(name);
      if (value === null) return null;
      try {
        return JSON.parse(value) as unknown;
      } catch {
        return null;
      }
    },
  };
}
