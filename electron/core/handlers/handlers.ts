/**
 * All channels of `coreContract`, by area. A channel or an area without a handler is a compile error here or in its
 * area.
 */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { CoreContract } from '../../../shared/ipc/contract/contract.ts';
import { accountHandlers } from './account-handlers.ts';
import { avatarHandlers } from './avatar-handlers.ts';
import { bookmarkHandlers } from './bookmark-handlers.ts';
import { contactHandlers } from './contact-handlers.ts';
import { conversationHandlers } from './conversation-handlers.ts';
import type { CoreContext } from './core-context.ts';
import { diagnosticsHandlers } from './diagnostics-handlers.ts';
import { draftHandlers } from './draft-handlers.ts';
import { exportHandlers } from './export-handlers.ts';
import { groupHandlers } from './group-handlers.ts';
import { memberHandlers } from './member-handlers.ts';
import { joiningHandlers } from './joining-handlers.ts';
import { mediaHandlers } from './media-handlers.ts';
import { messageHandlers } from './message-handlers.ts';
import { noticeHandlers } from './notice-handlers.ts';
import { packHandlers } from './pack-handlers.ts';
import { createPatience } from './patience.ts';
import { peopleHandlers } from './people-handlers.ts';
import { recallHandlers } from './recall-handlers.ts';
import { searchHandlers } from './search-handlers.ts';
import { sessionHandlers } from './session-handlers.ts';
import { sharedContentHandlers } from './shared-content-handlers.ts';
import { stickerHandlers } from './sticker-handlers.ts';
import { storageHandlers } from './storage-handlers.ts';
import { voiceHandlers } from './voice-handlers.ts';

export function createHandlers(context: CoreContext): Handlers<CoreContract> {
  const patience = createPatience(context);
  return {
    ...sessionHandlers(context),
    ...conversationHandlers(context, patience),
    ...messageHandlers(context),
    ...mediaHandlers(context),
    ...draftHandlers(context),
    ...bookmarkHandlers(context),
    ...exportHandlers(context),
    ...searchHandlers(context),
    ...contactHandlers(context, patience),
    ...peopleHandlers(context, patience),
    ...groupHandlers(context, patience),
    ...memberHandlers(context, patience),
    ...joiningHandlers(context, patience),
    ...noticeHandlers(context, patience),
    ...sharedContentHandlers(context),
    ...storageHandlers(context),
    ...accountHandlers(context, patience),
    ...avatarHandlers(context),
    ...diagnosticsHandlers(context),
    ...recallHandlers(context),
    ...voiceHandlers(context),
    ...stickerHandlers(context),
    ...packHandlers(context),
  };
}
