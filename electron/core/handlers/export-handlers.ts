/** Export of a chat, as far as the page has to do with it: where to is asked by the shell, which starts it. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { chatExportContract } from '../../../shared/ipc/contract/chat-export.ts';
import type { CoreContext } from './core-context.ts';

export function exportHandlers({ exports }: CoreContext): Handlers<typeof chatExportContract> {
  return {
    'export.plan': (range) => exports.plan(range),
    'export.progress': () => exports.progress,
    'export.cancel'() {
      exports.cancel();
      return null;
    },
  };
}
