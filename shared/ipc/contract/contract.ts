/**
 * The one contract between the page and the rest, put together of its areas: channel name -> schema of the argument and
 * of the result. `mainContract` is answered by the main thread itself, `coreContract` by the account worker of the
 * signed-in account (the main thread checks sender and argument, then forwards). Results travel as `Result<T>`
 * (../result.ts).
 *
 * A channel is named in its area's file and nowhere else: handlers are typed by the area (`Handlers`, channel.ts), the
 * preload gets the names from its build (scripts/ipc-names.ts).
 */
import type { z } from 'zod';
import { accountContract } from './account.ts';
import { avatarContract } from './avatars.ts';
import { bookmarkContract } from './bookmarks.ts';
import { accountsContract } from './accounts.ts';
import { chatExportContract } from './chat-export.ts';
import { contactContract } from './contacts.ts';
import { conversationContract } from './conversations.ts';
import { diagnosticsContract } from './diagnostics.ts';
import { draftContract } from './drafts.ts';
import { groupContract } from './groups.ts';
import { joiningContract } from './joining.ts';
import { lockContract } from './lock.ts';
import { mediaContract } from './media.ts';
import { messageContract } from './messages.ts';
import { noticeContract } from './notices.ts';
import { packContract } from './packs.ts';
import { peopleContract } from './people.ts';
import { recallContract } from './recall.ts';
import { searchContract } from './search.ts';
import { sessionContract } from './session.ts';
import { sharedContentContract } from './shared-content.ts';
import { shellContract } from './shell.ts';
import { signInContract } from './sign-in.ts';
import { stickerContract } from './stickers.ts';
import { storageContract } from './storage.ts';
import { updatesContract } from './updates.ts';
import { voiceContract } from './voice.ts';
import { windowsContract } from './windows.ts';

export const coreContract = {
  ...sessionContract,
  ...conversationContract,
  ...messageContract,
  ...mediaContract,
  ...draftContract,
  ...bookmarkContract,
  ...chatExportContract,
  ...searchContract,
  ...contactContract,
  ...peopleContract,
  ...groupContract,
  ...joiningContract,
  ...noticeContract,
  ...sharedContentContract,
  ...storageContract,
  ...accountContract,
  ...avatarContract,
  ...diagnosticsContract,
  ...recallContract,
  ...voiceContract,
  ...stickerContract,
  ...packContract,
} as const;

export const mainContract = {
  ...shellContract,
  ...signInContract,
  ...accountsContract,
  ...updatesContract,
  ...lockContract,
  ...windowsContract,
} as const;

export type ShellContract = typeof shellContract;
export type SignInContract = typeof signInContract;
export type AccountsContract = typeof accountsContract;
export type WindowsContract = typeof windowsContract;
export type LockContract = typeof lockContract;
export type MainContract = typeof mainContract;
export type CoreContract = typeof coreContract;
export type Contract = MainContract & CoreContract;
export const contract: Contract = { ...mainContract, ...coreContract };

export type ChannelName = keyof Contract;
/** What a caller passes. */
export type Args<K extends ChannelName> = z.input<Contract[K]['args']>;
export type Value<K extends ChannelName> = z.output<Contract[K]['result']>;
