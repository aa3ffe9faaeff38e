/**
 * The TSDD business server as this account sees it. Every call rejects with `CodedError`: `network`, `unauthorized`,
 * `refused` (with the server's text) or `notCompatible` (the answer's shape; names the field, never its content).
 */
import { avatarCalls } from './avatar-calls.ts';
import { type BusinessApiOptions, createCaller } from './caller.ts';
import { commandCalls } from './command-calls.ts';
import { conversationCalls } from './conversation-calls.ts';
import { fileCalls } from './file-calls.ts';
import { groupCalls } from './group-calls.ts';
import { historyCalls } from './history-calls.ts';
import { joiningCalls } from './joining-calls.ts';
import { messageCalls } from './message-calls.ts';
import { noticeCalls } from './notice-calls.ts';
import { packCalls } from './pack-calls.ts';
import { peopleCalls } from './people-calls.ts';
import { profileCalls } from './profile-calls.ts';
import { stickerCalls } from './sticker-calls.ts';

export function createBusinessApi(options: BusinessApiOptions) {
  const caller = createCaller(options);
  return {
    ...conversationCalls(caller),
    ...historyCalls(caller),
    ...messageCalls(caller),
    ...commandCalls(caller),
    ...peopleCalls(caller),
    ...profileCalls(caller),
    ...groupCalls(caller),
    ...joiningCalls(caller),
    ...noticeCalls(caller),
    ...stickerCalls(caller),
    ...packCalls(caller),
    ...fileCalls(options),
    ...avatarCalls(options),
  };
}

export type BusinessApi = ReturnType<typeof createBusinessApi>;
