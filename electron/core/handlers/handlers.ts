/** All channels of `coreContract`. A channel without a handler is a compile error here. */
import type { CoreContract, Handlers } from '../../../shared/ipc/contract.ts';
import { contactHandlers } from './contact-handlers.ts';
import { conversationHandlers } from './conversation-handlers.ts';
import type { CoreContext } from './core-context.ts';
import { groupHandlers } from './group-handlers.ts';
import { leakHandlers } from './leak-handlers.ts';
import { mediaHandlers } from './media-handlers.ts';
import { messageHandlers } from './message-handlers.ts';
import { miscHandlers } from './misc-handlers.ts';
import { storageHandlers } from './storage-handlers.ts';

export function createHandlers(context: CoreContext): Handlers<keyof CoreContract> {
  return {
    ...conversationHandlers(context),
    ...messageHandlers(context),
    ...mediaHandlers(context),
    ...contactHandlers(context),
    ...groupHandlers(context),
    ...miscHandlers(context),
    ...storageHandlers(context),
    ...leakHandlers(context),
  };
}
