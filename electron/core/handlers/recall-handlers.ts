/** The leak check of the settings page. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { recallContract } from '../../../shared/ipc/contract/recall.ts';
import type { CoreContext } from './core-context.ts';

export function recallHandlers(context: CoreContext): Handlers<typeof recallContract> {
  return { 'recall.leakCheck': () => context.leakCheck() };
}
