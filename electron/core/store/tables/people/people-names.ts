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
  /** By group ('' = outside of groups), then uid: joined to one key, making it would cost more than looking it up. */
  readonly #names = new Map<string, Map<string, string>>();
  #nameCount = 0;
  /** Of people outside of groups, null = not known. Asked for each sender of every batch. */
  readonly #userNames = new Map<string, string | null>();
  readonly #groupNames = new Map<string, string>();
  readonly #roles = new Map<string, Map<string, Role | null>>();

  constructor(ctx: Pick<StoreContext, 'me' | 'onRollback'>, find: FindPeople) {
    this.#me = ctx.me;
    this.#find = find;
    ctx.onRollback(() => {
      this.peopleChanged();
      this.#roles.clear();
      this.#groupNames.clear();
    });
  }

  /** Name of a person as this account sees them, in a channel. */
  nameIn(channel: ChannelRef, uid: string): string {
    if (!uid) return '';
    const inGroup = channel.channelType === ChannelType.group;
    const place = inGroup ? channel.channelId : '';
    const known = this.#names.get(place)?.get(uid);
    if (known !== undefined) return known;
    const user = this.#find.user(uid);
    const member = inGroup ? this.#find.member(channel.channelId, uid) : undefined;
    const own = uid === this.#me.uid ? this.#me.name : '';
    const name = firstName(uid, user?.remark, member?.remark, own, user?.name, member?.name);
    if (this.#nameCount > MOST_NAMES) this.peopleChanged();
    within(this.#names, place).set(uid, name);
    this.#nameCount += 1;
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
    let name = this.#userNames.get(uid);
    if (name !== undefined) return name;
    const user = this.#find.user(uid);
    const known = user?.remark || user?.name || (uid === this.#me.uid ? this.#me.name : '');
    name = known ? firstName(uid, user?.remark, user?.name, known) : null;
    if (this.#userNames.size > MOST_NAMES) this.#userNames.clear();
    this.#userNames.set(uid, name);
    return name;
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
    const roles = within(this.#roles, channel.channelId);
    let role = roles.get(uid);
    if (role === undefined) {
      const member = this.#find.member(channel.channelId, uid);
      role = member && member.deleted === 0 ? asRole(member.role) : null;
      roles.set(uid, role);
    }
    return role;
  }

  peopleChanged(): void {
    this.#names.clear();
    this.#userNames.clear();
    this.#nameCount = 0;
  }

  groupChanged(groupNo: string): void {
    this.#groupNames.delete(groupNo);
  }

  memberChanged(groupNo: string, uid: string): void {
    this.#roles.get(groupNo)?.delete(uid);
  }

  #ownRole(groupNo: string): Role | null {
    const mine = this.#find.member(groupNo, this.#me.uid);
    if (mine) return mine.deleted === 1 ? null : asRole(mine.role);
    return asRole(this.#find.group(groupNo)?.my_role);
  }
}

function within<T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> {
  let map = maps.get(key);
  if (!map) maps.set(key, (map = new Map()));
  return map;
}
