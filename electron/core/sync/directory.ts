/**
 * People, groups and members: fetched lazily, once per key at a time, and again when the server says they changed.
 * Look-ups that fail are not repeated within a minute unless something changed.
 */
import { channelKey, type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { createKeyedRunner } from './keyed-runner.ts';
import { keepReceipt } from './receipts.ts';
import type { SyncContext } from './sync-context.ts';

/** Rows of a page; more only where so many share one version. */
const MEMBER_ROWS = 1_000;
const MOST_MEMBER_ROWS = 10_000;
const MAX_MEMBER_PAGES = 200;
const SUPER_GROUP_PAGE = 100;
const FRIEND_ROWS = 1_000;
const MAX_FRIEND_PAGES = 20;
const FAILED_FOR_MS = 60_000;
const CONCURRENCY = 3;
const BURST = 3;
const REFILL_MS = 500;
const FRIEND_VERSION_STATE = 'friendVersion';
/**
 * When all friends were read: a remark raises no version (tsdd-api.md 2.2), and not all of them are in the list of
 * chats.
 */
const ALL_FRIENDS_STATE = 'allFriendsAtMs';
const ALL_FRIENDS_EVERY_MS = 24 * 60 * 60 * 1_000;

export interface Directory {
  /** Reads the channel's info again (person or group). */
  refreshChannel: (channel: ChannelRef) => Promise<void>;
  refreshMembers: (groupNo: string) => Promise<void>;
  /** Reads people this account has no name for yet. */
  ensureUsers: (uids: Iterable<string>) => void;
  /** Reads a channel seen for the first time. */
  ensureChannel: (channel: ChannelRef) => void;
  syncFriends: () => Promise<void>;
  /** Number of friend requests that wait for an answer; pushed when it changes. */
  refreshFriendRequests: () => Promise<void>;
  readonly friendRequestCount: number;
  close: () => void;
}

const channelRequestKey = (channel: ChannelRef): string | null => {
  if (channel.channelType === ChannelType.person) return `u/${channel.channelId}`;
  return channel.channelType === ChannelType.group ? `g/${channel.channelId}` : null;
};

/** @param rejoined I am in this group again, as far as this client knew: what may be read is for the server to say. */
export function createDirectory(
  context: SyncContext,
  rejoined: (group: ChannelRef) => Promise<void>,
): Directory {
  const { api, store, log } = context;
  const failedAt = new Map<string, number>();
  let friendRequestCount = 0;

  // Keys: `u/<uid>`, `g/<groupNo>`, `m/<groupNo>`, `friends`, `requests`.
  const runner = createKeyedRunner({
    burst: BURST,
    refillMs: REFILL_MS,
    concurrency: CONCURRENCY,
    async run(key) {
      const id = key.slice(2);
      if (key === 'friends') await readFriends();
      else if (key === 'requests') await readRequests();
      else if (key.startsWith('u/')) await readUser(id);
      else if (key.startsWith('g/')) await readGroup(id);
      else await readMembers(id);
      failedAt.delete(key);
    },
  });

  async function request(key: string): Promise<void> {
    try {
      await runner.request(key);
    } catch (error) {
      if (error instanceof CodedError) failedAt.set(key, Date.now());
      throw error;
    }
  }

  function background(key: string): void {
    const failedMsAgo = Date.now() - (failedAt.get(key) ?? Number.NEGATIVE_INFINITY);
    // Below zero: the clock was set back.
    if (failedMsAgo >= 0 && failedMsAgo < FAILED_FOR_MS) return;
    request(key).catch((error: unknown) =>
      log('info', `look-up of ${key.slice(0, 1)} failed: ${reasonOf(error)}`),
    );
  }

  async function readUser(uid: string): Promise<void> {
    const user = await api.user(uid);
    store.people.putUsers([user]);
    keepReceipt(store, { channelId: uid, channelType: ChannelType.person }, user.receipt ?? false);
  }

  async function readGroup(groupNo: string): Promise<void> {
    const group = await api.group(groupNo);
    if (!group) return;
    const channel = { channelId: groupNo, channelType: ChannelType.group };
    const wasIn = store.people.channelInfo(channel).composerBlock !== 'left';
    store.people.putGroups([group]);
    keepReceipt(store, channel, group.receipt);
    // (A group can hide its past from those who join.)
    if (!wasIn && store.people.channelInfo(channel).composerBlock !== 'left') await rejoined(channel);
  }

  async function readMembers(groupNo: string): Promise<void> {
    try {
      let limit = MEMBER_ROWS;
      for (let page = 0; page < MAX_MEMBER_PAGES; page += 1) {
        const version = store.people.memberVersion(groupNo);
        const { members, rowCount } = await api.memberSync(groupNo, version, limit);
        const last = rowCount < limit;
        // Several members may share a version (tsdd-api.md 3.2), and the end of a full page may cut between them: those
        // of its last version come again. What is stored is the cursor, so a run that ends here goes on here.
        const highest = members.reduce((most, member) => Math.max(most, member.version), 0);
        const complete = last ? members : members.filter((member) => member.version < highest);
        if (complete.length > 0) {
          store.people.putMembers(groupNo, complete);
          limit = MEMBER_ROWS;
        } else if (!last && limit < MOST_MEMBER_ROWS) {
          limit = MOST_MEMBER_ROWS;
          continue;
        } else if (members.length > 0) store.people.putMembers(groupNo, members);
        if (last || store.people.memberVersion(groupNo) <= version) return;
      }
    } catch (error) {
      // Super groups have no member sync (tsdd-api.md 3.2).
      if (!(error instanceof CodedError) || error.code !== 'refused') throw error;
      for (let page = 1; page <= MAX_MEMBER_PAGES; page += 1) {
        const members = await api.memberPage(groupNo, page, SUPER_GROUP_PAGE);
        if (members.length > 0) store.people.putMembers(groupNo, members);
        if (members.length < SUPER_GROUP_PAGE) return;
      }
    }
  }

  async function readFriends(): Promise<void> {
    const known = Number(store.state.get(FRIEND_VERSION_STATE) ?? '0') || 0;
    const readAllMsAgo = Date.now() - (Number(store.state.get(ALL_FRIENDS_STATE) ?? '0') || 0);
    // Below zero: the clock was set back.
    const all = readAllMsAgo < 0 || readAllMsAgo >= ALL_FRIENDS_EVERY_MS;
    let version = all ? 0 : known;
    for (let page = 0; page < MAX_FRIEND_PAGES; page += 1) {
      const { users, rowCount, nextVersion } = await api.friendSync(version, FRIEND_ROWS);
      if (users.length > 0) store.people.putUsers(users);
      if (nextVersion > known) store.state.set(FRIEND_VERSION_STATE, String(nextVersion));
      if (rowCount < FRIEND_ROWS || nextVersion <= version) break;
      version = nextVersion;
    }
    if (all) store.state.set(ALL_FRIENDS_STATE, String(Date.now()));
  }

  async function readRequests(): Promise<void> {
    const requests = await api.friendRequests();
    const count = requests.filter((entry) => entry.status === 'new').length;
    if (count === friendRequestCount) return;
    friendRequestCount = count;
    context.push({ kind: 'friendRequests', count });
  }

  return {
    async refreshChannel(channel) {
      const key = channelRequestKey(channel);
      if (key === null)
        log('info', `no info for channels of type ${channelKey(channel).split('/')[0] ?? ''}`);
      else await request(key);
    },
    refreshMembers: (groupNo) => request(`m/${groupNo}`),
    ensureUsers(uids) {
      for (const uid of new Set(uids)) {
        if (uid !== '' && uid !== context.me.uid && store.people.userName(uid) === null)
          background(`u/${uid}`);
      }
    },
    ensureChannel(channel) {
      const key = channelRequestKey(channel);
      if (key !== null) background(key);
    },
    syncFriends: () => request('friends'),
    refreshFriendRequests: () => request('requests'),
    get friendRequestCount() {
      return friendRequestCount;
    },
    close: runner.close,
  };
}
