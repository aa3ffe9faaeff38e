/** The leak check of the settings page. */
import type { Handlers } from '../../../shared/ipc/contract.ts';
import type { CoreContext } from './core-context.ts';

export function leakHandlers(context: CoreContext): Handlers<'recall.leakCheck'> {
  return { 'recall.leakCheck': () => context.leakCheck() };
}
