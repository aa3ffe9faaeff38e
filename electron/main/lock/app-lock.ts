/**
 * Whether the app is locked, and what opens it. The passcode's hash and the count of wrong tries lie in `app-lock.json`
 * of the profile; nobody but the main thread reads it, and no window decides anything. With a passcode every start
 * begins locked (docs/app-lock.md).
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { PasscodeAnswer } from '../../../shared/ipc/contract/lock.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { type JsonFile, jsonFile } from '../files/json-file.ts';
import { hashPasscode, isPasscode } from './passcode.ts';

const LockRecord = z.object({
  salt: z.string().max(100),
  /** '' = the file was damaged: no passcode fits. */
  hash: z.string().max(100),
  /** Wrong ones since the last right one. */
  tries: z.int().min(0),
  /** Before this no further one is looked at, ms since epoch. */
  until: z.number().min(0),
});
type LockRecord = z.infer<typeof LockRecord>;

const UNREADABLE: LockRecord = { salt: '', hash: '', tries: 0, until: 0 };

/** Seconds to wait after that many wrong tries in a row; after more, the last one. */
const WAITS = [0, 0, 0, 5, 15, 30, 60, 120, 300, 900] as const;

export function waitAfter(tries: number): number {
  return (WAITS[Math.min(tries, WAITS.length - 1)] ?? 0) * 1000;
}

export interface AppLockOptions {
  /** Of the profile. */
  userDataDir: string;
  /** Locked, or open again. */
  onChange: (locked: boolean) => void;
  warn: (message: string) => void;
}

export class AppLock {
  readonly #options: AppLockOptions;
  readonly #path: string;
  readonly #file: JsonFile<LockRecord | null>;
  #record: LockRecord | null;
  #isLocked: boolean;
  /** One try at a time: a hundred at once would have all the memory, and no wait in between. */
  #isChecking = false;
  /** As `until`, on the clock that nobody sets. */
  #untilTicks = 0;

  constructor(options: AppLockOptions) {
    this.#options = options;
    this.#path = join(options.userDataDir, 'app-lock.json');
    this.#file = jsonFile(this.#path, LockRecord.nullable(), () => null, options.warn);
    const existed = existsSync(this.#path);
    this.#record = this.#file.read();
    // A passcode was set, whatever the file looks like now.
    if (existed && this.#record === null) this.#keep(UNREADABLE);
    this.#isLocked = this.#record !== null;
    if (this.#record) this.#untilTicks = performance.now() + this.waitMs;
  }

  get isSet(): boolean {
    return this.#record !== null;
  }

  /** Locked because there is no passcode, and there has to be one. */
  get isDemanding(): boolean {
    return this.#isLocked && this.#record === null;
  }

  get isLocked(): boolean {
    return this.#isLocked;
  }

  /** false: nothing opens it any more. */
  get isUsable(): boolean {
    return this.#record?.hash !== '';
  }

  /** Before the next try is looked at. */
  get waitMs(): number {
    if (!this.#record) return 0;
    const { tries, until } = this.#record;
    // A clock that was set back is no reason to wait for longer than a wait is.
    const byClock = Math.min(until - Date.now(), waitAfter(tries));
    return Math.max(0, byClock, this.#untilTicks - performance.now());
  }

  /** Nothing where no passcode is set. */
  lock(): void {
    if (!this.isSet || this.#isLocked) return;
    this.#isLocked = true;
    this.#options.onChange(true);
  }

  /** Nothing is open until a passcode is chosen. Nothing where one is set. */
  demand(): void {
    if (this.isSet || this.#isLocked) return;
    this.#isLocked = true;
    this.#options.onChange(true);
  }

  /** What `demand` waits for. Throws `invalidState` where it does not. */
  async choose(passcode: string): Promise<void> {
    const hashed = await hashPasscode(passcode);
    if (!this.isDemanding) throw new CodedError('invalidState', 'no passcode is wanted');
    this.#write(hashed);
    this.#open();
  }

  async unlock(passcode: string): Promise<PasscodeAnswer> {
    const answer = await this.#check(passcode);
    if (answer.is === 'right') this.#open();
    return answer;
  }

  /** `next` null: no lock any more. Throws `invalidState` where `current` is missing, or is not wanted. */
  async set(current: string | null, next: string | null): Promise<PasscodeAnswer> {
    if ((current === null) === this.isSet)
      throw new CodedError('invalidState', this.isSet ? 'the passcode is needed' : 'there is no passcode');
    if (current !== null) {
      const answer = await this.#check(current);
      if (answer.is !== 'right') return answer;
    }
    if (next === null) this.clear();
    else this.#write(await hashPasscode(next));
    return { is: 'right' };
  }

  /** There is no passcode any more, and nothing is locked. */
  clear(): void {
    rmSync(this.#path, { force: true });
    this.#record = null;
    this.#open();
  }

  /** Not kept, not set: the next start would be open. */
  #write(hashed: Pick<LockRecord, 'salt' | 'hash'>): void {
    const record = { ...hashed, tries: 0, until: 0 };
    this.#file.write(record);
    this.#record = record;
  }

  #open(): void {
    if (!this.#isLocked) return;
    this.#isLocked = false;
    this.#options.onChange(false);
  }

  async #check(passcode: string): Promise<PasscodeAnswer> {
    const record = this.#record;
    if (!record) throw new CodedError('invalidState', 'there is no passcode');
    if (this.waitMs > 0) return { is: 'wait', waitMs: this.waitMs };
    if (this.#isChecking) return { is: 'wait', waitMs: 500 };
    this.#isChecking = true;
    try {
      // Before it is looked at: whoever ends the app meanwhile has had this try.
      this.#count(record.tries + 1);
      const isRight = record.hash !== '' && (await isPasscode(passcode, record));
      if (!isRight) return { is: 'wrong', waitMs: this.waitMs };
      this.#count(0);
      return { is: 'right' };
    } finally {
      this.#isChecking = false;
    }
  }

  #count(tries: number): void {
    if (!this.#record) return;
    const wait = waitAfter(tries);
    this.#keep({ ...this.#record, tries, until: wait === 0 ? 0 : Date.now() + wait });
    this.#untilTicks = wait === 0 ? 0 : performance.now() + wait;
  }

  /** On a full disk the count is in memory alone: somebody who knows the passcode must not be locked out by it. */
  #keep(record: LockRecord): void {
    this.#record = record;
    try {
      this.#file.write(record);
    } catch (error) {
      this.#options.warn(`app-lock.json not written: ${String(error)}`);
    }
  }
}
