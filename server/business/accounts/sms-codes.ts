/**
 * Codes that prove whose phone number it is (tsdd-api.md 1.1): for a registration, a new password, a new device, the
 * end of an account. Kept in memory, of bounded size: a restart forgets them, and whoever waits for one asks again.
 */
import { randomInt } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { sameSecret } from '../../secret-text.ts';
import { ApiError, refusal } from '../http/errors.ts';

export type SmsKind = 'register' | 'password' | 'device' | 'destroy';

export interface PhoneNumber {
  zone: string;
  phone: string;
}

export interface SentCode extends PhoneNumber {
  kind: SmsKind;
  code: string;
}

/** Brings a code to its phone. Throws when it cannot. */
export type SmsGateway = (message: SentCode) => void;

const VALID_MS = 5 * 60_000;
const AGAIN_MS = 60_000;
const WRONG_CODES = 3;
const LOCKED_MS = 10 * 60_000;
const NUMBERS_KEPT = 20_000;

interface Entry {
  code: string | null;
  sentAt: number;
  wrong: number;
  lockedUntil: number;
}

export interface SmsCodesOptions {
  /** null: no code reaches anybody. */
  gateway: SmsGateway | null;
  /**
   * Taken in place of any code of a registration or a new password, as TSDD's `smsCode`; never of a device. null = no
   * such code.
   */
  fixed: string | null;
  now: () => number;
}

export class SmsCodes {
  readonly #options: SmsCodesOptions;
  readonly #entries = new LRUCache<string, Entry>({ max: NUMBERS_KEPT });

  constructor(options: SmsCodesOptions) {
    this.#options = options;
  }

  /** Whether a code can reach somebody, or a fixed one is known: the routes that need one exist. */
  get isOffered(): boolean {
    return this.#options.gateway !== null || this.#options.fixed !== null;
  }

  /** Whether a phone can be asked about a new device: no fixed code stands in for that. */
  get canAskDevices(): boolean {
    return this.#options.gateway !== null;
  }

  /** Sends a new code; the one before is void. Refuses the second within a minute, and while the number is locked. */
  send(kind: SmsKind, number: PhoneNumber): void {
    const { fixed, gateway, now } = this.#options;
    const key = keyOf(kind, number);
    const entry = this.#entries.get(key);
    if (entry) this.#throwLocked(entry);
    if (entry && entry.code !== null && now() - entry.sentAt < AGAIN_MS)
      throw new ApiError(400, '发送验证码过于频繁，请稍后再试！', {
        code: 'rate_limited',
        more: { retry_after_second: secondsUntil(entry.sentAt + AGAIN_MS, now()) },
      });
    if (gateway === null) {
      // Whoever runs the server with a fixed code gives that one out.
      if (fixed !== null && kind !== 'device') return;
      throw refusal('发送短信验证码失败！');
    }
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    gateway({ kind, ...number, code });
    this.#entries.set(key, { code, sentAt: now(), wrong: 0, lockedUntil: 0 });
  }

  /** Throws unless this is the code that was sent; it is void afterwards. */
  check(kind: SmsKind, number: PhoneNumber, code: string): void {
    const { fixed, now } = this.#options;
    const key = keyOf(kind, number);
    const entry = this.#entries.get(key);
    if (entry) this.#throwLocked(entry);
    if (kind !== 'device' && fixed !== null && sameSecret(code, fixed)) return;
    if (!entry || entry.code === null || now() - entry.sentAt >= VALID_MS) throw wrongCode();
    if (sameSecret(code, entry.code)) {
      this.#entries.delete(key);
      return;
    }
    entry.wrong += 1;
    if (entry.wrong < WRONG_CODES) throw wrongCode({ tries_left: WRONG_CODES - entry.wrong });
    entry.code = null;
    entry.lockedUntil = now() + LOCKED_MS;
    this.#throwLocked(entry);
  }

  #throwLocked(entry: Entry): void {
    const now = this.#options.now();
    if (entry.lockedUntil <= now) return;
    throw new ApiError(400, '验证码错误次数过多，请稍后再试！', {
      code: 'code_locked',
      more: { retry_after_second: secondsUntil(entry.lockedUntil, now) },
    });
  }
}

const keyOf = (kind: SmsKind, { zone, phone }: PhoneNumber): string => `${kind} ${zone} ${phone}`;

const secondsUntil = (at: number, now: number): number => Math.ceil((at - now) / 1000);

const wrongCode = (more: Record<string, number> = {}): ApiError =>
  new ApiError(400, '验证码无效！', { more });

const KEPT_BY_DEMO = 100;

/**
 * The gateway of `--sms demo`: no SMS is sent. Codes stand in the server's log and in an administrator's route, for
 * trying things out and for tests.
 */
export class DemoPhones {
  readonly #sent: (SentCode & { created_at: number })[] = [];
  readonly #now: () => number;
  readonly #note: (message: string) => void;

  constructor(now: () => number, note: (message: string) => void) {
    this.#now = now;
    this.#note = note;
  }

  readonly gateway: SmsGateway = (message) => {
    this.#sent.push({ ...message, created_at: this.#now() });
    if (this.#sent.length > KEPT_BY_DEMO) this.#sent.shift();
    this.#note(
      `sms: ${message.code} for +${message.zone.replace(/^00/, '')} ${message.phone} (${message.kind})`,
    );
  };

  /** Newest first. */
  sent(): readonly (SentCode & { created_at: number })[] {
    return this.#sent.toReversed();
  }
}
