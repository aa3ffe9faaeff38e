/** Rows that were written last. The next frame shows them: kept until then, so that they are not read again. */
import type { StoreContext } from '../../context.ts';
import { keyOf, type StoredMessage } from './message-row.ts';

/** About what a flood brings in a frame. */
const MOST = 4_000;

export class RecentMessages {
  /** By channel number and view key: the row that stands for the message. */
  readonly #rows = new Map<string, StoredMessage>();
  /** Changes when another connection has written. */
  readonly #readDataVersion: () => number | undefined;
  #dataVersion: number | undefined;
  /** Asked once per turn: a frame reads hundreds of rows, and each question costs as much as a look-up. */
  #versionKnown = false;

  constructor({ db, onRollback }: Pick<StoreContext, 'db' | 'onRollback'>) {
    const dataVersion = db.prepare<[], number>('PRAGMA main.data_version').pluck();
    this.#readDataVersion = () => dataVersion.get();
    this.#dataVersion = dataVersion.get();
    onRollback(() => this.clear());
  }

  get(channelNo: number, key: string): StoredMessage | undefined {
    if (this.#rows.size === 0) return undefined;
    this.#dropOutdated();
    return this.#rows.get(`${channelNo}/${key}`);
  }

  keep(before: StoredMessage | null, standing: StoredMessage): void {
    const key = keyOf(standing);
    if (this.#rows.size >= MOST || (before && keyOf(before) !== key)) this.#rows.clear();
    this.#rows.set(`${standing.channel_no}/${key}`, standing);
  }

  clear(): void {
    this.#rows.clear();
  }

  #dropOutdated(): void {
    if (this.#versionKnown) return;
    this.#versionKnown = true;
    queueMicrotask(() => (this.#versionKnown = false));
    const version = this.#readDataVersion();
    if (version === this.#dataVersion) return;
    this.#dataVersion = version;
    this.#rows.clear();
  }
}
