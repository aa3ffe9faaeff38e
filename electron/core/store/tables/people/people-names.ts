/**
 * What people and groups are called here, and what role somebody has. A person: remark > nickname in the group > name >
 * short form of the uid. Asked for once per message view, so the answers are kept until the tables change.
 */
import { ChannelType, type ChannelRef, type Role } from '../../../../../shared/domain.ts';
import type { StoreContext } from '../../context.ts';
import { asRole, firstName, type FindPeople } from './people-rows.ts';

const MOST_NAMES = 20_000;

export class PeopleNames {
  readonly #me: StoreContext['me'];
  readonly #find: FindPeople;
  readonly #names = new Map<string, string>();
  readonly #groupNames = new Map<string, string>();
  readonly #roles = new Map<string, Role | null>();

  constructor(ctx: Pick<StoreContext, 'me' | 'onRollback'>, find: FindPeople) {
    this.#me = ctx.me;
    this.#find = find;
    ctx.onRollback(() => {
      this.#names.clear();
      this.#roles.clear();
      this.#groupNames.clear();
    });
  }

  /** Name of a person as this account sees them, in a channel. */
  nameIn(channel: ChannelRef, uid: string): string {
    if (!uid) return '';
    const inGroup = channel.channelType === ChannelType.group;
    const cacheKey = inGroup ? `${channel.channelId}/${uid}` : `/${uid}`;
    const known = this.#names.get(cacheKey);
    if (known !== undefined) return known;
    const user = this.#find.user(uid);
    const member = inGroup ? this.#find.member(channel.channelId, uid) : undefined;
    const own = uid === this.#me.uid ? this.#me.name : '';
    const name = firstName(uid, user?.remark, member?.remark, own, user?.name, member?.name);
    if (this.#names.size > MOST_NAMES) this.#names.clear();
    this.#names.set(cacheKey, name);
    return name;
  }

  /** null when the person is unknown. */
  /** As he calls himself there: what I call him is my own. '' = not known. */
  publicName(channel: ChannelRef, uid: string): string {
    const inGroup = channel.channelType === ChannelType.group;
    const member = inGroup ? this.#find.member(channel.channelId, uid) : undefined;
    const own = uid === this.#me.uid ? this.#me.name : '';
    return member?.remark || own || this.#find.user(uid)?.name || member?.name || '';
  }

  userName(uid: string): string | null {
    const user = this.#find.user(uid);
    const known = user?.remark || user?.name || (uid === this.#me.uid ? this.#me.name : '');
    return known ? firstName(uid, user?.remark, user?.name, known) : null;
  }

  channelName(channel: ChannelRef): string {
    const { channelId, channelType } = channel;
    if (channelType !== ChannelType.group) return this.nameIn(channel, channelId);
    const known = this.#groupNames.get(channelId);
    if (known !== undefined) return known;
    const group = this.#find.group(channelId);
    const name = firstName(channelId, group?.remark, group?.name);
    this.#groupNames.set(channelId, name);
    return name;
  }

  roleIn(channel: ChannelRef, uid: string): Role | null {
    if (channel.channelType !== ChannelType.group || !uid) return null;
    if (uid === this.#me.uid) return this.#ownRole(channel.channelId);
    const key = `${channel.channelId}/${uid}`;
    let role = this.#roles.get(key);
    if (role === undefined) {
      const member = this.#find.member(channel.channelId, uid);
      role = member && member.deleted === 0 ? asRole(member.role) : null;
      this.#roles.set(key, role);
    }
    return role;
  }

  peopleChanged(): void {
    this.#names.clear();
  }

  groupChanged(groupNo: string): void {
    this.#groupNames.delete(groupNo);
  }

  memberChanged(groupNo: string, uid: string): void {
    this.#roles.delete(`${groupNo}/${uid}`);
  }

  #ownRole(groupNo: string): Role | null {
    const mine = this.#find.member(groupNo, this.#me.uid);
    if (mine) return mine.deleted === 1 ? null : asRole(mine.role);
    return asRole(this.#find.group(groupNo)?.my_role);
  }
}
