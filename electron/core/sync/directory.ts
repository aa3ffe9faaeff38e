/**
 * People, groups and members: fetched lazily, once per key at a time, and again when the server says they changed.
 * Look-ups that fail are not repeated within a minute unless something changed.
 */
import { channelKey, type ChannelRef, ChannelType, parseChannelKey } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { isServersTrouble } from '../api/server-trouble.ts';
import { KeyedRunner } from './keyed-runner.ts';
import { keepReceipt } from './receipts.ts';
import type { SyncContext } from './sync-context.ts';
import { Told } from './told.ts';

/** Rows of a page; more only where so many share one version. */
const MEMBER_ROWS = 1_000;
const MOST_MEMBER_ROWS = 10_000;
const MAX_MEMBER_PAGES = 200;
const SUPER_GROUP_PAGE = 100;
const FRIEND_ROWS = 1_000;
const MAX_FRIEND_PAGES = 20;
const FAILED_FOR_MS = 60_000;
/** Of an answer that was too old for them. */
const MOST_READ_AGAIN = 20;
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

export const personChannel = (uid: string): ChannelRef => ({
  channelId: uid,
  channelType: ChannelType.person,
});
export const groupChannel = (groupNo: string): ChannelRef => ({
  channelId: groupNo,
  channelType: ChannelType.group,
});

const channelRequestKey = (channel: ChannelRef): string | null => {
  if (channel.channelType === ChannelType.person) return `u/${channel.channelId}`;
  return channel.channelType === ChannelType.group ? `g/${channel.channelId}` : null;
};

export class Directory {
  readonly #context: SyncContext;
  readonly #rejoined: (group: ChannelRef) => Promise<void>;
  readonly #failedAt = new Map<string, number>();
  /** Keys: `u/<uid>`, `g/<groupNo>`, `m/<groupNo>`, `c/<channel key>`, `friends`, `requests`. */
  readonly #runner: KeyedRunner;
  #friendRequestCount = 0;
  readonly #told = new Told();
  /** Whether the server lets people set after how long messages are deleted: asked once. */
  #knowsOffer = false;

  /** @param rejoined I am in this group again, as far as this client knew: the server says what may be read. */
  constructor(context: SyncContext, rejoined: (group: ChannelRef) => Promise<void>) {
    this.#context = context;
    this.#rejoined = rejoined;
    this.#runner = new KeyedRunner({
      burst: BURST,
      refillMs: REFILL_MS,
      concurrency: CONCURRENCY,
      run: (key) => this.#read(key),
    });
  }

  /** Number of friend requests that wait for an answer; pushed when it changes. */
  get friendRequestCount(): number {
    return this.#friendRequestCount;
  }

  /** Reads the channel's info again (person or group). */
  async refreshChannel(channel: ChannelRef): Promise<void> {
    const key = channelRequestKey(channel);
    if (key !== null) {
      // (Refused where the server does not know the channel; nothing else waits for it.)
      this.#background(`c/${channelKey(channel)}`);
      await this.#request(key);
    } else
      this.#context.log('info', `no info for channels of type ${channelKey(channel).split('/')[0] ?? ''}`);
  }

  refreshMembers(groupNo: string): Promise<void> {
    return this.#request(`m/${groupNo}`);
  }

  /** The server said something of a person or group, or took a change of it: answers on their way are older. */
  told(channel: ChannelRef): void {
    this.#told.tell(channel);
  }

  /** To be called before a question about people or groups; says of whom its answer is too old. */
  asking(): (channel: ChannelRef) => boolean {
    return this.#told.ask();
  }

  /** Those of whom an answer was too old. */
  readAgain(channels: readonly ChannelRef[]): void {
    for (const channel of channels.slice(0, MOST_READ_AGAIN)) this.ensureChannel(channel);
  }

  /** Reads people this account has no name for yet. */
  ensureUsers(uids: Iterable<string>): void {
    const { me, store } = this.#context;
    for (const uid of new Set(uids)) {
      if (uid !== '' && uid !== me.uid && store.people.userName(uid) === null) this.#background(`u/${uid}`);
    }
  }

  /** Reads a channel seen for the first time. */
  ensureChannel(channel: ChannelRef): void {
    const key = channelRequestKey(channel);
    if (key !== null) this.#background(key);
  }

  syncFriends(): Promise<void> {
    return this.#request('friends');
  }

  refreshFriendRequests(): Promise<void> {
    return this.#request('requests');
  }

  close(): void {
    this.#runner.close();
  }

  async #read(key: string): Promise<void> {
    const id = key.slice(2);
    if (key === 'friends') await this.#readFriends();
    else if (key === 'requests') await this.#readRequests();
    else if (key.startsWith('u/')) await this.#readUser(id);
    else if (key.startsWith('g/')) await this.#readGroup(id);
    else if (key.startsWith('c/')) await this.#readAutoDelete(parseChannelKey(id));
    else await this.#readMembers(id);
    this.#failedAt.delete(key);
  }

  async #request(key: string): Promise<void> {
    try {
      await this.#runner.request(key);
    } catch (error) {
      if (error instanceof CodedError) this.#failedAt.set(key, Date.now());
      throw error;
    }
  }

  #background(key: string): void {
    const failedMsAgo = Date.now() - (this.#failedAt.get(key) ?? Number.NEGATIVE_INFINITY);
    // Below zero: the clock was set back.
    if (failedMsAgo >= 0 && failedMsAgo < FAILED_FOR_MS) return;
    this.#request(key).catch((error: unknown) =>
      this.#context.log('info', `look-up of ${key.slice(0, 1)} failed: ${reasonOf(error)}`),
    );
  }

  async #readUser(uid: string): Promise<void> {
    const [channel, isOld] = [personChannel(uid), this.asking()];
    const user = await this.#context.api.user(uid);
    if (isOld(channel)) return this.readAgain([channel]);
    this.#context.store.people.putUsers([user]);
    keepReceipt(this.#context.store, channel, user.receipt ?? false);
  }

  async #readAutoDelete(channel: ChannelRef): Promise<void> {
    const { api, serverNowMs, store } = this.#context;
    const askedAt = Math.floor(serverNowMs() / 1000);
    const { autoDelete: seconds } = await api.endsOf(channel);
    // (Also when it is as before: from now on older tips say nothing.)
    if (store.readOnly) return;
    store.conversations.setAutoDelete(channel, seconds, askedAt);
    if (this.#knowsOffer) return;
    const offered = await api.offersAutoDelete(this.#context.me.uid);
    this.#knowsOffer = true;
    store.conversations.setAutoDeleteOffered(offered);
  }

  async #readGroup(groupNo: string): Promise<void> {
    const [channel, isOld] = [groupChannel(groupNo), this.asking()];
    const group = await this.#context.api.group(groupNo);
    if (!group) return;
    if (isOld(channel)) return this.readAgain([channel]);
    const wasIn = this.#context.store.people.channelInfo(channel).composerBlock !== 'left';
    this.#context.store.people.putGroups([group]);
    keepReceipt(this.#context.store, channel, group.receipt);
    // (A group can hide its past from those who join.)
    if (!wasIn && this.#context.store.people.channelInfo(channel).composerBlock !== 'left')
      await this.#rejoined(channel);
  }

  async #readMembers(groupNo: string): Promise<void> {
    try {
      let limit = MEMBER_ROWS;
      for (let page = 0; page < MAX_MEMBER_PAGES; page += 1) {
        const version = this.#context.store.people.memberVersion(groupNo);
        const { members, rowCount } = await this.#context.api.memberSync(groupNo, version, limit);
        const last = rowCount < limit;
        // Several members may share a version (tsdd-api.md 3.2), and the end of a full page may cut between them: those
        // of its last version come again. What is stored is the cursor, so a run that ends here goes on here.
        const highest = members.reduce((most, member) => Math.max(most, member.version), 0);
        const complete = last ? members : members.filter((member) => member.version < highest);
        if (complete.length > 0) {
          this.#context.store.people.putMembers(groupNo, complete);
          limit = MEMBER_ROWS;
        } else if (!last && limit < MOST_MEMBER_ROWS) {
          limit = MOST_MEMBER_ROWS;
          continue;
        } else if (members.length > 0) this.#context.store.people.putMembers(groupNo, members);
        if (last || this.#context.store.people.memberVersion(groupNo) <= version) return;
      }
    } catch (error) {
      // Super groups have no member sync (tsdd-api.md 3.2).
      if (!(error instanceof CodedError) || error.code !== 'refused' || isServersTrouble(error)) throw error;
      for (let page = 1; page <= MAX_MEMBER_PAGES; page += 1) {
        const members = await this.#context.api.memberPage(groupNo, page, SUPER_GROUP_PAGE);
        if (members.length > 0) this.#context.store.people.putMembers(groupNo, members);
        if (members.length < SUPER_GROUP_PAGE) return;
      }
    }
  }

  async #readFriends(): Promise<void> {
    const known = Number(this.#context.store.state.get(FRIEND_VERSION_STATE) ?? '0') || 0;
    const readAllMsAgo = Date.now() - (Number(this.#context.store.state.get(ALL_FRIENDS_STATE) ?? '0') || 0);
    // Below zero: the clock was set back.
    const all = readAllMsAgo < 0 || readAllMsAgo >= ALL_FRIENDS_EVERY_MS;
    let version = all ? 0 : known;
    for (let page = 0; page < MAX_FRIEND_PAGES; page += 1) {
      const isOld = this.asking();
      const { users, rowCount, nextVersion } = await this.#context.api.friendSync(version, FRIEND_ROWS);
      const standing = users.filter(({ uid }) => !isOld(personChannel(uid)));
      if (standing.length > 0) this.#context.store.people.putUsers(standing);
      this.readAgain(users.map(({ uid }) => personChannel(uid)).filter(isOld));
      if (nextVersion > known) this.#context.store.state.set(FRIEND_VERSION_STATE, String(nextVersion));
      if (rowCount < FRIEND_ROWS || nextVersion <= version) break;
      version = nextVersion;
    }
    if (all) this.#context.store.state.set(ALL_FRIENDS_STATE, String(Date.now()));
  }

  async #readRequests(): Promise<void> {
    const requests = await this.#context.api.friendRequests();
    const count = requests.filter((entry) => entry.status === 'new').length;
    if (count === this.#friendRequestCount) return;
    this.#friendRequestCount = count;
    this.#context.push({ kind: 'friendRequests', count });
  }
}
