/** Server-wide rules an administrator may change (tsdd-api.md 1.4, 9.5). Kept as one JSON document in `meta`. */
import { z } from 'zod';
import { Flag01 } from '../http/validation.ts';
import type { Db } from '../store/database.ts';

/** Body of `POST /v1/manager/common/appconfig`: a full replace, what is missing becomes 0. */
export const AppConfigBody = z.object({
  revoke_second: z.int().min(-1).max(2_000_000_000).default(0),
  welcome_message: z.string().max(2000).default(''),
  new_user_join_system_group: Flag01.default(0),
  search_by_phone: Flag01.default(0),
  register_invite_on: Flag01.default(0),
  send_welcome_message_on: Flag01.default(0),
  invite_system_account_join_group_on: Flag01.default(0),
  register_user_must_complete_info_on: Flag01.default(0),
  can_modify_api_url: Flag01.default(0),
  channel_pinned_message_max_count: z.int().min(0).default(0),
});
export type AppConfigBody = z.infer<typeof AppConfigBody>;

/** Messages pinned in one chat until an administrator says otherwise. TSDD begins with none at all. */
const DEFAULT_PINS = 20;

export class AppConfig {
  readonly #db: Db;
  readonly #initial: AppConfigBody;

  constructor(db: Db, revokeSecond: number) {
    this.#db = db;
    // 0 is the stored form of "unlimited" (tsdd-api.md 1.4).
    this.#initial = AppConfigBody.parse({
      revoke_second: revokeSecond < 0 ? 0 : revokeSecond,
      channel_pinned_message_max_count: DEFAULT_PINS,
    });
  }

  get(): AppConfigBody {
    const row = this.#db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'app_config'");
    return row ? AppConfigBody.parse(JSON.parse(row.value)) : this.#initial;
  }

  replace(body: AppConfigBody): void {
    this.#db.run("INSERT OR REPLACE INTO meta(key, value) VALUES ('app_config', ?)", JSON.stringify(body));
    this.#db.run(
      "INSERT INTO version_counter(kind, value) VALUES ('app_config', 2) ON CONFLICT(kind) DO UPDATE SET value = value + 1",
    );
  }

  /** Seconds in which an author may recall; -1 = unlimited. */
  revokeSecond(): number {
    const stored = this.get().revoke_second;
    return stored <= 0 ? -1 : stored;
  }

  /**
   * Answer of `GET /v1/common/appconfig`. Always complete: TSDD zeroes it for a current `?version`, which turns the
   * window off.
   */
  published(): Record<string, unknown> {
    const config = this.get();
    const version =
      this.#db.get<{ value: number }>("SELECT value FROM version_counter WHERE kind = 'app_config'")?.value ??
      1;
    return {
      version,
      web_url: '',
      phone_search_off: 0,
      shortno_edit_off: 0,
      revoke_second: this.revokeSecond(),
      apple_sign_in: 0,
      register_invite_on: config.register_invite_on,
      send_welcome_message_on: config.send_welcome_message_on,
      invite_system_account_join_group_on: config.invite_system_account_join_group_on,
      register_user_must_complete_info_on: config.register_user_must_complete_info_on,
      can_modify_api_url: config.can_modify_api_url,
      // Not in TSDD: late recalls are refused here, and what was recalled is read nowhere any more.
      recall_enforced: 1,
    };
  }
}
