/** `store.state`. */
import { ServerRules } from '../../../shared/domain.ts';
import type { StoreContext } from '../store/context.ts';
import type { StateName } from '../store/tables/known-state.ts';
import type { Parts } from './parts.ts';

/** Small persistent values of this account (cached rules, friend version …). `set` writes. */
export interface StateValues {
  get(name: string): string | null;
  set(name: StateName, value: string): void;
  rules(): ServerRules | null;
}

export function createStateValues(ctx: StoreContext, { state }: Parts): StateValues {
  return {
    get: (name) => state.get(name),
    set: (name, value) => ctx.write(() => state.set(name, value)),
    rules() {
      const parsed = ServerRules.safeParse(state.json('rules'));
      return parsed.success ? parsed.data : null;
    },
  };
}
