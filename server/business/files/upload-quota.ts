/** What a user's uploads may take, those that are still coming in included: many at once share what is left. */
import { type Quotas, quotaExceeded } from '../quotas.ts';
import { AttemptLimit } from '../http/rate-limit.ts';
import type { Db } from '../store/database.ts';

const DAY_MS = 24 * 3600 * 1000;

interface Usage {
  bytes: number;
  files: number;
}
interface Running extends Usage {
  uploads: number;
}

export class UploadQuota {
  readonly #db: Db;
  readonly #quotas: Quotas;
  readonly #daily: AttemptLimit;
  /** Of users with an upload under way: what is stored and what comes in. */
  readonly #running = new Map<string, Running>();

  constructor(db: Db, quotas: Quotas, now: () => number) {
    this.#db = db;
    this.#quotas = quotas;
    this.#daily = new AttemptLimit(quotas.uploadsPerDay, DAY_MS, now);
  }

  #stored(uid: string): Usage {
    const row = this.#db.get<Usage>(
      'SELECT coalesce(sum(size), 0) AS bytes, count(*) AS files FROM stored_file WHERE uid = ? AND erased = 0',
      uid,
    );
    return row ?? { bytes: 0, files: 0 };
  }

  /** Begins an upload. Throws `quota_exceeded`; `end` must be called in any case after it. */
  begin(uid: string): { count: (bytes: number) => void; end: (kept: boolean) => void } {
    const running = this.#running.get(uid) ?? { ...this.#stored(uid), uploads: 0 };
    if (running.files >= this.#quotas.uploads || running.bytes >= this.#quotas.uploadBytes) throw tooMuch();
    if (!this.#daily.take(uid)) throw tooMuch();
    running.uploads += 1;
    running.files += 1;
    this.#running.set(uid, running);
    let own = 0;
    return {
      count: (bytes) => {
        own += bytes;
        running.bytes += bytes;
        if (running.bytes > this.#quotas.uploadBytes) throw tooMuch();
      },
      end: (kept) => {
        running.uploads -= 1;
        if (!kept) {
          running.files -= 1;
          running.bytes -= own;
        }
        if (running.uploads === 0) this.#running.delete(uid);
      },
    };
  }
}

const tooMuch = () => quotaExceeded('上传的文件总量已达上限！');
