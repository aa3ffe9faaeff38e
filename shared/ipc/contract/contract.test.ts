import { describe, expect, it } from 'vitest';
import { accountContract } from './account.ts';
import { avatarContract } from './avatars.ts';
import { bookmarkContract } from './bookmarks.ts';
import type { Handlers } from './channel.ts';
import { chatExportContract } from './chat-export.ts';
import { contactContract } from './contacts.ts';
import { contract, coreContract, mainContract } from './contract.ts';
import { conversationContract } from './conversations.ts';
import { diagnosticsContract } from './diagnostics.ts';
import { draftContract } from './drafts.ts';
import { groupContract } from './groups.ts';
import { joiningContract } from './joining.ts';
import { lockContract } from './lock.ts';
import { mediaContract } from './media.ts';
import { messageContract } from './messages.ts';
import { noticeContract } from './notices.ts';
import { peopleContract } from './people.ts';
import { recallContract } from './recall.ts';
import { searchContract } from './search.ts';
import { sessionContract } from './session.ts';
import { accountsContract } from './accounts.ts';
import { shellContract } from './shell.ts';
import { signInContract } from './sign-in.ts';
import { checkArguments } from '../check-arguments.ts';
import { sharedContentContract } from './shared-content.ts';
import { packContract } from './packs.ts';
import { stickerContract } from './stickers.ts';
import { storageContract } from './storage.ts';
import { updatesContract } from './updates.ts';
import { voiceContract } from './voice.ts';
import { windowsContract } from './windows.ts';

describe('the contract', () => {
  it('names no channel twice', () => {
    const core = [
      accountContract,
      avatarContract,
      bookmarkContract,
      chatExportContract,
      contactContract,
      conversationContract,
      diagnosticsContract,
      draftContract,
      groupContract,
      joiningContract,
      noticeContract,
      mediaContract,
      messageContract,
      peopleContract,
      recallContract,
      searchContract,
      sessionContract,
      sharedContentContract,
      storageContract,
      voiceContract,
      stickerContract,
      packContract,
    ].flatMap(Object.keys);
    expect(Object.keys(coreContract).sort()).toEqual(core.sort());
    const main = [
      shellContract,
      signInContract,
      accountsContract,
      updatesContract,
      lockContract,
      windowsContract,
    ].flatMap(Object.keys);
    expect(Object.keys(mainContract).sort()).toEqual(main.sort());
    expect(Object.keys(contract)).toHaveLength(core.length + main.length);
  });

  it('takes what a person writes, copies or looks for, however long', () => {
    const long = '长'.repeat(2_000_000);
    const draft = { text: long, mention: { all: false, uids: [] }, mentionNames: {}, replyToMessageId: null };
    const channel = { channelId: 'u2', channelType: 1 };
    const whole: [keyof typeof contract, unknown][] = [
      ['drafts.set', { channel, draft }],
      ['shell.copyText', { text: long }],
      ['shell.openExternal', { url: `https://a.example/${'x'.repeat(4_500)}` }],
      [
        'search.query',
        { text: long, channel: null, cursor: null, limit: 10, fromUid: null, since: null, until: null },
      ],
      ['channels.findMembers', { channel, search: long, offset: 0, limit: 10 }],
    ];
    for (const [name, args] of whole) expect([name, checkArguments(name, args).ok]).toEqual([name, true]);
  });

  it('makes a missing, a surplus and a wrong handler errors of the compiler', () => {
    const draft = { text: '', mention: { all: false, uids: [] }, mentionNames: {}, replyToMessageId: null };
    const complete: Handlers<typeof draftContract> = {
      'drafts.get': ({ channel }) => (channel.channelType === 1 ? draft : null),
      'drafts.set': () => null,
      'drafts.append': () => null,
    };
    // @ts-expect-error drafts.set has no handler
    const missing: Handlers<typeof draftContract> = { 'drafts.get': () => null };
    // @ts-expect-error no channel of this area is called drafts.all
    const surplus: Handlers<typeof draftContract> = { ...complete, 'drafts.all': () => null };
    // @ts-expect-error a draft or null is to be answered
    const wrong: Handlers<typeof draftContract> = { ...complete, 'drafts.get': () => 'text' };
    expect([missing, surplus, wrong].map((handlers) => Object.keys(handlers).length)).toEqual([1, 4, 3]);
  });
});
