/**
 * Devices that nobody has signed in from yet, and who is asked to prove the phone number first (tsdd-api.md 1.3): with
 * TSDD whoever switched on `device_lock`, for phones; here, if the server is started so, everybody who has a number.
 */
import { LRUCache } from 'lru-cache';
import { refusal } from '../http/errors.ts';
import type { Db } from '../store/database.ts';
import type { Accounts, Device, User } from './accounts.ts';
import { DeviceFlag } from './sessions.ts';

const ASKED_MS = 10 * 60_000;
const KEPT = 10_000;

/** A sign-in whose password was right, and which waits for the code. */
interface Asking {
  flag: number;
  device: Device;
  /** Whether the password is still the one of then. */
  isCurrent: () => boolean;
  endsAt: number;
}

export interface NewDevicesOptions {
  db: Db;
  accounts: Accounts;
  /** Devices of every class are asked, whatever the user switched on. */
  all: boolean;
  /** Whether a code can be sent at all. */
  canAsk: () => boolean;
  now: () => number;
}

export class NewDevices {
  readonly #options: NewDevicesOptions;
  /** By uid; the last device of a person, as with TSDD. */
  readonly #asking = new LRUCache<string, Asking>({ max: KEPT });

  constructor(options: NewDevicesOptions) {
    this.#options = options;
  }

  /** Whether the number has to be proved before this sign-in, whose password was right; remembers that it was asked. */
  mustVerify(user: User, flag: number, device: Device | undefined): boolean {
    const { accounts, all, canAsk, now } = this.#options;
    const isLocked = flag === DeviceFlag.app && accounts.switches(user).device_lock === 1;
    if (user.phone === '' || !canAsk() || !(all || isLocked)) return false;
    if (!device) throw refusal('登录设备信息不能为空！');
    if (this.#isKnown(user.uid, device)) return false;
    const isCurrent = accounts.passwordWatch(user.uid);
    this.#asking.set(user.uid, { flag, device, isCurrent, endsAt: now() + ASKED_MS });
    return true;
  }

  /** Who is asked; null when nobody is, or not any more. */
  asking(uid: string): User | null {
    const asking = this.#asking.get(uid);
    return asking && asking.endsAt > this.#options.now() ? this.#options.accounts.find(uid) : null;
  }

  /** The number was proved: the sign-in that waited for it, once. */
  verified(uid: string): Asking {
    const asking = this.#asking.get(uid);
    this.#asking.delete(uid);
    if (!asking) throw refusal('登录设备已过期，请重新登录');
    return asking;
  }

  #isKnown(uid: string, device: Device): boolean {
    return (
      this.#options.db.get('SELECT 1 FROM device WHERE uid = ? AND device_id = ?', uid, device.device_id) !==
      undefined
    );
  }
}
