/**
 * What opens and ends sessions, here and at the IM server. The embedded one keeps a token per device and is told of its
 * digest only (`/user/token_add`, `/user/token_remove`); a real WuKongIM knows neither call and one token per class.
 */
import { digestOf } from '../../secret-text.ts';
import { refusal } from '../http/errors.ts';
import type { ImApi } from '../im-client/im-api.ts';
import type { ImJobs } from '../im-client/im-jobs.ts';
import type { Db } from '../store/database.ts';
import { newId } from '../store/format.ts';
import type { Device } from './accounts.ts';
import { DeviceFlag, type Session, type Sessions } from './sessions.ts';
import type { SharedTokens } from './shared-tokens.ts';

export interface SignInDeps {
  db: Db;
  im: ImApi;
  jobs: ImJobs;
  sessions: Sessions;
  sharedTokens: SharedTokens;
  now: () => number;
}

export class SignIn {
  readonly #deps: SignInDeps;

  constructor(deps: SignInDeps) {
    this.#deps = deps;
  }

  /**
   * Opens a session and makes its token known to the IM server. Throws TSDD's text when that cannot be reached, or when
   * the password was changed while it was asked (`isCurrent`): that ended all sessions, and must end this one.
   */
  async open(
    uid: string,
    flag: number,
    device: Device | undefined,
    isCurrent: () => boolean,
  ): Promise<string> {
    const { db, sessions, jobs } = this.#deps;
    const { token, seed } = await this.#announced(uid, flag);
    if (!isCurrent()) {
      const taken = { uid, flag, token_hash: digestOf(token), shared: 0, seed: seed ?? '' };
      this.#tellEnded([taken]);
      await jobs.flush();
      throw refusal('密码不正确！');
    }
    db.transaction(() => {
      if (device) this.#remember(uid, device);
      const ended = sessions.open(token, {
        uid,
        flag,
        deviceId: device?.device_id ?? null,
        ...(seed === undefined ? {} : { seed }),
      });
      // A shared token has taken the place of the class's others at the IM server already.
      this.#tellEnded(ended.filter((each) => seed === undefined || each.flag !== flag));
    });
    await jobs.flush();
    return token;
  }

  /** A new token that the IM server lets in, shared with the class when that knows no other kind. */
  async #announced(uid: string, flag: number): Promise<{ token: string; seed?: string }> {
    const { im, sessions, sharedTokens } = this.#deps;
    const level = flag === DeviceFlag.app ? 1 : 0;
    const token = newId();
    try {
      if (await im.addToken(uid, digestOf(token), flag, level)) return { token };
      const seed = (flag === DeviceFlag.app ? null : sessions.seedOf(uid, flag)) ?? newId();
      const shared = sharedTokens.token(uid, flag, seed);
      await im.setToken(uid, shared, flag, level);
      return { token: shared, seed };
    } catch {
      throw refusal('更新IM的token失败！');
    }
  }

  #remember(uid: string, device: Device): void {
    this.#deps.db.run(
      `INSERT INTO device(uid, device_id, device_name, device_model, last_login) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT(uid, device_id) DO UPDATE SET device_name = excluded.device_name, device_model = excluded.device_model,
       last_login = excluded.last_login`,
      uid,
      device.device_id,
      device.device_name,
      device.device_model,
      this.#deps.now(),
    );
  }

  /**
   * Ends what `close` answers, and their connections. A session answers 401 from the commit on; the call to the IM
   * server is repeated until it gets through.
   */
  async end(close: (sessions: Sessions) => Session[]): Promise<void> {
    const { db, sessions, jobs } = this.#deps;
    db.transaction(() => this.#tellEnded(close(sessions)));
    await jobs.flush();
  }

  /** Ends everything of a device class, also what no session is known of any more. */
  async endClasses(uid: string, flags: readonly number[]): Promise<void> {
    const { db, sessions, jobs } = this.#deps;
    db.transaction(() => {
      for (const flag of flags) {
        sessions.closeFlag(uid, flag);
        jobs.add(`quit/${uid}`, '/user/device_quit', { uid, device_flag: flag });
      }
    });
    await jobs.flush();
  }

  #tellEnded(ended: readonly Omit<Session, 'expires_at'>[]): void {
    for (const { uid, flag, token_hash, shared, seed } of ended) {
      if (seed === '')
        this.#deps.jobs.add(`quit/${uid}`, '/user/token_remove', {
          uid,
          device_flag: flag,
          token_digests: [token_hash.toString('hex')],
          // For a server that knows no such call: whether the class's one token is meant.
          whole_class: shared,
        });
      else this.#deps.jobs.add(`quit/${uid}`, '/user/device_quit', { uid, device_flag: flag });
    }
  }
}
