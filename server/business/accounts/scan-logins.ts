/**
 * Sign-in by a code that a phone scans (tsdd-api.md 1.5): a computer shows it and waits, somebody who is signed in
 * elsewhere scans it and says yes. Kept in memory, of bounded size: a restart ends what waits, and the computer shows
 * another code.
 */
import { LRUCache } from 'lru-cache';
import { refusal } from '../http/errors.ts';
import { newId } from '../store/format.ts';
import type { Device } from './accounts.ts';

const WAITS_MS = 60_000;
/** From the scan on. */
const SCANNED_MS = 5 * 60_000;
const AUTH_CODE_MS = 10 * 60_000;
const KEPT = 10_000;

export type ScanStatus =
  | { status: 'waitScan'; app_id: string; pub_key: string }
  /** `name` is our addition: TSDD's clients show the face alone. */
  | { status: 'scanned'; app_id: string; uid: string; name: string; pub_key: string }
  | { status: 'authed'; app_id: string; uid: string; auth_code: string; encrypt: string }
  | { status: 'expired' };

interface Login {
  uuid: string;
  pubKey: string;
  device: Device | null;
  state: ScanStatus;
  endsAt: number;
  /** Who waits for the next change. */
  waiting: Set<() => void>;
}

interface Grant {
  login: Login;
  scanner: string;
  granted: boolean;
  endsAt: number;
}

export interface ScanLoginsOptions {
  now: () => number;
  /** How long a question for the state waits for a change, ms. */
  holdMs: number;
}

const APP_ID = 'wukongchat';

export class ScanLogins {
  readonly #options: ScanLoginsOptions;
  readonly #logins = new LRUCache<string, Login>({ max: KEPT, dispose: (login) => release(login) });
  readonly #grants = new LRUCache<string, Grant>({ max: KEPT });

  constructor(options: ScanLoginsOptions) {
    this.#options = options;
  }

  /** Another code to show; its uuid. */
  create(pubKey: string, device: Device | null): string {
    const uuid = newId();
    this.#logins.set(uuid, {
      uuid,
      pubKey,
      device,
      state: { status: 'waitScan', app_id: APP_ID, pub_key: pubKey },
      endsAt: this.#options.now() + WAITS_MS,
      waiting: new Set(),
    });
    return uuid;
  }

  /** The state: at once when it ended, else after a change, or after a while without one. `left` ends the waiting. */
  async status(uuid: string, left: AbortSignal): Promise<ScanStatus> {
    const login = this.#live(uuid);
    if (!login) return { status: 'expired' };
    // Who asks again after the answer that it was granted gets it again.
    if (login.state.status !== 'authed') await this.#change(login, left);
    return this.#live(uuid)?.state ?? { status: 'expired' };
  }

  /** Somebody scanned it; the code with which that person can say yes. Nobody else can scan it from then on. */
  scan(uuid: string, person: { uid: string; name: string }): { auth_code: string; pub_key: string } {
    const login = this.#live(uuid);
    if (!login) throw refusal('二维码或已过期！');
    const { state } = login;
    if (state.status !== 'waitScan' && !(state.status === 'scanned' && state.uid === person.uid))
      throw refusal('二维码已被扫描！');
    const now = this.#options.now();
    const code = newId();
    this.#grants.set(code, { login, scanner: person.uid, granted: false, endsAt: now + AUTH_CODE_MS });
    this.#becomes(login, { status: 'scanned', app_id: APP_ID, ...person, pub_key: login.pubKey });
    return { auth_code: code, pub_key: login.pubKey };
  }

  /** Who scanned it says yes. */
  grant(code: string, uid: string, encrypt: string): void {
    const grant = this.#grants.get(code);
    if (!grant || grant.endsAt <= this.#options.now() || !this.#live(grant.login.uuid))
      throw refusal('授权码失效或不存在！');
    if (grant.scanner !== uid) throw refusal('扫描者与授权者不是同一个用户！');
    grant.granted = true;
    this.#becomes(grant.login, { status: 'authed', app_id: APP_ID, uid, auth_code: code, encrypt });
  }

  /** Whom a granted code signs in, once, and at which device. */
  take(code: string): { uid: string; device: Device | null } {
    const grant = this.#grants.get(code);
    if (!grant || !grant.granted || grant.endsAt <= this.#options.now())
      throw refusal('授权码失效或不存在！');
    this.#grants.delete(code);
    this.#logins.delete(grant.login.uuid);
    return { uid: grant.scanner, device: grant.login.device };
  }

  /** Answers everybody who waits: the server ends. */
  close(): void {
    for (const login of this.#logins.values()) release(login);
  }

  #live(uuid: string): Login | null {
    const login = this.#logins.get(uuid);
    return login && login.endsAt > this.#options.now() ? login : null;
  }

  #becomes(login: Login, state: ScanStatus): void {
    login.state = state;
    login.endsAt = this.#options.now() + SCANNED_MS;
    release(login);
  }

  #change(login: Login, left: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        login.waiting.delete(done);
        left.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, this.#options.holdMs);
      login.waiting.add(done);
      left.addEventListener('abort', done);
      if (left.aborted) done();
    });
  }
}

function release(login: Login): void {
  for (const done of login.waiting) done();
}
