/**
 * What each CMD (payload type 99) does. A CMD that names something to read makes this client read it; one that carries
 * the news itself (read position, online, typing) is applied only when it comes from the server, because a member can send
 * any CMD through the socket (wukongim.md F.1, table: tsdd-api.md 8). What members make this client read is bounded: only
 * about channels and people this account has, and in all `MEMBER_BURST` reads at once, then one per `MEMBER_REFILL_MS`.
 */
import { isObject } from '../../../shared/json.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { channelKey, type ChannelRef, ChannelType, parseChannelKey } from '../../../shared/domain.ts';
import type { Directory } from './directory.ts';
import type { ExtraSync } from './extra-sync.ts';
import { channelOfParams, type RecallHint } from './hints.ts';
import { createKeyedRunner, RunnerClosed } from './keyed-runner.ts';
import { createPaced } from './paced.ts';
import type { HistoryVerifier } from './verify-history.ts';
import type { SyncContext } from './sync-context.ts';

export interface Command {
  /** null when the envelope names no conversation. */
  envelope: ChannelRef | null;
  fromUid: string;
  payload: Record<string, unknown>;
  /** Unix seconds, server clock. */
  timestamp: number;
  startedAt: number;
}

export interface CommandParts {
  directory: Directory;
  extraSync: ExtraSync;
  verifier: HistoryVerifier;
  hint: (hint: RecallHint) => void;
  syncReminders: () => Promise<void>;
  syncDrafts: () => Promise<void>;
  /** Reads the whole conversation list, not faster than allowed. */
  readList: () => void;
}

/** How long "is typing" stays without news; senders repeat it every few seconds. */
const TYPING_MS = 8_000;
const MEMBER_BURST = 20;
const MEMBER_REFILL_MS = 500;
const MAX_WAITING = 500;
/** Newest rows compared after an erasure by others. */
const ERASED_ROWS = 200;

/** The server's own sender ids (wukongim.md C.3; TSDD's system user). */
const SYSTEM_UIDS = new Set(['', '____system', 'u_10000']);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export interface Commands {
  handle: (command: Command) => void;
  close: () => void;
}

export function createCommands(context: SyncContext, parts: CommandParts): Commands {
  const { store, log, me } = context;
  const { directory, extraSync, verifier } = parts;

  function inBackground(what: string, task: Promise<unknown>): void {
    task.catch((error: unknown) => {
      if (!(error instanceof RunnerClosed)) log('info', `${what} failed: ${reasonOf(error)}`);
    });
  }

  const paced = createPaced({ burst: MEMBER_BURST, refillMs: MEMBER_REFILL_MS, maxWaiting: MAX_WAITING });
  const erasures = createKeyedRunner({
    burst: 3,
    refillMs: 1_000,
    concurrency: 2,
    run: (key) => verifier.verifyNewest(parseChannelKey(key), ERASED_ROWS),
  });

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

  type Effect = (params: Record<string, unknown>, channel: ChannelRef | null, command: Command) => void;

  /** These ask the server; whoever sent them. */
  const asking: Record<string, Effect> = {
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
      if (!channel || (channel.channelType === ChannelType.person && channel.channelId === me.uid)) return;
      if (!fromServer(command.fromUid) && !isMine(channel)) return;
      whenAllowed(command, `channel ${channelKey(channel)}`, () => refresh(channel, false));
    },
    friendRequest: () => inBackground('friend requests', directory.refreshFriendRequests()),
    friendAccept: () => {
      inBackground('friend sync', directory.syncFriends());
      inBackground('friend requests', directory.refreshFriendRequests());
    },
    friendDeleted: () => inBackground('friend sync', directory.syncFriends()),
    messageEerase: (_params, channel) => {
      if (channel && store.conversations.get(channel))
        inBackground('history check', erasures.request(channelKey(channel)));
    },
    onlineStatus(params, _channel, command) {
      const uid = textOf(params['uid']);
      if (uid === '' || store.people.userName(uid) === null) return;
      const online = params['online'] === 1;
      // "Offline" of one device says nothing about the others unless it says so.
      const sure = online || params['all_offline'] === 1;
      if (sure && fromServer(command.fromUid)) {
        store.people.setOnline(uid, online, Math.floor(context.serverNowMs() / 1000));
      } else {
        const person = { channelId: uid, channelType: ChannelType.person };
        whenAllowed(command, `channel ${channelKey(person)}`, () => refresh(person, false));
      }
    },
  };

  /**
   * Deleted on another device. A command that comes late, or once more, does not hide what was said since; if both are of
   * the same second, the list decides.
   */
  function hideIfOlder(_params: unknown, channel: ChannelRef | null, { timestamp }: Command): void {
    const conversation = channel && store.conversations.get(channel);
    if (!conversation) return;
    if (conversation.timestamp < timestamp) store.conversations.hide(conversation.channel);
    else parts.readList();
  }

  /** These are the news themselves: only from the server. */
  const telling: Record<string, Effect> = {
    unreadClear(params, channel, { timestamp }) {
      const conversation = channel && store.conversations.get(channel);
      if (!channel || !conversation || params['unread'] !== 0) return;
      // Late: what was said since is not read.
      if (conversation.timestamp > timestamp) parts.readList();
      else store.conversations.markRead(channel, conversation.lastMessageSeq);
    },
    conversationDeleted: hideIfOlder,
    conversationDelete: hideIfOlder,
    messageDeleted(params) {
      const byChannel = new Map<string, { channel: ChannelRef; ids: string[] }>();
      for (const entry of Array.isArray(params['messages']) ? params['messages'].filter(isObject) : []) {
        const channel = channelOfParams(entry);
        const id = textOf(entry['message_id']);
        if (!channel || id === '') continue;
        const group = byChannel.get(channelKey(channel)) ?? { channel, ids: [] };
        group.ids.push(id);
        byChannel.set(channelKey(channel), group);
      }
      for (const { channel, ids } of byChannel.values()) store.messages.deleteForMe(channel, ids);
    },
    typing(params) {
      const uid = textOf(params['from_uid']);
      const claimed = channelOfParams(params);
      if (uid === '' || uid === me.uid || !claimed) return;
      // In a person chat the channel is the one who types, whatever the parameter says.
      const channel =
        claimed.channelType === ChannelType.person
          ? { channelId: uid, channelType: ChannelType.person }
          : claimed;
      if (!store.conversations.get(channel)) return;
      const name = store.people.userName(uid) ?? textOf(params['from_name']);
      context.push({ kind: 'typing', typing: { channel, uid, name, untilMs: Date.now() + TYPING_MS } });
    },
  };

  /** Known, and of no concern to what this client shows. */
  const ignored = new Set([
    'syncMessageReaction',
    'syncPinnedMessage',
    'groupAvatarUpdate',
    'userAvatarUpdate',
    'pcQuit',
    'voiceReaded',
  ]);

  const fromServer = (uid: string): boolean => SYSTEM_UIDS.has(uid) || uid === me.uid;

  function handle(command: Command): void {
    const name = textOf(command.payload['cmd']);
    const params = isObject(command.payload['param']) ? command.payload['param'] : {};
    const channel = channelOfParams(params) ?? command.envelope;
    const ask = Object.hasOwn(asking, name) ? asking[name] : undefined;
    const tell = Object.hasOwn(telling, name) ? telling[name] : undefined;
    if (ask) ask(params, channel, command);
    else if (tell && fromServer(command.fromUid)) tell(params, channel, command);
    else if (tell) log('warn', `command ${name} from another client; ignored`);
    else if (ignored.has(name)) log('debug', `command ${name}: nothing to do`);
    // Any member may put any text here: only what the server itself says is named.
    else if (fromServer(command.fromUid) && /^[A-Za-z]{1,40}$/.test(name))
      log('info', `unknown command ${name} of the server`);
    else log('info', `unknown command (a name of ${name.length} characters)`);
  }

  return {
    handle,
    close() {
      paced.close();
      erasures.close();
    },
  };
}
