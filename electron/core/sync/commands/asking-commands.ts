/**
 * Commands that name something to read: they ask the server, whoever sent them. What members make this client read is
 * bounded: only about channels and people this account has, and in all `MEMBER_BURST` reads at once, then one per
 * `MEMBER_REFILL_MS`.
 */
import {
  channelKey,
  type ChannelRef,
  ChannelType,
  MAX_CHANNEL_ID_LENGTH,
  parseChannelKey,
} from '../../../../shared/domain.ts';
import { reasonOf } from '../../../../shared/errors.ts';
import type { Directory } from '../directory.ts';
import type { ExtraSync } from '../extras/extra-sync.ts';
import { KeyedRunner, RunnerClosed } from '../keyed-runner.ts';
import { createPaced } from '../paced.ts';
import type { PinnedTips } from '../pinned-tips.ts';
import type { PinSync } from '../pin-sync.ts';
import type { ReactionSync } from '../reaction-sync.ts';
import type { SyncContext } from '../sync-context.ts';
import type { HistoryVerifier } from '../verify-history.ts';
import { type Command, type CommandEffect, isFromServer, textOf } from './command.ts';
import type { RecallHint } from './hints.ts';

const MEMBER_BURST = 20;
const MEMBER_REFILL_MS = 500;
const MAX_WAITING = 500;
/** Newest rows compared after an erasure by others. */
const ERASED_ROWS = 200;
const CLEARED_REFILL_MS = 10_000;

export interface AskingParts {
  directory: Directory;
  extraSync: ExtraSync;
  verifier: HistoryVerifier;
  hint: (hint: RecallHint) => void;
  pinnedTips: PinnedTips;
  pins: Pick<PinSync, 'look'>;
  reactions: Pick<ReactionSync, 'look'>;
  syncReminders: () => Promise<void>;
  syncDrafts: () => Promise<void>;
  /** Reads the own name again. */
  refreshMe: () => Promise<void>;
}

export interface AskingCommands {
  /** By the name of the command. */
  effects: Readonly<Record<string, CommandEffect>>;
  /** The history of this channel may have been cleared: nothing says so but what the server shows of it. */
  lookForCleared: (channel: ChannelRef) => void;
  close: () => void;
}

export function createAskingCommands(context: SyncContext, parts: AskingParts): AskingCommands {
  const { store, log, me } = context;
  const { directory, extraSync, verifier } = parts;
  const paced = createPaced({ burst: MEMBER_BURST, refillMs: MEMBER_REFILL_MS, maxWaiting: MAX_WAITING });
  const erasures = new KeyedRunner({
    burst: 3,
    refillMs: 1_000,
    concurrency: 2,
    run: (key) => verifier.verifyNewest(parseChannelKey(key), ERASED_ROWS),
  });
  const clearings = new KeyedRunner({
    burst: 3,
    refillMs: CLEARED_REFILL_MS,
    concurrency: 2,
    run: (key) => verifier.verifyCleared(parseChannelKey(key), ERASED_ROWS),
  });
  const fromServer = (uid: string): boolean => isFromServer(uid, me.uid);

  function inBackground(what: string, task: Promise<unknown>): void {
    task.catch((error: unknown) => {
      if (!(error instanceof RunnerClosed)) log('info', `${what} failed: ${reasonOf(error)}`);
    });
  }

  /** A conversation, group or person this account has. */
  function isMine(channel: ChannelRef): boolean {
    if (store.conversations.get(channel)) return true;
    if (channel.channelType === ChannelType.person) return store.people.userName(channel.channelId) !== null;
    const key = channelKey(channel);
    return store.people.groups().some((group) => channelKey(group.channel) === key);
  }

  /** Server commands at once; those of members when their number allows it. */
  function whenAllowed(command: Command, key: string, action: () => void): void {
    if (fromServer(command.fromUid)) action();
    else paced.request(key, action);
  }

  function refresh(channel: ChannelRef, withMembers: boolean): void {
    inBackground('channel refresh', directory.refreshChannel(channel));
    if (withMembers && channel.channelType === ChannelType.group) {
      inBackground('member refresh', directory.refreshMembers(channel.channelId));
    }
  }

  /** Read again only where it was looked at; what members say of others is taken at a pace. */
  function avatarChanged(channel: ChannelRef, command: Command): void {
    if (channel.channelId.length > MAX_CHANNEL_ID_LENGTH) return;
    whenAllowed(command, `avatar ${channelKey(channel)}`, () => context.avatarChanged?.(channel));
  }

  const effects: Record<string, CommandEffect> = {
    messageRevoke: (params, _channel, { envelope, startedAt }) =>
      parts.hint({ envelope, params, source: 'cmd', startedAt }),
    syncMessageExtra: (_params, channel, { startedAt }) => {
      if (channel && store.conversations.get(channel)) {
        extraSync.requestUntilAnswered(channel, 'extra', startedAt);
      }
    },
    syncReminders: () => inBackground('reminder sync', parts.syncReminders()),
    syncConversationExtra: () => inBackground('draft sync', parts.syncDrafts()),
    memberUpdate(_params, channel, command) {
      if (!channel || !(fromServer(command.fromUid) || isMine(channel))) return;
      whenAllowed(command, `members ${channelKey(channel)}`, () => refresh(channel, true));
    },
    channelUpdate(_params, channel, command) {
      if (!channel) return;
      if (channel.channelType === ChannelType.person && channel.channelId === me.uid) {
        // Edited on another device (tsdd-api.md 12).
        whenAllowed(command, 'own card', () => inBackground('own card', parts.refreshMe()));
        return;
      }
      if (!fromServer(command.fromUid) && !isMine(channel)) return;
      whenAllowed(command, `channel ${channelKey(channel)}`, () => refresh(channel, false));
    },
    friendRequest: () => inBackground('friend requests', directory.refreshFriendRequests()),
    friendAccept: () => {
      inBackground('friend sync', directory.syncFriends());
      inBackground('friend requests', directory.refreshFriendRequests());
    },
    friendDeleted: () => inBackground('friend sync', directory.syncFriends()),
    userAvatarUpdate(params, _channel, command) {
      const uid = textOf(params['uid']);
      if (uid !== '') avatarChanged({ channelId: uid, channelType: ChannelType.person }, command);
    },
    groupAvatarUpdate(params, _channel, command) {
      const groupNo = textOf(params['group_no']);
      if (groupNo !== '') avatarChanged({ channelId: groupNo, channelType: ChannelType.group }, command);
    },
    syncPinnedMessage: (_params, channel) => {
      if (!channel || !store.conversations.get(channel)) return;
      parts.pins.look(channel);
      parts.pinnedTips.changed(channel);
    },
    syncMessageReaction: (_params, channel) => {
      if (channel && store.conversations.get(channel)) parts.reactions.look(channel);
    },
    messageEerase: (_params, channel) => {
      if (channel && store.conversations.get(channel))
        inBackground('history check', erasures.request(channelKey(channel)));
    },
    onlineStatus(params, _channel, command) {
      const uid = textOf(params['uid']);
      if (uid === '' || store.people.userName(uid) === null) return;
      const online = params['online'] === 1;
      // "Offline" of one device says nothing about the others, unless it has `all_offline`.
      const sure = online || params['all_offline'] === 1;
      if (sure && fromServer(command.fromUid)) {
        // Of several devices the server names the one that counts.
        const device = params['main_device_flag'] ?? params['device_flag'];
        const seconds = Math.floor(context.serverNowMs() / 1000);
        directory.told({ channelId: uid, channelType: ChannelType.person });
        store.people.setOnline(uid, online, seconds, typeof device === 'number' ? device : null);
        if (!online) context.push({ kind: 'typingEnded', uid });
      } else {
        const person = { channelId: uid, channelType: ChannelType.person };
        whenAllowed(command, `channel ${channelKey(person)}`, () => refresh(person, false));
      }
    },
  };

  return {
    effects,
    lookForCleared: (channel) => inBackground('history check', clearings.request(channelKey(channel))),
    close() {
      clearings.close();
      paced.close();
      erasures.close();
    },
  };
}
