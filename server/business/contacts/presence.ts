/**
 * Who is online, learned from WuKongIM's `user.onlinestatus` webhook (wukongim.md C.8); kept in memory, last times on
 * disk.
 */
import type { Accounts } from '../accounts/accounts.ts';
import type { Commands } from '../im-client/commands.ts';
import type { ImApi } from '../im-client/im-api.ts';
import type { Friends } from './friends.ts';

export interface PresenceState {
  online: 0 | 1;
  /** Device class last seen; pc before web before app when several are online. */
  deviceFlag: number;
  /** Unix seconds; 0 = never or unknown. */
  lastOffline: number;
}

export interface OnlineEvent {
  uid: string;
  deviceFlag: number;
  online: boolean;
  totalOnline: number;
}

/**
 * `uid-deviceFlag-online-connId-deviceOnlineCount-totalOnlineCount`; parsed from the right because a uid may contain
 * "-".
 */
export function parseOnlineEvent(text: string): OnlineEvent | null {
  const match = /^(.+)-(\d+)-([01])-\d+-(\d+)-(\d+)$/.exec(text);
  const uid = match?.[1];
  if (!match || !uid) return null;
  return {
    uid,
    deviceFlag: Number(match[2]),
    online: match[3] === '1' || Number(match[4]) > 0,
    totalOnline: Number(match[5]),
  };
}

export class Presence {
  /** Device flags online per uid. */
  readonly #online = new Map<string, Set<number>>();
  readonly #accounts: Accounts;
  readonly #friends: Friends;
  readonly #commands: Commands;
  readonly #now: () => number;

  constructor(accounts: Accounts, friends: Friends, commands: Commands, now: () => number) {
    this.#accounts = accounts;
    this.#friends = friends;
    this.#commands = commands;
    this.#now = now;
  }

  /** Takes the current state over from an IM server that kept running. */
  async load(im: ImApi): Promise<void> {
    for (const row of await im.onlineStatus(this.#accounts.allUids())) {
      if (row.online === 1) this.#flags(row.uid).add(row.device_flag);
    }
  }

  state(uid: string): PresenceState {
    const flags = this.#online.get(uid);
    const lastOffline = this.#accounts.find(uid)?.last_offline ?? 0;
    return flags?.size
      ? { online: 1, deviceFlag: mainFlag(flags), lastOffline: 0 }
      : { online: 0, deviceFlag: 0, lastOffline };
  }

  isOnline(uid: string): boolean {
    return (this.#online.get(uid)?.size ?? 0) > 0;
  }

  hasDevice(uid: string, flag: number): boolean {
    return this.#online.get(uid)?.has(flag) ?? false;
  }

  /** Applies an event and tells friends, and for web and pc devices also the user's own devices. */
  async apply(event: OnlineEvent): Promise<void> {
    if (!this.#accounts.find(event.uid)) return;
    const flags = this.#flags(event.uid);
    const before = flags.has(event.deviceFlag);
    if (event.online) flags.add(event.deviceFlag);
    else flags.delete(event.deviceFlag);
    if (event.totalOnline === 0) flags.clear();
    if (flags.size === 0) {
      this.#online.delete(event.uid);
      this.#accounts.setProfile(event.uid, 'last_offline', Math.floor(this.#now() / 1000));
    }
    if (before === event.online) return;
    const to = this.#friends.friendUids(event.uid);
    if (event.deviceFlag !== 0) to.push(event.uid);
    await this.#commands.onlineToUsers(to, 'onlineStatus', {
      device_flag: event.deviceFlag,
      main_device_flag: flags.size > 0 ? mainFlag(flags) : event.deviceFlag,
      online: event.online ? 1 : 0,
      ...(flags.size === 0 ? { all_offline: 1 } : {}),
      uid: event.uid,
    });
  }

  #flags(uid: string): Set<number> {
    let flags = this.#online.get(uid);
    if (!flags) {
      flags = new Set();
      this.#online.set(uid, flags);
    }
    return flags;
  }
}

function mainFlag(flags: ReadonlySet<number>): number {
  return Math.max(...flags);
}
