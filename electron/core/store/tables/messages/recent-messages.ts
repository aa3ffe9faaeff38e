/**
 * Rows that were written last. The next frame shows them: kept until then, so that they are not read again, and not for
 * longer, so that they need not be moved by two collections of memory.
 */
import type { StoreContext } from '../../context.ts';
import { keyOf, type StoredMessage } from './message-row.ts';

/** Half of what is kept at most; about what a flood brings in a frame. */
const MOST_OF_GENERATION = 3_000;

export class RecentMessages {
  /**
   * By channel number and view key: the row that stands for the message. Two generations: the older one is dropped when
   * the newer is full, so that what the frame to come shows is never dropped in its middle.
   */
  #rows = new Map<number, Map<string, StoredMessage>>();
  #older = new Map<number, Map<string, StoredMessage>>();
  #size = 0;
  /** Changes when another connection has written. */
  readonly #readDataVersion: () => number | undefined;
  #dataVersion: number | undefined;
  /** Asked once per frame, which reads hundreds of rows: each question costs as much as a look-up. */
  #versionKnown = false;

  constructor({ db, onRollback }: Pick<StoreContext, 'db' | 'onRollback'>) {
    const dataVersion = db.prepare<[], number>('PRAGMA main.data_version').pluck();
    this.#readDataVersion = () => dataVersion.get();
    this.#dataVersion = dataVersion.get();
    onRollback(() => this.clear());
  }

  get(channelNo: number, key: string): StoredMessage | undefined {
    if (this.#size === 0 && this.#older.size === 0) return undefined;
    this.#dropOutdated();
    return this.#rows.get(channelNo)?.get(key) ?? this.#older.get(channelNo)?.get(key);
  }

  /** `key`: that of `standing`. */
  keep(before: StoredMessage | null, standing: StoredMessage, key: string): void {
    if (before && keyOf(before) !== key) this.clear();
    if (this.#size >= MOST_OF_GENERATION) {
      this.#older = this.#rows;
      this.#rows = new Map();
      this.#size = 0;
    }
    let rows = this.#rows.get(standing.channel_no);
    if (!rows) this.#rows.set(standing.channel_no, (rows = new Map()));
    rows.set(key, standing);
    this.#size += 1;
  }

  clear(): void {
    if (this.#size > 0) this.#rows = new Map();
    if (this.#older.size > 0) this.#older = new Map();
    this.#size = 0;
  }

  #dropOutdated(): void {
    if (this.#versionKnown) return;
    this.#versionKnown = true;
    queueMicrotask(() => {
      this.#versionKnown = false;
      this.clear();
    });
    const version = this.#readDataVersion();
    if (version === this.#dataVersion) return;
    this.#dataVersion = version;
    this.clear();
  }
}
