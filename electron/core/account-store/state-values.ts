/** `store.state`. */
import { ServerRules } from '../../../shared/domain.ts';
import type { StoreContext } from '../store/context.ts';
import type { Parts } from './parts.ts';
import type { StateValues } from './store-api.ts';

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
